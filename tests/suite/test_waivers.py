"""Deviations: which violations are the known ones, and which entries have to go."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.findings.clause import Violation
from contracts.findings.verdicts import Outcome, Verdict, merge
from contracts.findings.waivers import Waiver, outlived, past
from contracts.paging.listings import USERS
from contracts.reporting import exit_code
from contracts.runner.evaluator import Evaluator

UNIQUE = CONVERSATION_CLAUSES["pages.unique"]
TWICE = Violation("every id once", "USR-1 twice")
OTHER = Violation("every id once", "USR-2 twice")


def deviation(**more: object) -> Waiver:
    return Waiver(**({"clause": "pages.unique", "reason": "old data"} | more))  # type: ignore[arg-type]


def verdict(*known: Waiver, violations: tuple[Violation, ...] = (TWICE,)) -> Verdict:
    evaluator = Evaluator([UNIQUE], waivers=known)
    for each in violations:
        evaluator.record(UNIQUE, USERS, each)
    return evaluator.verdict(UNIQUE, USERS)


@pytest.mark.parametrize(
    ("known", "covered"),
    [
        (deviation(), True), (deviation(listing="users"), True), (deviation(listing="members"), False),
        (deviation(clause="pages.sorted"), False), (deviation(only="USR-1"), True), (deviation(only="USR-[2-9]"), False),
        (deviation(only="every id"), True),
    ],
    ids=["the-clause", "the-listing", "another-listing", "another-clause", "its-actual", "another-actual", "its-expected"],
)  # fmt: skip
def test_a_deviation_covers_the_violation_that_it_names(known: Waiver, covered: bool) -> None:  # noqa: FBT001
    assert known.covers("pages.unique", "users", TWICE) is covered


def test_a_known_violation_is_a_deviation_and_shows_itself() -> None:
    found = verdict(deviation(link="https://tracker.example/7", until=date(2027, 1, 1)))
    assert (found.verdict, found.reason) == (
        Outcome.DEVIATION,
        "old data (https://tracker.example/7), until 2027-01-01",
    )
    assert (found.expected, found.actual, found.deviations) == ("every id once", "USR-1 twice", (found.reason,))


def test_beside_a_known_violation_another_is_still_one() -> None:
    found = verdict(deviation(only="USR-1"), violations=(*[TWICE] * 9, OTHER))
    assert (found.verdict, found.actual, found.times) == (Outcome.VIOLATED, "USR-2 twice", 1)


def test_a_deviation_that_was_looked_for_and_not_met_has_to_go() -> None:
    known = deviation()
    held = Verdict("pages.unique", "users", "MUST", Outcome.HELD)
    assert list(outlived([known], [held])) == [known]
    assert list(outlived([known], [verdict(known)])) == []


@pytest.mark.parametrize("kind", [Outcome.UNDECIDED, Outcome.NOT_EXERCISED, Outcome.ERROR])
def test_what_was_not_found_out_says_nothing_of_a_deviation(kind: Outcome) -> None:
    assert list(outlived([deviation()], [Verdict("pages.unique", "users", "MUST", kind)])) == []
    assert list(outlived([deviation()], [])) == []


def test_one_of_two_deviations_of_a_clause_can_go_alone() -> None:
    met, mended = deviation(only="USR-1"), deviation(only="USR-9", reason="newer data")
    assert list(outlived([met, mended], [verdict(met, mended)])) == [mended]


def test_a_deviation_met_by_another_process_is_met() -> None:
    known = deviation()
    merged = merge([Verdict("pages.unique", "users", "MUST", Outcome.HELD), verdict(known)])
    assert (merged[0].verdict, list(outlived([known], merged))) == (Outcome.DEVIATION, [])


def test_a_deviation_is_past_after_its_day() -> None:
    known = deviation(until=date(2026, 5, 1))
    assert (past([known], date(2026, 5, 1)), past([known], date(2026, 5, 2))) == ((), (known,))


def test_a_run_with_a_deviation_to_remove_is_broken() -> None:
    held = [Verdict("pages.unique", "users", "MUST", Outcome.HELD)]
    assert (exit_code(held), exit_code(held, outlived=["x"]), exit_code(held, refused=1)) == (0, 1, 1)
