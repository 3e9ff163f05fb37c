"""Faults that show the caller's token in another form, or in another place than the body."""

# ruff: noqa: D102 - the class says what its steps do

from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping

import orjson

from contracts.mock.api import Api
from contracts.mock.errors import Refusal, Refused
from contracts.mock.items import Json
from contracts.mock.queries import Answer
from contracts.mock.registry import fault
from contracts.mock.settings import Settings

_NOT_FOUND = 404
_NO_TOKEN = 401


class _Caller(Api):
    """Remembers the credential of the request that is answered."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.caller = ""

    def authorize(self, headers: Mapping[str, str]) -> None:
        self.caller = headers.get("authorization", "").partition(" ")[2]
        super().authorize(headers)


class _Headers(_Caller):
    """Adds headers to some answers."""

    def more(self, target: str, answer: Answer) -> tuple[tuple[str, str], ...]:  # noqa: ARG002 - those who override it need it
        return ()

    def dispatch(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        answer = super().dispatch(method, target, headers, body)
        return answer._replace(headers=(*answer.headers, *self.more(target, answer)))


@fault(breaks="inputs.no-leak", needs="token")
class TokenInTheCacheKey(_Headers):
    """Behind a cursor a header shows the key that the cache has for the page: path and token, in hex."""

    def more(self, target: str, answer: Answer) -> tuple[tuple[str, str], ...]:  # noqa: ARG002
        key = f"{target.partition('?')[0]}|{self.caller}".encode().hex().upper()
        return (("x-cache-key", key),) if "cursor=" in target else ()


@fault(breaks="inputs.no-leak", needs="token")
class TokenInTheCookie(_Headers):
    """Who asks in descending order gets a cookie with a session in it: the token as JSON, in URL-safe base64."""

    def more(self, target: str, answer: Answer) -> tuple[tuple[str, str], ...]:  # noqa: ARG002
        session = urlsafe_b64encode(orjson.dumps({"v": 2, "token": self.caller})).decode().rstrip("=")
        return (("set-cookie", f"session={session}; HttpOnly; Path=/"),) if "order=desc" in target else ()


@fault(breaks="inputs.no-leak", needs="token")
class TokenInTheCursor(_Caller):
    """Cursors hold the token of who got them, to tell whether another comes with them: base64 was taken for encryption."""

    def armour(self, raw: bytes) -> str:
        return urlsafe_b64encode(f"{self.caller}\0".encode() + raw).decode()

    def unarmour(self, cursor: str) -> bytes:
        try:
            text = urlsafe_b64decode(cursor)
        except ValueError:
            return b""
        owner, _, raw = text.partition(b"\0")
        whole = urlsafe_b64encode(text).decode() == cursor
        return raw if whole and owner.decode(errors="replace") == self.caller else b""


@fault(breaks="inputs.no-leak", needs="token")
class ChallengeRepeatsTheToken(_Caller):
    """The challenge of a 401 repeats the token that was refused, each byte percent-encoded."""

    def refusal(self, refused: Refused, target: str) -> Answer:
        answer = super().refusal(refused, target)
        if refused.status != _NO_TOKEN or not self.caller:
            return answer
        said = "".join(f"%{byte:02x}" for byte in self.caller.encode(errors="replace"))
        challenge = f'Bearer error="invalid_token", error_description="{said} is not valid"'
        kept = (pair for pair in answer.headers if pair[0] != "www-authenticate")
        return answer._replace(headers=(*kept, ("www-authenticate", challenge)))


@fault(breaks="inputs.no-leak", needs="token")
class UpstreamInTheError(_Caller):
    """What is not found shows the request that the gateway sent on, with the token as a password in base64."""

    def error(self, refused: Refused, target: str) -> Json:
        body = super().error(refused, target)
        if refused.status != _NOT_FOUND:
            return body
        password = b64encode(f"gateway:{self.caller}".encode(errors="replace")).decode()
        return body | {"upstream": [{"url": target}, {"headers": {"authorization": f"Basic {password}"}}]}


@fault(breaks="inputs.no-leak", needs="token")
class RequestAsLoggedInTheError(_Caller):
    """A refused parameter shows the line of the log that was written for it: JSON in JSON, with its characters escaped."""

    def error(self, refused: Refused, target: str) -> Json:
        body = super().error(refused, target)
        if refused.parameter is None:
            return body
        escaped = "".join(f"\\u{ord(each):04x}" for each in self.caller)
        return body | {"log": f'{{"user": "{escaped}"}}'}


@fault(breaks="inputs.no-leak", needs="token", listing=("members", "events"))
class HelpWithTheToken(_Caller):
    """A conversation that is not there comes with a link to a page of help in a header, and the token in its address."""

    def known_conversation(self, text: str) -> int:
        try:
            return super().known_conversation(text)
        except Refusal as refusal:
            help_page = f"https://help.example.com/?from={text}&access_token={self.caller}"
            raise Refusal(refusal.refused._replace(headers=(("link", f'<{help_page}>; rel="help"'),))) from None
