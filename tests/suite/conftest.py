"""Settings of the suite's own tests: Hypothesis without a deadline, and no warning goes unnoticed.

A warning of a library must never decide a run over somebody's target; so it is an error here only.
"""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("suite", deadline=None)
settings.load_profile("suite")

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Make every warning an error, in the tests beside this file."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings("error"))


def pytest_collection_finish() -> None:
    """Leave thousands of collected tests, which stay to the end, out of every garbage collection to come."""
    gc.collect()
    gc.freeze()
