"""Faults that show on pages with gaps, and on the way back: while items come in, or under one order only."""

# ruff: noqa: ARG002, D102 - steps keep their parameters; the class says what they do

from collections.abc import Sequence

from contracts.mock.api import Api
from contracts.mock.helpers import TIMED, FilteredLate
from contracts.mock.queries import AFTER, BEFORE, UPTO, Mark, Page, Query
from contracts.mock.registry import fault

_BEYOND = 1 << 40  # items that no listing has


@fault(breaks="walks.backward", needs="writes")
class PrevByOffset(Api):
    """Only `prev` counts the items to skip: under `desc` a walk back passes over as many as were written meanwhile."""

    def cut(self, query: Query, rows: Sequence[int], mark: Mark | None) -> tuple[int, int]:
        if mark is None or mark.kind != BEFORE:
            return super().cut(query, rows, mark)
        place = min(mark.item, len(rows))
        return max(0, place - query.size), place

    def previous_mark(self, query: Query, page: Page) -> Mark | None:
        mark = super().previous_mark(query, page) if page.items else None
        return Mark(BEFORE, self.place(query, self.rows(query), mark.item, past=False)) if mark else None


@fault(breaks="walks.terminates")
class EmptyPagesWithoutEnd(Api):
    """Every page has a `next`, the empty ones too, each to one further on: an offset that nobody compares with a count."""

    def followed(self, query: Query, rows: Sequence[int], stop: int) -> bool:
        return True

    def next_mark(self, query: Query, page: Page) -> Mark | None:
        if page.items:
            return super().next_mark(query, page)
        passed = page.mark.item - _BEYOND if page.mark and page.mark.item >= _BEYOND else 0
        return Mark(AFTER, _BEYOND + passed + 1)

    def place(self, query: Query, rows: Sequence[int], item: int, *, past: bool) -> int:
        return len(rows) if item >= _BEYOND else super().place(query, rows, item, past=past)


class _TypesFilteredLate(FilteredLate):
    """Events are cut into pages first, and what is of another type is left out then."""

    late = ("kind",)


@fault(breaks="filters.dates-model", listing="conversations")
class EmptyPageOfDatesEnds(FilteredLate):
    """Dates are filtered after pages were cut, and an empty page has no `next`: what follows it is never reached."""

    late = ("after", "before")

    def next_mark(self, query: Query, page: Page) -> Mark | None:
        return super().next_mark(query, page) if self.passed(query, page) else None


@fault(breaks="filters.type-complete", listing="events")
class EmptyPageEndsTheWalk(_TypesFilteredLate):
    """Types are filtered after pages were cut, and an empty page has no `next`: what follows it is never reached."""

    def next_mark(self, query: Query, page: Page) -> Mark | None:
        return super().next_mark(query, page) if self.passed(query, page) else None


@fault(breaks="filters.type-complete", listing="events")
class RowBehindAnEmptyPageLost(_TypesFilteredLate):
    """Types are filtered after pages were cut; the row that was fetched to look beyond an empty page is skipped."""

    def next_mark(self, query: Query, page: Page) -> Mark | None:
        mark = super().next_mark(query, page)
        return mark if mark is None or self.passed(query, page) else mark._replace(item=mark.item + _BEYOND)

    def place(self, query: Query, rows: Sequence[int], item: int, *, past: bool) -> int:
        place = super().place(query, rows, item % _BEYOND, past=past)
        return min(place + 1, len(rows)) if item >= _BEYOND else place

    def previous_mark(self, query: Query, page: Page) -> Mark | None:
        if page.mark is None or page.mark.item < _BEYOND:
            return super().previous_mark(query, page)
        return Mark(UPTO, page.mark.item % _BEYOND)


@fault(breaks="filters.paged", listing=TIMED)
class FilterLostBehindAnEmptyPage(FilteredLate):
    """Pages are filtered after they were cut, but not the one behind an empty one: its cursor lacks the filter."""

    def next_mark(self, query: Query, page: Page) -> Mark | None:
        mark = super().next_mark(query, page)
        lost = mark is not None and not self.passed(query, page)
        return mark._replace(item=mark.item + _BEYOND) if mark and lost else mark

    def passed(self, query: Query, page: Page) -> Sequence[int]:
        lost = page.mark is not None and page.mark.item >= _BEYOND
        return page.items if lost else super().passed(query, page)

    def place(self, query: Query, rows: Sequence[int], item: int, *, past: bool) -> int:
        return super().place(query, rows, item % _BEYOND, past=past)


@fault(breaks="links.present", listing=TIMED)
class NoPrevOnAnEmptyPage(FilteredLate):
    """Pages are filtered after they were cut; an empty one in the middle has no `prev`, so that nobody gets back."""

    def previous_mark(self, query: Query, page: Page) -> Mark | None:
        return super().previous_mark(query, page) if self.passed(query, page) else None


@fault(breaks="walks.backward", listing=TIMED)
class PrevOfAnEmptyPageSkipsOne(FilteredLate):
    """Pages are filtered after they were cut; `prev` of one that is left empty leads two pages back, not one."""

    def previous_mark(self, query: Query, page: Page) -> Mark | None:
        mark, rows = super().previous_mark(query, page), self.rows(query)
        if mark is None or self.passed(query, page):
            return mark
        place = self.place(query, rows, mark.item, past=False) - query.size
        return Mark(BEFORE, self.shown(query, rows, place, place + 1)[0]) if place > 0 else mark
