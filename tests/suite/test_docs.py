"""What is written about the project is true of it: clauses, tests, commands and options name each other."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from contracts import description
from contracts.cli import clauses as explainer
from contracts.cli.mock import parser as mock_parser
from contracts.crawl.profiles import PROFILES
from contracts.findings.clause import CLAUSES
from contracts.findings.verdicts import Outcome
from contracts.mock import FAULTS
from contracts.reporting.run import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "reports/README.md")
README = (ROOT / "README.md").read_text(encoding="utf-8")
WRITTEN = {name: (ROOT / name).read_text(encoding="utf-8") for name in PAGES}
OF_PYTEST = {"-n", "-x", "-k", "--lf", "--maxfail", "--collect-only", "--junit-xml"}
"""Options that pytest and its plugins have, as far as they are named."""


def commands(text: str) -> Iterator[str]:
    """The commands in a page: lines of shell blocks, and code within lines."""
    for block in re.findall(r"```(?:sh|console)\n(.*?)```", text, re.DOTALL):
        yield from (line.removeprefix("$ ").partition(" #")[0] for line in block.splitlines())
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def runnable(module: str) -> bool:
    """Whether `python -m` has something to run: a package with `__main__`, or a module that is its own."""
    found = importlib.util.find_spec(module)
    if found is None or found.submodule_search_locations is None:
        return found is not None and '__name__ == "__main__"' in Path(found.origin or "").read_text(encoding="utf-8")
    return importlib.util.find_spec(f"{module}.__main__") is not None


def rows(text: str, head: str) -> list[list[str]]:
    """The cells of the table that begins with this heading, without their backquotes."""
    body = text.partition(f"| {head} |")[2].split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in body]


class Options:
    """Stands for pytest's parser, and notes the names of options."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def getgroup(self, *_: str) -> Options:
        """Itself."""
        return self

    def addoption(self, name: str, **_: object) -> None:
        """Note an option."""
        self.names.add(name)


@pytest.fixture
def options(pytestconfig: pytest.Config) -> set[str]:
    found = Options()
    for plugin in pytestconfig.pluginmanager.get_plugins():
        if getattr(plugin, "__file__", None) == str(ROOT / "conftest.py"):
            plugin.pytest_addoption(found)
    assert found.names
    return found.names


# --- clauses ---------------------------------------------------------------------------------------------------------


def test_the_readme_holds_the_table_of_clauses() -> None:
    table = README.partition("<!-- clauses -->\n")[2].partition("<!-- /clauses -->")[0]
    assert table.splitlines() == list(explainer.table()), "python -m contracts clauses --markdown prints it"


