"""The matrix of clauses and faults: which clause catches which fault of the mock."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.crawl.cache import Choices
from contracts.crawl.profiles import PROFILES
from contracts.findings.clause import Level
from contracts.findings.verdicts import Outcome
from contracts.mock import FAULTS, Settings
from contracts.selftest.in_process import now, verification
from contracts.transport.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from contracts.findings.families import Clauses
    from contracts.findings.verdicts import Verdict
    from contracts.paging.units import Seconds
    from contracts.runner.verification import Verification

TOKEN = "Killers-token-5"  # noqa: S105 - the mock's, for faults of auth
OTHER_TOKEN = "Another-killers-token-7"  # noqa: S105 - likewise
WRITES = 20.0
"""Writes a second, for faults that only show while data moves."""


@dataclass(frozen=True)
class Trialled:
    """What a run over one fault found.

    `caught` are the clauses that it violates, the first of them the one that a reader sees first; `errors` are
    those of the suite, of which there must be none. `leaked` says that a part of the token stands in a verdict, in any
    form; all that is written is made of verdicts.
    """

    fault: str
    breaks: str
    caught: tuple[str, ...]
    errors: tuple[str, ...] = ()
    requests: int = 0
    seconds: float = 0.0
    leaked: bool = False

    @property
    def by_its_clause(self) -> bool:
        """Whether the clause catches it that the fault says it breaks."""
        return self.breaks in self.caught


def concerned(name: str) -> Clauses:
    """The clauses that a fault concerns: the one that it breaks, and those that one rests on.

    A fault that shows while data move needs a run that takes its time: walks and orders too.
    """
    clause = CONVERSATION_CLAUSES[FAULTS[name].breaks]
    longer = ("walks", "order") if "writes" in FAULTS[name].needs else ()
    return CONVERSATION_CLAUSES.select((clause.id, *clause.requires, *longer))


def trial(name: str, clauses: Clauses, seed: int = 1, data: int = 1, profile: str = "default") -> Trialled:
    """Run clauses over a mock with one fault: `seed` is that of the suite's choices, `data` that of the mock's data."""
    began = time.monotonic()
    run = _verification(name, clauses, Choices(seed, PROFILES[profile]), data)
    return _trialled(name, run, run.run(), began)


def conviction(name: str, profile: str = "default") -> Trialled:
    """Run the clauses that a fault concerns until the one that it breaks is violated.

    That one goes first, unless the fault shows while data move, which takes time.
    """
    began, fault = time.monotonic(), FAULTS[name]
    run, breaks = _verification(name, concerned(name), Choices(1, PROFILES[profile])), fault.breaks
    for clause, listing in sorted(run.plan(), key=lambda pair: "writes" not in fault.needs and pair[0].id != breaks):
        run.examine(clause, listing)
        if any(_violates(each) for each in run.verdicts() if each.clause == breaks):
            break
    run.end()
    return _trialled(name, run, run.verdicts(), began)


def _verification(name: str, clauses: Clauses, choices: Choices, data: int = 1) -> Verification:
    writes = WRITES if "writes" in FAULTS[name].needs else 0.0
    settings = Settings(
        data, faults=(name,), token=TOKEN, tenants=(OTHER_TOKEN,), writes_per_second=writes, started=now()
    )
    return verification(settings, clauses, choices)


def _trialled(name: str, run: Verification, verdicts: Sequence[Verdict], began: Seconds) -> Trialled:
    hidden = Redactor(TOKEN, OTHER_TOKEN)
    caught = tuple(dict.fromkeys(each.clause for each in verdicts if _violates(each)))
    errors = tuple(each.reason for each in verdicts if each.verdict == Outcome.ERROR)
    seconds = round(time.monotonic() - began, 1)
    leaked = any(hidden(told) != told for told in (each.pack() for each in verdicts))
    return Trialled(name, FAULTS[name].breaks, in_order(caught), errors, run.target.session.sent, seconds, leaked)


def _violates(verdict: Verdict) -> bool:
    return verdict.verdict == Outcome.VIOLATED


def in_order(caught: Iterable[str]) -> tuple[str, ...]:
    """Clauses as a reader sees them: MUST before SHOULD, then as a person would name them."""
    every = CONVERSATION_CLAUSES
    return tuple(sorted(caught, key=lambda name: (every[name].level != Level.MUST, every.precedence(name))))


def without_killer(trials: Iterable[Trialled]) -> list[str]:
    """Clauses that no fault violates; those that only report violate nothing."""
    caught = {name for each in trials for name in each.caught}
    return [each.id for each in CONVERSATION_CLAUSES.values() if each.level != Level.REPORT and each.id not in caught]


def matrix(trials: Iterable[Trialled]) -> Mapping[str, list[str]]:
    """For each clause the faults that it catches."""
    known = list(trials)
    return {name: [each.fault for each in known if name in each.caught] for name in CONVERSATION_CLAUSES}
