"""Queries: what a client asks of a listing, from a URL and into one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.queries import ASCENDING, Query
from tests.suite.support import U, url

NAMES = ("page_size", "order", "date_start", "date_end", "start_id", "end_id", "event_type")


@given(st.dictionaries(st.sampled_from(NAMES), st.text(st.characters(codec="utf-8"), max_size=5)))
def test_a_url_gives_back_the_query_that_it_was_made_of(parameters: dict[str, str]) -> None:
    query = Query(**parameters)
    assert (Query.of_url(url(U, query, "a&b")), query.parameters) == (query, parameters)


@pytest.mark.parametrize(
    ("written", "query"),
    [
        ("http://x/u", Query()),
        ("http://x/u?page_size=&order=asc", Query(page_size="", order="asc")),
        ("http://x/u?page_size=2&page_size=3", Query(page_size="3")),
        ("http://x/u?cursor=a&unknown=b&Order=desc", Query()),
        ("http://x/u?date_end=2023-01-01T00:00:00%2B01:00", Query(date_end="2023-01-01T00:00:00+01:00")),
        ("http://x/u?event_type=%ff+a", Query(event_type="\ufffd a")),
    ],
    ids=["none", "empty", "twice", "others", "encoded", "no-utf-8"],
)
def test_a_url_is_read_as_a_server_reads_it(written: str, query: Query) -> None:
    assert Query.of_url(written) == query


@pytest.mark.parametrize(
    ("written", "size"),
    [
        (None, 10), ("1", 1), ("100", 100), ("007", 7), ("0", None), ("101", None), ("-1", None), ("", None),
        ("1.5", None), ("\u0665", None), ("²", None), ("0001", None), (" 5", None), ("abc", None), ("9" * 5000, None),
    ],
    ids=["default", "one", "hundred", "zeros", "zero", "above", "negative", "empty", "fraction", "other-digits",
         "superscript", "too-long", "blank", "text", "huge"],
)  # fmt: skip
def test_a_size_is_from_1_to_100_or_none(written: str | None, size: int | None) -> None:
    assert Query(page_size=written).size == size


def test_filters_are_what_is_neither_size_nor_order() -> None:
    query = Query("5", "desc", "a", "b", "1", "2", "text")
    assert query.filters == {"date_start": "a", "date_end": "b", "start_id": "1", "end_id": "2", "event_type": "text"}


@pytest.mark.parametrize(("order", "descending"), [("desc", True), ("asc", False), (None, False), ("DESC", False)])
def test_only_desc_is_descending(order: str | None, descending: bool) -> None:  # noqa: FBT001 - an example
    assert Query(order=order).descending is descending


def test_another_size_changes_nothing_else() -> None:
    assert Query("5", "desc", start_id="1").sized(7) == Query("7", "desc", start_id="1")


def test_a_query_is_shown_as_a_person_writes_it() -> None:
    assert [repr(Query()), repr(ASCENDING), repr(Query(date_end="a+b"))] == [
        "no parameters", "page_size=100&order=asc", "date_end=a+b",
    ]  # fmt: skip
