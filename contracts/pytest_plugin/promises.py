"""A contract test is one promise: its clause is the test's module and name, its listing the parameter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import allure
import pytest

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.display import printed
from contracts.findings.verdicts import Outcome, Verdict
from contracts.pytest_plugin.allure_results import describe
from contracts.pytest_plugin.hooks import CONTRACT
from contracts.pytest_plugin.places import HERE
from contracts.pytest_plugin.records import failure_message
from contracts.runner.verification import turn

if TYPE_CHECKING:
    from collections.abc import Generator

    from contracts.findings.clause import Clause
    from contracts.paging.listings import Listing
    from contracts.pytest_plugin.contract import Contract


class Violated(AssertionError):  # noqa: N818 - what happened to the promise
    """The target broke a promise."""

    __module__ = "builtins"  # Allure then shows the name without the path to this file


class Undiscovered(Exception):  # noqa: N818 - likewise
    """The suite could not find out whether a promise is kept."""

    __module__ = "builtins"


def clause_of(module: str, function: str) -> str:
    """The id of the clause that a test is about."""
    family = module.rpartition(".")[2].removeprefix("test_")
    return f"{family}.{function.removeprefix('test_').replace('_', '-')}"


def pytest_configure(config: pytest.Config) -> None:
    """Take up the seed of the run that failed, now that pytest's cache can be read."""
    if contract := config.stash.get(CONTRACT, None):
        contract.reseed()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each promise for every listing that its clause is about, as far as the clause is selected."""
    if "promise" not in metafunc.fixturenames:
        return
    clause = CONVERSATION_CLAUSES[clause_of(metafunc.module.__name__, metafunc.function.__name__)]
    contract = metafunc.config.stash.get(CONTRACT, None)
    chosen = clause.listings if contract is None or clause.id in contract.clauses else ()
    if chosen:
        parameters = [pytest.param((clause, listing), id=listing.name) for listing in chosen]
        metafunc.parametrize("promise", parameters, indirect=True)
    else:
        metafunc.parametrize("promise", [], indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item], config: pytest.Config) -> None:
    """Decide last what is judged on whatever is read; leave out what was not selected."""
    ours = [item for item in items if HERE in item.path.parents and hasattr(item, "callspec")]
    chosen = [item for item in ours if _is_promise(item)]
    share = config.getoption("shard").share(_pair(item) for item in chosen)
    chosen = [item for item in chosen if _pair(item) in share]
    dropped = [item for item in ours if item not in chosen]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
    chosen.sort(key=_turn)
    items[:] = [item for item in items if item not in ours] + chosen


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, bool, bool]:
    """Evaluate, then report: decide everything whose test is selected before the first test says what was found."""
    contract = session.config.stash.get(CONTRACT, None)
    failed = session.testsfailed and not session.config.option.continue_on_collection_errors
    if contract is None or failed:
        return (yield)
    if pairs := {_pair(item) for item in session.items if _is_promise(item)}:
        contract.evaluate(pairs)
    elif contract.folder:
        contract.follow()
    try:
        result = yield
    except session.Interrupted:
        raise
    except KeyboardInterrupt:  # it came anywhere, and pytest fails to show the traceback of some places
        contract.interruption.notice()
        raise session.Interrupted(contract.cause) from None
    except Exception:  # pytest-xdist counts on workers that all start
        if not contract.cause:
            raise
        raise session.Interrupted(contract.cause) from None
    if not contract.worker_input:
        contract.gather()
        if reason := contract.cause or (contract.gone and "the target does not answer any more"):
            raise session.Interrupted(reason)
    return result


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> bool | None:
    """Leave out the test of what was not decided, since the target went away or enough had failed."""
    contract = item.config.stash.get(CONTRACT, None)
    return True if contract and _is_promise(item) and _pair(item) not in contract.seconds else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Say a violation in words instead of a traceback; a test took as long as its clause and listing to be decided."""
    report = yield
    contract = item.config.stash.get(CONTRACT, None)
    if contract and _is_promise(item) and call.when == "call":
        report.duration = contract.seconds[_pair(item)]
        if report.failed and call.excinfo is not None and call.excinfo.errisinstance((Violated, Undiscovered)):
            report.longrepr = str(call.excinfo.value)
    return report


def _is_promise(item: pytest.Item) -> bool:
    """Whether a test is about a clause and a listing that were selected."""
    return HERE in item.path.parents and isinstance(getattr(_callspec(item), "params", {}).get("promise"), tuple)


def _callspec(item: pytest.Item) -> Any:
    return getattr(item, "callspec", None)


def _pair(item: pytest.Item) -> tuple[str, str]:
    clause, listing = _callspec(item).params["promise"]
    return clause.id, listing.name


def _turn(item: pytest.Item) -> tuple[bool, bool, int, int]:
    clause, _ = _callspec(item).params["promise"]
    return turn(clause, CONVERSATION_CLAUSES)


@dataclass
class Promise:
    """A clause for one listing, to be kept by the target."""

    clause: Clause
    listing: Listing
    contract: Contract
    item: pytest.Item

    def holds(self) -> None:
        """Report: a broken promise fails, what could not be found out is an error, the rest is a skip that says why."""
        __tracebackhide__ = True
        place = (self.clause.id, self.listing.name)
        verdict = next(each for each in self.contract.found if each.pair == place)
        self.item.user_properties += junit(verdict)
        describe(self.clause, verdict, self.contract.clauses.description)
        with allure.step(f"judge: {verdict.verdict}"):
            self._judge(verdict)

    def _judge(self, verdict: Verdict) -> None:
        """Pass, fail or skip by a verdict."""
        __tracebackhide__ = True
        option = self.item.config.getoption
        if verdict.verdict == Outcome.VIOLATED:
            if verdict.level != "MUST" and not option("fail_on_should"):
                pytest.xfail(printed(f"{verdict.level} violated: {verdict.actual}"))
            raise Violated(failure_message(verdict))
        if verdict.verdict == Outcome.ERROR:
            raise Undiscovered(printed(verdict.reason))
        if verdict.verdict == Outcome.NOT_EXERCISED and verdict.level == "MUST" and option("require_exercised"):
            raise Violated(printed(f"{verdict.clause} ({verdict.listing}) was not exercised: {verdict.reason}"))
        if verdict.verdict != Outcome.HELD:
            pytest.skip(printed(f"{verdict.verdict}: {verdict.reason}"))


def junit(verdict: Verdict) -> list[tuple[str, object]]:
    """What JUnit's XML says of a test beside its outcome."""
    return [(name, str(getattr(verdict, name))) for name in ("clause", "listing", "level", "verdict")]


@pytest.fixture
def promise(request: pytest.FixtureRequest) -> Promise:
    """The promise that a test is about."""
    clause, listing = request.param
    return Promise(clause, listing, request.config.stash[CONTRACT], request.node)
