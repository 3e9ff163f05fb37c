"""filters: what each clause accepts and rejects of filtered answers."""

from dataclasses import replace
from typing import Any

import pytest

from contracts.evidence import Match, Paths
from contracts.model import Expected
from contracts.queries import Query
from tests.suite.support import (
    C,
    E,
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

SINCE = Query(date_start="2023-01-02T12:00:00Z")
UNTIL = Query(date_end="2023-01-02T12:00:00Z")
BOTH = Query(date_start="2023-01-01T00:00:00Z", date_end="2023-01-02T00:00:00Z")
TEXTS = Query(event_type="text")
FROM = Query(start_id="5")


def days(*numbers: int, query: Query = SINCE, **more: Any) -> Any:
    return page(*map(conversation, numbers), scope=C, query=query, **more)


def kinds(*names: str, query: Query = TEXTS, **more: Any) -> Any:
    return page(*(event(number, name) for number, name in enumerate(names, 1)), scope=E, query=query, **more)


def match(*ids: int, query: Query = FROM, optional: frozenset[int] = frozenset()) -> Match:
    return Match(chain(ids, scope=E, query=query), Expected((5, 6, 7), optional))


def spelled(*ids: int, other: tuple[int, ...] = (), **more: Any) -> Paths:
    pages = () if more else (page(*other, scope=C, query=UNTIL),)
    return Paths(walk(page(*ids, scope=C, query=SINCE)), walk(*pages, scope=C, query=UNTIL, **more))


def texts(*pages: list[Any], query: Query = TEXTS, **more: Any) -> Any:
    return chain(*pages, scope=E, query=query, **more)


REFUSED = answer({}, C, UNTIL, status=400)
DESC = replace(TEXTS, order="desc")

CASES = [
    # filters.dates-window
    holds("filters.dates-window", "within", days(2, 3)),
    holds("filters.dates-window", "the-same-on-the-bound", spelled(1, 2, other=(2, 1)), part=1),
    breaks(
        "filters.dates-window",
        "on-the-bound-in-one-order-only",
        spelled(1, 2, other=(2,)),
        (
            "the same items for date_start=2023-01-02T12:00:00Z and for date_end=2023-01-02T12:00:00Z | "
            "1 item [1] in one of them only | "
            "/conversations?date_start=2023-01-02T12%3A00%3A00Z, /conversations?date_end=2023-01-02T12%3A00%3A00Z"
        ),
        part=1,
    ),
    holds("filters.dates-window", "on-the-bound-of-both-sides", days(2, query=UNTIL)),
    silent("filters.dates-window", "no-item", days()),
    silent("filters.dates-window", "no-filter", days(1, query=Query())),
    silent("filters.dates-window", "two-filters", days(5, query=BOTH)),
    silent("filters.dates-window", "behind-a-link", days(1, via="next")),
    silent("filters.dates-window", "a-hostile-request", days(1, hostile=True)),
    breaks(
        "filters.dates-window",
        "too-early",
        days(1, 3),
        (
            "only conversations within date_start=2023-01-02T12:00:00Z | "
            'CON-1 of "2023-01-01T12:00:00.000Z" | '
            "/conversations?date_start=2023-01-02T12%3A00%3A00Z"
        ),
    ),
    breaks(
        "filters.dates-window",
        "too-late",
        days(1, 3, 4, query=UNTIL),
        (
            "only conversations within date_end=2023-01-02T12:00:00Z | "
            'CON-3 of "2023-01-03T12:00:00.000Z" | '
            "/conversations?date_end=2023-01-02T12%3A00%3A00Z"
        ),
        (
            "only conversations within date_end=2023-01-02T12:00:00Z | "
            'CON-4 of "2023-01-04T12:00:00.000Z" | '
            "/conversations?date_end=2023-01-02T12%3A00%3A00Z"
        ),
    ),
    # filters.dates-model, and the others that compare a walk with the model
    holds("filters.dates-model", "as-the-model", match(5, 6, 7)),
    holds("filters.dates-model", "without-an-optional-one", match(6, 7, optional=frozenset({5}))),
    breaks(
        "filters.dates-model",
        "one-less",
        match(5, 7),
        (
            "3 items of /conversations/CON-1/events for start_id=5 | "
            "7 instead of 6 as item 2; 2 items instead of 3 | "
            "/conversations/CON-1/events?start_id=5"
        ),
    ),
    breaks(
        "filters.dates-model",
        "one-less-beside-an-optional-one",
        match(7, optional=frozenset({5})),
        (
            "3 items (1 of them on a bound, optional) of /conversations/CON-1/events for start_id=5 | "
            "7 instead of 6 as item 1; 1 items instead of 2 | "
            "/conversations/CON-1/events?start_id=5"
        ),
    ),
    breaks(
        "filters.dates-model",
        "one-too-many",
        match(5, 6, 7, 8, optional=frozenset({5})),
        (
            "3 items (1 of them on a bound, optional) of /conversations/CON-1/events for start_id=5 | "
            "8 instead of nothing as item 4; 4 items instead of 3 | "
            "/conversations/CON-1/events?start_id=5"
        ),
    ),
    holds("filters.dates-model", "as-generated", match(5, 6, 7), part=1),
    breaks(
        "filters.dates-model",
        "not-as-generated",
        match(6, 5, 7),
        (
            "3 items of /conversations/CON-1/events for start_id=5 | "
            "6 instead of 5 as item 1; 3 items instead of 3 | "
            "/conversations/CON-1/events?start_id=5"
        ),
        part=1,
    ),
    # filters.dates-instant
    holds("filters.dates-instant", "the-same", spelled(1, 2, other=(1, 2))),
    breaks(
        "filters.dates-instant",
        "another-answer",
        spelled(1, 2, other=(2,)),
        (
            "the items of date_start=2023-01-02T12:00:00Z for date_end=2023-01-02T12:00:00Z, the same "
            "instant | "
            "2 instead of 1 as item 1; 1 items instead of 2 | "
            "/conversations?date_start=2023-01-02T12%3A00%3A00Z, "
            "/conversations?date_end=2023-01-02T12%3A00%3A00Z"
        ),
    ),
    breaks(
        "filters.dates-instant",
        "refused",
        spelled(1, broken=REFUSED),
        (
            "the items of date_start=2023-01-02T12:00:00Z for date_end=2023-01-02T12:00:00Z, the same "
            "instant | "
            "status 400 | "
            "/conversations?date_end=2023-01-02T12%3A00%3A00Z"
        ),
    ),
    # filters.ids-range
    holds("filters.ids-range", "as-the-model", match(5, 6, 7)),
    breaks(
        "filters.ids-range",
        "without-the-bound",
        match(6, 7),
        (
            "3 items of /conversations/CON-1/events for start_id=5 | "
            "6 instead of 5 as item 1; 2 items instead of 3 | "
            "/conversations/CON-1/events?start_id=5"
        ),
    ),
    breaks(
        "filters.ids-range",
        "descending",
        match(6, 7, query=replace(FROM, order="desc")),
        (
            "3 items of /conversations/CON-1/events for order=desc&start_id=5 | "
            "6 instead of 5 as item 1; 2 items instead of 3 | "
            "/conversations/CON-1/events?order=desc&start_id=5 | "
            "SHOULD"
        ),
    ),
    breaks(
        "filters.ids-range",
        "descending-to-an-end",
        match(query=Query(end_id="7", order="desc")),
        (
            "3 items of /conversations/CON-1/events for order=desc&end_id=7 | "
            "nothing instead of 5 as item 1; 0 items instead of 3 | "
            "/conversations/CON-1/events?order=desc&end_id=7 | "
            "SHOULD"
        ),
    ),
    breaks(
        "filters.ids-range",
        "descending-by-type",
        match(6, 7, query=DESC),
        (
            "3 items of /conversations/CON-1/events for order=desc&event_type=text | "
            "6 instead of 5 as item 1; 2 items instead of 3 | "
            "/conversations/CON-1/events?order=desc&event_type=text"
        ),
    ),
    holds("filters.ids-range", "as-generated", match(5, 6, 7), part=1),
    breaks(
        "filters.ids-range",
        "not-as-generated",
        match(query=FROM),
        (
            "3 items of /conversations/CON-1/events for start_id=5 | "
            "nothing instead of 5 as item 1; 0 items instead of 3 | "
            "/conversations/CON-1/events?start_id=5"
        ),
        part=1,
    ),
    # filters.type-exact
    holds("filters.type-exact", "that-type", kinds("text", "text")),
    silent("filters.type-exact", "no-event", kinds()),
    silent("filters.type-exact", "no-type-asked-for", kinds("text", query=FROM)),
    silent("filters.type-exact", "a-custom-type", kinds("text", query=Query(event_type="custom:a"))),
    breaks(
        "filters.type-exact",
        "another-type",
        kinds("text", "member:left"),
        (
            "only events of type text | "
            '{"body":{},"id":2,"timestamp":"2023-01-01T12:00:00Z","type":"member:left"} | '
            "/conversations/CON-1/events?event_type=text"
        ),
    ),
    # filters.type-complete
    holds("filters.type-complete", "as-the-model", match(5, 6, 7, query=TEXTS)),
    breaks(
        "filters.type-complete",
        "one-less",
        match(5, 6, query=TEXTS),
        (
            "3 items of /conversations/CON-1/events for event_type=text | "
            "nothing instead of 7 as item 3; 2 items instead of 3 | "
            "/conversations/CON-1/events?event_type=text"
        ),
    ),
    # filters.conjunction
    holds("filters.conjunction", "as-the-model", match(5, 6, 7, query=replace(FROM, event_type="text"))),
    breaks(
        "filters.conjunction",
        "one-less",
        match(5, query=replace(FROM, event_type="text")),
        (
            "3 items of /conversations/CON-1/events for start_id=5&event_type=text | "
            "nothing instead of 6 as item 2; 1 items instead of 3 | "
            "/conversations/CON-1/events?start_id=5&event_type=text"
        ),
    ),
    holds("filters.conjunction", "within-both", days(1, query=BOTH), part=1),
    silent("filters.conjunction", "no-item", days(query=BOTH), part=1),
    silent("filters.conjunction", "one-filter", days(1), part=1),
    silent("filters.conjunction", "behind-a-link", days(1, 3, query=BOTH, via="next"), part=1),
    silent("filters.conjunction", "a-hostile-request", days(3, query=BOTH, hostile=True), part=1),
    breaks(
        "filters.conjunction",
        "within-one",
        days(1, 3, query=BOTH),
        (
            "only what passes every filter of date_start=2023-01-01T00:00:00Z&date_end=2023-01-02T00:00:00Z "
            "| "
            '{"id":"CON-3","name":"name 3","timestamp":{"created":"2023-01-03T12:00:00.000Z"}} | '
            "/conversations?date_start=2023-01-01T00%3A00%3A00Z&date_end=2023-01-02T00%3A00%3A00Z"
        ),
        part=1,
    ),
    holds("filters.conjunction", "as-generated", match(5, 6, 7), part=2),
    breaks(
        "filters.conjunction",
        "not-as-generated",
        match(5, 6),
        (
            "3 items of /conversations/CON-1/events for start_id=5 | "
            "nothing instead of 7 as item 3; 2 items instead of 3 | "
            "/conversations/CON-1/events?start_id=5"
        ),
        part=2,
    ),
    # filters.paged
    holds("filters.paged", "on-every-page", texts([event(1)], [event(2)], [event(3)])),
    holds("filters.paged", "ties", texts([event(1)], [event("b"), event("a")], query=Query(order="asc"))),
    silent("filters.paged", "one-page", texts([event(1, "custom:a")])),
    silent("filters.paged", "nothing-asked-for", texts([event(1)], [event(2)], query=Query(page_size="1"))),
    breaks(
        "filters.paged",
        "another-type-on-page-three",
        texts([event(1)], [event(2)], [event(3, "custom:a")]),
        (
            "event_type=text also on page 3 of /conversations/CON-1/events | "
            '{"body":{},"id":3,"timestamp":"2023-01-01T12:00:00Z","type":"custom:a"} | '
            "/conversations/CON-1/events?event_type=text&cursor=p2, "
            "/conversations/CON-1/events?event_type=text&cursor=p3"
        ),
    ),
    breaks(
        "filters.paged",
        "turned-on-page-two",
        texts([event(9)], [event(1), event(2)], query=DESC),
        (
            "order=desc&event_type=text also on page 2 of /conversations/CON-1/events | "
            "the other order on page 2 | "
            "/conversations/CON-1/events?order=desc&event_type=text, "
            "/conversations/CON-1/events?order=desc&event_type=text&cursor=p2"
        ),
    ),
    breaks(
        "filters.paged",
        "turned-back",
        texts([event(1)], [event(3), event(2)], query=Query(order="asc")),
        (
            "order=asc also on page 2 of /conversations/CON-1/events | "
            "the other order on page 2 | "
            "/conversations/CON-1/events?order=asc, /conversations/CON-1/events?order=asc&cursor=p2"
        ),
    ),
]


@pytest.mark.parametrize(("clause", "part", "evidence", "found"), CASES)
def test_a_clause_finds_what_is_broken_and_nothing_else(
    clause: str, part: int, evidence: object, found: list[str] | None
) -> None:
    assert judged(clause, part, evidence) == found


def test_every_way_to_decide_is_tried_on_good_and_on_bad_evidence() -> None:
    assert uncovered("filters", CASES) == []
