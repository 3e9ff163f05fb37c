"""Filter values drawn from a target's own data: values from elsewhere would match nothing and prove nothing."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from contracts.paging import instants
from contracts.paging.instants import DAY, SECOND
from contracts.paging.listings import Item, Listing, member
from contracts.paging.queries import Query
from contracts.paging.units import Nanoseconds, ceil_div

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MILLISECOND: Nanoseconds = SECOND // 1000
MINUTE: Nanoseconds = 60 * SECOND
OFFSETS = (330, -210)
"""Minutes east of UTC: half an hour on either side."""
EAST, WEST = 14 * 60, -12 * 60
"""Minutes east of UTC, the furthest that a place on earth has: by one of them, any instant lies on another day."""
ASKED = range(-62_104_060_800 * SECOND, 253_370_764_800 * SECOND)
"""Instants that are asked for as any other: of the years 0002 to 9998. About those beyond a target may be right or refuse."""
SHOWN = 3
"""Digits of a second's fraction that every target has to read."""
DOCUMENTED_TYPES = ("text", "member:invited", "member:left")
"""Event types that `event_type` is documented for; custom types are documented as not supported."""


def created(items: Iterable[Item]) -> list[Nanoseconds]:
    """The distinct creation times of conversations, in order."""
    found = (instants.parse(member(item, "timestamp", "created")) for item in items)
    return sorted({instant.nanoseconds for instant in found if instant})


def exact(items: Iterable[Item]) -> list[Nanoseconds]:
    """Those creation times that milliseconds write exactly."""
    return _asked(instant for instant in created(items) if instant % MILLISECOND == 0)


def _asked(found: Iterable[Nanoseconds]) -> list[Nanoseconds]:
    return [instant for instant in found if instant in ASKED]


def between(items: Sequence[Item]) -> list[Nanoseconds]:
    """Instants that lie clearly between two neighbours in time; whole seconds where there is room."""
    precision = max((_precision(item) for item in items), default=MILLISECOND)
    return _asked(_middle(one, other) for one, other in pairwise(created(items)) if other - one > 3 * precision)


def near(items: Sequence[Item]) -> list[Nanoseconds]:
    """Instants a little after and a little before an item: within its second, mostly, and on one side of it only."""
    # Five times the precision that is shown: what is cut from a shown time is less than once that.
    step = 5 * max((_precision(item) for item in items), default=MILLISECOND)
    room = [(one, other) for one, other in pairwise(created(items)) if other - one > 4 * step]
    return _asked(instant for one, other in room for instant in (one + step, other - step))


def beside(items: Sequence[Item]) -> Nanoseconds:
    """How far from a shown time an instant certainly is another one: the precision that is shown, a millisecond at least."""
    return max([MILLISECOND, *map(_precision, items)])


def tenths(items: Sequence[Item]) -> list[Nanoseconds]:
    """Instants of a whole tenth of a second, the first after an item, before any other."""
    tenth = SECOND // 10
    times = created(items)
    ends = [ceil_div(time + 1, tenth) * tenth for time in times]
    afters = [*times[1:], times[-1] + DAY] if times else []
    return _asked(end for end, after in zip(ends, afters, strict=True) if end < after)


def digits(items: Iterable[Item]) -> int:
    """Digits of a second's fraction that a target has to read: three, or as many as its items show."""
    found = (instants.parse(member(item, "timestamp", "created")) for item in items)
    return max(SHOWN, *(instant.digits for instant in found if instant), SHOWN)


