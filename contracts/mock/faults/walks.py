"""Faults that one page does not show: they lie between pages, between walks, or between walkers."""

# ruff: noqa: ARG002, D102, PLR2004 - steps keep their parameters; the class says what they do, and its numbers

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from contracts.mock.api import Api
from contracts.mock.helpers import TIMED, Rearranged
from contracts.mock.ids import mix
from contracts.mock.queries import AFTER, BEFORE, CONVERSATIONS, EVENTS, FROM, USERS, Mark, Page, Query
from contracts.mock.registry import fault
from contracts.mock.settings import Settings


@fault(breaks="walks.terminates")
class LastPageRepeats(Api):
    """`next` of the last page is the last page again: where nothing follows, the cursor stays as it was."""

    def followed(self, query: Query, rows: Sequence[int], stop: int) -> bool:
        return len(rows) > 0

    def next_mark(self, query: Query, page: Page) -> Mark | None:
        mark, rows = super().next_mark(query, page), self.rows(query)
        if mark and self.place(query, rows, mark.item, past=True) == len(rows):
            return Mark(FROM, page.items[0])
        return mark


@fault(breaks="walks.terminates")
class WrapsAround(Api):
    """`next` of the last page leads to the beginning: the place is taken modulo the number of items."""

    def followed(self, query: Query, rows: Sequence[int], stop: int) -> bool:
        return len(rows) > 0

    def cut(self, query: Query, rows: Sequence[int], mark: Mark | None) -> tuple[int, int]:
        start, stop = super().cut(query, rows, mark)
        return (start, stop) if start < stop else (0, min(query.size, len(rows)))


@fault(breaks="walks.disjoint")
class PagesOverlap(Api):
    """Each page begins with the last item of the one before: the key is compared with `>=`."""

    def place(self, query: Query, rows: Sequence[int], item: int, *, past: bool) -> int:
        return super().place(query, rows, item, past=False)


class ByCreationAlone(Api):
    """Keyset paging with the creation time for its only key, so that it cannot tell ties apart."""

    def tied(self, item: int) -> tuple[int, int]:
        created = self.created(item)
        return self.created_before(created), self.created_before(created + 1) - 1


@fault(breaks="walks.complete", listing="conversations")
class TiesLost(ByCreationAlone):
    """Ties with a page's last conversation are passed over: the next page is `created > ?` alone."""

    def rank(self, query: Query, rows: Sequence[int], item: int, *, past: bool) -> int:
        if query.listing is CONVERSATIONS:
            item = self.tied(item)[1 if past else 0]
        return super().rank(query, rows, item, past=past)


@fault(breaks="walks.disjoint", listing="conversations")
class TiesRepeated(ByCreationAlone):
    """Short ties with a page's last conversation come again: `created >= ?`, unless they fill a page."""

    def rank(self, query: Query, rows: Sequence[int], item: int, *, past: bool) -> int:
        first, last = self.tied(item) if query.listing is CONVERSATIONS else (item, item)
        if past == query.descending or not 0 < last - first < query.size - 1:
            return super().rank(query, rows, item, past=past)
        return bisect_left(rows, first) if past else bisect_right(rows, last)


@fault(breaks="walks.complete")
class CursorFromThePeekedRow(Api):
    """Each page begins one item late: the cursor is made from the row that was fetched to look ahead."""

    def next_mark(self, query: Query, page: Page) -> Mark | None:
        mark = super().next_mark(query, page)
        if mark is None:
            return None
        rows = self.rows(query)
        stop = self.place(query, rows, mark.item, past=True)
        return Mark(AFTER, self.shown(query, rows, stop, stop + 1)[0]) if stop + 1 < len(rows) else mark


@fault(breaks="walks.complete")
class LastItemLost(Api):
    """The last page of several lacks its last item: an end that is excluded was taken for included."""

    def shown(self, query: Query, rows: Sequence[int], start: int, stop: int) -> Sequence[int]:
        return super().shown(query, rows, start, stop - 1 if 0 < start < stop - 1 and stop == len(rows) else stop)


