"""The model: what a query must give, against a second reading of the same rules."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.paging.instants import DAY, SECOND, Instant
from contracts.paging.listings import CONVERSATIONS, EVENTS, USERS
from contracts.paging.oracle import Expected, bound, date_only, expected, interpretations, passes, sound
from contracts.paging.queries import Query
from tests.suite.support import conversation, event

if TYPE_CHECKING:
    from collections.abc import Hashable

TIMES = [f"2023-01-01T12:00:0{second}{fraction}Z" for second in range(4) for fraction in ("", ".5", ".250")]
BOUNDS = [*TIMES, "2023-01-01T14:00:01+02:00", "2023-01-01T12:00:01.2500Z"]
created = st.lists(st.sampled_from(TIMES), max_size=6)
orders = st.sampled_from([None, "asc", "desc"])
maybe = st.one_of(st.none(), st.sampled_from(BOUNDS))
numbers = st.lists(st.integers(0, 12), max_size=8, unique=True)
ends = st.one_of(st.none(), st.integers(0, 13).map(str))
kinds = st.one_of(st.none(), st.sampled_from(["text", "custom:a"]))


@pytest.mark.parametrize(
    ("query", "other"),
    [(Query(start_id="5", order="desc"), Query(end_id="5", order="desc")),
     (Query(end_id="5", order="desc"), Query(start_id="5", order="desc")),
     (Query(start_id="5"), None), (Query(event_type="text", order="desc"), None)],
    ids=["from", "to", "ascending", "no-range"],
)  # fmt: skip
def test_a_range_downwards_can_be_read_from_either_end(query: Query, other: Query | None) -> None:
    assert interpretations(query) == ((query,) if other is None else (query, other))


@pytest.mark.parametrize(
    ("given", "kept"),
    [({"date_start": "soon", "start_id": "5"}, {"start_id": "5"}), ({"start_id": "5x", "end_id": "-5"}, {"end_id": "-5"}),
     ({"event_type": "", "date_end": "2023-01-01"}, {"date_end": "2023-01-01"}), ({"event_type": "custom:a"}, {}),
     ({"event_type": "a"}, {"event_type": "a"})],
    ids=["date", "id", "empty", "custom", "type"],
)  # fmt: skip
def test_values_without_a_meaning_are_left_out(given: dict[str, str], kept: dict[str, str]) -> None:
    assert sound(Query(**given)).filters == kept


def seconds(text: str) -> tuple[Fraction, Fraction]:
    """A time and its precision, in seconds, exactly."""
    moment = datetime.fromisoformat(text)
    digits = len(text.partition(".")[2].rstrip("Z").partition("+")[0])
    return Fraction(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()), Fraction(1, 10**digits)


def side(item: str, limit: str, sign: int) -> str:
    """Whether an item is inside a bound, outside, or too near to say."""
    (when, precision), (edge, _) = seconds(item), seconds(limit)
    if when == edge or abs(when - edge) < precision:
        return "open"
    return "in" if (when - edge) * sign > 0 else "out"


@given(created, maybe, maybe, orders)
def test_dates_choose_what_lies_between(
    times: list[str], start: str | None, end: str | None, order: str | None
) -> None:
    """A window gives what lies inside, may give what is nearer to a bound than its precision, and nothing else."""
    items = [conversation(number, time) for number, time in enumerate(sorted(times, key=seconds))]
    found = expected(CONVERSATIONS, items, Query(date_start=start, date_end=end, order=order))
    sides = {
        item["id"]: {
            side(item["timestamp"]["created"], limit, sign) for limit, sign in ((start, 1), (end, -1)) if limit
        }
        for item in items
    }
    inside = [name for name, each in sides.items() if "out" not in each]
    assert found.ids == tuple(inside[::-1] if order == "desc" else inside)
    assert found.optional == {name for name in inside if "open" in sides[name]}


@given(numbers, ends, ends, kinds, orders)
def test_ids_and_types_choose_exactly(
    ids: list[int], start: str | None, end: str | None, kind: str | None, order: str | None
) -> None:
    """A range holds both of its ends, compared as numbers; a type is that type and no other."""
    items = [event(number, "text" if number % 2 else "custom:a") for number in sorted(ids)]
    found = expected(EVENTS, items, Query(start_id=start, end_id=end, event_type=kind, order=order))
    inside = set(range(int(start or 0), int(end or 99) + 1)) & set(ids)
    inside -= {number for number in ids if kind and (kind == "text") != bool(number % 2)}
    assert (found.ids, found.optional) == (tuple(sorted(inside, reverse=order == "desc")), frozenset())


@pytest.mark.parametrize(
    ("listing", "order", "ties"),
    [(EVENTS, "desc", {2: 2, 1: 1}), (EVENTS, "asc", None), (EVENTS, None, None), (USERS, "desc", None)],
    ids=["descending", "ascending", "default", "without-a-key"],
)
def test_only_a_descending_order_by_a_key_leaves_ties_open(listing: Any, order: str, ties: object) -> None:
    assert expected(listing, [event(1), event(2)], Query(order=order)).ties == ties


def by_force(model: Expected) -> set[tuple[Hashable, ...]]:
    """Every answer that is right: each choice of the optional ones, each order of neighbours that tie."""
    right = set()
    for size in range(len(model.ids) + 1):
        for answer in permutations(model.ids, size):
            whole = set(answer) >= set(model.ids) - model.optional
            places = [model.ids.index(each) for each in answer]
            if model.ties is not None:
                order = list(dict.fromkeys(model.ties[each] for each in model.ids))
                places = [order.index(model.ties[each]) for each in answer]
            if whole and places == sorted(places):
                right.add(answer)
    return right


@st.composite
def models(draw: st.DrawFn) -> Expected:
    """Small models, with optional items and with ties."""
    ids = tuple("abcd"[: draw(st.integers(0, 4))])
    optional = draw(st.sets(st.sampled_from(ids))) if ids else set[str]()
    keys = sorted(draw(st.lists(st.integers(0, 2), min_size=len(ids), max_size=len(ids))), reverse=True)
    ties = dict(zip(ids, keys, strict=True))
    return Expected(ids, frozenset(optional), draw(st.sampled_from([None, ties])))


@given(models(), st.lists(st.sampled_from("abcdx"), max_size=5))
def test_an_answer_is_accepted_if_it_is_one_of_all_right_ones(model: Expected, actual: list[str]) -> None:
    assert model.accepts(actual) is (tuple(actual) in by_force(model))


@given(models())
def test_every_right_answer_is_accepted(model: Expected) -> None:
    assert all(model.accepts(answer) for answer in by_force(model))


@pytest.mark.parametrize(
    ("model", "actual", "accepted"),
    [
        (Expected(()), (), True),
        (Expected(()), ("a",), False),
        (Expected(("a", "b")), ("a", "b"), True),
        (Expected(("a", "b")), ("b", "a"), False),
        (Expected(("a", "b")), ("a", "a", "b"), False),
        (Expected(("a", "b"), frozenset("b")), ("a",), True),
        (Expected(("a", "b"), frozenset("b")), ("b",), False),
        (Expected(("a", "b"), ties={"a": 1, "b": 1}), ("b", "a"), True),
        (Expected(("a", "b"), ties={"a": 2, "b": 1}), ("b", "a"), False),
        (Expected(("a", "b"), ties={"a": 1, "b": 2}), ("b", "a"), False),
        (Expected(("a",), ties={"a": 1}), ("a", "x"), False),
        (Expected(("a",), frozenset("a"), {"a": 1}), ("x",), False),
        (Expected(("a", "b"), frozenset("a"), {"a": 1, "b": 1}), ("b",), True),
    ],
    ids=["nothing", "too-much", "same", "another-order", "twice", "without-optional", "without-required", "tied",
         "not-tied", "not-tied-and-greater", "stranger", "stranger-instead", "tied-and-optional"],
)  # fmt: skip
def test_an_answer_is_right_or_wrong(model: Expected, actual: tuple[str, ...], accepted: bool) -> None:  # noqa: FBT001
    assert model.accepts(actual) is accepted


MIDDAY = 1_672_574_400 * SECOND
"""2023-01-01T12:00:00Z."""


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        ("2023-01-01T12:00:00Z", Instant(MIDDAY, SECOND)),
        ("2023-01-01T13:00:00.000+01:00", Instant(MIDDAY, SECOND // 1000)),
        ("2023-01-01", Instant(MIDDAY, DAY // 2 + 14 * 3600 * SECOND)),
        ("2023-02-30", None),
        ("2023-1-1", None),
        ("20230101", None),
        ("2023-01-01 ", None),
        ("yesterday", None),
    ],
    ids=["utc", "offset", "date", "no-day", "short", "basic", "blank", "text"],
)
def test_a_date_parameter_names_an_instant_or_a_day_somewhere_on_earth(value: str, instant: Instant | None) -> None:
    assert bound(value) == instant


@pytest.mark.parametrize(
    ("value", "alone"),
    [("2023-01-01", True), ("2023-01-01T00:00:00Z", False), ("2023-01-01t00:00:00z", False), ("2023-02-30", False)],
)
def test_a_date_without_a_time_is_known(value: str, alone: bool) -> None:  # noqa: FBT001 - an example
    assert date_only(value) is alone


@pytest.mark.parametrize(
    ("when", "sure"),
    [
        ("2022-12-31T09:59:59Z", False), ("2022-12-31T10:00:00.001Z", None), ("2023-01-02T13:59:59Z", None),
        ("2023-01-02T14:00:00Z", True), ("2022-12-31T10:00:00Z", False),
    ],
    ids=["before-everywhere", "within-somewhere", "still-within", "after-everywhere", "the-first-moment"],
)  # fmt: skip
def test_a_day_as_a_bound_leaves_open_what_some_place_on_earth_counts_to_it(when: str, sure: bool | None) -> None:  # noqa: FBT001
    found = expected(CONVERSATIONS, [conversation(1, when)], Query(date_start="2023-01-01"))
    assert (found.ids, found.optional) == {
        True: (("CON-1",), frozenset()), None: (("CON-1",), {"CON-1"}), False: ((), frozenset()),
    }[sure]  # fmt: skip


@pytest.mark.parametrize(
    ("item", "query"),
    [
        (conversation(1, "no time"), Query(date_start="2023-01-01T00:00:00Z")),
        ({"id": "x"}, Query(start_id="5")),
        ({}, Query(end_id="5", date_end="2023-01-01T00:00:00Z")),
    ],
    ids=["no-time", "no-number", "nothing"],
)
def test_an_item_without_what_a_filter_needs_may_be_there(item: Any, query: Query) -> None:
    assert passes(item, query)
    assert len(expected(EVENTS, [item], query).optional) == 1


@pytest.mark.parametrize(
    ("query", "passed"),
    [
        (Query(), True), (Query(start_id="5"), True), (Query(start_id="6"), False), (Query(end_id="5"), True),
        (Query(end_id="4"), False), (Query(event_type="text"), True), (Query(event_type="Text"), False),
        (Query(start_id="5", event_type="custom:a"), False), (Query(start_id="10", end_id="9"), False),
        (Query(page_size="1", order="desc"), True),
    ],
    ids=["none", "from", "after", "to", "before", "type", "case", "one-of-two", "neither", "no-filter"],
)  # fmt: skip
def test_an_item_passes_if_it_passes_every_filter(query: Query, passed: bool) -> None:  # noqa: FBT001 - an example
    assert passes(event(5), query) is passed


@pytest.mark.parametrize(
    ("fraction", "side", "passed"),
    [(1, "date_start", True), (1, "date_end", False), (-1, "date_start", False), (-1, "date_end", True)],
    ids=["after-start", "after-end", "before-start", "before-end"],
)
def test_a_nanosecond_decides_where_times_show_it(fraction: int, side: str, passed: bool) -> None:  # noqa: FBT001 - a case
    item = conversation(1, f"2023-01-01T12:00:0{'1' if fraction > 0 else '0'}.{fraction % 10**9:09}Z")
    assert passes(item, Query(**{side: "2023-01-01T12:00:01Z"})) is passed
