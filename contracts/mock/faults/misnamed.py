"""Faults that show in many places at once, so that it is easy to name the wrong one first."""

# ruff: noqa: ARG002, D102, PLR2004 - steps keep their parameters; the class says what they do, and its numbers

from collections.abc import Hashable, Sequence
from itertools import islice

from contracts.mock.api import Api
from contracts.mock.helpers import Unbound
from contracts.mock.items import Json
from contracts.mock.queries import AFTER, BEFORE, CONVERSATIONS, EVENTS, MEMBERS, USERS, Listing, Mark, Page, Query
from contracts.mock.registry import fault
from contracts.mock.settings import Settings

# --- caches with a key that is too short ------------------------------------------------------------------------------


class _Cached(Api):
    """Whole answers are cached, their links with them: who asks first decides what others get."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.cached: dict[Hashable, Json] = {}

    def key(self, query: Query) -> Query:
        return query

    def body(self, query: Query) -> Json:
        return self.cached.setdefault(self.key(query), super().body(query))


class _BlindTo(_Cached):
    """The key of the cache lacks some filters."""

    blind: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()

    def key(self, query: Query) -> Query:
        given = tuple(pair for pair in query.given if pair[0] not in self.blind)
        return query._replace(given=given, filters=query.filters._replace(**dict.fromkeys(self.fields)))


@fault(breaks="pages.size-bound", listing="users")
class AnswersCachedWithoutSize(_Cached):
    """Answers with users are cached by everything but their size: the key was made before there was `page_size`."""

    def key(self, query: Query) -> Query:
        return query._replace(size=0) if query.listing is USERS else query


@fault(breaks="pages.size-bound", listing="members")
class AnswersCachedByTheTen(_Cached):
    """Answers with members are cached by page sizes rounded up to tens, and not cut when they are served."""

    def key(self, query: Query) -> Query:
        return query._replace(size=(query.size + 9) // 10) if query.listing is MEMBERS else query


@fault(breaks="filters.dates-window", listing="conversations")
class AnswersCachedWithoutDates(_BlindTo):
    """Answers with conversations are cached by order, size and cursor: the dates were left out of the key."""

    blind, fields = CONVERSATIONS.filters, ("after", "before")


@fault(breaks="filters.type-exact", listing="events")
class AnswersCachedWithoutType(_BlindTo):
    """Answers with events are cached without their type: `event_type` came after the key was made."""

    blind, fields = ("event_type",), ("kind",)


@fault(breaks="filters.ids-range", listing="events")
class AnswersCachedWithoutIds(_BlindTo):
    """Answers with events are cached without `start_id` and `end_id`: the key holds what is not a number."""

    blind, fields = ("start_id", "end_id"), ("first_id", "last_id")


@fault(breaks="order.descending", listing=("conversations", "events"))
class AnswersCachedWithoutOrder(_Cached):
    """Answers are cached without their order: `desc` gives the page of `asc`, where that was asked for before."""

    def key(self, query: Query) -> Query:
        return query._replace(descending=False) if query.listing in (CONVERSATIONS, EVENTS) else query


# --- rows that come again ---------------------------------------------------------------------------------------------


@fault(breaks="links.next-prev", listing="members")
class PrevEndsWithItsOwnRow(Api):
    """A page behind `prev` ends with the row that it came from: the reversed query has `<=` where `<` belongs."""

    def cut(self, query: Query, rows: Sequence[int], mark: Mark | None) -> tuple[int, int]:
        start, stop = super().cut(query, rows, mark)
        own = query.listing is MEMBERS and mark is not None and mark.kind == BEFORE and stop < len(rows)
        return (max(0, stop + 1 - query.size), stop + 1) if own else (start, stop)


@fault(breaks="links.next-prev", listing="conversations")
class PrevEndsWithItsOwnRowUnderDescending(Api):
    """Under `desc` a page behind `prev` ends with the row that it came from: one of two operators was not turned."""

    def cut(self, query: Query, rows: Sequence[int], mark: Mark | None) -> tuple[int, int]:
        start, stop = super().cut(query, rows, mark)
        own = query.listing is CONVERSATIONS and query.descending and mark is not None and mark.kind == BEFORE
        return (max(0, stop + 1 - query.size), stop + 1) if own and stop < len(rows) else (start, stop)


@fault(breaks="links.next-prev", listing="events")
class NextRepeatsAfterGoingBack(Api):
    """`next` of a page that was reached by `prev` begins with that page's last row: its cursor means "from" there."""

    def next_mark(self, query: Query, page: Page) -> Mark | None:
        mark = super().next_mark(query, page)
        back = query.listing is EVENTS and page.mark is not None and page.mark.kind == BEFORE and len(page.items) > 1
        return Mark(AFTER, page.items[-2]) if back and mark is not None else mark


@fault(breaks="walks.disjoint", listing="users")
class EveryPageBeginsWithTheLastRow(Api):
    """A page of users behind `next` begins with the row that it came from: `>=` in the query for what follows."""

    def cut(self, query: Query, rows: Sequence[int], mark: Mark | None) -> tuple[int, int]:
        start, stop = super().cut(query, rows, mark)
        again = query.listing is USERS and mark is not None and mark.kind == AFTER and query.size > 1
        return (max(0, start - 1), min(len(rows), start - 1 + query.size)) if again else (start, stop)


