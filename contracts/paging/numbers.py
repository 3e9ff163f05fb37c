"""Arithmetic with a name."""


def ceil_div(amount: int, part: int) -> int:
    """How many parts hold an amount: the quotient of integers, rounded up. `part` must not be 0."""
    return -(-amount // part)
