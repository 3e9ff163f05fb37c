"""A process under watch: its time, the memory of it and of all that it started, and what of these is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

TICK = 0.05
MEGABYTE = 2**20
_PAGE = os.sysconf("SC_PAGE_SIZE")
_ENOUGH = 1500.0
"""Megabytes at which a process is ended for the sake of the machine."""

_LONGEST = 5
"""Times its bound that a process may take where others have the cores."""

_LINGER = 5.0
"""Seconds after its end in which whatever a process started has to end too."""

Key = tuple[int, str]
"""A process: its id and when it began, as ids are used again."""


@dataclass(frozen=True)
class Ended:
    """What came of a process.

    Attributes:
        code: its exit code; negative for a signal; None where it had to be killed.
        seconds: how long it took, without the time in which it waited for a core that others had.
        megabytes: the most that it and all that it started held at once.
        printed: what it wrote to its standard output and error.
        left: how many of the processes that it started were there after it.
    """

    code: int | None
    seconds: float
    megabytes: float
    printed: str = ""
    left: int = 0


@dataclass(frozen=True)
class _Process:
    key: Key
    parent: int
    session: int
    megabytes: float
    zombie: bool


def _processes() -> Iterator[_Process]:
    for entry in os.scandir("/proc"):
        if entry.name.isdecimal():
            with suppress(OSError):
                stat = (Path(entry.path) / "stat").read_text(encoding="latin-1").rpartition(")")[2].split()
                held = int(stat[21]) * _PAGE / MEGABYTE
                yield _Process((int(entry.name), stat[19]), int(stat[1]), int(stat[3]), held, stat[0] in "ZX")


def _queued(pid: int) -> float:
    """Seconds that the main thread of a process was ready and had no core; 0 where the system does not say."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0


class Watched:
    """A process that runs; look at it by `until` and `end`.

    Attributes:
        process: the process itself.
        megabytes: the most that it and all that it started held at once, so far.
    """

    def __init__(self, process: subprocess.Popen[bytes], said: Path) -> None:
        self.process, self._said = process, said
        self._began, self.megabytes, self._queued, self._seen = time.monotonic(), 0.0, 0.0, dict[Key, bool]()

    @property
    def printed(self) -> str:
        """What it and all that it started wrote so far."""
        return self._said.read_text(encoding="utf-8", errors="surrogateescape")

    @property
    def seconds(self) -> float:
        """How long it runs, without the time in which it waited for a core."""
        return time.monotonic() - self._began - self._queued

    def alive(self) -> list[Key]:
        """It and the processes that it started, as far as they are there; the memory is noted."""
        there = {each.key: each for each in _processes() if not each.zombie}
        mine = {key for key, each in there.items() if each.session == self.process.pid or key in self._seen}
        while more := {each.key for each in there.values() if each.parent in {pid for pid, _ in mine}} - mine:
            mine |= more
        self._seen |= dict.fromkeys(mine, True)
        self.megabytes = max(self.megabytes, sum(there[key].megabytes for key in mine))
        self._queued = max([self._queued, *(_queued(pid) for pid, _ in mine)])
        return sorted(mine)

    def children(self) -> list[int]:
        """The ids of the processes that it started."""
        return [pid for pid, _ in self.alive() if pid != self.process.pid]

    def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Wait until a condition holds, it has ended, or the time is up; whether the condition held."""
        end, longest = self.seconds + seconds, time.monotonic() + seconds * _LONGEST
        while not condition():
            self.alive()
            late = self.seconds > end or time.monotonic() > longest
            if self.process.poll() is not None or late or self.megabytes > _ENOUGH:
                return condition()
            time.sleep(TICK)
        return True

    def end(self, seconds: float) -> Ended:
        """Wait for its end, counted from its start; kill it where it takes longer, or too much memory."""
        self.until(lambda: self.process.poll() is not None, seconds - self.seconds)
        code, took = self.process.poll(), self.seconds
        left = self._left() if code is not None else 0
        self.kill()
        return Ended(code, took, self.megabytes, self.printed, left)

    def _left(self) -> int:
        """How many of the processes that it started outlive it."""
        end = time.monotonic() + _LINGER
        while self.children() and time.monotonic() < end:
            time.sleep(TICK)
        return len(self.children())

    def kill(self) -> None:
        """End it and all that it started."""
        for pid, _ in self.alive():
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()


_DEFAULTS = """
import os, resource, signal, sys
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
    signal.signal(number, signal.SIG_DFL)
{prepare}
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Lets signals do what they do in a terminal: a shell in the background hands down that SIGINT is ignored.

A process of its own does it, as `preexec_fn` is not safe beside threads.
"""


def _words(pid: int) -> str:
    """The command line of a process; empty where the system does not say."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


@contextmanager
def watched(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    said: Path,
    prepare: str = "",
) -> Iterator[Watched]:
    """Start a process in a folder; it ends with the block at the latest.

    Args:
        command: its first word is the path of a program.
        folder: its current folder.
        environment: its variables.
        said: the file for what it prints.
        prepare: a statement of Python that the process carries out first, for limits of its own.
    """
    with said.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - this project's own commands
            [sys.executable, "-ISc", _DEFAULTS.format(prepare=prepare), *command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    running = Watched(process, said)
    running.until(lambda: _DEFAULTS[:20] not in _words(process.pid), _LINGER)
    try:
        yield running
    finally:
        running.kill()
