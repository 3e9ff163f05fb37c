"""What every planned kind of evidence asks of small mocks, and what it makes of the answers, is what was read and approved.

A difference is no fault where it was meant: `python -m tests.suite.gathering` writes the files anew, for one to read what
has changed.
"""

from difflib import unified_diff

import pytest

from contracts.mock import Settings
from tests.suite.gathering import FOLDER, LOOKED_AT, MOCKS, QUICK, told


@pytest.mark.parametrize("name", MOCKS)
def test_what_is_asked_is_what_was_approved(name: str) -> None:
    approved = (FOLDER / f"{name}.txt").read_text().splitlines()
    found = told(MOCKS[name], LOOKED_AT.get(name, QUICK)).splitlines()
    changed = list(unified_diff(approved, found, "approved", "now", lineterm="", n=1))
    assert changed[:30] == []


def test_a_mock_that_answers_otherwise_is_told_otherwise() -> None:
    small = Settings(conversations=2, users=3)
    assert told(small) != told(Settings(conversations=2, users=3, faults=("prev-ends-with-its-own-row",)))
