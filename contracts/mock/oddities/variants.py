"""Oddities of events, their bodies and custom types, and of what an answer says of the request and its credential."""

# ruff: noqa: D102 - the class says what its steps do, and its numbers are part of it

from base64 import b64encode
from collections.abc import Mapping
from hashlib import blake2b, sha256

from contracts.mock.api import Api
from contracts.mock.errors import Refused
from contracts.mock.items import Json
from contracts.mock.queries import Answer
from contracts.mock.registry import oddity
from contracts.mock.settings import Settings

_NO_TOKEN = 401
_ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
_NAMES = (
    "custom:order shipped", "custom:größe/änderung", "custom:a:b:c", f"custom:{_ENGLAND}", "custom:text",
    "custom:100 % <fertig>", "custom:member:left", "custom:line\none", 'custom:"\\',
)  # fmt: skip


@oddity()
class RemarksInBodies(Api):
    """Members' events say more, or nothing: a text beside the member, a reason alone, or an empty body."""

    def member_then(self, conversation: int, event: int, root: str) -> Json:
        body = super().member_then(conversation, event, root)
        some: tuple[Json, ...] = (
            {"text": "See you", **body},
            {"user_id": body["user_id"], "text": ""},
            {"state": body["state"], "text": "See you", "language": "en"},
            {"reason": {"code": "timeout", "text": "Nobody answered"}},
            {"comment": "no longer needed", "by": None},
            {},
            body,
        )
        return some[self.event_draw(conversation, event) % len(some)]


@oddity()
class CustomBodiesLikeOthers(Api):
    """The bodies of custom events look like those of texts and members: they are the application's to fill."""

    def event_body(self, conversation: int, event: int, root: str) -> Json:
        body = super().event_body(conversation, event, root)
        if self.event_kind(conversation, event) != "custom":
            return body
        member: Json = {"id": event, "state": "away", "timestamp": "yesterday", "_links": []}
        some: tuple[Json, ...] = ({"text": 5}, {"text": "hello"}, member, body)
        return some[event % len(some)]


@oddity()
class AnyCustomNames(Api):
    """The names of custom types hold spaces, colons, quotes and emoji: they are the application's to choose."""

    def event_type(self, conversation: int, event: int) -> str:
        kind = super().event_type(conversation, event)
        return _NAMES[event % len(_NAMES)] if kind.startswith("custom:") else kind


@oddity()
class TracesInHeaders(Api):
    """Headers hold random hex and base64, a digest of the token and its last two characters, and a challenge with a realm."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.came = ""

    def authorize(self, headers: Mapping[str, str]) -> None:
        self.came = headers.get("authorization", "")
        super().authorize(headers)

    def dispatch(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        answer = super().dispatch(method, target, headers, body)
        return answer._replace(headers=(*answer.headers, *self.traces(target)))

    def traces(self, target: str) -> tuple[tuple[str, str], ...]:
        draw = blake2b(target.encode(errors="replace")).digest()
        return (
            ("x-request-id", draw.hex()),
            ("traceparent", f"00-{draw[:16].hex()}-{draw[16:24].hex()}-01"),
            ("set-cookie", f"affinity={b64encode(draw).decode()}; Path=/; HttpOnly"),
            ("x-credential-digest", sha256(self.came.encode(errors="replace")).hexdigest()),
        )

    def refusal(self, refused: Refused, target: str) -> Answer:
        if refused.status == _NO_TOKEN:
            said = f"The bearer token …{self.came[-2:]} is not valid; see /token?scope=conversations"
            challenge = 'Bearer realm="conversation", error="invalid_token", error_description="The token is not valid"'
            refused = refused._replace(detail=said, headers=(("www-authenticate", challenge),))
        answer = super().refusal(refused, target)
        return answer._replace(headers=(*answer.headers, *self.traces(target)))
