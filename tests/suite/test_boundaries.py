"""Values at the edges: how they are sent, and what the answers must begin with."""

from typing import Any

import pytest

from contracts.crawl.cache import Choices
from contracts.evidence.boundaries import CALENDAR, Start, begins
from contracts.evidence.negative import REJECTIONS
from contracts.mock import Settings
from contracts.paging.listings import CONVERSATIONS, EVENTS, USERS, Listing
from contracts.paging.oracle import Expected
from contracts.selftest.in_process import verification
from tests.suite.support import NO_CLAUSES, E, event, page


def observed(kind: Any, listing: Listing, **settings: Any) -> list[Any]:
    read = verification(Settings(**settings), NO_CLAUSES, Choices()).cache
    return [trial.observe(read) for trial in kind.trials(read, read.chosen(listing)[0])]


@pytest.fixture(scope="module")
def starts() -> list[Start]:
    return observed(CALENDAR, CONVERSATIONS)


def test_both_dates_are_asked_for_at_the_edges_and_in_the_order_that_begins_there(starts: list[Start]) -> None:
    asked = {(*start.answer.asked.filters, start.answer.asked.order) for start in starts}
    assert asked == {("date_start", "asc"), ("date_end", "desc")}


def test_a_right_target_begins_right_at_every_edge_and_beside_it(starts: list[Start]) -> None:
    assert {(start.right, start.control) for start in starts} == {(True, True)}
    assert 15 <= len(starts) <= 25


def test_only_listings_with_dates_are_asked_for_edges_of_the_calendar() -> None:
    assert (
        observed(CALENDAR, USERS)
        == observed(CALENDAR, EVENTS)
        == observed(CALENDAR, CONVERSATIONS, conversations=0)
        == []
    )


@pytest.mark.parametrize("listing", [CONVERSATIONS, EVENTS], ids=repr)
def test_a_right_target_begins_right_for_extreme_values(listing: Listing) -> None:
    found = [probe for probe in observed(REJECTIONS, listing) if probe.start]
    assert {name for probe in found for name in probe.answer.asked.filters} == {
        name for name in listing.filters if name != "event_type"
    }
    assert {probe.start.right for probe in found} == {True}


def test_what_a_refused_extreme_begins_with_is_not_judged() -> None:
    found = observed(REJECTIONS, CONVERSATIONS, oddities=("other-eras-refused",))
    assert {probe.what for probe in found if probe.start} == {"date_end='1970-01-01T00:00:00Z'"}


FIVE = Expected((1, 2, 3, 4, 5), frozenset({1}))
TIED = Expected((5, 4, 3, 2, 1), ties={5: 9, 4: 7, 3: 7, 2: 7, 1: 1})


@pytest.mark.parametrize(
    ("wanted", "ids", "links", "right"),
    [
        (FIVE, [1, 2, 3], "next", True),
        (FIVE, [2, 3], "next", True),
        (FIVE, [], "next", True),
        (FIVE, [], "self", False),
        (FIVE, [2, 3, 4, 5], "self", True),
        (FIVE, [1, 2, 3, 4], "self", False),
        (FIVE, [3, 4], "next", False),
        (FIVE, [2, 2], "next", False),
        (FIVE, [2, 6], "next", False),
        (TIED, [5, 2, 4], "next", True),
        (TIED, [5, 2, 1], "next", False),
    ],
    ids=["first-ones", "without-the-optional", "nothing-yet", "nothing", "all", "cut-short", "one-left-out", "twice",
         "a-stranger", "ties-otherwise", "a-tie-left-out"],
)  # fmt: skip
def test_a_page_begins_as_it_must(wanted: Expected, ids: list[int], links: str, *, right: bool) -> None:
    assert begins(page(*map(event, ids), scope=E, links=f"first {links}"), wanted) is right
