"""A credential that is refused for a while, or for one listing: errors, never violations, and the rest is verified."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.crawl.cache import Choices
from contracts.crawl.profiles import PROFILES
from contracts.mock import Settings
from contracts.mock.api import Api
from contracts.mock.errors import Refused
from contracts.runner.verification import Verification
from contracts.selftest.in_process import BASE_URL, InProcess
from contracts.transport import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from contracts.findings.verdicts import Verdict
    from contracts.mock.queries import Answer

TOKEN = "Refusals-token-5"  # noqa: S105 - the mock's
QUICK = Choices(1, PROFILES["quick"])
UNAUTHORIZED = Refused(401, "system:error:invalid-token", "Unauthorized", "The token is not valid.")
FORBIDDEN = Refused(403, "system:error:forbidden", "Forbidden", "The scope does not allow that.")


class Refusing(Api):
    """Turns requests with the right token down, by their number and target."""

    refused: Callable[[int, str], Refused | None]
    count = 0

    def answer(self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """The answer, or the refusal."""
        self.count += 1
        own = (headers or {}).get("authorization") == f"Bearer {TOKEN}"
        refused = type(self).refused(self.count, target) if own else None
        return self.turn_down(method, target, refused) if refused else super().answer(method, target, headers, body)


def refusing(refused: Callable[[int, str], Refused | None], *clauses: str) -> Verification:
    """A run over a mock that turns requests down."""
    api = type("Mixed", (Refusing,), {"refused": staticmethod(refused)})(Settings(token=TOKEN))
    target = Target(BASE_URL, TOKEN, InProcess(api))
    return Verification(target, CONVERSATION_CLAUSES.select(clauses), QUICK)


def between(first: int, last: int) -> Callable[[int, str], Refused | None]:
    return lambda count, _: UNAUTHORIZED if first <= count <= last else None


def outcomes(verdicts: list[Verdict]) -> dict[str, Counter[str]]:
    """How often each outcome is there, by listing."""
    found: dict[str, Counter[str]] = {}
    for each in verdicts:
        found.setdefault(each.listing, Counter())[str(each.verdict)] += 1
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("first", "last"), [(2, 2), (60, 61), (101, 180), (333, 99_999)])
def test_a_credential_that_is_refused_for_a_while_violates_nothing(first: int, last: int) -> None:
    run = refusing(between(first, last))
    run.probe()
    counts = sum(outcomes(run.run()).values(), Counter[str]())
    assert (counts["violated"], counts["error"]) == (0, 0)
    assert run.target.session.refused > 0


@pytest.mark.parametrize("last", [100, 140])
def test_what_could_not_be_read_meanwhile_is_undecided(last: int) -> None:
    run = refusing(between(20, last), "walks", "order")
    run.probe()
    verdicts = run.run()
    reasons = {each.reason.partition(" (and")[0] for each in verdicts if each.verdict == "undecided"}
    assert reasons == {
        "the target refused the credential when this was asked for, and had accepted it before: status 401"
    }
    assert {each.verdict for each in verdicts} >= {"held", "undecided"}


@pytest.mark.parametrize("path", ["cursor=", "/events", "order=desc"])
def test_a_request_that_alone_is_refused_is_a_violation(path: str) -> None:
    run = refusing(lambda _, target: UNAUTHORIZED if path in target else None, "pages.envelope", "links.url")
    run.probe()
    assert "violated" in {each.verdict for each in run.run()}
    assert run.target.session.refused == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["users", "conversations", "members", "events"])
def test_a_listing_that_is_forbidden_is_an_error_and_the_others_are_verified(name: str) -> None:
    run = refusing(lambda _, target: FORBIDDEN if target.partition("?")[0].endswith(f"/{name}") else None)
    run.probe()
    found = outcomes(run.run())
    closed = found.pop(name)
    assert (closed["violated"], closed["error"] > 30) == (0, True)
    assert {outcome for each in found.values() for outcome in each} <= {"held", "undecided", "not-exercised"}
    assert found["events" if name != "events" else "members"]["held"] > 30 or name == "conversations"


@pytest.mark.parametrize("times", [1, 2])
def test_a_listing_that_was_served_and_is_forbidden_then_is_violated(times: int) -> None:
    seen = Counter[str]()

    def refused(_: int, target: str) -> Refused | None:
        seen[target.partition("?")[0]] += 1
        return FORBIDDEN if seen["/v0.2/users"] > times + 1 and "/users" in target else None

    run = refusing(refused, "pages.envelope")
    run.probe()
    assert {each.verdict for each in run.run() if each.listing == "users"} == {"violated"}
