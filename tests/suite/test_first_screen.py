"""The first screen that a run ends with, 24 lines of 80 columns: on real servers, it names what is to be mended."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.suite import small_servers
from tests.suite.small_servers import serving

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.process, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
WIDTH, HEIGHT = 80, 24
Screen = list[str]


def ended(base: str, folder: Path, *more: str) -> tuple[int, str]:
    """Exit code and output of a run, on a terminal of 80 columns."""
    surroundings = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "CI", "GITHUB"))
    }
    command = [sys.executable, "-m", "pytest", "tests/contract", "-q", "-p", "no:cacheprovider", "--profile=quick",
               "--seed=7", f"--alluredir={folder}/allure-results", f"--base-url={base}", *more]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, env={**surroundings, "COLUMNS": str(WIDTH)}, capture_output=True, text=True,
                          timeout=300, check=False)  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def rows(told: str) -> Screen:
    """The summary as a terminal shows it: longer lines, those of curl only, go on in the next row."""
    summary = re.split(r"^=+ contract of .*\n", told, flags=re.MULTILINE)[1]
    unbroken = ("  again: curl ", "Allure results: ")  # commands and paths, to be copied as they are
    assert [line for line in summary.splitlines() if len(line) > WIDTH and not line.startswith(unbroken)] == []
    return [row for line in summary.splitlines() for row in re.findall(f".{{1,{WIDTH}}}", line) or [""]]


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Screen]:
    """The first screen for a small server, by its name; each is verified once."""
    shown: dict[str, Screen] = {}

    def show(name: str) -> Screen:
        if name not in shown:
            with serving(getattr(small_servers, name)) as base:
                code, told = ended(base, tmp_path_factory.mktemp(name))
            assert code == 1, told[-2000:]
            shown[name] = rows(told)[:HEIGHT]
        return shown[name]

    return show


MISSING = "2 of 4 listings answer 404: /conversations/{id}/members, /conversations/{id}/events; is the base URL right?"


@pytest.mark.parametrize(
    ("server", "words"),
    [
        ("OFFSET", MISSING),
        ("OFFSET", "MUST walks.complete (conversations, users): without 16 items"),
        ("OFFSET", "MUST links.present (conversations, users): no prev"),
        ("REFUSING_MEMBERS", "1 of 4 listings answers 403: /conversations/{id}/members; may the credential read that?"),
        ("REFUSING_USERS", "1 of 4 listings answers 403: /users; may the credential read that?"),
        ("WRONG_BASE", "All listings that could be asked answer 404: /conversations, /users; is the base URL right?"),
        ("ANY_PATH", "answer with text/html instead of JSON: /conversations, /users; is the base URL right?"),
        ("FAILING", "1 of 4 listings answers a plain page with 500: /users"),
    ],
    ids=[
        "missing-routes",
        "lost-items",
        "no-prev",
        "refused-members",
        "refused-users",
        "wrong-base",
        "an-app",
        "failing",
    ],
)
def test_the_first_screen_names_the_cause(screen: Callable[[str], Screen], server: str, words: str) -> None:
    first = screen(server)
    assert first[0].startswith("The contract is not kept: ")
    assert words in " ".join(" ".join(first).split())


@pytest.mark.parametrize("server", ["OFFSET", "WRONG_BASE", "REFUSING_MEMBERS", "FAILING"])
def test_what_only_follows_is_one_line(screen: Callable[[str], Screen], server: str) -> None:
    lines = [line for line in screen(server) if line.endswith(" clauses that need a page there")]
    assert len(lines) == 1


def test_a_target_that_refuses_everything_is_not_verified_at_all(tmp_path: Path) -> None:
    with serving(small_servers.REFUSING_EVERYTHING) as base:
        code, told = ended(base, tmp_path)
    why = f"{base} refuses a request without a credential: status 401; set CONVERSATION_API_TOKEN to a bearer token"
    assert (code, told.strip()) == (3, f"Exit: {why}")


def test_pytests_own_lines_begin_with_what_was_seen(tmp_path: Path) -> None:
    with serving(small_servers.OFFSET) as base:
        _, told = ended(base, tmp_path, "--clauses", "links.present")
    failed = [line.partition(" - ")[2] for line in told.splitlines() if line.startswith("FAILED ")]
    assert {line[:4] for line in failed} == {"no p"}


def test_everything_that_was_written_is_said_at_the_end(tmp_path: Path) -> None:
    files = {"Verdicts": "v.json", "JUnit": "j.xml", "HTTP archive": "run.har.gz", "Deviations": "d.toml"}
    options = ["--verdicts", "--junit-xml", "--har", "--write-deviations"]
    given = [f"{option}={tmp_path / file}" for option, file in zip(options, files.values(), strict=True)]
    with serving(small_servers.OFFSET) as base:
        _, told = ended(base, tmp_path, "--clauses", "links.present", *given)
    said = dict(line.split(": ", 1) for line in told.splitlines() if re.match(r"[A-Z][A-Za-z ]+: /?[.\w/-]+$", line))
    files |= {"Matrix": "matrix.html", "Allure results": "allure-results"}
    assert {name: (ROOT / path).resolve() for name, path in said.items() if name in files} == {
        name: tmp_path / file for name, file in files.items()
    }
    assert all((tmp_path / file).exists() for file in files.values())
