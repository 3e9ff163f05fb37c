"""Whatever a target answers, judging it never fails: a bug of the suite must not hide a bug of the target."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.evidence import WHOLES, Whole
from contracts.findings.clause import ANSWERS, PAGES, WALKS
from contracts.paging.pages import Page
from contracts.paging.queries import Query
from tests.suite.support import BASE, C, E, M, U, answer, envelope, event, judged, page, walk

ODD = [None, True, 0, -1, 1.5, "", "x", "CON-1", [], {}, [1], {"a": 1}, "\ud7ff", "2023-01-01T00:00:00Z"]
values = st.sampled_from(ODD)
NAMES = ("id", "name", "timestamp", "state", "type", "from", "body", "_links", "conversation_id")
PLACES = ("created", "self", "href", "invited", "joined", "left", "text", "_links", "timestamp")
inner = st.recursive(values, lambda more: st.dictionaries(st.sampled_from(PLACES), more, max_size=3), max_leaves=4)
objects = st.dictionaries(st.sampled_from(NAMES), inner, max_size=6)
types = st.sampled_from(["text", "custom:a", "member:invited", "member:left", "else", None, 5])
items = st.one_of(values, objects, st.builds(lambda kind, item: {**item, "type": kind}, types, objects))
hrefs = st.sampled_from([f"{BASE}/users?cursor=a", "", "/x", "http://api.test:99999/", "javascript:x", "a b"])
links = st.dictionaries(st.sampled_from(["first", "self", "next", "prev"]), hrefs, max_size=4)
queries = st.sampled_from(
    [
        Query(),
        Query(page_size="2", order="asc"),
        Query(order="desc"),
        Query(date_start="2023-01-01T00:00:00Z"),
        Query(event_type="text", start_id="1"),
    ]
)
JUDGES = [(clause.id, part) for clause in CONVERSATION_CLAUSES.values() for part in clause.parts]


@st.composite
def pages(draw: st.DrawFn) -> Page:
    """Pages whose items, links and members may be anything, as far as they are pages at all."""
    scope = draw(st.sampled_from([C, U, M, E]))
    body = envelope(scope, draw(st.lists(items, max_size=4)), draw(links), page_size=draw(values), cursor=draw(values))
    via = draw(st.sampled_from([None, "next", "prev"]))
    return answer(body, scope, draw(queries), via=via).page


def judge(kind: Any, evidence: Any, listing: Any) -> None:
    """Let every clause of this kind judge, as the jury does."""
    for name, part in JUDGES:
        if part.kind is kind and listing in CONVERSATION_CLAUSES[name].listings and part.concerns(evidence):
            list(part.judge(evidence))
            if part.counts:
                part.counts(evidence)


BROKEN_LINK = {"_links": {"self": {"href": "http://["}}}


@pytest.mark.parametrize(
    ("name", "evidence"),
    [
        ("items.self", page({"id": "USR-1", **BROKEN_LINK})),
        ("events.text", page(event(1, body=BROKEN_LINK), scope=E)),
        ("pages.cursor", page(1, links={"self": "http://["}, body={"cursor": "a"})),
        ("links.cursor-fresh", walk(page(1, links={"next": "http://["}), page(2))),
        ("items.member-user", Whole(walk(page({"id": "MEM-1", "user_id": []}, scope=M)), frozenset({"USR-1"}))),
    ],
    ids=["item-link", "body-link", "self-link", "next-link", "user-id"],
)
def test_a_link_that_no_parser_takes_makes_no_judge_fail(name: str, evidence: object) -> None:
    judged(name, 0, evidence)


@given(pages())
def test_no_page_makes_a_judge_fail(drawn: Page) -> None:
    judge(PAGES, drawn, drawn.scope.listing)
    judge(ANSWERS, drawn.answer, drawn.scope.listing)


@given(pages(), pages())
def test_no_walk_makes_a_judge_fail(one: Page, other: Page) -> None:
    for pages_ in ((one,), (one, other), (one, one, other)):
        judge(WALKS, walk(*pages_), one.scope.listing)


@given(pages())
def test_no_listing_makes_a_judge_fail(drawn: Page) -> None:
    judge(WHOLES, Whole(walk(drawn), frozenset({"USR-1"})), drawn.scope.listing)


@given(st.one_of(st.binary(max_size=40), st.sampled_from([b"null", b"[]", b"\xff", b"{}", b'{"code": []}'])), queries)
def test_no_body_makes_a_judge_fail(body: bytes, query: Query) -> None:
    for status in (200, 204, 404, 500):
        judge(ANSWERS, answer(raw=body, status=status, query=query), U.listing)
