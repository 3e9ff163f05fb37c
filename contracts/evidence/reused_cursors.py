"""Plans for real cursors that are sent with another query than the one that they were given for."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from statistics import mode
from typing import TYPE_CHECKING

from contracts.crawl.crawler import Blocked, Lacking
from contracts.evidence.negative import Probe
from contracts.evidence.wrong_cursors import belonging
from contracts.findings.clause import EvidenceKind, Trial
from contracts.paging import filter_values as values
from contracts.paging import instants
from contracts.paging.listings import CONVERSATIONS, EVENTS, member
from contracts.paging.oracle import interpretations, passes
from contracts.paging.queries import DEFAULT_SIZE, LARGEST_SIZE, PARAMETERS, Query
from contracts.paging.urls import cursor_of, parameters_of, unusable, with_parameters

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    from contracts.crawl.cache import CrawlCache
    from contracts.paging.listings import Item, Listing, Scope
    from contracts.paging.pages import Page
    from contracts.paging.walks import Walk


@dataclass(frozen=True, eq=False)
class Reused:
    """The answer to a real cursor in another query.

    Attributes:
        probe: what was asked, and the answer.
        given: the query that the cursor was given for.
        fits_asked: whether what came may be a page of the query that was asked.
        fits_given: whether it may be one of the query that the cursor was given for.
        sound: whether both queries give such pages where no cursor is taken from one to the other.
    """

    probe: Probe
    given: Query
    fits_asked: bool = True
    fits_given: bool = True
    sound: bool = True


@dataclass(frozen=True, eq=False)
class Link:
    """A link on a page of a walk, whose cursor is sent with another query.

    `tied` says that it leads from one of two items of the same time to the other.
    """

    walk: Walk
    rel: str
    index: int
    tied: bool = False

    @property
    def href(self) -> str:
        """Where it leads; empty where it is not there."""
        return self.walk.pages[self.index].links.get(self.rel, "")

    def __repr__(self) -> str:
        return f"the {'tied ' if self.tied else ''}cursor of {self.rel} of page {self.index + 1} of {self.walk.query!r}"


def fits(page: Page, query: Query, ranks: Mapping[Hashable, int]) -> bool:
    """Whether a page may be one of a query, wherever it begins; one without items may.

    `ranks` are the places of the listing's items by id, the oldest first: where items show no order, these do.
    """
    if len(page.items) > (query.size or LARGEST_SIZE):
        return False
    keys = [page.scope.listing.key(item) if page.scope.listing.sorted_by else None for item in page.items]
    placed = [ranks.get(name) if key is None else key for name, key in zip(page.ids, keys, strict=True)]
    known = [place for place in placed if place is not None]
    ordered = known == sorted(known, reverse=query.descending)
    return ordered and any(all(passes(item, each) for item in page.items) for each in interpretations(query))


def _reused(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    """Every walk, every place in one and every change meet each other; what leaves nothing is asked for more often."""
    if scope != cache.chosen(scope.listing)[0]:
        return
    for number, walk in enumerate(_walks(cache, scope)):
        for turn, link in enumerate(_links(cache, walk)):
            changes = _changes(cache.snapshot(scope).items, walk.query, scope.listing, number + turn)
            emptied = len(changes) > BARE and (link.tied or not (number or turn))
            chosen = [changes[(number + turn) % len(changes)], *(changes[:1] if emptied else ())]
            for asked in dict.fromkeys(chosen):
                name = f"{scope} with {asked!r} and {link!r}"
                yield Trial(scope, name, partial(_ask, scope=scope, name=name, link=link, asked=asked))


def _walks(cache: CrawlCache, scope: Scope) -> Iterator[Walk]:
    """A walk of several pages in each order: without filters, if possible one that tears ties apart, and with some."""
    plain = [query for query in cache.plain_queries(scope) if query.order and query.page_size != "1"]
    for queries, make in ((plain, _torn), (cache.telling_queries(scope), None)):
        for descending in (False, True):
            asked = (_walk(cache, scope, query) for query in queries if query.descending == descending)
            walks = [walk for walk in asked if walk and len(_filled(walk)) > 1]
            torn = [walk for walk in walks if _tie(walk) is not None][:1] if make else walks[:1]
            yield from torn or (make and make(cache, scope, descending=descending)) or walks[:1]


def _torn(cache: CrawlCache, scope: Scope, *, descending: bool) -> list[Walk]:
    """The beginning of a walk whose first page ends between two items of one time; none where there are none."""
    items = cache.snapshot(scope).items[:: -1 if descending else 1]
    keys = [scope.listing.key(item) for item in items[: LARGEST_SIZE + 1]]
    size = next((index for index, (one, other) in enumerate(pairwise(keys), 1) if one == other is not None), None)
    if size is None:
        return []
    query = cache.query(scope, Query(order="desc" if descending else "asc").sized(size))
    walk = cache.crawler.walk(scope, query, limit=2)
    return [walk] if _tie(walk) is not None else []


def _tie(walk: Walk) -> int | None:
    """The position of the first page that ends with an item of the same time as the next page's first."""
    key = walk.scope.listing.key
    for index, (page, after) in enumerate(pairwise(walk.pages)):
        if page.items and after.items and key(page.items[-1]) == key(after.items[0]) is not None:
            return index
    return None


