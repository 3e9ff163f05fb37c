"""walks: a whole listing, page after page."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from contracts.clauses.pages import ORDER, PAGE_SIZE, keys
from contracts.evidence import BACK_STRADDLED, BACKWARD, BRACKETS, GROWTH, RESIZED, STRADDLED, Bracket, Paths, Resized
from contracts.evidence.filters import FILTERED
from contracts.evidence.property_based import PATHS, Path
from contracts.findings.clause import WALKS, Holds, Level, Violation
from contracts.findings.families import Family
from contracts.findings.places import Place, apart, places
from contracts.paging.clipping import clipped
from contracts.paging.listings import CONVERSATIONS, EVENTS
from contracts.paging.pages import abbreviate_ids

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from contracts.paging.pages import Page
    from contracts.paging.walks import Walk

family = Family(__name__, __doc__)

CURSOR = "/components/parameters/cursor"


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    CURSOR,
    WALKS,
    needs="a walk",
    when=lambda walk: walk.rel == "next" and (walk.ended or walk.cycle or walk.limit) and not walk.ahead,
    requires=("walks.disjoint",),
)
def terminates(walk: Walk) -> Iterator[Violation]:
    """Following next ends."""
    if walk.cycle is not None or walk.limit is not None:
        how = f"goes in a circle: {clipped(walk.cycle)}" if walk.cycle else f"goes on after {walk.limit} pages"
        how = f"goes on after {walk.hollow} empty pages in a row" if walk.hollow else how
        hint = "" if walk.cycle or walk.hollow else " (if the listing is that long, raise --max-pages)"
        wanted = f"{walk.scope} with {walk.query} comes to an end"
        last = walk.pages[-1]
        shown = places(last.link_pointer(walk.rel))
        yield Violation(wanted, f"{walk.rel} {how}{hint}", (last.exchange,), where=shown)


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    CURSOR,
    WALKS,
    when=lambda walk: walk.rel == "next" and walk.pages[1:] and walk.ended,
    needs="two pages",
    requires=("pages.unique", "items.unique", "events.ids"),
    reads=FILTERED,
)
def disjoint(walk: Walk) -> Iterator[Violation]:
    """No item comes on two pages of a walk by next."""
    seen: dict[Hashable, int] = {}
    for index, page in enumerate(walk.pages):
        twice = [each for each in page.ids if seen.setdefault(each, index) != index]
        if twice:
            where = f"page {index + 1} and before, of {walk.scope} with {walk.query}"
            first, actual = walk.pages[seen[twice[0]]], f"{abbreviate_ids(twice)} on {where}"
            shown = _on_both(first, page, twice)
            yield Violation("every item on one page", actual, (first.exchange, page.exchange), where=shown)
            return


def _on_both(one: Page, other: Page, ids: Sequence[Hashable]) -> tuple[Place, ...]:
    """Where two pages, the two exchanges of a violation, hold these ids; the list of items, where one holds none."""
    return (*places(*one.id_pointers(ids)), *places(*other.id_pointers(ids), exchange=1))


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    CURSOR,
    BRACKETS,
    when=lambda bracket: bracket.before.ids,
    needs="an item",
    requires=(
        "walks.terminates",
        "walks.disjoint",
        "links.parameters",
        "pages.repeatable",
        "walks.sorted",
        "pages.sorted",
    ),
)
def complete(bracket: Bracket) -> Iterator[Violation]:
    """A walk shows every item, whatever its page size; on data that stands still, in the same sequence."""
    before, between, after = bracket.before, bracket.between, bracket.after
    one, other = before.pages[-1], between.pages[-1]
    exchanges = (one.exchange, other.exchange)
    missing = [each for each in before.ids if each in set(after.ids) - set(between.ids)]
    if missing:
        wanted, actual = f"every item of {before} in {between}", f"without {abbreviate_ids(missing)}"
        yield Violation(wanted, actual, exchanges, where=_on_both(one, other, missing))
    elif before.ids == after.ids != between.ids and not _turned(bracket):
        wanted, actual = f"the items of {before} in {between}", difference(before.ids, between.ids)
        yield Violation(wanted, actual, exchanges, where=_on_both(one, other, _first_difference(bracket)))


def _nothing_skipped(bracket: Bracket) -> Iterator[Violation]:
    missing = [each for each in bracket.before.ids if each in set(bracket.after.ids) - set(bracket.between.ids)]
    if missing:
        first, last = bracket.between.pages[0], bracket.between.pages[-1]
        wanted = f"what stands before and after also in {bracket.between}, read while data were added"
        shown = _on_both(first, last, missing)
        yield Violation(wanted, f"without {abbreviate_ids(missing)}", (first.exchange, last.exchange), where=shown)


family.also(complete, STRADDLED)(_nothing_skipped)


def _turned(bracket: Bracket) -> bool:
    """Whether a descending walk shows all items in an order that is not the descending one: order.mirror says so."""
    walk = bracket.between
    keys_of = [[walk.scope.listing.key(item) for item in each.items] for each in (bracket.before, walk)]
    same_items = set(bracket.before.ids) == set(walk.ids) and len(bracket.before.ids) == len(walk.ids)
    return walk.query.descending and same_items and (None in keys_of[0] or keys_of[0] != keys_of[1])


def _first_difference(bracket: Bracket) -> list[Hashable]:
    """The two ids, of the walk before and of the one between, where they begin to differ."""
    before, between = bracket.before.ids, bracket.between.ids
    index = _parting(before, between)
    return [*before[index : index + 1], *between[index : index + 1]]


def _parting(wanted: Sequence[Hashable], actual: Sequence[Hashable]) -> int:
    """The index where two sequences begin to differ."""
    pairs = enumerate(zip(wanted, actual, strict=False))
    return next((index for index, (one, other) in pairs if one != other), min(len(wanted), len(actual)))


def difference(wanted: Sequence[Hashable], actual: Sequence[Hashable]) -> str:
    """Where two sequences of ids begin to differ, for a person to read."""
    index = _parting(wanted, actual)
    sides = (f"{shown[index]}" if index < len(shown) else "nothing" for shown in (wanted, actual))
    return "{1} instead of {0} as item {2}; {3} items instead of {4}".format(
        *sides, index + 1, len(actual), len(wanted)
    )


@family.clause(
    Level.SHOULD,
    Holds.QUIESCENT,
    PAGE_SIZE,
    RESIZED,
    needs="a few items, and a target that lets page_size change while a cursor is kept",
    requires=("walks.complete", "walks.disjoint"),
)
def changing_size(resized: Resized) -> Iterator[Violation]:
    """A new page_size at each step, with the cursor kept, shows the same items."""
    actual = [each for page in resized.pages for each in page.ids]
    wanted = list(resized.snapshot.ids)
    if not resized.pages[-1].ends:
        wanted = wanted[: len(actual)]
    if actual != wanted:
        yield Violation(
            f"the items of {resized.snapshot}, with another page_size at every step",
            difference(wanted, actual),
            tuple(page.exchange for page in resized.pages[:2]),
            where=_from_the_start(resized.pages[:2], wanted),
        )


def _from_the_start(pages: Sequence[Page], wanted: Sequence[Hashable]) -> tuple[Place, ...]:
    """Where the first pages of a walk, the exchanges of a violation, begin to differ from these ids."""
    starts = accumulate((len(page.ids) for page in pages), initial=0)
    pointers = [page.differing_pointer(wanted[start:]) for page, start in zip(pages, starts, strict=False)]
    return tuple(Place(exchange, pointer) for exchange, pointer in enumerate(pointers))


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    ORDER,
    WALKS,
    listings=(CONVERSATIONS, EVENTS),
    when=lambda walk: walk.rel == "next" and walk.pages[1:],
    needs="two pages",
    requires=("pages.sorted", "walks.terminates", "walks.disjoint", "links.parameters", "order.descending"),
)
def sorted_(walk: Walk) -> Iterator[Violation]:
    """The order holds across page boundaries."""
    for one, other in pairwise(walk.filled):
        last, first = keys(one)[-1:], keys(other)[:1]
        if last and first and (last < first if walk.query.descending else last > first):
            wanted = f"{walk.query.order or 'asc'} from page to page of {walk.scope} with {walk.query}"
            actual = f"{one.ids[-1]} and then, on the next page, {other.ids[0]}"
            shown = (*places(one.key_pointer(len(one.items) - 1)), *places(other.key_pointer(0), exchange=1))
            yield Violation(wanted, actual, (one.exchange, other.exchange), where=shown)
            return


@family.clause(
    Level.MUST,
    Holds.QUIESCENT,
    CURSOR,
    BACKWARD,
    needs="two pages",
    requires=(
        "links.present",
        "links.url",
        "links.ends",
        "links.parameters",
        "filters.paged",
        "filters.ids-range",
    ),
)
def backward(paths: Paths) -> Iterator[Violation]:
    """Walking prev from the last page gives the same pages."""
    there, back = ([page.ids for page in walk.pages] for walk in (paths.one, paths.other))
    if there != back:
        wanted = f"the {len(there)} pages of {paths.one}, in reverse"
        cut = f"cut into {', '.join(str(len(page)) for page in back)} items, first to last"
        how = cut if paths.one.ids == paths.other.ids else difference(paths.one.ids, paths.other.ids)
        last, first = paths.one.pages[-1], paths.other.pages[0]
        shown = (*places(last.items_pointer), *places(first.items_pointer, exchange=1))
        yield Violation(wanted, f"{len(back)} pages: {how}", (last.exchange, first.exchange), where=shown)


family.also(backward, BACK_STRADDLED, holds=Holds.ALWAYS)(_nothing_skipped)


def only_added(paths: Paths) -> bool:
    """Whether nothing was taken away between two readings; then one look at them decides."""
    return bool(paths.one.ids) and set(paths.one.ids) <= set(paths.other.ids)


@family.clause(
    Level.MUST,
    Holds.APPEND_ONLY,
    ORDER,
    GROWTH,
    when=only_added,
    needs="an item",
    requires=("pages.repeatable",),
)
def append(paths: Paths) -> Iterator[Violation]:
    """An earlier ascending walk is the beginning of a later one."""
    earlier, later = paths.one.ids, paths.other.ids
    if later[: len(earlier)] != earlier:
        one, other = paths.one.pages[0], paths.other.pages[0]
        wanted, actual = f"{paths.other} begins as before", difference(earlier, later)
        yield Violation(wanted, actual, (one.exchange, other.exchange), where=apart(one, other))


@family.clause(
    Level.MUST,
    Holds.QUIESCENT,
    CURSOR,
    PATHS,
    needs="two items",
    requires=(
        "pages.repeatable",
        "links.self",
        "links.first",
        "links.next-prev",
        "links.parameters",
        "links.url",
        "links.cursor-replay",
        "walks.backward",
    ),
)
def any_path(path: Path) -> Iterator[Violation]:
    """A random path over first, self, next and prev, several walks interleaved, stays on the pages of plain walks."""
    if path.landed.ids != path.expected:
        steps = "; ".join(f"{number}. {step!r}" for number, step in enumerate(path.steps, 1))
        wanted = f"{abbreviate_ids(path.expected)} after these steps in {path.landed.scope}: {steps}"
        shown = places(path.landed.differing_pointer(path.expected))
        yield Violation(wanted, abbreviate_ids(path.landed.ids), (path.landed.exchange,), where=shown)
