"""One truth: pytest's reports, JUnit's XML, Allure's results and the verdict file say the same of every pair."""

import json
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.findings.verdicts import Outcome, Verdict
from contracts.mock import Settings
from contracts.mock.server import running
from contracts.pytest_plugin.parts import Folder, Part
from contracts.pytest_plugin.rerun import Rerun
from tests.suite.runs import ROOT, Whole, whole

pytestmark = [pytest.mark.process, pytest.mark.slow]

FAULTS = {
    "states-in-lower-case": "pages,walks,order,events,items,links",  # shows in what members and events are read from
    "constant-page": "pages,walks,order,filters,links,items",  # breaks nearly all that others require
    "size-ignored": "pages,walks,links,inputs,auth",  # pages that Schemathesis sees first
}
"""Faults, and the families of clauses that show them; together all."""
WIDTHS = {"one-process": (), "two-workers": ("-n", "2")}
DEVIATION = """
[tool.conversation-contracts.targets.t]
base-url = "{base}"
deviations = [{{ clause = "pages.items", reason = "states were always in lower case" }}]
"""
STUMBLING = """
from contracts.crawl.cache import CrawlCache
from contracts.transport.errors import UnreachableError

def standard(self, listing):
    if listing.name == "users":
        raise UnreachableError("/users", "lost")

CrawlCache.standard = standard
"""
"""A plugin that makes evidence about users fail."""


@pytest.fixture(scope="module", params=FAULTS)
def fault(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def both(fault: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Whole]:
    """A run over one fault in one process, and one in two."""
    folder = tmp_path_factory.mktemp("runs")
    with running(Settings(faults=(fault,))) as base:
        choices = ("--base-url", base, "--clauses", FAULTS[fault])
        return {name: whole(folder / name, *choices, *more) for name, more in WIDTHS.items()}


@pytest.mark.parametrize("width", WIDTHS)
def test_every_place_says_the_same(width: str, fault: str, both: dict[str, Whole]) -> None:
    """Of every clause and listing of these families, no more and no fewer."""
    pairs = CONVERSATION_CLAUSES.select(FAULTS[fault].split(",")).pairs
    assert (both[width].code, both[width].verdicts.keys() ^ pairs, both[width].disagreements()) == (1, set(), {})


def test_the_families_are_all_of_them_together() -> None:
    assert {name for names in FAULTS.values() for name in names.split(",")} == {
        each.family for each in CONVERSATION_CLAUSES.values()
    }


def test_two_workers_say_what_one_process_says(both: dict[str, Whole]) -> None:
    one, two = both.values()
    assert two.verdicts == one.verdicts


LATE = """
from contracts.runner.verification import Verification
from tests.suite.support import page

examine = Verification.examine

def late(self, clause, listing):
    verdict = examine(self, clause, listing)
    if (clause.id, listing.name) == ("pages.unique", "events"):
        self.evaluator.watch(page("USR-1", "USR-1"))
        self.evaluator.watch(page(""))
    return verdict

Verification.examine = late
"""
"""A plugin by which users break two clauses as the last pair is decided: of all, or of another worker's listing."""


@pytest.mark.parametrize("width", WIDTHS)
def test_what_shows_late_is_what_the_tests_say(width: str, tmp_path: Path) -> None:
    (tmp_path / "lately.py").write_text(LATE)
    clauses = ("--clauses", "items.ids,pages.items,pages.unique")
    with running(Settings(faults=("users-without-links",))) as base:
        run = whole(tmp_path / "run", "--base-url", base, *clauses, "-p", "lately", *WIDTHS[width], path=tmp_path)
    users = {clause: said for (clause, listing), said in run.verdicts.items() if listing == "users"}
    assert (users, run.disagreements()) == (
        {"items.ids": "violated MUST", "pages.items": "undecided MUST", "pages.unique": "violated MUST"},
        {},
    )


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    ("kind", "fault", "said"),
    [
        ("should", "errors-in-html", "violated SHOULD"),
        ("deviation", "states-in-lower-case", "deviation MUST"),
        ("error", "errors-in-html", "error MUST"),
    ],
    ids=["should", "deviation", "error"],
)
def test_every_place_says_the_same_of_what_is_no_broken_must(
    kind: str, fault: str, said: str, width: str, tmp_path: Path
) -> None:
    (tmp_path / "stumbling.py").write_text(STUMBLING)
    with running(Settings(faults=(fault,))) as base:
        (tmp_path / "t.toml").write_text(DEVIATION.format(base=base))
        target = ("--target", "t", "--targets", str(tmp_path / "t.toml"))
        more = {"deviation": target, "error": ("--base-url", base, "-p", "stumbling"), "should": ("--base-url", base)}
        clauses = ("--clauses", "inputs.error-body,pages.items")
        run = whole(tmp_path / "run", *more[kind], *clauses, *WIDTHS[width], path=tmp_path)
    assert (run.code, said in run.verdicts.values(), run.disagreements()) == (int(kind == "error"), True, {})


