"""Causes: what a person would mend, in which order, and what only follows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.findings.verdicts import Outcome, Verdict
from contracts.reporting import Run
from contracts.reporting.causes import Cause, causes
from contracts.reporting.markdown import summary
from contracts.reporting.matrix import page
from contracts.reporting.shards import rested

RUN = Run("http://x/v0.2", "Conversation API 1.0.1", 7, "default")
LISTINGS = ("conversations", "users", "members", "events")


def made(clause: str, listing: str = "users", verdict: str = "violated", level: str = "MUST", **more: Any) -> Verdict:
    return Verdict(clause, listing, level, Outcome(verdict), **more)


HELD = [made("inputs.method", name, "held") for name in LISTINGS]


def found(*verdicts: Verdict, **plain: dict[str, int]) -> list[Cause]:
    return causes(replace(RUN, plain=plain), [*HELD, *verdicts], CONVERSATION_CLAUSES)


def titles(*verdicts: Verdict, **plain: dict[str, int]) -> list[str]:
    return [each.title for each in found(*verdicts, **plain)]


PAGES = {"page": 9}


@pytest.mark.parametrize(
    ("plain", "title"),
    [
        ({"members": {"404 application/json": 9}, "events": {"404 application/json": 8}, "users": PAGES},
         "2 of 4 listings answer 404: /conversations/{id}/members, /conversations/{id}/events; is the base URL right?"),
        ({"users": {"501 ": 9}, "events": PAGES}, "1 of 4 listings answers 501: /users; is the base URL right?"),
        ({"users": {"403 text/html": 9}, "events": PAGES},
         "1 of 4 listings answers 403: /users; may the credential read that?"),
        ({"users": {"401 ": 9}, "events": PAGES}, "1 of 4 listings answers 401: /users; is the credential right?"),
        ({"users": {"301 ": 9}, "events": PAGES},
         "1 of 4 listings answers 301, which is not followed: /users; is the base URL right?"),
        ({"users": {"404 text/html": 9}, "conversations": {"404 text/html": 9}},
         "All listings that could be asked answer 404: /conversations, /users; is the base URL right?"),
        ({name: {"200 text/html": 9} for name in LISTINGS},
         ("All 4 listings answer with text/html instead of JSON: /conversations, /users, /conversations/{id}/members, "
          "/conversations/{id}/events; is the base URL right?")),
        ({"users": {"500 text/html": 2, "page": 7}, "events": PAGES}, "1 of 4 listings answers a plain page with 500: /users"),
        ({"users": {"422 application/json": 9}, "events": PAGES}, "1 of 4 listings answers a plain page with 422: /users"),
    ],
    ids=["two-missing", "not-implemented", "forbidden", "unauthorized", "redirected", "wrong-base", "an-app", "failing",
         "refused-as-wrong"],
)  # fmt: skip
def test_a_listing_without_plain_pages_is_a_cause(plain: dict[str, dict[str, int]], title: str) -> None:
    assert titles(**plain) == [title]


@pytest.mark.parametrize(
    "counts",
    [{}, {"page": 9}, {"page": 9, "404 application/json": 1}, {"200 application/json": 9}],
    ids=["nothing-asked", "pages", "once-not-found", "json-that-is-no-page"],
)
def test_other_listings_are_none(counts: dict[str, int]) -> None:
    assert titles(users=counts) == []


def test_refusals_come_before_missing_routes_and_those_before_failures() -> None:
    plain = {"users": {"500 ": 1}, "members": {"404 ": 1}, "events": {"403 ": 1}, "conversations": PAGES}
    assert [each.listings for each in found(**plain)] == [("events",), ("members",), ("users",)]


def test_what_is_violated_or_open_where_there_is_no_page_follows() -> None:
    envelope = made("pages.envelope", actual="status 404", times=9)
    follow = [made("inputs.error-body", level="SHOULD"), made("links.url", verdict="undecided"),
              made("pages.items", verdict="not-exercised")]  # fmt: skip
    apart = [made("auth.required", verdict="not-exercised"), made("pages.items", "events")]
    first, second = found(envelope, *follow, *apart, users={"404 ": 9}, events=PAGES)
    assert (first.verdicts, set(first.follows)) == ((envelope,), set(follow))
    assert first.lines == ("users: 404 on 9 of 9 plain pages",)
    assert first.consequence == "… and 3 clauses that need a page there"
    assert second.verdicts == (apart[1],)


def test_the_errors_of_a_forbidden_listing_follow_from_what_forbids_it() -> None:
    errors = [made(clause, verdict="error", reason="forbidden") for clause in ("auth.required", "pages.items")]
    other = made("pages.items", "events", "error", reason="no answer")
    first, second = found(*errors, other, users={"403": 1}, events=PAGES)
    assert (first.title, first.state) == ("1 of 4 listings answers 403: /users; may the credential read that?", "error")
    assert (first.follows, second.verdicts) == (tuple(errors), (other,))


def test_a_credential_that_was_refused_for_a_while_is_one_cause_of_the_run() -> None:
    verdicts = [*HELD, made("pages.items", verdict="undecided"), made("links.self")]
    first, second = causes(replace(RUN, refused=1_099), verdicts, CONVERSATION_CLAUSES)
    title = "The target refused the credential 1,099 times (status 401) after it had accepted it"
    assert (first.state, second.title, second.state) == ("must", title, "error")


def test_a_leak_never_follows() -> None:
    assert titles(made("inputs.no-leak"), users={"404 ": 9})[1:] == ["MUST violated: inputs.no-leak (users)"]


def test_without_conversations_nothing_inside_them_can_be_asked() -> None:
    inside = [made("inputs.error-body", name, level="SHOULD") for name in ("members", "events")]
    (only,) = found(*inside, conversations={"404 ": 9}, users=PAGES)
    assert set(only.follows) == set(inside)


def test_a_clause_broken_alike_in_several_listings_is_one_cause() -> None:
    alike = [made("walks.complete", name, actual=f"{name} lost", times=2) for name in ("events", "users")]
    mild = made("walks.complete", "members", level="SHOULD")
    first, second = found(mild, *alike)
    assert first.title == "MUST violated: walks.complete (users, events)"
    assert first.lines == ("users, 2 times: users lost", "events, 2 times: events lost")
    assert (second.title, second.state) == ("SHOULD violated: walks.complete (members)", "should")


def test_clauses_come_as_a_person_would_mend_them_and_what_could_not_be_found_out_after_what_is_broken() -> None:
    verdicts = [made("pages.size-echo"), made("pages.full", level="SHOULD"), made("links.url", verdict="error", reason="r"),
                made("links.self", verdict="error", reason="r"), made("items.ids")]  # fmt: skip
    assert titles(*verdicts) == [
        "MUST violated: items.ids (users)",
        "MUST violated: pages.size-echo (users)",
        "Could not find out: 2 verdicts",
        "SHOULD violated: pages.full (users)",
    ]


def test_what_requires_a_broken_clause_follows_from_it_over_several_steps() -> None:
    broken = made("links.url", listing="conversations")
    near = made("order.mirror", "users", "undecided", because=("links.url or links.origin", "conversations"))
    far = made("walks.append", "users", "undecided", because=("order.mirror", "users"))
    circle = made("links.first", "users", "undecided", because=("links.first", "users"))
    (only,) = found(broken, near, far, circle, made("pages.unique", verdict="undecided", reason="it moved"))
    assert only.follows == (near, far)
    assert only.consequence == "… and 2 clauses that need this: order.mirror, walks.append"


def test_parts_of_a_run_put_together_say_what_is_violated_in_all_of_it() -> None:
    broken = made("walks.complete", expected="e", actual="a")
    middle, last = made("order.mirror", actual="b"), made("inputs.rejected", actual="c")
    told = rested([broken, middle, last], CONVERSATION_CLAUSES)
    assert [(each.verdict, each.because) for each in told] == [
        ("violated", ()),
        ("undecided", ("walks.complete", "users")),
        ("undecided", ("walks.complete", "users")),
    ]
    why = "requires order.mirror, which is undecided itself: it requires walks.complete, which is violated"
    assert told[2].reason == f"{why}; first seen: c"
    assert rested(told, CONVERSATION_CLAUSES) == told


@pytest.mark.parametrize("report", [page, summary], ids=["matrix", "markdown"])
def test_the_pages_say_the_same_causes_before_anything_that_follows(report: Any) -> None:
    verdicts = [*HELD, made("pages.envelope"), made("inputs.error-body"), made("walks.complete", "events")]
    told = report(replace(RUN, plain={"users": {"404 ": 9}, "events": PAGES}), verdicts, CONVERSATION_CLAUSES)
    head = told.partition("The matrix")[0]
    assert head.index("1 of 4 listings answers 404") < head.index("walks.complete")
    assert "inputs.error-body</b>" not in head
