"""The same run again and again while others have the cores: its verdicts may not change."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from contracts.selftest.children import environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MODES = (0, 2)
"""Workers of a run."""

BUSY = 2
"""Processes that do nothing but keep cores busy."""

_LONGEST = 600.0
"""Seconds after which a run is given up."""

Pair = tuple[str, str]
"""A clause and a listing."""


@dataclass(frozen=True)
class Passage:
    """One run: its workers, its exit code, its seconds, and its verdicts."""

    workers: int
    code: int | None
    seconds: float
    verdicts: Mapping[Pair, str] = field(default_factory=dict)

    def differences(self, other: Passage) -> list[str]:
        """What is another verdict than in another run, a line each; both verdicts, this one's last."""
        if self.code != other.code:
            return [f"exit code {other.code}, then {self.code}", *self._changes(other)]
        return self._changes(other)

    def _changes(self, other: Passage) -> list[str]:
        pairs = sorted(self.verdicts.keys() | other.verdicts.keys())
        changed = [pair for pair in pairs if self.verdicts.get(pair) != other.verdicts.get(pair)]
        return [f"{' '.join(pair)}: {other.verdicts.get(pair)}, then {self.verdicts.get(pair)}" for pair in changed]


def passages(runs: int, seed: int, *options: str) -> Iterator[Passage]:
    """Verify the bundled mock so many times with each number of workers, by turns, beside busy processes.

    `options` are further ones of `verify`.
    """
    with ExitStack() as stack:
        for _ in range(BUSY):
            idle = stack.enter_context(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
            stack.callback(idle.kill)
        for _ in range(runs):
            for workers in MODES:
                with TemporaryDirectory() as folder:
                    yield _passage(Path(folder), workers, ["--seed", str(seed), *options])


def _passage(folder: Path, workers: int, words: Sequence[str]) -> Passage:
    began, file = time.monotonic(), folder / "verdicts.json"
    command = [sys.executable, "-m", "contracts", "verify", "-n", str(workers), "--verdicts", str(file), *words]
    try:
        done = subprocess.run(  # noqa: S603 - this project's own command
            command, cwd=folder, env=environment(), capture_output=True, timeout=_LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        return Passage(workers, None, time.monotonic() - began)
    took = time.monotonic() - began
    known = json.loads(file.read_bytes())["verdicts"] if file.exists() else []
    return Passage(
        workers, done.returncode, took, {(each["clause"], each["listing"]): each["verdict"] for each in known}
    )
