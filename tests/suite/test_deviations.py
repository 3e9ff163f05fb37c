"""Deviations that a red run writes: valid TOML, refused until a person gave reason and last day, and then an excuse."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from contracts.findings.verdicts import Outcome, Verdict
from contracts.mock import Settings
from contracts.mock.server import running
from contracts.reporting import Run
from contracts.reporting.deviations import deviations
from contracts.runner.configuration import configured
from contracts.transport.errors import ConfigurationError
from tests.suite.test_command import contract

if TYPE_CHECKING:
    from pathlib import Path

RUN = Run("http://x/v0.2", "Conversation API 1.0.1", 7, "default")
DAY = date(2026, 11, 27)
ODD = "a 'b' \"c\" \\d [e] (f)\x07\x7f\x85\N{GRINNING FACE}\ud800.*"


def made(verdict: str = "violated", level: str = "MUST", **more: Any) -> Verdict:
    return Verdict(more.pop("clause", "pages.unique"), "users", level, Outcome(verdict), "S", **more)


def written(*verdicts: Verdict, run: Run = RUN, **said: Any) -> dict[str, Any]:
    """The targets that the file describes."""
    found: dict[str, Any] = tomllib.loads(deviations(run, verdicts, DAY, said))
    targets: dict[str, Any] = found["tool"]["conversation-contracts"]["targets"]
    return targets


def test_an_entry_says_clause_listing_what_was_seen_and_the_day() -> None:
    assert written(made(actual="no prev", alike=True, times=3)) == {
        "target": {
            "base-url": "http://x/v0.2",
            "deviations": [{"clause": "pages.unique", "listing": "users", "only": "^no\\ prev$", "found": DAY,
                            "reason": "", "until": ""}],
        }
    }  # fmt: skip


def test_what_differs_from_violation_to_violation_has_no_expression() -> None:
    (entry,) = written(made(actual="a", alike=False))["target"]["deviations"]
    assert "only" not in entry


def test_only_what_fails_the_run_is_written() -> None:
    mild = [made(level="SHOULD", clause="pages.full"), made("error"), made("undecided"), made("held")]
    assert deviations(RUN, mild, DAY) == ""
    assert [
        each["clause"] for each in written(*mild, run=replace(RUN, fail_on_should=True))["target"]["deviations"]
    ] == ["pages.full"]


def test_whatever_was_seen_is_valid_toml_and_fits_itself() -> None:
    (entry,) = written(made(actual=ODD, expected=ODD, alike=True))["target"]["deviations"]
    assert re.search(entry["only"], ODD.replace("\ud800", "\ufffd"))


def test_what_is_said_of_a_target_stays() -> None:
    known = [{"clause": "a.b", "reason": "old", "until": "2027-01-31"}]
    said = {
        "base-url": "https://api/v0.2/",
        "rate": "5/s",
        "headers": {"X-A": "B"},
        "link-hosts": ["c"],
        "unsafe": True,
    }
    found = written(made(), run=replace(RUN, name="staging"), **said, deviations=known)["staging"]
    assert {**said, "deviations": known} == {**found, "deviations": found["deviations"][:1]}
    assert len(found["deviations"]) == 2


def filled(text: str) -> str:
    return text.replace('reason = ""', 'reason = "accepted"').replace('until = ""', "until = 2099-12-31")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """What a run writes that finds a MUST violated."""
    (tmp_path / "d.toml").write_text(deviations(RUN, [made(actual="no prev", alike=True)], DAY))
    return tmp_path / "d.toml"


def test_an_entry_without_reason_and_last_day_is_refused(file: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"reason and until are empty for pages\.unique \(users\)") as error:
        configured("target", file, {})
    assert "\n" not in str(error.value)


def test_an_entry_with_reason_and_last_day_is_read(file: Path) -> None:
    file.write_text(filled(file.read_text()))
    (known,) = configured("target", file, {}).waivers
    assert (known.clause, known.only, known.until, known.found) == (
        "pages.unique",
        "^no\\ prev$",
        date(2099, 12, 31),
        DAY,
    )


@pytest.mark.slow
def test_a_run_is_excused_by_what_the_one_before_wrote(tmp_path: Path) -> None:
    file = tmp_path / "d.toml"
    options = ("--clauses", "pages.size-bound,pages.unique", "--profile=quick", "--seed=7")
    with running(Settings(faults=("buffers-of-thirty-two",))) as base:
        red, _ = contract("--base-url", base, *options, "--write-deviations", str(file))
        refused, told = contract("--target=target", "--targets", str(file), *options)
        file.write_text(filled(file.read_text()))
        excused, said = contract("--target=target", "--targets", str(file), *options)
    assert (red, refused, excused) == (1, 4, 0), said
    assert "reason and until are empty for pages.size-bound (" in told
