"""What is given up in a run: another conversation is read in its place, and the run says it once."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import requests

from contracts.crawl.crawler import Silent
from contracts.findings.clause import Holds
from contracts.findings.verdicts import Outcome
from contracts.paging.listings import EVENTS, USERS, Listing, Scope
from contracts.runner.findings import Findings
from contracts.transport.errors import GivenUpError
from tests.suite import misbehaving as bad
from tests.suite.support import E, U
from tests.suite.test_cache import lengths
from tests.suite.test_evaluator import WRONG, clause_of, found

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.crawl.cache import CrawlCache

TABLE = {"CON-1": 4, "CON-2": 9, "CON-3": 2, "CON-4": 5}


def silent(*names: str) -> CrawlCache:
    """A reading of conversations, of which the events of these are given up."""
    cache = lengths(TABLE)
    send = cache.crawler.send

    def sending(method: str, url: str, **more: Any) -> Any:
        if any(f"{name}/events" in url for name in names):
            raise GivenUpError(url, "given up")
        return send(method, url, **more)

    cache.crawler.send = sending
    return cache


def test_another_conversation_is_chosen_in_place_of_a_silent_one() -> None:
    chosen = {each.conversation for each in silent("CON-2").chosen(EVENTS)}
    assert chosen == {"CON-1", "CON-3", "CON-4"}


def test_another_conversation_is_chosen_where_one_falls_silent() -> None:
    cache = silent()
    before = set(cache.chosen(EVENTS))
    cache.crawler.silent.add(Scope(EVENTS, "CON-2"))
    assert (Scope(EVENTS, "CON-2") in before, {each.conversation for each in cache.chosen(EVENTS)}) == (
        True, {"CON-1", "CON-3", "CON-4"},
    )  # fmt: skip


def test_a_silent_conversation_is_passed_over() -> None:
    cache = silent("CON-1", "CON-3")
    cache.standard(EVENTS)
    assert [each.conversation for each in cache.every(EVENTS)] == ["CON-2", "CON-4"]


def test_a_listing_whose_conversations_are_all_silent_cannot_be_read() -> None:
    cache = silent(*TABLE)
    with pytest.raises(Silent, match="given up"):
        cache.standard(EVENTS)


def test_conversations_that_were_met_are_read_though_their_listing_is_given_up() -> None:
    cache = lengths(TABLE)
    cache.crawler.listed.update({name: {"id": name} for name in ("CON-1", "CON-2")})

    def sending(method: str, url: str, **_: Any) -> Any:
        raise GivenUpError(url, f"{method} given up")

    cache.crawler.send = sending
    assert (cache.conversations, str(cache.sample)) == (("CON-1", "CON-2"), "2 of more than 2")


# --- verdicts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "listing", "evidence", "expected"),
    [
        (U, USERS, 0, Outcome.ERROR), (U, USERS, 5, Outcome.ERROR), (E, EVENTS, 0, Outcome.ERROR),
        (E, EVENTS, 5, Outcome.HELD), (U, EVENTS, 0, Outcome.UNDECIDED), (U, EVENTS, 5, Outcome.HELD),
    ],
    ids=["listing", "listing-seen", "conversation", "conversation-seen", "elsewhere", "elsewhere-seen"],
)  # fmt: skip
def test_what_is_given_up_is_an_error_where_nothing_else_decides(
    scope: Scope, listing: Listing, evidence: int, expected: Outcome
) -> None:
    findings, clause = Findings(), clause_of()
    findings.evidence.update({clause.parts[0].kind.words: evidence} if evidence else {})
    findings.note(Silent(scope, "given up"), listing)
    assert findings.verdict(clause, listing).verdict == expected


def test_a_violation_that_cannot_be_seen_again_is_no_violation() -> None:
    again = Silent(U, "given up")
    assert found(clause_of([WRONG], holds=Holds.QUIESCENT, again=again)) == ("error", "given up")


# --- runs -------------------------------------------------------------------------------------------------------------


def verified(folder: Path, url: str, *arguments: str) -> tuple[int, str, dict[str, Any]]:
    """The exit code of a run of the command, what it printed, and its verdict file."""
    command = [sys.executable, "-m", "contracts", "verify", url, f"--verdicts={folder}/v.json", "--seed=7",
               f"--alluredir={folder}/allure", *arguments]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
    return done.returncode, done.stdout, json.loads((folder / "v.json").read_text())


@pytest.mark.slow
@pytest.mark.process
def test_one_silent_conversation_is_one_error_of_a_run(tmp_path: Path) -> None:
    with bad.misbehaving("no path", bad.silent) as proxy:
        first = requests.get(f"{proxy.url}/conversations?page_size=1&order=asc", timeout=30).json()
        proxy.where = f"/{first['_embedded']['data']['conversations'][0]['id']}/events"
        code, printed, file = verified(tmp_path, proxy.url, "--profile=quick", "--patience=3")
    assert (code, len(file["run"]["given_up"]), printed.count("/events given")) == (1, 1, 1)
    assert {each["verdict"] for each in file["verdicts"]} == {"held", "not-exercised"}


@pytest.mark.slow
@pytest.mark.process
def test_a_run_with_a_path_that_is_always_busy_judges_everything_else(tmp_path: Path) -> None:
    busy = bad.status("503 Service Unavailable", "Retry-After: 1")
    with bad.misbehaving(r"/users(\?|$)", busy) as proxy:
        code, _, file = verified(tmp_path, proxy.url, "--profile=quick")
    of = {
        name: {each["verdict"] for each in file["verdicts"] if each["listing"] == name} for name in ("users", "events")
    }
    assert (code, "error" in of["users"], "error" in of["events"], "held" in of["events"]) == (1, True, False, True)
    assert file["run"]["held"] <= 12
