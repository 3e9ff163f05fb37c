"""Chooses the mutants of a session of cosmic-ray that are tried.

`python tests/mutants.py session.sqlite [COUNT SEED]` skips those that no test can notice, and all but COUNT of the
others: the same ones for the same seed and code. All of them take hours.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import WorkerOutcome, WorkResult

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cosmic_ray.work_item import WorkItem

UNNOTICED = (
    "if TYPE_CHECKING:",  # turned round, it imports what only annotations name
    "@dataclass(",  # whether a value is frozen, compared or has slots: nobody writes to one, and types are checked
)
"""How lines begin that can be changed and mean the same."""


def choose(session: WorkDB, count: int | None, seed: int) -> tuple[int, int]:
    """Skip what is not to be tried, and give how many mutants there were to choose from and how many are left."""
    waiting = sorted(session.pending_work_items, key=_place)
    _skip(session, (item for item in waiting if _line(item).startswith(UNNOTICED)))
    telling = [item for item in waiting if not _line(item).startswith(UNNOTICED)]
    drawn = Random(seed).sample(range(len(telling)), min(count or len(telling), len(telling)))  # noqa: S311 - seeded
    chosen = {telling[index].job_id for index in drawn}
    _skip(session, (item for item in telling if item.job_id not in chosen))
    return len(telling), len(chosen)


def _skip(session: WorkDB, items: Iterable[WorkItem]) -> None:
    session.set_multiple_results([item.job_id for item in items], WorkResult(worker_outcome=WorkerOutcome.SKIPPED))


def _line(item: WorkItem) -> str:
    (change,) = item.mutations
    return _lines(Path(change.module_path))[change.start_pos[0] - 1].strip()


@cache
def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines()


def _place(item: WorkItem) -> tuple[str, str, int]:
    """What tells a mutant: its name in a session is drawn anew each time."""
    (change,) = item.mutations
    return str(change.module_path), change.operator_name, change.occurrence


if __name__ == "__main__":
    name, *numbers = sys.argv[1:]
    count, seed = map(int, numbers) if numbers else (None, 0)
    with use_db(name, WorkDB.Mode.open) as session:
        waiting, chosen = choose(session, count, seed)
    sys.stdout.write(f"{chosen:,} of {waiting:,} mutants are tried" + f", seed {seed}\n" * bool(numbers))
