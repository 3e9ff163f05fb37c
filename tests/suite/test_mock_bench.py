"""The benchmark runs, and says what it saw; how fast the mock is, no test decides."""

from __future__ import annotations

import shutil

import pytest

from contracts.cli.mock import main
from contracts.mock import Settings, build
from contracts.selftest import mock_benchmark as bench

pytestmark = pytest.mark.process


def test_queries_are_of_every_kind_and_legal() -> None:
    api, found = build(Settings()), list(bench.queries(Settings(), 1))
    kinds = {tuple(part.partition("=")[0] for part in query.split("&") if part) for query in found}
    answers = {api.answer("GET", f"/v0.2/conversations?page_size=3{query}", {"host": "h"}).status for query in found}
    assert (len(kinds), answers) == (16, {200})


@pytest.mark.skipif(shutil.which("wrk") is None, reason="needs wrk")
def test_it_says_what_it_saw() -> None:
    told = [line.partition("  ")[0] for line in bench.lines(1, 1, None, 1)]
    assert told[1::2] == [
        "mock of ten million, answers a second",
        "mock of 64, answers a second",
    ]


def test_without_wrk_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(SystemExit, match=r"^4$"):
        bench.main([])
    assert capsys.readouterr().err == "conversation-contracts selftest bench-mock: wrk is needed: apt-get install wrk\n"


def test_workers_are_a_number_from_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"^4$"):
        main(["--workers", "0"])
    assert "'0' must be an integer from 1 to 256" in capsys.readouterr().err
