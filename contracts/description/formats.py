"""The formats that the effective description uses, really checked. Source: RFC 3339, section 5.6 and 5.7.

The usual checkers refuse leap seconds or small letters, or check nothing where a library is missing.
"""

from __future__ import annotations

import re
from calendar import isleap
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jsonschema import FormatChecker

_DATE = r"(?P<year>[0-9]{4})-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12][0-9]|3[01])"
_TIME = r"(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9]|60)(?:\.[0-9]+)?"
_OFFSET = r"(?:[Zz]|(?P<sign>[+-])(?P<hours>[01][0-9]|2[0-3]):(?P<minutes>[0-5][0-9]))"
_FULL_DATE = re.compile(_DATE)
_DATE_TIME = re.compile(f"{_DATE}[Tt]{_TIME}{_OFFSET}")
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAY = 24 * 60
_LAST_MINUTE = _DAY - 1


def is_date(text: object) -> bool:
    """Whether a value is an RFC 3339 full-date, such as `2024-02-29`, or no text: JSON Schema wants that of a format."""
    if not isinstance(text, str):
        return True
    match = _FULL_DATE.fullmatch(text)
    return match is not None and _day_exists(match)


def is_date_time(text: object) -> bool:
    """Whether a value is an RFC 3339 date-time, such as `2019-09-12T19:49:21.823+05:30`, or no text.

    Small `t` and `z`, any number of fraction digits and any offset are legal; second 60 only at the end of a day in UTC.
    """
    if not isinstance(text, str):
        return True
    match = _DATE_TIME.fullmatch(text)
    return match is not None and _day_exists(match) and _second_exists(match)


@cache
def format_checker() -> FormatChecker:
    """The checker of `date` and `date-time` and nothing else, for jsonschema."""
    from jsonschema import FormatChecker  # noqa: PLC0415 - slow; needed for the first validator

    checker = FormatChecker(formats=())
    checker.checks("date")(is_date)
    checker.checks("date-time")(is_date_time)
    return checker


def _day_exists(match: re.Match[str]) -> bool:
    year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    leap_day = 1 if month == 2 and isleap(year) else 0  # noqa: PLR2004 - February
    return day <= _DAYS[month - 1] + leap_day


def _second_exists(match: re.Match[str]) -> bool:
    if match["second"] != "60":
        return True
    offset = 60 * int(match["hours"] or 0) + int(match["minutes"] or 0)
    minute = 60 * int(match["hour"]) + int(match["minute"])
    utc = minute - offset if match["sign"] == "+" else minute + offset
    return utc % _DAY == _LAST_MINUTE
