"""pages: what one answer must be."""

from __future__ import annotations

import codecs
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from contracts.description import problems as schema_problems
from contracts.evidence import DEFAULT_SIZES, EDGES, REPEATS, SIGHTINGS, SIZES, Edge, Sightings, Sized, Twins
from contracts.evidence.filters import FILTERED
from contracts.evidence.negative import METHODS, REJECTIONS, Probe
from contracts.findings.clause import ANSWERS, PAGES, WALKS, Holds, Level, Violation
from contracts.findings.counts import Words
from contracts.findings.families import Family
from contracts.findings.places import STATUS, Place, apart, flaw_places, places
from contracts.paging.listings import CONVERSATIONS, EVENTS, USERS, Item, member
from contracts.paging.pages import MOST, OK, Answer, Page, abbreviate, abbreviate_ids, canonical, identity
from contracts.paging.queries import DOCUMENTED_ORDERS, LARGEST_SIZE, Query
from contracts.paging.shelf import Digested
from contracts.paging.urls import cursor_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from contracts.description import Description, Problem
    from contracts.paging.exchanges import Exchange
    from contracts.paging.walks import Walk

family = Family(__name__, __doc__)

PAGE_SIZE = "/components/parameters/page_size"
ORDER = "/components/parameters/order"
BODY = "/paths/~1{}/get/responses/200/content/application~1json/schema"
A_PAGE = BODY.format("conversations")


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    "/paths/~1conversations/get/responses/200",
    ANSWERS,
    when=lambda answer: not answer.negative and (answer.via is None or answer.exchange.status == OK),
    requires=("pages.size-edges", "filters.dates-instant", "inputs.no-server-error"),
)
def envelope(answer: Answer) -> Iterator[Violation]:
    """A listing answers 200 with application/json: an object whose _embedded.data.<listing> is an array."""
    if answer.flaw and not answer.crowd:
        wanted = f"200, application/json, an object with an array _embedded.data.{answer.scope.listing}"
        yield Violation(f"{wanted} for {answer}", answer.flaw, (answer.exchange,), where=flaw_places(answer))


def _with_body(answer: Answer) -> bool:
    return bool(answer.exchange.body or answer.exchange.garbled)


@family.clause(
    Level.MUST, Holds.ALWAYS, None, ANSWERS, when=_with_body, needs="an answer with a body", reads=(METHODS, *FILTERED)
)
def decodable(answer: Answer) -> Iterator[Violation]:
    """A body is what its headers say (Content-Encoding, Content-Length, chunks, charset), and JSON is UTF-8."""
    exchange = answer.exchange
    wanted = f"a body as its headers say, for {answer}"
    if exchange.garbled:
        times = f", {exchange.severed} times in a row" if exchange.severed > 1 else ""
        shown = _header(exchange, exchange.contradicted or "content-type")
        yield Violation(wanted, f"{exchange.garbled}{times}", (exchange,), where=shown)
    elif exchange.is_json and exchange.charset and not _as_utf8(exchange):
        shown = _header(exchange, "content-type")
        said = f"charset {exchange.charset!r}, and the body is UTF-8"
        yield Violation(wanted, said, (exchange,), Level.SHOULD, shown)


def _header(exchange: Exchange, name: str) -> tuple[Place, ...]:
    """The place of a header; the status line where it is not there."""
    return (Place(header=name),) if name in exchange.headers else STATUS


def _as_utf8(exchange: Exchange) -> bool:
    """Whether reading a body by its charset gives the same as reading it as UTF-8."""
    try:
        charset = codecs.lookup(exchange.charset).name
    except LookupError:
        return False
    return charset == "utf-8" or (charset == "ascii" and exchange.body.isascii())


@family.clause(
    Level.SHOULD,
    Holds.ALWAYS,
    None,
    ANSWERS,
    when=lambda answer: not answer.exchange.undecodable and answer.exchange.body,
)
def delivered(answer: Answer) -> Iterator[Violation]:
    """An answer that began arrives whole, without being asked for again."""
    exchange = answer.exchange
    if exchange.severed:
        times = "once" if exchange.severed == 1 else f"{exchange.severed} times"
        yield Violation(
            "an answer that arrives whole", f"it broke off {times} before it did", (exchange,), where=STATUS
        )


_PROBLEMS = Digested()


def problems(description: Description, listing: str, item: Item) -> tuple[Problem, ...]:
    """What the strict schema of its kind says against an item; each distinct item is validated once."""

    def look() -> tuple[Problem, ...]:
        return schema_problems(description.item_validator(listing, item), item)

    found: tuple[Problem, ...] = _PROBLEMS.once((description, listing), canonical(item), look)
    return found


