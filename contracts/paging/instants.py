"""Instants as the API writes them (RFC 3339, a profile of ISO 8601), compared exactly.

Instants are whole nanoseconds since 1970-01-01T00:00Z: no float rounds them, and an offset changes nothing. Any date-time
of RFC 3339 is read and written, also one whose offset takes it out of the years 0000 to 9999.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.paging.units import Nanoseconds

SECOND: Nanoseconds = 1_000_000_000
DAY: Nanoseconds = 86_400 * SECOND

_MINUTE: Nanoseconds = 60 * SECOND
_EPOCH = date(1970, 1, 1).toordinal()
_CYCLE = 146_097  # days in 400 years, after which the calendar is the same; Python's begins with the year 1
_MOST = date(9999, 12, 31).toordinal() - _EPOCH
_LEAST = date(400, 1, 1).toordinal() - _CYCLE - _EPOCH  # the year 0000, which RFC 3339 allows (section 1)
LONG = 64  # characters of a date-time that is not remembered: a server may write thousands
_FURTHEST = 23 * 60 + 59  # minutes of an offset
_TIMESTAMP = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.(\d{1,9})\d*)?"
    r"([Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, order=True)
class Instant:
    """A point in time, since 1970, and the precision that it is shown with."""

    nanoseconds: Nanoseconds
    precision: Nanoseconds = 1

    @property
    def digits(self) -> int:
        """Digits of a second's fraction that it is shown with; nine, where there are more."""
        return len(str(SECOND // self.precision)) - 1


def parse(text: object) -> Instant | None:
    """The instant that an RFC 3339 date-time names, or None where `text` is none (RFC 3339, section 5.6)."""
    if not isinstance(text, str):
        return None
    return _parse(text) if len(text) <= LONG else _read(text)


def _read(text: str) -> Instant | None:
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    fraction, zone, sign, hours, minutes = match.groups()[6:]
    days = _days(year, month, day)
    if days is None:
        return None
    offset = 0 if zone in "Zz" else int(sign + "1") * (int(hours) * 60 + int(minutes))
    seconds = (hour * 60 + minute - offset) * 60 + second  # a leap second, 60, is the next minute's first
    digits = fraction or ""
    return Instant(days * DAY + seconds * SECOND + int(digits.ljust(9, "0")), SECOND // 10 ** len(digits))


_parse = lru_cache(maxsize=100_000)(_read)


def _days(year: int, month: int, day: int) -> int | None:
    """Days since 1970, or None where the calendar has no such day."""
    try:
        return date(year or 400, month, day).toordinal() - _EPOCH - (0 if year else _CYCLE)
    except ValueError:
        return None


def text(nanoseconds: Nanoseconds, *, digits: int = 3, offset: int = 0) -> str:
    """Write an instant as RFC 3339 with `digits` of a second's fraction, `offset` minutes east of UTC.

    Where that offset takes it out of the years that RFC 3339 has, another one is written; an instant that no offset
    brings into them is written as the nearest that can be.
    """
    offset = next((each for each in (offset, 0, _FURTHEST, -_FURTHEST) if _writable(nanoseconds, each)), 0)
    days, of_day = divmod(nanoseconds + offset * _MINUTE, DAY)
    if not _LEAST <= days <= _MOST:
        days, of_day = (_LEAST, 0) if days < _LEAST else (_MOST, DAY - 1)
    seconds, rest = divmod(of_day, SECOND)
    fraction = f".{rest:09d}"[: digits + 1] if digits else ""
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{_date(days)}T{clock}{fraction}{_zone(offset)}"


def _writable(nanoseconds: Nanoseconds, offset: int) -> bool:
    return _LEAST <= (nanoseconds + offset * _MINUTE) // DAY <= _MOST


def _date(days: int) -> str:
    """A day since 1970 as RFC 3339 writes it."""
    before = days + _EPOCH < 1
    written = date.fromordinal(days + _EPOCH + (_CYCLE if before else 0)).isoformat()
    return f"0000{written[4:]}" if before else written


def _zone(offset: int) -> str:
    hours, minutes = divmod(abs(offset), 60)
    return f"{'-' if offset < 0 else '+'}{hours:02d}:{minutes:02d}" if offset else "Z"
