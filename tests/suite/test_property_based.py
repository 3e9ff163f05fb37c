"""Exploration: what Hypothesis draws stays within the data, and of what fails the smallest is kept."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.crawl.cache import Choices, CrawlCache
from contracts.crawl.crawler import Crawler, Lacking
from contracts.evidence import drawing
from contracts.evidence import property_based as exploration
from contracts.evidence.drawing import SHRINKING, favoured, limited, page_sizes, queries
from contracts.evidence.property_based import Path, Step, Traveller, walk_again
from contracts.mock import Settings
from contracts.paging.listings import CONVERSATIONS, EVENTS, USERS, Scope
from contracts.paging.oracle import bound
from contracts.paging.queries import Query
from contracts.selftest.in_process import verification
from tests.suite.support import BASE, NO_CLAUSES, listing


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


@pytest.mark.parametrize(
    ("length", "smallest", "often"),
    [
        (0, 1, {1, 2, 10, 99, 100}),
        (15, 1, {1, 2, 10, 99, 100}),
        (16, 2, {2, 3, 10, 99, 100}),
        (88, 11, {11, 12, 99, 100}),
        (791, 98, {98, 99, 100}),
        (5_000, 100, {100}),
    ],
)
def test_sizes_make_eight_pages_at_most_as_far_as_they_are_allowed(length: int, smallest: int, often: set[int]) -> None:
    assert page_sizes(length) == range(smallest, 101)
    assert set(favoured(page_sizes(length))) == often


def test_a_listing_is_not_asked_for_by_the_default_size_where_that_makes_many_pages() -> None:
    many = read(users=88)

    @settings(max_examples=60, database=None, derandomize=True)
    @given(queries(many, Scope(USERS), ()))
    def draw(query: Query) -> None:
        assert 11 <= int(query.page_size or 10) <= 100

    draw()


@pytest.mark.parametrize(
    ("query", "right"),
    [
        (Query(start_id="10", end_id="9"), Query(start_id="9", end_id="10")),
        (Query(start_id="9", end_id="10"), Query(start_id="9", end_id="10")),
        (Query(end_id="9"), Query(end_id="9")),
        (Query(start_id="9"), Query(start_id="9")),
        (
            Query(date_start="2023-01-02T00:00:00+03:00", date_end="2023-01-01T22:00:00Z"),
            Query(date_start="2023-01-02T00:00:00+03:00", date_end="2023-01-01T22:00:00Z"),
        ),
        (
            Query(date_start="2023-01-01T22:00:00Z", date_end="2023-01-02T00:00:00+03:00"),
            Query(date_start="2023-01-02T00:00:00+03:00", date_end="2023-01-01T22:00:00Z"),
        ),
        (Query(date_start="2023-01-01T22:00:00Z"), Query(date_start="2023-01-01T22:00:00Z")),
    ],
    ids=["ids", "ids-in-order", "no-start", "no-end", "dates-in-order", "dates", "one-date"],
)
def test_a_range_that_was_drawn_upside_down_is_turned(query: Query, right: Query) -> None:
    assert drawing._in_order(query) == right  # noqa: SLF001 - else only luck shows it


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


def test_the_conversations_of_a_listing_share_what_is_drawn() -> None:
    chosen = READ.chosen(EVENTS)
    assert len(chosen) == 3
    assert len(trials(exploration.IDS, READ, RICH)) * len(chosen) <= READ.choices.profile.examples


def test_so_many_more_walks_are_spent_on_a_smaller_query_and_the_smallest_comes_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever fails does so to the end, so that only the limit ends the search."""
    walked: list[Query] = []

    def fits(_cache: CrawlCache, _scope: Scope, query: Query) -> bool:
        walked.append(query)
        return False

    def run(test: Any) -> None:
        for size in range(99, 0, -1):
            with suppress(AssertionError):
                test(Query(page_size=str(size)))

    monkeypatch.setattr(drawing, "_fits", fits)
    drawn = {Query(page_size="99"): True, Query(page_size="98"): False}
    found = drawing._smallest(READ, RICH, drawn, run)  # noqa: SLF001 - how a search ends
    assert walked == [Query(page_size=str(size)) for size in range(97, 97 - SHRINKING, -1)]
    assert found == walked[-1:]


def test_what_fails_when_it_is_asked_and_not_again_leaves_all_that_was_drawn() -> None:
    drawn = {Query(page_size="99"): True, Query(page_size="98"): False}
    assert drawing._smallest(READ, RICH, drawn, lambda _: None) == list(drawn)  # noqa: SLF001 - likewise


def run_with(test: Any) -> None:
    """Let Hypothesis try a query of this listing after another."""
    drawing._run(test, queries(READ, Scope(USERS), ()), 1, 20)  # noqa: SLF001 - a run inside a run


def test_a_query_that_fails_once_is_no_failure_of_the_suite() -> None:
    seen: list[Query] = []

    def fail_once(query: Query) -> None:
        seen.append(query)
        if len(seen) == 3:
            raise drawing.MismatchError

    run_with(fail_once)
    assert len(seen) > 3