@fault(breaks="walks.disjoint", listing="events")
class PagesOfATypeOverlap(Api):
    """With `event_type` a page begins with the row that it came from: the index by type is read from there."""

    def place(self, query: Query, rows: Sequence[int], item: int, *, past: bool) -> int:
        typed = query.listing is EVENTS and query.filters.kind is not None and query.size > 1
        return super().place(query, rows, item, past=past and not typed)


# --- rows that are lost -----------------------------------------------------------------------------------------------


@fault(breaks="walks.complete", listing="conversations")
class TiesLostUnderDescending(Api):
    """Under `desc` conversations of one instant with a page's last are passed over: `created < ?` alone."""

    def rank(self, query: Query, rows: Sequence[int], item: int, *, past: bool) -> int:
        if query.listing is CONVERSATIONS and query.descending and not past:
            item = self.created_before(self.created(item))
        return super().rank(query, rows, item, past=past)


@fault(breaks="walks.complete", listing="users")
class LockedRowsSkipped(Api):
    """Behind a cursor every ninth user is missing: rows that a job has locked are skipped instead of waited for."""

    def shown(self, query: Query, rows: Sequence[int], start: int, stop: int) -> Sequence[int]:
        items = super().shown(query, rows, start, stop)
        locked = query.listing is USERS and query.cursor is not None and len(items) > 1
        return [one for one in items if one % 9 != 8 or one == items[-1]] if locked else items


@fault(breaks="walks.complete", listing="members")
class DescendingSkipsOnEveryPage(Api):
    """Under `desc` each page of members but the first begins a row late: an offset from the end is off by one."""

    def cut(self, query: Query, rows: Sequence[int], mark: Mark | None) -> tuple[int, int]:
        start, stop = super().cut(query, rows, mark)
        late = query.listing is MEMBERS and query.descending and mark is not None and mark.kind == AFTER
        return (min(start + 1, stop - 1), stop) if late else (start, stop)


@fault(breaks="filters.type-complete", listing="events")
class TypeLosesARowBetweenPages(Api):
    """With `event_type` each page but the first begins a row late: the row that was peeked at is not put back."""

    def cut(self, query: Query, rows: Sequence[int], mark: Mark | None) -> tuple[int, int]:
        start, stop = super().cut(query, rows, mark)
        late = query.filters.kind is not None and mark is not None and mark.kind == AFTER
        return (min(start + 1, stop), stop) if late else (start, stop)


# --- filtered answers that are cut short ------------------------------------------------------------------------------


class _CutShort(Api):
    """Where a listing is filtered in some way, only so many rows are ever seen."""

    def most(self, query: Query) -> int | None:
        return None

    def rows(self, query: Query) -> Sequence[int]:
        rows, most = super().rows(query), self.most(query)
        if most is None or len(rows) <= most:
            return rows
        return rows[-most:] if query.descending else rows[:most]


@fault(breaks="filters.dates-model", listing="conversations")
class SearchShowsTwenty(_CutShort):
    """With dates only the first twenty conversations come: the search engine's answer has a size of its own."""

    def most(self, query: Query) -> int | None:
        return 20 if query.listing is CONVERSATIONS and query.given else None


@fault(breaks="filters.dates-model", listing="conversations")
class ArchiveNotSearched(Api):
    """With dates the oldest fifteen conversations are missing: they were moved to an archive without that index."""

    def conversation_rows(self, query: Query) -> Sequence[int]:
        rows = super().conversation_rows(query)
        return [row for row in rows if row >= 15] if query.given else rows


@fault(breaks="filters.type-complete", listing="events")
class TypeShowsTwelve(_CutShort):
    """With `event_type` only the first twelve events come: the sub-query that finds them has a limit."""

    def most(self, query: Query) -> int | None:
        return 12 if query.filters.kind is not None else None


@fault(breaks="filters.ids-range", listing="events")
class RangeScansThirty(Api):
    """From `start_id` on only thirty events are looked at: a scan stops after so many rows, and says nothing."""

    def event_rows(self, query: Query) -> Sequence[int]:
        rows = super().event_rows(query)
        if query.filters.first_id is None:
            return rows
        first = next(iter(super().event_rows(query._replace(filters=query.filters._replace(kind=None)))), 0)
        return [row for row in islice(rows, 30) if row < first + 30]


@fault(breaks="filters.conjunction", listing="events")
class TypeAndRangeShowEight(_CutShort):
    """With `event_type` and ids together only the first eight events come: they are joined within a small buffer."""

    def most(self, query: Query) -> int | None:
        filters = query.filters
        ranged = filters.first_id is not None or filters.last_id is not None
        return 8 if filters.kind is not None and ranged else None


# --- links that name two values ---------------------------------------------------------------------------------------


@fault(breaks="links.parameters", listing=("users", "conversations"))
class DefaultSizeBesideTheRealOne(Unbound):
    """`next` names `page_size` twice, first the default and then what was asked for: one was to replace the other."""

    def parameters(self, listing: Listing, query_string: str) -> dict[str, str]:
        return super().parameters(listing, "&".join(_last_of_each(query_string)))

    def links(self, query: Query, page: Page, own: str) -> Json:
        links, following = super().links(query, page, own), self.next_mark(query, page)
        if query.listing not in (USERS, CONVERSATIONS) or following is None or query.size == 10:
            return links
        stem = self.stem(query).replace("?", "?page_size=10&", 1)
        return links | {"next": {"href": self.href(query, stem, self.cursor(query, following))}}


def _last_of_each(query_string: str) -> list[str]:
    """The parts of a query string, of those with one name the last."""
    return list({part.partition("=")[0]: part for part in query_string.split("&")}.values())
