"""Where a long run is: a line now and then on a terminal, and nothing in the log of a CI job."""

from __future__ import annotations

import os
import time
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pytest

    from contracts.pytest_plugin.parts import Part

EVERY = 10.0
"""Seconds between two lines."""


class Progress:
    """Says how far a run is.

    Args:
        say: writes a line to the terminal.
        total: verdicts that there will be.
        budget: requests that the run may send; None for any number.
        clock: seconds.
    """

    def __init__(
        self, say: Callable[[str], None], total: int, budget: int | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._say, self._clock = say, clock
        self.total, self.done = total, 0
        self._budget = budget
        self._began = self._said = clock()
        self._sent: dict[object, int] = {}
        self._current = ""

    def begin(self, family: str, listing: str) -> None:
        """A clause of a family is looked at now, for a listing."""
        self._current = f"{family}, {listing}"

    def end(self) -> None:
        """One verdict more."""
        self.done += 1

    def follow(self, parts: Iterable[Part]) -> None:
        """Several processes got so far."""
        at_work = list(parts)
        self.done = sum(len(each.decided) for each in at_work)
        for each in at_work:
            self.begin(*each.current)
            self.sent(each.process, round(each.counted["sent"]))

    def sent(self, process: object, requests: int) -> None:
        """So many requests were sent by a process so far."""
        self._sent[process] = requests
        if self._clock() - self._said >= EVERY:
            self._said = self._clock()
            self._say(self.line())

    def line(self) -> str:
        """Family, listing, requests, verdicts, time, and about how long it will take."""
        seconds = self._clock() - self._began
        budget = f" of {self._budget:,}" if self._budget else ""
        left = seconds / self.done * (self.total - self.done) if self.done >= self.total / 10 else None
        about = f", about {_duration(left)} left" if left is not None else ""
        return (
            f"  {self._current}: {sum(self._sent.values()):,}{budget} requests, "
            f"{self.done:,} of {self.total:,} verdicts, {_duration(seconds)}{about}"
        )


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def wanted(config: pytest.Config) -> bool:
    """Whether somebody is looking: at a terminal, and no CI job."""
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    return not hasattr(config, "workerinput") and not os.environ.get("CI") and bool(reporter and reporter.isatty)


def speaker(config: pytest.Config) -> Callable[[str], None]:
    """Writes lines to the terminal, also while a test runs."""
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    capture: Any = config.pluginmanager.get_plugin("capturemanager")

    def say(line: str) -> None:
        with capture.global_and_fixture_disabled():
            reporter.ensure_newline()
            reporter.write_line(line)

    return say


def repeating(act: Callable[[], None], seconds: float) -> Callable[[], None]:
    """Act again and again in a thread of its own, so many seconds apart; call what is returned to end that."""
    over = Event()

    def repeat() -> None:
        while not over.wait(seconds):
            act()

    thread = Thread(target=repeat, daemon=True)
    thread.start()

    def end() -> None:
        over.set()
        thread.join()

    return end
