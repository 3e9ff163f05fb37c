"""walks and order: what each clause accepts and rejects of whole listings."""

from dataclasses import replace
from typing import Any

import pytest

from contracts.evidence import Bracket, Match, Paths, Resized, Twins
from contracts.evidence.property_based import Path, Step
from contracts.paging.oracle import Expected
from contracts.paging.queries import Query
from tests.suite.support import (
    C,
    E,
    U,
    answer,
    breaks,
    chain,
    conversation,
    event,
    holds,
    judged,
    page,
    silent,
    uncovered,
    walk,
)

TWO, DESC, ASC = Query(page_size="2"), Query(order="desc"), Query(order="asc")
DAYS = [conversation(day) for day in (1, 2, 3)]
TIED = [conversation(1), conversation(2, "2023-01-01T12:00:00.000Z")]


def bracket(before: tuple[int, ...], between: tuple[int, ...], after: tuple[int, ...]) -> Bracket:
    return Bracket(chain(before), chain(between, query=TWO), chain(after))


def turned(between: list[Any], scope: Any = U, query: Query = DESC) -> Bracket:
    before = DAYS[::-1] if scope == C else [3, 2, 1]
    return Bracket(chain(before, scope=scope), chain(between, scope=scope, query=query), chain(before, scope=scope))


def resized(*pages: list[int], last: str = "first self") -> Resized:
    made = [page(*items, links="first self next", cursor=f"p{index}") for index, items in enumerate(pages[:-1])]
    return Resized(chain([1, 2, 3, 4, 5]), (*made, page(*pages[-1], links=last, cursor="end")))


def paths(*one: list[Any], other: list[list[Any]]) -> Paths:
    return Paths(chain(*one), chain(*other, query=TWO))


def match(*ids: int, query: Query, ties: dict[Any, object] | None = None) -> Match:
    return Match(chain(ids, query=query), Expected((3, 2, 1), ties=ties))


def path(*ids: int) -> Path:
    steps = (Step(TWO), Step(TWO, 0, "next"), Step(TWO, 1, "self"))
    return Path(steps, page(*ids, cursor="here"), (1, 2))


