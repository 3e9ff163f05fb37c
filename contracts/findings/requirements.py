"""A clause that another one requires: where that one is broken, what was seen says nothing about the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from contracts.findings.verdicts import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SEEN = "; first seen: "

_STATES = {
    Outcome.VIOLATED: "is violated",
    Outcome.DEVIATION: "deviates as expected",
    Outcome.ERROR: "could not be judged",
}


def required(verdict: Verdict, requires: Iterable[str], verdict_on: Callable[[str], Verdict | None]) -> Verdict:
    """The same verdict on a violation; undecided where a clause that it requires explains what was seen.

    Args:
        verdict: says that a clause is violated.
        requires: the ids of the clauses that this one requires.
        verdict_on: from a clause's id to its verdict for the same listing; None where it explains nothing.
    """
    for name in requires:
        found = verdict_on(name)
        if found is not None:
            reason = f"requires {name}, which {_state(found)}{SEEN}{verdict.actual}"
            return undecided(verdict, reason, found.because or found.pair)
    return verdict


def undecided(verdict: Verdict, reason: str, because: tuple[str, ...]) -> Verdict:
    """The same verdict without a violation to show: undecided for this reason."""
    return replace(
        verdict,
        verdict=Outcome.UNDECIDED,
        reason=reason,
        because=because,
        expected="",
        actual="",
        curl=(),
        exchanges=(),
        where=(),
        requests=(),
        recipe=None,
        alike=False,
    )


def _state(found: Verdict) -> str:
    """What is true of a required clause in the same output, down to the one that is violated itself."""
    if found.verdict == Outcome.UNDECIDED:
        return f"is undecided itself: it {found.reason.partition(SEEN)[0]}"
    return _STATES[found.verdict]
