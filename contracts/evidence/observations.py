"""Pieces of evidence about relations between answers: frozen values that clauses judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from contracts.paging.oracle import expected

if TYPE_CHECKING:
    from collections.abc import Hashable

    from contracts.paging.listings import Item
    from contracts.paging.oracle import Expected
    from contracts.paging.pages import Answer, Page
    from contracts.paging.walks import Walk


@dataclass(frozen=True, eq=False)
class Whole:
    """A listing read whole, in ascending order; for members also the ids of all users, read after them."""

    walk: Walk
    users: frozenset[Hashable] | None = None


@dataclass(frozen=True, eq=False)
class Bracket:
    """The same listing walked before, walked otherwise between, and walked after as before."""

    before: Walk
    between: Walk
    after: Walk


@dataclass(frozen=True, eq=False)
class Match:
    """A walk beside what the model says that it must give, and what it may be taken for where that is open."""

    walk: Walk
    expected: Expected
    otherwise: Expected | None = None


@dataclass(frozen=True, eq=False)
class Hop:
    """Links followed from a page, and the page where that must lead."""

    start: Page
    path: tuple[str, ...]
    landed: Page
    target: Page


@dataclass(frozen=True, eq=False)
class Twins:
    """Two pages that must hold the same; the other may have come as an answer that is no page."""

    one: Page
    other: Page | Answer


@dataclass(frozen=True, eq=False)
class Paths:
    """Two walks that must hold the same."""

    one: Walk
    other: Walk


@dataclass(frozen=True, eq=False)
class OnBound(Paths):
    """Two walks over one window with an item on its bound; where they differ, each again over two other windows.

    One is slightly wider and shows the item for sure, one slightly narrower and does not: what is otherwise was lost, or
    let through, on the way, and says nothing about the bound.
    """

    wider: tuple[Walk, ...] = ()
    narrower: tuple[Walk, ...] = ()

    @property
    def strays(self) -> frozenset[Hashable]:
        """The ids of items on the bound that are in one walk and not in the other."""
        walks = (self.one, self.other)
        bound = {each for walk in walks for each in expected(walk.scope.listing, walk.items, walk.query).optional}
        differing = set(self.one.ids) ^ set(self.other.ids)
        shown = (differing & bound).intersection(*(walk.ids for walk in self.wider))
        return frozenset(shown.difference(*(walk.ids for walk in self.narrower)))


@dataclass(frozen=True, eq=False)
class Resized:
    """A snapshot, and pages of changing sizes; the last of them may not be the listing's last."""

    snapshot: Walk
    pages: tuple[Page, ...]


@dataclass(frozen=True, eq=False)
class Sized:
    """A snapshot, and the first page of the same listing by some page size."""

    snapshot: Walk
    page: Page


@dataclass(frozen=True, eq=False)
class Edge:
    """A walk of the smallest or the largest page size, and how many items a plain page of the listing has.

    `gaps` says that pages of the default size are not all full either, so that a short page says nothing of its size.
    """

    walk: Walk
    length: int
    gaps: bool = False


@dataclass(frozen=True, eq=False)
class Mentions:
    """The members of all conversations that are read, and the events of these, each in ascending order."""

    members: tuple[Walk, ...]
    events: tuple[Walk, ...]


Difference: TypeAlias = "tuple[Page, Page, Item, Item]"
"""An item as it looked on one page, and as it looked on another: both pages, then both items."""


@dataclass(frozen=True, eq=False)
class Sightings:
    """How many items were met more than once, and those that did not look the same."""

    met: int
    differing: tuple[Difference, ...]


@dataclass(frozen=True, eq=False)
class Resolved:
    """An item and what its self link gives."""

    item: Item
    answer: Answer
