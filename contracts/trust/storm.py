"""A bad day: the correct mock with limits, delays, resets, writes and a token all at once has to be found correct."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.mock import Settings
from contracts.mock.server import running

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "Storm-token-5"  # noqa: S105 - the mock's
SETTINGS = Settings(token=TOKEN, rate_limit=200.0, latency=(1.0, 4.0), flaky=0.02, writes_per_second=10.0)


@dataclass(frozen=True)
class Passage:
    """One run of the command through it: its exit code, and the last lines that it said."""

    seed: int
    code: int
    told: tuple[str, ...]


def passages(rounds: int, seed: int, *options: str) -> Iterator[Passage]:
    """Run the contract tests over such a mock, once for each round, in two processes."""
    environment = {**os.environ, "CONVERSATION_API_TOKEN": TOKEN}
    for number in range(seed, seed + rounds):
        with running(SETTINGS) as base:
            words = ["tests/contract", "-q", "-n", "2", "--base-url", base, "--seed", str(number), *options]
            done = subprocess.run(  # noqa: S603 - this project's own tests
                [sys.executable, "-m", "pytest", *words], env=environment, capture_output=True, text=True, check=False
            )
        yield Passage(number, done.returncode, tuple(line for line in done.stdout.splitlines()[-5:] if line))
