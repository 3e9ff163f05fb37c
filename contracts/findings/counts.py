"""Counted things and the words for them: "212 pages, 9 walks compared"."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Words(NamedTuple):
    """The words for a counted thing: "page", "pages", "read".

    `verb` says in one word what was done with it. It is empty where `one` and `many` say so: "walk compared".
    """

    one: str
    many: str
    verb: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """A number of things, with their words."""

    count: int
    one: str
    many: str
    verb: str = ""

    @property
    def words(self) -> Words:
        """The words alone: counts of the same words are counts of the same thing."""
        return Words(self.one, self.many, self.verb)

    @property
    def step(self) -> str:
        """What was done: "read 212 pages"."""
        return f"{self.verb} {self}".lstrip()

    def __str__(self) -> str:
        return f"{self.count:,} {self.one if self.count == 1 else self.many}"


def counts_of(numbers: Mapping[Words, int]) -> tuple[Count, ...]:
    """Counts from numbers by words."""
    return tuple(Count(number, *words) for words, number in numbers.items())


def added(counts: Iterable[Count]) -> tuple[Count, ...]:
    """One count for each thing: the sum of its counts, in the order in which the things come first."""
    numbers = Counter[Words]()
    for each in counts:
        numbers[each.words] += each.count
    return counts_of(numbers)


def largest(counts: Iterable[Count], most: int | None = None) -> list[Count]:
    """The counts, the largest first; `most` of them where that is given."""
    return sorted(counts, key=lambda each: -each.count)[:most]


def in_words(counts: Iterable[Count]) -> str:
    """Counts as a list in words."""
    return ", ".join(map(str, counts))
