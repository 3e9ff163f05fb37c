"""Faults of the links between pages: which are there, and where they lead."""

# ruff: noqa: ARG002, D102, PLR2004 - steps keep their parameters; the class says what they do, and its numbers

from collections import OrderedDict
from collections.abc import Sequence

from contracts.mock.api import Api
from contracts.mock.errors import bad_parameter
from contracts.mock.items import Json
from contracts.mock.oddities.links import EmptyPageAtTheEnd
from contracts.mock.queries import AFTER, BEFORE, Mark, Page, Query
from contracts.mock.registry import fault
from contracts.mock.settings import Settings


class _Lacking(Api):
    """Links of which some are left out."""

    def lacks(self, query: Query, page: Page, name: str) -> bool:
        return False

    def links(self, query: Query, page: Page, own: str) -> Json:
        links = super().links(query, page, own)
        return {name: link for name, link in links.items() if not self.lacks(query, page, name)}


@fault(breaks="links.present")
class NoSelf(_Lacking):
    """There is no `self`: whoever asked knows where they are."""

    def lacks(self, query: Query, page: Page, name: str) -> bool:
        return name == "self"


@fault(breaks="links.present")
class NullForNoLink(Api):
    """Where there is no next or previous page, the link is null: the serializer writes all members of the type."""

    def links(self, query: Query, page: Page, own: str) -> Json:
        return {"next": None, "prev": None, **super().links(query, page, own)}


@fault(breaks="links.present")
class NoPrev(_Lacking):
    """There is never a `prev`: the index can only be read forward."""

    def lacks(self, query: Query, page: Page, name: str) -> bool:
        return name == "prev"


@fault(breaks="links.present")
class NoPrevOnTheLastPage(_Lacking):
    """The last page has no `prev`: a shortcut for pages without `next` leaves both out."""

    def lacks(self, query: Query, page: Page, name: str) -> bool:
        return name == "prev" and not page.followed


@fault(breaks="links.present")
class NoFirstLater(_Lacking):
    """Only the first page has `first`: it was made by the branch that handles requests without a cursor."""

    def lacks(self, query: Query, page: Page, name: str) -> bool:
        return name == "first" and query.cursor is not None


@fault(breaks="links.present")
class NoPrevOnTheSecondPage(Api):
    """The second page has no `prev`: its start is compared with the page size instead of with nought."""

    def preceded(self, query: Query, rows: Sequence[int], start: int) -> bool:
        return start > query.size


@fault(breaks="links.present")
class NoNextAfterGoingBack(_Lacking):
    """A page that was reached by `prev` has no `next`: what follows is only looked up forward."""

    def lacks(self, query: Query, page: Page, name: str) -> bool:
        return name == "next" and page.mark is not None and page.mark.kind == BEFORE


@fault(breaks="walks.complete")
class NoNextForOne(Api):
    """There is no `next` where exactly one item follows: an off-by-one that loses the item."""

    def followed(self, query: Query, rows: Sequence[int], stop: int) -> bool:
        return stop < len(rows) - 1


@fault(breaks="links.ends")
class PrevOnTheFirstPage(Api):
    """The first page has a `prev`, which leads to an empty page: the link is made without looking."""

    def preceded(self, query: Query, rows: Sequence[int], start: int) -> bool:
        return True


@fault(breaks="links.ends")
class PrevWrapsAround(Api):
    """`prev` of the first page leads to the last items: a negative start counts from the end."""

    def preceded(self, query: Query, rows: Sequence[int], start: int) -> bool:
        return len(rows) > 0

    def cut(self, query: Query, rows: Sequence[int], mark: Mark | None) -> tuple[int, int]:
        start, stop = super().cut(query, rows, mark)
        backwards = mark is not None and mark.kind == BEFORE and stop == 0
        return (max(0, len(rows) - query.size), len(rows)) if backwards else (start, stop)


@fault(breaks="links.ends")
class NextToNowhere(Api):
    """The last page has a `next` with a cursor for nothing, which is refused: an encoded null."""

    def links(self, query: Query, page: Page, own: str) -> Json:
        links = super().links(query, page, own)
        return {"next": {"href": self.href(query, self.stem(query), "null")}} | links


@fault(breaks="links.ends")
class PrevOfTheFirstAfterGoingBack(Api):
    """A first page that was reached by `prev` still has a `prev`, to an empty page: going back never looks ahead."""

    def previous_mark(self, query: Query, page: Page) -> Mark | None:
        backwards = page.mark is not None and page.mark.kind == BEFORE and page.items
        return Mark(BEFORE, page.items[0]) if backwards else super().previous_mark(query, page)


@fault(breaks="walks.terminates")
class EmptyPagesLeadToThemselves(Api):
    """An empty page has a `next`, to itself: there is no last item that a cursor could be made of."""

    def links(self, query: Query, page: Page, own: str) -> Json:
        links = super().links(query, page, own)
        return links if page.items else links | {"next": links["self"]}


@fault(breaks="links.self")
class SelfPointsOn(Api):
    """`self` leads to the next page, where there is one: the cursor was moved on before links were made."""

    def links(self, query: Query, page: Page, own: str) -> Json:
        links = super().links(query, page, own)
        return links | {"self": links.get("next", links["self"])}


