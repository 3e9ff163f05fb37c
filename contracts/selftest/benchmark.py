"""What a run costs: requests, seconds, seconds spent waiting for the target, and what they catch."""

from __future__ import annotations

import time
from dataclasses import dataclass
from random import Random
from statistics import median
from typing import TYPE_CHECKING

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.crawl.cache import Choices
from contracts.crawl.profiles import PROFILES
from contracts.mock import FAULTS, Settings
from contracts.mock.server import running
from contracts.runner.verification import Verification
from contracts.selftest import fault_detection as killers
from contracts.transport import Target

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True)
class Cost:
    """Requests and seconds of one run; `waiting` are those of its seconds in which the target worked."""

    requests: int
    seconds: float
    waiting: float


def cost(base_url: str, profile: str, seed: int) -> Cost:
    """Run every clause over a target with a profile."""
    run = Verification(Target(base_url), CONVERSATION_CLAUSES, choices=Choices(seed, PROFILES[profile]), unsafe=True)
    began = time.perf_counter()
    run.run()
    session = run.target.session
    return Cost(session.sent, time.perf_counter() - began, session.waited)


def spread(values: Sequence[float], form: str = ",.1f") -> str:
    """Minimum, median and maximum, written in this form."""
    return " / ".join(format(value, form) for value in (min(values), median(values), max(values)))


def lines(rounds: int, sample: int, seed: int) -> Iterator[str]:
    """The benchmark as text: profiles by turns over one mock over HTTP, then a sample of faults in one process."""
    costs: dict[str, list[Cost]] = {"quick": [], "default": []}
    with running(Settings()) as base_url:
        for number in range(rounds):
            for profile, known in costs.items():
                known.append(cost(base_url, profile, seed + number))
    yield f"{rounds} rounds over HTTP, minimum / median / maximum"
    for profile, known in costs.items():
        requests = spread([each.requests for each in known], ",.0f")
        seconds, waiting = spread([each.seconds for each in known]), spread([each.waiting for each in known])
        own = spread([each.seconds - each.waiting for each in known])
        yield f"{profile:<8} requests {requests}; seconds {seconds}; of these waiting for the target {waiting}, of our own {own}"
    ratios = [a.seconds / b.seconds for a, b in zip(costs["default"], costs["quick"], strict=True)]
    yield f"default takes of quick, by the same round: {spread(ratios)}"
    names = Random(seed).sample(list(FAULTS), sample)  # noqa: S311 - a choice that the seed repeats
    trials = [killers.trial(name, CONVERSATION_CLAUSES, seed) for name in names]
    caught, sent = sum(bool(each.caught) for each in trials), sum(each.requests for each in trials)
    yield f"{caught} of {sample} faults caught by whole runs: {1000 * caught / sent:.2f} for a thousand requests"
