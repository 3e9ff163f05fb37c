"""Faults that only show at the edges: of the calendar, of ids, of types."""

# ruff: noqa: D102, PLR2004 - steps keep their parameters; the class says what they do, and its numbers

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, datetime

from contracts.mock.api import Api
from contracts.mock.instants import DAY, Instant, read_instant
from contracts.mock.queries import Query
from contracts.mock.registry import fault

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEARS = range(-62_135_596_800_000, 253_402_300_800_000)  # milliseconds of the years 1 to 9999


def _moment(instant: Instant | None) -> datetime | None:
    """An instant as the standard library has it; None where it has none."""
    if instant is None or instant.milliseconds not in _YEARS:
        return None
    return datetime.fromtimestamp(instant.milliseconds // 1000, UTC)


@fault(breaks="filters.dates-instant", listing="conversations")
class LeapDayFails(Api):
    """The 29th of February makes the server fail: a year is added to see whether the date is too old, and has no such day."""

    def instant(self, name: str, text: str | None) -> Instant | None:
        instant = super().instant(name, text)
        moment = _moment(instant)
        if moment and moment.year < 9999:
            moment.replace(year=moment.year + 1)
        return instant


@fault(breaks="filters.dates-instant", listing="conversations")
class LastDaysOfMonthsFail(Api):
    """The last days of some months make the server fail: the same day of the next month is not there."""

    def instant(self, name: str, text: str | None) -> Instant | None:
        instant = super().instant(name, text)
        moment = _moment(instant)
        if moment:
            moment.replace(month=moment.month % 12 + 1)
        return instant


@fault(breaks="filters.dates-instant", listing="conversations")
class SkippedHourFails(Api):
    """An hour in March makes the server fail: what is written is looked up on the clocks of Berlin, which leave it out."""

    def instant(self, name: str, text: str | None) -> Instant | None:
        instant = super().instant(name, text)
        found = re.match(r"(\d{4})-03-(2[5-9]|3[01])[Tt]02", text or "")
        if found and datetime(int(found[1]), 3, int(found[2]), tzinfo=UTC).weekday() == 6:
            raise ValueError(f"{text} does not exist in Europe/Berlin")
        return instant


@fault(breaks="filters.dates-instant", listing="conversations")
class MidnightIsTheWholeDay(Api):
    """A `date_end` of midnight lets its whole day through: a time of noughts is taken for none."""

    def date_end(self, instant: Instant | None) -> int | None:
        bound = super().date_end(instant)
        return bound + DAY if bound is not None and bound % DAY == 0 else bound


@fault(breaks="filters.dates-instant", listing="conversations")
class OffsetsStayInTheirMonth(Api):
    """An offset that leads into another month makes the server fail: it moves the day and leaves the month alone."""

    def instant(self, name: str, text: str | None) -> Instant | None:
        instant = super().instant(name, text)
        local = read_instant(re.sub(r"[+-]\d\d:?\d\d$", "Z", text)) if text and "T" in text else None
        here, there = _moment(instant), _moment(local)
        if here and there and here.month != there.month:
            raise ValueError(f"day is out of range for month: 1 to {monthrange(there.year, there.month)[1]}")
        return instant


@fault(breaks="filters.dates-instant", listing="conversations")
class OffsetsStayInTheirYear(Api):
    """An offset that leads into another year leads to the other end of its own: day and month go on, the year stays."""

    def instant(self, name: str, text: str | None) -> Instant | None:
        instant = super().instant(name, text)
        local = read_instant(re.sub(r"[+-]\d\d:?\d\d$", "Z", text)) if text and "T" in text else None
        here, there = _moment(instant), _moment(local)
        if instant is None or here is None or there is None or here.year == there.year:
            return instant
        moved = here.replace(year=there.year)
        return Instant(round((moved - _EPOCH).total_seconds()) * 1000 + instant.milliseconds % 1000, instant.more)


@fault(breaks="filters.dates-instant", listing="conversations")
class TimesBeforeTheEpochAreTurned(Api):
    """A date before 1970 is one as long after: seconds have no sign where they are stored."""

    def instant(self, name: str, text: str | None) -> Instant | None:
        instant = super().instant(name, text)
        return instant and instant._replace(milliseconds=abs(instant.milliseconds))


@fault(breaks="filters.ids-range", listing="events")
class IdsOfThirtyTwoBits(Api):
    """`start_id` and `end_id` beyond 31 bits become negative: the driver binds them as integers of 32 bits."""

    def event_number(self, name: str, text: str | None) -> int | None:
        number = super().event_number(name, text)
        return None if number is None else (number + 2**31) % 2**32 - 2**31


@fault(breaks="filters.ids-range", listing="events")
class LargestIdOverflows(Api):
    """The largest id of 64 bits as `end_id` leaves nothing: one is added to it, and the sum is negative."""

    def event_number(self, name: str, text: str | None) -> int | None:
        number = super().event_number(name, text)
        return -1 if text == str(2**63 - 1) and name == "end_id" else number


@fault(breaks="filters.type-exact", listing="events")
class TypesByTheirBeginning(Api):
    """The beginning of a type is enough: `event_type` is looked for with `LIKE`."""

    def event_rows(self, query: Query) -> Sequence[int]:
        kind = query.filters.kind
        if not kind or kind != "member":
            return super().event_rows(query)
        every = super().event_rows(query._replace(filters=query.filters._replace(kind=None)))
        return [one for one in every if str(self.event_type(query.conversation, one)).startswith(kind)]
