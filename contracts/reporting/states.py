"""What a verdict is to its reader: a broken MUST and a broken SHOULD apart, each with a word of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.findings.verdicts import Outcome

if TYPE_CHECKING:
    from contracts.findings.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class State:
    """One of the things that a cell of the matrix can say.

    Attributes:
        name: for programs: style sheets, filters.
        word: for people.
        meaning: what it means, in a sentence.
    """

    name: str
    word: str
    meaning: str


STATES = tuple(
    State(*each)
    for each in (
        ("must", "violated", "A MUST is broken: a client written from the description breaks. It fails the run."),
        ("error", "error", "Could not find out: no answer, or a bug of the suite. It fails the run too."),
        ("should", "SHOULD broken", "A SHOULD is broken: a client is only surprised. The run does not fail."),
        ("deviation", "deviation", "Violated, as the target's list of deviations says that it is."),
        ("undecided", "undecided", "The data moved, or a promise is broken that this one rests on."),
        ("not-exercised", "not exercised", "The target's data lack what the clause needs. Never counts as held."),
        ("held", "held", "True of everything that was seen; the evidence says how much that was."),
    )
)
"""What to look at first stands first."""

BY_NAME = {each.name: each for each in STATES}


def state(verdict: Verdict) -> State:
    """What a verdict is to its reader."""
    if verdict.verdict == Outcome.VIOLATED:
        return BY_NAME["must" if verdict.level == "MUST" else "should"]
    return BY_NAME[verdict.verdict]


def gravity(verdict: Verdict) -> int:
    """What to look at first comes first."""
    return STATES.index(state(verdict))
