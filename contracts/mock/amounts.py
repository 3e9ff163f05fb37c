"""Amounts as a command line spells them: `7`, `0-50`, `20/s`, `40ms`, `10ms-80ms`, `2%`; and how they are spelt again."""

import argparse
import re

_COUNTS = re.compile("([0-9]+)(?:-([0-9]+))?")
_RATE = re.compile(r"([0-9]+(?:\.[0-9]+)?)(?:/(s|min|h))?")
_TIME = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s)")
_SHARE = re.compile(r"([0-9]+(?:\.[0-9]+)?)%")
_SECONDS = {"s": 1, "min": 60, "h": 3600}
_LONGEST = 24  # characters of an amount


def _matched(form: re.Pattern[str], text: str, wanted: str) -> re.Match[str]:
    found = form.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not {wanted}")
    return found


def counts(text: str) -> tuple[int, int]:
    """The least and the greatest number, of `7` or `0-50`."""
    low, high = _matched(_COUNTS, text, "a number, nor two of them with - between").groups()
    least, most = int(low), int(high or low)
    if least > most:
        raise argparse.ArgumentTypeError(f"{text!r} ends before it begins")
    return least, most


def rate(text: str) -> float:
    """Requests a second, of `20/s`, `90/min`, `1000/h`."""
    amount, unit = _matched(_RATE, text, "a rate such as 20/s, 90/min or 1000/h").groups()
    return float(amount) / _SECONDS[unit or "s"]


def span(text: str) -> tuple[float, float]:
    """The shortest and the longest time in milliseconds, of `40ms` or `10ms-80ms`."""
    low, dash, high = text.partition("-")
    times = [_milliseconds(part, text) for part in ((low, high) if dash else (low,))]
    if times[0] > times[-1]:
        raise argparse.ArgumentTypeError(f"{text!r} ends before it begins")
    return times[0], times[-1]


def _milliseconds(part: str, text: str) -> float:
    form = _TIME.fullmatch(part) if len(part) <= _LONGEST else None
    if form is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time such as 40ms or 1.5s, nor two of them with - between")
    return float(form[1]) * (1000 if form[2] == "s" else 1)


def share(text: str) -> float:
    """A part of the whole, from 0 to 1, of `2%`."""
    return float(_matched(_SHARE, text, "a share such as 2%")[1]) / 100


def spelt_counts(numbers: tuple[int, int]) -> str:
    """Numbers as `counts` reads them."""
    return f"{numbers[0]}-{numbers[1]}"


def spelt_rate(per_second: float) -> str:
    """A rate as `rate` reads it."""
    return f"{per_second:.6f}/s" if per_second < 1 else f"{per_second:g}/s"


def spelt_span(times: tuple[float, float]) -> str:
    """A span as `span` reads it."""
    return f"{times[0]:g}ms-{times[1]:g}ms"


def spelt_share(part: float) -> str:
    """A share as `share` reads it."""
    return f"{round(part * 100, 6):g}%"
