"""Runs that are cut short: by signals at several moments, by the end of a worker or of the parent."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.selftest.chaos.cases import COMMAND, GRACE, Bound, Case, Found, Place, SkippedError
from contracts.selftest.chaos.scripts import EVERYWHERE, sent
from contracts.selftest.chaos.server import serving
from contracts.selftest.chaos.servers import WHOLE
from contracts.selftest.chaos.watched import Watched, watched

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contracts.selftest.chaos.server import Hostile
    from contracts.selftest.chaos.watched import Ended

INTERRUPTED = 2
EARLY = (INTERRUPTED, -signal.SIGTERM, -signal.SIGINT, 128 + signal.SIGINT, 128 + signal.SIGTERM)
"""Exit codes of a run that is cut short before it has begun."""

REPORTS = ("--verdicts=v.json", "--har=h.har", "--junit-xml=j.xml")
SOON = Bound(60.0, 600.0)
"""An interrupted run, with two workers at most."""

_START = 120.0
"""Seconds in which a run must have begun."""

_LEAST = 0.5
"""Share of the exchanges before an interruption that the archive must hold; the newest may still be on their way."""


@dataclass(frozen=True)
class Moment:
    """When a run is interrupted: after so many requests, with so many workers."""

    requests: int
    workers: int = 0

    @property
    def name(self) -> str:
        """Such as `after-300-n2`."""
        return f"after-{self.requests}-n{self.workers}"

    @property
    def words(self) -> tuple[str, ...]:
        """The option for the workers."""
        return ("-n", str(self.workers)) if self.workers else ()


@contextmanager
def begun(place: Place, moment: Moment) -> Iterator[tuple[Watched, Hostile]]:
    """A run over a correct server at a moment."""
    words = [*COMMAND, "verify", *moment.words, *REPORTS, f"--seed={place.seed}"]
    with serving(WHOLE, EVERYWHERE, lambda _, answer: (sent(answer),)) as (url, server):
        command = [*words[:4], url, *words[4:]]
        with watched(command, place.work, place.environment(), place.said()) as running:
            if not running.until(lambda: server.asked >= moment.requests, _START):
                raise RuntimeError(f"{server.asked} requests only: {running.printed[-300:]}")
            yield running, server


def cut_short(place: Place, ended: Ended, requests: int) -> Iterator[str]:
    """What is wrong with what an interrupted run says and leaves."""
    if ended.code not in ((INTERRUPTED,) if requests else EARLY):
        yield f"exit code {ended.code} instead of {INTERRUPTED}: {ended.printed[-200:]}"
    if "The contract is kept" in ended.printed and "Cut short" not in ended.printed:
        yield "it says: The contract is kept"
    if not requests:
        return
    verdicts, why = _read(place.work / "v.json")
    if why or not verdicts["run"]["interrupted"]:
        yield why or "the verdict file does not say that it was interrupted"
    archive, why = _read(place.work / "h.har")
    entries = 0 if why else len(archive["log"]["entries"])
    if why or entries < requests * _LEAST:
        yield why or f"the archive has {entries} of {requests} exchanges"


def _read(file: Path) -> tuple[dict[str, dict[str, list[object]]], str]:
    try:
        return json.loads(file.read_bytes()), ""
    except (OSError, ValueError) as error:
        return {}, f"{file.name}: {error}"


def interrupted(place: Place, moment: Moment, numbers: Sequence[signal.Signals]) -> Found:
    """Send signals to the main process, each a moment after the one before."""
    with begun(place, moment) as (running, server):
        before = server.asked
        for number in numbers:
            if running.process.poll() is None:
                running.process.send_signal(number)
                running.until(lambda: False, 0.3)
        ended = running.end(running.seconds + 15.0)
    return Found(ended, tuple(cut_short(place, ended, before if moment.requests > 1 else 0)))


def everyone(place: Place, moment: Moment) -> Found:
    """As a terminal does for Ctrl-C: SIGINT for the process and all that it started."""
    with begun(place, moment) as (running, server):
        before = server.asked
        os.killpg(running.process.pid, signal.SIGINT)
        ended = running.end(running.seconds + 15.0)
    return Found(ended, tuple(cut_short(place, ended, before)))


def _workers(running: Watched) -> list[int]:
    """The processes that carry out tests."""
    return [pid for pid in running.children() if "exec(eval" in _words(pid)]


def _words(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def worker_lost(place: Place, moment: Moment, number: signal.Signals, count: int) -> Found:
    """Send a signal to workers: whatever they had to do was not done, so the run is no whole one."""
    with begun(place, moment) as (running, _):
        workers = _workers(running)
        if not workers:
            raise SkippedError("the processes of workers cannot be told from others here")
        for pid in workers[:count]:
            os.kill(pid, number)
        ended = running.end(90.0)
    return Found(ended, tuple(cut_short(place, ended, 1)))


def parent_killed(place: Place, workers: int) -> Found:
    """Kill the main process of a run over the bundled mock: nothing that it started may be left."""
    words = ["verify", *Moment(0, workers).words, *REPORTS]
    with watched([*COMMAND, *words], place.work, place.environment(), place.said()) as running:
        if not running.until(lambda: len(running.children()) > workers and "items" in running.printed, _START):
            raise RuntimeError(f"it did not begin: {running.printed[-300:]}")
        running.process.kill()
        ended = running.end(running.seconds + GRACE)
    problems = [f"{ended.left} processes outlive it"] if ended.left else []
    return Found(ended, tuple(problems))


def mock_orphaned(place: Place, words: Sequence[str]) -> Found:
    """Kill a process that started a mock by the package's own function."""
    source = f"from contracts.mock.server import started\nwith started({list(words)}) as m: print(m.url, flush=True); input()"
    with watched(
        [sys.executable, "-c", f"import time\n{source.replace('input()', 'time.sleep(99)')}"],
        place.work,
        place.environment(),
        place.said(),
    ) as running:
        if not running.until(lambda: "http" in running.printed, _START):
            raise RuntimeError(f"the mock did not start: {running.printed[-300:]}")
        running.process.kill()
        ended = running.end(running.seconds + GRACE)
    return Found(ended, tuple([f"{ended.left} processes outlive it"] if ended.left else []))


