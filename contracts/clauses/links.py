"""links: from one answer to another."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from contracts.clauses.pages import A_PAGE, same, turned
from contracts.evidence import (
    BACKWARD,
    BRACKETS,
    FIRSTS,
    NEIGHBOURS,
    RECODED,
    REPLAYS,
    SELVES,
    Bracket,
    Hop,
    Paths,
    Twins,
)
from contracts.evidence.filters import FILTERED
from contracts.findings.clause import ANSWERS, PAGES, WALKS, Holds, Level, Violation, milder
from contracts.findings.families import Family
from contracts.findings.places import Place, flaw_places, places
from contracts.paging.clipping import clipped
from contracts.paging.instants import DAY
from contracts.paging.oracle import WIDEST_OFFSET, bound, date_only, interpretations, passes
from contracts.paging.pages import OK, Answer, Page, abbreviate, abbreviate_ids
from contracts.paging.queries import DEFAULT_SIZE, PARAMETERS, Query
from contracts.paging.urls import cursor_of, origin, parameters_of, unusable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.paging.listings import Listing
    from contracts.paging.walks import Walk

family = Family(__name__, __doc__)

LINKS = f"{A_PAGE}/properties/_links"
CURSOR = "/components/parameters/cursor"


def _forward(walk: Walk) -> bool:
    return bool(walk.rel == "next" and walk.pages and walk.pages[0].answer.via is None)


BACK = {"next": "prev", "prev": "next"}


def _missing(page: Page, *wanted: str, why: str = "") -> Iterator[Violation]:
    missing = [rel for rel in wanted if rel not in page.links]
    if missing:
        expected = f"{' and '.join(wanted)} on {page.answer}{why}"
        yield Violation(expected, f"no {', '.join(missing)}", (page.exchange,), where=places(page.pointer("_links")))


@family.clause(Level.MUST, Holds.ALWAYS, LINKS, PAGES, needs="a page", reads=(NEIGHBOURS,))
def present(page: Page) -> Iterator[Violation]:
    """A page has the links first and self; next wherever items follow, prev wherever items precede."""
    yield from _missing(page, "first", "self")
    for rel in page.hollow:
        wanted = f"{rel} with an href, or left out, on {page.answer}"
        actual = f"{rel} is {abbreviate(page.body['_links'][rel])}"
        yield Violation(wanted, actual, (page.exchange,), where=places(page.pointer("_links", rel)))


@family.also(present, BRACKETS)
def _next_while_more(bracket: Bracket) -> Iterator[Violation]:
    seen, known = bracket.between.ids, bracket.before.ids
    last = bracket.between.pages[-1]
    full = last.items and len(last.items) == last.asked.size
    if full and len(seen) < len(known) == len(bracket.after.ids) and known[: len(seen)] == seen:
        wanted = f"next on {last.answer}: {len(known) - len(seen)} items follow"
        yield Violation(wanted, "no next", (last.exchange,), where=places(last.pointer("_links")))


@family.also(present, WALKS, when=_forward)
def _prev_while_less(walk: Walk) -> Iterator[Violation]:
    filled = [index for index, page in enumerate(walk.pages) if page.items]
    for page in walk.pages[filled[0] + 1 : filled[-1] + 1] if filled else ():
        yield from _missing(page, "prev", why=": items precede")


@family.also(present, NEIGHBOURS)
def _the_way_back(hop: Hop) -> Iterator[Violation]:
    if hop.landed.ids == hop.target.ids:
        back = BACK[hop.path[-1]]
        yield from _missing(hop.landed, back, why=f": {'items follow' if back == 'next' else 'items precede'}")


@family.also(present, BACKWARD)
def _next_on_the_way_back(paths: Paths) -> Iterator[Violation]:
    followed = {page.ids for page in paths.one.pages[:-1]}
    for page in paths.other.pages:
        if page.ids in followed:
            yield from _missing(page, "next", why=": items follow")


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    LINKS,
    PAGES,
    when=lambda page: page.links,
    needs="a link",
    requires=(
        "links.ends",
        "links.cursor-replay",
        "pages.repeatable",
        "inputs.no-server-error",
    ),
    reads=FILTERED,
)
def url(page: Page) -> Iterator[Violation]:
    """Every href is a URL that a client can follow as it is, also when it takes the parameters out and encodes them anew."""
    for rel, href in page.links.items():
        if reason := unusable(href):
            yield _wrong_link(page, rel, f"a URL as {rel} of {page.answer}", f"{clipped(href)!r}: {reason}")


def _wrong_link(page: Page, rel: str, wanted: str, actual: str) -> Violation:
    """The violation of a page with a wrong link."""
    return Violation(wanted, actual, (page.exchange,), where=places(page.link_pointer(rel)))


@family.also(url, ANSWERS, when=lambda answer: answer.via is not None)
def _leads_somewhere(answer: Answer) -> Iterator[Violation]:
    if answer.exchange.status != OK:
        wanted, actual = f"a page behind the link {answer.via}", f"{answer.flaw} from {clipped(answer.exchange.url)}"
        yield Violation(wanted, actual, (answer.exchange,), where=flaw_places(answer))


@family.also(url, RECODED, holds=Holds.QUIESCENT)
def _survives_encoding(twins: Twins) -> Iterator[Violation]:
    yield from same(twins, "the page behind next, also with its parameters taken out and encoded anew")


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    LINKS,
    PAGES,
    when=lambda page: any(not unusable(href) for href in page.links.values()),
    needs="a link",
)
def origin_(page: Page) -> Iterator[Violation]:
    """Links stay on the target's own origin, or on a host that was named for it."""
    for rel, href in page.links.items():
        if not unusable(href) and origin(urlsplit(href)) not in page.answer.origins:
            own = " or ".join(sorted(f"{scheme}://{host}:{port}" for scheme, host, port in page.answer.origins))
            yield _wrong_link(page, rel, f"{rel} on {own}", clipped(href))


