"""Carries verdicts from the contract tests to the summary, the verdict file, Allure and the exit code."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contracts import description
from contracts.mock import Settings
from contracts.mock.server import running
from contracts.reading import PROFILES, Choices
from contracts.reporting import Run, exit_code, lines, write
from contracts.reporting.run import Exit
from contracts.target import BadAddressError, Target, TargetError
from contracts.verdicts import Kind, Verdict, merge
from contracts.verification import UnknownClauseError, Verification, select
from tests.contract.records import Records, publish

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
CONTRACT = pytest.StashKey["Contract"]()
TOKEN = "CONVERSATION_API_TOKEN"  # noqa: S105 - a variable's name


class Contract:
    """One run of the contract tests in this process: what it verifies, and what was found out."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.began: float | None = None
        self.ended = 0.0
        self.resources = ExitStack()
        self.found: list[Verdict] = []
        self.sent = {"requests": 0, "waiting": 0.0}
        self.read = ""
        self.interrupted = False
        self.clauses = select(name for names in config.getoption("clauses") for name in names.split(",") if name)
        self.unsafe = bool(config.getoption("unsafe_methods"))
        self.base_url = self._address()
        self.verification = Verification(
            Target(self.base_url, os.environ.get(TOKEN)),
            self.clauses,
            self.choices(),
            self.unsafe,
            config.getoption("max_pages"),
        )
        self.records = Records(self.verification.target)

    def choices(self) -> Choices:
        """What the command line decides."""
        option = self.config.getoption
        return Choices(option("contract_seed"), PROFILES[option("profile")], tuple(option("conversation")))

    def _address(self) -> str:
        """Where the target is: said by the first process, by the user, or that of a mock that is started now."""
        told = getattr(self.config, "workerinput", {}).get("contract")
        if told:
            self.unsafe = told["unsafe"]
            return str(told["base_url"])
        given = self.config.getoption("base_url")
        if given:
            return str(given)
        self.unsafe = True
        return self.resources.enter_context(running(Settings(token=os.environ.get(TOKEN))))

    @property
    def run(self) -> Run:
        """What is said of the run as a whole."""
        info = description.effective()["info"]
        session = self.verification.target.session
        met = [each for each in self.found if each.clause == "events.all-variants-seen" and each.evidence]
        return Run(
            self.verification.target.base_url,
            f"{info['title']} {info['version']}",
            self.verification.choices.seed,
            self.verification.choices.profile.name,
            self.sent["requests"] + session.sent,
            round(self.ended - (self.began or self.ended), 2),
            round(self.sent["waiting"] + session.waited, 2),
            self.interrupted,
            self.read or str(self.verification.reading.sample or ""),
            met[0].evidence or {} if met else {},
            fail_on_should=self.config.getoption("fail_on_should"),
            require_exercised=self.config.getoption("require_exercised"),
            **self.records.said(self.began),
        )

    def late(self) -> list[Verdict]:
        """Violations that came to light after their own test, or in a test for something else."""
        known = {(each.clause, each.listing) for each in self.found if each.verdict == Kind.VIOLATED}
        now = self.verification.verdicts()
        return [each for each in now if each.verdict == Kind.VIOLATED and (each.clause, each.listing) not in known]


def _concerned(config: pytest.Config) -> bool:
    """Whether the contract tests are among what is asked for."""
    places = [Path(str(argument).split("::")[0]).resolve() for argument in config.args]
    return any(place == HERE or HERE in place.parents or place in HERE.parents for place in places)


@pytest.hookimpl(tryfirst=True)  # before allure-pytest, which looks once where to write
def pytest_configure(config: pytest.Config) -> None:
    """Find the target, and say in one line what is wrong with it or with the options."""
    if not _concerned(config) or config.option.collectonly:
        return
    _check_options(config)
    try:
        contract = Contract(config)
        if not hasattr(config, "workerinput"):
            contract.verification.probe()
    except (UnknownClauseError, BadAddressError) as error:
        raise pytest.UsageError(str(error)) from None
    except TargetError as error:
        pytest.exit(str(error), returncode=Exit.UNREACHABLE)
    config.stash[CONTRACT] = contract
    _record(config)
    if all(
        place == HERE or HERE in place.parents for place in (Path(str(a).split("::")[0]).resolve() for a in config.args)
    ):
        config.option.tbstyle = "no"  # the summary says it better


def _record(config: pytest.Config) -> None:
    """Write results for Allure on every run; those of the last run are removed, by the first process only."""
    if not config.option.allure_report_dir:
        config.option.allure_report_dir = str(config.rootpath / "reports" / "allure-results")
        config.option.clean_alluredir = True
    if hasattr(config, "workerinput"):
        config.option.clean_alluredir = False


