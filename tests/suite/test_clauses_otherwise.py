"""What each clause accepts and rejects from the other side: what is less where a table tries more, and the reverse.

Mutations of the clauses showed that these were missing; a table with the words of each violation stands beside this.
"""

from dataclasses import replace
from typing import Any

import pytest

from contracts.evidence import Bracket, Hop, Match, OnBound, Paths, Sized, Twins, Whole
from contracts.evidence.negative import Probe
from contracts.evidence.property_based import Path, Step
from contracts.paging.oracle import Expected
from contracts.paging.queries import Query
from contracts.paging.walks import Walk
from tests.suite.support import BASE, C, E, answer, chain, conversation, event, judged, page, url, walk

TWO = Query(page_size="2")
DESC = Query(order="desc")
TYPED = Query(event_type="text")
RANGE = Query(start_id="5", event_type="text")
DATED = Query(date_start="2023-01-02T12:00:00Z")
SAME_DAY = "2023-01-05T12:00:00.000Z"


def events(*items: Any, **more: Any) -> Any:
    return page(*items, scope=E, **more)


def days(*numbers: int, query: Query = DESC) -> Walk:
    return chain([conversation(number) for number in numbers], scope=C, query=query)


def bracket(before: Any, between: Any, after: Any) -> Bracket:
    return Bracket(chain(*before), chain(*between, query=TWO), chain(*after))


def refused(status: int, method: str = "GET", body: object = None) -> Any:
    return answer(body or {}, negative=True, status=status, method=method)


def named(name: str, number: int) -> dict[str, Any]:
    return {"id": f"CON-{number}", "name": name}


def linked(where: str) -> dict[str, Any]:
    return event(5, "member:left", body={"_links": {"self": {"href": f"{BASE}/conversations/{where}/members/MEM-1"}}})


def ended(*items: int, status: int, size: str = "2") -> Walk:
    query = Query(page_size=size)
    behind = answer({}, cursor="y", via="next", status=status)
    return walk(page(*items, query=query, links="first self next"), query=query, broken=behind)


def dated(asked: str, carried: str) -> Any:
    """A page asked for since one date, whose first link carries another."""
    query = Query(date_start=asked)
    return page(scope=C, query=query, links={"first": url(C, Query(date_start=carried))})


def strange(query: str, *items: Any, negative: bool = True) -> Any:
    """A page of events for this query string, as a request that nobody should send."""
    at = f"{BASE}/conversations/CON-1/events?{query}"
    return page(*items, scope=E, query=Query.of_url(at, E.listing), at=at, negative=negative)


def back(*pages: Any) -> Walk:
    return walk(*(page(*ids, links="prev next", via="prev", cursor="a") for ids in pages))


DAY = "2023-01-02"
BROKEN_TEXT = {**event(2), "body": {"text": 7}}
FOREIGN = {"conversation_id": "CON-0"}

