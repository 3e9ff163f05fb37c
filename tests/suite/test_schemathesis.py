"""Generated requests: what Schemathesis sends, through the one session, and what its checks come to."""

from collections import Counter
from functools import cache
from typing import Any

import pytest
from schemathesis.checks import CHECKS as KNOWN

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.crawl.cache import Choices
from contracts.crawl.profiles import PROFILES
from contracts.evidence import schemathesis as generated
from contracts.mock import FAULTS, Settings
from contracts.paging.listings import LISTINGS
from contracts.paging.pages import Answer
from contracts.selftest.in_process import verification

pytestmark = pytest.mark.slow

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
