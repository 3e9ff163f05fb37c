"""Faults of real cursors that are sent with another query than the one that they were given for."""

# ruff: noqa: D102, PLR2004 - steps keep their parameters; the class says what they do, and its numbers

from collections.abc import Sequence

from contracts.mock.helpers import TIMED, Carrying
from contracts.mock.items import Json
from contracts.mock.queries import BEFORE, CONVERSATIONS, EVENTS, Filters, Mark, Query
from contracts.mock.registry import fault


class _Compared(Carrying):
    """Behind a cursor, what is asked for is compared with what the cursor was given for."""

    def differs(self, query: Query, *names: str) -> bool:
        if query.cursor is None:
            return False
        given = self.given_for(query)
        return any(getattr(given, name) != getattr(query, name) for name in names)


@fault(breaks="inputs.cursor", listing=TIMED)
class NothingBehindACursorFails(_Compared):
    """A cursor with a filter that leaves nothing makes the server fail: `prev` is made of the first item on the page."""

    def cut(self, query: Query, rows: Sequence[int], mark: Mark | None) -> tuple[int, int]:
        if mark is not None and not rows:
            raise IndexError("list index out of range")
        return super().cut(query, rows, mark)


@fault(breaks="inputs.cursor", listing=TIMED)
class NothingBeforeACursorFails(_Compared):
    """A cursor of a `prev` makes the server fail where no item passes: the page is turned round before it is looked at."""

    def cut(self, query: Query, rows: Sequence[int], mark: Mark | None) -> tuple[int, int]:
        start, stop = super().cut(query, rows, mark)
        if mark is not None and mark.kind == BEFORE and start == stop:
            raise IndexError("list index out of range")
        return start, stop


@fault(breaks="inputs.cursor", listing="conversations")
class NothingAtATieFails(_Compared):
    """A cursor between conversations of one time makes the server fail where no item passes: it counts from the first."""

    def cut(self, query: Query, rows: Sequence[int], mark: Mark | None) -> tuple[int, int]:
        if mark is not None and query.listing is CONVERSATIONS and not rows:
            around = [one for one in (mark.item - 1, mark.item + 1) if 0 <= one < self.conversation_count()]
            if self.created(mark.item) in map(self.created, around):
                raise IndexError("list index out of range")
        return super().cut(query, rows, mark)


@fault(breaks="inputs.cursor")
class CursorsOfTheWayBackKnowOneOrder(_Compared):
    """A cursor of a `prev` makes the server fail in the other order: the page is reversed twice, and its ends cross."""

    def cut(self, query: Query, rows: Sequence[int], mark: Mark | None) -> tuple[int, int]:
        if mark is not None and mark.kind == BEFORE and self.differs(query, "descending"):
            raise ValueError("attempt to get an element of an empty sequence")
        return super().cut(query, rows, mark)


@fault(breaks="inputs.cursor")
class DeepCursorsKnowOneSize(_Compared):
    """Deep in a listing a cursor makes the server fail with another page size: its page is looked up by number."""

    def cut(self, query: Query, rows: Sequence[int], mark: Mark | None) -> tuple[int, int]:
        start, stop = super().cut(query, rows, mark)
        if self.differs(query, "size") and start >= 2 * self.given_for(query).size:
            raise KeyError(start / self.given_for(query).size)
        return start, stop


@fault(breaks="inputs.cursor", listing=TIMED)
class OtherFiltersDropAll(_Compared):
    """A cursor of a filtered listing shows everything under other filters: those of neither are used."""

    def rows(self, query: Query) -> Sequence[int]:
        if self.differs(query, "filters") and self.given_for(query).filters != Filters():
            query = query._replace(filters=Filters())
        return super().rows(query)


@fault(breaks="inputs.cursor", listing="events")
class TypesReachIntoOtherConversations(_Compared):
    """A cursor with a type that it was not given for shows events of another conversation: the index by type has them all."""

    def body(self, query: Query) -> Json:
        if query.listing is EVENTS and self.differs(query, "filters") and query.filters.kind is not None:
            other = 2 if query.conversation != 2 else 7
            query = query._replace(conversation=other, cursor=None)
        return super().body(query)


@fault(breaks="inputs.cursor")
class OtherOrdersFoldThePage(_Compared):
    """A cursor in the other order shows items from both sides of its place: two halves are joined without being sorted."""

    def shown(self, query: Query, rows: Sequence[int], start: int, stop: int) -> Sequence[int]:
        items = list(super().shown(query, rows, start, stop))
        if self.differs(query, "descending") and len(items) > 2:
            items = [*items[1:], items[0]]
        return items


@fault(breaks="inputs.cursor")
class SizesAddUp(_Compared):
    """A cursor with another page size shows as many items as both sizes together: the limit is set twice."""

    def limit(self, query: Query) -> int:
        more = self.given_for(query).size if self.differs(query, "size") else 0
        return super().limit(query) + more