ACCEPTED = [
    ("events.member-left", 0, events(event(1, "text", **FOREIGN), event(2, "member:left"))),
    ("events.text", 0, events(event(1, "member:left", **FOREIGN), event(2))),
    ("events.custom", 0, events(event(1, "text", **FOREIGN), event(2, "custom:a"))),
    ("events.member-invited", 0, events(event(1, "custom:a", **FOREIGN), event(2, "member:invited"))),
    (
        "events.member-invited",
        0,
        events(
            event(1, "member:left", body={"timestamp": {"invited": SAME_DAY, "left": "2023-01-01T12:00:00Z"}}),
            event(2, "member:invited"),
        ),
    ),
    (
        "events.member-left",
        0,
        events(
            event(1, "member:invited", body={"timestamp": {"invited": SAME_DAY, "left": "2023-01-01T12:00:00Z"}}),
            event(2, "member:left"),
        ),
    ),
    ("events.member-left", 0, events(linked("CON-0/conversations/CON-1"))),
    ("auth.required", 0, Probe("no token", refused(405, "HEAD"))),
    ("links.ends", 1, Paths(chain([2], [3]), back([1], [2, 3]))),
    ("links.parameters", 0, dated(DAY, f"{DAY}T00:00:00Z")),
    ("links.parameters", 0, dated(DAY, "2023-01-01T20:00:00Z")),
    ("links.parameters", 0, dated(f"{DAY}T12:00:00.000Z", DAY)),
    ("links.parameters", 0, dated(f"{DAY}T12:00:00Z", f"{DAY}T13:00:00+01:00")),
    ("links.next-prev", 0, Hop(page(), ("prev",), page(1, 2, 3), page(0, 2, 3))),
    ("links.present", 1, bracket([[1, 2, 3, 4, 5]], [[1, 2], [3]], [[1, 2, 3, 4, 5]])),
    ("links.present", 1, bracket([[1, 3, 4]], [[1, 2]], [[1, 3, 4]])),
    ("links.present", 3, Hop(page(5), ("prev",), page(1, 2, links="prev"), page(3, 4))),
    ("events.unknown-type", 0, events(event(1, "text"), event(2, "custom:z"))),
    ("events.ids", 1, Paths(chain([1, 2]), chain([1, 2], [3]))),
    ("filters.conjunction", 1, events(event(1), query=replace(RANGE, order="desc"))),
    (
        "filters.conjunction",
        2,
        Match(chain([1], scope=E, query=replace(RANGE, order="desc")), Expected((5,)), Expected((1,))),
    ),
    ("filters.paged", 0, chain([event(1)], [event(2), event(3)], scope=E, query=TYPED)),
    ("filters.paged", 0, chain([event(4)], [event(3), event(2)], scope=E, query=replace(TYPED, order="desc"))),
    ("inputs.no-server-error", 0, refused(501, "DELETE")),
    ("inputs.no-server-error", 0, refused(501, "POST")),
    ("inputs.error-body", 0, refused(400, body={"code": "a", "description": "b", "error": "c"})),
    ("items.timestamps", 0, events(event(1, body={"timestamp": "whenever", "text": "a"}))),
    ("links.ends", 0, ended(1, status=302)),
    ("links.ends", 0, ended(1, 2, status=404)),
    ("links.present", 1, bracket([[1, 2]], [[1, 2]], [[1, 2]])),
    ("links.present", 1, bracket([[1, 2, 3]], [[1], [2]], [[1, 2, 3]])),
    ("links.present", 1, bracket([[1, 2, 3]], [[1, 2]], [[1, 2]])),
    ("links.present", 1, bracket([[1, 2, 3]], [[3, 2]], [[1, 2, 3]])),
    ("pages.full", 0, chain([1, 2, 3], [4], query=TWO)),
    ("pages.size-bound", 0, page(1, query=TWO)),
    ("pages.size-bound", 1, Probe("it", page(1, negative=True).answer, legal_page=True)),
    ("pages.size-default", 1, page(1)),
    ("pages.size-echo", 0, page(1, 2, query=Query(page_size="0"), body={"page_size": 1})),
    ("pages.sorted", 0, page(conversation(3), conversation(2), conversation(2), scope=C, query=DESC)),
    ("walks.complete", 0, bracket([[1, 3]], [[1, 2], [4]], [[1, 2]])),
    (
        "walks.sorted",
        0,
        chain([conversation(4), conversation(5)], [conversation(6, SAME_DAY), conversation(7)], scope=C),
    ),
    (
        "walks.sorted",
        0,
        chain([conversation(5)], [conversation(6, SAME_DAY), conversation(4)], scope=C, query=DESC),
    ),
]

