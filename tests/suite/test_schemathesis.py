"""Generated requests: what Schemathesis sends, through the one session, and what its checks come to."""

import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from schemathesis.checks import CHECKS as KNOWN

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.crawl.cache import Choices
from contracts.crawl.profiles import PROFILES
from contracts.evidence import generation as generated
from contracts.evidence.schemathesis import GENERATED
from contracts.mock import FAULTS, Settings
from contracts.paging.listings import LISTINGS
from contracts.paging.pages import Answer
from contracts.runner.findings import ENOUGH
from contracts.selftest.in_process import verification

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
CLAUSE = CONVERSATION_CLAUSES["inputs.documented"]


@cache
def ran(*faults: str) -> Any:
    """A run of the generated requests, with the answers that it showed."""
    run = verification(
        Settings(faults=faults), CONVERSATION_CLAUSES.select([CLAUSE.id]), Choices(1, PROFILES["default"])
    )
    run.evaluator.seen = []  # type: ignore[attr-defined]
    watch = run.evaluator.watch
    run.evaluator.watch = lambda each: (run.evaluator.seen.append(each), watch(each))  # type: ignore[attr-defined,method-assign]
    run.run()
    return run


def test_every_listing_is_asked_and_the_correct_mock_keeps_what_it_documents() -> None:
    verdicts = {
        each.listing: (each.verdict, [count.many for count in each.evidence], each.evidence[0].count >= 8)
        for each in ran().verdicts()
    }
    assert verdicts == {listing.name: ("held", ["generated requests"], True) for listing in LISTINGS}


def test_every_generated_answer_is_shown_as_hostile() -> None:
    told = [each for each in ran().evaluator.seen if isinstance(each, Answer) and each.negative]
    statuses = Counter(each.exchange.status // 100 for each in told)
    assert len(told) > 100
    assert (statuses[2] > 10, statuses[4] > 10) == (True, True)


def test_members_and_events_are_asked_of_real_conversations() -> None:
    known = set(ran().cache.conversations)
    reached = [each.scope.conversation in known for each in ran().evaluator.seen if isinstance(each, Answer) and each.negative
               and each.scope.listing.nested and each.exchange.status == 200]  # fmt: skip
    assert (len(reached) > 10, all(reached)) == (True, True)


def test_an_answer_that_breaks_the_description_is_a_violation() -> None:
    name = next(name for name, fault in FAULTS.items() if fault.breaks == CLAUSE.id)
    verdicts = [each for each in ran(name).verdicts() if each.verdict == "violated"]
    assert {each.clause for each in verdicts} == {"inputs.documented"}
    assert all(each.expected.startswith("an answer as the description documents it, for GET ") for each in verdicts)


def test_checks_are_an_allow_list_and_the_others_have_a_reason() -> None:
    on = {check.__name__ for check in generated.CHECKS}
    assert on.isdisjoint(generated.OFF)
    assert {*on, *generated.OFF} <= set(KNOWN.get_all_names())
    assert {"ignored_auth", "unsupported_method", "positive_data_acceptance", "negative_data_rejection"} <= set(
        generated.OFF
    )


def test_the_library_is_not_imported_before_something_is_generated() -> None:
    asked = "import sys, contracts.runner.verification, contracts.evidence.schemathesis; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "contracts.evidence.schemathesis" in done.stdout.split()
    assert [name for name in done.stdout.split() if name.partition(".")[0] == "schemathesis"] == []


def test_of_many_violations_those_with_the_shortest_urls_are_said_and_all_are_counted() -> None:
    name = next(name for name, fault in FAULTS.items() if fault.breaks == CLAUSE.id)
    for (clause, listing), findings in ran(name).evaluator.findings.items():
        urls = [len(each.exchanges[0].url) for each in findings.violations]
        found = [each for each in _judged(ran(name), listing) if clause == CLAUSE.id]
        assert (urls, findings.times) == (sorted(found)[:ENOUGH], len(found))


def _judged(run: Any, listing: str) -> list[int]:
    """The lengths of the URLs of all violations of a listing, in the order in which they were gathered."""
    of = next(each for each in LISTINGS if each.name == listing)
    observed = [outcome for _, outcome in run.evaluator.gathering.outcomes(GENERATED, of, run.cache)]
    return [len(each.exchanges[0].url) for one in observed for each in CLAUSE.parts[0].judge(one)]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://x/v0.2/conversations/CON-1/events?a=b", "CON-1"),
        ("http://x/v0.2/conversations/a%2Fb%20c/members", "a/b c"),
        ("http://x/v0.2/conversations//events", ""),
        ("http://x/v0.2/conversations/a/b/events", "a/b"),
    ],
    ids=["plain", "encoded", "empty", "slash"],
)
def test_the_conversation_that_a_url_names_is_found(url: str, name: str) -> None:
    assert generated._conversation(url, "http://x/v0.2") == name  # noqa: SLF001 - what a wrong scope would come from
