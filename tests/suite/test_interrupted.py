"""However a run is ended early, it ends with exit code 2, leaves what it read by then, and leaves nothing running."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from contracts import cli
from contracts.clauses import CONVERSATION_CLAUSES
from contracts.crawl.cache import Choices
from contracts.description import CONVERSATION
from contracts.mock import Settings
from contracts.pytest_plugin.evaluation import Evaluation
from contracts.pytest_plugin.interruption import Interruption
from contracts.reporting.coverage import Coverage
from contracts.reporting.run import Exit
from contracts.selftest.in_process import verification

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
BARE = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "CONVERSATION"))}
VERIFY = [sys.executable, "-m", "contracts", "verify", "--seed", "7", "--profile", "deep", "--har", "r.har",
          "--verdicts", "v.json", "--junit-xml", "j.xml"]  # fmt: skip
"""Work for half a minute: a run that is over before it is disturbed shows nothing."""
READ = 60
"""Exchanges that a run has read before it is disturbed."""


class Ended(NamedTuple):
    """A run that was disturbed: its exit code, what it printed, its folder, and what of it still runs."""

    code: int
    printed: str
    folder: Path
    alive: list[int]

    @property
    def left(self) -> dict[str, Any]:
        """How many exchanges, verdicts and tests it left, and whether it says that it was interrupted."""
        verdicts = json.loads((self.folder / "v.json").read_text())
        return {
            "interrupted": verdicts["run"]["interrupted"],
            "read": len(json.loads((self.folder / "r.har").read_text())["log"]["entries"]) >= READ,
            "verdicts": len(verdicts["verdicts"]),
            "tests": len(list(ET.parse(self.folder / "j.xml").getroot().iter("testcase"))),  # noqa: S314 - pytest's
            "drafts": len(list(self.folder.glob(".*"))),
            "matrix": (self.folder / "reports" / "matrix.html").exists(),
        }


def disturbed(folder: Path, disturb: Callable[[int], object], *words: str) -> Ended:
    """A run in a process group of its own that is disturbed once it has read a little and decided something."""
    with subprocess.Popen(
        [*VERIFY, *words], cwd=folder, env={**BARE, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True, preexec_fn=_hears,  # noqa: PLW1509 - no threads
    ) as run:  # fmt: skip
        processes = 3 if "2" in words else 1
        _until(lambda: run.poll() is not None or ((folder / "v.json").exists() and _noted(folder, processes) >= READ))
        assert run.poll() is None, run.communicate()[0]
        children = _below(run.pid)
        disturb(run.pid)
        printed, _ = run.communicate(timeout=120)
    _until(lambda: not any(map(_lives, children)), seconds=9)
    return Ended(run.returncode, printed, folder, [pid for pid in children if _lives(pid)])


def _hears() -> None:
    """What a shell starts in the background ignores SIGINT, and so does all that it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _noted(folder: Path, processes: int) -> int:
    """How many exchanges so many processes have read, once each has read some."""
    counts = [draft.read_bytes().count(b"\n") for draft in folder.glob(".r.har.*.draft")]
    return sum(counts) if len(counts) >= processes and all(counts) else 0


def _until(holds: Callable[[], object], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)


def _below(pid: int) -> list[int]:
    """All processes that a process started, and those that these started."""
    words = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [each for word in words for each in (int(word), *_below(int(word)))]


def _lives(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    try:
        return "State:\tZ" not in status.read_text()
    except OSError:
        return False


def _worker(pid: int) -> int:
    """A worker of pytest-xdist that a run started."""
    return next(each for each in _below(pid) if b"mock" not in Path(f"/proc/{each}/cmdline").read_bytes())


def _ctrl_c(pid: int) -> None:
    os.killpg(pid, signal.SIGINT)


def _impatient(pid: int) -> None:
    for number in (signal.SIGINT, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.killpg(pid, number)
        time.sleep(0.05)  # signals that come at once are one


DISTURBED = {
    "ctrl-c": (_ctrl_c, "2", "SIGINT"),
    "ctrl-c-alone": (_ctrl_c, "0", "SIGINT"),
    "ended-by-a-service-manager": (lambda pid: os.kill(pid, signal.SIGTERM), "2", "SIGTERM"),
    "terminal-closed-alone": (lambda pid: os.kill(pid, signal.SIGHUP), "0", "SIGHUP"),
    "impatient": (_impatient, "2", "SIGINT"),
    "worker-asked-to-end": (lambda pid: os.kill(_worker(pid), signal.SIGTERM), "2", "SIGTERM of a worker"),
}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.mark.process
@pytest.mark.parametrize(("disturb", "width", "reason"), DISTURBED.values(), ids=DISTURBED.keys())
def test_a_run_that_is_asked_to_end_reports_what_it_read(
    disturb: Callable[[int], object], width: str, reason: str, tmp_path: Path
) -> None:
    ended = disturbed(tmp_path, disturb, "-n", width)
    left = ended.left
    assert (ended.code, ended.alive) == (Exit.INTERRUPTED, [])
    assert left == {
        "interrupted": True, "read": True, "verdicts": left["tests"], "tests": left["tests"], "drafts": 0, "matrix": True,
    }  # fmt: skip
    assert left["tests"] > 0
    assert f" Interrupted: {reason}; what was found by then is reported " in ended.printed


@pytest.mark.process
def test_a_run_that_loses_a_process_is_never_green(tmp_path: Path) -> None:
    ended = disturbed(tmp_path, lambda pid: os.kill(_worker(pid), signal.SIGKILL), "-n", "2", "--profile", "quick")
    assert (ended.code, ended.alive, ended.left["interrupted"], ended.left["read"]) == (2, [], True, True)
    assert " Interrupted: lost the process gw" in ended.printed


@pytest.mark.process
@pytest.mark.parametrize("width", ["0", "2"])
def test_nothing_outlives_a_run_that_is_killed(width: str, tmp_path: Path) -> None:
    ended = disturbed(tmp_path, lambda pid: os.kill(pid, signal.SIGKILL), "-n", width)
    saved = json.loads((tmp_path / "v.json").read_text())["run"]
    assert (ended.code, ended.alive, saved["interrupted"]) == (-signal.SIGKILL, [], True)


def test_ctrl_c_while_a_command_starts_says_one_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "import_module", stop)
    monkeypatch.setattr(cli.signal, "signal", lambda *_: None)
    assert (cli.main(["verify"]), capsys.readouterr().err) == (2, "conversation-contracts: interrupted\n")


def test_a_signal_that_a_library_swallowed_ends_the_run_before_its_pair_counts() -> None:
    run = verification(Settings(conversations=3), CONVERSATION_CLAUSES.select(["pages.unique"]), Choices(1))
    interruption = Interruption()

    def heed() -> None:
        if len(evaluation.seconds) == 1:
            interruption.reason = "SIGTERM"  # it came, and nothing was raised
        interruption.begin()

    coverage = Coverage(run.target.base_url, CONVERSATION)
    evaluation = Evaluation(run, run.clauses.pairs, (), "", heed, lambda _: True, coverage)
    with pytest.raises(KeyboardInterrupt):
        evaluation.alone()
    assert len(evaluation.seconds) == 1
