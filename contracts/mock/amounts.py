"""Amounts as a command line spells them: `7`, `0-50`, `20/s`, `40ms`, `10ms-80ms`, `2%`.

A reader raises ValueError where the text has another form; whoever asks says what is allowed. What a speller writes is
read again as exactly the same value.
"""

import re
from decimal import Decimal

_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_INTEGER = re.compile("-?[0-9]+")
_DECIMAL = re.compile(f"-?{_NUMBER}")
_COUNTS = re.compile("([0-9]+)(?:-([0-9]+))?")
_RATE = re.compile(f"({_NUMBER})(?:/(s|min|h))?")
_SPAN = re.compile(f"({_NUMBER})(ms|s)(?:-({_NUMBER})(ms|s))?")
_SHARE = re.compile(f"({_NUMBER})%")
_SECONDS = {"s": 1, "min": 60, "h": 3600}
_MILLISECONDS = {"ms": 1, "s": 1000}


def _matched(form: re.Pattern[str], text: str) -> re.Match[str]:
    match = form.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return match


def integer(text: str) -> int:
    """The number, of `7` or `-7`."""
    return int(_matched(_INTEGER, text)[0])


def decimal(text: str) -> float:
    """The number, of `7` or `0.5`."""
    return float(_matched(_DECIMAL, text)[0])


def counts(text: str) -> tuple[int, int]:
    """The least and the greatest number, of `7` or `0-50`."""
    low, high = _matched(_COUNTS, text).groups()
    return int(low), int(high or low)


def rate(text: str) -> float:
    """Requests per second, of `20/s`, `90/min`, `1000/h`."""
    amount, unit = _matched(_RATE, text).groups()
    return float(amount) / _SECONDS[unit or "s"]


def span(text: str) -> tuple[float, float]:
    """The shortest and the longest time in milliseconds, of `40ms` or `10ms-80ms`."""
    low, unit, high, other = _matched(_SPAN, text).groups()
    shortest = float(low) * _MILLISECONDS[unit]
    return shortest, float(high) * _MILLISECONDS[other] if high else shortest


def share(text: str) -> float:
    """A part of all, from 0 to 1, of `2%`."""
    return float(Decimal(_matched(_SHARE, text)[1]) / 100)


def spelt_decimal(number: float | Decimal) -> str:
    """A number without an exponent, as `decimal` reads it."""
    return format(Decimal(str(number)), "f").removesuffix(".0")


def spelt_counts(numbers: tuple[int, int]) -> str:
    """Numbers as `counts` reads them."""
    return f"{numbers[0]}-{numbers[1]}"


def spelt_rate(per_second: float) -> str:
    """A rate as `rate` reads it."""
    return f"{spelt_decimal(per_second)}/s"


def spelt_span(times: tuple[float, float]) -> str:
    """A span as `span` reads it."""
    return "-".join(f"{spelt_decimal(time)}ms" for time in times)


def spelt_share(part: float) -> str:
    """A share as `share` reads it."""
    percent = spelt_decimal(Decimal(str(part)) * 100)
    return f"{percent.rstrip('0').rstrip('.') if '.' in percent else percent}%"
