"""The environment of this project's own commands, where the self-test starts them as processes."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).parents[2]
"""The folder that the commands are imported from."""

FOREIGN = ("PYTEST", "CONVERSATION", "HTTP", "http", "ALLURE")
"""How variables begin that would change what a command does."""


def environment(**more: str) -> dict[str, str]:
    """The variables of this process that mean nothing to a command, this code on its path, and more."""
    usual = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    return {**usual, "PYTHONPATH": str(ROOT), **more}
