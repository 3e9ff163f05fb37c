"""Which machine decides what: clauses and listings shared out evenly, and the same way everywhere."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

COSTS = {"events": 40, "conversations": 30, "members": 25, "users": 5}
"""What it takes to read a listing, roughly: a shard that has none of it saves that."""


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several parts of a run.

    Attributes:
        number: which, from 1.
        of: how many there are.
    """

    number: int = 1
    of: int = 1

    @classmethod
    def parse(cls, text: str) -> Self:
        """A shard as the command line spells it: `2/3`."""
        number, _, of = text.partition("/")
        if not (number.isascii() and number.isdecimal() and of.isascii() and of.isdecimal()):
            raise argparse.ArgumentTypeError(f"{text!r} is not K/N, like 1/3")
        if not 1 <= int(number) <= int(of):
            raise argparse.ArgumentTypeError(f"{text!r}: there is no part {number} of {of}")
        return cls(int(number), int(of))

    def share(self, pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """The pairs of clause and listing that fall to this part: each to one, none to two, numbers that differ by 1.

        Those of a listing stay together as far as that is even, for each part reads what its pairs need.
        """
        known = sorted(set(pairs), key=lambda pair: (-COSTS.get(pair[1], 0), pair[1], pair[0]))
        first, rest = divmod(len(known), self.of)
        begin = (self.number - 1) * first + min(self.number - 1, rest)
        return set(known[begin : begin + first + (self.number <= rest)])

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"
