"""Oddities of events: bodies with more or less in them, and names of custom types."""

# ruff: noqa: D102 - the class says what its steps do, and its numbers are part of it

from contracts.mock.api import Api
from contracts.mock.items import Json
from contracts.mock.registry import oddity

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
