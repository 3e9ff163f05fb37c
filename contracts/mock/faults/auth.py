"""Faults in the checking of credentials; they show only where the mock has a token."""

# ruff: noqa: ARG002, D102, PLR2004 - steps keep their parameters; the class says what they do, and its numbers

from collections.abc import Mapping

from contracts.mock.api import Api
from contracts.mock.errors import Refusal, Refused
from contracts.mock.queries import Answer
from contracts.mock.registry import fault
from contracts.mock.settings import Settings


@fault(breaks="auth.required")
class NobodyAsked(Api):
    """No token is needed: the check was switched off for a test."""

    def authorize(self, headers: Mapping[str, str]) -> None:
        return


class _OpenDoor(Api):
    """Some requests need no token."""

    def is_open(self, target: str) -> bool:
        return False

    def dispatch(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        token = self.settings.token
        if token is not None and self.is_open(target) and "authorization" not in headers:
            headers = {**headers, "authorization": f"Bearer {token}"}
        return super().dispatch(method, target, headers, body)


@fault(breaks="auth.required")
class LaterPagesOpen(_OpenDoor):
    """Behind a cursor no token is needed: whoever has a cursor must have had one."""

    def is_open(self, target: str) -> bool:
        return "cursor=" in target


@fault(breaks="auth.required", listing="users")
class UsersOpen(_OpenDoor):
    """The users are open to everybody: the rule in the gateway covers `/conversations` only."""

    def is_open(self, target: str) -> bool:
        return target.startswith(f"{self.settings.base_path}/users")


@fault(breaks="auth.required", listing="events")
class EventsOpenByEncoding(_OpenDoor):
    """Events asked for by type are open: the gateway's rule was written for paths without a query."""

    def is_open(self, target: str) -> bool:
        return "/events" in target and "event_type=" in target


@fault(breaks="auth.required")
class DescendingOpen(_OpenDoor):
    """What is asked for in descending order needs no token: that is another route, added later, without the check."""

    def is_open(self, target: str) -> bool:
        return "order=desc" in target and "cursor=" not in target


@fault(breaks="auth.required")
class ItemsOpen(_OpenDoor):
    """A single item needs no token: the check stands in the code of the listings."""

    def is_open(self, target: str) -> bool:
        path = target.partition("?")[0].removeprefix(self.settings.base_path)
        return path.count("/") in (2, 4)


@fault(breaks="auth.required")
class HeadOpen(Api):
    """HEAD needs no token: the check is registered for GET."""

    def dispatch(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        if method == "HEAD":
            headers = {**headers, "authorization": f"Bearer {self.settings.token}"}
        return super().dispatch(method, target, headers, body)


@fault(breaks="auth.required")
class EmptyForStrangers(Api):
    """Without a token listings are empty, with status 200: rows are filtered by owner."""

    def dispatch(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        try:
            return super().dispatch(method, target, headers, body)
        except Refusal as refusal:
            if refusal.refused.status != 401:
                raise
            return self.json(200, {"page_size": 10, "_embedded": {"data": {}}, "_links": {}})


@fault(breaks="auth.required")
class RememberedByTheWorker(Api):
    """After a request with a good token the next two need none: the worker's session is not cleared."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.credit = 0

    def authorize(self, headers: Mapping[str, str]) -> None:
        if "authorization" not in headers and self.credit > 0:
            self.credit -= 1
            return
        super().authorize(headers)
        self.credit = 2


@fault(breaks="auth.required")
class StrangersAreForbidden(Api):
    """Without a token the answer is 404, as if there were nothing: meant to hide, but no client knows why."""

    def refusal(self, refused: Refused, target: str) -> Answer:
        return super().refusal(refused._replace(status=404) if refused.status == 401 else refused, target)


@fault(breaks="auth.checked")
class AnyTokenWillDo(Api):
    """A token must be there, and none is looked at: checking was left to a gateway that is gone."""

    def right_token(self, given: str, token: str) -> bool:
        return True


@fault(breaks="auth.checked")
class PasswordsNotLookedAt(Api):
    """Any user and password are taken: another scheme than bearer is left to a proxy that is gone."""

    def authorize(self, headers: Mapping[str, str]) -> None:
        if not headers.get("authorization", "").startswith("Basic "):
            super().authorize(headers)


@fault(breaks="auth.checked")
class BeginningIsEnough(Api):
    """A token that was cut off is taken: as much is compared as was given."""

    def right_token(self, given: str, token: str) -> bool:
        return token.startswith(given)


@fault(breaks="auth.checked")
class MoreIsEnough(Api):
    """A token with something behind it is taken: as much is compared as is known."""

    def right_token(self, given: str, token: str) -> bool:
        return given.startswith(token)


@fault(breaks="auth.checked")
class CaseOfTheToken(Api):
    """A token in capitals is taken: it is kept in a column that knows no case."""

    def right_token(self, given: str, token: str) -> bool:
        return given.lower() == token.lower()


@fault(breaks="auth.checked")
class FirstPageChecksTheToken(_OpenDoor):
    """Behind a cursor any token is taken: only the first page looks at it."""

    def dispatch(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        if "cursor=" in target and headers.get("authorization", "").startswith("Bearer "):
            headers = {**headers, "authorization": f"Bearer {self.settings.token}"}
        return super().dispatch(method, target, headers, body)
