"""Plans for evidence about filters: windows of dates, ranges of ids, types of events, drawn from the target's data."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from contracts.crawl.crawler import Lacking, require_complete
from contracts.evidence import Match, OnBound, Paths, matching
from contracts.findings.clause import EvidenceKind, Trial
from contracts.paging import filter_values as values
from contracts.paging import instants
from contracts.paging.instants import SECOND
from contracts.paging.oracle import expected, passes
from contracts.paging.pages import identity
from contracts.paging.queries import ASCENDING, Query

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from random import Random

    from contracts.crawl.cache import CrawlCache
    from contracts.paging.listings import Item, Scope
    from contracts.paging.walks import Walk

PAGES = 3
"""Pages that a filtered walk should take, roughly: enough to see that a filter outlives the first one."""


def _sizes(length: int) -> tuple[int, ...]:
    """Page sizes for one item alone on the last page, for several pages, and for all on one; of a few items for one."""
    return (length - 1, length // PAGES + 1, length) if length >= PAGES else (length,)


def _spread(random: Random, found: Sequence[int], most: int) -> list[int]:
    """Values from both ends and from between: so many, where there are more, and two at least."""
    if len(found) <= most:
        return list(found)
    ends = 2 if most > 5 else 1  # noqa: PLR2004 - room for some between
    between = random.sample(found[ends:-ends], max(0, most - 2 * ends))
    return sorted({*found[:ends], *between, *found[-ends:]})


def _trials(scope: Scope, items: Sequence[Item], queries: Iterable[Query]) -> Iterator[Trial]:
    turns = {True: 0, False: 0}
    for query in dict.fromkeys(queries):
        length = sum(passes(item, query) for item in items)
        sizes = _sizes(length)  # each order takes them in turn, so that both meet all
        yield matching(scope, query.sized(sizes[turns[query.descending] % len(sizes)]))
        turns[query.descending] += length >= PAGES


def _tail(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    """The tail of a long listing as a filter gives it, beside the same items read without any: all else rests on it."""

    def observe(cache: CrawlCache) -> Match:
        newest = cache.newest(scope).items[::-1]
        if all(passes(item, cache.everything(scope)) for item in newest):
            raise Lacking("a tail that is read as far without a filter")
        wanted = expected(scope.listing, newest, cache.query(scope, ASCENDING))
        ties = {identity(item): scope.listing.key(item) for item in newest}
        return Match(cache.complete_walk(scope, ASCENDING), replace(wanted, ties=ties))

    if cache.everything(scope) != ASCENDING:
        yield Trial(scope, f"the tail of {scope}", observe)


def _by_dates(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    items = cache.snapshot(scope).items
    random = cache.choices.random("dates", scope)
    most = cache.choices.profile.values
    instants_ = [
        *_spread(random, values.between(items), most),
        *_spread(random, values.near(items), most),
        *values.outside(items),
        *_spread(random, values.exact(items), most),
    ]
    queries = []
    for index, instant in enumerate(instants_):
        spelled = values.spellings(instant)
        # Spellings and orders go round at different paces, so that each meets each.
        text, order = spelled[index % len(spelled)], ("asc", "desc")[index % 2]
        queries += [Query(date_start=text, order=order), Query(date_end=text, order=order)]
    if "date_start" in scope.listing.filters and values.created(items)[1:]:
        yield from _trials(scope, items, queries)


def _windows(items: Sequence[Item], random: Random) -> Iterator[Query]:
    found = values.between(items)
    for index in range(min(4, len(found) // 2)):
        start, end = sorted(random.sample(found, 2))
        spelled = [values.spellings(instant)[index % 3] for instant in (start, end)]
        yield Query(date_start=spelled[0], date_end=spelled[1], order=("asc", "desc")[index % 2])


def _spelled(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    items = cache.snapshot(scope).items
    random = cache.choices.random("spellings", scope)
    within = [instant for instant in values.between(items) if instant % SECOND == 0] or values.between(items)
    most = cache.choices.profile.values
    drawn = [
        instant
        for found in (within, values.near(items), values.exact(items))
        for instant in _spread(random, found, most)
    ]
    times = values.created(items)
    telling = sorted(values.near(items), key=lambda instant: -values.revealing(instant, times))[: most // 2]
    chosen = list(dict.fromkeys([*telling, *drawn]))
    pairs = [(texts[0], text, True) for texts in map(values.spellings, chosen) for text in texts[1:]]
    for instant in _spread(random, values.tenths(items), most)[:most]:
        pairs += [(instants.text(instant), text, False) for text in values.fractions(instant, values.digits(items))]
    turns = {one: index for index, one in enumerate(dict.fromkeys(one for one, _, _ in pairs))}
    for one, other, usual in pairs:
        name = ("date_start", "date_end")[turns[one] % 2]
        window = partial(Query, "100")
        observe = partial(_both_spellings, scope, window(**{name: one}), window(**{name: other}), usual=usual)
        yield Trial(scope, f"{scope} with {name} {one} and {other}", observe)


def _on_bounds(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    """The same window, with an item exactly on its bound, in one order and page size and in others."""
    items = cache.snapshot(scope).items
    random = cache.choices.random("bounds", scope)
    for instant in _spread(random, values.exact(items), 3)[-2:]:
        for name, outward in (("date_start", -1), ("date_end", 1)):
            window = replace(Query(page_size="100"), **{name: values.spellings(instant)[0]})
            off = outward * values.beside(items)
            wider, narrower = ({name: values.spellings(instant + by)[0]} for by in (off, -off))
            for other in (replace(window, order="desc"), window.sized(max(7, len(items) // 10))):
                observe = partial(_on_bound, scope=scope, queries=(window, other), others=(wider, narrower))
                yield Trial(scope, f"{scope} with {window} and with {other}", observe)


def _on_bound(
    cache: CrawlCache, scope: Scope, queries: tuple[Query, Query], others: tuple[dict[str, str], dict[str, str]]
) -> OnBound:
    def walks(**window: str) -> tuple[Walk, Walk]:
        one, other = (cache.query(scope, replace(query, **window)) for query in queries)
        return cache.complete_walk(scope, one), cache.complete_walk(scope, other)

    one, other = walks()
    if set(one.ids) == set(other.ids):
        return OnBound(one, other)
    return OnBound(one, other, *(walks(**window) for window in others))


def _both_spellings(scope: Scope, one: Query, other: Query, cache: CrawlCache, *, usual: bool) -> Paths:
    queries = (one, other)
    first, second = (cache.walk(scope, cache.query(scope, query)) for query in queries)
    refused = second.broken is not None and second.broken.exchange.refused
    if refused and not usual:
        raise Lacking("a target that takes other fractions of a second than three digits")
    return Paths(require_complete(first), second if refused else require_complete(second))


def _by_ids(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    items = cache.snapshot(scope).items
    random = cache.choices.random("ids", scope)
    found = values.ids(items) if "start_id" in scope.listing.filters else []
    if not found:
        return
    turns = [number for number in found if str(number)[0] in "19" and str(number).strip("90") in ("", "1")]
    most = cache.choices.profile.values
    chosen = [*_spread(random, found, most + 3), *_spread(random, turns, most)]
    queries = [Query(start_id=str(number)) for number in chosen] + [Query(end_id=str(number)) for number in chosen]
    queries += [
        Query(start_id=str(start), end_id=str(end))
        for start, end in (sorted(random.choices(found, k=2)) for _ in range(4))
    ]
    one = str(found[len(found) // 2])
    queries += [Query(start_id=one, end_id=one), Query(start_id=one, order="desc"), Query(end_id=one, order="desc")]
    yield from _trials(scope, items, queries)


def _by_types(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    items = cache.snapshot(scope).items if "event_type" in scope.listing.filters else ()
    for kind in values.DOCUMENTED_TYPES if items else ():
        for order in ("asc", "desc"):
            query = Query(event_type=kind, order=order)
            yield from _trials(scope, items, [query])
            yield matching(scope, query.sized(100))


def _by_filters(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    items = cache.snapshot(scope).items
    random = cache.choices.random("filters", scope)
    if "date_start" in scope.listing.filters:
        yield from _trials(scope, items, _windows(items, random))
    found = values.ids(items) if items[1:] and "start_id" in scope.listing.filters else []
    for kind in values.DOCUMENTED_TYPES if found else ():
        start, end = sorted(random.sample(found, 2))
        ranged = Query(start_id=str(start), end_id=str(end), event_type=kind)
        shapes = [ranged, replace(ranged, end_id=None), replace(ranged, start_id=None)]
        orders = random.sample(("asc", "desc", "desc"), 3)
        falling = replace(ranged, order="desc")
        queries = [replace(query, order=order) for query, order in zip(shapes, orders, strict=True)]
        yield from _trials(scope, items, [*queries, falling])


BY_DATES = EvidenceKind("window of dates", "windows of dates", "read", _by_dates)
SPELLED = EvidenceKind("spelling of an instant", "spellings of an instant", "read", _spelled)
ON_BOUNDS = EvidenceKind("window with an item on the bound", "windows with an item on the bound", "read", _on_bounds)
BY_IDS = EvidenceKind("range of ids", "ranges of ids", "read", _by_ids)
TAILS = EvidenceKind("tail of long listings", "tails of long listings", "looked at", _tail)
BY_TYPES = EvidenceKind("walk by type", "walks by type", "followed", _by_types)
BY_FILTERS = EvidenceKind("walk by two filters", "walks by two filters", "followed", _by_filters)
FILTERED = (BY_DATES, BY_IDS, BY_TYPES, BY_FILTERS)
"""Whatever reads with filters: for clauses that are judged on whatever is read."""