def broken(page: Page, index: int, found: Iterable[Problem], wanted: str) -> Iterator[Violation]:
    """A violation where something is wrong with an item of a page; it points to the members that show it."""
    item, first = page.items[index], tuple(found)[:3]
    if first:
        actual = f"{'; '.join(map(str, first))} in {abbreviate(item)}"
        shown = places(*(page.item_pointer(index) + each.pointer for each in first))
        yield Violation(wanted, actual, (page.exchange,), where=shown)


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    "/components/schemas",
    PAGES,
    when=lambda page: page.items,
    needs="an item",
    requires=("items.ids", "items.timestamps", "events.type-syntax", "events.variant"),
    described=True,
)
def items(page: Page, description: Description) -> Iterator[Violation]:
    """Every item satisfies the strict schema of its kind."""
    name = page.scope.listing.name
    for index, item in enumerate(page.items):
        yield from broken(
            page, index, problems(description, name, item), f"an item of {name} as the description has it"
        )


def _asked_as_meant(page: Page) -> bool:
    """Whether the URL of a page asks for the size that is meant; where a link lost it, links.parameters says so."""
    return Query.of_url(page.exchange.url, page.scope.listing).size == page.asked.size


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    PAGE_SIZE,
    PAGES,
    when=lambda page: page.asked.page_size is not None and _asked_as_meant(page),
    needs="a page",
    reads=(SIZES,),
)
def size_bound(page: Page) -> Iterator[Violation]:
    """A page never holds more items than asked for, and never more than 100 whatever was asked."""
    most = page.asked.size or LARGEST_SIZE
    if len(page.items) > most:
        yield _too_many(page, most, f"at most {most} items for {page.answer}", f"{len(page.items)} items")


def _too_many(page: Page, most: int, wanted: str, actual: str) -> Violation:
    """The violation of a page with more than `most` items; it points to the first item too many."""
    return Violation(wanted, actual, (page.exchange,), where=places(page.item_pointer(most)))


@family.also(size_bound, REJECTIONS, when=lambda probe: probe.legal_page and probe.answer.flaw is None)
def _never_more_than_all(probe: Probe) -> Iterator[Violation]:
    page = probe.answer.page
    if len(page.items) > LARGEST_SIZE:
        actual = f"{len(page.items)} items for {probe.what}"
        yield _too_many(page, LARGEST_SIZE, "never more than 100 items", actual)


@family.also(
    size_bound,
    ANSWERS,
    when=lambda answer: answer.crowd or answer.flaw is None,
    counts=lambda _: {},  # each is counted as a page
)
def _never_a_crowd(answer: Answer) -> Iterator[Violation]:
    if answer.crowd:
        wanted = f"at most {answer.asked.size or LARGEST_SIZE} items for {answer}, {MOST:,} members in the page and in each item"
        yield Violation(wanted, answer.crowd, (answer.exchange,), where=flaw_places(answer))


def _plain_default(page: Page) -> bool:
    direct = "cursor=" not in page.exchange.url or page.answer.via is not None
    return page.asked.page_size is None and direct and _asked_as_meant(page)


@family.clause(
    Level.MUST,
    Holds.QUIESCENT,
    PAGE_SIZE,
    DEFAULT_SIZES,
    needs="a page without page_size beside one of ten",
    requires=("pages.repeatable", "pages.size-bound"),
)
def size_default(twins: Twins) -> Iterator[Violation]:
    """Without page_size a page holds at most 10 items, the same as with page_size=10."""
    yield from same(twins, "the items of page_size=10 where page_size is left out")


@family.also(size_default, PAGES, when=_plain_default, holds=Holds.ALWAYS)
def _default_bound(page: Page) -> Iterator[Violation]:
    most = page.asked.size or LARGEST_SIZE
    if len(page.items) > most:
        wanted = f"at most 10 items without page_size for {page.answer}"
        yield _too_many(page, most, wanted, f"{len(page.items)} items")


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    PAGE_SIZE,
    EDGES,
    when=lambda edge: edge.length or edge.walk.broken,
    needs="an item",
    requires=("pages.size-bound", "pages.sorted", "pages.repeatable", "walks.disjoint", "order.ascending"),
)
def size_edges(edge: Edge) -> Iterator[Violation]:
    """Page sizes from 1 to 100 are served as asked."""
    size = edge.walk.query.size or 0
    if edge.walk.broken is not None:
        broken, wanted = edge.walk.broken, f"a page for page_size={size}, as without page_size"
        yield Violation(wanted, str(broken.flaw), (broken.exchange,), where=flaw_places(broken))
        return
    more, first = edge.walk.filled[:-1], edge.walk.pages[0]
    capped = more and not edge.gaps and all(len(page.items) < size for page in more)
    if capped or (not first.items and first.ends):
        found = max((len(page.items) for page in more), default=0)
        wanted = f"pages of {size} for {first.answer}, with {edge.length} items to show"
        actual = f"at most {found} on any page that others follow"
        yield Violation(wanted, actual, (first.exchange,), where=places(first.items_pointer))


