"""Carries verdicts from the contract tests to the summary, the verdict file, Allure and the exit code."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import pytest
from allure_commons import plugin_manager as allure_plugins

from contracts.display import printed
from contracts.findings.families import UnknownClauseError
from contracts.pytest_plugin.contract import Contract
from contracts.pytest_plugin.leaving import left
from contracts.pytest_plugin.options import resolve
from contracts.pytest_plugin.places import HERE
from contracts.pytest_plugin.progress import Progress, speaker, wanted
from contracts.pytest_plugin.target import check_options, check_waivers, names_a_target
from contracts.pytest_plugin.writing import UNWRITTEN, Lenient, Unwritten, results
from contracts.reporting import exit_code_of, lines, write
from contracts.reporting.files import put
from contracts.reporting.run import Exit
from contracts.transport import BadAddressError, ConfigurationError, TargetError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CONTRACT = pytest.StashKey[Contract]()


def _places(config: pytest.Config) -> list[Path]:
    """The files and folders that are asked for."""
    return [Path(str(argument).split("::")[0]).resolve() for argument in config.args]


@pytest.hookimpl(tryfirst=True)  # before allure-pytest, which looks once where to write
def pytest_configure(config: pytest.Config) -> None:
    """Find the target, and say in one line what is wrong with it or with the options."""
    resolve(config)
    concerned = any(HERE in (place, *place.parents) or place in HERE.parents for place in _places(config))
    if not concerned or config.option.collectonly:
        return
    config.stash[UNWRITTEN] = Unwritten()
    check_options(config)
    contract = None
    try:
        contract = Contract(config)
        if not hasattr(config, "workerinput"):
            contract.verification.probe()
        contract.spread()
        check_waivers(contract.known)
    except (UnknownClauseError, BadAddressError, ConfigurationError) as error:
        raise pytest.UsageError(str(error)) from None
    except OSError as error:
        raise pytest.UsageError(f"cannot write {error.filename or 'a temporary file'}: {error.strerror}") from None
    except TargetError as error:
        redact = contract.verification.target.redact if contract else str
        pytest.exit(printed(redact(str(error))), returncode=Exit.UNREACHABLE)
    config.stash[CONTRACT] = contract
    _record(config, contract.worker_input)
    gc.freeze()  # what is loaded by now stays: looking through it again and again, and at the end, frees nothing
    if all(HERE in (place, *place.parents) for place in _places(config)):
        config.option.tbstyle = "no"  # the summary says it better


def _record(config: pytest.Config, told: Mapping[str, Any]) -> None:
    """Write results for Allure on every run; those of the last run are removed, by the first process only."""
    if not config.option.allure_report_dir:
        config.option.allure_report_dir = told.get("results") or str(results(config))
        config.option.clean_alluredir = True
    if hasattr(config, "workerinput"):
        config.option.clean_alluredir = False
    lenient = Lenient(config.stash[UNWRITTEN], Path(config.option.allure_report_dir))
    allure_plugins.register(lenient)
    config.add_cleanup(lambda: allure_plugins.unregister(lenient))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist where the target is."""
    contract = node.config.stash.get(CONTRACT, None)
    if contract:
        seed, access = contract.verification.choices.seed, contract.known.access
        node.workerinput["contract"] = {"ledger": str(contract.ledger), "seed": seed, "first": os.getpid()}
        node.workerinput["contract"]["results"] = node.config.option.allure_report_dir
        node.workerinput["contract"]["workers"] = contract.verification.workers
        node.workerinput["contract"]["served"] = contract.verification.target.served
        if not names_a_target(node.config):
            held = {"token": access.credential, "other": access.other.credential if access.other else None}
            tokens = {name: credential.token() for name, credential in held.items() if credential}
            node.workerinput["contract"] |= {"mock": contract.known.base_url, **tokens}


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Let the others not wait for what a worker left unfinished; note one that is lost."""
    contract = node.config.stash.get(CONTRACT, None)
    if contract and contract.folder:
        contract.folder.leave(node.gateway.id)
        if error:
            contract.lost.append(node.gateway.id)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give workers the tests of the contract, which only report, by listing, and other tests by module or class."""
    from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # noqa: PLC0415 - only where xdist is

    class ByListing(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return nodeid.rpartition("[")[2] if _ours(config, nodeid) else super()._split_scope(nodeid)

    return ByListing(config, log) if config.stash.get(CONTRACT, None) else None


def pytest_sessionstart(session: pytest.Session) -> None:
    """Say how far the run is where somebody is looking."""
    contract = session.config.stash.get(CONTRACT, None)
    if contract and wanted(session.config):
        contract.records.progress = Progress(speaker(session.config), len(contract.pairs), contract.budget)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> Iterator[None]:
    """Write the verdict file and decide the exit code."""
    contract = session.config.stash.get(CONTRACT, None)
    if contract is None:
        return (yield)
    contract.interruption.notice()
    if exitstatus == pytest.ExitCode.INTERNAL_ERROR:
        session.exitstatus = Exit.BROKEN  # pytest's own number for it is ours for a target that is not there
    if contract.worker_input:
        return (yield)
    contract.interrupted = exitstatus == Exit.INTERRUPTED or bool(contract.cause)
    if contract.folder:
        contract.folder.stop()
    result = yield  # workers end here
    contract.gather()
    contract.resources.close()
    unwritten = session.config.stash[UNWRITTEN]
    with unwritten.file(session.config.getoption("har")):
        contract.records.finish()
    if contract.found or contract.interrupted:
        contract.remember()
        _write(contract, session.config, unwritten)
        session.exitstatus = _comes_to(contract, exitstatus, session.exitstatus)
    _tell(session, unwritten)
    return result


def _write(contract: Contract, config: pytest.Config, unwritten: Unwritten) -> None:
    """Write verdicts, deviations and pages, each although another one cannot be written."""
    if file := config.getoption("verdicts"):
        with unwritten.file(file):
            write(Path(file), contract.run, contract.found)
    if (file := config.getoption("write_deviations")) and contract.deviations:
        with unwritten.file(file):
            put(Path(file), contract.deviations.encode())
    others = [each for each in contract.found if each.pair not in contract.seconds]
    folder = Path(config.option.allure_report_dir)
    with unwritten.file(folder, asked=False):
        contract.records.publish(contract.run, contract.found, others, contract.clauses, folder)


def _tell(session: pytest.Session, unwritten: Unwritten) -> None:
    """Say what could not be written; a file that was asked for and is not there is no success."""
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    for line in unwritten.lines if reporter else ():
        reporter.write_line(f"error: {line}", red=True)
    if unwritten.asked and session.exitstatus == Exit.KEPT:
        session.exitstatus = Exit.USAGE


def _comes_to(contract: Contract, ended: int, otherwise: int) -> int:
    """The exit code of a run, by how pytest ended and what was found; or another one, where these say nothing of it."""
    if contract.cause:
        return Exit.INTERRUPTED
    if contract.gone:
        return Exit.UNREACHABLE
    if ended == pytest.ExitCode.OK:
        return exit_code_of(contract.run, contract.found)
    return Exit.BROKEN if ended == pytest.ExitCode.TESTS_FAILED else otherwise


def _ours(config: pytest.Config, nodeid: str) -> bool:
    return (config.rootpath / nodeid.partition("::")[0]).parent == HERE


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say what was found out."""
    contract = config.stash.get(CONTRACT, None)
    if contract is None:
        return
    contract.gather()
    if not contract.found:
        return
    verdicts = contract.found
    strays = [each for each in terminalreporter.stats.get("error", []) if _ours(config, each.nodeid)]
    kept = exit_code_of(contract.run, verdicts) == Exit.KEPT and not strays
    for report in strays:
        terminalreporter.section(f"error outside of any verdict: {report.nodeid}")
        terminalreporter.write_line(printed(contract.verification.target.redact(str(report.longreprtext))))
    terminalreporter.section(printed(f"contract of {contract.run.description} at {contract.run.target}"))
    told = lines(
        contract.run,
        verdicts,
        contract.clauses,
        kept=kept,
        width=get_terminal_size().columns,
        verbose=config.option.verbose > 0,
        written=left(config, deviating=bool(contract.deviations)),
    )
    for text, colour in told:
        terminalreporter.write_line(printed(text), **({colour: True} if colour else {}))


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say what is verified, and how to repeat it."""
    contract = config.stash.get(CONTRACT, None)
    if contract is None:
        return []
    name = f" ({contract.known.name})" if contract.known.name else ""
    choices = contract.verification.choices
    at_once = f", --workers {workers}" if (workers := contract.verification.workers) > 1 else ""
    return [
        f"contract: {contract.known.base_url}{name}, profile {choices.profile.name}, --seed {choices.seed}{at_once}"
    ]
