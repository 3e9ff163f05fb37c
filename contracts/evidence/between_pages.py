"""Plans for evidence about steps between pages: links, cursors used again, other page sizes, defaults."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from contracts.crawl.crawler import Blocked, Forbidden, Lacking, require_complete
from contracts.findings.clause import EvidenceKind, Trial
from contracts.paging import filter_values as values
from contracts.paging.clipping import clipped
from contracts.paging.listings import LISTINGS, USERS, Scope
from contracts.paging.queries import DEFAULT_SIZE, LARGEST_SIZE, Query
from contracts.paging.units import ceil_div
from contracts.paging.urls import parameters_of, unusable, with_parameters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contracts.crawl.cache import CrawlCache
    from contracts.paging.listings import Item
    from contracts.paging.pages import Answer, Page
from contracts.evidence.observations import Edge, Hop, Paths, Resized, Sized, Twins
from contracts.evidence.whole_listings import sampled


def _stepped(cache: CrawlCache, scope: Scope) -> Iterator[tuple[Query, int]]:
    """Walks of a middling size in both orders and with filters, and the positions of their pages to look at."""
    for order in ("asc", "desc"):
        length = len(cache.snapshot(scope).ids)
        size = max(2, min(7, ceil_div(length, 4)), ceil_div(length, cache.choices.profile.longest))
        query = Query(order=order).sized(size)
        pages = len(cache.complete_walk(scope, query).pages)
        for index in sampled(cache, scope, order, pages):
            yield query, index
    for query in cache.telling_queries(scope):
        pages = len(cache.complete_walk(scope, query).pages)
        for index in sorted({1, pages - 1} & set(range(pages))):
            yield query, index


def _hop(scope: Scope, query: Query, index: int, path: tuple[str, ...], offset: int | None = None) -> Trial:
    """Follow `path` from the page at `index` of a walk; it must lead to the page at `offset`, else to where self stands."""

    def observe(cache: CrawlCache) -> Hop:
        pages = cache.complete_walk(scope, query).pages
        if max(index, offset or 0) >= len(pages):
            raise Lacking("as many pages as before")
        landed = before = pages[index]
        for rel in path:
            before, landed = landed, cache.crawler.follow(landed, rel)
        return Hop(pages[index], path, landed, before if offset is None else pages[offset])

    return Trial(scope, f"{scope} with {query}: {', '.join(path)} of page {index + 1}", observe)


def _selves(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    for query, index in _stepped(cache, scope):
        yield _hop(scope, query, index, ("self",))
        if index % 2:
            yield _hop(scope, query, index, ("prev", "self"))


def _firsts(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    for query, index in _stepped(cache, scope):
        yield _hop(scope, query, index, ("first",), 0)


def _neighbours(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    for query, index in _stepped(cache, scope):
        pages = cache.complete_walk(scope, query).pages
        page, preceded = pages[index], any(before.items for before in pages[:index])
        if index > 0 and ("prev" in page.links or (page.items and preceded)):
            yield _hop(scope, query, index, ("prev",), index - 1)
            if page.items:
                yield _hop(scope, query, index, ("prev", "next"), index)


def _recoded(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    """The next link taken apart and put together again, as a client does that calls a host of its own."""

    def observe(cache: CrawlCache, query: Query, index: int) -> Twins:
        pages = cache.complete_walk(scope, query).pages
        if index + 1 >= len(pages):
            raise Lacking("as many pages as before")
        href = pages[index].links["next"]
        url = with_parameters(href, parameters_of(href))
        return Twins(cache.crawler.follow(pages[index], "next"), _landing(cache, url, pages[index]))

    for query in dict.fromkeys(query for query, _ in _stepped(cache, scope)):
        if cache.complete_walk(scope, query).pages[1:]:
            yield Trial(scope, f"{scope} with {query}: next, encoded anew", partial(observe, query=query, index=0))


def _landing(cache: CrawlCache, url: str, page: Page) -> Page | Answer:
    """What a URL gives that came from a page's link: a page, or an answer that is none."""
    answer = cache.crawler.probe(page.scope, url)
    return answer if answer.flaw is not None else replace(answer, asked=page.asked).page


