"""Exploration: what Hypothesis draws stays within the data, and of what fails the smallest is kept."""

from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.crawl.cache import Choices, CrawlCache
from contracts.crawl.crawler import Lacking
from contracts.evidence import property_based as exploration
from contracts.evidence.drawing import limited, queries
from contracts.evidence.property_based import Path, Step, Traveller
from contracts.mock import Settings
from contracts.paging.listings import CONVERSATIONS, EVENTS, USERS, Scope
from contracts.paging.oracle import bound
from contracts.paging.queries import Query
from contracts.selftest.in_process import verification
from tests.suite.support import NO_CLAUSES


def read(*faults: str, **more: Any) -> CrawlCache:
    found: CrawlCache = verification(Settings(faults=faults, **more), NO_CLAUSES, Choices()).cache
    return found


READ = read()
RICH = READ.chosen(EVENTS)[0]
SHAPES = {"plain": (), "dates": ("date_start", "date_end")}


@pytest.mark.parametrize("names", SHAPES.values(), ids=list(SHAPES))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_queries_have_these_filters_and_sizes_that_make_few_pages(names: tuple[str, ...], data: st.DataObject) -> None:
    query = data.draw(queries(READ, Scope(CONVERSATIONS), names))
    assert set(query.filters) == set(names)
    assert query.page_size is None or 8 <= int(query.page_size) <= 100
    assert query.order in (None, "asc", "desc")


def test_sizes_reach_from_some_eight_pages_to_one() -> None:
    found: set[str | None] = set()

    @settings(max_examples=400, database=None, derandomize=True)
    @given(queries(READ, Scope(CONVERSATIONS), ()))
    def draw(query: Query) -> None:
        found.add(query.page_size)

    draw()
    numbers = {int(size) for size in found if size is not None}
    assert (len(READ.snapshot(Scope(CONVERSATIONS)).ids), min(numbers), max(numbers)) == (64, 8, 100)
    assert {8, 9, 10, 99, 100} <= numbers
    assert None in found


def test_at_least_one_query_is_drawn() -> None:
    assert [limited(number).max_examples for number in (0, 1, 2)] == [1, 1, 2]


@given(queries(READ, RICH, ("start_id", "end_id", "event_type")))
def test_ranges_of_ids_are_never_upside_down(query: Query) -> None:
    assert int(query.start_id or 0) <= int(query.end_id or 0)
    assert query.event_type in ("text", "member:invited", "member:left")
    assert query.page_size is not None


@given(queries(READ, Scope(CONVERSATIONS), ("date_start", "date_end")))
def test_windows_of_dates_are_never_upside_down(query: Query) -> None:
    start, end = bound(query.date_start or ""), bound(query.date_end or "")
    assert start is not None
    assert end is not None
    assert start.nanoseconds <= end.nanoseconds


def trials(kind: Any, cache: CrawlCache, scope: Scope) -> list[Any]:
    return list(kind.trials(cache, scope))


def test_a_correct_target_is_asked_many_queries_and_agrees_with_the_model() -> None:
    matches = [trial.observe(READ) for trial in trials(exploration.PLAIN, READ, Scope(USERS))]
    assert len(matches) >= 5
    assert [match for match in matches if not match.expected.accepts(match.walk.ids)] == []


def test_the_same_seed_draws_the_same_queries() -> None:
    one, other = ([trial.name for trial in trials(exploration.IDS, read(), RICH)] for _ in range(2))
    assert one == other
    assert len(one) > 1


@pytest.mark.parametrize(
    ("kind", "listing"), [(exploration.DATES, USERS), (exploration.IDS, CONVERSATIONS)], ids=["dates", "ids"]
)
def test_a_listing_without_such_filters_is_not_asked(kind: Any, listing: Any) -> None:
    assert trials(kind, READ, Scope(listing)) == []


def test_an_empty_listing_is_not_asked() -> None:
    nothing = read(users=0, conversations=0)
    assert [trials(kind, nothing, Scope(USERS)) for kind in (exploration.PLAIN, exploration.PATHS)] == [[], []]


