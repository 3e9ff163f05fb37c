"""Walks: pages in a row, and whether they are all."""

import pytest

from contracts.paging.queries import Query
from contracts.paging.walks import Walk
from tests.suite.support import U, answer, chain, walk


def test_a_walk_holds_what_its_pages_hold() -> None:
    made = chain([1, 2], [{"name": "x"}], [])
    assert (made.ids, made.items) == ((1, 2, b'{"name":"x"}'), [{"id": 1}, {"id": 2}, {"name": "x"}])


@pytest.mark.parametrize(
    ("stop", "whole"),
    [({}, True), ({"broken": answer({}, status=500)}, False), ({"foreign": ""}, False), ({"cycle": ""}, False),
     ({"limit": 0}, False)],
    ids=["end", "broken", "foreign", "cycle", "limit"],
)  # fmt: skip
def test_a_walk_is_whole_if_nothing_stopped_it(stop: dict[str, object], whole: bool) -> None:  # noqa: FBT001
    assert walk(**stop).complete is whole


def test_a_walk_names_itself() -> None:
    assert repr(chain([1], [2], query=Query(order="asc"))) == "/users with order=asc: 2 items on 2 pages"
    assert repr(Walk(U, Query(), ())) == "/users with no parameters: 0 items on 0 pages"
