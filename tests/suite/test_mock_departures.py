"""Every departure breaks the clauses that it names, and no other."""

from __future__ import annotations

import re

import pytest

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.cli.mock import main
from contracts.crawl.cache import Choices
from contracts.crawl.profiles import PROFILES
from contracts.findings.verdicts import Outcome
from contracts.mock import DEPARTURES, Settings, UnknownNameError, build
from contracts.mock.registry import ALL_LISTINGS, Departure
from contracts.selftest.in_process import verification

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("one", DEPARTURES.values(), ids=list(DEPARTURES))
def test_a_departure_breaks_what_it_names_and_nothing_else(one: Departure) -> None:
    settings = Settings(departures=(one.name,), token="t-0-k")  # noqa: S106
    run = verification(settings, CONVERSATION_CLAUSES, Choices(1, PROFILES["quick"]))
    bad = [each for each in run.run() if each.verdict in (Outcome.VIOLATED, Outcome.ERROR)]
    assert {each.clause for each in bad} == {one.breaks, *one.also}
    assert {each.listing for each in bad} == set(one.listings)


@pytest.mark.parametrize("one", DEPARTURES.values(), ids=list(DEPARTURES))
def test_a_departure_is_described(one: Departure) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", one.name)
    assert re.fullmatch(r"[A-Z][^\n]{20,200}\.", " ".join(one.doc.split()))
    assert {one.breaks, *one.also} <= CONVERSATION_CLAUSES.keys()
    assert set(one.listings) <= set(ALL_LISTINGS)


def test_departures_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list-departures"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert [line.partition(" ")[0] for line in printed[::2]] == sorted(DEPARTURES)


def test_an_unknown_departure_is_refused_with_those_that_are_near() -> None:
    with pytest.raises(UnknownNameError, match="unknown departure 'users-by-name': did you mean users-always-by-name"):
        build(Settings(departures=("users-by-name",)))


@pytest.mark.parametrize(
    ("host", "other"),
    [
        ("127.0.0.1:80", "localhost:80"),
        ("localhost:9", "localhost:9"),
        ("[::1]:9", "localhost:9"),
        ("[::1]", "localhost"),
        ("api.test", "api-us-3.api.test"),
    ],
)
def test_a_regional_host_can_be_reached_from_here(host: str, other: str) -> None:
    api = build(Settings(departures=("links-on-a-regional-host",)))
    assert api.root({"host": host}) == f"http://{other}/v0.2"
