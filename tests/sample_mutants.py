"""Leaves a sample of the mutants in a session of cosmic-ray, where all of them would take hours.

`python tests/sample_mutants.py session.sqlite COUNT SEED` skips the others: the same ones for the same seed and code.
"""

from __future__ import annotations

import sys
from random import Random
from typing import TYPE_CHECKING

from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import WorkerOutcome, WorkResult

if TYPE_CHECKING:
    from cosmic_ray.work_item import WorkItem


def skip_all_but(count: int, seed: int, session: WorkDB) -> int:
    """Skip what waits in a session but for `count` mutants, and give how many there were."""
    waiting = [item.job_id for item in sorted(session.pending_work_items, key=_place)]
    kept = set(Random(seed).sample(waiting, min(count, len(waiting))))  # noqa: S311 - repeated by the seed
    skipped = [name for name in waiting if name not in kept]
    session.set_multiple_results(skipped, WorkResult(worker_outcome=WorkerOutcome.SKIPPED))
    return len(waiting)


def _place(item: WorkItem) -> tuple[str, str, int]:
    """What tells a mutant: its name in a session is drawn anew each time."""
    (change,) = item.mutations
    return str(change.module_path), change.operator_name, change.occurrence


if __name__ == "__main__":
    name, count, seed = sys.argv[1:]
    with use_db(name, WorkDB.Mode.open) as session:
        waiting = skip_all_but(int(count), int(seed), session)
    sys.stdout.write(f"{count} of {waiting:,} mutants are tried, seed {seed}\n")
