"""What is written about the project is true of it: clauses, tests, commands and options name each other."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.cli import COMMANDS
from contracts.cli import clauses as explainer
from contracts.cli.mock import parser as mock_parser
from contracts.cli.mock import settings as mock_settings
from contracts.crawl.profiles import PROFILES
from contracts.description import CONVERSATION
from contracts.findings.verdicts import Outcome, Verdict
from contracts.mock import FAULTS, ODDITIES, Settings
from contracts.mock.server import running
from contracts.pytest_plugin.options import OPTIONS
from contracts.pytest_plugin.promises import junit
from contracts.reporting.run import Exit
from contracts.selftest import false_positives as alarms
from tests.suite.written import MAKEFILE, PAGES, ROOT, WRITTEN, goals, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

OF_PYTEST = {"-n", "-x", "-k", "-v", "-p", "--lf", "--maxfail", "--collect-only", "--junit-xml"}
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


def options_of_commands() -> set[str]:
    """The options in the source of the sub-commands and of the tools that they start."""
    files = [*(ROOT / "contracts" / "cli").glob("*.py"), *(ROOT / "contracts" / "selftest").glob("*.py")]
    return {option for file in files for option in re.findall(r'"(--[a-z-]+)"', file.read_text(encoding="utf-8"))}


@pytest.fixture
def options() -> set[str]:
    return {option.name for option in OPTIONS}


# --- clauses ---------------------------------------------------------------------------------------------------------


def test_the_page_of_clauses_holds_their_table() -> None:
    table = WRITTEN["docs/clauses.md"].partition("<!-- clauses -->\n")[2].partition("<!-- /clauses -->")[0]
    assert table.splitlines() == list(explainer.table()), "python -m contracts clauses --markdown prints it"


def test_every_clause_has_a_test_and_every_test_a_clause() -> None:
    tested = [
        f"{file.stem.removeprefix('test_')}.{node.name.removeprefix('test_').replace('_', '-')}"
        for file in sorted((ROOT / "tests" / "contract").glob("test_*.py"))
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    assert sorted(tested) == sorted(CONVERSATION_CLAUSES)


@pytest.mark.parametrize("name", CONVERSATION_CLAUSES)
def test_a_clause_rests_on_words_of_the_description_or_says_that_there_are_none(name: str) -> None:
    pointer = CONVERSATION_CLAUSES[name].source
    assert pointer is None or CONVERSATION.source(pointer).text


@pytest.mark.parametrize("name", CONVERSATION_CLAUSES)
def test_a_clause_rests_on_clauses_that_exist(name: str) -> None:
    assert set(CONVERSATION_CLAUSES[name].requires) <= CONVERSATION_CLAUSES.keys() - {name}


# --- commands and options --------------------------------------------------------------------------------------------


def test_the_page_of_options_lists_the_options_of_the_contract_tests(options: set[str]) -> None:
    table = rows(WRITTEN["docs/options.md"], "option")
    listed = [re.findall(r"`(--[a-z-]+)", cells[0])[0] for cells in table]
    assert sorted(listed) == sorted(options)
    assert len(listed) == len(set(listed))


def test_the_page_of_options_lists_the_profiles() -> None:
    said = next(cells[1] for cells in rows(WRITTEN["docs/options.md"], "option") if "--profile" in cells[0])
    assert re.findall(r"`(\w+)`", said) == list(PROFILES)


def test_the_readme_lists_the_exit_codes() -> None:
    assert [int(cells[0]) for cells in rows(WRITTEN["README.md"], "code")] == sorted(Exit)


def test_the_readme_lists_the_verdicts() -> None:
    listed = {cells[0].replace(" ", "-") for cells in rows(WRITTEN["README.md"], "verdict")}
    assert listed == set(Outcome)


def test_the_readme_lists_the_commands() -> None:
    listed = [cells[0].strip("`") for cells in rows(WRITTEN["README.md"], "command")]
    assert sorted(listed) == sorted(COMMANDS)


def test_the_readme_counts_the_faults_the_oddities_and_the_legal_mocks() -> None:
    said = {
        cells[0].strip("`"): " ".join(cells[1:]) for cells in rows(WRITTEN["README.md"], "command | what it proves")
    }
    assert re.findall(r"\d+", said["make killers"]) == [str(len(FAULTS))] * 2
    assert re.findall(r"\d+", said["make trust"]) == [str(len(ODDITIES)), *[str(legal_mocks())] * 2]


def legal_mocks() -> int:
    """How many mocks `make trust` tries."""
    long = alarms.long(6, 1)
    return len([*alarms.singles(), *alarms.pairs(40, 1), *alarms.seeds(20), *alarms.sizes(), *long, *alarms.moving(40)])


@pytest.mark.process
def test_the_readme_shows_a_violation_as_verify_prints_it(tmp_path: Path) -> None:
    shown = re.findall(r"```text\n(MUST violated.*?)```", WRITTEN["README.md"], re.DOTALL)
    words = next(line for line in commands(WRITTEN["README.md"]) if "verify http://127.0.0.1" in line).split()[1:]
    with running(Settings(faults=("one-too-many",))) as base:
        moved = [base if word.startswith("http") else word for word in words]
        command = [sys.executable, "-m", "contracts", *moved]
        usual = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        printed = subprocess.run(command, cwd=tmp_path, env=usual, capture_output=True, text=True, check=False).stdout
    found = re.findall(r"MUST violated.*?\n(?=\n)", printed.replace(base, "http://127.0.0.1:8080/v0.2"), re.DOTALL)
    assert [re.sub(r"\d+ times", "N times", each) for each in found] == [
        re.sub(r"\d+ times", "N times", each) for each in shown
    ]


def test_the_page_of_reports_lists_the_properties_of_junit_xml() -> None:
    listed = [cells[0].strip("`") for cells in rows(WRITTEN["docs/reports.md"], "property")]
    assert listed == [name for name, _ in junit(Verdict("", "", "", Outcome.HELD))]


def test_the_page_of_ci_lists_the_recipes() -> None:
    recipes = {str(file.relative_to(ROOT)) for file in (ROOT / ".github" / "workflows").glob("*.yml")}
    listed = {cells[0].partition("`")[2].partition("`")[0] for cells in rows(WRITTEN["docs/ci.md"], "recipe")}
    assert listed == recipes | {".gitlab-ci.yml"}


@pytest.mark.parametrize("page", PAGES)
def test_sub_commands_that_are_named_exist(page: str) -> None:
    said = "\n".join(commands(WRITTEN[page]))
    named = set(re.findall(r"(?:conversation-contracts|python -m contracts) ([a-z][a-z-]*)", said))
    assert named <= COMMANDS.keys()


@pytest.mark.parametrize("page", PAGES)
def test_commands_of_make_that_are_named_exist(page: str) -> None:
    named = {match for line in commands(WRITTEN[page]) for match in re.findall(r"^make ([a-z-]+)", line)}
    assert named <= goals()


@pytest.mark.parametrize("page", [page for page in PAGES if page != "CHANGELOG.md"])  # which tells of the past
def test_modules_that_are_named_exist(page: str) -> None:
    named = {match for line in commands(WRITTEN[page]) for match in re.findall(r"python -m (contracts[.\w]*)", line)}
    missing = {module for module in named if not runnable(module)}
    assert not missing


@pytest.mark.parametrize("page", PAGES)
def test_options_of_pytest_that_are_named_exist(page: str, options: set[str]) -> None:
    lines = [line for line in commands(WRITTEN[page]) if "pytest tests" in line or line.startswith("-")]
    lines += [line.partition(" verify ")[2] for line in commands(WRITTEN[page]) if "contracts verify " in line]
    named = {match for line in lines for match in re.findall(r"(?<!\S)--?[a-z][a-z-]*", line)}
    of_others = {word for action in mock_parser()._actions for word in action.option_strings}  # noqa: SLF001 - none other
    switched_off = {option.name.replace("--", "--no-") for option in OPTIONS if not option.metavar}
    assert named <= options | switched_off | OF_PYTEST | of_others | options_of_commands()


@pytest.mark.parametrize("page", PAGES)
def test_options_of_the_mock_that_are_named_exist(page: str) -> None:
    for line in commands(WRITTEN[page]):
        words = re.sub(r"^.*?(?:conversation-contracts|python -m contracts) mock\b", "mock ", line).split()
        words = words[1:] if words[:1] == ["mock"] else []
        if words and set(words).isdisjoint({"NAME", "--help"}):
            given = mock_parser().parse_args(words)
            assert set(mock_settings(given, 0).faults) <= FAULTS.keys()


@pytest.mark.parametrize("page", PAGES)
def test_files_that_are_linked_exist(page: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", WRITTEN[page])
    missing = [link for link in links if not ((ROOT / page).parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES)
def test_headings_that_are_linked_exist(page: str) -> None:
    links = re.findall(r"\]\(([^)#:]*)#([^)]+)\)", WRITTEN[page])
    assert [heading for file, heading in links if heading not in headings((ROOT / page).parent / file, page)] == []


def headings(file: Path, page: str) -> set[str]:
    """What a link can lead to in a page, this one where the link names none: its headings, as GitHub writes them."""
    text = (ROOT / page if file.is_dir() else file).read_text(encoding="utf-8")
    found = re.findall(r"^#+ (.*)", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def test_make_help_lists_every_command() -> None:
    phony = next(line for line in MAKEFILE.splitlines() if line.startswith(".PHONY:")).split()[1:]
    assert sorted(re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE)) == sorted(phony)


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


@pytest.mark.parametrize("name", CONVERSATION_CLAUSES)
def test_a_clause_is_explained(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert explainer.main([name]) == 0
    told = capsys.readouterr().out
    faults = [fault.name for fault in FAULTS.values() if fault.breaks == name]
    clause = CONVERSATION_CLAUSES[name]
    words_of_kinds = [part.kind.many for part in clause.parts]
    for words in (name, clause.source or "description silent", *clause.requires, *faults, *words_of_kinds):
        assert words in re.sub(r"\s+", " ", told)


def test_all_clauses_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert explainer.main([]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in listed if not line.startswith(" ")] == list(CONVERSATION_CLAUSES)


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
