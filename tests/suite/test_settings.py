"""Settings of a run: what the table may say, what is said of a wrong one, and that the command line wins."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from contracts.pytest_plugin.contract import Contract
from contracts.pytest_plugin.options import OPTIONS, resolve
from contracts.reporting.sharding import Shard
from contracts.runner.settings import SCHEMA, settings
from contracts.transport import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "[tool.conversation-contracts]\n"


def resolved(**given: object) -> dict[str, Any]:
    """The options of a run whose command line gives these."""
    option = SimpleNamespace(**({each.key: None for each in OPTIONS} | given))
    resolve(SimpleNamespace(option=option, getoption=lambda name: getattr(option, name)))  # type: ignore[arg-type]
    return vars(option)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_option_but_targets_can_be_set() -> None:
    assert set(SCHEMA["properties"]) == {option.name.removeprefix("--") for option in OPTIONS}
    assert SCHEMA["properties"]["targets"]["type"] == "object"


@pytest.mark.parametrize(
    "text", ["", "[tool.other]\nprofile = 1", f'{HEAD}[tool.conversation-contracts.targets.a]\nb = "c"']
)
def test_a_file_without_settings_sets_nothing(folder: Path, text: str) -> None:
    (folder / "pyproject.toml").write_text(text)
    assert settings(folder / "pyproject.toml") == {}


@pytest.mark.usefixtures("folder")
def test_without_a_file_options_have_their_defaults() -> None:
    assert resolved() == {option.key: option.default for option in OPTIONS}


def test_settings_fill_in_what_the_command_line_does_not_give(folder: Path) -> None:
    lines = ['profile = "quick"', "seed = 9", 'rate = "90/min"', "fail-on-should = true", 'clauses = ["links", "pages"]',
             'header = ["X-A=B"]', 'shard = "1/2"']  # fmt: skip
    (folder / "pyproject.toml").write_text(HEAD + "\n".join(lines))
    found = resolved(profile="deep", fail_on_should=False)
    names = ("profile", "contract_seed", "rate", "fail_on_should", "clauses", "header", "shard")
    expected = ("deep", 9, 1.5, False, ["links", "pages"], [("X-A", "B")], Shard(1, 2))
    assert tuple(found[name] for name in names) == expected


@pytest.mark.parametrize("given", [{"base_url": "http://a"}, {"target": "a"}], ids=["base-url", "target"])
def test_a_target_on_the_command_line_takes_the_place_of_one_in_the_settings(
    folder: Path, given: dict[str, str]
) -> None:
    (folder / "pyproject.toml").write_text(HEAD + 'target = "b"\nbase-url = "http://b"')
    found = resolved(**given)
    assert {name: found[name] for name in ("base_url", "target")} == {"base_url": None, "target": None, **given}


def test_settings_can_be_in_another_file(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "other.toml").write_text(HEAD + 'profile = "quick"\nca-bundle = "ca.pem"')
    (folder / "pyproject.toml").write_text(HEAD + 'profile = "deep"')
    found = resolved(targets="sub/other.toml")
    assert (found["profile"], found["ca_bundle"]) == ("quick", "sub/ca.pem")


WRONG = {
    "unknown": ("nonsense = 1", "'nonsense' was unexpected.*; allowed: base-url, target, "),
    "misspelt": ("profle = 1", "'profle' was unexpected.*; did you mean profile?"),
    "profile": ('profile = "thorough"', "profile: 'thorough' is not one of .*; allowed: quick, default, deep"),
    "seed": ("seed = -1", "seed: -1 is less than the minimum of 0; allowed: an integer >= 0"),
    "rate": ('rate = "fast"', 'rate: .*; allowed: like "5/s"'),
    "clauses": (
        'clauses = "links"',
        "clauses: 'links' is not of type 'array'; allowed: a list of clauses and families",
    ),
    "switch": ('fail-on-should = "yes"', "fail-on-should: 'yes' is not of type 'boolean'; allowed: true or false"),
    "target": ("target = 1", "target: 1 is not of type 'string'; allowed: the name of a target"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_setting_is_said_in_one_line(folder: Path, name: str) -> None:
    line, why = WRONG[name]
    (folder / "pyproject.toml").write_text(HEAD + line)
    with pytest.raises(ConfigurationError, match=why) as error:
        settings(folder / "pyproject.toml")
    assert "\n" not in str(error.value)
    assert "[tool.conversation-contracts]" in str(error.value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a = ", "it is no TOML"),
        ("[tool]\nconversation-contracts = 1", "conversation-contracts must be a table, not 1"),
    ],
    ids=["no-toml", "no-table"],
)
def test_a_file_that_is_something_else_is_said(folder: Path, text: str, why: str) -> None:
    (folder / "pyproject.toml").write_text(text)
    with pytest.raises(pytest.UsageError, match=why):
        resolved()


@pytest.mark.usefixtures("folder")
def test_a_file_that_is_named_must_be_there() -> None:
    with pytest.raises(pytest.UsageError, match=r"nowhere\.toml: it cannot be read: No such file"):
        resolved(targets="nowhere.toml")


@pytest.mark.parametrize(("given", "seed"), [(None, 5), (7, 7)], ids=["drawn-by-the-first-process", "given"])
def test_all_processes_of_a_run_have_one_seed(given: int | None, seed: int) -> None:
    options = {"contract_seed": given, "profile": "quick", "conversation": ()}
    worker = SimpleNamespace(config=SimpleNamespace(getoption=options.get), worker_input={"seed": 5})
    assert Contract.choices(worker).seed == seed  # type: ignore[arg-type]
