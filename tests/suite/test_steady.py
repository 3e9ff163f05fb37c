"""The command that runs again and again under load: what it compares, and one round of it."""

from __future__ import annotations

import pytest

from contracts.selftest.steady import Passage, passages

FIRST = Passage(0, 0, 1.0, {("a.b", "users"): "held", ("c.d", "users"): "held"})


def test_the_same_verdicts_are_no_difference() -> None:
    assert Passage(2, 0, 9.0, dict(FIRST.verdicts)).differences(FIRST) == []


def test_another_verdict_a_missing_one_and_another_code_are_differences() -> None:
    other = Passage(2, 1, 1.0, {("a.b", "users"): "undecided"})
    assert other.differences(FIRST) == [
        "exit code 0, then 1",
        "a.b users: held, then undecided",
        "c.d users: held, then None",
    ]


@pytest.mark.slow
@pytest.mark.process
def test_a_round_gives_the_same_verdicts() -> None:
    first, second = passages(1, 1, "--profile=quick", "--clauses=pages.envelope,links.self")
    assert (first.code, len(first.verdicts), second.differences(first)) == (0, 8, [])