@fault(breaks="links.self")
class SelfIsFirst(Api):
    """`self` leads to the first page from everywhere: it is the address without its cursor."""

    def links(self, query: Query, page: Page, own: str) -> Json:
        links = super().links(query, page, own)
        return links | {"self": links["first"]}


@fault(breaks="links.self")
class SelfSkipsTheFirstItem(Api):
    """`self` of a page without a cursor begins behind its first item: "from" was mistaken for "after"."""

    def own_cursor(self, query: Query, page: Page) -> str:
        if query.cursor is None and page.items:
            return self.cursor(query, Mark(AFTER, page.items[0]))
        return super().own_cursor(query, page)


@fault(breaks="links.self")
class SelfAfterGoingBack(Api):
    """`self` of a page that was reached by `prev` leads one item further: "from" was mistaken for "after"."""

    def own_cursor(self, query: Query, page: Page) -> str:
        if page.mark is not None and page.mark.kind == BEFORE and page.items:
            return self.cursor(query, Mark(AFTER, page.items[0]))
        return super().own_cursor(query, page)


@fault(breaks="links.first")
class FirstIsHere(Api):
    """`first` leads to the page that one is on: it keeps the cursor."""

    def links(self, query: Query, page: Page, own: str) -> Json:
        links = super().links(query, page, own)
        return links | {"first": links["self"]}


@fault(breaks="links.first")
class FirstIsPrev(Api):
    """`first` leads one page back, which is right on the second page only."""

    def links(self, query: Query, page: Page, own: str) -> Json:
        links = super().links(query, page, own)
        return links | {"first": links.get("prev", links["first"])}


@fault(breaks="links.next-prev")
class PrevWithoutReversing(Api):
    """`prev` leads to the first page: what is before the cursor is read from the front, then limited."""

    def cut(self, query: Query, rows: Sequence[int], mark: Mark | None) -> tuple[int, int]:
        start, stop = super().cut(query, rows, mark)
        backwards = mark is not None and mark.kind == BEFORE
        return (0, min(stop, self.limit(query))) if backwards else (start, stop)


@fault(breaks="links.next-prev")
class PrevOverlaps(Api):
    """`prev` ends before this page's last item, not before its first: the wrong end of the list was taken."""

    def previous_mark(self, query: Query, page: Page) -> Mark | None:
        mark = super().previous_mark(query, page)
        return Mark(BEFORE, page.items[-1]) if mark and page.items else mark


@fault(breaks="links.next-prev")
class SwappedAfterGoingBack(Api):
    """Beyond the second page, `next` and `prev` change places on a page that was reached by `prev`."""

    def links(self, query: Query, page: Page, own: str) -> Json:
        links = super().links(query, page, own)
        if page.mark is None or page.mark.kind != BEFORE or not {"next", "prev"} <= links.keys():
            return links
        place = self.place(query, self.rows(query), page.items[0], past=False)
        return links | {"next": links["prev"], "prev": links["next"]} if place > query.size else links


@fault(breaks="links.next-prev")
class PrevFromTheLastPage(Api):
    """`prev` of a last page that is not full goes back by what that page holds, not by the page size."""

    def cut(self, query: Query, rows: Sequence[int], mark: Mark | None) -> tuple[int, int]:
        start, stop = super().cut(query, rows, mark)
        if mark is None or mark.kind != BEFORE:
            return start, stop
        return max(start, stop - min(query.size, len(rows) - stop)), stop


@fault(breaks="links.next-prev")
class PrevOfTheEmptyPage(EmptyPageAtTheEnd):
    """`prev` of the empty page at the end leaves out the last item: "before" its cursor, not "up to" it."""

    def previous_mark(self, query: Query, page: Page) -> Mark | None:
        if not page.items and page.preceded and page.mark is not None:
            return Mark(BEFORE, page.mark.item)
        return super().previous_mark(query, page)


@fault(breaks="links.cursor-fresh")
class NextLeadsBack(Api):
    """On the fourth page `next` leads to the second again: the cursor is kept modulo a small number."""

    def next_mark(self, query: Query, page: Page) -> Mark | None:
        mark = super().next_mark(query, page)
        rows = self.rows(query)
        if mark and self.place(query, rows, page.items[0], past=False) == 3 * query.size:
            return Mark(AFTER, self.shown(query, rows, query.size - 1, query.size)[0])
        return mark


@fault(breaks="links.cursor-replay")
class CursorsForOneUse(Api):
    """A cursor works once: the data base's own cursor is handed out, and closed after reading."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.used: set[str] = set()

    def mark(self, query: Query, cursor: str) -> Mark:
        if cursor in self.used:
            raise bad_parameter("cursor", "is closed")
        self.used.add(cursor)
        return super().mark(query, cursor)


@fault(breaks="links.cursor-replay")
class CursorsAreForgotten(Api):
    """Only the last forty cursors are known: they are kept in a small cache on the server."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.known: OrderedDict[str, None] = OrderedDict()

    def cursor(self, query: Query, mark: Mark) -> str:
        cursor = super().cursor(query, mark)
        self.known[cursor] = None
        self.known.move_to_end(cursor)
        while len(self.known) > 40:
            self.known.popitem(last=False)
        return cursor

    def mark(self, query: Query, cursor: str) -> Mark:
        if cursor not in self.known:
            raise bad_parameter("cursor", "has expired")
        return super().mark(query, cursor)