def test_of_failing_queries_only_the_smallest_is_kept() -> None:
    """The model is asked about one item less than there is, so that every query fails."""
    spoilt = read()
    whole = spoilt.snapshot(Scope(USERS))
    lesser = replace(whole, pages=whole.pages[1:] or (replace_page(whole.pages[0]),))
    spoilt._knowledge.moved(whole.scope)  # noqa: SLF001 - to spoil it
    spoilt._knowledge.keep(lesser)  # noqa: SLF001 - likewise
    found = trials(exploration.PLAIN, spoilt, Scope(USERS))
    assert [trial.name for trial in found] == ["/users with no parameters"]


def replace_page(page: Any) -> Any:
    made = replace(page)
    embedded = {"data": {page.scope.listing.name: page.items[1:]}}
    made.__dict__["_promised"] = orjson.dumps({**page.body, "_embedded": embedded})
    return made


# --- paths -----------------------------------------------------------------------------------------------------------

BY_TEN = Query(page_size="10", order="asc")


def test_a_path_leads_to_the_pages_of_plain_walks() -> None:
    pages = READ.walk(Scope(USERS), BY_TEN).pages
    traveller = Traveller(READ, Scope(USERS))
    steps = [Step(BY_TEN), Step(BY_TEN, 0, "next"), Step(BY_TEN, 1, "next"), Step(BY_TEN, 2, "prev"),
             Step(BY_TEN, 2, "self"), Step(BY_TEN, 3, "first")]  # fmt: skip
    paths = [traveller.go(step) for step in steps]
    assert [path.expected for path in paths] == [pages[index].ids for index in (0, 1, 2, 1, 2, 0)]
    assert [path.landed.ids for path in paths] == [path.expected for path in paths]


def test_the_ways_on_from_a_page_are_links_to_known_pages() -> None:
    traveller = Traveller(READ, Scope(USERS))
    for step in (Step(BY_TEN), Step(BY_TEN, 0, "next")):
        traveller.go(step)
    assert [traveller.ways(place) for place in (0, 1)] == [["first", "self", "next"], ["first", "self", "next", "prev"]]


def test_a_path_past_the_last_page_lacks_a_page() -> None:
    traveller = Traveller(READ, Scope(USERS))
    traveller.go(Step(BY_TEN))
    traveller.places[0] = (traveller.places[0][0], 99)
    with pytest.raises(Lacking):
        traveller.go(Step(BY_TEN, 0, "next"))


def test_steps_are_shown_as_a_person_says_them() -> None:
    assert [repr(Step(BY_TEN)), repr(Step(BY_TEN, 3, "prev"))] == ["page_size=10&order=asc", "prev of step 4"]


def test_a_listing_of_one_page_is_walked_by_one() -> None:
    few = read(users=3)
    assert [trial.name for trial in trials(exploration.PATHS, few, Scope(USERS))] == ["/users: a random path"]
    (path,) = (trial.observe(few) for trial in trials(exploration.PATHS, few, Scope(USERS)))
    assert path.steps[0].query.page_size in ("1", "2", "3")


@pytest.mark.parametrize("shown", [(), ("USR-0",)], ids=["too-few", "others"])
def test_of_a_path_that_leads_elsewhere_the_last_that_failed_is_kept(
    shown: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether what came is less or more than what had to come."""
    go, gone = Traveller.go, list[Path]()

    def astray(self: Traveller, step: Step) -> Path:
        path = go(self, step)
        gone.append(replace(path, expected=shown) if len(path.steps) > 1 else path)
        return gone[-1]

    monkeypatch.setattr(Traveller, "go", astray)
    (trial,) = trials(exploration.PATHS, READ, Scope(USERS))
    failed = [path.steps for path in gone if path.expected == shown]
    assert trial.name == f"/users: {failed[-1]}"
    assert len(failed[-1]) == 2
    assert trial.observe(READ).steps == failed[-1]


def test_a_correct_target_stays_on_its_path() -> None:
    paths: list[Path] = [trial.observe(READ) for trial in trials(exploration.PATHS, READ, Scope(USERS))]
    assert [path.landed.ids == path.expected for path in paths] == [True]
