"""Verdict files that are cut off, or hold values of any kind: refused, or shown; never a traceback."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.findings.counts import Count
from contracts.findings.verdicts import Outcome, Verdict
from contracts.reporting import diff
from contracts.reporting.files import load, write
from contracts.reporting.markdown import summary
from contracts.reporting.matrix import page
from contracts.reporting.run import Run
from contracts.reporting.shards import together

if TYPE_CHECKING:
    from pathlib import Path

RUN = Run("http://x", "API 1", 7, "quick", coverage={"operations": {"get-users": 3}}, plain={"users": {"page": 1}})
VERDICTS = [
    Verdict("pages.unique", "users", "MUST", Outcome.HELD, "A statement", (Count(3, "page", "pages", "read"),)),
    Verdict("pages.full", "events", "MUST", Outcome.VIOLATED, "Another", expected="a", actual="b", curl=("curl x",),
            exchanges=("GET /x\n\n200",), times=2),
]  # fmt: skip
HOSTILE = {
    "null": None, "less-than-nothing": -1, "many-digits": 10**400, "infinite": 1e400, "nul": "\x00", "half-a-character": "\ud800",
    "nothing": [], "an-empty-object": {}, "nested": [[]], "an-object": {"a": 1}, "true": True, "long": "x" * 10_000,
    "no-clause": "no.clause",
}  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write(tmp_path / "v.json", RUN, VERDICTS)
    return tmp_path / "v.json"


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container of a document with each of its keys."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [place for key in keys for place in ((value, key), *places(value[key]))]


def show(file: Path) -> None:
    """Make of a file all that is made of one."""
    run, verdicts = load(file)
    page(run, verdicts, CONVERSATION_CLAUSES)
    summary(run, verdicts, CONVERSATION_CLAUSES)
    list(diff.lines(diff.compared(VERDICTS, verdicts, CONVERSATION_CLAUSES)))
    together([(run, verdicts)], CONVERSATION_CLAUSES)


def test_a_verdict_file_is_read_as_it_was_written(file: Path) -> None:
    assert load(file) == (RUN, VERDICTS)


@pytest.mark.parametrize("name", HOSTILE)  # their names alone: Allure writes parameters, and no half of a character
def test_a_value_of_any_kind_in_any_place_is_refused_or_shown(name: str, file: Path) -> None:
    text = file.read_text()
    for number in range(len(places(json.loads(text)))):
        document = json.loads(text)
        container, key = places(document)[number]
        container[key] = HOSTILE[name]
        file.write_text(json.dumps(document))
        try:
            show(file)
        except ValueError as error:
            assert str(error).startswith(str(file)), (key, error)  # noqa: PT017 - either is right


def test_a_file_that_is_cut_off_is_refused(file: Path) -> None:
    text = file.read_text()
    for size in Random(4).sample(range(len(text)), 100):  # noqa: S311 - repeated
        file.write_text(text[:size])
        with pytest.raises(ValueError, match=r"v\.json is no "):
            load(file)
