"""The jury: what evidence comes to, and which finding wins."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.crawl.cache import Choices, CrawlCache
from contracts.crawl.crawler import Blocked, Crawler, Lacking
from contracts.crawl.together import see
from contracts.findings.clause import (
    ANSWERS,
    PAGES,
    Clause,
    EvidenceKind,
    Holds,
    Level,
    Part,
    Trial,
    Violation,
    always,
)
from contracts.findings.counts import Count, Words
from contracts.findings.places import Place, Request
from contracts.findings.verdicts import Outcome, Verdict
from contracts.findings.waivers import Waiver
from contracts.paging.listings import EVENTS, LISTINGS, USERS, Scope
from contracts.paging.queries import Query
from contracts.runner.evaluator import Evaluator
from contracts.runner.findings import ENOUGH
from contracts.transport import UnreachableError
from tests.suite.support import BASE, E, U, answer, counted, envelope, exchange, listing, page

WRONG = Violation("right", "wrong")
MILD = Violation("right", "odd", level=Level.SHOULD)


def cache(*sizes: int) -> CrawlCache:
    """A reading of users: so many of them at each request for the whole, the last number from then on."""
    left = list(sizes or (3,))
    return CrawlCache(Crawler(BASE, listing(lambda: range(left.pop(0) if len(left) > 1 else left[0]))))


def clause_of(
    *outcomes: object,
    holds: Holds = Holds.ALWAYS,
    again: object = None,
    requires: tuple[str, ...] = (),
    **more: Any,
) -> Clause:
    """A clause on trials that give these outcomes at first and `again` when looked at again.

    An outcome is a list of violations or an exception; `tell` and `concerns` are those of its part.
    """

    def trials(_: CrawlCache, scope: Any) -> Iterator[Trial]:
        for number, outcome in enumerate(outcomes):
            yield Trial(scope, f"trial {number}", _observing(outcome, again))

    part = Part(
        EvidenceKind("look", "looks", "had", trials),
        list,
        more.pop("concerns", always),
        holds,
        more.pop("counts", None),
    )
    level = more.pop("level", Level.MUST)
    return Clause("test.one", "It holds", level, holds, None, LISTINGS, "a user", requires, (part,), **more)


def _observing(outcome: object, again: object) -> Callable[[CrawlCache], object]:
    left = [outcome]

    def observe(_: CrawlCache) -> object:
        found = left.pop() if left else again
        if isinstance(found, Exception):
            raise found
        return found

    return observe


def verdict(clause: Clause, read: CrawlCache | None = None) -> Verdict:
    """What a jury finds about a clause of the users."""
    return Evaluator([clause]).examine(clause, USERS, read or cache())


def found(clause: Clause, read: CrawlCache | None = None) -> tuple[str, str]:
    made = verdict(clause, read)
    return made.verdict, made.reason


BLOCKED, LACKING = Blocked("links.url", "no"), Lacking("two users")
FAILED = UnreachableError("http://x", "gone")
STOPPED = "no answer from http://x: gone"


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([[]], ("held", "")),
        ([], ("not-exercised", "needs a user")),
        ([LACKING], ("not-exercised", "two users")),
        ([BLOCKED], ("undecided", "needs links.url: no")),
        ([FAILED], ("error", STOPPED)),
        ([[], LACKING], ("held", "")),
        ([[], LACKING, BLOCKED], ("undecided", "needs links.url: no")),
        ([[], BLOCKED, FAILED], ("error", STOPPED)),
        ([[], BLOCKED, FAILED, [WRONG]], ("violated", "")),
        ([LACKING, Lacking("a page"), LACKING], ("not-exercised", "two users (and 1 more)")),
    ],
    ids=["held", "nothing", "lacking", "blocked", "failed", "held-and-lacking", "blocked-too", "failed-too",
         "violated-too", "several-reasons"],
)  # fmt: skip
def test_the_gravest_finding_wins(outcomes: list[object], expected: tuple[str, str]) -> None:
    assert found(clause_of(*outcomes)) == expected


def test_evidence_is_counted_by_its_kind_or_as_it_is_told() -> None:
    assert verdict(clause_of([], [], [])).evidence == (Count(3, "look", "looks", "had"),)
    counts = {Words("event", "events"): 2, Words("text", "texts"): 1}
    assert verdict(clause_of([], [], counts=lambda _: counts)).evidence == counted(events=4, texts=2)


def test_evidence_that_says_nothing_about_a_clause_is_not_counted() -> None:
    made = verdict(clause_of([WRONG], concerns=lambda _: False))
    assert (made.verdict, made.evidence, made.reason) == ("not-exercised", (), "needs a user")


def test_a_violation_is_passed_on_with_its_places_and_requests() -> None:
    exchanges = (page(1, cursor="a", sent={"accept": "x"}).exchange, page(2).exchange)
    made = verdict(clause_of([Violation("right", "wrong", exchanges, where=(Place(1, "/page_size"),))]))
    assert made.where == (Place(1, "/page_size"),)
    assert made.requests == (
        Request("GET", f"{BASE}/users?cursor=a", (("accept", "x"),)), Request("GET", f"{BASE}/users"),
    )  # fmt: skip


def test_a_violation_is_told_with_what_had_to_be_what_was_and_how_often() -> None:
    shown = Violation("right", "wrong", (page(1, cursor="a").exchange, page(2).exchange))
    made = verdict(clause_of([shown, WRONG], [WRONG]))
    assert (made.expected, made.actual, made.times, made.level) == ("right", "wrong", 3, "MUST")
    assert made.curl == (f"curl -sS -i '{BASE}/users?cursor=a'", f"curl -sS -i {BASE}/users")
    assert [text.splitlines()[0] for text in made.exchanges] == [f"GET {BASE}/users?cursor=a", f"GET {BASE}/users"]


def test_after_enough_violations_nothing_more_is_looked_for() -> None:
    looked: list[int] = []

    def counts(_: object) -> dict[Words, int]:
        looked.append(1)
        return {Words("look", "looks"): 1}

    made = verdict(clause_of(*[[WRONG]] * 9, counts=counts))
    assert (made.times, len(looked), ENOUGH) == (3, 3, 3)


def test_of_many_violations_the_first_of_each_level_are_kept() -> None:
    evaluator = Evaluator([clause_of([MILD] * 5 + [WRONG] * 5)])
    evaluator.examine(evaluator.clauses[0], USERS, cache())
    kept = evaluator.findings["test.one", "users"]
    assert (kept.violations, kept.times) == ([MILD] * 3 + [WRONG] * 3, 10)


@pytest.mark.parametrize(
    ("violations", "level", "actual"),
    [([MILD], "SHOULD", "odd"), ([MILD, WRONG], "MUST", "wrong"), ([WRONG, MILD], "MUST", "wrong")],
    ids=["mild", "mild-first", "mild-last"],
)
def test_a_violation_that_is_less_than_its_clause_says_so(violations: list[Violation], level: str, actual: str) -> None:
    made = verdict(clause_of(violations))
    assert (made.verdict, made.level, made.actual) == ("violated", level, actual)


# --- what only still data can show -----------------------------------------------------------------------------------

QUIESCENT, MOVING = (3,), (1, 2, 3, 4, 5, 6, 7)
MOVED, GROWING = (3, 4), (3, 3, 3, 4)
CHANGED = "trial 0: the listing changed while it was read"
ONCE = "trial 0: violated once, but not when it was read again"


@pytest.mark.parametrize(
    ("holds", "again", "sizes", "expected"),
    [
        ("A", [], QUIESCENT, ("violated", "")),
        ("A", [], MOVING, ("violated", "")),
        ("S", [WRONG], QUIESCENT, ("violated", "")),
        ("S", [], QUIESCENT, ("undecided", ONCE)),
        ("S", [WRONG], MOVING, ("undecided", CHANGED)),
        ("S", [WRONG], MOVED, ("violated", "")),
        ("S", [], MOVED, ("held", "")),
        ("I", [WRONG], GROWING, ("violated", "")),
        ("I", [], QUIESCENT, ("violated", "")),
        ("S", Blocked("links.url", "no"), QUIESCENT, ("violated", "")),
        ("S", Lacking("a page"), QUIESCENT, ("violated", "")),
        ("S", Lacking("a page"), MOVED, ("undecided", CHANGED)),
    ],
    ids=["always", "always-moving", "again", "not-again", "moving", "moved-and-again", "moved-and-not-again", "growing",
         "growing-at-once", "blocked-again", "lacking-again", "moved-and-lacking"],
)  # fmt: skip
def test_a_violation_stands_if_a_fresh_reading_shows_it_again(
    holds: str, again: object, sizes: tuple[int, ...], expected: tuple[str, str]
) -> None:
    assert found(clause_of([WRONG], again=again, holds=Holds(holds)), cache(*sizes)) == expected


def test_a_target_that_is_gone_when_it_is_read_again_is_an_error_unless_it_was_seen_to_fail() -> None:
    evaluator = Evaluator([clause_of([WRONG], again=FAILED, holds=Holds.QUIESCENT)])
    evaluator.examine(evaluator.clauses[0], USERS, cache())
    assert evaluator.findings["test.one", "users"].errors == [STOPPED]


# --- a bug of the suite ----------------------------------------------------------------------------------------------


def _raising(_: object) -> Any:
    raise KeyError("a bug")


@pytest.mark.parametrize("where", ["concerns", "counts"])
def test_a_bug_of_the_suite_is_an_error_and_never_a_violation(where: str) -> None:
    made = verdict(clause_of([WRONG], **{where: _raising}))
    assert (made.verdict, made.actual, made.evidence) == ("error", "", ())
    assert made.reason.startswith("a bug of the suite: Traceback")
    assert "KeyError: 'a bug'" in made.reason


# --- what rests on what ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("below", "violation", "expected"),
    [
        ("pages.envelope", WRONG, ("undecided", "requires pages.envelope, which is violated; first seen: wrong")),
        ("pages.envelope", MILD, ("violated", "")),
        ("pages.envelope", None, ("violated", "")),
        ("pages.full", WRONG, ("violated", "")),
    ],
    ids=["violated", "violated-mildly", "held", "no-must"],
)
def test_a_violation_that_another_explains_is_undecided(
    below: str, violation: Violation | None, expected: tuple[str, str]
) -> None:
    clause = clause_of([WRONG], requires=("pages.items", below))
    evaluator = Evaluator([clause, CONVERSATION_CLAUSES[below]])
    if violation:
        evaluator.findings[below, "users"].record(violation)
        evaluator.findings["pages.items", "events"].record(violation)
    made = evaluator.examine(clause, USERS, cache())
    assert (made.verdict, made.reason) == expected


def _requiring(known: Iterable[Waiver] = ()) -> tuple[Evaluator, Clause]:
    """An evaluator that found violations of walks.complete, and of order.mirror, which requires it."""
    clause = clause_of([WRONG], requires=("order.mirror",))
    evaluator = Evaluator(
        [clause, CONVERSATION_CLAUSES["order.mirror"], CONVERSATION_CLAUSES["walks.complete"]], waivers=known
    )
    for name in ("walks.complete", "order.mirror"):
        evaluator.record(CONVERSATION_CLAUSES[name], USERS, WRONG)
    return evaluator, clause


def test_what_a_clause_requires_is_said_down_to_what_is_violated() -> None:
    evaluator, clause = _requiring()
    made = evaluator.examine(clause, USERS, cache())
    why = "requires order.mirror, which is undecided itself: it requires walks.complete, which is violated"
    assert (made.verdict, made.reason) == ("undecided", f"{why}; first seen: wrong")
    assert made.because == ("walks.complete", "users")
    assert evaluator.verdict(CONVERSATION_CLAUSES["walks.complete"], USERS).verdict == "violated"


def test_what_a_clause_requires_may_deviate_as_expected() -> None:
    evaluator, clause = _requiring([Waiver("walks.complete", "old data")])
    made = evaluator.examine(clause, USERS, cache())
    why = "requires order.mirror, which is undecided itself: it requires walks.complete, which deviates as expected"
    assert (made.verdict, made.reason) == ("undecided", f"{why}; first seen: wrong")


@pytest.mark.parametrize(
    ("outcome", "because"),
    [(Blocked("links.url", "no"), ("links.url", "users")), (Blocked("a.b", "no", "events"), ("a.b", "events"))],
    ids=["of-its-own-listing", "of-another-listing"],
)
def test_what_evidence_needs_is_the_reason(outcome: Blocked, because: tuple[str, str]) -> None:
    assert verdict(clause_of(outcome)).because == because


@pytest.mark.parametrize(("seen", "alike"), [(["a", "a"], True), (["a", "b"], False), (["a", "b", "a"], False)])
def test_violations_that_say_the_same_are_alike(seen: list[str], alike: bool) -> None:  # noqa: FBT001
    assert verdict(clause_of([Violation("right", each) for each in seen])).alike is alike


def test_answers_to_plain_questions_are_counted_by_what_came() -> None:
    evaluator = Evaluator([])
    asked = [
        page(1).answer,
        answer({}, U, status=404, media="text/html; charset=utf-8"),
        answer({}, U, status=404, media="text/html"),
        answer({}, U, status=500, negative=True),
        answer({}, U, Query(event_type="text"), status=500),
        answer({}, U, status=500, via="next"),
    ]
    for each in asked:
        evaluator.watch(each)
    assert evaluator.plain == {"users": {"page": 1, "404 text/html": 2}}


def test_what_holds_is_held_whatever_it_rests_on() -> None:
    clause = clause_of([], requires=("pages.envelope",))
    evaluator = Evaluator([clause])
    evaluator.findings["pages.envelope", "users"].record(WRONG)
    assert evaluator.examine(clause, USERS, cache()).verdict == "held"


# --- evidence --------------------------------------------------------------------------------------------------------


def test_evidence_is_gathered_once_for_all_clauses() -> None:
    first = clause_of([WRONG], [], again=RuntimeError("twice"))
    second = Clause("test.two", "It holds too", *[getattr(first, name) for name in (
        "level", "holds", "source", "listings", "needs", "requires", "parts")])  # fmt: skip
    evaluator, read = Evaluator([first, second]), cache()
    assert [evaluator.examine(each, USERS, read).times for each in (first, second)] == [1, 1]


def test_a_scope_that_cannot_be_found_out_is_noted() -> None:
    nothing = CrawlCache(Crawler(BASE, listing(tuple)))
    made = Evaluator([clause_of([])]).examine(clause_of([]), EVENTS, nothing)
    why = "/conversations with page_size=100&order=asc gave _embedded.data.conversations is missing or null"
    assert (made.verdict, made.reason) == ("undecided", f"needs pages.envelope: {why}")


def test_a_bug_in_a_plan_is_an_error_too() -> None:
    def trials(_: CrawlCache, __: Scope) -> Iterator[Trial]:
        raise KeyError("a bug")

    broken = replace(
        clause_of([]), parts=(Part(EvidenceKind("look", "looks", "had", trials), list, always, Holds.ALWAYS),)
    )
    assert verdict(broken).verdict == "error"


def test_an_event_without_an_id_does_not_end_the_run() -> None:
    items = [{"id": 1}, {"type": "text"}, {"id": 3}]
    body = envelope(E, items, {"first": f"{BASE}{E.path}", "self": f"{BASE}{E.path}"})
    known = CrawlCache(Crawler(BASE, lambda _, at, **__: exchange(body, at)), Choices(pinned=("CON-1",)))
    made = Evaluator([CONVERSATION_CLAUSES["filters.ids-range"]]).examine(
        CONVERSATION_CLAUSES["filters.ids-range"], EVENTS, known
    )
    assert made.clause == "filters.ids-range"


def test_a_clause_on_whatever_is_read_is_told_of_it() -> None:
    unique, envelope = CONVERSATION_CLAUSES["pages.unique"], CONVERSATION_CLAUSES["pages.envelope"]
    evaluator = Evaluator([unique, envelope])
    for each in (page(1, 1), page(1, 2), page(1)):
        evaluator.watch(each)
    evaluator.watch(answer({}, U, status=404))
    assert [evaluator.verdict(each, USERS).verdict for each in (unique, envelope)] == ["violated", "violated"]
    assert evaluator.findings["pages.unique", "users"].evidence == {PAGES.words: 2}


def test_a_listing_that_a_clause_is_not_about_is_not_judged() -> None:
    evaluator = Evaluator([CONVERSATION_CLAUSES["pages.sorted"]])
    evaluator.watch(page({"id": 2}, {"id": 1}))
    assert evaluator.findings == {}


def test_what_is_read_for_a_clause_is_read_before_it_is_decided() -> None:
    looked: list[object] = []
    first = EvidenceKind(
        "first", "first", "", lambda _, scope: iter([Trial(scope, "look", lambda _: looked.append("first"))])
    )
    Evaluator([clause_of([], reads=(first,))]).examine(clause_of([], reads=(first,)), USERS, cache())
    assert looked == ["first"]


def test_answers_and_pages_are_different_evidence() -> None:
    assert [part.kind for name in ("pages.envelope", "pages.unique") for part in CONVERSATION_CLAUSES[name].parts] == [
        ANSWERS,
        PAGES,
    ]


def test_what_a_plan_sees_is_judged_though_it_yields_no_trial() -> None:
    def trials(_: CrawlCache, __: Any) -> Iterator[Trial]:
        see(page("USR-1", "USR-1"))
        yield from ()

    part = Part(EvidenceKind("look", "looks", "had", trials), list, always, Holds.ALWAYS)
    looking, unique = replace(clause_of(), parts=(part,)), CONVERSATION_CLAUSES["pages.unique"]
    evaluator = Evaluator([looking, unique])
    evaluator.examine(looking, USERS, cache())
    assert evaluator.verdict(unique, USERS).verdict == Outcome.VIOLATED