def pipe_closed(place: Place, lines: int) -> Found:
    """Read so many lines of what a run prints, and close the pipe, as `head` does."""
    head = f"import sys; from itertools import islice; [*islice(sys.stdin, {lines})]"
    command = " ".join(f"'{word}'" for word in (*COMMAND, "verify", "--profile=quick"))
    shell = f"{command} 2>stderr.txt | '{sys.executable}' -c '{head}'"
    with watched(["/bin/sh", "-c", shell], place.work, place.environment(), place.said()) as running:
        ended = running.end(60.0 + GRACE)
    said = (place.work / "stderr.txt").read_text(encoding="utf-8")
    return Found(ended, tuple(["a traceback on standard error"] if "Traceback" in said else []))


def slowly(place: Place) -> Found:
    """A run that may send one request an hour ends as soon as it is interrupted."""
    words = [*COMMAND, "verify", "--rate=1/h", *REPORTS]
    with watched(words, place.work, place.environment(), place.said()) as running:
        running.until(lambda: "collected" in running.printed, _START)
        time.sleep(1.0)
        running.process.send_signal(signal.SIGINT)
        ended = running.end(running.seconds + 15.0)
    return Found(ended, tuple(cut_short(place, ended, 0)))


def cases() -> Iterator[Case]:
    """All of them."""
    yield from _signals()
    lost = Bound(90.0, 600.0)
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGALRM):
        run = partial(worker_lost, moment=BUSY_TWO, number=number, count=1)
        yield Case("lost-workers", f"{number.name}-of-one", run, lost)
    both = partial(worker_lost, moment=BUSY_TWO, number=signal.SIGKILL, count=2)
    yield Case("lost-workers", "SIGKILL-of-both", both, lost)
    early = partial(worker_lost, moment=Moment(1, 2), number=signal.SIGKILL, count=1)
    yield Case("lost-workers", "SIGKILL-of-one-early", early, lost)
    for workers in (0, 2):
        yield Case("lost-parents", f"a-run-n{workers}", partial(parent_killed, workers=workers), SOON)
    yield Case("lost-parents", "a-mock", partial(mock_orphaned, words=()), SOON, quick=True)
    yield Case("lost-parents", "a-mock-of-3-workers", partial(mock_orphaned, words=("--workers=3",)), SOON)
    for lines in (0, 1, 20):
        run = partial(pipe_closed, lines=lines)
        yield Case("closed-pipes", f"after-{lines}-lines", run, SOON, quick=lines == 1)


BUSY, BUSY_TWO = Moment(400), Moment(400, 2)


def _signals() -> Iterator[Case]:
    for number in (signal.SIGINT, signal.SIGTERM):
        for moment in (Moment(1), BUSY, BUSY_TWO, Moment(1500, 2)):
            run = partial(interrupted, moment=moment, numbers=(number,))
            quick = (number, moment) == (signal.SIGTERM, BUSY)
            yield Case("signals", f"{number.name}-{moment.name}", run, SOON, quick)
    several = {
        "SIGHUP": (signal.SIGHUP,),
        "SIGINT-twice": (signal.SIGINT, signal.SIGINT),
        "SIGINT-then-SIGTERM": (signal.SIGINT, signal.SIGTERM, signal.SIGTERM),
    }
    for moment in (BUSY, BUSY_TWO):
        for name, numbers in several.items():
            run = partial(interrupted, moment=moment, numbers=numbers)
            yield Case("signals", f"{name}-{moment.name}", run, SOON)
        yield Case("signals", f"ctrl-c-for-all-{moment.name}", partial(everyone, moment=moment), SOON)
    yield Case("signals", "SIGINT-at-one-request-an-hour", slowly, SOON)
