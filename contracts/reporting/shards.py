"""Parts of one run, made on several machines, put together again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from contracts.findings.requirements import SEEN, required
from contracts.findings.verdicts import Outcome, merge
from contracts.reporting.coverage import added

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from contracts.findings.families import Clauses
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


def together(parts: Sequence[tuple[Run, Sequence[Verdict]]], clauses: Clauses) -> tuple[Run, list[Verdict]]:
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
        severed=sum(run.severed for run in runs),
        refused=sum(run.refused for run in runs),
        given_up=tuple(dict.fromkeys(each for run in runs for each in run.given_up)),
        held=round(sum(run.held for run in runs), 1),
        outlived=tuple(dict.fromkeys(each for run in runs for each in run.outlived)),
        started=min((run.started for run in runs if run.started), default=""),
        coverage=added(*(run.coverage for run in runs)),
        plain=added(*(run.plain for run in runs)),
    )
    return merged, combined((verdict for _, verdicts in parts for verdict in verdicts), clauses)


def combined(verdicts: Iterable[Verdict], clauses: Clauses) -> list[Verdict]:
    """One verdict for each clause and listing, of what several machines or processes found out."""
    return rested(merge(verdicts), clauses)


def rested(verdicts: Sequence[Verdict], clauses: Clauses) -> list[Verdict]:
    """The same verdicts; undecided where one requires a clause that another part found violated.

    Within a part the evaluator says so; it takes all parts to know what is violated.
    """
    known = {each.pair: each for each in verdicts}

    def rested_one(verdict: Verdict) -> Verdict:
        clause = clauses.get(verdict.clause)
        if clause is None or not (verdict.verdict == Outcome.VIOLATED or SEEN in verdict.reason):
            return verdict
        found = verdict if verdict.actual else replace(verdict, actual=verdict.reason.partition(SEEN)[2])
        decided = required(found, clause.requires, lambda name: broken(name, verdict.listing))
        return verdict if decided is found else decided

    def broken(name: str, listing: str) -> Verdict | None:
        found = known.get((name, listing))
        if found is None or not (found.verdict in BROKEN or SEEN in found.reason) or found.level != "MUST":
            return None
        return rested_one(found)

    return [rested_one(each) for each in verdicts]


BROKEN = (Outcome.VIOLATED, Outcome.DEVIATION)
