"""Nothing legal is condemned: every oddity of the mock, and a sample of data, of pairs and of data that move."""

from __future__ import annotations

from random import Random

import pytest

from contracts.mock import ODDITIES
from contracts.trust import alarms
from contracts.trust.alarms import Case

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

OTHERS = Random(3).sample([name for name in ODDITIES if name not in OFTEN], 12)  # noqa: S311 - repeated by the seed

SAMPLE = [
    *(Case((name,), profile="quick") for name in (*OFTEN, *OTHERS)),
    *(Case(pair.oddities, data=pair.data, profile="quick") for pair in alarms.pairs(4, seed=11)),
    Case(data=17, seed=5, profile="quick"),
    Case(data=3, seed=9),
    Case(data=2, seed=4, writes=20.0, profile="quick"),
]


@pytest.mark.parametrize("case", SAMPLE, ids=lambda case: case.name.replace(", ", "-").replace(" ", "-"))
def test_a_legal_mock_is_not_condemned(case: Case) -> None:
    alarm = alarms.sound(case)
    assert alarm.condemned == ()
    assert alarm.held > 0