CASES = [
    # walks.terminates
    holds("walks.terminates", "an-end", chain([1], [2])),
    silent("walks.terminates", "no-page", walk()),
    breaks(
        "walks.terminates",
        "a-circle",
        chain([1], [2], cycle="http://api.test/next"),
        ("/users with no parameters comes to an end | next goes in a circle: http://api.test/next | /users?cursor=p2"),
    ),
    breaks(
        "walks.terminates",
        "a-limit",
        chain([1], limit=1000),
        (
            "/users with no parameters comes to an end | "
            "next goes on after 1000 pages (if the listing is that long, raise --max-pages) | "
            "/users"
        ),
    ),
    breaks(
        "walks.terminates",
        "empty-pages-without-end",
        chain([1], [], [], limit=2),
        "/users with no parameters comes to an end | next goes on after 2 empty pages in a row | /users?cursor=p3",
    ),
    silent("walks.terminates", "cut-in-a-gap", chain([1], [], [], limit=2, ahead=True)),
    silent("walks.terminates", "cut-with-its-end-ahead", chain([1], limit=1000, ahead=True)),
    silent("walks.terminates", "as-far-as-somebody-wanted", replace(chain([1], [2]), pages=chain([1], [2]).pages[:1])),
    # walks.disjoint
    holds("walks.disjoint", "another-item-on-each", chain([1, 2], [3])),
    holds("walks.disjoint", "twice-on-one-page", chain([1, 1], [3])),
    silent("walks.disjoint", "one-page", chain([1])),
    silent("walks.disjoint", "an-item-again-on-the-way-back", walk(page(2, links="prev"), page(1, 2), rel="prev")),
    silent("walks.disjoint", "cut-short", chain([1], [1], limit=2)),
    silent("walks.disjoint", "on-the-way-back", chain([1], [1], rel="prev")),
    silent(
        "walks.disjoint",
        "read-only-as-far-as-wanted",
        walk(page(1, links="first self next"), page(1, links="first self next", via="next", cursor="a")),
    ),
    breaks(
        "walks.disjoint",
        "an-item-again",
        chain([1, 2], [3, 2, 1], [1]),
        (
            "every item on one page | "
            "2 items [2, 1] on page 2 and before, of /users with no parameters | "
            "/users, /users?cursor=p2"
        ),
    ),
    # walks.complete
    holds("walks.complete", "the-same", bracket((1, 2), (1, 2), (1, 2))),
    holds("walks.complete", "one-gone-meanwhile", bracket((1, 2, 3), (1, 3), (1, 3))),
    holds("walks.complete", "one-added-meanwhile", bracket((1, 2), (1, 2, 3), (1, 2, 3))),
    holds("walks.complete", "another-order-on-data-that-moved", bracket((1, 2), (2, 1), (1, 2, 3))),
    silent("walks.complete", "nothing", bracket((), (1,), ())),
    breaks(
        "walks.complete",
        "one-left-out",
        bracket((1, 2, 3), (1, 3), (1, 2, 3, 4)),
        (
            "every item of /users with no parameters: 3 items on 1 pages in /users with page_size=2: 2 "
            "items on 1 pages | "
            "without 1 item [2] | "
            "/users, /users?page_size=2"
        ),
    ),
    breaks(
        "walks.complete",
        "another-order",
        bracket((1, 2), (2, 1), (1, 2)),
        (
            "the items of /users with no parameters: 2 items on 1 pages in /users with page_size=2: 2 items "
            "on 1 pages | "
            "2 instead of 1 as item 1; 2 items instead of 2 | "
            "/users, /users?page_size=2"
        ),
    ),
    breaks(
        "walks.complete",
        "one-too-many",
        bracket((1, 2), (1, 2, 3), (1, 2)),
        (
            "the items of /users with no parameters: 2 items on 1 pages in /users with page_size=2: 3 items "
            "on 1 pages | "
            "3 instead of nothing as item 3; 3 items instead of 2 | "
            "/users, /users?page_size=2"
        ),
    ),
    holds("walks.complete", "an-order-that-is-not-the-descending-one", turned([1, 2, 3])),
    holds("walks.complete", "days-in-another-order", turned(DAYS, C)),
    breaks(
        "walks.complete",
        "ascending-in-another-order",
        turned([1, 2, 3], U, TWO),
        (
            "the items of /users with no parameters: 3 items on 1 pages in /users with page_size=2: 3 items "
            "on 1 pages | "
            "1 instead of 3 as item 1; 3 items instead of 3 | "
            "/users, /users?page_size=2"
        ),
    ),
    breaks(
        "walks.complete",
        "descending-with-one-twice",
        turned([3, 3, 2, 1]),
        (
            "the items of /users with no parameters: 3 items on 1 pages in /users with order=desc: 4 items "
            "on 1 pages | "
            "3 instead of 2 as item 2; 4 items instead of 3 | "
            "/users, /users?order=desc"
        ),
    ),
    breaks(
        "walks.complete",
        "ties-that-do-not-stay",
        Bracket(chain(TIED, scope=C), chain(TIED[::-1], scope=C, query=DESC), chain(TIED, scope=C)),
        (
            "the items of /conversations with no parameters: 2 items on 1 pages in /conversations with "
            "order=desc: 2 items on 1 pages | "
            "CON-2 instead of CON-1 as item 1; 2 items instead of 2 | "
            "/conversations, /conversations?order=desc"
        ),
    ),
    # walks.changing-size
    holds("walks.changing-size", "all", resized([1, 2, 3], [4], [5])),
    holds("walks.changing-size", "the-beginning-of-more", resized([1, 2, 3], [4], last="next")),
    breaks(
        "walks.changing-size",
        "one-left-out",
        resized([1, 2, 3], [5]),
        (
            "the items of /users with no parameters: 5 items on 1 pages, with another page_size at every "
            "step | "
            "5 instead of 4 as item 4; 4 items instead of 5 | "
            "/users?cursor=p0, /users?cursor=end"
        ),
    ),
    breaks(
        "walks.changing-size",
        "an-early-end",
        resized([1, 2, 3], [4]),
        (
            "the items of /users with no parameters: 5 items on 1 pages, with another page_size at every "
            "step | "
            "nothing instead of 5 as item 5; 4 items instead of 5 | "
            "/users?cursor=p0, /users?cursor=end"
        ),
    ),
    breaks(
        "walks.changing-size",
        "an-early-end-behind-more-pages",
        resized([1, 2], [3], [4]),
        (
            "the items of /users with no parameters: 5 items on 1 pages, with another page_size at every "
            "step | "
            "nothing instead of 5 as item 5; 4 items instead of 5 | "
            "/users?cursor=p0, /users?cursor=p1"
        ),
    ),
    breaks(
        "walks.changing-size",
        "one-again",
        resized([1, 2], [2, 3], last="next"),
        (
            "the items of /users with no parameters: 5 items on 1 pages, with another page_size at every "
            "step | "
            "2 instead of 3 as item 3; 4 items instead of 4 | "
            "/users?cursor=p0, /users?cursor=end"
        ),
    ),
    # walks.sorted
    holds("walks.sorted", "in-order", chain([event(2)], [event(10)], scope=E)),
    holds("walks.sorted", "ties", chain([TIED[0]], [TIED[1]], scope=C, query=DESC)),
    holds("walks.sorted", "descending", chain([event(10)], [event(2)], scope=E, query=DESC)),
    holds("walks.sorted", "what-has-no-key", chain([event("b")], [event("a")], scope=E)),
    silent("walks.sorted", "one-page", chain([event(1)], scope=E)),
    silent("walks.sorted", "a-walk-back", chain([event(2)], [event(1)], scope=E, rel="prev")),
    breaks(
        "walks.sorted",
        "a-step-back",
        chain([event(1), event(3)], [event(2)], scope=E),
        (
            "asc from page to page of /conversations/CON-1/events with no parameters | "
            "3 and then, on the next page, 2 | "
            "/conversations/CON-1/events, /conversations/CON-1/events?cursor=p2"
        ),
    ),
    breaks(
        "walks.sorted",
        "a-step-up",
        chain([DAYS[0]], [DAYS[1]], scope=C, query=DESC),
        (
            "desc from page to page of /conversations with order=desc | "
            "CON-1 and then, on the next page, CON-2 | "
            "/conversations?order=desc, /conversations?order=desc&cursor=p2"
        ),
    ),
    breaks(
        "walks.sorted",
        "a-step-back-over-an-empty-page",
        chain([event(3)], [], [event(2)], scope=E),
        (
            "asc from page to page of /conversations/CON-1/events with no parameters | 3 and then, on the next page, 2 | "
            "/conversations/CON-1/events, /conversations/CON-1/events?cursor=p3"
        ),
    ),
    # walks.backward
    holds("walks.backward", "the-same-pages", paths([1, 2], [3], other=[[1, 2], [3]])),
    breaks(
        "walks.backward",
        "a-page-less",
        paths([1, 2], [3], other=[[3]]),
        (
            "the 2 pages of /users with no parameters: 3 items on 2 pages, in reverse | "
            "1 pages: 3 instead of 1 as item 1; 1 items instead of 3 | "
            "/users?cursor=p2, /users?page_size=2"
        ),
    ),
    holds("walks.backward", "more-on-the-way-back", bracket((1, 2), (3, 2, 1), (1, 2, 3)), part=1),
    breaks(
        "walks.backward",
        "skipped-on-the-way-back",
        bracket((1, 2), (3, 2), (1, 2, 3)),
        (
            "what stands before and after also in /users with page_size=2: 2 items on 1 pages, read while data were "
            "added | without 1 item [1] | /users?page_size=2, /users?page_size=2"
        ),
        part=1,
    ),
    holds("walks.complete", "added-meanwhile", bracket((1, 2), (1, 2, 3), (1, 2, 3)), part=1),
    holds("walks.complete", "taken-away-meanwhile", bracket((1, 2), (2,), (2, 3)), part=1),
    breaks(
        "walks.complete",
        "skipped-while-added",
        Bracket(chain([1, 2]), chain([2], [3], query=TWO), chain([1, 2, 3])),
        (
            "what stands before and after also in /users with page_size=2: 2 items on 2 pages, read while data were "
            "added | without 1 item [1] | /users?page_size=2, /users?page_size=2&cursor=p2"
        ),
        part=1,
    ),
    holds("walks.backward", "back-to-what-was-added", bracket((1, 2), (3, 1, 2), (1, 2, 3)), part=1),
    breaks(
        "walks.backward",
        "skipped-on-the-way-back-while-added",
        Bracket(chain([1, 2]), chain([2], [3], query=TWO), chain([1, 2, 3])),
        (
            "what stands before and after also in /users with page_size=2: 2 items on 2 pages, read while data were "
            "added | without 1 item [1] | /users?page_size=2, /users?page_size=2&cursor=p2"
        ),
        part=1,
    ),
    # walks.append
    holds("walks.append", "more-at-the-end", paths([1, 2], other=[[1, 2], [3]])),
    silent("walks.append", "nothing-before", paths([], other=[[1]])),
    breaks(
        "walks.append",
        "more-at-the-beginning",
        paths([1, 2], other=[[3, 1, 2]]),
        (
            "/users with page_size=2: 3 items on 1 pages begins as before | "
            "3 instead of 1 as item 1; 3 items instead of 2 | "
            "/users, /users?page_size=2"
        ),
    ),
    silent("walks.append", "less", paths([1, 2], other=[[1]])),
    # walks.any-path
    holds("walks.any-path", "on-a-known-page", path(1, 2)),
    breaks(
        "walks.any-path",
        "elsewhere",
        path(2, 3),
        (
            "2 items [1, 2] after these steps in /users: 1. page_size=2; 2. next of step 1; 3. self of step "
            "2 | "
            "2 items [2, 3] | "
            "/users?cursor=here"
        ),
    ),
    # order.ascending, order.descending
    holds("order.ascending", "in-order", page(*DAYS, scope=C, query=ASC)),
    silent("order.ascending", "no-order-asked-for", page(*DAYS[::-1], scope=C)),
    silent("order.ascending", "behind-a-link", page(*DAYS[::-1], scope=C, query=ASC, via="next")),
    silent("order.ascending", "ties", page(*TIED, scope=C, query=ASC)),
    breaks(
        "order.ascending",
        "the-other-way-round",
        page(*DAYS[::-1], scope=C, query=ASC),
        (
            "the least recently created first on /conversations with order=asc | "
            "the other way round: 3 items [CON-3, CON-2, CON-1] | "
            "/conversations?order=asc"
        ),
    ),
    breaks(
        "order.ascending",
        "mixed",
        page(event(2), event(10), event(1), scope=E, query=ASC),
        (
            "the least recently created first on /conversations/CON-1/events with order=asc | "
            "another order: 3 items [2, 10, 1] | "
            "/conversations/CON-1/events?order=asc"
        ),
    ),
    holds("order.descending", "in-order", page(*DAYS[::-1], scope=C, query=DESC)),
    silent("order.descending", "ascending", page(*DAYS, scope=C, query=ASC)),
    breaks(
        "order.descending",
        "the-other-way-round",
        page(event(2), event(10), scope=E, query=DESC),
        (
            "the most recently created first on /conversations/CON-1/events with order=desc | "
            "the other way round: 2 items [2, 10] | "
            "/conversations/CON-1/events?order=desc"
        ),
    ),
    # order.default
    holds("order.default", "the-same", Twins(page(1, 2, query=ASC), page(1, 2))),
    silent("order.default", "one-item", Twins(page(1, query=ASC), page(2))),
    breaks(
        "order.default",
        "descending",
        Twins(page(1, 2, query=ASC), page(2, 1)),
        (
            "the items of order=asc where order is left out: 2 items [1, 2] | "
            "2 items [2, 1] for /users with no parameters | "
            "/users?order=asc, /users"
        ),
    ),
    breaks(
        "order.default",
        "no-page",
        Twins(page(1, 2), answer({}, status=400)),
        ("the items of order=asc where order is left out: 2 items [1, 2] | status 400 | /users, /users"),
    ),
    # order.mirror
    holds("order.mirror", "reversed", match(3, 2, 1, query=DESC)),
    silent(
        "order.mirror",
        "turned-behind-the-first-page",
        Match(chain([event(3)], [event(1), event(2)], scope=E, query=DESC), Expected((3, 2, 1))),
    ),
    holds("order.mirror", "ties-the-other-way", match(2, 3, 1, query=DESC, ties={1: 0, 2: 5, 3: 5})),
    breaks(
        "order.mirror",
        "not-reversed",
        match(1, 2, 3, query=DESC),
        (
            "the items of /users, reversed, for order=desc | "
            "1 instead of 3 as item 1; 3 items instead of 3 | "
            "/users?order=desc"
        ),
    ),
    breaks(
        "order.mirror",
        "one-less",
        match(3, 2, query=TWO),
        (
            "the items of /users, as in any other walk, for page_size=2 | "
            "nothing instead of 1 as item 3; 2 items instead of 3 | "
            "/users?page_size=2"
        ),
    ),
    holds("order.mirror", "as-generated", match(3, 2, 1, query=TWO), part=1),
    breaks(
        "order.mirror",
        "not-as-generated",
        match(3, 1, 2, query=ASC),
        (
            "the items of /users, as in any other walk, for order=asc | "
            "1 instead of 2 as item 2; 3 items instead of 3 | "
            "/users?order=asc"
        ),
        part=1,
    ),
]


@pytest.mark.parametrize(("clause", "part", "evidence", "found"), CASES)
def test_a_clause_finds_what_is_broken_and_nothing_else(
    clause: str, part: int, evidence: object, found: list[str] | None
) -> None:
    assert judged(clause, part, evidence) == found


@pytest.mark.parametrize("family", ["walks", "order"])
def test_every_way_to_decide_is_tried_on_good_and_on_bad_evidence(family: str) -> None:
    assert uncovered(family, CASES) == []


def test_pages_that_are_cut_elsewhere_on_the_way_back_are_told() -> None:
    (found,) = judged("walks.backward", 0, paths([1, 2], [3], other=[[1], [2, 3]])) or []
    assert "nothing instead of nothing" not in found
