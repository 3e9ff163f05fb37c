"""A chain of pages, as a client reads it that follows `next` until nothing comes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from contracts.paging.listings import Item, Scope
    from contracts.paging.pages import Answer, Page
    from contracts.paging.queries import Query
    from contracts.paging.units import Pages


@dataclass(frozen=True, eq=False)
class Walk:
    """The pages that one query gave, in the order in which they were read.

    At most one of `broken`, `foreign`, `cycle` and `limit` says why a walk stopped before its end: an answer that is
    no page, an href that leads to another host and was not followed, an href of `next` that had been followed
    before, and the number of pages (or of empty pages in a row) after which the suite gave up. `rel` is the relation
    that was followed. `ahead` says of a walk that was given up that items may lie ahead: nothing says endless.
    """

    scope: Scope
    query: Query
    pages: tuple[Page, ...]
    rel: str = "next"
    broken: Answer | None = None
    foreign: str | None = None
    cycle: str | None = None
    limit: Pages | None = None
    ahead: bool = False

    @property
    def complete(self) -> bool:
        """Whether the listing said itself that it ends here."""
        return self.broken is None and self.foreign is None and self.cycle is None and self.limit is None

    @property
    def ended(self) -> bool:
        """Whether it was read to where the listing ends, and not only as far as somebody wanted."""
        return self.complete and bool(self.pages) and self.rel not in self.pages[-1].links

    @property
    def hollow(self) -> Pages:
        """Among how many empty pages in a row it was given up; 0 where it was not, or after a page with items."""
        empty = takewhile(lambda page: not page.items, reversed(self.pages))
        return 0 if self.limit is None else sum(1 for _ in empty)

    @property
    def filled(self) -> tuple[Page, ...]:
        """The pages that hold items."""
        return tuple(page for page in self.pages if page.items)

    @property
    def gaps(self) -> tuple[Page, ...]:
        """The pages that are not full, or empty, although items follow on a later one."""
        last = max((index for index, page in enumerate(self.pages) if page.items), default=0)
        return tuple(page for page in self.pages[:last] if len(page.items) < (page.asked.size or 0))

    @property
    def items(self) -> Sequence[Item]:
        """The items of all pages, in their order."""
        return [item for page in self.pages for item in page.items]

    @cached_property
    def ids(self) -> tuple[Hashable, ...]:
        """The ids of all items, in their order."""
        return tuple(each for page in self.pages for each in page.ids)

    def __repr__(self) -> str:
        return f"{self.scope} with {self.query}: {len(self.ids)} items on {len(self.pages)} pages"
