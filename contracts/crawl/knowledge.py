"""What a crawl knows of its target: walks, pages and choices by typed keys, each with the rule that it keeps."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

from contracts.crawl.crawler import Blocked, Lacking
from contracts.crawl.narrowing import within
from contracts.crawl.together import Job

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

    Whoever asks while another thread works a key out waits for it. What that saw is noted wherever the key is asked for.
    """

    def __init__(self) -> None:
        self._jobs: dict[K, Job[V]] = {}
        self._lock = Lock()

    def once(self, key: K, make: Callable[[], V]) -> V:
        """What `make` gave, or raised, when this key was first asked for; any other exception is not kept."""
        with self._lock:
            job = self._jobs.setdefault(key, Job(make))
        try:
            return job.outcome()
        except (Blocked, Lacking):
            raise
        except Exception:
            with self._lock:
                if self._jobs.get(key) is job:
                    del self._jobs[key]
            raise

    def get(self, key: K) -> V | None:
        """The value of a key; None where there is none, or none yet."""
        job = self._jobs.get(key)
        return job.value if job else None

    def before(self, first: K, second: K) -> bool:
        """Whether one key was worked out before another was begun. Both are worked out; KeyError where one is not."""
        return self._jobs[first].ended < self._jobs[second].began

    def keep(self, key: K, value: V) -> None:
        """Take over a value that was worked out otherwise, unless there is an outcome already."""
        with self._lock:
            self._jobs.setdefault(key, Job.done(value))

    def forget(self, chosen: Callable[[K], bool]) -> None:
        """Drop the outcomes of some keys: they are worked out anew when they are next asked for."""
        with self._lock:
            self._jobs = {key: job for key, job in self._jobs.items() if not chosen(key)}

    def copy(self) -> Memo[K, V]:
        """The same outcomes; what either learns from now on, the other does not."""
        made: Memo[K, V] = Memo()
        with self._lock:
            made._jobs = dict(self._jobs)
        return made

    def items(self) -> list[tuple[K, V]]:
        """Keys with values, in no order that means anything."""
        return [(key, job.value) for key, job in list(self._jobs.items()) if job.value is not None]


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
        self.tails: Memo[Scope, Tail | None] = Memo()
        """Listings that were begun: the tail that is read of one that is too long, None for one that is read whole."""
        for scope, tail in (tails or {}).items():
            self.tails.keep(scope, tail)
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
        """The walks over a scope that came to their end, by what was asked."""
        found = [walk for (place, _), walk in self._walks.items() if place == scope and walk.complete]
        return sorted(found, key=lambda walk: str(walk.query))

    def in_turn(self, scope: Scope, first: Query, second: Query) -> bool:
        """Whether the walk of one query, as it is sent, was read before that of another was begun. Both were read."""
        return self._walks.before((scope, first), (scope, second))

    def moved(self, scope: Scope) -> None:
        """Forget the walks over a listing that changed while it was read."""
        self._walks.forget(lambda key: key[0] == scope)
