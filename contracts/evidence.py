"""Evidence about relations between answers, and the plans that gather it (metamorphic relations).

A plan yields trials; a trial reads what it needs, and can read it again where a violation has to be confirmed.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from contracts.clause import Kind, Trial
from contracts.listings import LISTINGS, USERS, Item, Scope, member
from contracts.model import Expected, expected
from contracts.pages import OK, Page, canonical, identity, shown
from contracts.queries import ASCENDING, DEFAULT_SIZE, LARGEST_SIZE, Query
from contracts.reader import Blocked, Lacking, unusable
from contracts.reading import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from contracts.pages import Answer
    from contracts.reading import Reading
    from contracts.walks import Walk

DESCENDING = replace(ASCENDING, order="desc")
MIDDLING = Query(page_size="7", order="asc")
"""A page size that divides few listings."""


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
    """A walk beside what the model says that it must give."""

    walk: Walk
    expected: Expected


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
class Resized:
    """A snapshot, and pages of changing sizes; the last of them may not be the listing's last."""

    snapshot: Walk
    pages: tuple[Page, ...]


@dataclass(frozen=True, eq=False)
class Edge:
    """A walk of the smallest or the largest page size, and how many items a plain page of the listing has."""

    walk: Walk
    length: int


@dataclass(frozen=True, eq=False)
class Sightings:
    """How many items were met more than once, and those that did not look the same: page, page, item, item."""

    met: int
    differing: tuple[tuple[Page, Page, Item, Item], ...]


@dataclass(frozen=True, eq=False)
class Resolved:
    """An item and what its self link gives."""

    item: Item
    answer: Answer


# --- plans -----------------------------------------------------------------------------------------------------------


def _wholes(_: Reading, scope: Scope) -> Iterator[Trial]:
    def observe(reading: Reading) -> Whole:
        walk = reading.whole(scope, ASCENDING)
        users = None
        if scope.listing.name == "members" and walk.ids:
            users = frozenset(reading.whole(Scope(USERS), ASCENDING).ids)
        return Whole(walk, users)

    yield Trial(scope, f"the whole of {scope}", observe)


