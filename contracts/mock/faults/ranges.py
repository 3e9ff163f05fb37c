"""Faults of the filters of events: ids from and to, and the type."""

# ruff: noqa: ARG002, D102, PLR2004 - steps keep their parameters; the class says what they do, and its numbers

from collections.abc import Sequence

from contracts.mock.api import Api
from contracts.mock.queries import Filters, Query
from contracts.mock.registry import fault


class _OtherFilters(Api):
    """Events chosen by filters that are not quite those asked for."""

    def chosen(self, query: Query) -> Filters:
        return query.filters

    def event_rows(self, query: Query) -> Sequence[int]:
        return super().event_rows(query._replace(filters=self.chosen(query)))


class _Sieved(Api):
    """Events chosen one by one."""

    def passes(self, query: Query, event: int) -> bool:
        return True

    def event_rows(self, query: Query) -> Sequence[int]:
        return [one for one in range(self.event_count(query.conversation)) if self.passes(query, one)]


@fault(breaks="filters.ids-range", listing="events")
class StartIdExcluded(_OtherFilters):
    """`start_id` itself is left out: "after" was read where "at" is written."""

    def chosen(self, query: Query) -> Filters:
        first = query.filters.first_id
        return query.filters._replace(first_id=None if first is None else first + 1)


@fault(breaks="filters.ids-range", listing="events")
class EndIdExcluded(_OtherFilters):
    """`end_id` itself is left out, as in a half-open range."""

    def chosen(self, query: Query) -> Filters:
        last = query.filters.last_id
        return query.filters._replace(last_id=None if last is None else last - 1)


@fault(breaks="filters.ids-range", listing="events")
class EndIdIgnored(_OtherFilters):
    """`end_id` is checked and then forgotten."""

    def chosen(self, query: Query) -> Filters:
        return query.filters._replace(last_id=None)


@fault(breaks="filters.ids-range", listing="events")
class StartIdWinsOverEndId(_OtherFilters):
    """With both ids only `start_id` counts; each alone is right."""

    def chosen(self, query: Query) -> Filters:
        return query.filters if query.filters.first_id is None else query.filters._replace(last_id=None)


@fault(breaks="filters.ids-range", listing="events")
class IdsComparedAsText(_Sieved):
    """`start_id` and `end_id` are compared as text, as their schema has it: 9 lies behind 10."""

    def passes(self, query: Query, event: int) -> bool:
        number, given = str(self.event_id(query.conversation, event)), dict(query.given)
        kind = query.filters.kind
        fits = given.get("start_id", "") <= number <= given.get("end_id", "~")
        return fits and kind in (None, self.event_kind(query.conversation, event))


@fault(breaks="filters.ids-range", listing="events")
class IdsAreCounted(Api):
    """`start_id` and `end_id` are taken for places in the listing, which gaps in the ids make wrong."""

    def events_before(self, conversation: int, number: int) -> int:
        return max(0, min(number - 1, self.event_count(conversation)))

    def event_of(self, conversation: int, number: int) -> int | None:
        found = super().events_before(conversation, number)
        return found if self.event_id(conversation, found) == number else None


@fault(breaks="filters.ids-range", listing="events")
class StartIdMustExist(Api):
    """A `start_id` that no event has gives nothing: the event is looked up first."""

    def event_rows(self, query: Query) -> Sequence[int]:
        first = query.filters.first_id
        gone = first is not None and self.event_of(query.conversation, first) is None
        return () if gone else super().event_rows(query)


@fault(breaks="filters.ids-range", listing="events")
class TwoDigitsOfTheEndId(Api):
    """Of `end_id` the first two digits count: it is read into a field of two characters."""

    def event_number(self, name: str, text: str | None) -> int | None:
        number = super().event_number(name, text)
        return int(str(number)[:2]) if name == "end_id" and number is not None and number > 99 else number


@fault(breaks="filters.ids-range", listing="events")
class StartIdIsAHundredAtMost(_OtherFilters):
    """A `start_id` above a hundred counts as a hundred: the limit of the page size was applied to it."""

    def chosen(self, query: Query) -> Filters:
        first = query.filters.first_id
        return query.filters._replace(first_id=None if first is None else min(100, first))


@fault(breaks="filters.ids-range", listing="events")
class NegativeEndIdCountsBack(Api):
    """A negative `end_id` leaves out so many events at the end: it is used as the end of a slice."""

    def event_rows(self, query: Query) -> Sequence[int]:
        last = query.filters.last_id
        if last is None or last >= 0:
            return super().event_rows(query)
        return super().event_rows(query._replace(filters=query.filters._replace(last_id=None)))[:last]


@fault(breaks="filters.type-exact", listing="events")
class TypeIgnored(_OtherFilters):
    """`event_type` is checked and then forgotten."""

    def chosen(self, query: Query) -> Filters:
        return query.filters._replace(kind=None)


@fault(breaks="filters.type-exact", listing="events")
class TypeByItsFirstWord(_Sieved):
    """Types are compared up to the colon, so that `member:left` gives invitations too."""

    def passes(self, query: Query, event: int) -> bool:
        kind, own = query.filters.kind, self.event_kind(query.conversation, event)
        return _inside(self, query, event) and (kind is None or kind.split(":")[0] == own.split(":")[0])