# --- what is selected ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lower_case() -> Iterator[str]:
    with running(Settings(faults=("states-in-lower-case",))) as base:
        yield base


@pytest.mark.parametrize("width", WIDTHS)
def test_only_what_is_selected_is_decided(width: str, lower_case: str, tmp_path: Path) -> None:
    run = whole(tmp_path / "run", "--base-url", lower_case, "-k", "test_pages and users", *WIDTHS[width])
    assert {listing for _, listing in run.verdicts} == {"users"}
    assert {clause.partition(".")[0] for clause, _ in run.verdicts} == {"pages"}
    assert run.disagreements() == {}


def test_enough_failures_end_the_evaluation(lower_case: str, tmp_path: Path) -> None:
    run = whole(tmp_path / "run", "--base-url", lower_case, "--clauses", "pages,walks", "-x")
    failed = [said for said in run.reports.values() if said == "violated failed"]
    assert (run.code, len(failed), run.reports.items() <= run.expected.items()) == (1, 1, True)
    assert len(run.verdicts) < len(
        whole(tmp_path / "all", "--base-url", lower_case, "--clauses", "pages,walks").verdicts
    )


def test_a_test_took_as_long_as_its_pair_took_to_be_decided(lower_case: str, tmp_path: Path) -> None:
    run = whole(tmp_path / "run", "--base-url", lower_case, "--clauses", "walks")
    taken = sum(float(case.attrib["time"]) for case in ET.parse(tmp_path / "run" / "junit.xml").iter("testcase"))  # noqa: S314
    evaluating = json.loads((tmp_path / "run" / "verdicts.json").read_text())["run"]["seconds"]
    assert (run.code, taken >= evaluating / 2) == (0, True)


# --- what failed is run again ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "families"),
    [
        ("states-in-lower-case", "pages,items,events"),
        ("constant-page", "pages,walks,order,links"),
        ("one-name-is-null", "pages,items,inputs"),
    ],
)
def test_what_failed_fails_again(fault: str, families: str, tmp_path: Path) -> None:
    with running(Settings(faults=(fault,))) as base:
        first, again = (whole(tmp_path / name, "--base-url", base, "--clauses", families, *more, seed=None)
                        for name, more in (("first", ()), ("again", ("--lf",))))  # fmt: skip
    assert first.code == 1
    failed = {pair: said for pair, said in first.verdicts.items() if said in ("violated MUST", "error MUST")}
    assert (again.verdicts, again.code, again.disagreements()) == (failed, 1, {})


@pytest.mark.parametrize("width", WIDTHS)
def test_what_another_listing_showed_is_shown_by_it_again(width: str, tmp_path: Path) -> None:
    (tmp_path / "lately.py").write_text(LATE)
    clauses = ("--clauses", "items.ids,pages.items,pages.unique", "-p", "lately")
    first, again = (whole(tmp_path / name, *clauses, *WIDTHS[width], *more, path=tmp_path, seed=None)
                    for name, more in (("first", ()), ("again", ("--lf",))))  # fmt: skip
    failed = {pair: said for pair, said in first.verdicts.items() if said == "violated MUST"}
    assert (
        again.verdicts == failed == dict.fromkeys([("items.ids", "users"), ("pages.unique", "users")], "violated MUST")
    )


def part_of(*witnesses: tuple[tuple[str, str], tuple[str, str]]) -> Part:
    return Part(witnesses=witnesses)


def test_what_was_not_looked_at_again_stays_to_be_seen() -> None:
    one, other, seen = ("pages.unique", "users"), ("pages.full", "users"), ("walks.complete", "users")
    failed = Rerun().after(7, [one, other], [part_of((one, seen), (other, other))])
    assert failed == Rerun(7, {one: [seen], other: [other]})
    assert failed.after(8, [one], [part_of()]) == Rerun(7, {other: [other]})
    assert failed.after(8, [one, other], [part_of()]) == Rerun()


