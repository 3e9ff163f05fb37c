"""Instants as the API writes them (RFC 3339, a profile of ISO 8601), compared exactly.

Instants are whole nanoseconds since 1970-01-01T00:00Z: no float rounds them, and an offset changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.paging.units import Nanoseconds

SECOND: Nanoseconds = 1_000_000_000
DAY: Nanoseconds = 86_400 * SECOND

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIMESTAMP = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9})\d*)?([Zz]|([+-])(\d\d):(\d\d))", re.ASCII
)


@dataclass(frozen=True, slots=True, order=True)
class Instant:
    """A point in time, since 1970, and the precision that it is shown with."""

    nanoseconds: Nanoseconds
    precision: Nanoseconds = 1


def parse(text: object) -> Instant | None:
    """The instant that an RFC 3339 date-time names, or None where `text` is none (RFC 3339, section 5.6)."""
    return _parse(text) if isinstance(text, str) else None


@lru_cache(maxsize=100_000)
def _parse(text: str) -> Instant | None:
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    fraction, zone, sign, hours, minutes = match.groups()[6:]
    offset = 0 if zone in "Zz" else int(sign + "1") * (int(hours) * 60 + int(minutes))
    leap = second == 60  # noqa: PLR2004 - RFC 3339, section 5.7: a leap second
    try:
        zone_info = timezone(timedelta(minutes=offset))
        moment = datetime(year, month, day, hour, minute, 59 if leap else second, tzinfo=zone_info)
        seconds = round((moment - _EPOCH).total_seconds()) + leap
    except (ValueError, OverflowError):
        return None
    digits = fraction or ""
    return Instant(seconds * SECOND + int(digits.ljust(9, "0")), SECOND // 10 ** len(digits))


def text(nanoseconds: Nanoseconds, *, digits: int = 3, offset: int = 0) -> str:
    """Write an instant as RFC 3339 with `digits` of a second's fraction, `offset` minutes east of UTC."""
    seconds, rest = divmod(nanoseconds, SECOND)
    moment = (_EPOCH + timedelta(seconds=seconds)).astimezone(timezone(timedelta(minutes=offset)))
    fraction = f".{rest:09d}"[: digits + 1] if digits else ""
    hours, minutes = divmod(abs(offset), 60)
    zone = f"{'-' if offset < 0 else '+'}{hours:02d}:{minutes:02d}" if offset else "Z"
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}{zone}"
