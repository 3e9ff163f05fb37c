"""auth: only where the target is asked with a credential."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.evidence.negative import NO_TOKEN, WRONG_TOKEN, Probe
from contracts.findings.clause import Holds, Level, Violation
from contracts.findings.families import Family
from contracts.findings.places import STATUS

if TYPE_CHECKING:
    from collections.abc import Iterator

family = Family(__name__, __doc__)

UNAUTHORIZED = 401
REFUSALS = range(400, 600)
NEEDS = "a target with a credential"


def _refused(probe: Probe) -> Iterator[Violation]:
    exchange = probe.answer.exchange
    unknown_method = exchange.method != "GET" and exchange.status in REFUSALS
    if exchange.status != UNAUTHORIZED and not unknown_method:
        yield Violation(f"401 with {probe.what}", f"status {exchange.status}", (exchange,), where=STATUS)


@family.clause(Level.MUST, Holds.ALWAYS, None, NO_TOKEN, needs=NEEDS)
def required(probe: Probe) -> Iterator[Violation]:
    """A request without a token is refused with 401, also for later pages and for single items."""
    yield from _refused(probe)


@family.clause(Level.MUST, Holds.ALWAYS, None, WRONG_TOKEN, needs=NEEDS)
def checked(probe: Probe) -> Iterator[Violation]:
    """A request with a wrong token is refused with 401, also for later pages and for single items."""
    yield from _refused(probe)