def fractions(instant: Nanoseconds, most: int = SHOWN) -> list[str]:
    """The same instant with other digits of a second's fraction than three: with one, where that is exact, and with `most`."""
    one = [instants.text(instant, digits=1)] if instant % (SECOND // 10) == 0 else []
    return one + ([instants.text(instant, digits=most)] if most > SHOWN else [])


def outside(items: Sequence[Item]) -> list[Nanoseconds]:
    """An instant before and one after everything, as far as the calendar goes."""
    times = created(items)
    return _asked((times[0] - DAY, times[-1] + DAY) if times else ())


def spellings(instant: Nanoseconds) -> list[str]:
    """The same instant as RFC 3339 allows to write it: in UTC, in other offsets, without a fraction where it has none.

    By one of the offsets it lies on another day.
    """
    plain = [instants.text(instant, digits=0)] if instant % SECOND == 0 else []
    # By the western offset it is the day before, as long as the day in UTC is less than twelve hours old.
    another_day = EAST if instant % DAY >= DAY + WEST * MINUTE else WEST
    return [instants.text(instant), *plain, *(instants.text(instant, offset=each) for each in (*OFFSETS, another_day))]


def revealing(instant: Nanoseconds, times: Sequence[Nanoseconds]) -> int:
    """How many spellings of an instant let other items through where they are misread: as UTC, or as their day only.

    `times` are the items' creation times, as `created` gives them.
    """

    def passed(read: Nanoseconds) -> int:
        return bisect_left(times, read)

    days = {text[:10] for text in spellings(instant)}
    as_days = {passed(found.nanoseconds) for day in days if (found := instants.parse(f"{day}T00:00:00Z"))}
    as_utc = sum(passed(instant + offset * MINUTE) != passed(instant) for offset in (*OFFSETS, EAST, WEST))
    return as_utc + len(as_days) - 1


def dates(items: Sequence[Item]) -> list[str]:
    """Values for date_start and date_end: on an item, between two, beyond both ends, by offset and precision."""
    chosen = (*between(items), *near(items), *outside(items), *exact(items))
    return [text for instant in chosen for text in spellings(instant)]


def ids(items: Sequence[Item]) -> list[int]:
    """Values for start_id and end_id: every id, those in gaps, those beyond both ends, and those of other digits.

    None below 1, from which ids are counted: a target may refuse that.
    """
    found = sorted(number for item in items if isinstance(number := member(item, "id"), int))
    if not found:
        return []
    gaps = [one + 1 for one, other in pairwise(found) if other - one > 1]
    turns = [10**digits - less for digits in range(1, len(str(found[-1])) + 1) for less in (1, 0)]
    return sorted({*found, *gaps, *turns, max(found[0] - 1, 1), found[-1] + 1})


def telling(listing: Listing, items: Sequence[Item]) -> list[Query]:
    """A query by each filter of a listing, alone and with another, each of which chooses a part of these items."""
    queries: list[Query] = []
    inner = [instants.text(instant) for instant in _quarters(between(items))]
    if "date_start" in listing.filters and inner:
        start, end = inner
        queries += [
            Query(date_end=end, order="desc"),
            Query(date_start=start),
            Query(date_start=start, date_end=end),
        ]
    numbers = _quarters(sorted(number for item in items if isinstance(number := member(item, "id"), int)))
    if "start_id" in listing.filters and numbers:
        low, high = map(str, numbers)
        met = Counter(kind for item in items if (kind := member(item, "type")) in DOCUMENTED_TYPES)
        frequent = [kind for kind, _ in met.most_common(2)]
        queries += [Query(event_type=kind, order=order) for kind, order in zip(frequent, ("asc", "desc"), strict=False)]
        queries += [Query(start_id=low), Query(end_id=high, order="desc")]
        queries += [Query(start_id=low, event_type=kind) for kind in frequent[:1]]
        queries += [Query(start_id=low, end_id=high)]
    return queries


def _quarters(found: Sequence[int]) -> tuple[int, int] | tuple[()]:
    """The values at a quarter and at three quarters, where those are two."""
    chosen = found[len(found) // 4 : len(found) // 4 + 1], found[-1 - len(found) // 4 : len(found) - len(found) // 4]
    return (chosen[0][0], chosen[1][0]) if len(found) > 1 and chosen[0] != chosen[1] else ()


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


def _middle(one: Nanoseconds, other: Nanoseconds) -> Nanoseconds:
    middle = (one + other) // 2
    for unit in (SECOND, MILLISECOND):
        rounded = middle // unit * unit
        if one < rounded < other:
            return rounded
    return middle


def _precision(item: Item) -> Nanoseconds:
    found = instants.parse(member(item, "timestamp", "created"))
    return found.precision if found else MILLISECOND