@family.also(size_edges, SIZES, holds=Holds.QUIESCENT)
def _by_any_size(sized: Sized) -> Iterator[Violation]:
    ids, known = sized.page.ids, sized.snapshot.ids
    if ids != known[: len(ids)] or (not ids and sized.page.ends):
        wanted = f"what {sized.snapshot} begins with, for {sized.page.answer}"
        shown = places(sized.page.differing_pointer(known))
        yield Violation(wanted, abbreviate_ids(ids), (sized.page.exchange,), where=shown)


@family.clause(Level.MUST, Holds.ALWAYS, f"{A_PAGE}/properties/page_size", PAGES, needs="a page")
def size_echo(page: Page) -> Iterator[Violation]:
    """The body's page_size is an integer: the size asked for, or the number of items on the page."""
    said, asked = page.body.get("page_size"), page.asked.size
    legal = {len(page.items)} | ({asked} if asked else set(range(1, LARGEST_SIZE + 1)))
    if isinstance(said, bool) or not isinstance(said, int) or said not in legal:
        wanted = f"page_size {asked or 'of 1 to 100'} (asked for) or {len(page.items)} (items on the page)"
        shown = places(page.pointer("page_size"))
        yield Violation(wanted, f"page_size {abbreviate(said)}", (page.exchange,), where=shown)


def _sized(walk: Walk) -> bool:
    """Whether a walk shows a page that others follow, of a size that is known."""
    return walk.rel == "next" and walk.query.size is not None and any(page.items for page in walk.pages[1:])


@family.clause(
    Level.SHOULD,
    Holds.ALWAYS,
    PAGE_SIZE,
    WALKS,
    when=_sized,
    needs="a page that has a next page",
    reads=FILTERED,
)
def full(walk: Walk) -> Iterator[Violation]:
    """A page that has a next page is full."""
    for page in walk.gaps[:1]:
        wanted = f"{page.asked.size} items for {page.answer}, which has a next page"
        yield Violation(wanted, f"{len(page.items)} items", (page.exchange,), where=places(page.items_pointer))


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    "/components/schemas",
    PAGES,
    when=lambda page: len(page.items) > 1,
    needs="two items",
    requires=("items.unique", "events.ids"),
)
def unique(page: Page) -> Iterator[Violation]:
    """No id comes twice on a page."""
    twice = [each for each, times in Counter(page.ids).items() if times > 1]
    if twice:
        actual = f"{abbreviate_ids(twice)} more than once on {page.answer}"
        yield Violation("every id once", actual, (page.exchange,), where=places(*page.id_pointers(twice)))


def keys(page: Page) -> list[int]:
    """What the items of a page are sorted by, where it is there."""
    return [key for key, _ in _keyed(page)]


@lru_cache(64)  # several clauses look at a page, one after the other
def _keyed(page: Page) -> tuple[tuple[int, int], ...]:
    """What the items are sorted by, where it is there, with their indexes on the page."""
    keyed = ((page.scope.listing.key(item), index) for index, item in enumerate(page.items))
    return tuple((key, index) for key, index in keyed if key is not None)


def out_of_order(page: Page) -> tuple[int, ...]:
    """The indexes of the first two neighbours that are not in the order asked for; none where all are."""
    for (one, index), (other, after) in pairwise(_keyed(page)):
        if one < other if page.asked.descending else one > other:
            return index, after
    return ()


def turned(page: Page) -> bool:
    """Whether the items of a page stand in the other order, all of them."""
    found = keys(page)
    return len(set(found)) > 1 and found == sorted(found, reverse=not page.asked.descending)


def turns(walk: Walk) -> bool:
    """Whether a walk does not begin in the other order but goes on in it: filters.paged is about that."""
    asked = bool(walk.query.filters or walk.query.order)
    return asked and not any(map(turned, walk.pages[:1])) and any(map(turned, walk.pages[1:]))


