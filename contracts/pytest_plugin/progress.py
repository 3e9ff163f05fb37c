"""Where a long run is: a line now and then on a terminal, and nothing in the log of a CI job."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

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
        self._total, self._budget = total, budget
        self._began = self._said = clock()
        self._sent: dict[object, int] = {}
        self._done = 0
        self._current = ""

    def begin(self, nodeid: str) -> None:
        """A promise is looked at now."""
        file, _, test = nodeid.partition("::")
        family = os.path.basename(file).removeprefix("test_").removesuffix(".py")  # noqa: PTH119 - part of an id
        self._current = f"{family}, {test.rpartition('[')[2].rstrip(']')}"

    def end(self) -> None:
        """One verdict more."""
        self._done += 1

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
        left = seconds / self._done * (self._total - self._done) if self._done >= self._total / 10 else None
        about = f", about {_duration(left)} left" if left is not None else ""
        return (
            f"  {self._current}: {sum(self._sent.values()):,}{budget} requests, "
            f"{self._done:,} of {self._total:,} verdicts, {_duration(seconds)}{about}"
        )


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def wanted(config: pytest.Config) -> bool:
    """Whether somebody is looking: at a terminal, and no CI job."""
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    return not hasattr(config, "workerinput") and not os.environ.get("CI") and bool(reporter and reporter.isatty)


class Watcher:
    """Tells `Progress` what pytest does."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Note which promise is looked at."""
        self.progress.begin(nodeid)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Note that one was decided, and what a worker has sent."""
        if report.when == "call":
            self.progress.end()
            self.progress.sent(getattr(report, "node", None), getattr(report, "counted", {}).get("sent", 0))


def speaker(config: pytest.Config) -> Callable[[str], None]:
    """Writes lines to the terminal, also while a test runs."""
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    capture: Any = config.pluginmanager.get_plugin("capturemanager")

    def say(line: str) -> None:
        with capture.global_and_fixture_disabled():
            reporter.ensure_newline()
            reporter.write_line(line)

    return say
