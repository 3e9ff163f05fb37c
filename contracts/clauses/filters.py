"""filters: dates of conversations, ids and types of events."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from contracts.clauses.links import strayed
from contracts.clauses.pages import turned, turns
from contracts.clauses.walks import difference
from contracts.evidence import BACKWARD
from contracts.evidence import property_based as exploration
from contracts.evidence.boundaries import CALENDAR, Start
from contracts.evidence.filters import BY_DATES, BY_FILTERS, BY_IDS, BY_TYPES, FILTERED, ON_BOUNDS, SPELLED, TAILS
from contracts.evidence.negative import REJECTIONS, Probe
from contracts.findings.clause import PAGES, WALKS, Clause, Holds, Level, Violation
from contracts.findings.families import Family
from contracts.findings.places import apart, flaw_places, places
from contracts.paging.filter_values import DOCUMENTED_TYPES
from contracts.paging.listings import CONVERSATIONS, EVENTS, member
from contracts.paging.oracle import interpretations, passes, sound
from contracts.paging.pages import abbreviate, abbreviate_ids, identity
from contracts.paging.urls import parameters_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from contracts.evidence import Match, OnBound, Paths
    from contracts.paging.listings import Item
    from contracts.paging.pages import Page
    from contracts.paging.queries import Query
    from contracts.paging.walks import Walk

family = Family(__name__, __doc__)

DATE_START = "/components/parameters/date_start"
START_ID = "/components/parameters/start_id_parameter"
EVENT_TYPE = "/components/parameters/event_type_parameter"
WALKED = (
    "walks.terminates",
    "walks.disjoint",
    "walks.complete",
    "links.present",
    "pages.sorted",
    "walks.sorted",
    "order.mirror",
    "pages.repeatable",
    "links.cursor-fresh",
)
SOUND = (*WALKED, "links.parameters")


def _direct(page: Page, *names: str) -> bool:
    """Whether a page was asked for by one filter, of these, and not reached by a link."""
    filters = page.asked.filters
    return page.answer.via is None and not page.answer.negative and any(filters.keys() == {name} for name in names)


def _ambiguous(query: Query) -> bool:
    """Whether a range of ids is asked for in descending order, which may be meant from its other end."""
    return query.descending and not query.filters.keys().isdisjoint(("start_id", "end_id"))


def _certain(query: Query) -> Query:
    """The query without what is ambiguous in it."""
    return replace(query, start_id=None, end_id=None) if _ambiguous(query) else query


def _strays(walk: Walk) -> Iterator[tuple[int, int]]:
    """Page and item, counted from 0, of what passes the filters of a walk in no reading that its first page allows.

    A walk whose first page allows none has no such items: what is wrong there is no matter of paging.
    """
    readings = [query for query in interpretations(walk.query) if _passing(walk.pages[0], query)] if walk.pages else []
    for index, page in enumerate(walk.pages if readings else ()):
        for place, item in enumerate(page.items):
            if not any(passes(item, query) for query in readings):
                yield index, place


def _passing(page: Page, query: Query) -> bool:
    """Whether every item of a page passes the filters of a query."""
    return all(passes(item, query) for item in page.items)


def _undisturbed(walk: Walk) -> bool:
    """Whether a walk says something about its filters: they were neither lost by a link nor forgotten behind one.

    links.parameters and filters.paged are about those two.
    """
    return not any(_strays(walk)) and not turns(walk) and not any(map(strayed, walk.pages))


def _as_asked(match: Match) -> bool:
    """Whether a walk that is compared with the model says something about its filters."""
    return _undisturbed(match.walk)


def _both_as_asked(paths: Paths) -> bool:
    """Whether both of two walks say something about their filters."""
    return _undisturbed(paths.one) and _undisturbed(paths.other)


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    DATE_START,
    PAGES,
    listings=(CONVERSATIONS,),
    when=lambda page: _direct(page, "date_start", "date_end") and page.items,
    needs="two creation times",
    requires=("filters.dates-instant",),
    reads=(BY_DATES, BY_FILTERS, CALENDAR),
)
def dates_window(page: Page) -> Iterator[Violation]:
    """Every conversation lies after date_start and before date_end; on the bound itself it may or may not be there."""
    wanted = f"only conversations within {page.asked}"
    for index, item in enumerate(page.items):
        if not passes(item, page.asked):
            actual = f"{identity(item)} of {abbreviate(member(item, 'timestamp', 'created'))}"
            yield Violation(wanted, actual, (page.exchange,), where=places(page.key_pointer(index)))


@family.also(dates_window, ON_BOUNDS, holds=Holds.QUIESCENT)
def _always_the_same_way(paths: OnBound) -> Iterator[Violation]:
    if strays := sorted(paths.strays, key=str):
        wanted = f"the same items for {paths.one.query} and for {paths.other.query}"
        pages = (paths.one.pages[0], paths.other.pages[0])
        shown = (each for index, page in enumerate(pages) for each in places(*page.id_pointers(strays), exchange=index))
        exchanges = tuple(page.exchange for page in pages)
        yield Violation(wanted, f"{abbreviate_ids(strays)} in one of them only", exchanges, where=tuple(shown))


def matches(match: Match) -> Iterator[Violation]:
    """A walk is what the model says; where the description can be read otherwise, only to be that is a SHOULD."""
    if match.expected.accepts(match.walk.ids):
        return
    wanted, actual = match.expected.ids, match.walk.ids
    optional = f" ({len(match.expected.optional)} of them on a bound, optional)" if match.expected.optional else ""
    needed = [each for each in wanted if each not in match.expected.optional or each in actual]
    first = match.walk.pages[:1]
    yield Violation(
        f"{len(wanted)} items{optional} of {match.walk.scope} for {match.walk.query}",
        difference(needed, actual),
        tuple(page.exchange for page in first),
        Level.SHOULD if match.otherwise and match.otherwise.accepts(actual) else None,
        places(*(page.differing_pointer(needed) for page in first)),
    )


@family.clause(
    Level.MUST,
    Holds.QUIESCENT,
    DATE_START,
    BY_DATES,
    listings=(CONVERSATIONS,),
    when=_as_asked,
    needs="two creation times",
    requires=(*SOUND, "filters.dates-window", "filters.dates-instant"),
)
def dates_model(match: Match) -> Iterator[Violation]:
    """A window of dates gives exactly the conversations created within it; two windows make up the whole."""
    yield from matches(match)


@family.clause(
    Level.MUST,
    Holds.QUIESCENT,
    DATE_START,
    SPELLED,
    listings=(CONVERSATIONS,),
    when=_both_as_asked,
    needs="two creation times",
    requires=SOUND,
)
def dates_instant(paths: Paths) -> Iterator[Violation]:
    """The same instant in another offset, with or without milliseconds, gives the same answer."""
    wanted = f"the items of {paths.one.query} for {paths.other.query}, the same instant"
    broken = paths.other.broken
    if broken is not None:
        yield Violation(wanted, str(broken.flaw), (broken.exchange,), where=flaw_places(broken))
    elif paths.one.ids != paths.other.ids:
        one, other = paths.one.pages[0], paths.other.pages[0]
        actual = difference(paths.one.ids, paths.other.ids)
        yield Violation(wanted, actual, (one.exchange, other.exchange), where=apart(one, other))


@family.also(dates_instant, CALENDAR)
def _at_the_edges(start: Start) -> Iterator[Violation]:
    """An edge of the calendar is served, and right where an instant near it is."""
    if start.answer.flaw is not None:
        wanted, shown = f"a page for {start.answer}", flaw_places(start.answer)
        yield Violation(wanted, start.answer.flaw, (start.answer.exchange,), where=shown)
    elif start.control:
        yield from _begins(start)


def _begins(start: Start) -> Iterator[Violation]:
    """What comes first is what the oracle says."""
    if not start.right:
        page = start.answer.page
        needed = [each for each in start.expected.ids if each not in start.expected.optional or each in page.ids]
        wanted = f"{abbreviate_ids(needed[: max(1, len(page.ids))])} first for {start.answer}, of {len(needed)}"
        shown = places(page.differing_pointer(needed))
        actual = abbreviate_ids(page.ids) + ("" if "next" in page.links else ", and no next")
        yield Violation(wanted, actual, (page.exchange,), where=shown)


@family.clause(
    Level.MUST,
    Holds.QUIESCENT,
    START_ID,
    BY_IDS,
    listings=(EVENTS,),
    when=_as_asked,
    needs="an event",
    requires=WALKED,
)
def ids_range(match: Match) -> Iterator[Violation]:
    """Events from start_id to end_id, both included, compared as numbers; each alone, and both together."""
    yield from matches(match)


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    EVENT_TYPE,
    PAGES,
    listings=(EVENTS,),
    when=lambda page: _direct(page, "event_type") and page.items and page.asked.event_type in DOCUMENTED_TYPES,
    needs="an event of a documented type",
    reads=(BY_TYPES, BY_FILTERS),
)
def type_exact(page: Page) -> Iterator[Violation]:
    """event_type gives events of exactly that type."""
    wrong = _first_item(page, lambda item: member(item, "type") != page.asked.event_type)
    if wrong is not None:
        wanted, shown = f"only events of type {page.asked.event_type}", places(page.item_pointer(wrong, "type"))
        yield Violation(wanted, _told(page, wrong), (page.exchange,), where=shown)


def _told(page: Page, index: int) -> str:
    """What filters look at in an item, which may be long: its id, what it is sorted by, its type."""
    item, names = page.items[index], ("id", page.scope.listing.key_path[0], "type")
    return abbreviate({name: item[name] for name in names if name in item} if isinstance(item, dict) else item)


def _first_item(page: Page, test: Callable[[Item], bool]) -> int | None:
    """The index of the first item that passes a test."""
    return next((index for index, item in enumerate(page.items) if test(item)), None)


@family.clause(
    Level.MUST,
    Holds.QUIESCENT,
    EVENT_TYPE,
    BY_TYPES,
    listings=(EVENTS,),
    when=_as_asked,
    needs="an event",
    requires=(*SOUND, "filters.type-exact"),
)
def type_complete(match: Match) -> Iterator[Violation]:
    """event_type gives all events of that type."""
    yield from matches(match)


@family.clause(
    Level.MUST,
    Holds.QUIESCENT,
    None,
    BY_FILTERS,
    listings=(CONVERSATIONS, EVENTS),
    when=_as_asked,
    needs="items that two filters choose between",
    requires=(
        *WALKED,
        "filters.dates-model",
        "filters.dates-window",
        "filters.dates-instant",
        "filters.ids-range",
        "filters.type-exact",
        "filters.type-complete",
    ),
)
def conjunction(match: Match) -> Iterator[Violation]:
    """Filters together give the intersection."""
    yield from (each for each in matches(match) if each.level is None)  # milder ones filters.ids-range says


def _by_several(page: Page) -> bool:
    return page.answer.via is None and not page.answer.negative and len(page.asked.filters) > 1 and bool(page.items)


@family.also(conjunction, PAGES, when=_by_several, holds=Holds.ALWAYS)
def _passes_all(page: Page) -> Iterator[Violation]:
    yield from _stray(page, f"only what passes every filter of {page.asked}", [_certain(page.asked)])


def _stray(page: Page, wanted: str, meant: Sequence[Query]) -> Iterator[Violation]:
    """A violation where some item passes none of the queries."""
    wrong = _first_item(page, lambda item: not any(passes(item, query) for query in meant))
    if wrong is not None:
        shown = places(page.item_pointer(wrong))
        yield Violation(wanted, _told(page, wrong), (page.exchange,), where=shown)


for _of, _kind in (
    (dates_model, exploration.DATES),
    (ids_range, exploration.IDS),
    (conjunction, exploration.FILTERS),
):
    family.also(_of, _kind, when=_as_asked)(conjunction.parts[0].judge if _of is conjunction else matches)


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    "/components/parameters/cursor",
    WALKS,
    when=lambda walk: walk.pages[1:] and (walk.query.filters or walk.query.order),
    needs="two pages",
    listings=(CONVERSATIONS, EVENTS),
    requires=(
        "pages.sorted",
        "order.ascending",
        "order.descending",
        "links.parameters",
        "filters.dates-window",
        "filters.ids-range",
        "filters.type-exact",
        "filters.conjunction",
    ),
    reads=(*FILTERED, BACKWARD),
)
def paged(walk: Walk) -> Iterator[Violation]:
    """Filters and order hold on every page behind next and prev."""
    strays, turns_later = dict(reversed([*_strays(walk)])), turns(walk)
    for index, page in enumerate(walk.pages[1:], 1):
        wrong = strays.get(index)
        if wrong is not None or (turns_later and turned(page)):
            actual = f"the other order on page {index + 1}" if wrong is None else _told(page, wrong)
            wanted = f"{walk.query} also on page {index + 1} of {walk.scope}"
            shown = places(page.items_pointer if wrong is None else page.item_pointer(wrong), exchange=1)
            yield Violation(wanted, actual, (walk.pages[index - 1].exchange, page.exchange), where=shown)
            return


def _strange(page: Page) -> frozenset[str]:
    """The filters that a page with items was given for, where nobody asks for such values but they have a meaning."""
    given = [name for name, _ in parameters_of(page.exchange.url)]
    clear = page.answer.negative and len(set(given)) == len(given) and "cursor" not in given
    return frozenset(sound(page.asked).filters) if clear and page.items else frozenset()


def _outside(page: Page) -> Iterator[Violation]:
    """Items that no reading of what was asked lets through."""
    yield from _stray(page, f"a refusal, or only what passes {page.asked}", interpretations(sound(page.asked)))


def _probed_outside(probe: Probe) -> Iterator[Violation]:
    yield from _outside(probe.answer.page)


def _strangely(of: Clause, fits: Callable[[frozenset[str]], bool]) -> None:
    """Decide a clause also on pages that were given for values beyond all data, and for ranges upside down."""

    def answered(probe: Probe) -> bool:
        return probe.answer.flaw is None and fits(_strange(probe.answer.page))

    family.also(of, PAGES, when=lambda page: fits(_strange(page)), holds=Holds.ALWAYS)(_outside)
    family.also(of, REJECTIONS, when=answered, holds=Holds.ALWAYS)(_probed_outside)


_strangely(dates_window, lambda names: names in ({"date_start"}, {"date_end"}))
_strangely(ids_range, lambda names: names in ({"start_id"}, {"end_id"}))
_strangely(type_exact, lambda names: names == {"event_type"})
_strangely(conjunction, lambda names: len(names) > 1)

for _of in (dates_model, ids_range):
    family.also(_of, TAILS, when=_as_asked)(matches)


def _by_ids_alone(page: Page) -> bool:
    """Whether a page was asked for by ids and nothing else, and not reached by a link."""
    plain = page.answer.via is None and not page.answer.negative
    return (
        plain and bool(page.asked.filters) and page.asked.filters.keys() <= {"start_id", "end_id"} and bool(page.items)
    )


@family.also(ids_range, PAGES, when=_by_ids_alone, holds=Holds.ALWAYS)
def _within_the_ids(page: Page) -> Iterator[Violation]:
    yield from _stray(page, f"only events within {page.asked}", interpretations(page.asked))


def _begun(probe: Probe, *, ids: bool) -> bool:
    """Whether a page for an extreme value can only lack items: filters.dates-window says it of those beyond a date.

    A date is judged where another one, beyond the data but not extreme, begins right.
    """
    if probe.start is None:
        return False
    asked, items = probe.answer.asked, probe.answer.page.items
    clear = ids or (probe.start.control and all(passes(item, asked) for item in items))
    return clear and any(name.endswith("_id") is ids for name in asked.filters)


def _at_the_ends(probe: Probe) -> Iterator[Violation]:
    """An extreme date or id leaves everything or nothing."""
    if probe.start is not None:
        yield from _begins(probe.start)


family.also(dates_model, CALENDAR, when=lambda start: start.answer.flaw is None)(_begins)
family.also(ids_range, REJECTIONS, when=lambda probe: _begun(probe, ids=True), holds=Holds.QUIESCENT)(_at_the_ends)
family.also(dates_instant, REJECTIONS, when=lambda probe: _begun(probe, ids=False))(_at_the_ends)
