"""Plans for values at the edges, of the calendar and of ids: what comes first is what the oracle says, as for any value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from contracts.crawl.crawler import Blocked, Lacking
from contracts.findings.clause import EvidenceKind, Trial
from contracts.paging.edges import edges
from contracts.paging.oracle import expected
from contracts.paging.queries import Query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.crawl.cache import CrawlCache
    from contracts.paging.listings import Scope
    from contracts.paging.oracle import Expected
    from contracts.paging.pages import Answer, Page


@dataclass(frozen=True, eq=False)
class Start:
    """The answer to a query, beside what the oracle says that it begins with.

    `control` says whether a query like it, with a value that is no edge, begins as it must.
    """

    answer: Answer
    expected: Expected
    control: bool = False

    @property
    def right(self) -> bool:
        """Whether the answer is a page that a right answer may begin with, and end with where nothing follows."""
        return self.answer.flaw is None and begins(self.answer.page, self.expected)


def begins(page: Page, wanted: Expected) -> bool:
    """Whether a page may be the first of a right answer."""
    return wanted.begins(page.ids) if "next" in page.links else wanted.accepts(page.ids)


def start(cache: CrawlCache, answer: Answer, control: Query | None) -> Start:
    """What an answer had to be."""
    wanted = expected(answer.scope.listing, cache.snapshot(answer.scope).items, answer.asked)
    return Start(answer, wanted, control is not None and _right(cache, answer.scope, control))


def _right(cache: CrawlCache, scope: Scope, query: Query) -> bool:
    """Whether a query begins as it must; its first page is read once."""
    try:
        asked = cache.query(scope, query)
        return begins(cache.first(scope, asked), expected(scope.listing, cache.snapshot(scope).items, asked))
    except (Blocked, Lacking):
        return False


_TOWARDS = {"date_start": "asc", "date_end": "desc"}
"""The order that begins at a bound."""


def _calendar(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    """Edges of the calendar as `date_start` and `date_end` by turns, each in the order that begins at it."""
    if scope != cache.chosen(scope.listing)[0] or "date_start" not in scope.listing.filters:
        return
    for turn, edge in enumerate(edges(cache.snapshot(scope).items)):
        name = edge.name or ("date_start", "date_end")[turn % 2]
        plain = Query(page_size="10", order=_TOWARDS[name])
        query, control = (replace(plain, **{name: text}) for text in (edge.text, edge.control))
        yield Trial(scope, f"{scope} with {query}", partial(_ask, scope=scope, query=query, control=control))


def _ask(cache: CrawlCache, scope: Scope, query: Query, control: Query) -> Start:
    asked = cache.query(scope, query)
    if not query.filters.items() <= asked.filters.items():
        raise Lacking("an edge of the calendar in what is read of a long or moving listing")
    return start(cache, cache.crawler.ask(scope, asked), control)


CALENDAR = EvidenceKind("edge of the calendar", "edges of the calendar", "asked for", _calendar)
