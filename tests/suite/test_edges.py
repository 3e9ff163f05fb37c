"""Edges of the calendar: which are asked for, and what the same answer is right for."""

import re
from datetime import date

import pytest

from contracts.paging import edges as calendar
from contracts.paging import instants
from contracts.paging.edges import Edge, edges
from tests.suite.support import conversation

SUMMER = [conversation(1, "2024-06-03T08:00:00.000Z"), conversation(2, "2024-06-20T21:00:00Z")]
NIGHT = [conversation(1, "2024-06-03T00:10:00.000Z"), conversation(2, "2024-06-20T23:50:00Z")]


def texts(*created: str) -> list[str]:
    return [edge.text for edge in edges([conversation(number, text) for number, text in enumerate(created)])]


@pytest.mark.parametrize(
    "text",
    [
        *("2024-02-29T00:00:00.000Z", "2024-02-29T23:59:59.999Z", "2024-03-01T00:30:00.000+02:00"),
        *("2024-01-01T00:00:00.000Z", "2024-12-31T23:59:59.999Z", "2024-03-31T23:59:59.999Z"),
        *("2024-01-01T00:30:00.000+02:00", "2024-12-31T23:30:00.000-02:00"),
        *("2024-06-01T00:00:00.000Z", "2024-06-30T23:59:59.999Z", "2024-06-01T00:30:00.000+02:00"),
        *("2024-03-31T02:30:00.000Z", "2024-03-31T02:30:00.000+01:00", "2024-10-27T02:30:00.000+02:00"),
        *("2024-10-27T02:30:00.000+01:00", "2024-03-10T02:30:00.000-05:00", "2024-11-03T01:30:00.000-04:00"),
    ],
)
def test_an_edge_of_the_years_of_the_data_is_asked_for(text: str) -> None:
    assert text in [edge.text for edge in edges(SUMMER)]


@pytest.mark.parametrize(
    ("created", "leap_day"),
    [("2023-05-01T00:00:00Z", "2020"), ("2024-01-01T00:00:00Z", "2024"), ("1904-01-01T00:00:00Z", "1904"),
     ("1903-01-01T00:00:00Z", "1896"), ("2100-06-01T00:00:00Z", "2096")],
)  # fmt: skip
def test_the_leap_day_is_that_of_the_last_leap_year_of_the_data(created: str, leap_day: str) -> None:
    assert [text[:4] for text in texts(created) if "-02-29T00:00" in text] == [leap_day]


def test_no_edge_of_a_year_is_asked_for_twice() -> None:
    found = [edge.text for edge in edges([conversation(1, "2024-01-31T12:00:00Z")]) if not edge.name]
    assert len(found) == len(set(found))


def test_nothing_is_asked_for_without_data_or_at_the_ends_of_time() -> None:
    assert texts() == texts("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "x") == []


def test_edges_that_are_beyond_all_items_share_a_control_on_each_side() -> None:
    controls = {edge.text: edge.control for edge in edges(SUMMER)}
    assert controls["2024-02-29T00:00:00.000Z"] == controls["2024-01-01T00:00:00.000Z"] == "2024-06-02T07:56:53.000Z"
    assert controls["2024-12-31T23:59:59.999Z"] == "2024-06-21T21:03:07.000Z"


def test_the_control_of_an_edge_among_the_items_is_close_to_it_or_the_same_in_utc() -> None:
    wide = [conversation(1, "2020-01-01T08:00:00Z"), *SUMMER, conversation(3, "2028-01-01T08:00:00Z")]
    controls = {edge.text: edge.control for edge in edges(wide)}
    assert controls["2024-06-01T00:00:00.000Z"] == "2024-06-01T00:03:07.000Z"
    assert controls["2024-06-30T23:59:59.999Z"] == "2024-06-30T23:56:52.000Z"
    assert controls["2024-06-01T00:30:00.000+02:00"] == "2024-05-31T22:30:00.000Z"


def test_the_days_of_items_are_asked_for_from_outside() -> None:
    assert edges(SUMMER)[-2:] == [
        Edge("2024-06-20T00:00:00.000Z", "2024-06-20T00:03:07.000Z", "date_end"),
        Edge("2024-06-20T23:59:59.999Z", "2024-06-20T23:56:52.000Z", "date_start"),
    ]


def test_a_day_with_an_item_close_to_its_end_is_not_asked_for_there() -> None:
    named = [edge for edge in edges(NIGHT) if edge.name]
    assert [edge.text for edge in named] == ["2024-06-20T00:00:00.000Z", "2024-06-03T23:59:59.999Z"]


@pytest.mark.parametrize("edge", edges(SUMMER), ids=lambda edge: re.sub(r"\W", "-", edge.text))
def test_an_edge_and_its_control_are_instants_with_three_digits(edge: Edge) -> None:
    assert [found.digits for text in (edge.text, edge.control) if (found := instants.parse(text))] == [3, 3]


@pytest.mark.parametrize(("day", "sunday"), [(25, 31), (31, 31), (24, 24)])
def test_a_sunday_is_found_from_a_day_on(day: int, sunday: int) -> None:
    assert calendar._sunday(date(2024, 3, day)) == date(2024, 3, sunday)  # noqa: SLF001 - of two zones, one rule
