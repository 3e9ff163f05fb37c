"""The order of the rooms: each imports only rooms above it, so that the code can be read from top to bottom."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).parents[2] / "contracts"
ROOMS = (
    *("paging", "description", "transport", "crawl", "findings", "evidence", "clauses", "runner", "reporting"),
    *("mock", "pytest_plugin", "selftest", "cli"),
)
"""Every room, in the order in which ARCHITECTURE.md lists them."""


def imported(file: Path) -> Iterator[str]:
    """The rooms that a module imports from, those for type checking and inside functions included."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{name}" for name in names]
        yield from (name.split(".")[1] for name in names if name.startswith("contracts."))


def test_every_folder_is_a_room() -> None:
    folders = {file.parent.name for file in PACKAGE.glob("*/__init__.py")}
    assert folders == set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_rooms_above_it(room: str) -> None:
    below = ROOMS[ROOMS.index(room) + 1 :]
    files = sorted((PACKAGE / room).rglob("*.py"))
    wrong = [
        f"{file.relative_to(PACKAGE)} imports {name}" for file in files for name in imported(file) if name in below
    ]
    assert wrong == []
