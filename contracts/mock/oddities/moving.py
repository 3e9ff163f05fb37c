"""Oddities of pages that are filtered after they were cut, and of walking back while data are added."""

# ruff: noqa: D102 - steps keep their parameters; the class says what they do

from collections.abc import Sequence

from contracts.mock.api import Api
from contracts.mock.helpers import Sifted
from contracts.mock.queries import BEFORE, EVENTS, UPTO, Filters, Mark, Query
from contracts.mock.registry import oddity

_ERASED = 16  # events of 53 at most


@oddity(should=("pages.full", "links.ends"))
class TypesPickedFromEachPage(Sifted):
    """`event_type` is used on each page after it was cut: pages are short or empty, and `next` leads on."""

    def event_rows(self, query: Query) -> Sequence[int]:
        return super().event_rows(query._replace(filters=query.filters._replace(kind=None)))

    def sifted(self, query: Query, item: int) -> bool:
        kind = query.filters.kind
        return query.listing is not EVENTS or kind is None or self.event_kind(query.conversation, item) == kind


@oddity(should=("pages.full", "links.ends"))
class ErasedEventsLeaveGaps(Sifted):
    """Erased events, now and then a dozen in a row, are left out after a page was cut: some pages are empty."""

    def sifted(self, query: Query, item: int) -> bool:
        return query.listing is not EVENTS or not (item == 0 or item % 37 < item % 53 < _ERASED)


@oddity(should=("pages.full", "links.ends"))
class DatesPickedFromEachPage(Sifted):
    """Dates are compared on each page after it was cut, also going back: pages are short or empty."""

    def conversation_rows(self, query: Query) -> Sequence[int]:
        return super().conversation_rows(query._replace(filters=Filters()))

    def sifted(self, query: Query, item: int) -> bool:
        after, before = query.filters.after, query.filters.before
        late = after is None or self.created(item) > after
        return query.conversation >= 0 or (late and (before is None or self.created(item) < before))


@oddity()
class FullFirstPageGoingBack(Api):
    """Going back to where fewer items precede than a page holds gives the first page, and that is full."""

    def cut(self, query: Query, rows: Sequence[int], mark: Mark | None) -> tuple[int, int]:
        start, stop = super().cut(query, rows, mark)
        if start == 0 and mark is not None and mark.kind in (BEFORE, UPTO):
            return 0, min(self.limit(query), len(rows))
        return start, stop
