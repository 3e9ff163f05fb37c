"""filters: what each clause accepts and rejects of filtered answers."""

from dataclasses import replace
from typing import Any

import pytest

from contracts.evidence import Match, OnBound, Paths
from contracts.evidence.boundaries import Start
from contracts.evidence.negative import Probe
from contracts.paging.oracle import Expected
from contracts.paging.queries import Query
from tests.suite.support import (
    BASE,
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


def match(*ids: int, query: Query = FROM, optional: frozenset[int] = frozenset(), other: tuple[int, ...] = ()) -> Match:
    otherwise = Expected(other) if other else None
    return Match(chain(ids, scope=E, query=query), Expected((5, 6, 7), optional), otherwise)


def strange(*items: Any, scope: Any = E, **query: str) -> Any:
    """A page that was given for values that nobody asks for."""
    return page(*items, scope=scope, query=Query(**query), negative=True)


def tried(*items: Any, scope: Any = E, **query: str) -> Probe:
    return Probe("it", strange(*items, scope=scope, **query).answer, legal_page=True)


def edge(*numbers: int, control: bool = True, query: Query = SINCE) -> Start:
    """The first page of three days, of which the first may be missing."""
    wanted = Expected(("CON-2", "CON-3", "CON-4"), frozenset({"CON-2"}))
    return Start(days(*numbers, query=query, links="first self").answer, wanted, control)


def extreme(*items: Any, wanted: tuple[Any, ...], scope: Any = C, control: bool = True, **query: str) -> Probe:
    probe = tried(*items, scope=scope, **query)
    return replace(probe, start=Start(probe.answer, Expected(wanted), control))


def spelled(*ids: int, other: tuple[int, ...] = (), **more: Any) -> Paths:
    pages = () if more else (page(*other, scope=C, query=UNTIL),)
    return Paths(walk(page(*ids, scope=C, query=SINCE)), walk(*pages, scope=C, query=UNTIL, **more))


def texts(*pages: list[Any], query: Query = TEXTS, **more: Any) -> Any:
    return chain(*pages, scope=E, query=query, **more)


REFUSED = answer({}, C, UNTIL, status=400)
DESC = replace(TEXTS, order="desc")

HERE = f"{BASE}/conversations/CON-1/events?cursor=a"
FAR = {"date_start": "9999-01-01T00:00:00Z"}
LONG_AGO = {"date_start": "0001-01-01T00:00:00Z"}
UPSIDE_DOWN = {"start_id": "7", "end_id": "5"}


def bounded(*ids: int, other: tuple[int, ...], wider: tuple[int, ...] = (1, 2), less: tuple[int, ...] = ()) -> OnBound:
    """Two walks with an item on the bound, and both again over a wider and a narrower window, which give both the same."""
    found = spelled(*ids, other=other)
    return OnBound(found.one, found.other, *((walk(page(*each, scope=C)),) * 2 for each in (wider, less)))


CASES = [
    # what is given for values beyond all data
    silent("filters.dates-window", "no-strange-date", strange(conversation(1), scope=C), part=2),
    silent(
        "filters.dates-window",
        "two-strange-dates",
        strange(conversation(1), scope=C, **FAR, date_end="2000-01-01"),
        part=3,
    ),
    holds("filters.dates-window", "all-before", strange(conversation(1), scope=C, date_end=FAR["date_start"]), part=2),
    silent("filters.dates-window", "a-date-that-is-none", strange(conversation(1), scope=C, date_end="soon"), part=2),
    silent("filters.dates-window", "a-refusal", Probe("it", REFUSED, legal_page=True), part=3),
    holds(
        "filters.dates-window", "all-after", tried(conversation(1), scope=C, date_start="1970-01-01T00:00:00Z"), part=3
    ),
    # filters.ids-range on the first page alone
    holds("filters.ids-range", "within-the-ids", kinds("text", query=Query(start_id="1", end_id="9")), part=5),
    holds("filters.ids-range", "from-its-other-end", kinds("text", query=Query(start_id="5", order="desc")), part=5),
    silent("filters.ids-range", "with-a-type-too", kinds("text", query=replace(TEXTS, start_id="5")), part=5),
    silent("filters.ids-range", "behind-a-link", kinds("text", query=FROM, via="next"), part=5),
    breaks(
        "filters.ids-range",
        "before-the-ids",
        kinds("text", query=FROM),
        ('only events within start_id=5 | {"id":1,"type":"text"} | /conversations/CON-1/events?start_id=5'),
        part=5,
    ),
    silent(
        "filters.ids-range",
        "a-walk-that-lost-its-filter",
        Match(walk(page(5, scope=E, query=FROM), page(1, scope=E, query=FROM, via="next", at=HERE)), Expected((5,))),
    ),
    silent(
        "filters.ids-range",
        "a-walk-that-forgot-its-filter",
        Match(texts([event(5)], [event(1)], query=FROM), Expected((5,))),
    ),
    silent(
        "filters.ids-range",
        "a-walk-that-forgot-its-filter-downwards",
        Match(texts([event(7), event(6)], [event(1)], query=replace(FROM, order="desc")), Expected((7, 6))),
    ),
    silent(
        "filters.ids-range",
        "a-walk-that-turned",
        Match(texts([event(5), event(6)], [event(8), event(7)], query=FROM), Expected((5, 6, 7, 8))),
    ),
    holds("filters.paged", "from-its-other-end", texts([event(5)], [event(4)], query=replace(FROM, order="desc"))),
    breaks(
        "filters.paged",
        "forgotten-downwards",
        texts([event(7)], [event(1)], query=replace(FROM, order="desc")),
        (
            "order=desc&start_id=5 also on page 2 of /conversations/CON-1/events | "
            '{"id":1,"type":"text"} | '
            "/conversations/CON-1/events?order=desc&start_id=5, "
            "/conversations/CON-1/events?order=desc&start_id=5&cursor=p2"
        ),
    ),
    holds("filters.paged", "strays-from-the-first-page-on", texts([event(1)], [event(2)], query=FROM)),
    holds("filters.ids-range", "up-to-a-great-one", strange(event(1), end_id="9" * 30), part=2),
    holds("filters.ids-range", "from-a-negative-one", tried(event(1), start_id="-1"), part=3),
    silent("filters.ids-range", "an-id-that-is-none", tried(event(1), start_id="-"), part=3),
    holds("filters.type-exact", "that-strange-type", strange(event(1, "text%"), event_type="text%"), part=1),
    holds("filters.type-exact", "that-strange-type-tried", tried(event(1, "text%"), event_type="text%"), part=2),
    silent("filters.type-exact", "an-empty-type", tried(event(1), event_type=""), part=2),
    silent("filters.type-exact", "custom-types", tried(event(1, "custom:b"), event_type="custom"), part=2),
    holds("filters.conjunction", "from-seven-downwards-to-five", tried(event(6), **UPSIDE_DOWN, order="desc"), part=4),
    holds("filters.conjunction", "both-strange", strange(event(6), start_id="-1", end_id="9" * 30), part=3),
    breaks(
        "filters.dates-window",
        "everything-in-the-far-future",
        strange(conversation(1), scope=C, **FAR),
        (
            "a refusal, or only what passes date_start=9999-01-01T00:00:00Z | "
            '{"id":"CON-1","timestamp":{"created":"2023-01-01T12:00:00.000Z"}} | '
            "/conversations?date_start=9999-01-01T00%3A00%3A00Z"
        ),
        part=2,
    ),
    breaks(
        "filters.dates-window",
        "everything-before-1970",
        tried(conversation(1), scope=C, date_end="1970-01-01T00:00:00Z"),
        (
            "a refusal, or only what passes date_end=1970-01-01T00:00:00Z | "
            '{"id":"CON-1","timestamp":{"created":"2023-01-01T12:00:00.000Z"}} | '
            "/conversations?date_end=1970-01-01T00%3A00%3A00Z"
        ),
        part=3,
    ),
    *(
        breaks(
            "filters.ids-range",
            f"something-below-zero-{part}",
            make(7, end_id="-1"),
            'a refusal, or only what passes end_id=-1 | {"id":7} | /conversations/CON-1/events?end_id=-1',
            part=part,
        )
        for part, make in ((2, strange), (3, tried))
    ),
    *(
        breaks(
            "filters.type-exact",
            f"texts-for-a-pattern-{part}",
            make({"id": 7, "type": "text"}, event_type="text%"),
            (
                'a refusal, or only what passes event_type=text% | {"id":7,"type":"text"} | '
                "/conversations/CON-1/events?event_type=text%25"
            ),
            part=part,
        )
        for part, make in ((1, strange), (2, tried))
    ),
    *(
        breaks(
            "filters.conjunction",
            f"turned-round-{part}",
            make(6, **UPSIDE_DOWN),
            (
                'a refusal, or only what passes start_id=7&end_id=5 | {"id":6} | '
                "/conversations/CON-1/events?start_id=7&end_id=5"
            ),
            part=part,
        )
        for part, make in ((3, strange), (4, tried))
    ),
    # filters.dates-window
    holds("filters.dates-window", "within", days(2, 3)),
    holds("filters.dates-window", "the-same-on-the-bound", bounded(1, 2, other=(2, 1)), part=1),
    holds("filters.dates-window", "in-a-narrower-one-too", bounded(1, 2, other=(2,), less=(1,)), part=1),
    holds("filters.dates-window", "lost-from-a-wider-one-too", bounded(1, 2, other=(2,), wider=(2,)), part=1),
    breaks(
        "filters.dates-window",
        "on-the-bound-in-one-order-only",
        bounded(1, 2, other=(2,)),
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
    silent("filters.dates-window", "a-hostile-request", days(1, negative=True)),
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
    *[
        case
        for part, name in ((1, "as-generated"), (2, "the-tail"))
        for case in (
            holds("filters.dates-model", name, match(5, 6, 7), part=part),
            breaks(
                "filters.dates-model",
                f"not-{name}",
                match(6, 5, 7),
                (
                    "3 items of /conversations/CON-1/events for start_id=5 | "
                    "6 instead of 5 as item 1; 3 items instead of 3 | "
                    "/conversations/CON-1/events?start_id=5"
                ),
                part=part,
            ),
        )
    ],
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
    holds("filters.dates-instant", "an-edge", edge(3, 4), part=1),
    holds("filters.dates-instant", "an-edge-beside-an-instant-that-is-wrong-too", edge(3, control=False), part=1),
    breaks(
        "filters.dates-instant",
        "an-edge-that-is-refused",
        replace(edge(), answer=REFUSED),
        (
            "a page for /conversations with date_end=2023-01-02T12:00:00Z | status 400 | "
            "/conversations?date_end=2023-01-02T12%3A00%3A00Z"
        ),
        part=1,
    ),
    *(
        breaks(
            name,
            "an-edge-that-is-wrong",
            edge(3),
            (
                "1 item [CON-3] first for /conversations with date_start=2023-01-02T12:00:00Z, of 2 | "
                "1 item [CON-3], and no next | "
                "/conversations?date_start=2023-01-02T12%3A00%3A00Z"
            ),
            part=part,
        )
        for name, part in (("filters.dates-instant", 1), ("filters.dates-model", 3))
    ),
    holds("filters.dates-model", "an-edge", edge(2, 3, 4), part=3),
    silent("filters.dates-model", "an-edge-that-is-refused", replace(edge(), answer=REFUSED), part=3),
    holds(
        "filters.dates-instant",
        "all-since-the-year-one",
        extreme(conversation(1), wanted=("CON-1",), **LONG_AGO),
        part=2,
    ),
    silent(
        "filters.dates-instant", "an-extreme-that-is-not-clear", tried(conversation(1), scope=C, **LONG_AGO), part=2
    ),
    silent("filters.dates-instant", "what-dates-window-says", extreme(conversation(1), wanted=(), **FAR), part=2),
    silent(
        "filters.dates-instant", "what-is-wrong-anyhow", extreme(wanted=("CON-1",), control=False, **LONG_AGO), part=2
    ),
    breaks(
        "filters.dates-instant",
        "nothing-since-the-year-one",
        extreme(wanted=("CON-1",), **LONG_AGO),
        (
            "1 item [CON-1] first for /conversations with date_start=0001-01-01T00:00:00Z, of 1 | 0 items [], and no next | "
            "/conversations?date_start=0001-01-01T00%3A00%3A00Z"
        ),
        part=2,
    ),
    # filters.ids-range
    holds("filters.ids-range", "up-to-the-largest-id", extreme(event(1), wanted=(1,), scope=E, end_id="99"), part=6),
    silent("filters.ids-range", "a-date", extreme(conversation(1), wanted=("CON-1",), **LONG_AGO), part=6),
    breaks(
        "filters.ids-range",
        "nothing-up-to-the-largest-id",
        extreme(wanted=(1,), scope=E, end_id="99"),
        (
            "1 item [1] first for /conversations/CON-1/events with end_id=99, of 1 | 0 items [], and no next | "
            "/conversations/CON-1/events?end_id=99"
        ),
        part=6,
    ),
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
        match(6, 7, query=replace(FROM, order="desc"), other=(6, 7)),
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
        match(7, query=Query(end_id="7", order="desc"), other=(6, 7)),
        (
            "3 items of /conversations/CON-1/events for order=desc&end_id=7 | "
            "7 instead of 5 as item 1; 1 items instead of 3 | "
            "/conversations/CON-1/events?order=desc&end_id=7"
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
    *[
        case
        for part, name in ((1, "as-generated"), (4, "the-tail"))
        for case in (
            holds("filters.ids-range", name, match(5, 6, 7), part=part),
            breaks(
                "filters.ids-range",
                f"not-{name}",
                match(query=FROM),
                (
                    "3 items of /conversations/CON-1/events for start_id=5 | "
                    "nothing instead of 5 as item 1; 0 items instead of 3 | "
                    "/conversations/CON-1/events?start_id=5"
                ),
                part=part,
            ),
        )
    ],
    # filters.type-exact
    holds("filters.type-exact", "that-type", kinds("text", "text")),
    silent("filters.type-exact", "no-event", kinds()),
    silent("filters.type-exact", "no-type-asked-for", kinds("text", query=FROM)),
    silent("filters.type-exact", "a-custom-type", kinds("text", query=Query(event_type="custom:a"))),
    breaks(
        "filters.type-exact",
        "another-type",
        kinds("text", "member:left"),
        ('only events of type text | {"id":2,"type":"member:left"} | /conversations/CON-1/events?event_type=text'),
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
    silent("filters.conjunction", "a-hostile-request", days(3, query=BOTH, negative=True), part=1),
    breaks(
        "filters.conjunction",
        "within-one",
        days(1, 3, query=BOTH),
        (
            "only what passes every filter of date_start=2023-01-01T00:00:00Z&date_end=2023-01-02T00:00:00Z "
            "| "
            '{"id":"CON-3","timestamp":{"created":"2023-01-03T12:00:00.000Z"}} | '
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
            '{"id":3,"type":"custom:a"} | '
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