def _ordered(page: Page) -> bool:
    return page.asked.order in (None, *DOCUMENTED_ORDERS) and len(set(keys(page))) > 1


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    ORDER,
    PAGES,
    listings=(CONVERSATIONS, EVENTS),
    when=_ordered,
    needs="a page with two creation times or ids",
)
def sorted_(page: Page) -> Iterator[Violation]:
    """The items of a page stand in the order asked for."""
    found = keys(page)
    wrong = out_of_order(page)
    reversed_whole = found == sorted(found, reverse=not page.asked.descending)
    if wrong and not reversed_whole:  # what is reversed as a whole, order.* and filters.paged name better
        yield Violation(
            f"{page.asked.order or 'asc'} by {page.scope.listing.sorted_by} on {page.answer}",
            " before ".join(abbreviate(member(page.items[index], *page.scope.listing.key_path)) for index in wrong),
            (page.exchange,),
            where=places(*map(page.key_pointer, wrong)),
        )


WITH_CURSOR = (CONVERSATIONS, USERS)
"""Listings whose body has a cursor, as the description says."""


def _says_cursor(page: Page) -> bool:
    if isinstance(page.body.get("cursor"), str):
        return cursor_of(page.links.get("self", "")) is not None
    return "cursor" in page.body and page.scope.listing in WITH_CURSOR


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    f"{A_PAGE}/properties/cursor",
    PAGES,
    when=_says_cursor,
    needs="a body with a cursor and a self link with one",
)
def cursor(page: Page) -> Iterator[Violation]:
    """The body's cursor is a string, the one in _links.self, where both are there."""
    said, linked = page.body["cursor"], cursor_of(page.links.get("self", ""))
    if not isinstance(said, str):
        shown = places(page.pointer("cursor"))
        yield Violation(
            "cursor: a string", f"cursor {'null' if said is None else abbreviate(said)}", (page.exchange,), where=shown
        )
    elif said != linked:
        shown = places(page.pointer("cursor"), page.link_pointer("self"))
        yield Violation(f"cursor {linked!r}, as in _links.self", f"cursor {said!r}", (page.exchange,), where=shown)


@family.clause(
    Level.MUST,
    Holds.QUIESCENT,
    None,
    REPEATS,
    needs="a page",
    when=lambda twins: twins.one.items or twins.other.items,
)
def repeatable(twins: Twins) -> Iterator[Violation]:
    """The same URL gives the same ids again."""
    yield from same(twins, "the same items for the same URL")


def same(twins: Twins, wanted: str) -> Iterator[Violation]:
    """Two pages hold the same items; `wanted` says why they must."""
    one, other = twins.one, twins.other
    expected, exchanges = f"{wanted}: {abbreviate_ids(one.ids)}", (one.exchange, other.exchange)
    if isinstance(other, Answer):
        yield Violation(expected, str(other.flaw), exchanges, where=flaw_places(other, exchange=1))
    elif one.ids != other.ids:
        actual = f"{abbreviate_ids(other.ids)} for {other.answer}"
        yield Violation(expected, actual, exchanges, where=apart(one, other))


@family.clause(
    Level.MUST,
    Holds.QUIESCENT,
    None,
    SIGHTINGS,
    when=lambda sightings: sightings.met,
    needs="an item that is met on two pages",
    counts=lambda sightings: {Words("item met again", "items met again"): sightings.met},
    requires=("links.origin",),
)
def agree(sightings: Sightings) -> Iterator[Violation]:
    """An item looks the same on whatever page, order or filter it is met."""
    for one, other, first, second in sightings.differing:
        path, was, now = next(differences(first, second))
        wanted = f"{'.'.join(path) or 'the whole'} of {identity(first)!r} as on {one.answer}: {abbreviate(was)}"
        shown = (*_in_item(one, first, path), *_in_item(other, second, path, exchange=1))
        exchanges = (one.exchange, other.exchange)
        yield Violation(wanted, f"{abbreviate(now)} on {other.answer}", exchanges, where=shown)


def _in_item(page: Page, item: Item, path: tuple[str, ...], exchange: int = 0) -> tuple[Place, ...]:
    """The place of a value in an item of a page."""
    return places(page.item_pointer(page.items.index(item), *path), exchange=exchange)


def differences(one: Item, other: Item, *path: str) -> Iterator[tuple[tuple[str, ...], Item, Item]]:
    """Where two JSON values differ: the path, and the values there."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in dict.fromkeys((*one, *other)):
            yield from differences(one.get(name), other.get(name), *path, name)
    elif one != other:
        yield path, one, other
