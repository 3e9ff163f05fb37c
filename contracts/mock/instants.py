"""Instants as milliseconds since 1970, and how they are written and read."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_EPOCH = date(1970, 1, 1)
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_USUAL = len("2019-09-12T19:49:21.823Z")
_MOST_HOURS = 23
_MOST_MINUTES = 59
_LEAP_SECOND = 60
_MINUTES = tuple(f"T{hours:02}:{minutes:02}:" for hours in range(24) for minutes in range(60))
_SECONDS = tuple(f"{one:02}." for one in range(60))
_FRACTIONS = tuple(f"{one:03}Z" for one in range(SECOND))
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[Tt](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?([Zz]|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)


class Instant(NamedTuple):
    """A point in time: whole milliseconds since 1970, and whether a part of one more had passed."""

    milliseconds: int
    more: bool = False


@lru_cache(maxsize=4096)
def _day(number: int) -> str:
    return (_EPOCH + timedelta(days=number)).isoformat()


def write_instant(milliseconds: int) -> str:
    """RFC 3339 in UTC with three fraction digits, as in `2019-09-12T19:49:21.823Z`."""
    seconds = milliseconds // 1000
    day, minute = _day(seconds // 86_400), _MINUTES[seconds // 60 % 1440]
    return f"{day}{minute}{_SECONDS[seconds % 60]}{_FRACTIONS[milliseconds % 1000]}"


def read_instant(text: str) -> Instant | None:
    """The instant of an ISO 8601 date or date-time, or None where the text is neither.

    A date stands for its first moment; where no offset is written it is UTC; every fraction digit counts.
    """
    usual = read_usual(text)
    if usual is not None:
        return usual
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    year, month, day, hours, minutes, seconds, fraction, offset = found.groups()
    try:
        days = (date(int(year), int(month), int(day)) - _EPOCH).days
    except ValueError:
        return None
    of_day = _time_of_day(int(hours or 0), int(minutes or 0), int(seconds or 0))
    ahead = _offset(offset)
    if of_day is None or ahead is None:
        return None
    digits = (fraction or "").ljust(3, "0")
    return Instant(days * DAY + of_day - ahead + int(digits[:3]), digits[3:].strip("0") != "")


def read_usual(text: str) -> Instant | None:
    """The instant of what `write_instant` wrote, read several times as fast; None for anything else."""
    return _usual(text) if len(text) == _USUAL else None


@lru_cache(maxsize=4096)
def _usual(text: str) -> Instant | None:
    if text[23] != "Z" or text[19] != "." or text[10] != "T" or not text[4] == text[7] == "-" or not text.isascii():
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return Instant((found - _BEGIN) // _MILLISECOND)


def _time_of_day(hours: int, minutes: int, seconds: int) -> int | None:
    if hours > _MOST_HOURS or minutes > _MOST_MINUTES or seconds > _LEAP_SECOND:
        return None
    return hours * HOUR + minutes * MINUTE + seconds * SECOND


def _offset(text: str | None) -> int | None:
    """Milliseconds that this offset is ahead of UTC, or None where there is no such offset."""
    if text is None or text in "Zz":
        return 0
    hours, minutes = int(text[1:3]), int(text[3:].replace(":", "") or 0)
    if hours > _MOST_HOURS or minutes > _MOST_MINUTES:
        return None
    ahead = hours * HOUR + minutes * MINUTE
    return -ahead if text[0] == "-" else ahead


def at(year: int, month: int = 1, day: int = 1) -> int:
    """The first moment of a day in UTC."""
    return round(datetime(year, month, day, tzinfo=UTC).timestamp()) * SECOND
