"""Parts of one run, made on several machines, put together again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from contracts.reporting.coverage import added
from contracts.verdicts import merge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.reporting.run import Run
    from contracts.verdicts import Verdict

ALIKE = ("target", "description", "seed", "profile", "suite", "fail_on_should", "require_exercised")
"""What parts of one run have in common."""


class UnequalError(ValueError):
    """Parts that are not of one run."""

    def __init__(self, name: str, values: Sequence[object]) -> None:
        super().__init__(name, values)
        self.name = name
        self.values = values

    def __str__(self) -> str:
        found = ", ".join(map(repr, dict.fromkeys(self.values)))
        return f"these are not parts of one run: {self.name} is {found}; give all parts the same options and --seed"


def together(parts: Sequence[tuple[Run, Sequence[Verdict]]]) -> tuple[Run, list[Verdict]]:
    """One run, and one verdict for each clause and listing; `UnequalError` where the parts are of different runs."""
    runs = [run for run, _ in parts]
    for name in ALIKE:
        values = [getattr(run, name) for run in runs]
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
        variants=variants,
        started=min((run.started for run in runs if run.started), default=""),
        coverage=added(*(run.coverage for run in runs)),
    )
    return merged, merge(verdict for _, verdicts in parts for verdict in verdicts)
