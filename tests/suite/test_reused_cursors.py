"""Real cursors in other queries: which are taken, how they are sent, and what their answers may be."""

from types import SimpleNamespace
from typing import Any

import pytest

from contracts.crawl.cache import Choices
from contracts.evidence.reused_cursors import REUSED, Reused, fits
from contracts.evidence.wrong_cursors import belonging
from contracts.mock import Settings
from contracts.paging.listings import CONVERSATIONS, EVENTS, LISTINGS, USERS, Listing, Scope
from contracts.paging.queries import Query
from contracts.paging.urls import cursor_of
from contracts.selftest.in_process import verification
from tests.suite.support import NO_CLAUSES, C, E, answer, conversation, envelope, event, page

RANKS = {f"USR-{number}": number for number in range(9)}
LATE = "2023-01-02T12:00:00.000Z"


def observed(listing: Listing, *oddities: str) -> list[Reused]:
    """What all trials observe on a mock, for the first chosen scope of a listing."""
    read = verification(Settings(oddities=oddities), NO_CLAUSES, Choices()).cache
    assert REUSED.trials is not None
    return [trial.observe(read) for trial in REUSED.trials(read, read.chosen(listing)[0])]


def change(reused: Reused) -> str:
    """The parameters that were asked for otherwise than the cursor was given for."""
    asked, given = reused.probe.answer.asked.parameters, reused.given.parameters
    return " ".join(sorted(name for name in {**asked, **given} if asked.get(name) != given.get(name)))


@pytest.mark.parametrize(
    ("listing", "changes"),
    [
        (CONVERSATIONS, {"order", "page_size", "date_start", "date_end"}),
        (USERS, {"order", "page_size"}),
        (EVENTS, {"order", "page_size", "start_id", "end_id", "event_type"}),
    ],
    ids=["conversations", "users", "events"],
)
def test_one_parameter_is_changed_at_a_time_and_each_is(listing: Listing, changes: set[str]) -> None:
    assert {change(each) for each in observed(listing)} == changes


@pytest.mark.parametrize("listing", LISTINGS, ids=repr)
def test_every_cursor_is_one_that_a_link_gave(listing: Listing) -> None:
    answers = [each.probe.answer for each in observed(listing)]
    assert all(cursor_of(each.exchange.url) and each.negative for each in answers)


@pytest.mark.parametrize(("listing", "most"), [(CONVERSATIONS, 24), (USERS, 8), (EVENTS, 20)], ids=repr)
def test_a_run_sends_so_many_cursors_at_most(listing: Listing, most: int) -> None:
    assert most - 4 <= len(observed(listing)) <= most


def test_cursors_come_from_both_links_and_both_orders_filtered_and_not() -> None:
    found = observed(CONVERSATIONS)
    links = [each.probe.what.partition("cursor of ")[2][:4] for each in found]
    given = [(each.given.descending, bool(each.given.filters)) for each in found]
    assert len(set(zip(links, given, strict=True))) == 2 * 2 * 2


def tied(found: list[Reused], *rels: str) -> set[str]:
    """The queries whose cursors of these links are told to lead from one of two items of one time to the other."""
    return {repr(each.given) for each in found for rel in rels if f"the tied cursor of {rel}" in each.probe.what}


@pytest.mark.parametrize("rel", ["next", "prev"])
def test_cursors_between_items_of_one_time_are_tried_in_both_orders(rel: str) -> None:
    assert tied(observed(CONVERSATIONS), rel) == {"page_size=3&order=asc", "page_size=7&order=desc"}


def test_a_page_that_ends_between_items_of_one_time_is_asked_for_where_none_was_met() -> None:
    read = verification(Settings(conversations=6), NO_CLAUSES, Choices()).cache
    found = [trial.observe(read) for trial in REUSED.trials(read, Scope(CONVERSATIONS))]  # type: ignore[misc] - it plans
    assert tied(found, "next", "prev") == {"page_size=2&order=asc", "page_size=2&order=desc"}


def test_a_cursor_that_names_a_place_shows_what_is_asked_for() -> None:
    found = observed(CONVERSATIONS, "cursors-name-a-place")
    assert {(each.probe.answer.exchange.status, each.fits_asked) for each in found} == {(200, True)}
    assert any(not each.probe.answer.page.items for each in found)


def test_a_cursor_that_carries_its_query_shows_what_it_was_given_for() -> None:
    found = [each for each in observed(CONVERSATIONS, "cursors-carry-their-query") if not each.fits_asked]
    assert found
    assert {(each.fits_given, each.sound) for each in found} == {(True, True)}


@pytest.mark.parametrize(
    ("ids", "query", "legal"),
    [
        ([], Query(page_size="2"), True),
        (["USR-3", "USR-5"], Query(page_size="2"), True),
        (["USR-3", "USR-5", "USR-6"], Query(page_size="2"), False),
        (["USR-5", "USR-3"], Query(), False),
        (["USR-5", "USR-3"], Query(order="desc"), True),
        (["USR-5", "USR-99", "USR-6"], Query(), True),
    ],
    ids=["nothing", "gaps", "too-many", "falling", "falling-as-asked", "a-new-one"],
)
def test_a_page_fits_a_query_by_its_size_and_its_order(ids: list[str], query: Query, *, legal: bool) -> None:
    assert fits(page(*ids, query=query), query, RANKS) is legal


@pytest.mark.parametrize(
    ("scope", "item", "query", "legal"),
    [
        (C, conversation(1), Query(date_start=LATE), False),
        (C, conversation(3), Query(date_start=LATE), True),
        (C, conversation(2), Query(date_start=LATE), True),
        (E, event(4), Query(event_type="text", start_id="5"), False),
        (E, event(4), Query(order="desc", start_id="5"), True),
    ],
    ids=["before", "after", "on-the-bound", "another-id", "ids-read-from-the-other-end"],
)
def test_a_page_fits_a_query_whose_filters_it_passes(scope: Any, item: Any, query: Query, *, legal: bool) -> None:
    assert fits(page(item, scope=scope, query=query), query, {}) is legal


def run(*ids: int, conversation: str = "CON-1") -> Any:
    """A reading of a target whose only listing holds these events."""
    made = [
        event(each, _links={"self": {"href": f"http://x/conversations/{conversation}/events/{each}"}}) for each in ids
    ]
    return envelope(E, made, {"first": "x", "self": "x"})


def reading(*, long: bool) -> Any:
    """A reading of the events 1 and 2 at first, and of 3 as well when they are read again."""
    first, again = (answer(run(*ids), E).page for ids in ((1, 2), (1, 2, 3)))
    everything = Query(page_size="100", order="asc", start_id="1" if long else None)
    crawler = SimpleNamespace(walk=lambda *_: again)
    return SimpleNamespace(crawler=crawler, snapshot=lambda _: first, everything=lambda _: everything)


@pytest.mark.parametrize(
    ("body", "long", "own"),
    [
        (run(1), False, {1, 2}),
        (run(3), False, {1, 2, 3}),
        (run(9), False, {1, 2, 3}),
        (run(1, conversation="CON-2"), False, {2}),
        (run(9), True, {1, 2, 3, 9}),
        (run(9, conversation="CON-2"), True, {1, 2, 3}),
        ({}, False, {1, 2}),
    ],
    ids=["read-before", "added-meanwhile", "never-there", "elsewhere", "unread", "unread-elsewhere", "no-page"],
)
def test_items_belong_to_a_listing_that_shows_them_and_to_no_other(body: Any, own: set[int], *, long: bool) -> None:
    assert belonging(reading(long=long), answer(body, E)) == own