@family.clause(Level.MUST, Holds.ALWAYS, LINKS, PAGES, when=lambda page: page.links, needs="a link")
def same_listing(page: Page) -> Iterator[Violation]:
    """Links lead to the same listing of the same conversation."""
    wanted = unquote(page.scope.path)
    for rel, href in page.links.items():
        if not unusable(href) and not unquote(urlsplit(href).path).rstrip("/").endswith(wanted):
            yield _wrong_link(page, rel, f"{rel} to {wanted}", clipped(href))


def _parsed(name: str, value: str) -> object:
    """A parameter's value as it is meant: numbers as numbers."""
    numeric = name in {"page_size", "start_id", "end_id"} and value.isascii() and value.isdecimal()
    return int(value) if numeric else value


def _same_time(one: str, other: str) -> bool:
    """Whether two ways to write a date mean the same, or may, where one of them is a date without a time."""
    first, second = bound(one), bound(other)
    slack = WIDEST_OFFSET + DAY if date_only(one) or date_only(other) else 0
    return first is not None and second is not None and abs(first.nanoseconds - second.nanoseconds) <= slack


DOCUMENTED = {"cursor", *PARAMETERS}
DEFAULTS = {"page_size": DEFAULT_SIZE, "order": "asc"}


def _lost(rel: str, href: str, listing: Listing, asked: Query) -> Iterator[tuple[str, str]]:
    """What an href should carry and what it carries instead, for each parameter that is wrong in it."""
    carried, wanted = (
        {name: value for name, value in query.parameters.items() if value}
        for query in (Query.of_url(href, listing), asked)
    )
    if asked.size is None:
        carried.pop("page_size", None)
        wanted.pop("page_size", None)
    for name, value in carried.items():
        meant = _parsed(name, wanted[name]) if name in wanted else DEFAULTS.get(name)
        if _parsed(name, value) != meant and not (name in wanted and _same_time(value, wanted[name])):
            was = f"{name}={wanted[name]}" if name in wanted else f"no {name}, as none was asked for"
            yield was, f"{name}={value}"
    for name in wanted.keys() - carried.keys():
        carries_cursor = cursor_of(href) is not None and rel != "first"
        if _parsed(name, wanted[name]) != DEFAULTS.get(name) and not carries_cursor:
            yield f"{name}={wanted[name]}", f"no {name}"
    for name, values in _repeated(href).items():
        _, *others = {_parsed(name, value) for value in values}
        if others:
            yield f"one value of {name}", f"{name} with {' and '.join(dict.fromkeys(values))}"


def _repeated(href: str) -> dict[str, list[str]]:
    """The values of the documented parameters that a URL names more than once, by name."""
    pairs = parameters_of(href)
    values = {name: [value for other, value in pairs if other == name] for name, _ in pairs if name in DOCUMENTED}
    return {name: found for name, found in values.items() if found[1:]}


