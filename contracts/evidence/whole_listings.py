"""Plans for evidence about whole listings: read in one way and in another, compared with the model, seen growing."""

from __future__ import annotations

from collections.abc import Hashable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from contracts.crawl.crawler import Blocked, Forbidden, Lacking, Unreadable, require_complete
from contracts.findings.clause import EvidenceKind, Trial
from contracts.paging.filter_values import DOCUMENTED_TYPES
from contracts.paging.listings import EVENTS, USERS, Item, Scope, member
from contracts.paging.oracle import expected, interpretations
from contracts.paging.pages import OK, Page, abbreviate, canonical, identity
from contracts.paging.queries import ASCENDING, DESCENDING, Query
from contracts.paging.urls import unusable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from contracts.crawl.cache import CrawlCache
    from contracts.paging.listings import Listing
    from contracts.paging.pages import Answer
    from contracts.paging.walks import Walk
from contracts.evidence.observations import Bracket, Difference, Match, Mentions, Paths, Resolved, Sightings, Whole

RESOLVED = 4
"""Items of a listing whose self links are followed: each may be another request."""

AGAIN = 4
"""Pages that are read again where items looked different."""


def _wholes(_: CrawlCache, scope: Scope) -> Iterator[Trial]:
    def observe(cache: CrawlCache) -> Whole:
        walk = cache.complete_walk(scope, ASCENDING)
        users = None
        if scope.listing.name == "members" and walk.ids:
            with suppress(Forbidden):
                users = frozenset(cache.complete_walk(Scope(USERS), ASCENDING).ids)
        return Whole(walk, users)

    yield Trial(scope, f"the whole of {scope}", observe)


