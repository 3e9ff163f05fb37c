"""Files that are nested too deep, or grow by their anchors: refused in one line, soon, and nothing crashes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from contracts.cli.verify import main
from contracts.description import check_depth, check_yaml
from contracts.pytest_plugin.options import OPTIONS
from contracts.reporting.files import load
from contracts.runner.tables import table
from contracts.transport import ConfigurationError

ROOT = Path(__file__).parents[2]
MANY = 100_000
LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))

DEEP = {
    "lists": ("[" * MANY + "]" * MANY, "it is nested deeper than 100 levels"),
    "mappings": ("{a: " * MANY + "1" + "}" * MANY, "it is nested deeper than 100 levels"),
    "dashes": ("- " * MANY + "x", "it is nested deeper than 100 levels"),
    "indented": ("".join(f"{' ' * n}-\n" for n in range(300)), "it is nested deeper than 100 levels"),
    "laughs": (LAUGHS, "it has more than 5,000,000 values"),
    "itself": ("users: &a [*a]", "a value contains itself"),
}


@pytest.mark.parametrize(("text", "said"), DEEP.values(), ids=DEEP.keys())
def test_yaml_that_would_be_too_much_is_refused(text: str, said: str) -> None:
    with pytest.raises(yaml.MarkedYAMLError, match=said):
        check_yaml(text)


def test_yaml_with_anchors_and_some_depth_is_read() -> None:
    check_yaml(f"a: &a {'[' * 90}{']' * 90}\nb: [*a, *a]")


def test_values_of_a_hundred_levels_are_the_deepest() -> None:
    value: object = 1
    for _ in range(100):
        value = [value]
    check_depth(value)
    with pytest.raises(ValueError, match="deeper than 100 levels"):
        check_depth({"a": value})


@pytest.mark.process
@pytest.mark.parametrize("name", ["x.yaml", "x.json"])
def test_the_mock_refuses_deep_data_in_one_line(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("[" * MANY + "]" * MANY)
    command = [sys.executable, "-m", "contracts", "mock", "--port", "0", "--data", name]
    done = subprocess.run(command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True,
                          text=True, timeout=60, check=False)  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (4, "", 1)


TOML = {
    "lists": f"x = {'[' * MANY}{']' * MANY}",
    "tables": f"x = {'{a = ' * MANY}1{'}' * MANY}",
    "keys": f"{'.'.join(['a'] * MANY)} = 1",
    "some": f"x = {'[' * 150}{']' * 150}",
}


@pytest.mark.parametrize("text", TOML.values(), ids=TOML.keys())
def test_deep_settings_are_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(text)
    with pytest.raises(ConfigurationError, match="nested"):
        table(tmp_path / "x.toml")


@pytest.mark.parametrize("depth", [150, MANY])
def test_deep_verdict_files_are_refused(depth: int, tmp_path: Path) -> None:
    (tmp_path / "v.json").write_text(f'{{"format": 2, "run": {{}}, "verdicts": {"[" * depth}{"]" * depth}}}')
    with pytest.raises(ValueError, match=r"v\.json is no"):
        load(tmp_path / "v.json")


# --- values of options -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["../..", "..", "a/b", "a\r\nX: y", "CON 1", "CON%2f", "\x1b[2J", "C" * 201], ids=range(8)
)
def test_what_is_no_id_of_a_conversation_is_refused(text: str) -> None:
    (option,) = (each for each in OPTIONS if each.name == "--conversation")
    with pytest.raises(pytest.UsageError, match="is no id of a conversation"):
        option.value(text)


@pytest.mark.parametrize("option", [each for each in OPTIONS if each.metavar], ids=lambda each: each.name)
@pytest.mark.parametrize("text", ["", " "], ids=["empty", "blank"])
def test_no_option_takes_an_empty_value(option: object, text: str) -> None:
    with pytest.raises(pytest.UsageError, match="is empty; give"):
        option.value(text)  # type: ignore[attr-defined]


def test_an_empty_base_url_is_not_the_mock(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([""]) == 4
    assert "the base URL is empty; give one, or leave it out" in capsys.readouterr().err
