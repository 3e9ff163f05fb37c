"""Queries: what a client asks of a listing, from a URL and into one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.paging.listings import CONVERSATIONS, EVENTS, LISTINGS, USERS, Listing
from contracts.paging.queries import ASCENDING, Query
from tests.suite.support import U, url


@pytest.mark.parametrize("listing", LISTINGS, ids=repr)
@given(data=st.data())
def test_a_url_gives_back_the_query_that_it_was_made_of(listing: Listing, data: st.DataObject) -> None:
    names, texts = ("page_size", "order", *listing.filters), st.text(st.characters(codec="utf-8"), max_size=5)
    parameters = data.draw(st.dictionaries(st.sampled_from(names), texts))
    query = Query(**parameters)
    assert (Query.of_url(url(U, query, "a&b"), listing), query.parameters) == (query, parameters)


def test_what_a_listing_does_not_know_is_no_part_of_a_query() -> None:
    """A server passes over it, or keeps it in its links, as it likes."""
    written = "http://x/u?date_end=2023-01-01&start_id=1&event_type=text&order=asc"
    assert [Query.of_url(written, listing) for listing in LISTINGS] == [
        Query(order="asc", date_end="2023-01-01"), Query(order="asc"), Query(order="asc"),
        Query(order="asc", start_id="1", event_type="text"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "listing", "query"),
    [
        ("http://x/u", EVENTS, Query()),
        ("http://x/u?page_size=&order=asc", USERS, Query(page_size="", order="asc")),
        ("http://x/u?page_size=2&page_size=3", USERS, Query(page_size="3")),
        ("http://x/u?cursor=a&unknown=b&Order=desc", EVENTS, Query()),
        ("http://x/u?date_end=2023-01-01T00:00:00%2B01:00", CONVERSATIONS, Query(date_end="2023-01-01T00:00:00+01:00")),
        ("http://x/u?event_type=%ff+a", EVENTS, Query(event_type="\ufffd a")),
    ],
    ids=["none", "empty", "twice", "others", "encoded", "no-utf-8"],
)
def test_a_url_is_read_as_a_server_reads_it(written: str, listing: Listing, query: Query) -> None:
    assert Query.of_url(written, listing) == query


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