def _repeats(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    def again(cache: CrawlCache, query: Query, index: int) -> Twins:
        pages = cache.complete_walk(scope, query).pages
        if index >= len(pages):
            raise Lacking("as many pages as before")
        return Twins(pages[index], cache.crawler.again(pages[index]))

    for query, index in _stepped(cache, scope):
        yield Trial(scope, f"{scope} with {query}: page {index + 1} again", partial(again, query=query, index=index))


def _replays(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    """Cursors used again, last first, with other requests between."""
    elsewhere = Scope(USERS) if scope.listing != USERS else Scope(LISTINGS[0])

    def replay(cache: CrawlCache, query: Query, index: int, *, long: bool = False) -> Twins:
        pages = cache.complete_walk(scope, query).pages
        if index + 1 >= len(pages):
            raise Lacking("as many pages as before")
        with suppress(Forbidden):
            cache.crawler.ask(elsewhere, Query(page_size="2"))
        other = Query(page_size="3", order="asc" if query.descending else "desc")
        if long:
            cache.crawler.walk(scope, other.sized(len(cache.snapshot(scope).ids) // 20))
        cache.crawler.ask(scope, other)
        return Twins(pages[index + 1], _landing(cache, pages[index].links["next"], pages[index]))

    steps = list(_stepped(cache, scope))
    for query, index in steps[:1] if scope == cache.chosen(scope.listing)[0] else ():
        name = f"{scope} with {query}: next of page {index + 1} after another whole walk"
        yield Trial(scope, name, partial(replay, query=query, index=index, long=True))
    for query, index in reversed(steps):
        if index + 1 < len(cache.complete_walk(scope, query).pages):
            yield Trial(
                scope,
                f"{scope} with {query}: next of page {index + 1} after other requests",
                partial(replay, query=query, index=index),
            )


def _backward(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    def back(cache: CrawlCache, query: Query) -> Paths:
        there = cache.complete_walk(scope, query)
        if len(there.filled) < 2:  # noqa: PLR2004 - two pages
            raise Lacking("two pages")
        walk = cache.crawler.walk(scope, query, start=there.filled[-1], rel="prev")
        endless = walk.cycle is not None or (walk.limit is not None and not walk.hollow)
        # What goes in a circle shows what is wrong with it; else empty pages say nothing: links need not lead there.
        pages = walk.pages if endless else require_complete(walk).filled
        return Paths(replace(there, pages=there.filled), replace(walk, pages=pages[::-1]))

    for query in dict.fromkeys(query for query, _ in _stepped(cache, scope)):
        yield Trial(scope, f"{scope} with {query}: back from the last page", partial(back, query=query))


def _resized(_: CrawlCache, scope: Scope) -> Iterator[Trial]:
    """A walk whose page size changes at every step, the cursor kept."""
    sizes = (3, 1, 5, 2, 8, 4)

    def observe(cache: CrawlCache) -> Resized:
        snapshot = cache.snapshot(scope)
        if len(snapshot.ids) <= sizes[0]:
            raise Lacking("more items than one small page")
        pages = [cache.crawler.page(scope, cache.query(scope, Query().sized(sizes[0])))]
        while not pages[-1].ends and len(pages) < 3 * len(sizes):
            size = min(max(sizes[len(pages) % len(sizes)], len(snapshot.ids) // 40), LARGEST_SIZE)
            pages.append(_next_sized(cache, pages[-1], size))
        return Resized(snapshot, tuple(pages))

    yield Trial(scope, f"{scope} with another page_size at every step", observe)


def _next_sized(cache: CrawlCache, page: Page, size: int) -> Page:
    href = page.links["next"]
    if unusable(href) or not cache.crawler.may_follow(href):
        raise Blocked("links.url or links.origin", f"next is {clipped(href)!r}")
    pairs = [pair for pair in parameters_of(href) if pair[0] != "page_size"]
    answer = cache.crawler.probe(page.scope, with_parameters(href, [*pairs, ("page_size", str(size))]))
    if answer.exchange.refused:
        raise Lacking("a target that lets page_size change while a cursor is kept")
    if answer.flaw is not None:
        raise Blocked(answer.flawed_clause, f"{answer} gave {answer.flaw}")
    return replace(answer, asked=page.asked.sized(size)).page


def _defaults(name: str, value: str, other: str, cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    """The first page with a parameter left out, beside the one with its default spelled out; also with a filter."""

    def observe(cache: CrawlCache, query: Query) -> Twins:
        spelled = cache.crawler.page(scope, replace(query, **{name: value}))
        cache.crawler.ask(scope, replace(query, **{name: other}))  # what a server must not remember
        return Twins(spelled, cache.crawler.page(scope, query))

    telling = [
        replace(query, page_size=None, order=None) for query in values.telling(scope.listing, _items(cache, scope))
    ]
    for query in dict.fromkeys((Query(), *telling[-1:])):
        yield Trial(scope, f"{scope} with {query}, without {name}", partial(observe, query=query))


def _items(cache: CrawlCache, scope: Scope) -> Sequence[Item]:
    """The items of a listing, as far as a plain walk shows them."""
    try:
        return cache.snapshot(scope).items
    except Blocked:
        return ()


def _edges(_: CrawlCache, scope: Scope) -> Iterator[Trial]:
    def observe(cache: CrawlCache, size: int, order: str) -> Edge:
        plain = cache.crawler.page(scope, cache.query(scope, Query()))
        query = cache.query(scope, Query(order=order).sized(size))
        walk = cache.crawler.walk(scope, query, limit=2 if size == 1 else None)
        refused = not walk.pages and walk.broken is not None and walk.broken.exchange.refused
        gaps = bool(cache.walk(scope, Query()).gaps)
        return Edge(walk if refused else require_complete(walk), len(plain.ids), gaps)

    for size in (1, LARGEST_SIZE):
        for order in ("asc", "desc"):
            yield Trial(scope, f"{scope}, {order}, by {size}", partial(observe, size=size, order=order))


def _sizes(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    """The first page by sizes of all kinds, in both orders by turns."""
    if scope != cache.chosen(scope.listing)[0] or not cache.snapshot(scope).ids:
        return
    others = [size for size in range(1, LARGEST_SIZE + 1) if size not in TELLING_SIZES]
    drawn = cache.choices.random("sizes", scope.listing.name).sample(others, cache.choices.profile.values)

    def observe(cache: CrawlCache, query: Query) -> Sized:
        return Sized(cache.snapshot(scope), cache.crawler.page(scope, cache.query(scope, query)))

    for size in (*TELLING_SIZES, *drawn):
        yield Trial(scope, f"{scope} by {size}", partial(observe, query=Query(order="asc").sized(size)))


TELLING_SIZES = (2, 16, 20, 25, 32, 33, 50, 64, 99)
"""Page sizes that back ends choose for batches and buffers, and neighbours of some."""

SIZES = EvidenceKind("first page by size", "first pages by size", "looked at", _sizes)
SELVES = EvidenceKind("self link", "self links", "looked at", _selves)
FIRSTS = EvidenceKind("first link", "first links", "looked at", _firsts)
NEIGHBOURS = EvidenceKind("way to a neighbour and back", "ways to a neighbour and back", "compared", _neighbours)
RECODED = EvidenceKind("next link encoded anew", "next links encoded anew", "looked at", _recoded)
REPEATS = EvidenceKind("page read twice", "pages read twice", "", _repeats)
REPLAYS = EvidenceKind("cursor used again", "cursors used again", "", _replays)
BACKWARD = EvidenceKind("walk backward", "walks backward", "followed", _backward)
RESIZED = EvidenceKind("walk with changing sizes", "walks with changing sizes", "followed", _resized)
DEFAULT_SIZES = EvidenceKind(
    "pair of pages", "pairs of pages", "compared", partial(_defaults, "page_size", str(DEFAULT_SIZE), "3")
)
DEFAULT_ORDERS = EvidenceKind("pair of pages", "pairs of pages", "compared", partial(_defaults, "order", "asc", "desc"))
EDGES = EvidenceKind("walk by 1 and by 100", "walks by 1 and by 100", "followed", _edges)