def _twice(href: str) -> Iterator[tuple[str, str]]:
    """The same as `_lost`, for parameters that an href writes more than once with one value: strange, and clear."""
    for name, values in _repeated(href).items():
        _, *others = {_parsed(name, value) for value in values}
        if not others:
            yield f"{name} once", f"{name} {len(values)} times"


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    f"{LINKS}/properties/next/properties/href",
    PAGES,
    when=lambda page: page.links and page.asked.order in (None, "asc", "desc"),
    needs="a link",
    reads=(*FILTERED, NEIGHBOURS, BACKWARD),
)
def parameters(page: Page) -> Iterator[Violation]:
    """Links keep page_size, order and every filter: none with another value, none left out that the cursor does not carry."""
    for rel, href in page.links.items():
        if not unusable(href):
            for wanted, actual in _lost(rel, href, page.scope.listing, page.asked):
                yield _wrong_parameter(page, rel, wanted, actual)
            yield from milder((_wrong_parameter(page, rel, *found) for found in _twice(href)), Level.SHOULD)


def _wrong_parameter(page: Page, rel: str, wanted: str, actual: str) -> Violation:
    """The violation of a page with a link that carries something else than it should."""
    return _wrong_link(page, rel, f"{wanted} in {rel} of {page.answer}", f"{actual} in {clipped(page.links[rel])}")


def _unkept(page: Page) -> Iterator[tuple[str, str]]:
    """What the link to a page left to its cursor, and what came instead, for each parameter that this page does not keep."""
    asked, carried = page.asked.parameters, Query.of_url(page.exchange.url, page.scope.listing).parameters
    left = {} if page.answer.via in (None, "first") else {name: asked[name] for name in asked.keys() - carried.keys()}
    if "page_size" in left and page.asked.size is not None and len(page.items) > page.asked.size:
        yield f"page_size={left['page_size']}", f"{len(page.items)} items"
    if "order" in left and turned(page):
        yield f"order={left['order']}", "the other order"
    for name in sorted(left.keys() & page.asked.filters.keys()):
        meant = interpretations(Query(order=page.asked.order, **{name: left[name]}))
        stray = next((item for item in page.items if not any(passes(item, query) for query in meant)), None)
        if stray is not None:
            yield f"{name}={left[name]}", abbreviate(stray)


@family.also(parameters, PAGES, when=lambda page: page.answer.via not in (None, "first"))
def _kept_by_the_cursor(page: Page) -> Iterator[Violation]:
    for wanted, actual in _unkept(page):
        expected = f"{wanted} in the link to {page.answer}, or a page that keeps to it"
        yield Violation(expected, actual, (page.exchange,), where=places(page.items_pointer))


def strayed(page: Page) -> bool:
    """Whether the link to a page lost or changed what was asked for: the page then answers another question."""
    via, listing = page.answer.via, page.scope.listing
    return via is not None and (any(_lost(via, page.exchange.url, listing, page.asked)) or any(_unkept(page)))


def _lands(hop: Hop, wanted: str) -> Iterator[Violation]:
    if hop.landed.ids != hop.target.ids:
        yield Violation(
            f"{wanted}: {abbreviate_ids(hop.target.ids)}",
            f"{abbreviate_ids(hop.landed.ids)} behind {', then '.join(hop.path)} of {hop.start.answer}",
            (hop.start.exchange, hop.landed.exchange),
            where=_hopped(hop, hop.landed.differing_pointer(hop.target.ids)),
        )


def _hopped(hop: Hop, landed: str) -> tuple[Place, ...]:
    """The link that was followed first, and a pointer into the page where the way ended."""
    return (*places(hop.start.link_pointer(hop.path[0])), *places(landed, exchange=1))


@family.clause(
    Level.MUST,
    Holds.QUIESCENT,
    f"{LINKS}/properties/self",
    SELVES,
    needs="a self link",
    requires=("links.url", "pages.repeatable"),
)
def self_(hop: Hop) -> Iterator[Violation]:
    """Following self gives this page."""
    yield from _lands(hop, "the page that self stands on")


@family.clause(
    Level.MUST,
    Holds.QUIESCENT,
    f"{LINKS}/properties/first",
    FIRSTS,
    needs="a first link",
    requires=("links.url", "links.parameters", "pages.repeatable"),
)
def first(hop: Hop) -> Iterator[Violation]:
    """Following first gives the first page, from anywhere."""
    yield from _lands(hop, "the first page")


