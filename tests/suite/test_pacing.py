"""The pace: one rate for all processes of a run, and a budget."""

from __future__ import annotations

import time
from multiprocessing import get_context
from typing import TYPE_CHECKING

import pytest

from contracts.transport.errors import BudgetError
from contracts.transport.pacing import Pace, Pacer

if TYPE_CHECKING:
    from pathlib import Path


class Clock:
    """A clock that goes on by what is slept."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """What it shows."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time go by."""
        self.now += seconds


def test_requests_go_one_after_another_at_the_rate() -> None:
    clock = Clock()
    pacer = Pacer(Pace(rate=4), clock, clock.sleep)
    went = []
    for _ in range(4):
        pacer.take("http://a")
        went.append(clock.now)
    assert went == [100.0, 100.25, 100.5, 100.75]


def test_who_was_slow_may_not_catch_up_at_once() -> None:
    clock = Clock()
    pacer = Pacer(Pace(rate=4), clock, clock.sleep)
    pacer.take("http://a")
    clock.now += 60
    for _ in range(2):
        pacer.take("http://a")
    assert clock.now == 160.25


def test_without_a_pace_nothing_waits() -> None:
    clock = Clock()
    pacer = Pacer(Pace(), clock, clock.sleep)
    for _ in range(100):
        pacer.take("http://a")
    assert (clock.now, pacer.taken) == (100.0, 100)


def test_a_budget_that_is_used_up_lets_nothing_through() -> None:
    pacer = Pacer(Pace(budget=2))
    pacer.take("http://a")
    pacer.take("http://a")
    with pytest.raises(BudgetError, match="budget: 2 requests are used up"):
        pacer.take("http://a")
    assert pacer.taken == 2


def _ask(ledger: Path, count: int) -> None:
    pacer = Pacer(Pace(rate=50, ledger=ledger))
    for _ in range(count):
        pacer.take("http://a")


def test_processes_keep_the_rate_together(tmp_path: Path) -> None:
    """Twice fifteen requests at 50 a second take 0.58 s or more, whoever sends them."""
    processes = [get_context("spawn").Process(target=_ask, args=(tmp_path / "ledger", 15)) for _ in range(2)]
    began = float(time.monotonic())
    for each in processes:
        each.start()
    for each in processes:
        each.join(60)
    assert [each.exitcode for each in processes] == [0, 0]
    assert float((tmp_path / "ledger").read_text()) >= began + 0.6