def _check_options(config: pytest.Config) -> None:
    file = config.getoption("verdicts")
    if file and not Path(file).absolute().parent.is_dir():
        raise pytest.UsageError(f"--verdicts {file}: there is no folder {Path(file).absolute().parent}")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist where the target is."""
    contract = node.config.stash.get(CONTRACT, None)
    if contract:
        node.workerinput["contract"] = {"base_url": contract.base_url, "unsafe": contract.unsafe}


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take from a worker what its tests did not report."""
    contract = node.config.stash.get(CONTRACT, None)
    told = getattr(node, "workeroutput", {}).get("contract")
    if contract and told:
        contract.found += [Verdict.unpack(each) for each in told["late"]]
        for name in contract.sent:
            contract.sent[name] += told[name]
        contract.read = contract.read or told["read"]
        contract.records.take(told["records"])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep all contract tests of one listing on one worker, which reads it once; spread all others."""
    from xdist.scheduler import LoadScopeScheduling

    class ByListing(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return nodeid.rpartition("[")[2] if _ours(nodeid) else nodeid

    return ByListing(config, log) if config.stash.get(CONTRACT, None) else None


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Nothing; see `Collector`."""
    _ = report


class Collector:
    """Collects the verdicts of all tests, on whatever worker they ran."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the verdict of a test."""
        packed = getattr(report, "verdict", None)
        if packed:
            self.contract.began = min(self.contract.began or report.start, report.start)
            self.contract.ended = max(self.contract.ended, report.stop)
        if packed and report.when == "call":
            self.contract.found.append(Verdict.unpack(packed))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    """Send the verdict along with the report, and say a violation in words instead of a traceback."""
    report = yield
    verdict = item.stash.get(VERDICT, None)
    if verdict is not None and call.when == "call":
        report.verdict = verdict.pack()
        if report.failed and call.excinfo is not None:
            report.longrepr = str(call.excinfo.value)
    return report


VERDICT = pytest.StashKey[Verdict]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Listen to reports."""
    contract = session.config.stash.get(CONTRACT, None)
    if contract:
        session.config.pluginmanager.register(Collector(contract), "contract-collector")


def pytest_keyboard_interrupt() -> None:
    """Nothing; the exit status says it."""


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> Iterator[None]:
    """Write the verdict file and decide the exit code; a worker hands over what it found."""
    contract = session.config.stash.get(CONTRACT, None)
    if contract is None:
        return (yield)
    contract.resources.close()
    if hasattr(session.config, "workeroutput"):
        sent = contract.verification.target.session
        session.config.workeroutput["contract"] = {
            "late": [each.pack() for each in contract.late()],
            "requests": sent.sent,
            "waiting": sent.waited,
            "read": contract.run.read,
            "records": contract.records.handed(),
        }
        return (yield)
    contract.interrupted = exitstatus == Exit.INTERRUPTED
    result = yield
    if not contract.found:
        return result
    gone = contract.verification.target.session.gone
    contract.found = merge([*contract.found, *contract.late()])
    file = session.config.getoption("verdicts")
    if file:
        write(Path(file), contract.run, contract.found)
    publish(contract.run, contract.found, session.config)
    if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        outcome = _outcome(contract)
        session.exitstatus = outcome if exitstatus == pytest.ExitCode.OK else Exit.BROKEN
    if gone:
        session.exitstatus = Exit.UNREACHABLE
    return result


def _ours(nodeid: str) -> bool:
    return Path(nodeid.partition("::")[0]).parent.name == HERE.name


def _outcome(contract: Contract) -> Exit:
    option = contract.config.getoption
    return exit_code(
        contract.found, fail_on_should=option("fail_on_should"), require_exercised=option("require_exercised")
    )


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say what was found out."""
    contract = config.stash.get(CONTRACT, None)
    if contract is None or not contract.found:
        return
    verdicts = merge([*contract.found, *contract.late()])
    strays = [each for each in terminalreporter.stats.get("error", []) if _ours(each.nodeid)]
    kept = _outcome(contract) == Exit.KEPT and not strays
    for report in strays:
        terminalreporter.section(f"error outside of any verdict: {report.nodeid}")
        terminalreporter.write_line(str(report.longreprtext))
    terminalreporter.section(f"contract of {contract.run.description} at {contract.run.target}")
    for text, colour in lines(contract.run, verdicts, kept=kept, fail_on_should=config.getoption("fail_on_should")):
        terminalreporter.write_line(text, **({colour: True} if colour else {}))


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say what is verified, and how to repeat it."""
    contract = config.stash.get(CONTRACT, None)
    if contract is None:
        return []
    mock = "" if config.getoption("base_url") else " (the bundled mock)"
    choices = contract.verification.choices
    return [f"contract: {contract.base_url}{mock}, profile {choices.profile.name}, --seed {choices.seed}"]
