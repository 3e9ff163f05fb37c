"""The snapshot is the model: what a right answer to any query is, computed from one walk over a whole listing."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import ge, le
from typing import TYPE_CHECKING

from contracts.paging import instants
from contracts.paging.instants import DAY, SECOND, Instant
from contracts.paging.listings import Item, Listing, member
from contracts.paging.pages import identity

if TYPE_CHECKING:
    from contracts.paging.queries import Query
    from contracts.paging.units import Nanoseconds

WIDEST_OFFSET: Nanoseconds = 14 * 3600 * SECOND
"""No place on earth is further from UTC; a date without a time means some day between."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the items of an answer must be.

    `ids` are those that may be there, in an order that is right. `optional` are those of them that may be missing:
    items on a bound that the description leaves open. `ties` groups neighbours whose order is open: the items' sort
    key by id.
    """

    ids: tuple[Hashable, ...]
    optional: frozenset[Hashable] = frozenset()
    ties: Mapping[Hashable, object] | None = None

    def accepts(self, actual: Sequence[Hashable]) -> bool:
        """Whether `actual` is a right answer: nothing missing, nothing else, nothing twice, in order."""
        present = set(actual)
        if _repeats(actual) or not present.issuperset(set(self.ids) - self.optional):
            return False
        wanted = [each for each in self.ids if each in present]
        if self.ties is None:
            return wanted == list(actual)
        return len(wanted) == len(actual) and [self.ties[each] for each in wanted] == [
            self.ties.get(each) for each in actual
        ]

    def begins(self, actual: Sequence[Hashable]) -> bool:
        """Whether a right answer may begin with `actual`: nothing left out before its end, nothing else, in order."""
        present = set(actual)
        if _repeats(actual) or not present.issubset(self.ids):
            return False
        wanted = [each for each in self.ids if each in present or each not in self.optional][: len(actual)]
        if self.ties is None:
            return wanted == list(actual)
        return [self.ties[each] for each in wanted] == [self.ties.get(each) for each in actual]


def expected(listing: Listing, snapshot: Sequence[Item], query: Query) -> Expected:
    """What a query must give.

    Args:
        listing: the listing that is asked.
        snapshot: every item of it, in ascending order.
        query: what is asked; values as the description documents them.

    Returns:
        The right answer. Ties in a descending answer may stand in any order, as the description names none.
    """
    tests = [_TESTS[name](value) for name, value in query.filters.items()]
    verdicts = [(item, [test(item) for test in tests]) for item in snapshot]
    kept = [(item, None in found) for item, found in verdicts if False not in found]
    if query.descending:
        kept.reverse()
    optional = frozenset(identity(item) for item, unsure in kept if unsure)
    ties = None
    if query.descending and listing.sorted_by is not None:
        ties = {identity(item): listing.key(item) for item, _ in kept}
    return Expected(tuple(identity(item) for item, _ in kept), optional, ties)


Test = Callable[[Item], bool | None]
"""Whether an item passes a filter; None where the description leaves it open."""


def _repeats(ids: Sequence[Hashable]) -> bool:
    return len(set(ids)) < len(ids)


def bound(value: str) -> Instant | None:
    """The instant that a date parameter names, or None where it is no ISO 8601 date.

    A date without a time names its day, somewhere on earth: midday of it, with a slack that covers all of these days.
    """
    found = instants.parse(value)
    if found is None and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        midnight = instants.parse(f"{value}T00:00:00Z")
        return Instant(midnight.nanoseconds + DAY // 2, DAY // 2 + WIDEST_OFFSET) if midnight else None
    return found


def _created_test(value: str, passing: Callable[[int, int], bool]) -> Test:
    limit = bound(value)
    assert limit is not None, value
    slack = limit.precision if date_only(value) else 0

    def test(item: Item) -> bool | None:
        created = instants.parse(member(item, "timestamp", "created"))
        if created is None:
            return None
        unsure = abs(created.nanoseconds - limit.nanoseconds) < max(created.precision, slack)
        return None if unsure else passing(created.nanoseconds, limit.nanoseconds)

    return test


def date_only(value: str) -> bool:
    """Whether a date parameter is a date without a time."""
    try:
        return bool(date.fromisoformat(value))
    except ValueError:
        return False


def _id_test(value: str, passing: Callable[[int, int], bool]) -> Test:
    limit = int(value)
    return lambda item: passing(number, limit) if isinstance(number := member(item, "id"), int) else None


_TESTS: Mapping[str, Callable[[str], Test]] = {
    "date_start": lambda value: _created_test(value, ge),
    "date_end": lambda value: _created_test(value, le),
    "start_id": lambda value: _id_test(value, ge),
    "end_id": lambda value: _id_test(value, le),
    "event_type": lambda value: lambda item: member(item, "type") == value,
}


def interpretations(query: Query) -> tuple[Query, ...]:
    """The query as the description has it, and where a range of ids is asked for in descending order, from its other end.

    "Start returning events at" an id may then mean downwards.
    """
    if query.descending and (query.start_id or query.end_id):
        return query, replace(query, start_id=query.end_id, end_id=query.start_id)
    return (query,)


def sound(query: Query) -> Query:
    """The query without filters whose values have no meaning that is documented: no date, no number, no text at all."""
    bad = {name: None for name, value in query.filters.items() if not _SOUND[name](value)}
    return replace(query, **bad)


_SOUND: Mapping[str, Callable[[str], object]] = {
    "date_start": bound,
    "date_end": bound,
    "start_id": re.compile(r"-?\d+", re.ASCII).fullmatch,
    "end_id": re.compile(r"-?\d+", re.ASCII).fullmatch,
    "event_type": lambda value: value and not value.startswith("custom"),  # which is documented as not supported
}


def passes(item: Item, query: Query) -> bool:
    """Whether an item may be in the answer to a query, as far as its filters go."""
    return all(_TESTS[name](value)(item) is not False for name, value in query.filters.items())