def test_every_clause_has_a_test_and_every_test_a_clause() -> None:
    tested = [
        f"{file.stem.removeprefix('test_')}.{node.name.removeprefix('test_').replace('_', '-')}"
        for file in sorted((ROOT / "tests" / "contract").glob("test_*.py"))
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    assert sorted(tested) == sorted(CLAUSES)


@pytest.mark.parametrize("name", CLAUSES)
def test_a_clause_rests_on_words_of_the_description_or_says_that_there_are_none(name: str) -> None:
    pointer = CLAUSES[name].source
    assert pointer is None or description.source(pointer).text


@pytest.mark.parametrize("name", CLAUSES)
def test_a_clause_rests_on_clauses_that_exist(name: str) -> None:
    assert set(CLAUSES[name].requires) <= CLAUSES.keys() - {name}


# --- commands and options --------------------------------------------------------------------------------------------


def test_the_readme_lists_the_options_of_the_contract_tests(options: set[str]) -> None:
    listed = [re.findall(r"`(--[a-z-]+)", cells[0])[0] for cells in rows(README, "option")]
    assert sorted(listed) == sorted(options)


def test_the_readme_lists_the_profiles() -> None:
    said = next(cells[1] for cells in rows(README, "option") if "--profile" in cells[0])
    assert re.findall(r"`(\w+)`", said) == list(PROFILES)


def test_the_readme_lists_the_exit_codes() -> None:
    assert [int(cells[0]) for cells in rows(README, "code")] == sorted(Exit)


def test_the_readme_lists_the_verdicts() -> None:
    listed = {cells[0].replace(" ", "-") for cells in rows(README, "verdict")}
    assert listed == set(Outcome)


@pytest.mark.parametrize("page", PAGES)
def test_commands_of_make_that_are_named_exist(page: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    known = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = {match for line in commands(WRITTEN[page]) for match in re.findall(r"^make ([a-z-]+)", line)}
    assert named <= known


@pytest.mark.parametrize("page", [page for page in PAGES if page != "CHANGELOG.md"])  # which tells of the past
def test_modules_that_are_named_exist(page: str) -> None:
    named = {match for line in commands(WRITTEN[page]) for match in re.findall(r"python -m (contracts[.\w]*)", line)}
    missing = {module for module in named if not runnable(module)}
    assert not missing


@pytest.mark.parametrize("page", PAGES)
def test_options_of_pytest_that_are_named_exist(page: str, options: set[str]) -> None:
    lines = [line for line in commands(WRITTEN[page]) if "pytest tests" in line or line.startswith("-")]
    named = {match for line in lines for match in re.findall(r"(?<!\S)--?[a-z][a-z-]*", line)}
    of_others = {word for action in mock_parser()._actions for word in action.option_strings}  # noqa: SLF001 - none other
    assert named <= options | OF_PYTEST | of_others | {"--list-oddities", "--markdown"}


@pytest.mark.parametrize("page", PAGES)
def test_options_of_the_mock_that_are_named_exist(page: str) -> None:
    for line in commands(WRITTEN[page]):
        words = line.partition("python -m contracts mock ")[2].split()
        if words and "NAME" not in words:
            given = mock_parser().parse_args(words)
            assert set(given.fault) <= FAULTS.keys()


@pytest.mark.parametrize("page", PAGES)
def test_files_that_are_linked_exist(page: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", WRITTEN[page])
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []


def test_make_help_lists_every_command() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = next(line for line in makefile.splitlines() if line.startswith(".PHONY:")).split()[1:]
    assert sorted(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)) == sorted(phony)


# --- lock files ------------------------------------------------------------------------------------------------------


def test_the_lock_file_of_python_names_no_registry() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.findall(r"https?://|--(?:extra-)?index-url", text)


def test_the_lock_file_of_the_report_names_no_registry_and_has_every_hash() -> None:
    packages = json.loads((ROOT / "reports" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


def test_the_report_is_made_with_one_version_of_allure() -> None:
    wanted = json.loads((ROOT / "reports" / "package.json").read_text(encoding="utf-8"))["dependencies"]
    locked = json.loads((ROOT / "reports" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert wanted == {"allure": locked["node_modules/allure"]["version"]}


# --- python -m contracts clauses -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CLAUSES)
def test_a_clause_is_explained(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert explainer.main([name]) == 0
    told = capsys.readouterr().out
    faults = [fault.name for fault in FAULTS.values() if fault.breaks == name]
    source = CLAUSES[name].source or "description silent"
    for words in (name, source, *CLAUSES[name].requires, *faults, *(part.kind.noun for part in CLAUSES[name].parts)):
        assert words in re.sub(r"\s+", " ", told)


def test_all_clauses_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert explainer.main([]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in listed if not line.startswith(" ")] == list(CLAUSES)


@pytest.mark.parametrize(
    ("name", "near"),
    [("links.next-prv", "links.next-prev"), ("auth", "auth.required, auth.checked"), ("zzz", "leave the id out")],
    ids=["misspelt", "family", "nothing-like-it"],
)
def test_an_unknown_clause_is_said_in_one_line(name: str, near: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        explainer.main([name])
    assert raised.value.code == Exit.USAGE
    told = capsys.readouterr().err
    assert repr(name) in told
    assert near in told
    assert told.count("\n") == 1
