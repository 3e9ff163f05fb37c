"""How fast, and how much, a target may be asked: one rate for all processes of a run."""

from __future__ import annotations

import time
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from contracts.transport.errors import BudgetError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from filelock import BaseFileLock

    from contracts.paging.units import Seconds


@dataclass(frozen=True)
class Pace:
    """How fast, and how much, a target may be asked.

    Attributes:
        rate: requests a second; None for as fast as it answers.
        budget: requests in all; None for as many as it takes.
        ledger: a file in which the processes of a run keep when the next request may go; None where there is one.
    """

    rate: float | None = None
    budget: int | None = None
    ledger: Path | None = None


class Pacer:
    """Lets requests through: so many a second over all processes, and no more than the budget of this one.

    Args:
        pace: rate, budget and ledger.
        clock: the same for all processes of a machine.
        sleep: waits so long.
    """

    def __init__(
        self, pace: Pace, clock: Callable[[], Seconds] = time.monotonic, sleep: Callable[[Seconds], None] = time.sleep
    ) -> None:
        self.pace = pace
        self.taken = 0
        self._clock, self._sleep = clock, sleep
        self._next = 0.0
        self._lock = _lock(pace.ledger) if pace.ledger else None
        self._alone = Lock()

    def take(self, url: str) -> None:
        """Wait for the turn of one request; `BudgetError` where the budget is used up."""
        with self._alone:
            if self.pace.budget is not None and self.taken >= self.pace.budget:
                raise BudgetError(url, self.pace.budget)
            self.taken += 1
            if self.pace.rate is None:
                return
            if self._lock is None:
                turn = self._turn(1 / self.pace.rate)
            else:
                with self._lock:
                    self._next = self._noted()
                    turn = self._turn(1 / self.pace.rate)
                    self._note()
        if turn > self._clock():
            self._sleep(turn - self._clock())

    def _turn(self, apart: Seconds) -> Seconds:
        """When this request may go; the next one `apart` later."""
        turn = max(self._next, self._clock())
        self._next = turn + apart
        return turn

    def _noted(self) -> Seconds:
        assert self.pace.ledger is not None
        return float(self.pace.ledger.read_text() or 0) if self.pace.ledger.exists() else 0.0

    def _note(self) -> None:
        assert self.pace.ledger is not None
        self.pace.ledger.write_text(repr(self._next))


def _lock(ledger: Path) -> BaseFileLock:
    """The lock of a ledger, which one process holds at a time."""
    from filelock import FileLock  # noqa: PLC0415 - slow; needed by several processes only

    return FileLock(f"{ledger}.lock")
