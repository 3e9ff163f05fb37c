"""Faults that show one tenant what belongs to another; they show only where the mock has a second tenant."""

# ruff: noqa: ARG002, D102 - steps keep their parameters; the class says what they do

import re
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from contracts.mock.api import Api
from contracts.mock.errors import Refusal
from contracts.mock.queries import USERS, Answer, Page, Query
from contracts.mock.registry import Register, fault
from contracts.mock.settings import Settings

_FILTER = re.compile("[?&](date_start|date_end|start_id|end_id|event_type)=")
_MARKED = re.compile("[?&]cursor=([0-9a-f]{2})")
_ACCOUNT = re.compile("[?&]account=([0-9]+)(?:&|$)")
_SECONDS = 2.0
_MOST = 64
_NOT_FOUND = 404


def _tenants(listing: str | tuple[str, ...] = ("conversations", "users", "members", "events")) -> Register:
    return fault(breaks="auth.isolated", listing=listing, needs="tenants")


def _parts(api: Api, target: str) -> list[str]:
    """The segments of a path behind the base path."""
    return target.partition("?")[0].removeprefix(f"{api.settings.base_path}/").split("/")


def _single(parts: list[str]) -> bool:
    """Whether a path is that of a single item."""
    return len(parts) in (2, 4)


class _OneSecret(Api):
    """Cursors of all tenants are sealed with one secret, so that each opens for each."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.seal_key = 1


class _Astray(_OneSecret):
    """Some requests are answered from the first tenant's data."""

    def astray(self, target: str) -> bool:
        return False

    def home(self, headers: Mapping[str, str], target: str) -> Api:
        return self.tenants[0] if self.astray(target) else super().home(headers, target)


@_tenants()
class LaterPagesOfTheDefaultTenant(_Astray):
    """Behind a cursor come the first tenant's items: only the code of the first page sets the schema."""

    def astray(self, target: str) -> bool:
        return "cursor=" in target


@_tenants(("conversations", "events"))
class FilteredForTheDefaultTenant(_Astray):
    """With a filter the first tenant's items are searched: the search index has no tenant."""

    def astray(self, target: str) -> bool:
        return _FILTER.search(target) is not None


@_tenants()
class DescendingForTheDefaultTenant(_Astray):
    """In descending order the first tenant's items come: that is another query, which was forgotten."""

    def astray(self, target: str) -> bool:
        return "order=desc" in target


@_tenants()
class CursorNamesTheTenant(Api):
    """A cursor says whose items it walks through, and is believed."""

    def armour(self, raw: bytes) -> str:
        return f"{self.number:02x}{super().armour(raw)}"

    def unarmour(self, cursor: str) -> bytes:
        return super().unarmour(cursor[2:]) if cursor[:2] == f"{self.number:02x}" else b""

    def home(self, headers: Mapping[str, str], target: str) -> Api:
        named = _MARKED.search(target)
        number = int(named[1], 16) if named else len(self.tenants)
        return self.tenants[number] if number < len(self.tenants) else super().home(headers, target)


@_tenants()
class LinksNameTheTenant(Api):
    """Links carry the number of the account, which wins over that of the token."""

    def kept(self, query: Query) -> list[tuple[str, str]]:
        return [*super().kept(query), ("account", str(self.number))]

    def home(self, headers: Mapping[str, str], target: str) -> Api:
        named = _ACCOUNT.search(target)
        number = int(named[1]) if named else len(self.tenants)
        return self.tenants[number] if number < len(self.tenants) else super().home(headers, target)


class _Cached(Api):
    """Some answers are kept by their address, and nobody thinks of who asks."""

    lasting = _SECONDS

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.answers: dict[tuple[str, str, str], tuple[float, Answer]] = {}

    def cached(self, target: str) -> bool:
        return True

    def dispatch(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        if not self.cached(target):
            return super().dispatch(method, target, headers, body)
        self.authorize(headers)
        now, key = time.monotonic(), (method, self.root(headers), target)
        until, answer = self.answers.get(key, (0.0, None))
        if answer is None or until < now:
            answer = super().dispatch(method, target, headers, body)
            self.answers = dict(list(self.answers.items())[-_MOST:]) | {key: (now + self.lasting, answer)}
        return answer


@_tenants()
class CachedWithoutTheTenant(_Cached):
    """Listings are cached for two seconds by their address alone: who asks next sees what the one before saw."""

    def cached(self, target: str) -> bool:
        return not _single(_parts(self, target))


@_tenants()
class ItemsCachedById(_Cached):
    """Single items are cached by their id alone: what one tenant has looked at, another can look at too."""

    lasting = 3600.0

    def cached(self, target: str) -> bool:
        return _single(_parts(self, target))


class _OfAnybody(Api):
    """Some of what is not found in the tenant's own data is looked for in those of others."""

    def of_anybody(self, parts: list[str]) -> bool:
        return False

    def serve(self, method: str, target: str, headers: Mapping[str, str]) -> Answer:
        try:
            return super().serve(method, target, headers)
        except Refusal as refusal:
            if refusal.refused.status == _NOT_FOUND and self.of_anybody(_parts(self, target)):
                for other in (each for each in self.tenants if each is not self):
                    with suppress(Refusal):
                        return Api.serve(other, method, target, headers)
            raise


@_tenants()
class ItemsOfAnybody(_OfAnybody):
    """A single item is given to whoever has its id: ids cannot be guessed, so nobody checks whose it is."""

    def of_anybody(self, parts: list[str]) -> bool:
        return _single(parts)


@_tenants(("members", "events"))
class ConversationsOfAnybody(_OfAnybody):
    """Members and events are given to whoever has the id of the conversation: only its own listing checks the tenant."""

    def of_anybody(self, parts: list[str]) -> bool:
        return len(parts) == len(("conversations", "CON-1", "members"))


@_tenants()
class EverythingForTheOldestTenant(_OfAnybody):
    """The first tenant finds whatever it has an id of: it is older than tenants are, and counts as an administrator."""

    def of_anybody(self, parts: list[str]) -> bool:
        return self.number == 0


@_tenants("users")
class UsersOfEverybody(Api):
    """The listing of users holds those of all tenants: the table is older than tenants are."""

    def rows(self, query: Query) -> Sequence[int]:
        if query.listing is not USERS:
            return super().rows(query)
        for each in self.tenants:
            each.journal.refresh()
        return range(sum(each.user_count() for each in self.tenants))

    def texts(self, query: Query, page: Page) -> list[bytes]:
        if query.listing is not USERS:
            return super().texts(query, page)
        owners = [(self.tenants[row % len(self.tenants)], row // len(self.tenants)) for row in page.items]
        return [each.single(USERS, -1, user, query.root) for each, user in owners]
