"""Filter values drawn from a target's own data: values from elsewhere would match nothing and prove nothing."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from contracts import instants
from contracts.instants import DAY, SECOND
from contracts.listings import Item, Listing, member

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MILLISECOND = SECOND // 1000
OFFSETS = (330, -480)
"""Minutes east of UTC: half an hour in one, another day in both."""
DOCUMENTED_TYPES = ("text", "member:invited", "member:left")
"""Event types that `event_type` is documented for; custom types are documented as not supported."""


def created(items: Iterable[Item]) -> list[int]:
    """The distinct creation times of conversations, in nanoseconds, in order."""
    found = (instants.parse(member(item, "timestamp", "created")) for item in items)
    return sorted({instant.nanoseconds for instant in found if instant})


def between(items: Sequence[Item]) -> list[int]:
    """Instants that lie clearly between two neighbours in time; whole seconds where there is room."""
    precision = max((_precision(item) for item in items), default=MILLISECOND)
    return [_middle(one, other) for one, other in pairwise(created(items)) if other - one > 3 * precision]


def near(items: Sequence[Item]) -> list[int]:
    """Instants a little after and a little before an item: within its second, mostly, and on one side of it only."""
    step = 5 * max((_precision(item) for item in items), default=MILLISECOND)
    room = [(one, other) for one, other in pairwise(created(items)) if other - one > 4 * step]
    return [instant for one, other in room for instant in (one + step, other - step)]


def outside(items: Sequence[Item]) -> list[int]:
    """An instant before and one after everything."""
    times = created(items)
    return [times[0] - DAY, times[-1] + DAY] if times else []


def spellings(instant: int) -> list[str]:
    """The same instant as RFC 3339 allows to write it: in UTC, in other offsets, without a fraction where it has none."""
    plain = [instants.text(instant, digits=0)] if instant % SECOND == 0 else []
    return [instants.text(instant), *plain, *(instants.text(instant, offset=offset) for offset in OFFSETS)]


def dates(items: Sequence[Item]) -> list[str]:
    """Values for date_start and date_end: on an item, between two, beyond both ends, by offset and precision."""
    exact = [instant for instant in created(items) if instant % MILLISECOND == 0]
    return [text for instant in (*between(items), *near(items), *outside(items), *exact) for text in spellings(instant)]


def ids(items: Sequence[Item]) -> list[int]:
    """Values for start_id and end_id: every id, those in gaps, those beyond both ends, and those of other digits."""
    found = sorted(number for item in items if isinstance(number := member(item, "id"), int))
    if not found:
        return []
    gaps = [one + 1 for one, other in pairwise(found) if other - one > 1]
    turns = [10**digits - less for digits in range(1, len(str(found[-1])) + 1) for less in (1, 0)]
    return sorted({*found, *gaps, *turns, max(found[0] - 1, 0), found[-1] + 1})


def filter_values(listing: Listing, items: Sequence[Item]) -> dict[str, list[str]]:
    """For each filter of a listing the values that say something about these items."""
    by_name = {
        "date_start": lambda: dates(items),
        "date_end": lambda: dates(items),
        "start_id": lambda: [str(number) for number in ids(items)],
        "end_id": lambda: [str(number) for number in ids(items)],
        "event_type": lambda: list(DOCUMENTED_TYPES),
    }
    return {name: by_name[name]() for name in listing.filters}


def _middle(one: int, other: int) -> int:
    middle = (one + other) // 2
    for unit in (SECOND, MILLISECOND):
        rounded = middle // unit * unit
        if one < rounded < other:
            return rounded
    return middle


def _precision(item: Item) -> int:
    found = instants.parse(member(item, "timestamp", "created"))
    return found.precision if found else MILLISECOND