def _memberships(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    """The members of all conversations, once."""

    def observe(cache: CrawlCache) -> tuple[Walk, ...]:
        known = [each for walk in _all_read(cache, scope.listing) for each in (walk, *cache.read(walk.scope))]
        if len({walk.scope for walk in known if walk.ids}) < 2:  # noqa: PLR2004 - two conversations
            raise Lacking("two conversations with members")
        return tuple(dict.fromkeys(known))

    if scope == cache.chosen(scope.listing)[0]:
        yield Trial(scope, "the members of all conversations", observe)


def _mentions(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    """The members and the events of all conversations, once."""

    def observe(cache: CrawlCache) -> Mentions:
        members, events = (tuple(_all_read(cache, listing)) for listing in (scope.listing, EVENTS))
        return Mentions(members, events)

    if scope == cache.chosen(scope.listing)[0]:
        yield Trial(scope, "the members and events of all conversations", observe)


def _all_read(cache: CrawlCache, listing: Listing) -> Iterator[Walk]:
    """A listing of each conversation, as far as it can be read."""
    for each in cache.every(listing):
        with suppress(Blocked, Unreadable):
            yield cache.complete_walk(each, ASCENDING)


def _brackets(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    queries: Iterable[Query] = cache.plain_queries(scope)
    if scope not in cache.chosen(scope.listing):
        length = len(cache.snapshot(scope).ids)
        size = max(cache.choices.random("size", scope.conversation).randint(2, 20), length // 5)  # six pages at most
        queries = (Query(order="asc").sized(size),) if length else ()
    for query in queries:
        yield Trial(scope, f"{scope} by {query}", partial(_bracket, scope=scope, query=query))


def _bracket(cache: CrawlCache, scope: Scope, query: Query) -> Bracket:
    standard = DESCENDING if query.descending else ASCENDING
    before = cache.complete_walk(scope, standard)
    between = cache.complete_walk(scope, query)
    if between.ids == before.ids:
        return Bracket(before, between, before)
    after = cache.afresh().complete_walk(scope, standard)
    if after.ids == before.ids and cache.in_turn(scope, standard, query):
        return Bracket(before, between, after)
    moving = cache.afresh()
    return Bracket(
        moving.complete_walk(scope, standard),
        moving.complete_walk(scope, query),
        cache.afresh().complete_walk(scope, standard),
    )


def matching(scope: Scope, query: Query) -> Trial:
    """A walk with any documented query, beside what the snapshot says that it must give."""

    def observe(cache: CrawlCache) -> Match:
        asked = cache.query(scope, query)
        items = cache.snapshot(scope).items
        return Match(
            cache.complete_walk(scope, asked),
            *(expected(scope.listing, items, each) for each in interpretations(asked)),
        )

    return Trial(scope, f"{scope} with {query}", observe)


def _mirrors(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    sizes = (7, 10, 100) if scope in cache.chosen(scope.listing) else (100,)
    if cache.snapshot(scope).ids[1:]:
        for size in sizes:
            yield matching(scope, Query(order="desc").sized(size))


def _growth(_: CrawlCache, scope: Scope) -> Iterator[Trial]:
    def observe(cache: CrawlCache) -> Paths:
        one = cache.earliest(scope)
        if cache.moves(scope):
            cache.crawler.until(lambda: len(_unbounded(cache, scope).ids) > len(one.ids))
        return Paths(one, _unbounded(cache, scope))

    yield Trial(scope, f"{scope} read twice", observe)


def _unbounded(cache: CrawlCache, scope: Scope) -> Walk:
    """The listing as it is now, also where a run reads a window of it that stands still."""
    return require_complete(cache.crawler.walk(scope, cache.everything(scope)))


def _straddled(walk: Callable[[CrawlCache, Scope, Query], Walk], cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    """Walks in whose midst something is added, in both orders."""

    def observe(cache: CrawlCache, order: str) -> Bracket:
        before = _unbounded(cache, scope)
        size = max(3, len(before.ids) // 40)  # some forty pages at most, and more than one
        between = walk(cache, scope, replace(cache.everything(scope), order=order).sized(size))
        return Bracket(before, require_complete(between), _unbounded(cache, scope))

    if not cache.shared(f"growth of {scope}", lambda: _grows(cache, scope)):
        raise Lacking("data that are added while they are read")
    for order in ("asc", "desc"):
        yield Trial(scope, f"{scope} while data are added, {order}", partial(observe, order=order))


def _grows(cache: CrawlCache, scope: Scope) -> bool:
    """Whether something is added to a listing while this run reads it; it gets some time where another one grows."""

    def grown() -> bool:
        return len(_unbounded(cache, scope).ids) > known

    if cache.moves(scope):
        return True
    known = len(cache.snapshot(scope).ids)
    if cache.may_wait(scope):
        cache.crawler.until(grown)
    if grown():
        cache.note_moving(scope)
    return cache.moves(scope)


def _onward(cache: CrawlCache, scope: Scope, query: Query) -> Walk:
    """A walk by next, and something is added when its first page is read."""
    start = cache.crawler.page(scope, query)
    _wait_for_growth(cache, scope)
    return cache.crawler.walk(scope, query, start=start)


def _back(cache: CrawlCache, scope: Scope, query: Query) -> Walk:
    """A walk by prev from the last page, and something is added when that is read."""
    there = require_complete(cache.crawler.walk(scope, query))
    if len(there.filled) < 2:  # noqa: PLR2004 - two pages
        raise Lacking("two pages")
    _wait_for_growth(cache, scope)
    return cache.crawler.walk(scope, query, start=there.filled[-1], rel="prev")


def _wait_for_growth(cache: CrawlCache, scope: Scope) -> None:
    length = len(_unbounded(cache, scope).ids)
    cache.crawler.until(lambda: len(_unbounded(cache, scope).ids) > length)


def _sightings(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    if scope in cache.chosen(scope.listing):
        types = [Query(event_type=kind, order="asc").sized(100) for kind in DOCUMENTED_TYPES]
        filtered = (*cache.telling_queries(scope), *(types if "event_type" in scope.listing.filters else ()))
        for query in (*cache.plain_queries(scope), *filtered):
            cache.walk(scope, query)
    queries = [walk.query for walk in cache.read(scope)]

    def observe(cache: CrawlCache) -> Sightings:
        found = _compare(cache.walk(scope, query) for query in queries)
        return replace(found, differing=tuple(_steady(cache, found.differing)))

    yield Trial(scope, f"the items of {scope} on every page", observe)


def _compare(walks: Iterable[Walk]) -> Sightings:
    first: dict[Hashable, tuple[Page, Item, bytes]] = {}
    again, differing = set[Hashable](), dict[Hashable, Difference]()
    for page in (page for walk in walks for page in walk.pages):
        for item in page.items:
            name, text = identity(item), canonical(item)
            known = first.setdefault(name, (page, item, text))
            if known[0] is not page:
                again.add(name)
            if known[2] != text:
                differing.setdefault(name, (known[0], page, known[1], item))
    return Sightings(len(again), tuple(differing.values()))


def _steady(cache: CrawlCache, differing: Iterable[Difference]) -> Iterator[Difference]:
    """Those items that look as they did on both pages when these are read again: any other changed itself."""
    again: dict[Page, Mapping[Hashable, bytes]] = {}
    for one, other, first, second in differing:
        pages = (one, other)
        if len(again.keys() | pages) > AGAIN:
            continue
        again |= {page: _texts(cache, page) for page in pages if page not in again}
        texts = (canonical(first), canonical(second))
        if all(again[page].get(identity(first), text) == text for page, text in zip(pages, texts, strict=True)):
            yield one, other, first, second


def _texts(cache: CrawlCache, page: Page) -> dict[Hashable, bytes]:
    """The items of a page as it is now; none where it is no page any more."""
    try:
        return {identity(item): canonical(item) for item in cache.crawler.again(page).items}
    except Blocked:
        return {}


def _resolutions(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    def observe(cache: CrawlCache) -> tuple[Resolved, ...]:
        items = cache.snapshot(scope).items
        indices = sampled(cache, scope, "items", len(items), RESOLVED)
        return tuple(_resolve(cache, scope, items[index]) for index in indices)

    if cache.snapshot(scope).items:
        yield Trial(scope, f"items of {scope}", observe)


def _resolve(cache: CrawlCache, scope: Scope, item: Item) -> Resolved:
    href = member(item, "_links", "self", "href")
    if not isinstance(href, str) or unusable(href) or not cache.crawler.may_follow(href):
        raise Blocked("items.self", f"an item's self link is {abbreviate(href)}")
    return Resolved(item, cache.crawler.probe(scope, href))


def succeeded(answer: Answer) -> bool:
    """Whether an answer is a success."""
    return answer.exchange.status == OK


def sampled(cache: CrawlCache, scope: Scope, about: str, length: int, most: int | None = None) -> list[int]:
    """Positions to look at, so many at most: both ends, the fourth and the third, and a seeded choice of the others."""
    wanted = dict.fromkeys([0, length - 1, 1, length - 2, 3, 2])
    rest = cache.choices.random(about, scope).sample(range(length), length)
    chosen = [index for index in dict.fromkeys([*wanted, *rest]) if 0 <= index < length]
    return sorted(chosen[: cache.choices.profile.hops][:most])


MEMBERSHIPS = EvidenceKind(
    "reading of all conversations", "readings of all conversations", "read", _memberships, late=True
)
MENTIONS = EvidenceKind(
    "reading of all members and events", "readings of all members and events", "compared", _mentions
)
WHOLES = EvidenceKind("listing read whole", "listings read whole", "", _wholes, every=True)
BRACKETS = EvidenceKind("walk compared", "walks compared", "", _brackets, every=True)
MIRRORS = EvidenceKind("walk compared with the model", "walks compared with the model", "", _mirrors, every=True)
GROWTH = EvidenceKind("pair of walks", "pairs of walks", "compared", _growth)
STRADDLED = EvidenceKind(
    "walk while data were added", "walks while data were added", "followed", partial(_straddled, _onward)
)
BACK_STRADDLED = EvidenceKind(
    "way back while data were added", "ways back while data were added", "followed", partial(_straddled, _back)
)
SIGHTINGS = EvidenceKind("reading of every item", "readings of every item", "read", _sightings, every=True, late=True)
RESOLUTIONS = EvidenceKind("self link of items", "self links of items", "looked at", _resolutions)
