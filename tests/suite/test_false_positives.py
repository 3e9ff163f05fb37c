"""Nothing legal is condemned: every oddity of the mock, and a sample of data, of pairs and of data that move."""

from __future__ import annotations

from random import Random

import pytest

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.crawl.cache import Choices
from contracts.crawl.profiles import PROFILES
from contracts.mock import ODDITIES, Settings
from contracts.selftest import false_positives as alarms
from contracts.selftest.false_positives import Case
from contracts.selftest.in_process import verification

pytestmark = pytest.mark.slow

OFTEN = (
    "extra-members",
    "older-errors",
    "gateway-errors",
    "base64-cursors",
    "numeric-cursors",
    "no-cursor-on-the-first-self",
    "times-with-offset",
    "full-last-pages",
    "empty-api",
    "tiny-api",
)
"""What real implementations differ in most; `make trust` tries every oddity, and thoroughly."""

OTHERS = Random(3).sample([name for name in ODDITIES if name not in OFTEN], 6)  # noqa: S311 - repeated by the seed

SAMPLE = [
    *(Case((name,), profile="quick") for name in (*OFTEN, *OTHERS)),
    *(Case(pair.oddities, data=pair.data, profile="quick") for pair in alarms.pairs(4, seed=11)),
    Case(data=17, seed=5, profile="quick"),
    Case(data=3, seed=9),
    Case(data=2, seed=4, writes=20.0, profile="quick"),
    Case(data=4, seed=6, profile="quick", conversations=3_600, users=5),
    Case(data=4, seed=7, profile="quick", conversations=2, events=(4_000, 4_000)),
]


@pytest.mark.parametrize("case", SAMPLE, ids=lambda case: case.name.replace(", ", "-").replace(" ", "-"))
def test_a_legal_mock_is_not_condemned(case: Case) -> None:
    alarm = alarms.sound(case)
    assert alarm.condemned == ()
    assert alarm.held > 0


def test_a_filter_that_holds_no_tail_apart_is_found_on_a_long_listing() -> None:
    """Otherwise nothing but empty pages would be read, and all of them held."""
    settings = Settings(conversations=3_600, faults=("empty-page-of-dates-ends",))
    run = verification(settings, CONVERSATION_CLAUSES.select(["filters.dates-model"]), Choices(1, PROFILES["quick"]))
    (found,) = run.run()
    assert (found.verdict, found.actual.rpartition("; ")[2]) == ("violated", "0 items instead of 499")
    assert run.cache.tails
