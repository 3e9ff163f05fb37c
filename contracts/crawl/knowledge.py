"""What a crawl knows of its target: walks, pages and choices by typed keys, each with the rule that it keeps."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Generic, TypeVar

from contracts.crawl.crawler import Blocked, Lacking
from contracts.crawl.narrowing import within

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from contracts.crawl.narrowing import Tail
    from contracts.paging.listings import Listing, Scope
    from contracts.paging.pages import Page
    from contracts.paging.queries import Query
    from contracts.paging.walks import Walk

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True)
class Sample:
    """The conversations whose members and events are read.

    Attributes:
        ids: those that are read.
        known: how many there were to choose from; None where the user named them.
        more: whether the listing goes on after those.
    """

    ids: tuple[str, ...]
    known: int | None
    more: bool = False

    def __str__(self) -> str:
        if self.known is None:
            return f"the {len(self.ids):,} that were named"
        if not self.more and self.known <= len(self.ids):
            return f"all {len(self.ids):,}"
        return f"{len(self.ids):,} of {'more than ' if self.more else ''}{self.known:,}"


class Memo(Generic[K, V]):
    """Values by key, each worked out once: the value, or the `Blocked` or `Lacking` that says why there is none.

    An outcome and its turn are there together or not at all; turns only rise, so that a later outcome has a greater one.
    """

    def __init__(self) -> None:
        self._outcomes: dict[K, V | Blocked | Lacking] = {}
        self._turns: dict[K, int] = {}
        self._next = count()

    def once(self, key: K, make: Callable[[], V]) -> V:
        """What `make` gave, or raised, when this key was first asked for."""
        if key not in self._outcomes:
            try:
                self._note(key, make())
            except (Blocked, Lacking) as why:
                self._note(key, why)
        found = self._outcomes[key]
        if isinstance(found, Blocked | Lacking):
            raise found
        return found

    def _note(self, key: K, outcome: V | Blocked | Lacking) -> None:
        self._outcomes[key] = outcome
        self._turns[key] = next(self._next)

    def get(self, key: K) -> V | None:
        """The value of a key; None where there is none, or none yet."""
        found = self._outcomes.get(key)
        return None if isinstance(found, Blocked | Lacking) else found

    def turn(self, key: K) -> int:
        """When the outcome of a key was noted, as a number that rises; KeyError where there is none."""
        return self._turns[key]

    def keep(self, key: K, value: V) -> None:
        """Take over a value that was worked out otherwise, unless there is an outcome already."""
        if key not in self._outcomes:
            self._note(key, value)

    def forget(self, chosen: Callable[[K], bool]) -> None:
        """Drop the outcomes of some keys: they are worked out anew when they are next asked for."""
        for key in [key for key in self._outcomes if chosen(key)]:
            del self._outcomes[key], self._turns[key]

    def copy(self) -> Memo[K, V]:
        """The same outcomes; what either learns from now on, the other does not."""
        made: Memo[K, V] = Memo()
        made._outcomes, made._turns = dict(self._outcomes), dict(self._turns)
        made._next = count(max(self._turns.values(), default=-1) + 1)
        return made

    def items(self) -> list[tuple[K, V]]:
        """Keys with values, by turn."""
        known = sorted(self._outcomes.items(), key=lambda pair: self._turns[pair[0]])
        return [(key, found) for key, found in known if not isinstance(found, Blocked | Lacking)]


class Knowledge:
    """What one reading of a target gave so far, and what the run has found out about its listings.

    Args:
        tails: of listings known to be too long, or not, as in a run that has begun.
        windows: of listings known to move, likewise.
    """

    def __init__(
        self, tails: Mapping[Scope, Tail | None] | None = None, windows: Mapping[Scope, Query] | None = None
    ) -> None:
        # Of the run: shared by every reading of it, so that all ask for the same part of a listing. They only grow.
        self.tails = dict(tails or {})
        """Listings that were begun: the tail that is read of one that is too long, None for one that is read whole."""
        self.windows = dict(windows or {})
        """Listings that moved and that a filter can hold: the window that stands still. It never changes once set."""
        self.moving: set[Scope] = set()
        """Listings found changing. Each scope in `windows` is here, but not the other way round."""
        self.waited: set[Scope] = set()
        """Listings that were given time to grow."""

        # Handed to a fresh reading as they are at that time.
        self.sample: Memo[None, Sample] = Memo()
        """The conversations to read, under the one key None: every reading of a run looks at the same."""
        self.chosen: Memo[Listing, tuple[Scope, ...]] = Memo()
        """The scopes of a nested listing that get every trial."""
        self.endless: dict[Scope | Listing, Walk] = {}
        """Walks that the page limit cut: by scope where the end lay ahead, by listing where none was in sight."""

        self.sparse: set[Scope] = set()
        """Scopes where a filter leaves more empty pages in a row than are followed: filters are asked for by 100."""

        # Of this reading alone.
        self._walks: Memo[tuple[Scope, Query], Walk] = Memo()
        """Walks by the query as it was sent, so within tail and window. Forgotten together when their scope moves, so
        that no two of them, read before and after that, are compared."""
        self.firsts: Memo[tuple[Scope, Query], Page] = Memo()
        """First pages that were read without those that follow, by the query as it was sent."""
        self.shared: Memo[str, object] = Memo()
        """What plans gather once for all listings, each under a name of its own and of one type."""
        self.newest: Memo[Scope, Walk] = Memo()
        """The newest items, newest first, without any filter."""
        self.beginnings: Memo[Scope, Walk] = Memo()
        """The first pages in ascending order, as many as a listing may have that is read whole."""
        self.earliest: Memo[Scope, Walk] = Memo()
        """The first walk over everything. Set once, and never forgotten: growth is measured from it."""

    def afresh(self) -> Knowledge:
        """Knowledge of a reading that has read nothing yet but looks where this one looks."""
        fresh = Knowledge()
        fresh.tails, fresh.windows, fresh.moving = self.tails, self.windows, self.moving
        fresh.waited = self.waited
        fresh.sample, fresh.chosen, fresh.endless = self.sample.copy(), self.chosen.copy(), dict(self.endless)
        fresh.sparse = set(self.sparse)
        return fresh

    def narrowed(self, scope: Scope, query: Query) -> Query:
        """The query within the tail of a long listing, and within the window of a moving one."""
        return within(within(query, self.tail(scope)), self.windows.get(scope))

    def tail(self, scope: Scope) -> Query | None:
        """The filter that leaves the tail of a listing known to be too long."""
        tail = self.tails.get(scope)
        return tail.window if tail else None

    def walk(self, scope: Scope, query: Query, make: Callable[[], Walk]) -> Walk:
        """The walk of a query as it is sent, read when it is first asked for."""
        return self._walks.once((scope, query), make)

    def keep(self, walk: Walk) -> None:
        """Take over a walk that was read for another reason."""
        self._walks.keep((walk.scope, walk.query), walk)

    def walked(self, scope: Scope, query: Query) -> Walk | None:
        """The walk of a query as it is sent, where it was read."""
        return self._walks.get((scope, query))

    def read(self, scope: Scope) -> list[Walk]:
        """The walks over a scope that came to their end, in the order in which they were read."""
        return [walk for (place, _), walk in self._walks.items() if place == scope and walk.complete]

    def in_turn(self, scope: Scope, first: Query, second: Query) -> bool:
        """Whether the walk of one query, as it is sent, was read before that of another. Both were read."""
        return self._walks.turn((scope, first)) < self._walks.turn((scope, second))

    def moved(self, scope: Scope) -> None:
        """Forget the walks over a listing that changed while it was read."""
        self._walks.forget(lambda key: key[0] == scope)
