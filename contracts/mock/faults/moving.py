"""Faults of pages that are filtered after they were cut, and of walks that go one way only."""

# ruff: noqa: D102, PLR2004 - steps keep their parameters; the class says what they do, and its numbers

from collections.abc import Sequence

from contracts.mock.api import Api
from contracts.mock.helpers import Sifted
from contracts.mock.queries import AFTER, CONVERSATIONS, EVENTS, FROM, USERS, Filters, Mark, Page, Query
from contracts.mock.registry import fault


class _DatesSifted(Sifted):
    """Dates are used on each page after it was cut."""

    def conversation_rows(self, query: Query) -> Sequence[int]:
        return super().conversation_rows(query._replace(filters=Filters()))

    def sifted(self, query: Query, item: int) -> bool:
        after, before = query.filters.after, query.filters.before
        late = after is None or self.created(item) > after
        return query.listing is not CONVERSATIONS or (late and (before is None or self.created(item) < before))


@fault(breaks="filters.dates-model", listing="conversations")
class EmptyPageOfDatesEnds(_DatesSifted):
    """Dates are used on each page after it was cut, and an empty page has no `next`: nobody expects more behind it."""

    def next_mark(self, query: Query, page: Page) -> Mark | None:
        return super().next_mark(query, page) if any(self.sifted(query, one) for one in page.items) else None


@fault(breaks="filters.type-complete", listing="events")
class ThreeLooksForAType(Sifted):
    """`event_type` is used after a page was cut; after three pages without such an event the search is given up."""

    def event_rows(self, query: Query) -> Sequence[int]:
        return super().event_rows(query._replace(filters=query.filters._replace(kind=None)))

    def sifted(self, query: Query, item: int) -> bool:
        kind = query.filters.kind
        return query.listing is not EVENTS or kind is None or self.event_kind(query.conversation, item) == kind

    def next_mark(self, query: Query, page: Page) -> Mark | None:
        mark = super().next_mark(query, page)
        if mark is None or query.listing is not EVENTS or query.filters.kind is None:
            return mark
        rows = self.rows(query)
        place = self.place(query, rows, mark.item, past=True)
        looked = self.shown(query, rows, max(0, place - 3 * query.size), place)
        return mark if place < 3 * query.size or any(self.sifted(query, one) for one in looked) else None


@fault(breaks="walks.terminates", listing="events")
class EmptyPageStartsAgain(Sifted):
    """Erased events are left out after a page was cut; an empty page has no last item, so its `next` is the first page."""

    def sifted(self, query: Query, item: int) -> bool:
        return query.listing is not EVENTS or not 10 <= item < 40

    def next_mark(self, query: Query, page: Page) -> Mark | None:
        mark = super().next_mark(query, page)
        if mark is None or any(self.sifted(query, one) for one in page.items):
            return mark
        rows = self.rows(query)
        return Mark(FROM, self.shown(query, rows, 0, 1)[0])


@fault(breaks="walks.complete", listing="conversations")
class DescendingSkipsTies(Api):
    """Under `desc` a page begins behind the time where the last one ended: what else bears that time is lost."""

    def place(self, query: Query, rows: Sequence[int], item: int, *, past: bool) -> int:
        if query.listing is CONVERSATIONS and query.descending and past:
            item = self.created_before(self.created(item))
        return super().place(query, rows, item, past=past)


@fault(breaks="walks.complete", listing="users")
class DescendingPagesLoseTheirLast(Api):
    """Under `desc` a page that has a next one asks for one item more and drops one too many."""

    def next_mark(self, query: Query, page: Page) -> Mark | None:
        mark = super().next_mark(query, page)
        if mark is None or query.listing is not USERS or not query.descending:
            return mark
        rows = self.rows(query)
        place = self.place(query, rows, mark.item, past=True)
        return mark if place + 1 >= len(rows) else Mark(AFTER, self.shown(query, rows, place, place + 1)[0])
