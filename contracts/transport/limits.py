"""How long a run waits when a target tells it to, and how often it tries."""

from __future__ import annotations

import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from contracts.paging.exchanges import server_time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.paging.units import Seconds

TOO_MANY = 429
UNAVAILABLE = 503
PATIENCE: Seconds = 12


@dataclass(frozen=True, slots=True)
class Limits:
    """What is allowed where no usable answer comes.

    Attributes:
        patience: what one path may cost; see `contracts.transport.patience`.
        tries: how often a request is tried that gets no answer.
    """

    patience: Seconds = PATIENCE
    tries: int = 3


def pause(status: int, headers: Mapping[str, str], now: Seconds | None = None) -> Seconds | None:
    """How long an answer asks to wait (RFC 9110, section 10.2.3), or None where it is to be taken as it is.

    A 429 without a time asks for a second; a 503 without one is a failure like any other.
    """
    if status not in (TOO_MANY, UNAVAILABLE):
        return None
    told = headers.get("retry-after", "").strip()
    if told.isascii() and told.isdecimal():
        return float(told[:9])  # nine digits are thirty years: more are no number to count with
    try:
        until = parsedate_to_datetime(told).timestamp()
    except (ValueError, TypeError):
        return 1.0 if status == TOO_MANY else None
    return max(0.0, until - _now(headers, now))


def _now(headers: Mapping[str, str], now: Seconds | None) -> Seconds:
    """The target's own clock, where it tells it: a date to wait for is one by that clock."""
    return server_time(headers) or (time.time() if now is None else now)
