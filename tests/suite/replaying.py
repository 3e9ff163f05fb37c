"""A violation made by hand, and violations of a faulty mock in a verdict file."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.crawl.cache import Choices
from contracts.crawl.profiles import PROFILES
from contracts.findings.places import Place, Request
from contracts.findings.recipes import Recipe
from contracts.findings.verdicts import Outcome, Verdict
from contracts.mock import FAULTS
from contracts.mock.handle import Mock
from contracts.reporting import Run, write
from contracts.runner.verification import Verification
from contracts.transport import Target
from tests.suite.support import BASE, U, envelope, exchange

TOKEN = "Replayed-token-5"  # noqa: S105 - the mock's
QUICK = Choices(7, PROFILES["quick"])
AT = f"{BASE}/users?page_size=1"
TWO = envelope(U, [{"id": "USR-1"}, {"id": "USR-2"}], {})
ONE = envelope(U, [{"id": "USR-1"}], {})


def violated(**more: Any) -> Verdict:
    """A violation made by hand: a page of one user was asked for, and held two."""
    made = Verdict(
        "pages.size-bound",
        "users",
        "MUST",
        Outcome.VIOLATED,
        "A page holds what was asked for",
        expected="at most 1 item",
        actual="2 items",
        exchanges=(exchange(TWO, AT).text,),
        where=(Place(0, "/_embedded/data/users"),),
        requests=(Request("GET", AT),),
        recipe=Recipe(0, asked=(("page_size", "1"),)),
    )
    return replace(made, **more)


FAULTY = (
    "any-token-will-do",
    "names-cut-off",
    "echoes-text",
    "cursor-from-the-peeked-row",
    "custom-body-as-text",
    "dates-read-leniently",
    "cursor-crash",
    "cursor-encoded-twice",
    "prev-loses-the-type",
    "descending-ignored",
)
"""Faults of every family."""


def record(mock: Mock, file: Path, *faults: str) -> list[Verdict]:
    """The violations of the clauses that the faults break, which are on from now on; the file holds all verdicts."""
    mock.change(faults=list(faults))
    clauses = CONVERSATION_CLAUSES.select([FAULTS[each].breaks for each in faults])
    verdicts = Verification(Target(mock.url, TOKEN), clauses, QUICK).run()
    write(file, Run(mock.url, "Conversation API 1.0.1", QUICK.seed, "quick"), verdicts)
    return [each for each in verdicts if each.verdict == Outcome.VIOLATED]
