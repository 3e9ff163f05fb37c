"""Plans for evidence about whole listings: read in one way and in another, compared with the model, seen growing."""

from __future__ import annotations

from collections.abc import Hashable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from contracts.crawl.cache import whole
from contracts.crawl.crawler import Blocked, Lacking, Vanished, unusable
from contracts.findings.clause import Kind, Trial
from contracts.paging.filter_values import DOCUMENTED_TYPES
from contracts.paging.listings import USERS, Item, Scope, member
from contracts.paging.oracle import expected, readings
from contracts.paging.pages import OK, Page, canonical, identity, shown
from contracts.paging.queries import ASCENDING, DESCENDING, Query

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from contracts.crawl.cache import Reading
    from contracts.paging.pages import Answer
    from contracts.paging.walks import Walk
from contracts.evidence.observations import Bracket, Match, Paths, Resolved, Sightings, Whole


def _wholes(_: Reading, scope: Scope) -> Iterator[Trial]:
    def observe(reading: Reading) -> Whole:
        walk = reading.whole(scope, ASCENDING)
        users = None
        if scope.listing.name == "members" and walk.ids:
            users = frozenset(reading.whole(Scope(USERS), ASCENDING).ids)
        return Whole(walk, users)

    yield Trial(scope, f"the whole of {scope}", observe)


def _memberships(reading: Reading, scope: Scope) -> Iterator[Trial]:
    """The members of all conversations, once."""

    def observe(reading: Reading) -> tuple[Walk, ...]:
        known = []
        for each in reading.every(scope.listing):
            with suppress(Blocked, Vanished):
                known += [reading.whole(each, ASCENDING), *reading.read(each)]
        if len({walk.scope for walk in known if walk.ids}) < 2:  # noqa: PLR2004 - two conversations
            raise Lacking("two conversations with members")
        return tuple(dict.fromkeys(known))

    if scope == reading.chosen(scope.listing)[0]:
        yield Trial(scope, "the members of all conversations", observe)