def _brackets(reading: Reading, scope: Scope) -> Iterator[Trial]:
    queries: Iterable[Query] = reading.plain_queries(scope)
    if scope not in reading.chosen(scope.listing):
        length = len(reading.snapshot(scope).ids)
        size = max(reading.choices.random("size", scope.conversation).randint(2, 20), length // 8)
        queries = (Query(page_size=str(min(size, 100)), order="asc"),) if length else ()
    for query in queries:
        yield Trial(scope, f"{scope} by {query}", partial(_bracket, scope=scope, query=query))


def _bracket(reading: Reading, scope: Scope, query: Query) -> Bracket:
    standard = DESCENDING if query.descending else ASCENDING
    before = reading.whole(scope, standard)
    between = reading.whole(scope, query)
    if between.ids == before.ids:
        return Bracket(before, between, before)
    after = reading.afresh().whole(scope, standard)
    if after.ids == before.ids:
        return Bracket(before, between, after)
    moving = reading.afresh()
    return Bracket(moving.whole(scope, standard), moving.whole(scope, query), reading.afresh().whole(scope, standard))


def matching(scope: Scope, query: Query) -> Trial:
    """A walk with any documented query, beside what the snapshot says that it must give."""

    def observe(reading: Reading) -> Match:
        asked = reading.query(scope, query)
        snapshot = reading.snapshot(scope)
        return Match(reading.whole(scope, asked), expected(scope.listing, snapshot.items, asked))

    return Trial(scope, f"{scope} with {query}", observe)


def _mirrors(reading: Reading, scope: Scope) -> Iterator[Trial]:
    sizes = (7, 10, 100) if scope in reading.chosen(scope.listing) else (100,)
    if len(reading.snapshot(scope).ids) > 1:
        for size in sizes:
            yield matching(scope, Query(page_size=str(size), order="desc"))


def _sampled(reading: Reading, scope: Scope, about: str, length: int) -> list[int]:
    """Positions of pages to look at: the first, the last, the fourth, and a seeded choice of the others."""
    wanted = dict.fromkeys([0, length - 1, 1, length - 2, 3, 2])
    rest = reading.choices.random(about, scope).sample(range(length), length)
    chosen = [index for index in dict.fromkeys([*wanted, *rest]) if 0 <= index < length]
    return sorted(chosen[: reading.choices.profile.hops])


def _stepped(reading: Reading, scope: Scope) -> Iterator[tuple[Query, int]]:
    """Walks of a middling size in both orders, and the positions of their pages to look at."""
    for order in ("asc", "desc"):
        length = len(reading.snapshot(scope).ids)
        size = max(2, min(7, -(-length // 4)), -(-length // reading.choices.profile.longest))
        query = Query(page_size=str(size), order=order)
        pages = len(reading.whole(scope, query).pages)
        for index in _sampled(reading, scope, order, pages):
            yield query, index


def _hop(scope: Scope, query: Query, index: int, path: tuple[str, ...], offset: int) -> Trial:
    """Follow `path` from the page at `index` of a walk; it must lead to the page at `offset`."""

    def observe(reading: Reading) -> Hop:
        pages = reading.whole(scope, query).pages
        if max(index, offset) >= len(pages):
            raise Lacking("as many pages as before")
        landed = pages[index]
        for rel in path:
            landed = reading.reader.follow(landed, rel)
        return Hop(pages[index], path, landed, pages[offset])

    return Trial(scope, f"{scope} with {query}: {', '.join(path)} of page {index + 1}", observe)


def _selves(reading: Reading, scope: Scope) -> Iterator[Trial]:
    for query, index in _stepped(reading, scope):
        yield _hop(scope, query, index, ("self",), index)
        if index % 2:
            yield _hop(scope, query, index, ("prev", "self"), index - 1)


def _firsts(reading: Reading, scope: Scope) -> Iterator[Trial]:
    for query, index in _stepped(reading, scope):
        yield _hop(scope, query, index, ("first",), 0)


def _neighbours(reading: Reading, scope: Scope) -> Iterator[Trial]:
    for query, index in _stepped(reading, scope):
        if index > 0 and reading.whole(scope, query).pages[index].items:
            yield _hop(scope, query, index, ("prev",), index - 1)
            yield _hop(scope, query, index, ("prev", "next"), index)


def _recoded(reading: Reading, scope: Scope) -> Iterator[Trial]:
    """The next link taken apart and put together again, as a client does that calls a host of its own."""

    def observe(reading: Reading, query: Query, index: int) -> Twins:
        pages = reading.whole(scope, query).pages
        if index + 1 >= len(pages):
            raise Lacking("as many pages as before")
        parts = urlsplit(pages[index].links["next"])
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        url = parts._replace(query=urlencode(pairs, quote_via=quote)).geturl()
        return Twins(reading.reader.follow(pages[index], "next"), _landing(reading, url, pages[index]))

    for query in dict.fromkeys(query for query, _ in _stepped(reading, scope)):
        if len(reading.whole(scope, query).pages) > 1:
            yield Trial(scope, f"{scope} with {query}: next, encoded anew", partial(observe, query=query, index=0))


def _landing(reading: Reading, url: str, page: Page) -> Page | Answer:
    """What a URL gives that came from a page's link: a page, or an answer that is none."""
    answer = reading.reader.probe(page.scope, url)
    return answer if answer.flaw is not None else replace(answer, asked=page.asked).page


def _repeats(reading: Reading, scope: Scope) -> Iterator[Trial]:
    def again(reading: Reading, query: Query, index: int) -> Twins:
        pages = reading.whole(scope, query).pages
        if index >= len(pages):
            raise Lacking("as many pages as before")
        return Twins(pages[index], reading.reader.again(pages[index]))

    for query, index in _stepped(reading, scope):
        yield Trial(scope, f"{scope} with {query}: page {index + 1} again", partial(again, query=query, index=index))


def _replays(reading: Reading, scope: Scope) -> Iterator[Trial]:
    """Cursors used again, last first, with other requests between."""
    elsewhere = Scope(USERS) if scope.listing != USERS else Scope(LISTINGS[0])

    def replay(reading: Reading, query: Query, index: int) -> Twins:
        pages = reading.whole(scope, query).pages
        if index + 1 >= len(pages):
            raise Lacking("as many pages as before")
        reading.reader.ask(elsewhere, Query(page_size="2"))
        reading.reader.ask(scope, Query(page_size="3", order="asc" if query.descending else "desc"))
        return Twins(pages[index + 1], _landing(reading, pages[index].links["next"], pages[index]))

    for query, index in reversed(list(_stepped(reading, scope))):
        if index + 1 < len(reading.whole(scope, query).pages):
            yield Trial(
                scope,
                f"{scope} with {query}: next of page {index + 1} after other requests",
                partial(replay, query=query, index=index),
            )


def _backward(reading: Reading, scope: Scope) -> Iterator[Trial]:
    def back(reading: Reading, query: Query) -> Paths:
        there = reading.whole(scope, query)
        filled = tuple(page for page in there.pages if page.items)
        if len(filled) < 2:  # noqa: PLR2004 - two pages
            raise Lacking("two pages")
        walk = whole(reading.reader.walk(scope, query, start=filled[-1], rel="prev"))
        return Paths(replace(there, pages=filled), replace(walk, pages=walk.pages[::-1]))

    for query in dict.fromkeys(query for query, _ in _stepped(reading, scope)):
        yield Trial(scope, f"{scope} with {query}: back from the last page", partial(back, query=query))


def _resized(_: Reading, scope: Scope) -> Iterator[Trial]:
    """A walk whose page size changes at every step, the cursor kept."""
    sizes = (3, 1, 5, 2, 8, 4)

    def observe(reading: Reading) -> Resized:
        snapshot = reading.snapshot(scope)
        if len(snapshot.ids) <= sizes[0]:
            raise Lacking("more items than one small page")
        pages = [reading.reader.page(scope, reading.query(scope, Query(page_size=str(sizes[0]))))]
        while not pages[-1].ends and len(pages) < 3 * len(sizes):
            size = max(sizes[len(pages) % len(sizes)], len(snapshot.ids) // 40)
            pages.append(_next_sized(reading, pages[-1], size))
        return Resized(snapshot, tuple(pages))

    yield Trial(scope, f"{scope} with another page_size at every step", observe)


def _next_sized(reading: Reading, page: Page, size: int) -> Page:
    href = page.links["next"]
    if unusable(href) or not reading.reader.may_follow(href):
        raise Blocked("links.url or links.origin", f"next is {href[:200]!r}")
    parts = urlsplit(href)
    pairs = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "page_size"]
    query = urlencode([*pairs, ("page_size", str(size))], quote_via=quote)
    answer = reading.reader.probe(page.scope, parts._replace(query=query).geturl())
    if 400 <= answer.exchange.status < 500:  # noqa: PLR2004 - a refusal
        raise Lacking("a target that lets page_size change while a cursor is kept")
    if answer.flaw is not None:
        raise Blocked("pages.envelope", f"{answer} gave {answer.flaw}")
    return replace(answer, asked=page.asked.sized(size)).page


def _defaults(name: str, value: str, _: Reading, scope: Scope) -> Iterator[Trial]:
    """The first page with a parameter left out, beside the one with its default spelled out."""

    def observe(reading: Reading) -> Twins:
        spelled = replace(Query(), **{name: value})
        return Twins(reading.reader.page(scope, spelled), reading.reader.page(scope, Query()))

    yield Trial(scope, f"{scope} without {name}", observe)


def _edges(_: Reading, scope: Scope) -> Iterator[Trial]:
    def observe(reading: Reading, size: int, order: str) -> Edge:
        plain = reading.reader.page(scope, Query())
        query = reading.query(scope, Query(page_size=str(size), order=order))
        walk = reading.reader.walk(scope, query, limit=2 if size == 1 else None)
        refused = not walk.pages and walk.broken is not None and walk.broken.exchange.status // 100 == 4  # noqa: PLR2004
        return Edge(walk if refused else whole(walk), len(plain.ids))

    for size in (1, LARGEST_SIZE):
        for order in ("asc", "desc"):
            yield Trial(scope, f"{scope}, {order}, by {size}", partial(observe, size=size, order=order))


def _growth(_: Reading, scope: Scope) -> Iterator[Trial]:
    def observe(reading: Reading) -> Paths:
        one = _unbounded(reading, scope)
        if scope in reading.choices.moving:
            reading.reader.until(lambda: len(_unbounded(reading, scope).ids) > len(one.ids))
        return Paths(one, _unbounded(reading, scope))

    yield Trial(scope, f"{scope} read twice", observe)


def _unbounded(reading: Reading, scope: Scope) -> Walk:
    """The whole listing as it is now, also where a run reads a window of it that stands still."""
    return whole(reading.reader.walk(scope, ASCENDING))


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
    query = Query(page_size=str(max(3, length // 40)), order=order)
    start = reading.reader.page(scope, query)
    reading.reader.until(lambda: len(_unbounded(reading, scope).ids) > length)
    return reading.reader.walk(scope, query, start=start)


def _sightings(reading: Reading, scope: Scope) -> Iterator[Trial]:
    if scope in reading.chosen(scope.listing):
        for query in reading.plain_queries(scope):
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
        indices = _sampled(reading, scope, "items", len(items))[:4]
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


WHOLES = Kind("listings read whole", _wholes, every=True)
BRACKETS = Kind("walks compared", _brackets, every=True)
MIRRORS = Kind("walks compared with the model", _mirrors, every=True)
SELVES = Kind("self links", _selves)
FIRSTS = Kind("first links", _firsts)
NEIGHBOURS = Kind("ways to a neighbour and back", _neighbours)
RECODED = Kind("next links encoded anew", _recoded)
REPEATS = Kind("pages read twice", _repeats)
REPLAYS = Kind("cursors used again", _replays)
BACKWARD = Kind("walks backward", _backward)
RESIZED = Kind("walks with changing sizes", _resized)
DEFAULT_SIZES = Kind("pairs of pages", partial(_defaults, "page_size", str(DEFAULT_SIZE)))
DEFAULT_ORDERS = Kind("pairs of pages", partial(_defaults, "order", "asc"))
EDGES = Kind("walks by 1 and by 100", _edges)
STRADDLED = Kind("walks while data were added", _straddled)
GROWTH = Kind("pairs of walks", _growth)
SIGHTINGS = Kind("readings of every item", _sightings, every=True)
RESOLUTIONS = Kind("self links of items", _resolutions)