REJECTED = [
    ("events.variant", 0, events(event(1, "strange"), BROKEN_TEXT)),
    ("events.member-left", 0, events(linked("CON-0"))),
    ("events.member-left", 0, events(linked("CON-1/conversations/CON-0"))),
    ("events.text", 0, events(event(1, **FOREIGN))),
    ("filters.dates-window", 1, OnBound(days(1, query=DATED), days(1, 2, query=DATED), (days(1, 2, query=DATED),) * 2)),
    ("filters.dates-instant", 0, Paths(days(2, query=DATED), days(1, query=DATED))),
    ("filters.type-exact", 0, events(event(1, "text"), query=Query(event_type="member:left"))),
    ("filters.conjunction", 1, events(event(1), query=RANGE)),
    ("inputs.no-server-error", 0, refused(500, "POST")),
    ("inputs.no-server-error", 0, refused(500, "DELETE")),
    ("items.conversation-name-unique", 0, chain([named("a", 2)], [named("a", 1)], scope=C)),
    ("links.present", 1, bracket([[1, 2, 3, 4, 5]], [[1, 2], [3, 4]], [[1, 2, 3, 4, 5]])),
    ("links.present", 4, Paths(chain([1], [2], [3]), walk(page(1, links="next"), page(2), page(3)))),
    ("links.next-prev", 0, Hop(page(), ("prev",), page(4), page(3))),
    ("inputs.method", 0, Probe("it", answer({}, negative=True, status=302, method="TRACE"))),
    ("pages.cursor", 0, page(1, links={"self": url(C, Query(), "b")}, body={"cursor": "a"})),
    (
        "links.parameters",
        0,
        page(1, scope=E, query=Query(event_type="7"), links={"next": url(E, Query(event_type="07"), "x")}),
    ),
    ("auth.required", 0, Probe("no token", refused(404))),
    ("items.unique", 0, Whole(chain([{"id": "USR-1", "name": "b"}], [{"id": "USR-1", "name": "a"}]))),
    ("links.parameters", 0, dated(DAY, "2023-01-06T00:00:00Z")),
    ("links.parameters", 0, dated(DAY, "2022-12-28T00:00:00Z")),
    ("links.parameters", 0, dated(f"{DAY}T12:00:00Z", f"{DAY}T12:00:00.001Z")),
    ("pages.size-edges", 1, Sized(chain([2, 3]), page(1))),
    ("walks.append", 0, Paths(chain([2, 3]), chain([1, 2, 3]))),
    ("walks.any-path", 0, Path((Step(TWO),), page(0, 1), (1, 2))),
    ("order.mirror", 0, Match(chain([2, 3, 1], query=DESC), Expected((3, 2, 1), ties={3: 3, 2: 2, 1: 1}))),
]


def _ids(rows: list[Any]) -> list[str]:
    return [f"{name}-{part}-{number}" for number, (name, part, _) in enumerate(rows)]


@pytest.mark.parametrize(("name", "part", "evidence"), ACCEPTED, ids=_ids(ACCEPTED))
def test_what_keeps_a_promise_is_accepted(name: str, part: int, evidence: Any) -> None:
    assert not judged(name, part, evidence)


@pytest.mark.parametrize(("name", "part", "evidence"), REJECTED, ids=_ids(REJECTED))
def test_what_breaks_a_promise_is_rejected(name: str, part: int, evidence: Any) -> None:
    assert judged(name, part, evidence)


@pytest.mark.parametrize(
    ("name", "part", "evidence"),
    [
        ("filters.conjunction", 1, events(event(1))), ("filters.paged", 0, walk(scope=E, query=TYPED)),
        ("items.unique", 0, Whole(chain([]))), ("order.ascending", 0, page(scope=C, query=Query(order="asc"))),
        ("order.default", 0, Twins(page(), page())), ("items.conversation-name-unique", 0, chain([], scope=C)),
        ("inputs.error-body", 0, refused(405, "DELETE")), ("pages.sorted", 0, page(scope=C)), ("pages.unique", 0, page()),
        ("filters.ids-range", 2, strange("start_id=-1", event(1), negative=False)),
        ("filters.ids-range", 2, strange("start_id=-1")), ("filters.ids-range", 2, strange("start_id=9&start_id=5", event(1))),
        ("filters.ids-range", 2, strange("start_id=9&cursor=a", event(1))),
        ("filters.type-exact", 1, strange("start_id=9&event_type=a", event(1))),
        ("filters.conjunction", 3, strange("start_id=9", event(1))), ("filters.conjunction", 3, strange("order=up", event(1))),
    ],
    ids=["unfiltered", "no-page", "no-item", "nothing-in-order", "nothing-by-default", "no-name",
         "another-method", "nothing-to-sort", "nothing-twice", "asked-for-plainly", "nothing-given", "named-twice",
         "behind-a-cursor", "two-filters", "one-filter", "no-filter"],
)  # fmt: skip
def test_what_says_nothing_is_not_counted(name: str, part: int, evidence: Any) -> None:
    assert judged(name, part, evidence) is None
