"""Parts of one run, made on several machines, put together again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from contracts.findings.clause import CLAUSES
from contracts.findings.verdicts import Outcome, merge
from contracts.reporting.coverage import added

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from contracts.findings.verdicts import Verdict
    from contracts.reporting.run import Run

ALIKE = {
    "called": "the target",
    "description": "the description",
    "seed": "the seed",
    "profile": "the profile",
    "suite": "the suite",
    "fail_on_should": "--fail-on-should",
    "require_exercised": "--require-exercised",
}
"""What parts of one run have in common, and how that is called."""


class UnequalError(ValueError):
    """Parts that are not of one run."""

    def __init__(self, name: str, values: Sequence[object]) -> None:
        super().__init__(name, values)
        self.name = name
        self.values = values

    def __str__(self) -> str:
        found = ", ".join(map(repr, dict.fromkeys(self.values)))
        return (
            f"these are not parts of one run: {ALIKE[self.name]} is {found}; give all parts the same options and --seed"
        )


def together(parts: Sequence[tuple[Run, Sequence[Verdict]]]) -> tuple[Run, list[Verdict]]:
    """One run, and one verdict for each clause and listing; `UnequalError` where the parts are of different runs."""
    runs = [run for run, _ in parts]
    for name in ALIKE:
        values = [run.name or run.target if name == "called" else getattr(run, name) for run in runs]
        if len(set(values)) > 1:
            raise UnequalError(name, values)
    variants: dict[str, int] = {}
    for run in runs:
        variants |= {name: max(count, variants.get(name, 0)) for name, count in run.variants.items()}
    merged = replace(
        runs[0],
        requests=sum(run.requests for run in runs),
        seconds=max(run.seconds for run in runs),
        waiting=round(sum(run.waiting for run in runs), 2),
        interrupted=any(run.interrupted for run in runs),
        read=next((run.read for run in runs if run.read), ""),
        tails=tuple(dict.fromkeys(each for run in runs for each in run.tails)),
        variants=variants,
        retried=sum(run.retried for run in runs),
        held=round(sum(run.held for run in runs), 1),
        outlived=tuple(dict.fromkeys(each for run in runs for each in run.outlived)),
        started=min((run.started for run in runs if run.started), default=""),
        coverage=added(*(run.coverage for run in runs)),
    )
    return merged, combined(verdict for _, verdicts in parts for verdict in verdicts)


def combined(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """One verdict for each clause and listing, of what several machines or processes found out."""
    return rested(merge(verdicts))


def rested(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The same verdicts; undecided where one rests on a clause that another part found violated.

    Within a part the evaluator says so; it takes all parts to know what is violated.
    """
    broken = {
        (each.clause, each.listing)
        for each in verdicts
        if (each.verdict in (Outcome.VIOLATED, Outcome.DEVIATION) and each.level == "MUST")
        or each.reason.startswith(RESTS_ON)
    }
    return [_rested(each, broken) for each in verdicts]


RESTS_ON = "rests on "


def _rested(verdict: Verdict, broken: AbstractSet[tuple[str, str]]) -> Verdict:
    clause = CLAUSES.get(verdict.clause)
    if verdict.verdict != Outcome.VIOLATED or clause is None:
        return verdict
    basis = next((name for name in clause.requires if (name, verdict.listing) in broken), None)
    if basis is None:
        return verdict
    reason = f"{RESTS_ON}{basis}, which is violated; first seen: {verdict.actual}"
    return replace(verdict, verdict=Outcome.UNDECIDED, reason=reason, expected="", actual="", curl=(), exchanges=())
