"""Verdicts: how several become one, and how they are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.findings.counts import Count
from contracts.findings.places import Place, Request
from contracts.findings.verdicts import Outcome, Verdict, merge
from tests.suite.support import counted

KINDS = st.sampled_from(list(Outcome))
texts = st.text(st.characters(codec="utf-8"), max_size=8)
lines = st.lists(texts, max_size=2).map(tuple)
counts = st.lists(st.builds(Count, st.integers(0, 2**40), texts, texts, texts), max_size=3).map(tuple)
places = st.lists(st.builds(Place, st.integers(0, 3), st.none() | texts, st.none() | texts), max_size=2).map(tuple)
headers = st.lists(st.tuples(texts, texts), max_size=2).map(tuple)
requests = st.lists(st.builds(Request, texts, texts, headers), max_size=2).map(tuple)
verdicts = st.builds(
    Verdict, texts, texts, texts, KINDS, texts, counts, texts, texts, texts, lines, lines, st.integers(0, 9), lines,
    places, requests, st.none(), lines, st.booleans(),
)  # fmt: skip


def made(verdict: str, level: str = "MUST", **more: object) -> Verdict:
    return Verdict("pages.unique", "users", level, Outcome(verdict), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "gravest"),
    [
        (["held", "not-exercised"], "held"),
        (["held", "undecided"], "undecided"),
        (["undecided", "error", "held"], "error"),
        (["error", "violated"], "violated"),
        (["not-exercised", "not-exercised"], "not-exercised"),
    ],
    ids=lambda value: "-and-".join(value) if isinstance(value, list) else value,
)
def test_the_gravest_of_several_verdicts_stands(found: list[str], gravest: str) -> None:
    for order in (found, found[::-1]):
        assert [each.verdict for each in merge(made(kind) for kind in order)] == [gravest]


def test_a_broken_must_stands_before_a_broken_should() -> None:
    mild, grave = made("violated", "SHOULD", actual="mild"), made("violated", actual="grave")
    assert [each.actual for order in ((mild, grave), (grave, mild)) for each in merge(order)] == ["grave", "grave"]


def test_merging_adds_evidence_and_times() -> None:
    parts = [made("held", evidence=counted(pages=2)), made("violated", evidence=counted(pages=3, walks=1), times=2)]
    (found,) = merge([*parts, made("violated", times=1)])
    assert (found.evidence, found.times) == (counted(pages=5, walks=1), 3)


def test_each_clause_and_listing_has_its_own_verdict() -> None:
    names = [("b", "users"), ("a", "users"), ("b", "events"), ("b", "users")]
    found = merge(Verdict(clause, listing, "MUST", Outcome.HELD) for clause, listing in names)
    assert [(each.clause, each.listing) for each in found] == [("a", "users"), ("b", "events"), ("b", "users")]


@pytest.mark.parametrize(
    ("verdict", "level", "breaks"),
    [("violated", "MUST", True), ("violated", "SHOULD", False), ("violated", "REPORT", False),
     ("error", "MUST", True), ("error", "SHOULD", True), ("undecided", "MUST", False), ("held", "MUST", False),
     ("not-exercised", "MUST", False)],
)  # fmt: skip
def test_a_broken_must_and_an_error_fail_a_run(verdict: str, level: str, breaks: bool) -> None:  # noqa: FBT001
    assert made(verdict, level).breaks_must is breaks


@pytest.mark.parametrize(
    ("evidence", "told"),
    [
        ((), ""),
        (counted(pages=212, walks=9), "212 pages, 9 walks"),
        (counted(pages=1234567), "1,234,567 pages"),
        ((Count(1, "walk compared", "walks compared"), *counted(pages=0)), "1 walk compared, 0 pages"),
    ],
    ids=["nothing", "two", "thousands", "one"],
)
def test_evidence_is_told_in_words(evidence: tuple[Count, ...], told: str) -> None:
    assert made("held", evidence=evidence).evidence_text == told


@pytest.mark.parametrize(
    ("count", "step"),
    [
        (Count(12, "page", "pages", "read"), "read 12 pages"),
        (Count(1, "query", "queries", "tried"), "tried 1 query"),
        (Count(3, "walk compared", "walks compared"), "3 walks compared"),
    ],
    ids=["many", "one", "verb-in-the-words"],
)
def test_a_count_says_what_was_done(count: Count, step: str) -> None:
    assert count.step == step


def test_the_places_of_one_exchange_are_chosen_from_all() -> None:
    where = (Place(0, "/a"), Place(1, header="content-type"), Place(0))
    found = made("violated", where=where)
    assert (found.places(0), found.places(1), found.places(2)) == ((where[0], where[2]), (where[1],), ())


def test_whatever_came_from_a_target_is_rewritten() -> None:
    where, request = (Place(0, "/a~1b/3/id"), Place(0)), Request("GET", "http://a", (("a", "ba"),))
    found = made("violated", where=where, requests=(request,)).rewritten(lambda text: text.replace("a", "/"))
    assert found.where == (Place(0, "/~1~1b/3/id"), Place(0))
    assert found.requests == (Request("GET", "http:///", (("a", "b/"),)),)


@given(verdicts)
def test_a_verdict_is_sent_between_processes_unchanged(verdict: Verdict) -> None:
    assert Verdict.unpack(verdict.pack()) == verdict


def test_a_verdict_stands_in_a_file_with_all_that_is_known() -> None:
    known = made("violated", statement="No id twice", evidence=counted(pages=2), reason="", expected="every id once",
                 actual="2 items", curl=("curl a", "curl b"), exchanges=("GET a",), times=4, where=(Place(0, "/a"),),
                 requests=(Request("GET", "http://a", (("accept", "b"),)),))  # fmt: skip
    assert known.as_json == {
        "clause": "pages.unique", "listing": "users", "level": "MUST", "verdict": "violated",
        "statement": "No id twice", "evidence": "2 pages", "reason": "",
        "counts": ({"count": 2, "one": "page", "many": "pages", "verb": ""},),
        "expected": "every id once", "actual": "2 items", "curl": "curl a\ncurl b", "exchanges": ("GET a",), "times": 4,
        "deviations": (), "where": ({"exchange": 0, "pointer": "/a", "header": None},),
        "requests": ({"method": "GET", "url": "http://a", "headers": (("accept", "b"),)},), "recipe": None,
        "because": (), "alike": False,
    }  # fmt: skip


def test_kinds_are_ordered_by_gravity() -> None:
    assert [str(kind) for kind in Outcome] == ["violated", "error", "deviation", "undecided", "held", "not-exercised"]
