"""Plans: for which scopes of a listing they are made, and what stands behind a trial where reading fails."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from contracts.crawl.cache import Choices, CrawlCache
from contracts.crawl.crawler import Blocked, Lacking
from contracts.evidence import (
    MEMBERSHIPS,
    MENTIONS,
    SIGHTINGS,
    SIZES,
    boundaries,
    filters,
    negative,
    reused_cursors,
    wrong_cursors,
)
from contracts.evidence.identities import CROSSINGS
from contracts.mock import Settings
from contracts.paging.listings import EVENTS, MEMBERS, Listing, Scope
from contracts.paging.queries import Query
from contracts.selftest.in_process import verification
from tests.suite.support import BASE, NO_CLAUSES, C, E, M, U, answer, chain, conversation, event, page

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.findings.clause import EvidenceKind


@cache
def reading() -> CrawlCache:
    """A reading of a mock with two identities."""
    settings = Settings(conversations=8, users=12, token="one", tenants=("two",))  # noqa: S106 - the mock's
    found: CrawlCache = verification(settings, NO_CLAUSES, Choices()).cache
    return found


def planned(kind: EvidenceKind, scope: Scope) -> list[str]:
    """The names of the trials of a kind."""
    assert kind.trials is not None
    return [trial.name for trial in kind.trials(reading(), scope)]


ONCE = {
    "memberships": (MEMBERSHIPS, MEMBERS),
    "mentions": (MENTIONS, MEMBERS),
    "sizes": (SIZES, EVENTS),
    "values": (negative.REJECTIONS, EVENTS),
    "unknown": (negative.UNKNOWN, EVENTS),
    "methods": (negative.METHODS, EVENTS),
    "without-token": (negative.NO_TOKEN, EVENTS),
    "wrong-token": (negative.WRONG_TOKEN, EVENTS),
    "reused": (reused_cursors.REUSED, EVENTS),
    "crossings": (CROSSINGS, EVENTS),
}


@pytest.mark.parametrize(("kind", "listing"), ONCE.values(), ids=ONCE)
def test_what_says_the_same_of_every_conversation_is_asked_of_the_first_chosen_one(
    kind: EvidenceKind, listing: Listing
) -> None:
    chosen = reading().chosen(listing)
    assert [bool(planned(kind, scope)) for scope in chosen] == [True, False, False]


def test_wrong_cursors_are_tried_in_two_conversations() -> None:
    chosen = reading().chosen(EVENTS)
    assert [bool(planned(wrong_cursors.CURSORS, scope)) for scope in chosen] == [True, True, False]


def test_what_is_made_of_whatever_was_read_comes_after_all_that_is_read() -> None:
    assert [kind.late for kind in (MEMBERSHIPS, SIGHTINGS)] == [True, True]
    assert [kind for kind, _ in ONCE.values() if kind.late] == [MEMBERSHIPS]


def raising(error: Exception) -> Callable[..., Any]:
    """A function that raises this."""

    def fail(*_: object, **__: object) -> Any:
        raise error

    return fail


FAILURES = pytest.mark.parametrize("error", [Blocked("a.clause", "why"), Lacking("data")], ids=["blocked", "lacking"])

# --- values at the edges ---------------------------------------------------------------------------------------------

TWO = chain([conversation(1), conversation(2)], scope=C)
EDGE = Query(date_start="2023-01-02T00:00:00Z")
CONTROL = Query(date_start="2023-01-02T00:00:07Z")


def small(**more: Any) -> Any:
    """What stands for a reading of two conversations, whose first page holds the second one."""
    shown = page(conversation(2), scope=C, query=CONTROL)
    known = {"snapshot": lambda _: TWO, "query": lambda _, query: query, "first": lambda *_: shown}
    return SimpleNamespace(**{**known, **more})


@pytest.mark.parametrize(
    ("more", "control", "right"),
    [
        ({}, CONTROL, True),
        ({}, None, False),
        ({"first": lambda *_: page(conversation(1), scope=C)}, CONTROL, False),
        ({"first": raising(Blocked("a.clause", "why"))}, CONTROL, False),
        ({"query": raising(Lacking("data"))}, CONTROL, False),
    ],
    ids=["right", "none", "wrong", "blocked", "lacking"],
)
def test_a_value_at_an_edge_is_judged_beside_one_that_is_none(more: Any, control: Query | None, *, right: bool) -> None:
    asked = answer(TWO.pages[0].body, C, EDGE)
    start = boundaries.start(small(**more), asked, control)
    assert (start.control, start.expected.ids) == (right, ("CON-2",))


@pytest.mark.parametrize(
    ("window", "kept"),
    [({}, True), ({"date_end": "2023-01-09T00:00:00Z"}, True), ({"date_start": "2023-01-05T00:00:00Z"}, False)],
    ids=["whole", "beside-it", "narrower"],
)
def test_an_edge_outside_what_is_read_is_not_asked_for(window: dict[str, str], *, kept: bool) -> None:
    crawler = SimpleNamespace(ask=lambda scope, query: answer(TWO.pages[0].body, scope, query))
    cache = small(crawler=crawler, query=lambda _, query: replace(query, **window))
    ask = boundaries._ask  # noqa: SLF001 - a moving listing is not at hand
    if kept:
        assert ask(cache, C, EDGE, CONTROL).answer.asked == replace(EDGE, **window)
    else:
        with pytest.raises(Lacking, match="an edge of the calendar"):
            ask(cache, C, EDGE, CONTROL)


@FAILURES
def test_an_extreme_value_is_tried_also_where_nothing_says_what_its_page_begins_with(error: Exception) -> None:
    crawler = SimpleNamespace(url=lambda *_: BASE, probe=lambda *_: answer(TWO.pages[0].body, C, EDGE))
    for more, begins in (({}, True), ({"snapshot": raising(error)}, False)):
        probe = negative._extreme(small(crawler=crawler, **more), C, "what", {})  # noqa: SLF001 - likewise
        assert (probe.what, probe.legal_page, probe.start is not None) == ("what", True, begins)


@pytest.mark.parametrize(
    ("days", "ids", "ranges"),
    [
        ([], [], []),
        ([1], [], []),
        ([1, 2], [], []),
        ([1, 2, 3], [], [{"date_start": "2023-01-03T00:00:00.000Z", "date_end": "2023-01-02T00:00:00.000Z"}]),
        ([], [5], [{"start_id": "10", "end_id": "4"}]),
    ],
    ids=["nothing", "one", "two", "three", "an-event"],
)
def test_a_range_upside_down_has_items_between(days: list[int], ids: list[int], ranges: list[dict[str, str]]) -> None:
    items, scope = [*map(conversation, days), *map(event, ids)], E if ids else C
    assert list(negative._upside_down(items, scope)) == ranges  # noqa: SLF001 - needs no target


@pytest.mark.parametrize("scope", [U, M])
def test_a_listing_without_filters_has_no_range_upside_down(scope: Scope) -> None:
    items = [*map(conversation, (1, 2, 3)), *map(event, (4, 5))]
    assert list(negative._upside_down(items, scope)) == []  # noqa: SLF001 - likewise


UNKNOWN, CHANGED = "an unknown id", "an id with every character changed"
LONGER = {
    "an id without its last character", "an id with one character more", "an id that ends in a wildcard of SQL",
    "all ids by SQL",
}  # fmt: skip
STRANGE = {
    "no id of a conversation", "an id of a user", "an id with a slash", "all ids by a wildcard", "an id with a quote",
    "an id with a null", "a long id",
}  # fmt: skip


@pytest.mark.parametrize(
    ("real", "others", "well_formed", "malformed"),
    [
        ("CON-1", (), set(), {UNKNOWN, *STRANGE}),
        ("CON-123456789012345", (), set(), {UNKNOWN, *STRANGE}),
        ("CON-1234567890123456", (), {CHANGED}, {UNKNOWN, *STRANGE, *LONGER}),
        ("CON-1234567890123456", ("CON-4567890123456789",), set(), {UNKNOWN, *STRANGE, *LONGER}),
        ("CON-123456789012345_", (), {CHANGED}, {UNKNOWN, *STRANGE, *LONGER}),
        ("CON-00000000-0000-4000-8000-00000000000A", (), {UNKNOWN, CHANGED}, {*STRANGE, *LONGER}),
    ],
    ids=["short", "nearly-long", "long", "long-and-known", "long-and-like-a-wildcard", "uuid"],
)
def test_ids_of_nobody_are_made_so_that_no_conversation_is_hit(
    real: str, others: tuple[str, ...], well_formed: set[str], malformed: set[str]
) -> None:
    scope, links = Scope(EVENTS, real), {"next": f"{BASE}?cursor=c"}
    cache: Any = SimpleNamespace(
        chosen=lambda _: (scope,), conversations=(real, *others), first=lambda *_: SimpleNamespace(links=links),
        crawler=SimpleNamespace(url=lambda *_: BASE, probe=lambda scope, _: answer({}, scope)),
    )  # fmt: skip
    trials = list(negative._unknown(cache, scope))  # noqa: SLF001 - needs no target
    found = {trial.name: trial.observe(cache) for trial in trials if "=" not in trial.name}
    reused = [found.pop(name) for name in [*found] if name.endswith(f" with a cursor of {scope}")]
    assert [(probe.well_formed, probe.answer.scope != scope) for probe in reused] == [(False, True)]
    assert {name for name, probe in found.items() if probe.well_formed} == well_formed
    assert {name for name, probe in found.items() if not probe.well_formed} == malformed
    assert len(trials) - len(found) - len(reused) == (
        len(("page_size", "order", *EVENTS.filters)) if well_formed else 0
    )
    assert real not in {probe.answer.scope.conversation for probe in found.values()}
    links.clear()
    assert len(list(negative._unknown(cache, scope))) == len(trials) - 1, "there is no cursor"  # noqa: SLF001


@pytest.mark.parametrize(
    ("href", "status", "served"),
    [
        (f"{BASE}/users/1", 200, True),
        (f"{BASE}/users/1", 404, False),
        (f"{BASE}/users/1", 101, False),
        ("users/1", 200, False),
        ("http://elsewhere.test/users/1", 200, False),
        (None, 200, False),
    ],
    ids=["there", "gone", "odd", "relative", "elsewhere", "none"],
)
def test_a_resource_is_asked_for_without_a_token_where_it_is_served_with_one(
    href: str | None, status: int, *, served: bool
) -> None:
    shown = page({"id": "USR-1", "_links": {"self": {"href": href}}})
    crawler = SimpleNamespace(
        may_follow=lambda url: url.startswith(BASE), probe=lambda scope, _: answer({}, scope, status=status)
    )
    cache = small(first=lambda *_: shown, crawler=crawler)
    assert list(negative._served(cache, U)) == ([href] if served else [])  # noqa: SLF001 - likewise


def test_no_resource_is_asked_for_where_there_is_no_item() -> None:
    assert list(negative._served(small(first=lambda *_: page()), U)) == []  # noqa: SLF001 - likewise


# --- cursors ---------------------------------------------------------------------------------------------------------


@FAILURES
def test_what_cannot_be_walked_gives_no_cursor(error: Exception) -> None:
    walk = reused_cursors._walk  # noqa: SLF001 - likewise
    assert walk(small(complete_walk=raising(error)), C, Query()) is None
    assert walk(small(complete_walk=lambda *_: TWO), C, Query()) is TWO


RANKS = {"CON-1": 0, "CON-2": 1}
BACKWARDS = chain([conversation(2), conversation(1)], scope=C)


@pytest.mark.parametrize(
    ("walk", "more", "sound"),
    [
        (TWO, {}, True),
        (BACKWARDS, {}, False),
        (TWO, {"first": lambda *_: BACKWARDS.pages[0]}, False),
        (TWO, {"first": raising(Blocked("a.clause", "why"))}, False),
        (TWO, {"first": raising(Lacking("data"))}, False),
    ],
    ids=["both", "not-the-walk", "not-the-page", "blocked", "lacking"],
)
def test_both_queries_have_to_be_right_by_themselves(walk: Any, more: Any, *, sound: bool) -> None:
    assert reused_cursors._sound(small(**more), walk, Query(), RANKS) is sound  # noqa: SLF001 - likewise


@pytest.mark.parametrize(
    ("days", "turn", "asked"),
    [
        ([], 0, []),
        ([1], 0, []),
        ([1, 3], 0, [{"date_start": "2023-01-04T12:00:00.000Z"}, {"date_start": "2023-01-02T12:00:00.000Z"}]),
        ([1, 3], 1, [{"date_end": "2022-12-31T12:00:00.000Z"}, {"date_end": "2023-01-02T12:00:00.000Z"}]),
        ([1, 3, 5], 2, [{"date_start": "2023-01-06T12:00:00.000Z"}, {"date_start": "2023-01-04T12:00:00.000Z"}]),
    ],
    ids=["nothing", "one", "start", "end", "start-again"],
)
def test_a_date_leaves_nothing_or_a_part(days: list[int], turn: int, asked: list[dict[str, str]]) -> None:
    items = [*map(conversation, days)]
    found = reused_cursors._by_dates(items, items, Query(), turn)  # noqa: SLF001 - likewise
    assert [query.filters for query in found] == asked


@pytest.mark.parametrize(
    ("kinds", "turn", "query", "asked"),
    [
        ([], 0, Query(), []),
        (["text", "text", "x"], 0, Query(), [{"start_id": "4"}, {"start_id": "2"}]),
        (["member:left", "text", "text"], 1, Query(), [{"end_id": "0"}, {"event_type": "text"}]),
        (["x", "x", "x"], 1, Query(), [{"end_id": "0"}, {"end_id": "2"}]),
        (
            ["text", "text"], 1, Query(event_type="text"),
            [{"end_id": "0", "event_type": "text"}, {"end_id": "2", "event_type": "text"}],
        ),
    ],
    ids=["nothing", "start", "end-and-type", "no-known-type", "a-type-already"],
)  # fmt: skip
def test_an_id_leaves_nothing_or_a_part_and_a_type_a_part(
    kinds: list[str], turn: int, query: Query, asked: list[dict[str, str]]
) -> None:
    items = [event(number, kind) for number, kind in enumerate(kinds, 1)]
    found = reused_cursors._by_events(items, items, query, turn)  # noqa: SLF001 - likewise
    assert [each.filters for each in found] == asked


@pytest.mark.parametrize(
    ("query", "turn", "size"),
    [("3", 0, "2"), ("3", 1, "7"), ("1", 0, "1"), (None, 0, "9"), (None, 1, "21"), ("60", 1, "100")],
)
def test_the_page_size_and_the_order_are_changed(query: str | None, turn: int, size: str) -> None:
    for order, other in (("asc", "desc"), ("desc", "asc"), (None, "desc")):
        given = Query(page_size=query, order=order)
        assert reused_cursors._changes([], given, U.listing, turn) == [  # noqa: SLF001 - likewise
            replace(given, page_size=size),
            replace(given, order=other),
        ]


SAME = "2023-01-01T12:00:00.000Z"


@pytest.mark.parametrize(
    ("pages", "tie"),
    [
        ([[1, 2], [3, 4]], None),
        ([[1, 2], [(3, SAME), (4, SAME)]], None),
        ([[1, (2, SAME)], [(3, SAME), 4]], 0),
        ([[1], [(2, SAME)], [(3, SAME)]], 0),
        ([[2], [(3, SAME)], [(4, SAME)], [(5, SAME)]], 1),
        ([[(1, SAME)], [], [(2, SAME)]], None),
        ([[(1, "")], [(2, "")]], None),
    ],
    ids=["apart", "on-one-page", "torn", "torn-at-once", "torn-later", "with-a-gap", "without-times"],
)
def test_a_tie_is_torn_where_a_page_ends_between_items_of_one_time(pages: Any, tie: int | None) -> None:
    made = [[conversation(*each) if isinstance(each, tuple) else conversation(each) for each in ids] for ids in pages]
    assert reused_cursors._tie(chain(*made, scope=C)) == tie  # noqa: SLF001 - likewise


# --- filters ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "sizes"), [(0, (0,)), (2, (2,)), (3, (2, 2, 3)), (4, (3, 2, 4)), (9, (8, 4, 9)), (30, (29, 11, 30))]
)
def test_what_a_filter_leaves_is_read_on_pages_that_end_in_three_ways(length: int, sizes: tuple[int, ...]) -> None:
    assert filters._sizes(length) == sizes  # noqa: SLF001 - likewise


@pytest.mark.parametrize(
    ("length", "most", "spread"),
    [
        (3, 4, [0, 1, 2]),
        (4, 4, [0, 1, 2, 3]),
        (9, 1, [0, 8]),
        (9, 2, [0, 8]),
        (9, 4, [0, 1, 2, 8]),
        (9, 5, [0, 1, 2, 3, 8]),
        (9, 6, [0, 1, 2, 3, 7, 8]),
        (9, 7, [0, 1, 2, 3, 4, 7, 8]),
    ],
)
def test_values_are_taken_from_both_ends_and_between(length: int, most: int, spread: list[int]) -> None:
    """Of those between here the first ones, which a run draws."""
    first: Any = SimpleNamespace(sample=lambda found, count: found[:count])
    assert filters._spread(first, range(length), most) == spread  # noqa: SLF001 - likewise


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_each_order_meets_every_way_in_which_pages_end(order: str) -> None:
    items = [event(number) for number in range(1, 10)]
    queries = [Query(start_id=str(number), order=order) for number in (1, 1, 2, 9, 3, 7, 4)]
    trials = list(filters._trials(E, items, queries))  # noqa: SLF001 - likewise
    sizes = [trial.name.partition("page_size=")[2].partition("&")[0] for trial in trials]
    assert sizes == ["8", "3", "1", "7", "2", "3"]


@pytest.mark.parametrize("count", [0, 1, 2, 3])
@pytest.mark.parametrize(
    ("plan", "scope", "make"),
    [(filters._by_dates, C, conversation), (filters._by_filters, E, event)],  # noqa: SLF001 - likewise
    ids=["dates", "two-filters"],
)
def test_filters_are_tried_where_there_are_two_items_to_tell_apart(
    plan: Any, scope: Scope, make: Callable[[int], object], count: int
) -> None:
    snapshot = chain([make(number) for number in range(1, count + 1)], scope=scope)
    trials = list(plan(small(snapshot=lambda _: snapshot, choices=Choices()), scope))
    assert bool(trials) is (count > 1)
