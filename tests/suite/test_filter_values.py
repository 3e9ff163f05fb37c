"""Filter values: drawn from the data, on both sides of every item, in every spelling."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.paging import filter_values as values
from contracts.paging import instants
from contracts.paging.filter_values import MILLISECOND
from contracts.paging.instants import DAY, SECOND
from contracts.paging.listings import CONVERSATIONS, EVENTS, MEMBERS
from tests.suite.support import conversation, event

moments = st.lists(st.integers(0, 10**12).map(lambda ms: ms * MILLISECOND), max_size=8, unique=True)
START = 1_672_574_400 * SECOND
"""2023-01-01T12:00:00Z."""


def items(times: list[int]) -> list[object]:
    return [conversation(number, instants.text(time)) for number, time in enumerate(sorted(times))]


@given(moments)
def test_creation_times_are_distinct_and_in_order(times: list[int]) -> None:
    assert values.created([*items(times), *items(times), {}, {"timestamp": {"created": "x"}}]) == sorted(times)


@given(moments)
def test_between_two_neighbours_there_is_one_instant_clear_of_both(times: list[int]) -> None:
    pairs = [(one, other) for one, other in pairwise(sorted(times)) if other - one > 3 * MILLISECOND]
    found = values.between(items(times))
    assert len(found) == len(pairs)
    assert all(
        one + MILLISECOND <= found_ <= other - MILLISECOND for found_, (one, other) in zip(found, pairs, strict=True)
    )


@given(moments)
def test_near_an_item_there_is_an_instant_on_each_side(times: list[int]) -> None:
    step = 5 * MILLISECOND
    pairs = [(one, other) for one, other in pairwise(sorted(times)) if other - one > 4 * step]
    assert values.near(items(times)) == [at for one, other in pairs for at in (one + step, other - step)]


def test_whole_seconds_are_preferred_where_there_is_room() -> None:
    assert values.between(items([START, START + 3 * SECOND])) == [START + SECOND]
    assert values.between(items([START, START + 9 * MILLISECOND])) == [START + 4 * MILLISECOND]


def test_precision_of_the_data_decides_what_is_clear_of_an_item() -> None:
    coarse = [conversation(1, "2023-01-01T12:00:00Z"), conversation(2, "2023-01-01T12:00:03Z")]
    assert (values.between(coarse), values.near(coarse)) == ([], [])


def test_outside_is_a_day_before_and_a_day_after() -> None:
    assert values.outside(items([START, START + 1_000_000])) == [START - DAY, START + 1_000_000 + DAY]
    assert values.outside([]) == []


def test_an_instant_is_spelled_in_utc_in_whole_seconds_and_in_other_offsets() -> None:
    assert values.spellings(START) == [
        "2023-01-01T12:00:00.000Z",
        "2023-01-01T12:00:00Z",
        "2023-01-01T17:30:00.000+05:30",
        "2023-01-01T08:30:00.000-03:30",
        "2023-01-02T02:00:00.000+14:00",
    ]
    assert values.spellings(START + 5 * MILLISECOND)[1] == "2023-01-01T17:30:00.005+05:30"


@given(st.integers(0, 10**12).map(lambda ms: ms * MILLISECOND))
def test_all_spellings_name_the_same_instant(instant: int) -> None:
    found = {parsed.nanoseconds for text in values.spellings(instant) if (parsed := instants.parse(text))}
    assert found == {instant}


@given(st.integers(0, 10**12).map(lambda ms: ms * MILLISECOND))
def test_one_spelling_of_an_instant_is_of_another_day(instant: int) -> None:
    assert len({text[:10] for text in values.spellings(instant)}) > 1


def test_an_instant_reveals_the_misreadings_that_let_other_items_through() -> None:
    noon = [START]  # an item at noon; 14 hours on it is another day, whose first moment comes after the item
    assert values.revealing(START + MILLISECOND, noon) == 3  # west: twice, and the day of its furthest spelling
    assert values.revealing(START + 40 * DAY, noon) == 0


def test_tenths_are_the_first_after_an_item_before_another() -> None:
    found = values.tenths(items([START, START + 130 * MILLISECOND, START + 150 * MILLISECOND]))
    assert found == [START + 100 * MILLISECOND, START + 200 * MILLISECOND]
    assert values.tenths(items([])) == []


def test_a_fraction_is_written_with_one_digit_where_that_is_exact_and_with_as_many_as_are_shown() -> None:
    half = START + 500 * MILLISECOND
    assert values.fractions(half, 9) == ["2023-01-01T12:00:00.5Z", "2023-01-01T12:00:00.500000000Z"]
    assert values.fractions(START + 5 * MILLISECOND, 6) == ["2023-01-01T12:00:00.005000Z"]


def test_no_fraction_is_written_with_more_than_three_digits_unless_more_are_shown() -> None:
    assert values.fractions(START + 500 * MILLISECOND, 3) == ["2023-01-01T12:00:00.5Z"]


@pytest.mark.parametrize(
    ("shown", "digits"),
    [([], 3), (["2023-01-01T12:00:00Z"], 3), (["2023-01-01T12:00:00.5Z", "2023-01-01T12:00:00.123456Z"], 6)],
    ids=["no-items", "whole-seconds", "microseconds"],
)
def test_as_many_digits_are_asked_for_as_items_show_and_three_at_least(shown: list[str], digits: int) -> None:
    assert values.digits([conversation(number, text) for number, text in enumerate(shown)]) == digits


ENDS = ["0001-01-01T00:00:00+14:00", "0001-01-01T00:00:01+14:00", "9999-12-31T23:59:58-14:00", "9999-12-31T23:59:59Z"]


def test_at_the_ends_of_time_no_instant_is_asked_for_as_any_other() -> None:
    ends = [conversation(number, text) for number, text in enumerate(ENDS)]
    found = [*values.near(ends), *values.outside(ends), *values.exact(ends), *values.tenths(ends)]
    assert found == []


def test_between_the_ends_of_time_instants_are_asked_for() -> None:
    middle = values.between([conversation(1, ENDS[0]), conversation(2, ENDS[-1])])
    assert [instants.text(each) for each in middle] == ["5000-07-02T04:59:59.000Z"]


def test_ids_are_every_id_gaps_both_ends_and_turns_of_digits() -> None:
    assert values.ids([event(3), event(7), event(8), event(12), {}]) == [2, 3, 4, 7, 8, 9, 10, 12, 13, 99, 100]


def test_nothing_gives_no_ids() -> None:
    assert values.ids([{}, {"id": "x"}]) == []


@given(st.lists(st.integers(1, 300), min_size=1, max_size=8, unique=True))
def test_every_id_and_one_beyond_each_end_is_asked_for(numbers: list[int]) -> None:
    found = values.ids([event(number) for number in numbers])
    assert set(found) >= {*numbers, max(min(numbers) - 1, 1), max(numbers) + 1}
    assert found[0] >= 1  # a target may refuse an id below that
    assert found == sorted(set(found))


def test_each_filter_of_a_listing_has_values() -> None:
    known = [conversation(1), conversation(2)]
    assert {name: bool(each) for name, each in values.filter_values(CONVERSATIONS, known).items()} == {
        "date_start": True, "date_end": True,
    }  # fmt: skip
    assert values.filter_values(EVENTS, [event(1)]) == {
        "start_id": ["1", "2", "9", "10"], "end_id": ["1", "2", "9", "10"],
        "event_type": ["text", "member:invited", "member:left"],
    }  # fmt: skip
    assert values.filter_values(MEMBERS, []) == {}


def test_dates_lie_on_items_between_them_and_beyond_both_ends() -> None:
    found = {
        parsed.nanoseconds for text in values.dates(items([START, START + SECOND])) if (parsed := instants.parse(text))
    }
    assert found >= {START, START + SECOND, START - DAY, START + SECOND + DAY, START + SECOND // 2}
