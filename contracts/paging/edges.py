"""Edges of the calendar, where programs that reckon with dates go wrong: planned from the data's own years, never drawn.

The clocks are those of the European Union (Directive 2000/84/EC: last Sundays of March and October, 01:00 UTC) and of the
United States (15 U.S.C. 260a: second Sunday of March, first of November, 02:00 local time).
"""

from __future__ import annotations

from calendar import isleap, monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from contracts.paging import instants
from contracts.paging.filter_values import ASKED, created
from contracts.paging.instants import DAY, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contracts.paging.listings import Item
    from contracts.paging.units import Nanoseconds

APART: Nanoseconds = 187 * SECOND
"""From an edge to an instant that is none, on the same day."""
HOUR: Nanoseconds = 3600 * SECOND
SUNDAY = 6


@dataclass(frozen=True)
class Edge:
    """An instant to ask for.

    Attributes:
        text: as it is written.
        control: another instant, or the same in UTC, that the same answer is right for; it lies on no edge.
        name: the filter that it is to be asked with; empty where any does.
    """

    text: str
    control: str
    name: str = ""


def edges(items: Sequence[Item]) -> list[Edge]:
    """Edges of the calendar for conversations: of their years, of their days, and the last leap day that they saw."""
    times = [time for time in created(items) if time in ASKED]
    if not times:
        return []
    middle, last = (date.fromisoformat(instants.text(time)[:10]) for time in (times[len(times) // 2], times[-1]))
    found = [*_of_leap_year(last.year), *_of_year(middle.year), *_of_month(middle), *_of_clocks(middle.year)]
    far = [instants.text(times[0] - DAY - APART), instants.text(times[-1] + DAY + APART)]
    spread = range(times[0] - DAY, times[-1] + DAY)
    distinct = {edge.text: edge for edge in found}.values()
    return [*(_controlled(edge, spread, far) for edge in distinct), *_of_days(times)]


def _controlled(edge: Edge, spread: range, far: Sequence[str]) -> Edge:
    """The edge; where it lies beyond all items, with the control that all such edges on that side share."""
    instant = instants.parse(edge.text)
    assert instant is not None, edge.text
    if instant.nanoseconds in spread:
        return edge
    return Edge(edge.text, far[instant.nanoseconds >= spread.stop])


def _first(day: date, name: str = "") -> Edge:
    """The first moment of a day."""
    return Edge(f"{day}T00:00:00.000Z", f"{day}T00:03:07.000Z", name)


def _last(day: date, name: str = "") -> Edge:
    """The last moment of a day, by the digits that every target reads."""
    return Edge(f"{day}T23:59:59.999Z", f"{day}T23:56:52.000Z", name)


def _elsewhere(text: str) -> Edge:
    """An instant that is written with an offset, beside the same in UTC."""
    instant = instants.parse(text)
    assert instant is not None, text
    return Edge(text, instants.text(instant.nanoseconds))


def _across(first: date, last: date) -> Iterator[Edge]:
    """Instants that lie before one day and after another, where they are written with offsets that reach into them."""
    yield _elsewhere(f"{first}T00:30:00.000+02:00")
    yield _elsewhere(f"{last}T23:30:00.000-02:00")


def _of_leap_year(latest: int) -> Iterator[Edge]:
    year = next(year for year in range(latest, latest - 9, -1) if isleap(year))
    leap_day = date(year, 2, 29)
    yield from (_first(leap_day), _last(leap_day), _elsewhere(f"{leap_day + timedelta(1)}T00:30:00.000+02:00"))


def _of_year(year: int) -> Iterator[Edge]:
    march = date(year, 3, 1)
    yield from (_first(date(year, 1, 1)), _last(date(year, 12, 31)))
    yield from (_last(march - timedelta(1)), _first(march), _last(date(year, 3, 31)))
    yield from _across(date(year, 1, 1), date(year, 12, 31))


def _of_month(day: date) -> Iterator[Edge]:
    first, last = day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    yield from (_first(first), _last(last), *_across(first, last))


def _of_clocks(year: int) -> Iterator[Edge]:
    """Hours that clocks leave out or show twice, as they are written there; one also in UTC."""
    spring, autumn = _sunday(date(year, 3, 25)), _sunday(date(year, 10, 25))
    yield Edge(f"{spring}T02:30:00.000Z", f"{spring}T08:00:00.000+05:30")
    yield _elsewhere(f"{spring}T02:30:00.000+01:00")
    yield from (_elsewhere(f"{autumn}T02:30:00.000{zone}") for zone in ("+02:00", "+01:00"))
    yield _elsewhere(f"{_sunday(date(year, 3, 8))}T02:30:00.000-05:00")
    yield _elsewhere(f"{_sunday(date(year, 11, 1))}T01:30:00.000-04:00")


def _sunday(day: date) -> date:
    """The first Sunday from a day on."""
    return day + timedelta((SUNDAY - day.weekday()) % 7)


def _of_days(times: Sequence[Nanoseconds]) -> Iterator[Edge]:
    """The midnight before the items of a day, and the last moment after those of one: no item is within an hour of them."""
    days: dict[int, list[Nanoseconds]] = {}
    for time in times:
        days.setdefault(time // DAY, []).append(time % DAY)
    early = [day for day, of_day in days.items() if of_day[0] >= HOUR]
    late = [day for day, of_day in days.items() if of_day[-1] <= DAY - HOUR]
    for found, make, name in ((early, _first, "date_end"), (late, _last, "date_start")):
        for day in found[len(found) // 2 :][:1]:
            yield make(date.fromisoformat(instants.text(day * DAY)[:10]), name)
