"""Units in types, so that a signature says what a number counts; and the one piece of arithmetic that needs a name."""

from __future__ import annotations

from typing import TypeAlias

Nanoseconds: TypeAlias = int
"""A duration, or an instant since 1970-01-01T00:00Z."""

Seconds: TypeAlias = float
"""A duration, or a time of a clock."""

Pages: TypeAlias = int
"""How many pages, each one request."""

Bytes: TypeAlias = int
"""A size."""


def ceil_div(amount: int, part: int) -> int:
    """How many parts hold an amount: the quotient of integers, rounded up. `part` must not be 0."""
    return -(-amount // part)