def test_what_cannot_be_read_while_something_is_drawn_is_said_as_such() -> None:
    """Also where another query fails: never both in a group, which nobody expects."""

    def fail(query: Query) -> None:
        if query.order is None:
            raise drawing.MismatchError
        if query.order == "desc":
            raise Lacking("data")

    with suppress(Lacking):
        run_with(fail)


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
             Step(BY_TEN, 2, "self"), Step(BY_TEN, 3, "first"), Step(BY_TEN, 0, "self")]  # fmt: skip
    paths = [traveller.go(step) for step in steps]
    assert [path.expected for path in paths] == [pages[index].ids for index in (0, 1, 2, 1, 2, 0, 0)]
    assert [path.landed.ids for path in paths] == [path.expected for path in paths]
    again = walk_again(READ, Scope(USERS), tuple(steps[:4]))
    assert (again.steps, again.expected, again.landed.ids) == (paths[3].steps, pages[1].ids, pages[1].ids)


def test_the_ways_on_from_a_page_are_links_to_known_pages() -> None:
    traveller = Traveller(READ, Scope(USERS))
    for step in (Step(BY_TEN), Step(BY_TEN, 0, "next")):
        traveller.go(step)
    assert [traveller.ways(place) for place in (0, 1)] == [["first", "self", "next"], ["first", "self", "next", "prev"]]


@pytest.mark.parametrize(
    ("page", "place", "ways"),
    [
        (1, 0, ["first", "self", "next"]),
        (1, 1, ["first", "self", "next", "prev"]),
        (1, -2, ["first", "self", "next", "prev"]),
        (1, -1, ["first", "self", "prev"]),
        (0, 2, ["first", "self", "next"]),
        (-1, 2, ["first", "self", "prev"]),
    ],
    ids=["at-the-beginning", "behind-the-first", "before-the-last", "at-the-end", "without-prev", "without-next"],
)
def test_a_link_is_a_way_on_where_it_is_there_and_a_page_is_known_behind_it(
    page: int, place: int, ways: list[str]
) -> None:
    """The page of a server may have links that its place in a plain walk does not give, and the other way round."""
    pages = READ.walk(Scope(USERS), BY_TEN).pages
    traveller = Traveller(READ, Scope(USERS))
    traveller.go(Step(BY_TEN))
    traveller.places[0] = (pages[page], range(len(pages))[place])
    assert traveller.ways(0) == ways


@pytest.mark.parametrize(("place", "rel"), [(-1, "next"), (0, "prev")], ids=["behind-the-last", "before-the-first"])
def test_a_path_beyond_the_pages_of_a_walk_lacks_a_page(place: int, rel: str) -> None:
    pages = READ.walk(Scope(USERS), BY_TEN).pages
    traveller = Traveller(READ, Scope(USERS))
    traveller.go(Step(BY_TEN))
    traveller.places[0] = (pages[1], range(len(pages))[place])
    with pytest.raises(Lacking):
        traveller.go(Step(BY_TEN, 0, rel))


def test_steps_are_shown_as_a_person_says_them() -> None:
    steps = (Step(BY_TEN), Step(BY_TEN, 0, "next"), Step(BY_TEN, 3, "prev"))
    assert [*map(repr, steps)] == ["page_size=10&order=asc", "next of step 1", "prev of step 4"]


@pytest.mark.parametrize(("users", "planned"), [(1, 0), (2, 1), (3, 1)])
def test_paths_lead_through_listings_of_two_items_and_more(users: int, planned: int) -> None:
    few = read(users=users)
    found = trials(exploration.PATHS, few, Scope(USERS))
    assert [trial.name for trial in found] == ["/users: a random path"] * planned
    assert {trial.observe(few).steps[0].query.page_size for trial in found} <= {"1", "2"}


def test_a_listing_that_is_always_one_page_is_walked_too() -> None:
    one = CrawlCache(Crawler(BASE, listing(lambda: ["USR-1", "USR-2"])))
    (trial,) = trials(exploration.PATHS, one, Scope(USERS))
    assert trial.observe(one).expected == ("USR-1", "USR-2")


def test_two_paths_are_walked_from_pages_that_have_others_behind_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go, gone = Traveller.go, dict[Traveller, list[Path]]()

    def going(self: Traveller, step: Step) -> Path:
        gone.setdefault(self, []).append(go(self, step))
        return gone[self][-1]

    monkeypatch.setattr(Traveller, "go", going)
    few = read(users=4)
    trials(exploration.PATHS, few, Scope(USERS))
    paths = [path for each in gone.values() for path in each]
    steps = [path.steps[-1] for path in paths]
    assert len(gone) == 2
    assert max(map(len, gone.values())) == few.choices.profile.steps
    assert all(len(few.walk(Scope(USERS), step.query).pages) > 1 for step in steps)
    assert {None, "next"} <= {step.rel for step in steps}
    assert len({step.query for step in steps}) > 1
    assert all(path.steps[-1].source in range(len(path.steps) - 1) for path in paths if path.steps[-1].rel)


@pytest.mark.parametrize("shown", [(), ("USR-0",), ("USR-~",)], ids=["too-few", "others", "others-behind"])
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