@fault(breaks="walks.complete")
class ExactMultipleCut(Api):
    """Where exactly one full page remains, it has no link to it: `>` was written for `>=`."""

    def followed(self, query: Query, rows: Sequence[int], stop: int) -> bool:
        return super().followed(query, rows, stop) and len(rows) - stop != query.size


@fault(breaks="walks.complete")
class ResultWindow(Api):
    """A walk ends after thirty items: the search engine's result window is small, and it says nothing."""

    def followed(self, query: Query, rows: Sequence[int], stop: int) -> bool:
        return super().followed(query, rows, stop) and stop < 30


@fault(breaks="walks.complete")
class FortyPagesOfOne(Api):
    """A walk with `page_size=1` ends after forty items: so many pages are served, and no more."""

    def followed(self, query: Query, rows: Sequence[int], stop: int) -> bool:
        return super().followed(query, rows, stop) and (query.size > 1 or stop < 40)


@fault(breaks="walks.complete")
class OddSizesRoundedBetweenShards(Api):
    """With an odd page size an item is lost on each page but the first: two shards give half each."""

    def cut(self, query: Query, rows: Sequence[int], mark: Mark | None) -> tuple[int, int]:
        start, stop = super().cut(query, rows, mark)
        uneven = query.size % 2 == 1 and mark is not None and mark.kind == AFTER and stop - start > 2
        return (start + 1, stop) if uneven else (start, stop)


@fault(breaks="walks.complete", listing="users")
class FastPathForHundred(Rearranged):
    """With `page_size=100` users come in order of their names: the largest page has a query of its own."""

    def rows(self, query: Query) -> Sequence[int]:
        rows = super().rows(query)
        return sorted(rows, key=self.user_name) if query.listing is USERS and query.size == 100 else rows


@fault(breaks="walks.disjoint")
class PinnedItem(Api):
    """The oldest item comes again at the head of the last page: it is pinned, and merged into two pages."""

    def shown(self, query: Query, rows: Sequence[int], start: int, stop: int) -> Sequence[int]:
        items = super().shown(query, rows, start, stop)
        pinned = not query.descending and start > 0 and stop == len(rows) and len(items) < query.size
        return [rows[0], *items] if pinned else items


@fault(breaks="walks.disjoint", needs="writes")
class OffsetPaging(Api):
    """A cursor holds a count of items to skip, so under `desc` what is written shifts it."""

    def cut(self, query: Query, rows: Sequence[int], mark: Mark | None) -> tuple[int, int]:
        if mark is None or mark.kind not in (AFTER, BEFORE):
            return super().cut(query, rows, mark)
        place = min(mark.item, len(rows))
        if mark.kind == BEFORE:
            return max(0, place - query.size), place
        return place, min(place + query.size, len(rows))

    def next_mark(self, query: Query, page: Page) -> Mark | None:
        mark = super().next_mark(query, page)
        return Mark(AFTER, self.place(query, self.rows(query), mark.item, past=True)) if mark else None

    def previous_mark(self, query: Query, page: Page) -> Mark | None:
        mark = super().previous_mark(query, page) if page.items else None
        return Mark(BEFORE, self.place(query, self.rows(query), mark.item, past=False)) if mark else None


@fault(breaks="walks.complete", needs="writes")
class CountedFromTheNewest(Api):
    """A cursor holds how many newer items there were; those written since make an ascending walk skip."""

    def next_mark(self, query: Query, page: Page) -> Mark | None:
        mark = super().next_mark(query, page)
        if mark is None or query.descending:
            return mark
        rows = self.rows(query)
        return Mark(FROM, (1 << 40) + len(rows) - self.place(query, rows, mark.item, past=True))

    def place(self, query: Query, rows: Sequence[int], item: int, *, past: bool) -> int:
        if item >= 1 << 40:
            return max(0, len(rows) - (item - (1 << 40)))
        return super().place(query, rows, item, past=past)