def _brackets(reading: Reading, scope: Scope) -> Iterator[Trial]:
    queries: Iterable[Query] = reading.plain_queries(scope)
    if scope not in reading.chosen(scope.listing):
        length = len(reading.snapshot(scope).ids)
        size = max(reading.choices.random("size", scope.conversation).randint(2, 20), length // 5)
        queries = (Query(order="asc").sized(size),) if length else ()
    for query in queries:
        yield Trial(scope, f"{scope} by {query}", partial(_bracket, scope=scope, query=query))


def _bracket(reading: Reading, scope: Scope, query: Query) -> Bracket:
    standard = DESCENDING if query.descending else ASCENDING
    before = reading.whole(scope, standard)
    between = reading.whole(scope, query)
    if between.ids == before.ids:
        return Bracket(before, between, before)
    after = reading.afresh().whole(scope, standard)
    if after.ids == before.ids and reading.in_turn(scope, standard, query):
        return Bracket(before, between, after)
    moving = reading.afresh()
    return Bracket(moving.whole(scope, standard), moving.whole(scope, query), reading.afresh().whole(scope, standard))


def matching(scope: Scope, query: Query) -> Trial:
    """A walk with any documented query, beside what the snapshot says that it must give."""

    def observe(reading: Reading) -> Match:
        asked = reading.query(scope, query)
        items = reading.snapshot(scope).items
        return Match(reading.whole(scope, asked), *(expected(scope.listing, items, each) for each in readings(asked)))

    return Trial(scope, f"{scope} with {query}", observe)


def _mirrors(reading: Reading, scope: Scope) -> Iterator[Trial]:
    sizes = (7, 10, 100) if scope in reading.chosen(scope.listing) else (100,)
    if len(reading.snapshot(scope).ids) > 1:
        for size in sizes:
            yield matching(scope, Query(order="desc").sized(size))


def _growth(_: Reading, scope: Scope) -> Iterator[Trial]:
    def observe(reading: Reading) -> Paths:
        one = reading.earliest(scope)
        if scope in reading.choices.moving:
            reading.reader.until(lambda: len(_unbounded(reading, scope).ids) > len(one.ids))
        return Paths(one, _unbounded(reading, scope))

    yield Trial(scope, f"{scope} read twice", observe)


def _unbounded(reading: Reading, scope: Scope) -> Walk:
    """The listing as it is now, also where a run reads a window of it that stands still."""
    return whole(reading.reader.walk(scope, reading.everything(scope)))


def _straddled(_: Reading, scope: Scope) -> Iterator[Trial]:
    """Walks in whose midst something is added, in both orders; the descending one is judged as every walk is."""

    def observe(reading: Reading) -> Bracket:
        known, before = reading.snapshot(scope), _unbounded(reading, scope)
        if len(before.ids) <= len(known.ids) and scope not in reading.choices.moving:
            raise Lacking("data that are added while they are read")
        reading.choices.moving.add(scope)
        between = _across_growth(reading, scope, "asc", len(before.ids))
        _across_growth(reading, scope, "desc", len(between.ids))
        return Bracket(before, whole(between), _unbounded(reading, scope))

    yield Trial(scope, f"{scope} while data are added", observe)


def _across_growth(reading: Reading, scope: Scope, order: str, length: int) -> Walk:
    query = replace(reading.everything(scope), order=order).sized(max(3, length // 40))
    start = reading.reader.page(scope, query)
    reading.reader.until(lambda: len(_unbounded(reading, scope).ids) > length)
    return reading.reader.walk(scope, query, start=start)


def _sightings(reading: Reading, scope: Scope) -> Iterator[Trial]:
    if scope in reading.chosen(scope.listing):
        types = [Query(event_type=kind, order="asc").sized(100) for kind in DOCUMENTED_TYPES]
        filtered = (*reading.telling_queries(scope), *(types if "event_type" in scope.listing.filters else ()))
        for query in (*reading.plain_queries(scope), *filtered):
            reading.walk(scope, query)
    queries = [walk.query for walk in reading.read(scope)]

    def observe(reading: Reading) -> Sightings:
        return _compare(reading.walk(scope, query) for query in queries)

    yield Trial(scope, f"the items of {scope} on every page", observe)


def _compare(walks: Iterable[Walk]) -> Sightings:
    first: dict[Hashable, tuple[Page, Item, bytes]] = {}
    again, differing = set[Hashable](), dict[Hashable, tuple[Page, Page, Item, Item]]()
    for page in (page for walk in walks for page in walk.pages):
        for item in page.items:
            name, text = identity(item), canonical(item)
            known = first.setdefault(name, (page, item, text))
            if known[0] is not page:
                again.add(name)
            if known[2] != text:
                differing.setdefault(name, (known[0], page, known[1], item))
    return Sightings(len(again), tuple(differing.values()))


def _resolutions(reading: Reading, scope: Scope) -> Iterator[Trial]:
    def observe(reading: Reading) -> tuple[Resolved, ...]:
        items = reading.snapshot(scope).items
        indices = sampled(reading, scope, "items", len(items))[:4]
        return tuple(_resolve(reading, scope, items[index]) for index in indices)

    if reading.snapshot(scope).items:
        yield Trial(scope, f"items of {scope}", observe)


def _resolve(reading: Reading, scope: Scope, item: Item) -> Resolved:
    href = member(item, "_links", "self", "href")
    if not isinstance(href, str) or unusable(href) or not reading.reader.may_follow(href):
        raise Blocked("items.self", f"an item's self link is {shown(href)}")
    return Resolved(item, reading.reader.probe(scope, href))


def found(answer: Answer) -> bool:
    """Whether an answer is a success."""
    return answer.exchange.status == OK


def sampled(reading: Reading, scope: Scope, about: str, length: int) -> list[int]:
    """Positions of pages to look at: the first, the last, the fourth, and a seeded choice of the others."""
    wanted = dict.fromkeys([0, length - 1, 1, length - 2, 3, 2])
    rest = reading.choices.random(about, scope).sample(range(length), length)
    chosen = [index for index in dict.fromkeys([*wanted, *rest]) if 0 <= index < length]
    return sorted(chosen[: reading.choices.profile.hops])


MEMBERSHIPS = Kind("readings of all conversations", _memberships)
WHOLES = Kind("listings read whole", _wholes, every=True)
BRACKETS = Kind("walks compared", _brackets, every=True)
MIRRORS = Kind("walks compared with the model", _mirrors, every=True)
GROWTH = Kind("pairs of walks", _growth)
STRADDLED = Kind("walks while data were added", _straddled)
SIGHTINGS = Kind("readings of every item", _sightings, every=True)
RESOLUTIONS = Kind("self links of items", _resolutions)
