"""`conversation-contracts`: the command and its sub-commands `verify` and `description`, from a clone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests
import yaml

from contracts import VERSION, cli
from contracts.clauses import CONVERSATION_CLAUSES
from contracts.cli import description as description_command
from contracts.cli.verify import main as verify
from contracts.cli.verify import shortened
from contracts.description import CONVERSATION
from contracts.findings.families import UnknownClauseError
from contracts.pytest_plugin.options import OPTIONS
from contracts.reporting.run import Exit

ROOT = Path(__file__).parents[2]
QUICK = ("--clauses", "pages.unique", "--profile", "quick", "--seed", "7")


ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "CONVERSATION"))} | {
    "PYTHONPATH": str(ROOT)
}


def run(folder: Path, *words: str, code: int = 0, **variables: str) -> str:
    """What `verify` prints in a folder; it must end with this code."""
    done = subprocess.run(
        [sys.executable, "-m", "contracts", "verify", *words],
        cwd=folder, env={**ENVIRONMENT, **variables}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"conversation-contracts {VERSION}\n"


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("verfy", "did you mean verify?"),
        ("clause", "did you mean clauses?"),
        ("zzz", "see conversation-contracts --help"),
    ],
    ids=["verfy", "clause", "nothing-like-it"],
)
def test_a_misspelt_command_gets_a_suggestion(word: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([word]) == Exit.USAGE
    assert capsys.readouterr().err == f"conversation-contracts: {word!r} is not a command; {hint}\n"


def test_a_current_folder_that_is_gone_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def gone() -> str:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(cli.os, "getcwd", gone)
    assert cli.main(["verify"]) == Exit.USAGE
    wanted = "conversation-contracts: the current folder cannot be used: No such file or directory; go to another one\n"
    assert capsys.readouterr().err == wanted


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        code = cli.main([name, "--help"])
    except SystemExit as ended:
        code = ended.code
    assert code == 0
    assert capsys.readouterr().out.startswith(f"usage: conversation-contracts {name} ")


def test_the_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    assert listed == list(cli.COMMANDS)


@pytest.mark.parametrize(
    ("name", "near"),
    [("link", "links"), ("links.next-prv", "links.next-prev"), ("auht", "auth"), ("links-url", "links.url")],
)
def test_an_unknown_clause_gets_the_closest_name(name: str, near: str) -> None:
    assert (
        str(UnknownClauseError(name, CONVERSATION_CLAUSES))
        == f"no clause or family is named {name!r}; did you mean {near}?"
    )


# --- verify ----------------------------------------------------------------------------------------------------------


def test_the_help_of_verify_lists_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(["--help"]) == 0
    said = capsys.readouterr().out
    assert [option.name for option in OPTIONS if option.name not in said] == []


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("usage: a\na: error: unrecognized arguments: --profle quick\n  rootdir: /",
         "--profle is neither an option of verify nor of pytest; did you mean --profile?"),
        ("usage: a\na: error: unrecognized arguments: --cov=x\n  rootdir: /",
         "--cov is neither an option of verify nor of pytest; see conversation-contracts verify --help, and pytest --help"),
        ("usage: a\na: error: argument --rate: expected one argument\n  rootdir: /", "argument --rate: expected one argument"),
        ("--seed: 'often' is no whole number from 0", "--seed: 'often' is no whole number from 0"),
    ],
    ids=["misspelt", "unknown", "no-value", "ours"],
)  # fmt: skip
def test_a_wrong_option_is_said_in_one_line(message: str, said: str) -> None:
    assert shortened(message) == said


@pytest.mark.process
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["localhost/v0.2"], "'localhost/v0.2' is no base URL: it needs http:// or https://"),
        (["http://a", "http://b"], "more than one base URL: http://a, http://b; give one"),
        (["http://a", "--base-url", "http://b"], "more than one base URL: http://a, http://b; give one"),
        (["http://a", "--target", "b"], "--target and --base-url both say where the API is; give one of them"),
        (["--clauses", "link"], "no clause or family is named 'link'; did you mean links?"),
    ],
    ids=["no-scheme", "two", "twice", "and-target", "clause"],
)
def test_what_cannot_be_verified_is_said(tmp_path: Path, words: list[str], said: str) -> None:
    printed = run(tmp_path, *words, code=Exit.USAGE)
    assert [line for line in printed.splitlines() if line] == [
        next(line for line in printed.splitlines() if said in line)
    ]


@pytest.mark.process
def test_verify_without_a_target_starts_a_mock_that_asks_for_a_token(tmp_path: Path) -> None:
    said = run(tmp_path, "--clauses", "auth", "--profile", "quick", "--verdicts", "v.json")
    verdicts = json.loads((tmp_path / "v.json").read_text())["verdicts"]
    assert "(the bundled mock)" in said
    assert {(each["clause"], each["verdict"]) for each in verdicts} == {
        ("auth.checked", "held"),
        ("auth.isolated", "held"),
        ("auth.required", "held"),
    }


@pytest.mark.process
def test_a_run_says_first_what_it_verifies_and_nothing_of_pytests_folders(tmp_path: Path) -> None:
    first, second, third, *_ = run(tmp_path, *QUICK).splitlines()
    assert first.endswith("/v0.2 (the bundled mock), profile quick, --seed 7")
    assert (second.strip("= "), third.split()[0]) == ("test session starts", "collected")


@pytest.mark.process
def test_the_mock_ends_with_the_run_although_nobody_reads_on(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "contracts", "verify", *QUICK]
    with subprocess.Popen(command, cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = process.stdout.readline().split()[1]
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=5)


@pytest.mark.process
def test_nothing_in_the_folder_or_the_environment_decides_a_run(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --nonsense\nfilterwarnings = error\n")
    (tmp_path / "conftest.py").write_text("raise RuntimeError\n")
    (tmp_path / "test_pages.py").write_text("raise RuntimeError\n")
    foreign = {"PYTEST_ADDOPTS": "--nonsense", "PYTEST_PLUGINS": "nonsense", "PYTHONWARNINGS": "error"}
    assert "\n4 passed in " in run(tmp_path, "-q", "-n", "2", *QUICK, **foreign)


@pytest.mark.process
def test_a_check_can_be_named_as_it_is_printed(tmp_path: Path) -> None:
    said = run(tmp_path, "test_pages.py::test_unique[users]", "-v", "--profile", "quick")
    assert "\ntest_pages.py::test_unique[users] PASSED" in said
    assert "= 1 passed in " in said


@pytest.mark.process
def test_a_selection_of_nothing_is_not_kept(tmp_path: Path) -> None:
    assert " deselected" in run(tmp_path, "-k", "nothing_like_it", code=Exit.BROKEN)


@pytest.mark.process
def test_settings_of_the_folder_are_used(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.conversation-contracts]\nprofile = "quick"\nseed = 12\nclauses = ["pages.unique"]'
    )
    said = run(tmp_path, "-n", "2", "--verdicts", "v.json")
    assert "4 passed" in said
    assert json.loads((tmp_path / "v.json").read_text())["run"]["seed"] == 12


@pytest.mark.process
def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    command = f"{sys.executable} -m contracts verify {' '.join(QUICK)} | head -1"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""


# --- description -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [(), ("--without-security",)], ids=["with-security", "without-security"])
@pytest.mark.parametrize(("kind", "read"), [("yaml", yaml.safe_load), ("json", json.loads)], ids=["yaml", "json"])
def test_the_description_is_written(
    kind: str, read: object, more: tuple[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert description_command.main(["--format", kind, *more]) == 0
    assert read(capsys.readouterr().out) == CONVERSATION.effective_copy(security=not more)  # type: ignore[operator]


def test_the_name_of_the_file_decides_the_format(tmp_path: Path) -> None:
    for name in ("a.json", "a.yaml"):
        assert description_command.main([str(tmp_path / name)]) == 0
    assert (tmp_path / "a.json").read_text().startswith("{\n")
    assert (tmp_path / "a.yaml").read_text().startswith("openapi: ")


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        description_command.main([str(tmp_path / "none" / "a.json")])
    assert ended.value.code == Exit.USAGE
    assert f"cannot write {tmp_path}/none/a.json: No such file or directory\n" in capsys.readouterr().err