# --- ends ------------------------------------------------------------------------------------------------------------


def _sent(folder: Path, number: signal.Signals, *arguments: str) -> tuple[int, str, dict[str, object]]:
    """Exit code, output and verdict file of a run that gets a signal as soon as it has written what it found so far."""
    file = folder / "v.json"
    command = [sys.executable, "-m", "pytest", "tests/contract", "-q", "-p", "no:cacheprovider",
               f"--alluredir={folder}/allure-results", f"--verdicts={file}", *arguments]  # fmt: skip
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=_hears_ctrl_c,  # noqa: PLW1509 - no threads
    ) as run:
        _until(file.exists)
        (os.killpg if number == signal.SIGINT else os.kill)(run.pid, number)  # as Ctrl-C, and as a service manager
        printed, _ = run.communicate(timeout=120)
    return run.returncode, printed, json.loads(file.read_text())


def _hears_ctrl_c() -> None:
    """What a shell starts in the background ignores SIGINT, and so does whatever that starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_it_evaluates_ends_a_run_with_what_was_found(
    number: signal.Signals, width: str, tmp_path: Path
) -> None:
    code, printed, found = _sent(tmp_path, number, *WIDTHS[width])
    assert (code, found["run"]["interrupted"], len(found["verdicts"]) > 0) == (2, True, True)  # type: ignore[index,arg-type]
    assert "Cut short" in printed
    assert "Traceback" not in printed


# --- what processes say to one another -------------------------------------------------------------------------------


def part(process: str, *verdicts: Verdict) -> Part:
    return Part(process, 1.0, 2.0, ("pages", "users"), (("pages.unique", "users", 0.5),), verdicts, {"sent": 3.0})


def test_a_part_is_read_as_it_was_written(tmp_path: Path) -> None:
    written = part("gw0", Verdict("pages.unique", "users", "MUST", Outcome.VIOLATED, curl=("curl x",)))
    Folder(tmp_path).write(written)
    assert Folder(tmp_path).parts() == [written]


def test_a_listing_is_claimed_once(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    assert [folder.claim(process, ["events", "users"]) for process in ("gw0", "gw1", "gw0")] == [
        "events",
        "users",
        None,
    ]


def test_what_a_lost_process_left_unfinished_is_claimed_by_another(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    assert [folder.claim("gw0", ["events", "users"]) for _ in range(2)] == ["events", "users"]
    folder.finish("events")
    assert (folder.complete(["events", "users"]), folder.claim("gw1", ["events", "users"])) == (False, None)
    folder.leave("gw0")
    assert folder.claim("gw1", ["events", "users"]) == "users"
    folder.finish("users")
    assert folder.complete(["events", "users"])


def test_after_a_stop_only_what_somebody_works_at_is_waited_for(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    assert folder.claim("gw0", ["events", "users"]) == "events"
    folder.stop()
    assert (folder.claim("gw1", ["events", "users"]), folder.complete(["events", "users"])) == (None, False)
    folder.finish("events")
    assert folder.complete(["events", "users"])


def test_a_worker_that_is_lost_makes_no_other_wait(tmp_path: Path) -> None:
    (tmp_path / "dying.py").write_text(DYING.format(mark=tmp_path / "died"))
    run = whole(tmp_path / "run", "--clauses", "pages.unique,order", "-n", "2", "-p", "dying", path=tmp_path)
    pairs = {(clause, listing.name) for clause in CLAIMED for listing in CONVERSATION_CLAUSES[clause].listings}
    assert ((tmp_path / "died").exists(), run.verdicts) == (True, dict.fromkeys(pairs, "held MUST"))


CLAIMED = ("pages.unique", "order.ascending", "order.descending", "order.default", "order.mirror")
DYING = """
import os
from contracts.runner.verification import Verification

examine = Verification.examine

def once(self, clause, listing):
    if os.environ.get("PYTEST_XDIST_WORKER") == "gw0":
        open("{mark}", "w").close()
        os._exit(9)
    return examine(self, clause, listing)

Verification.examine = once
"""
"""A plugin by which the first worker dies at the first clause that it looks at."""
