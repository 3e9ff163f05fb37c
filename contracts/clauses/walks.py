"""walks: a whole listing, page after page."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from contracts.clauses.pages import ORDER, PAGE_SIZE, keys
from contracts.evidence import BACKWARD, BRACKETS, GROWTH, RESIZED, STRADDLED, Bracket, Paths, Resized
from contracts.evidence.property_based import PATHS, Path
from contracts.findings.clause import WALKS, Holds, Level, Violation
from contracts.findings.families import Family
from contracts.paging.listings import CONVERSATIONS, EVENTS
from contracts.paging.pages import abbreviate_ids

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

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
        how = f"goes in a circle: {walk.cycle[:200]}" if walk.cycle else f"goes on after {walk.limit} pages"
        hint = "" if walk.cycle else " (if the listing is that long, raise --max-pages)"
        wanted = f"{walk.scope} with {walk.query} comes to an end"
        yield Violation(wanted, f"{walk.rel} {how}{hint}", (walk.pages[-1].exchange,))


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    CURSOR,
    WALKS,
    when=lambda walk: len(walk.pages) > 1 and walk.ended,
    needs="two pages",
    requires=("pages.unique", "items.unique", "events.ids"),
)
def disjoint(walk: Walk) -> Iterator[Violation]:
    """No item comes on two pages of a walk."""
    seen: dict[Hashable, int] = {}
    for index, page in enumerate(walk.pages):
        twice = [each for each in page.ids if seen.setdefault(each, index) != index]
        if twice:
            where = f"page {index + 1} and before, of {walk.scope} with {walk.query}"
            exchanges = (walk.pages[seen[twice[0]]].exchange, page.exchange)
            yield Violation("every item on one page", f"{abbreviate_ids(twice)} on {where}", exchanges)
            return


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
    exchanges = (before.pages[-1].exchange, between.pages[-1].exchange)
    missing = [each for each in before.ids if each in set(after.ids) - set(between.ids)]
    if missing:
        wanted = f"every item of {before} in {between}"
        yield Violation(wanted, f"without {abbreviate_ids(missing)}", exchanges)
    elif before.ids == after.ids != between.ids and not _turned(bracket):
        yield Violation(f"the items of {before} in {between}", difference(before.ids, between.ids), exchanges)


@family.also(complete, STRADDLED)
def _nothing_skipped(bracket: Bracket) -> Iterator[Violation]:
    missing = [each for each in bracket.before.ids if each in set(bracket.after.ids) - set(bracket.between.ids)]
    if missing:
        exchanges = (bracket.between.pages[0].exchange, bracket.between.pages[-1].exchange)
        wanted = f"what stands before and after also in {bracket.between}, read while data were added"
        yield Violation(wanted, f"without {abbreviate_ids(missing)}", exchanges)


def _turned(bracket: Bracket) -> bool:
    """Whether a descending walk shows all items in an order that is not the descending one: order.mirror says so."""
    walk = bracket.between
    keys_of = [[walk.scope.listing.key(item) for item in each.items] for each in (bracket.before, walk)]
    same_items = set(bracket.before.ids) == set(walk.ids) and len(bracket.before.ids) == len(walk.ids)
    return walk.query.descending and same_items and (None in keys_of[0] or keys_of[0] != keys_of[1])


def difference(wanted: Sequence[Hashable], actual: Sequence[Hashable]) -> str:
    """Where two sequences of ids begin to differ, for a person to read."""
    index = next(
        (i for i, (a, b) in enumerate(zip(wanted, actual, strict=False)) if a != b), min(len(wanted), len(actual))
    )
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
        )


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    ORDER,
    WALKS,
    listings=(CONVERSATIONS, EVENTS),
    when=lambda walk: walk.rel == "next" and len(walk.pages) > 1,
    needs="two pages",
    requires=("pages.sorted", "walks.terminates", "walks.disjoint", "links.parameters", "order.descending"),
)
def sorted_(walk: Walk) -> Iterator[Violation]:
    """The order holds across page boundaries."""
    for one, other in pairwise(walk.pages):
        last, first = keys(one)[-1:], keys(other)[:1]
        if last and first and (last < first if walk.query.descending else last > first):
            wanted = f"{walk.query.order or 'asc'} from page to page of {walk.scope} with {walk.query}"
            yield Violation(
                wanted, f"{one.ids[-1]} and then, on the next page, {other.ids[0]}", (one.exchange, other.exchange)
            )
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
        actual = f"{len(back)} pages: {how}"
        yield Violation(wanted, actual, (paths.one.pages[-1].exchange, paths.other.pages[0].exchange))


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
        exchanges = (paths.one.pages[0].exchange, paths.other.pages[0].exchange)
        yield Violation(f"{paths.other} begins as before", difference(earlier, later), exchanges)


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
        yield Violation(wanted, abbreviate_ids(path.landed.ids), (path.landed.exchange,))
