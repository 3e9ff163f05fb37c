"""The commands that put the suite itself on trial: what they refuse, and what they tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest

from contracts.arguments import USAGE
from contracts.cli.selftest import main

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.process


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["killers", "--fault", "no-prevs"], "unknown fault 'no-prevs': did you mean no-prev"),
        (["killers", "--fault", "~~~~"], "conversation-contracts mock --list-faults lists them"),
        (["alarms", "--oddity", "tiny"], "unknown oddity 'tiny': did you mean tiny-api"),
        (["alarms", "--oddity", "~~~~"], "conversation-contracts mock --list-oddities lists them"),
        (["killers", "--json", "/no/such/folder/x"], "--json /no/such/folder/x: there is no folder /no/such/folder"),
        (["--processes", "0", "killers"], "argument --processes: '0' is no whole number from 1"),
        (
            ["alarms", "--oddity", "tiny-api", "--writes", "-1"],
            "writes_per_second -1.0 must be a number from 0 to 1000",
        ),
        (["killers", "--data", "-1"], "seed -1 must be an integer from 0 to 9223372036854775807"),
        (["bench", "--rounds", "many"], "argument --rounds: 'many' is no whole number from 1"),
        (
            ["bench", "--only", "prism"],
            "argument --only: 'prism' is in no name of what is measured: verify; verify -n 2",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_line(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    printed = capsys.readouterr().err
    assert ended.value.code == USAGE
    assert told in printed
    assert printed.count("\n") == 1


def test_a_caught_fault_is_told_with_its_clauses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "killers.json"
    code = main(["--processes", "1", "killers", "--fault", "no-prev", "--json", str(file)])
    told, found = capsys.readouterr().out, orjson.loads(file.read_bytes())
    assert code == 0
    assert "1 of 1 faults caught by the clause that they name" in told
    assert found["trials"][0]["caught"] == ["links.present"]
    assert found["matrix"]["links.present"] == ["no-prev"]


def test_a_legal_mock_is_told_as_green(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--processes", "1", "alarms", "--oddity", "empty-api"]) == 0
    assert "1 of 1 legal mocks green" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.process
def test_what_a_run_costs_is_told_beside_what_another_tool_costs(capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "bench",
        "--rounds",
        "1",
        "--latency",
        "0",
        "--only",
        "links.parameters",
        "--only",
        "8 workers",
        "--sample",
        "0",
    ]
    assert main(words) == 0
    told = capsys.readouterr().out.splitlines()
    rows = {line[:36].strip(): line[36:].split() for line in told if " / " in line and not line.startswith("1 rounds")}
    assert list(rows) == ["verify --clauses links.parameters", "Schemathesis, 8 workers"]
    assert all(float(value.replace(",", "")) > 0 for cells in rows.values() for value in cells if value != "/")
