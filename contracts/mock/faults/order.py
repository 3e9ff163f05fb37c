"""Faults of the order: its default, its directions, its way through several pages."""

# ruff: noqa: D102 - steps keep their parameters; the class says what they do, and its numbers

from collections.abc import Sequence

from contracts.mock.api import Api
from contracts.mock.helpers import PLAIN, TIMED, Rearranged
from contracts.mock.queries import CONVERSATIONS, EVENTS, MEMBERS, USERS, Listing, Mark, Page, Query
from contracts.mock.registry import fault
from contracts.mock.settings import Settings


@fault(breaks="order.default")
class DefaultDescending(Api):
    """Without `order` the newest come first, as the examples in the description suggest."""

    def descending(self, text: str | None) -> bool:
        return True if text is None else super().descending(text)


@fault(breaks="order.default", listing="events")
class EventsNewestFirst(Api):
    """Without `order` events come newest first, as a chat wants to show them."""

    def query(self, listing: Listing, conversation: int, root: str, query_string: str) -> Query:
        query = super().query(listing, conversation, root, query_string)
        return query._replace(descending=True) if listing is EVENTS and "order=" not in query_string else query


@fault(breaks="order.default")
class LatestOrderRemembered(Api):
    """Without `order` a listing comes in the order that was asked for last: the default is kept in a shared object."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.latest: dict[Listing, bool] = {}

    def query(self, listing: Listing, conversation: int, root: str, query_string: str) -> Query:
        query = super().query(listing, conversation, root, query_string)
        if "order=" in query_string:
            self.latest[listing] = query.descending
        return query._replace(descending=self.latest.get(listing, False))


@fault(breaks="order.descending")
class DescendingIgnored(Api):
    """`order=desc` is accepted and nothing comes of it."""

    def descending(self, text: str | None) -> bool:
        return super().descending(text) and False


@fault(breaks="order.descending", listing="conversations")
class DescendingByName(Rearranged):
    """Under `desc` conversations are sorted by name: the descending index was made on another column."""

    def conversation_rows(self, query: Query) -> Sequence[int]:
        rows = super().conversation_rows(query)
        return sorted(rows, key=self.conversation_name) if query.descending else rows


@fault(breaks="order.descending", listing="events")
class DescendingAsText(Rearranged):
    """Under `desc` events are sorted by their ids as text: 99, 98, 97 ... 9, 89, 88."""

    def event_rows(self, query: Query) -> Sequence[int]:
        rows = super().event_rows(query)
        if not query.descending:
            return rows
        return sorted(rows, key=lambda one: str(self.event_id(query.conversation, one)))


@fault(breaks="order.ascending")
class OrdersSwapped(Api):
    """`asc` gives the newest first and `desc` the oldest: a comparator with its sign turned."""

    def shown(self, query: Query, rows: Sequence[int], start: int, stop: int) -> Sequence[int]:
        return super().shown(query._replace(descending=not query.descending), rows, start, stop)

    def place(self, query: Query, rows: Sequence[int], item: int, *, past: bool) -> int:
        return super().place(query._replace(descending=not query.descending), rows, item, past=past)


@fault(breaks="order.ascending")
class AscendingIsDescending(Api):
    """Where `order` is given, `asc` too gives the newest first: only its presence is looked at."""

    def descending(self, text: str | None) -> bool:
        return super().descending(text) or text is not None


@fault(breaks="order.mirror")
class EachPageTurned(Api):
    """`desc` turns the items of each ascending page round, and leaves the pages where they were."""

    def shown(self, query: Query, rows: Sequence[int], start: int, stop: int) -> Sequence[int]:
        return rows[start:stop][::-1] if query.descending else rows[start:stop]

    def place(self, query: Query, rows: Sequence[int], item: int, *, past: bool) -> int:
        if not query.descending:
            return super().place(query, rows, item, past=past)
        place = self.rank(query, rows, item, past=False)
        start = place - place % query.size
        return start + (query.size if past else 0)


@fault(breaks="order.mirror", listing=PLAIN)
class UntimedHaveOneOrder(Api):
    """Users and members come in one order only: they show no time, so nobody noticed."""

    def shown(self, query: Query, rows: Sequence[int], start: int, stop: int) -> Sequence[int]:
        return super().shown(self._turned(query), rows, start, stop)

    def place(self, query: Query, rows: Sequence[int], item: int, *, past: bool) -> int:
        return super().place(self._turned(query), rows, item, past=past)

    def _turned(self, query: Query) -> Query:
        return query._replace(descending=query.descending and query.listing in (CONVERSATIONS, EVENTS))


@fault(breaks="order.mirror")
class DescendingLosesTheOldest(Api):
    """Under `desc` the oldest item is missing: the loop towards nought stops at one."""

    def rows(self, query: Query) -> Sequence[int]:
        rows = super().rows(query)
        return rows[1:] if query.descending and len(rows) > 1 else rows


@fault(breaks="order.mirror", listing="users")
class DescendingUsersByName(Rearranged):
    """Under `desc` users are sorted by name, under `asc` by creation: two queries that grew apart."""

    def rows(self, query: Query) -> Sequence[int]:
        rows = super().rows(query)
        return sorted(rows, key=self.user_name) if query.listing is USERS and query.descending else rows


@fault(breaks="order.mirror", listing="members")
class InvitedLastUnderDescending(Rearranged):
    """Under `desc` members who have not joined stand last: nulls sort to the end in both directions."""

    def rows(self, query: Query) -> Sequence[int]:
        rows = super().rows(query)
        if query.listing is not MEMBERS or not query.descending:
            return rows
        return sorted(rows, key=lambda one: self.has_joined(query.conversation, one))


@fault(breaks="order.descending")
class CacheWithoutOrder(Api):
    """Pages are cached by everything but their order: who asks first decides what the others get."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.cached: dict[Query, Page] = {}

    def page(self, query: Query) -> Page:
        return self.cached.setdefault(query._replace(descending=False), super().page(query))


@fault(breaks="filters.paged", listing=TIMED)
class OrderForgottenBehindTheCursor(Api):
    """Behind a cursor the items of a descending page are turned round: they are read upwards there."""

    def shown(self, query: Query, rows: Sequence[int], start: int, stop: int) -> Sequence[int]:
        items = super().shown(query, rows, start, stop)
        return items[::-1] if query.descending and query.cursor is not None else items

    def next_mark(self, query: Query, page: Page) -> Mark | None:
        return super().next_mark(query, self._straight(query, page))

    def previous_mark(self, query: Query, page: Page) -> Mark | None:
        return super().previous_mark(query, self._straight(query, page))

    def _straight(self, query: Query, page: Page) -> Page:
        turned = query.descending and query.cursor is not None
        return page._replace(items=page.items[::-1]) if turned else page
