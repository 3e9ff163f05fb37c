"""The command from the wheel: in an empty environment, in an empty folder with a space in its name."""

from __future__ import annotations

import json
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from contracts import VERSION
from contracts.description import CONVERSATION
from tests.suite.installing import installed, pip, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.process, pytest.mark.slow]

OTHERS = ("pytest-base-url==2.1.0", "pytest-playwright==0.10.0", "python-slugify==9.2.0", "text-unidecode==1.3")
"""Plugins of other people, with what they require beside what is here."""
FOREIGN = """
import sys

LOADED = sorted(name for name in sys.modules if name.partition(".")[0] == "contracts")

def test_nothing_was_imported_but_the_fixture():
    assert LOADED == ["contracts", "contracts.pytest_plugin", "contracts.pytest_plugin.mock_fixture"]

def test_the_base_url_is_that_of_the_other_plugin(base_url):
    assert base_url == "http://other.example"

def test_the_mock_answers(conversation_mock):
    assert conversation_mock.url.startswith("http://127.0.0.1:")
"""


@pytest.fixture(scope="module")
def bin_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def command(bin_folder: Path) -> Path:
    return bin_folder / "conversation-contracts"


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of an environment where pytest-base-url and pytest-playwright are installed too."""
    home = tmp_path_factory.mktemp("crowded")
    folder = installed(home, "playwright")
    pip(home, "--no-deps", *OTHERS)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "an empty folder"
    made.mkdir()
    return made


@contextmanager
def faulty_mock(command: Path, folder: Path) -> Iterator[str]:
    """The base URL of a mock with a fault, started by the command."""
    words = [command, "mock", "--port", "0", "--fault", "one-too-many"]
    with subprocess.Popen(words, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().rpartition(" at ")[2].strip()
        process.terminate()


def written(folder: Path) -> set[str]:
    """The first two steps of the paths of all files in a folder."""
    return {"/".join(file.relative_to(folder).parts[:2]) for file in folder.rglob("*") if file.is_file()}


def test_verify_finds_the_contract_kept_and_writes_its_reports(command: Path, folder: Path) -> None:
    said = run(command, "verify", "--profile", "quick", "--seed", "7", "--verdicts", "v.json", at=folder)
    assert "The contract is kept: " in said
    assert {path for path in written(folder) if not path.startswith("reports/.")} == {
        "v.json", "reports/matrix.html", "reports/allure-results"
    }  # fmt: skip
    verdicts = json.loads((folder / "v.json").read_text())["verdicts"]
    assert {each["verdict"] for each in verdicts if each["clause"].startswith("auth.")} == {"held"}


def test_verify_finds_a_fault_and_hands_options_to_pytest(command: Path, folder: Path) -> None:
    words = ("--profile", "quick", "-k", "size_bound", "-n", "2", "--junit-xml", "j.xml")
    with faulty_mock(command, folder) as base_url:
        said = run(command, "verify", base_url, *words, at=folder, code=1)
        again = run(command, "verify", base_url, "--profile", "quick", "-x", "--lf", at=folder, code=1)
    assert "\nFAILED test_pages.py::test_size_bound[users] - " in said
    assert 'name="test_size_bound[users]"' in (folder / "j.xml").read_text()
    assert "1 failed" in again


def test_python_m_contracts_is_the_same_command(bin_folder: Path, command: Path, folder: Path) -> None:
    said = [
        run(*words, at=folder)
        for words in ((command, "--version"), (bin_folder / "python", "-m", "contracts", "--version"))
    ]
    assert said == [f"conversation-contracts {VERSION}\n"] * 2


def test_description_writes_the_effective_description(command: Path, folder: Path) -> None:
    run(command, "description", "effective.json", at=folder)
    assert json.loads((folder / "effective.json").read_text()) == CONVERSATION.effective


def test_report_allure_lays_its_configuration_beside_the_results(command: Path, folder: Path) -> None:
    assert "allure generate" in run(command, "report", "allure", at=folder)
    assert {file.name for file in (folder / "reports").iterdir()} == {
        "allurerc.mjs", "finish.mjs", "package.json", "package-lock.json"
    }  # fmt: skip


def test_the_fixture_works_beside_the_plugins_of_others(crowded: Path, folder: Path) -> None:
    (folder / "test_foreign.py").write_text(FOREIGN)
    said = run(crowded / "python", "-m", "pytest", "--base-url", "http://other.example", at=folder)
    assert "plugins: " in said
    assert "base-url-" in said
    assert "playwright-" in said
    assert "3 passed" in said


def test_verify_has_its_own_base_url_beside_the_plugins_of_others(crowded: Path, folder: Path) -> None:
    command = crowded / "conversation-contracts"
    with faulty_mock(command, folder) as base_url:
        said = run(
            command, "verify", "--base-url", base_url, "--clauses", "pages.unique", "--profile", "quick", at=folder
        )
    assert f"contract: {base_url}, " in said


@pytest.mark.parametrize("order", [(), ("-p", "contracts.pytest_plugin")], ids=["conftest", "option"])
def test_the_plugin_shares_the_option_where_pytest_base_url_is_loaded(
    crowded: Path, folder: Path, order: tuple[str]
) -> None:
    if not order:
        (folder / "conftest.py").write_text('pytest_plugins = ["contracts.pytest_plugin"]\n')
    (folder / "test_it.py").write_text(
        "def test_it(pytestconfig):\n    assert pytestconfig.option.base_url == 'http://a'\n"
    )
    assert "1 passed" in run(
        crowded / "python", "-m", "pytest", *order, "--base-url", "http://a", "test_it.py", at=folder
    )