@fault(breaks="walks.changing-size")
class PageNumbers(Api):
    """A cursor holds the number of a page, so that with another page size it means other items."""

    def cut(self, query: Query, rows: Sequence[int], mark: Mark | None) -> tuple[int, int]:
        if mark is None or mark.kind not in (AFTER, BEFORE):
            return super().cut(query, rows, mark)
        start = min(mark.item * query.size, len(rows))
        return start, min(start + query.size, len(rows))

    def next_mark(self, query: Query, page: Page) -> Mark | None:
        return self._numbered(query, super().next_mark(query, page), page, 1)

    def previous_mark(self, query: Query, page: Page) -> Mark | None:
        return self._numbered(query, super().previous_mark(query, page), page, -1)

    def _numbered(self, query: Query, mark: Mark | None, page: Page, step: int) -> Mark | None:
        if mark is None or not page.items:
            return None
        number = self.place(query, self.rows(query), page.items[0], past=False) // query.size
        return Mark(mark.kind, max(0, number + step))


@fault(breaks="walks.sorted", listing=TIMED)
class SortedPerPage(Rearranged):
    """Pages are cut from an unsorted index and then sorted, each for itself."""

    def rows(self, query: Query) -> Sequence[int]:
        rows = super().rows(query)
        return sorted(rows, key=mix) if query.listing in (CONVERSATIONS, EVENTS) else rows

    def shown(self, query: Query, rows: Sequence[int], start: int, stop: int) -> Sequence[int]:
        return sorted(super().shown(query, rows, start, stop), reverse=query.descending)

    def next_mark(self, query: Query, page: Page) -> Mark | None:
        return self._end(query, super().next_mark(query, page), page, last=True)

    def previous_mark(self, query: Query, page: Page) -> Mark | None:
        return self._end(query, super().previous_mark(query, page), page, last=False)

    def own_cursor(self, query: Query, page: Page) -> str:
        mark = self._end(query, Mark(FROM), page, last=False) if page.items and query.cursor is None else None
        return self.cursor(query, mark) if mark else super().own_cursor(query, page)

    def _end(self, query: Query, mark: Mark | None, page: Page, *, last: bool) -> Mark | None:
        """The mark, hung on the item that the unsorted page ends or begins with."""
        if mark is None:
            return None
        rows = self.rows(query)
        order = sorted(page.items, key=lambda one: self.place(query, rows, one, past=False))
        return Mark(mark.kind, order[-1 if last else 0])


@fault(breaks="walks.backward")
class BackwardSkipsWhenDeep(Api):
    """Going back from beyond the fourth page skips an item: the row too many is taken off the wrong end."""

    def cut(self, query: Query, rows: Sequence[int], mark: Mark | None) -> tuple[int, int]:
        start, stop = super().cut(query, rows, mark)
        deep = mark is not None and mark.kind == BEFORE and start > 4 * query.size
        return (start - 1, stop - 1) if deep else (start, stop)


@fault(breaks="walks.append", listing=("users", "members"), needs="writes")
class LatestFirst(Rearranged):
    """Who was added lately stands first, also under `asc`: rows without a last activity sort first."""

    def rows(self, query: Query) -> Sequence[int]:
        rows = super().rows(query)
        old = self.settings.users if query.listing is USERS else self.first_members(query.conversation)
        return rows if query.listing in (CONVERSATIONS, EVENTS) else [*rows[old:], *rows[:old]]


@fault(breaks="pages.repeatable", listing="conversations")
class TiesTakeTurns(Rearranged):
    """What was created at one instant changes places with every walk: nothing but the time is sorted by."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.walks = 0

    def conversation_rows(self, query: Query) -> Sequence[int]:
        self.walks += query.cursor is None
        rows, turn = super().conversation_rows(query), -1 if self.walks % 2 else 1
        return sorted(rows, key=lambda one: (self.created(one), one * turn))


@fault(breaks="walks.any-path")
class OnePositionForAll(Api):
    """Who walks with one page size moves those with another: the server keeps one place for all."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.position: dict[Query, tuple[int, Mark]] = {}

    def next_mark(self, query: Query, page: Page) -> Mark | None:
        following = super().next_mark(query, page)
        if following is not None:
            self.position[query._replace(size=0, cursor=None)] = query.size, following
        return following

    def mark(self, query: Query, cursor: str) -> Mark:
        mark = super().mark(query, cursor)
        size, other = self.position.get(query._replace(size=0, cursor=None), (query.size, mark))
        return other if mark.kind == AFTER and size != query.size else mark