@family.clause(
    Level.MUST,
    Holds.QUIESCENT,
    f"{LINKS}/properties/prev",
    NEIGHBOURS,
    needs="two pages",
    requires=("links.url", "links.parameters", "links.present", "pages.repeatable"),
)
def next_prev(hop: Hop) -> Iterator[Violation]:
    """prev(next(p)) = p and next(prev(p)) = p."""
    if not hop.start.items:  # from behind the end one may come back to pages that are cut otherwise
        if hop.landed.ids[-1:] != hop.target.ids[-1:]:
            wanted, actual = (abbreviate_ids(page.ids[-1:]) for page in (hop.target, hop.landed))
            yield Violation(
                f"the last items behind prev of {hop.start.answer}: {wanted}",
                f"{actual} as the last",
                (hop.start.exchange, hop.landed.exchange),
                where=_hopped(hop, hop.landed.id_pointers(hop.landed.ids[-1:])[-1]),
            )
        return
    yield from _lands(hop, "the page next to it" if hop.path == ("prev",) else "the page where the way began")


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    LINKS,
    WALKS,
    when=_forward,
    needs="a walk",
    requires=("links.cursor-replay",),
    reads=FILTERED,
)
def ends(walk: Walk) -> Iterator[Violation]:
    """The first page has no prev; the last has no next (an empty page behind next, which ends the walk, is a SHOULD)."""
    first, last = walk.pages[0], walk.pages[-1]
    if "prev" in first.links:
        yield _wrong_link(first, "prev", f"no prev on {first.answer}, the first page", clipped(first.links["prev"]))
    if (
        walk.broken is not None
        and walk.broken.exchange.refused
        and (walk.pages[1:] or len(last.items) < (last.asked.size or 0))
    ):
        wanted = f"no next on {last.answer}, or a page behind it"
        shown = (*places(last.link_pointer("next")), *flaw_places(walk.broken, exchange=1))
        yield Violation(wanted, str(walk.broken.flaw), (last.exchange, walk.broken.exchange), where=shown)
    if walk.cycle is not None and not last.items:
        wanted = f"no next on {last.answer}, which is empty, or one to a page behind it"
        yield _wrong_link(last, "next", wanted, f"{clipped(last.links['next'])}, once more")
    elif walk.ended and walk.pages[1:] and not last.items:
        before = walk.filled[-1] if walk.filled else first
        wanted = f"no next on {before.answer}: nothing follows"
        found = _wrong_link(before, "next", wanted, "a next that leads to an empty page")
        yield from milder([found], Level.SHOULD)


@family.also(ends, BACKWARD, holds=Holds.QUIESCENT)
def _ends_backward_too(paths: Paths) -> Iterator[Violation]:
    first = paths.one.pages[0]
    for page in paths.other.pages:
        if first.answer.via is None and first.ids and page.ids == first.ids and "prev" in page.links:
            wanted = f"no prev on {page.answer}: it is the first page"
            shown = places(page.link_pointer("prev"), exchange=1)
            yield Violation(wanted, clipped(page.links["prev"]), (first.exchange, page.exchange), where=shown)
            return


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    CURSOR,
    WALKS,
    when=lambda walk: _forward(walk) and walk.pages[1:],
    needs="two pages",
    requires=("walks.disjoint",),
)
def cursor_fresh(walk: Walk) -> Iterator[Violation]:
    """No cursor comes twice as next in a walk."""
    seen: dict[str, int] = {}
    for index, page in enumerate(walk.pages):
        href = page.links.get("next")
        cursor = cursor_of(href) or href if href else None
        if cursor in seen:
            where = f"pages {seen[cursor] + 1} and {index + 1} of {walk.scope} with {walk.query}"
            actual = f"the same on {where}: {clipped(cursor)}"
            yield _wrong_link(page, "next", "another cursor in next on every page", actual)
            return
        if cursor is not None:
            seen[cursor] = index


@family.clause(
    Level.MUST,
    Holds.QUIESCENT,
    CURSOR,
    REPLAYS,
    needs="two pages",
    requires=("pages.repeatable", "links.cursor-fresh"),
)
def cursor_replay(twins: Twins) -> Iterator[Violation]:
    """A cursor can be used again, also after other requests."""
    yield from same(twins, "the page that this next led to before")
