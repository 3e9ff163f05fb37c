"""links.parameters: which parameters a link has to carry, and which it may leave out."""

from typing import Any

import pytest

from contracts.paging.pages import Page
from contracts.paging.queries import Query
from tests.suite.support import BASE, C, E, breaks, event, holds, judged, page, silent, url

TWO = Query(page_size="2")
FILTERED = Query(page_size="2", start_id="7", event_type="text")
DATED = Query(date_start="2023-01-01T00:00:00Z")
NEXT = f"{BASE}/users?cursor=a"
HERE = f"{BASE}/conversations/CON-1/events"


def linked(href: str, rel: str = "next", **more: Any) -> Page:
    return page(1, links={rel: href}, **more)


def behind(*numbers: int, query: Query) -> Page:
    """A page of texts behind a `next` that has a cursor and nothing else."""
    return page(*map(event, numbers), scope=E, query=query, via="next", at=f"{HERE}?cursor=x")


CASES = [
    # links.parameters
    holds("links.parameters", "all-kept", linked(url(E, FILTERED, "x"), scope=E, query=FILTERED)),
    holds("links.parameters", "carried-by-the-cursor", linked(f"{HERE}?cursor=x", scope=E, query=FILTERED)),
    holds("links.parameters", "defaults-spelled-out", linked(f"{BASE}/users?page_size=10&order=asc")),
    holds("links.parameters", "defaults-left-out", linked(f"{BASE}/users", query=Query(page_size="10", order="asc"))),
    holds(
        "links.parameters", "any-size-for-a-bad-one", linked(f"{BASE}/users?page_size=9", query=Query(page_size="0"))
    ),
    holds("links.parameters", "a-bad-size-dropped", linked(f"{BASE}/users", query=Query(page_size="0"))),
    holds(
        "links.parameters",
        "another-spelling-of-a-number",
        linked(f"{HERE}?start_id=07&cursor=x", scope=E, query=Query(start_id="7")),
    ),
    holds(
        "links.parameters",
        "another-spelling-of-an-instant",
        linked(f"{BASE}/conversations?date_start=2023-01-01T01:00:00%2B01:00", scope=C, query=DATED),
    ),
    silent("links.parameters", "no-link", page(1, links="")),
    silent("links.parameters", "an-unknown-order", linked(NEXT, query=Query(order="up"))),
    holds("links.parameters", "no-url", linked("/users?page_size=3")),
    breaks(
        "links.parameters",
        "another-size",
        linked(f"{BASE}/users?page_size=3&cursor=a", query=TWO),
        (
            "page_size=2 in next of /users with page_size=2 | "
            "page_size=3 in http://api.test/v0.2/users?page_size=3&cursor=a | "
            "/users?page_size=2"
        ),
    ),
    breaks(
        "links.parameters",
        "another-default",
        linked(f"{BASE}/users?page_size=20"),
        (
            "no page_size, as none was asked for in next of /users with no parameters | "
            "page_size=20 in http://api.test/v0.2/users?page_size=20 | "
            "/users"
        ),
    ),
    breaks(
        "links.parameters",
        "another-order",
        linked(f"{BASE}/users?order=desc"),
        (
            "no order, as none was asked for in next of /users with no parameters | "
            "order=desc in http://api.test/v0.2/users?order=desc | "
            "/users"
        ),
    ),
    breaks(
        "links.parameters",
        "a-filter-nobody-asked-for",
        linked(f"{HERE}?end_id=5", scope=E),
        (
            "no end_id, as none was asked for in next of /conversations/CON-1/events with no parameters | "
            "end_id=5 in http://api.test/v0.2/conversations/CON-1/events?end_id=5 | "
            "/conversations/CON-1/events"
        ),
    ),
    breaks(
        "links.parameters",
        "lost-on-first",
        linked(f"{BASE}/users?cursor=a", "first", query=TWO),
        (
            "page_size=2 in first of /users with page_size=2 | "
            "no page_size in http://api.test/v0.2/users?cursor=a | "
            "/users?page_size=2"
        ),
    ),
    breaks(
        "links.parameters",
        "lost-without-a-cursor",
        linked(f"{BASE}/users", query=TWO),
        (
            "page_size=2 in next of /users with page_size=2 | "
            "no page_size in http://api.test/v0.2/users | "
            "/users?page_size=2"
        ),
    ),
    breaks(
        "links.parameters",
        "another-day",
        linked(f"{BASE}/conversations?date_start=2023-01-02T00:00:00Z", scope=C, query=DATED),
        (
            "date_start=2023-01-01T00:00:00Z in next of /conversations with date_start=2023-01-01T00:00:00Z "
            "| "
            "date_start=2023-01-02T00:00:00Z in "
            "http://api.test/v0.2/conversations?date_start=2023-01-02T00:00:00Z | "
            "/conversations?date_start=2023-01-01T00%3A00%3A00Z"
        ),
    ),
    holds(
        "links.parameters",
        "strangers-as-they-were-sent",
        linked(f"{BASE}/users?a=1&a=2", "self", at=f"{BASE}/users?a=1&a=2"),
    ),
    breaks(
        "links.parameters",
        "twice",
        linked(f"{BASE}/users?page_size=2&page_size=2", query=TWO),
        (
            "page_size once in next of /users with page_size=2 | "
            "page_size 2 times in http://api.test/v0.2/users?page_size=2&page_size=2 | "
            "/users?page_size=2 | SHOULD"
        ),
    ),
    breaks(
        "links.parameters",
        "twice-with-two-values",
        linked(f"{BASE}/users?order=desc&order=asc", query=Query(order="asc")),
        (
            "one value of order in next of /users with order=asc | "
            "order with desc and asc in http://api.test/v0.2/users?order=desc&order=asc | "
            "/users?order=asc"
        ),
    ),
    breaks(
        "links.parameters",
        "a-cursor-twice",
        linked(f"{BASE}/users?cursor=a&cursor=a"),
        (
            "cursor once in next of /users with no parameters | "
            "cursor 2 times in http://api.test/v0.2/users?cursor=a&cursor=a | "
            "/users | SHOULD"
        ),
    ),
    # what a link left to its cursor
    holds("links.parameters", "kept-by-the-cursor", behind(7, query=FILTERED), part=1),
    holds("links.parameters", "ids-from-their-other-end", behind(5, query=Query(start_id="7", order="desc")), part=1),
    silent("links.parameters", "no-link-led-here", page(1, 2, 3, query=TWO, at=f"{HERE}?cursor=x", scope=E), part=1),
    breaks(
        "links.parameters",
        "a-size-that-the-cursor-forgot",
        behind(7, 8, 9, query=TWO),
        (
            "page_size=2 in the link to /conversations/CON-1/events with page_size=2, behind next, or a page that keeps to it "
            "| 3 items | /conversations/CON-1/events?cursor=x"
        ),
        part=1,
    ),
    breaks(
        "links.parameters",
        "an-order-that-the-cursor-forgot",
        behind(1, 2, query=Query(order="desc")),
        (
            "order=desc in the link to /conversations/CON-1/events with order=desc, behind next, or a page that keeps to it "
            "| the other order | /conversations/CON-1/events?cursor=x"
        ),
        part=1,
    ),
    breaks(
        "links.parameters",
        "a-filter-that-the-cursor-forgot",
        behind(6, query=Query(start_id="7")),
        (
            "start_id=7 in the link to /conversations/CON-1/events with start_id=7, behind next, or a page that keeps to it "
            '| {"body":{"text":"hello"},"id":6,"timestamp":"2023-01-01T12:00:00Z","type":"text"} | '
            "/conversations/CON-1/events?cursor=x"
        ),
        part=1,
    ),
]


@pytest.mark.parametrize(("clause", "part", "evidence", "found"), CASES)
def test_a_clause_finds_what_is_broken_and_nothing_else(
    clause: str, part: int, evidence: object, found: list[str] | None
) -> None:
    assert judged(clause, part, evidence) == found