@fault(breaks="filters.type-exact", listing="events")
class TypeByALike(_Sieved):
    """Types are compared with `LIKE '%text%'`, so that `text` gives `custom:text` too."""

    def passes(self, query: Query, event: int) -> bool:
        kind = query.filters.kind or ""
        return _inside(self, query, event) and kind in self.event_type(query.conversation, event)


@fault(breaks="filters.type-complete", listing="events")
class TypeFilteredAfterPaging(Api):
    """`event_type` is used on each page after it was cut, and a page that is empty then ends the listing."""

    def event_rows(self, query: Query) -> Sequence[int]:
        return super().event_rows(query._replace(filters=query.filters._replace(kind=None)))

    def shown(self, query: Query, rows: Sequence[int], start: int, stop: int) -> Sequence[int]:
        items, kind = super().shown(query, rows, start, stop), query.filters.kind
        if kind is None:
            return items
        return [one for one in items if self.event_kind(query.conversation, one) == kind]


@fault(breaks="filters.type-complete", listing="events")
class TypeIndexIsBehind(Api):
    """The last twelve events are missing where `event_type` is asked for: the index by type is behind."""

    def event_rows(self, query: Query) -> Sequence[int]:
        rows, fresh = super().event_rows(query), self.event_count(query.conversation) - 12
        return rows if query.filters.kind is None else [row for row in rows if row < fresh]


@fault(breaks="filters.type-complete", listing="events")
class LeaversOnce(Api):
    """`event_type=member:left` gives one event per member: the query that answers it is made `distinct`."""

    def event_rows(self, query: Query) -> Sequence[int]:
        rows = super().event_rows(query)
        if query.filters.kind != "member:left":
            return rows
        return sorted({self.concerned(query.conversation, row): row for row in reversed(rows)}.values())


@fault(breaks="filters.conjunction", listing="events")
class TypeWinsOverIds(_OtherFilters):
    """With `event_type` the ids are ignored: the type has a query of its own, which knows no range."""

    def chosen(self, query: Query) -> Filters:
        return query.filters if query.filters.kind is None else Filters(kind=query.filters.kind)


@fault(breaks="filters.conjunction", listing="events")
class FiltersJoinedByOr(_Sieved):
    """Type and ids are joined by "or", so that more filters give more events."""

    def passes(self, query: Query, event: int) -> bool:
        filters = query.filters
        ranged = filters.first_id is not None or filters.last_id is not None
        typed = filters.kind == self.event_kind(query.conversation, event)
        inside = _inside(self, query, event)
        return (ranged and inside) or typed or filters == Filters()


@fault(breaks="filters.conjunction", listing="events")
class TypeIgnoredUnderDescending(_OtherFilters):
    """With an id range and `desc` together, the type is ignored: one of four queries forgot it."""

    def chosen(self, query: Query) -> Filters:
        forgotten = query.descending and query.filters.first_id is not None
        return query.filters._replace(kind=None) if forgotten else query.filters


@fault(breaks="filters.conjunction", listing="events")
class IdsTurnedRound(_OtherFilters):
    """A range of ids that ends before it begins is turned round: the query helper sorts its two bounds."""

    def chosen(self, query: Query) -> Filters:
        first, last = query.filters.first_id, query.filters.last_id
        turned = first is not None and last is not None and first > last
        return query.filters._replace(first_id=last, last_id=first) if turned else query.filters


@fault(breaks="filters.conjunction", listing="events")
class StartIdLostUnderDescending(_OtherFilters):
    """With `event_type` and `desc` together `start_id` is lost: the index by type is read down to its beginning."""

    def chosen(self, query: Query) -> Filters:
        lost = query.descending and query.filters.kind is not None
        return query.filters._replace(first_id=None) if lost else query.filters


@fault(breaks="order.descending", listing="events")
class ThreeFiltersHaveOneOrder(Api):
    """With both ids and `event_type` together `order` does nothing: that query was written last, and by hand."""

    def shown(self, query: Query, rows: Sequence[int], start: int, stop: int) -> Sequence[int]:
        return super().shown(self._ordered(query), rows, start, stop)

    def place(self, query: Query, rows: Sequence[int], item: int, *, past: bool) -> int:
        return super().place(self._ordered(query), rows, item, past=past)

    def _ordered(self, query: Query) -> Query:
        return query._replace(descending=False) if len(query.given) == 3 else query


@fault(breaks="filters.type-complete", listing="events")
class LastOneOfATypeLostUnderDescending(Api):
    """Under `desc` with `event_type` the last page is lost where it holds one item: `>` was written for `>=`."""

    def followed(self, query: Query, rows: Sequence[int], stop: int) -> bool:
        alone = query.descending and query.filters.kind is not None and len(rows) - stop == 1
        return super().followed(query, rows, stop) and not alone


def _inside(api: Api, query: Query, event: int) -> bool:
    """Whether an event lies in the range of ids asked for."""
    number, filters = api.event_id(query.conversation, event), query.filters
    low = filters.first_id is None or number >= filters.first_id
    return low and (filters.last_id is None or number <= filters.last_id)
