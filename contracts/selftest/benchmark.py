"""What a run costs, beside Schemathesis' own command on the same description: seconds, processor, memory, requests.

Whole processes, by turns over one mock, with and without latency: what the machine does meanwhile hits all of them.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.mock import FAULTS, Settings
from contracts.mock.server import running
from contracts.selftest import fault_detection as killers
from contracts.selftest.children import environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from contracts.paging.units import Seconds

_VERIFY = ("-m", "contracts", "verify", "{base}", "--verdicts", "{folder}/v.json", "--seed", "{seed}")
_SCHEMATHESIS = (
    "-m", "schemathesis.cli", "run", "{folder}/api.yaml", "--url", "{base}", "--seed", "{seed}", "--report-dir", "{folder}",
)  # fmt: skip
DEFAULT, RIVAL = "verify", "Schemathesis"
SUBJECTS: Mapping[str, Sequence[str]] = {
    DEFAULT: _VERIFY,
    "verify -n 2": (*_VERIFY, "-n", "2"),
    "verify --profile quick": (*_VERIFY, "--profile", "quick"),
    "verify --clauses links.parameters": (*_VERIFY, "--clauses", "links.parameters"),
    RIVAL: (*_SCHEMATHESIS, "--workers", "1"),
    "Schemathesis, 8 workers": (*_SCHEMATHESIS, "--workers", "8"),
}
"""Arguments of Python, by the name of what is measured."""

LATENCIES = (0.0, 40.0, 150.0)
"""Milliseconds that the mock lets pass before each answer."""

ENDED = (0, 1)
"""Exit codes of a run that came to its end: nothing was found, or something was."""


class CrashedError(Exception):
    """A command that is measured did not come to its end."""

    def __init__(self, words: Sequence[str], code: int, printed: str) -> None:
        super().__init__(f"no figures: {' '.join(words)} ended with exit code {code}: …{printed[-300:].strip()}")


@dataclass(frozen=True)
class Cost:
    """What one process took: wall clock, processor with that of its children, the most memory of one, and requests sent.

    Of Schemathesis, the test cases that it says it generated.
    """

    seconds: Seconds
    worked: Seconds
    mebibytes: float
    requests: int


def cost(words: Sequence[str], base: str, seed: int) -> Cost:
    """Run a command line once over the target at `base`."""
    with TemporaryDirectory() as folder:
        description = [sys.executable, "-m", "contracts", "description", f"{folder}/api.yaml", "--without-security"]
        if words[:2] == _SCHEMATHESIS[:2]:
            subprocess.run(description, env=environment(), check=True)  # noqa: S603 - this project's own command
        filled = [word.format(base=base, folder=folder, seed=seed) for word in words]
        said, began = Path(folder, "said"), time.perf_counter()
        with said.open("wb") as file:
            process = subprocess.Popen(  # noqa: S603 - likewise
                [sys.executable, *filled], cwd=folder, env=environment(), stdout=file, stderr=subprocess.STDOUT
            )
            _, status, used = os.wait4(process.pid, 0)
        took = time.perf_counter() - began
        process.returncode = code = os.waitstatus_to_exitcode(status)
        printed = said.read_text()
        if code not in ENDED:
            raise CrashedError(filled, code, printed)
        return Cost(took, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, _sent(Path(folder), printed))


def _sent(folder: Path, said: str) -> int:
    verdicts = folder / "v.json"
    if verdicts.exists():
        return int(json.loads(verdicts.read_bytes())["run"]["requests"])
    found = re.search(r"([\d,]+) generated", said)
    return int(found[1].replace(",", "")) if found else 0


def spread(values: Sequence[float], form: str = ",.1f") -> str:
    """Minimum, median and maximum, written in this form."""
    return " / ".join(format(value, form) for value in (min(values), median(values), max(values)))


def lines(
    rounds: int, sample: int, seed: int, latencies: Iterable[float] = LATENCIES, names: Iterable[str] = SUBJECTS
) -> Iterator[str]:
    """The benchmark as text, a row for each subject: minimum / median / maximum of so many rounds.

    `sample` faults, drawn by the seed, say how many are caught for a thousand requests.
    """
    yield f"{rounds} rounds, minimum / median / maximum; own time is that of the processor"
    for latency in latencies:
        yield from _table(rounds, seed, latency, [*names])
    chosen = Random(seed).sample(list(FAULTS), sample)  # noqa: S311 - a choice that the seed repeats
    trials = [killers.trial(name, CONVERSATION_CLAUSES, seed) for name in chosen]
    caught, sent = sum(bool(each.caught) for each in trials), sum(each.requests for each in trials)
    if trials:
        yield f"{caught} of {sample} faults caught by whole runs: {1000 * caught / sent:.2f} for a thousand requests"


def _table(rounds: int, seed: int, latency: float, names: list[str]) -> Iterator[str]:
    costs: dict[str, list[Cost]] = {name: [] for name in names}
    with running(Settings(latency=(latency, latency))) as base:
        for number in range(rounds):
            for name, known in costs.items():
                known.append(cost(SUBJECTS[name], base, seed + number))
    yield f"\n{f'{latency:g} ms on every answer':<36}{'seconds':<24}{'own seconds':<22}{'MiB':<20}requests"
    for name, known in costs.items():
        took, worked = spread([each.seconds for each in known]), spread([each.worked for each in known])
        memory = spread([each.mebibytes for each in known], ",.0f")
        sent = spread([each.requests for each in known], ",.0f")
        yield f"{name:<36}{took:<24}{worked:<22}{memory:<20}{sent}"
    if DEFAULT in costs:
        own = [each.worked / each.requests * 1000 for each in costs[DEFAULT]]
        yield f"own seconds of {DEFAULT} for 1,000 requests: {spread(own, ',.2f')}"
    if {DEFAULT, RIVAL} <= costs.keys():
        ratios = [a.seconds / b.seconds for a, b in zip(costs[DEFAULT], costs[RIVAL], strict=True)]
        yield f"{DEFAULT} takes of {RIVAL}, by the same round: {spread(ratios, ',.2f')}"
