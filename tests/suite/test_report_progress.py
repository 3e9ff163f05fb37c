"""Where a long run is: what is said, when, and to whom."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.pytest_plugin.progress import EVERY, Progress

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[2]


class Clock:
    """Seconds that a test turns."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """What it shows."""
        return self.now


def test_a_line_says_family_listing_requests_verdicts_and_time() -> None:
    clock = Clock()
    progress = Progress(print, 200, 5000, clock)
    progress.begin("links", "events")
    clock.now += 40
    progress.sent("a", 1000)
    progress.sent("b", 204)
    assert progress.line() == "  links, events: 1,204 of 5,000 requests, 0 of 200 verdicts, 40 s"


def test_the_time_left_is_told_when_a_tenth_is_done() -> None:
    clock = Clock()
    progress = Progress(print, 200, None, clock)
    for _ in range(50):
        progress.end()
    clock.now += 40
    assert progress.line().endswith(": 0 requests, 50 of 200 verdicts, 40 s, about 2 min 0 s left")


def test_lines_keep_their_distance() -> None:
    clock, lines = Clock(), list[str]()
    progress = Progress(lines.append, 2, None, clock)
    for second in range(int(3 * EVERY) + 1):
        clock.now = 100.0 + second
        progress.sent(None, second)
    assert len(lines) == 3


@pytest.mark.parametrize(("surroundings", "told"), [({}, 1), ({"CI": "true"}, 0)], ids=["terminal", "ci"])
def test_a_terminal_is_told_and_the_log_of_a_ci_job_is_not(
    surroundings: dict[str, str], told: int, tmp_path: Path
) -> None:
    (tmp_path / "eager.py").write_text("import contracts.pytest_plugin.progress as progress\nprogress.EVERY = 0\n")
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "CI"))} | surroundings
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "pytest", "tests/contract", "--clauses", "pages.unique", "--profile", "quick", "-p",
               "eager", "-p", "no:cacheprovider", f"--alluredir={tmp_path}/results"]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, env=env | {"PYTHONPATH": f"{ROOT}:{tmp_path}"}, stdout=theirs) as running:
        os.close(theirs)
        seen = _all(ours)
    assert running.returncode == 0
    assert min(1, seen.count(" verdicts, ")) == told


def _all(terminal: int) -> str:
    seen = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            piece = b""
        if not piece:
            os.close(terminal)
            return seen.decode()
        seen += piece