def _walk(cache: CrawlCache, scope: Scope, query: Query) -> Walk | None:
    with suppress(Blocked, Lacking):
        return cache.complete_walk(scope, query)
    return None


def _filled(walk: Walk) -> list[int]:
    """The positions of the pages that have items."""
    return [index for index, page in enumerate(walk.pages) if page.items]


def _links(cache: CrawlCache, walk: Walk) -> Iterator[Link]:
    """Links from the beginning, from the middle, both ways, and from the end of a walk, as far as they carry a cursor.

    A cursor between two items of one time has to tell them apart: it holds more than others do.
    """
    filled, tie = _filled(walk), None if walk.query.filters else _tie(walk)
    middle = len(filled) // 2
    places = [("next", filled[0]), ("next", filled[middle - 1]), ("prev", filled[middle]), ("prev", filled[-1])]
    links = [Link(walk, rel, index) for rel, index in places]
    links += [] if tie is None else [Link(walk, "next", tie, tied=True), Link(walk, "prev", tie + 1, tied=True)]
    for link in links:
        if cursor_of(link.href) and not unusable(link.href) and cache.crawler.may_follow(link.href):
            yield link


def _changes(items: Sequence[Item], query: Query, listing: Listing, turn: int) -> list[Query]:
    """The query with a filter that leaves nothing, with a narrower one, another page size, the other order.

    The first two only where the listing has filters; `turn` decides which.
    """
    filtered = {CONVERSATIONS: _by_dates, EVENTS: _by_events}.get(listing, _by_nothing)
    inner = [item for item in items if passes(item, query)]
    size = query.size or DEFAULT_SIZE
    other = replace(query, order="asc" if query.descending else "desc")
    return [*filtered(items, inner, query, turn), query.sized(2 * size + 1 if turn % 2 else max(1, size - 1)), other]


def _by_nothing(*_: object) -> Iterator[Query]:
    yield from ()


def _by_dates(items: Sequence[Item], inner: Sequence[Item], query: Query, turn: int) -> Iterator[Query]:
    ends, between = values.outside(items), values.between(inner)
    name = ("date_start", "date_end")[turn % 2]
    if len(ends) > 1 and between:
        yield replace(query, **{name: instants.text(ends[1 - turn % 2])})
        yield replace(query, **{name: instants.text(between[len(between) // 2])})


def _by_events(items: Sequence[Item], inner: Sequence[Item], query: Query, turn: int) -> Iterator[Query]:
    numbers, within = (sorted(filter(None, map(EVENTS.key, each))) for each in (items, inner))
    name = ("start_id", "end_id")[turn % 2]
    types = [kind for item in inner if (kind := member(item, "type")) in values.DOCUMENTED_TYPES]
    if within:
        yield replace(query, **{name: str(numbers[-1] + 1 if name == "start_id" else numbers[0] - 1)})
        narrower = {"event_type": mode(types)} if types and turn % 2 and not query.event_type else {}
        yield replace(query, **(narrower or {name: str(within[len(within) // 2])}))


def _ask(cache: CrawlCache, scope: Scope, name: str, link: Link, asked: Query) -> Reused:
    answer = cache.crawler.probe(scope, _rewritten(link.href, asked))
    probe, given = Probe(name, answer, legal_page=True, own=belonging(cache, answer)), link.walk.query
    if answer.flaw is not None:
        return Reused(probe, given)
    ranks = {each: rank for rank, each in enumerate(cache.snapshot(scope).ids)}
    if fits(answer.page, asked, ranks):
        return Reused(probe, given)
    sound = _sound(cache, link.walk, asked, ranks)
    return Reused(probe, given, fits_asked=False, fits_given=fits(answer.page, given, ranks), sound=sound)


def _sound(cache: CrawlCache, walk: Walk, asked: Query, ranks: Mapping[Hashable, int]) -> bool:
    """Whether both queries give what they ask for by themselves: else other clauses say what is wrong."""
    try:
        first = cache.first(walk.scope, asked)
    except (Blocked, Lacking):
        return False
    return fits(first, asked, ranks) and all(fits(page, walk.query, ranks) for page in walk.pages)


def _rewritten(href: str, asked: Query) -> str:
    """A link with the parameters of another query."""
    pairs = [pair for pair in parameters_of(href) if pair[0] not in PARAMETERS]
    return with_parameters(href, [*asked.parameters.items(), *pairs])


BARE = 2
"""Changes that a listing without filters allows."""

REUSED = EvidenceKind("cursor in another query", "cursors in other queries", "tried", _reused)
