"""The pages have the length and the parts that they should have, and link to each other."""

from __future__ import annotations

import ast
import builtins
import re
import textwrap

import pytest

from tests.suite.test_architecture import ROOMS
from tests.suite.written import DECISIONS, ROOT, WRITTEN, goals, rows


def test_the_readme_has_at_most_200_lines() -> None:
    assert len(WRITTEN["README.md"].splitlines()) <= 200


def test_every_page_in_docs_can_be_reached_from_the_readme() -> None:
    linked = set(re.findall(r"\]\(docs/([\w-]+\.md)", WRITTEN["README.md"]))
    assert linked == {file.name for file in (ROOT / "docs").glob("*.md")}


def test_the_architecture_lists_the_rooms_in_import_order() -> None:
    assert [cells[0].strip("`") for cells in rows(WRITTEN["ARCHITECTURE.md"], "room")] == list(ROOMS)


def test_the_architecture_lists_every_decision_by_its_title() -> None:
    titles = [WRITTEN[page].splitlines()[0].removeprefix("# ").split(". ", 1) for page in DECISIONS]
    links = [f"{number}. [{title}]({page})" for (number, title), page in zip(titles, DECISIONS, strict=True)]
    assert re.findall(r"^\d+\. \[.*", WRITTEN["ARCHITECTURE.md"], re.MULTILINE) == links
    assert [int(number) for number, _ in titles] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("page", DECISIONS)
def test_a_decision_says_context_decision_and_consequence_in_8_to_20_lines(page: str) -> None:
    parts = re.findall(r"^\*\*(\w+)\.\*\* \S", WRITTEN[page], re.MULTILINE)
    assert parts == ["Context", "Decision", "Consequence"]
    assert 8 <= len(WRITTEN[page].splitlines()) <= 20


def test_contributing_lists_every_command_of_make() -> None:
    table = rows(WRITTEN["CONTRIBUTING.md"], "command")
    listed = {cells[0].strip("`").removeprefix("make ") for cells in table}
    assert listed == goals() - {"help"}


def test_contributing_says_what_to_run_after_a_change_of_anything() -> None:
    paths = {
        path for cells in rows(WRITTEN["CONTRIBUTING.md"], "you changed") for path in re.findall(r"`([^`]+)`", cells[0])
    }
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []
    assert {f"contracts/{room}" for room in ROOMS} - paths <= {"contracts/findings", "contracts/selftest"}


def names_of(module: ast.Module) -> set[str]:
    """What a module binds at its top: imports, those for type checking included, functions, classes, constants."""
    nodes = [node for node in ast.walk(module) if not isinstance(node, ast.FunctionDef) or node in module.body]
    aliases = {alias.asname or alias.name for node in nodes if hasattr(node, "names") for alias in node.names}
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return aliases | bound | {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def example_blocks() -> list[tuple[str, str]]:
    """The code in CONTRIBUTING.md: the file that it goes into, and the code."""
    blocks = re.findall(r"^ *```python\n *# (\S+)\n(.*?)^ *```", WRITTEN["CONTRIBUTING.md"], re.MULTILINE | re.DOTALL)
    return [(file, textwrap.dedent(code)) for file, code in blocks]


def test_contributing_shows_a_clause_in_four_files_beside_the_page_of_clauses() -> None:
    assert [file for file, _ in example_blocks()] == [
        "contracts/clauses/pages.py",
        "contracts/mock/faults/pages.py",
        "tests/contract/test_pages.py",
        "tests/suite/test_clauses_pages.py",
    ]


@pytest.mark.parametrize(("file", "code"), example_blocks(), ids=[file for file, _ in example_blocks()])
def test_code_in_contributing_uses_names_that_its_file_has(file: str, code: str) -> None:
    example = ast.parse(code)
    bound = {node.arg for node in ast.walk(example) if isinstance(node, ast.arg)} | names_of(example)
    local = {node.id for node in ast.walk(example) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    used = {node.id for node in ast.walk(example) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    there = names_of(ast.parse((ROOT / file).read_text(encoding="utf-8"))) | set(dir(builtins))
    assert used - bound - local - there == set()
