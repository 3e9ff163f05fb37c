"""Windows: filters that hold apart what is read of a listing that is too long, or that moves, and queries within them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from contracts.paging import filter_values as values
from contracts.paging import instants
from contracts.paging.listings import EVENTS, Item, Listing
from contracts.paging.oracle import bound
from contracts.paging.queries import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True)
class Tail:
    """The newest items of a listing that is too long to be read whole.

    Attributes:
        window: the filter that leaves them, and whatever is added later.
        beginning: how many items were read from the other end.
        items: how many there were in the tail.
    """

    window: Query
    beginning: int
    items: int

    def __str__(self) -> str:
        known = self.beginning + self.items
        return f"the first {self.beginning:,} and the last {self.items:,} of more than {known:,}"


def since(listing: Listing, newest: Sequence[Item]) -> Query | None:
    """A filter that leaves these items, or almost all of them, and what is added later."""
    if listing == EVENTS:
        ids = [number for item in newest if (number := listing.key(item)) is not None]
        return Query(start_id=str(min(ids))) if ids else None
    return next((Query(date_start=instants.text(instant)) for instant in values.between(newest)), None)


def within(query: Query, window: Query | None) -> Query:
    """A query, with the filters of a window where they are narrower than its own."""
    if window is None:
        return query
    merged = dict(window.filters)
    for name, value in query.filters.items():
        merged[name] = _tighter(name, value, merged[name]) if name in merged else value
    return replace(query, **merged)


def _tighter(name: str, one: str, other: str) -> str:
    choose = min if "end" in name else max
    return choose(one, other, key=_bound(name))


def upside_down(query: Query) -> bool:
    """Whether a query asks for a range whose end lies before its start."""
    filters = query.filters
    ranges = [("start_id", "end_id"), ("date_start", "date_end")]
    return any(
        _bound(start)(filters[start]) > _bound(end)(filters[end]) for start, end in ranges if {start, end} <= {*filters}
    )


def _bound(name: str) -> Callable[[str], int]:
    """What the values of a filter are compared by."""
    return int if name.endswith("id") else lambda text: found.nanoseconds if (found := bound(text)) else 0
