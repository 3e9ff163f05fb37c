"""The command that tries what must not hurt a run: what its judges see, and a seeded sample of its cases."""

from __future__ import annotations

import socket
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest
import requests

from contracts.arguments import USAGE
from contracts.cli.chaos import main
from contracts.mock.queries import Answer
from contracts.selftest.chaos.cases import Bound, Case, Found, Place, SkippedError, Trial, tried
from contracts.selftest.chaos.catalogue import SERVERS, cases, chosen, sample, servers
from contracts.selftest.chaos.scripts import EVERYWHERE, USERS, Asked, End, documents, sent
from contracts.selftest.chaos.server import serving
from contracts.selftest.chaos.servers import SMALL
from contracts.selftest.chaos.table import faults, row
from contracts.selftest.chaos.traces import TOKEN
from contracts.selftest.chaos.watched import Ended, watched

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SEED = 3
SAMPLE = 4
ENDED = Ended(1, 1.0, 50.0)


# --- the cases -------------------------------------------------------------------------------------------------------


def test_there_are_enough_cases_and_no_two_of_one_name() -> None:
    names = [each.full for module in SERVERS for each in (server.case() for server in module.servers())]
    others = len(cases()) - len(names)
    assert ([name for name, count in Counter(names).items() if count > 1], len(names) >= 150, others >= 40) == (
        [],
        True,
        True,
    )


def test_one_server_of_each_kind_is_verified_as_a_whole() -> None:
    assert Counter(each.kind for each in servers() if each.whole) == dict.fromkeys({each.kind for each in servers()}, 1)


def test_a_word_chooses_cases_by_their_names() -> None:
    assert [each.full for each in chosen(["bombs/3"])] == ["bombs/3-layers/users"]


def test_a_sample_is_drawn_by_its_seed() -> None:
    assert [each.full for each in sample(1, 5)] == [each.full for each in sample(1, 5)]


@pytest.mark.slow
@pytest.mark.process
@pytest.mark.parametrize("case", sample(SEED, SAMPLE), ids=lambda case: case.full)
def test_a_case_hurts_no_run(case: Case) -> None:
    trial = tried(case, SEED)
    assert (trial.excess, trial.problems, trial.leaks, trial.injections) == ((), (), (), ())


# --- the server ------------------------------------------------------------------------------------------------------

AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}


def test_a_server_distorts_the_answers_that_it_is_to() -> None:
    with serving(SMALL, USERS, documents(lambda _, page: page.update(page_size=7))) as (url, server):
        given = {
            name: requests.get(f"{url}/{name}?page_size=2", headers=AUTHORIZED, timeout=5).json()["page_size"]
            for name in ("users", "conversations")
        }
    assert (given, server.asked) == ({"users": 7, "conversations": 2}, 2)


@pytest.mark.parametrize("end", End)
def test_a_script_ends_a_connection(end: End) -> None:
    with (
        serving(SMALL, EVERYWHERE, lambda *_: (b"HTTP", end)) as (url, _),
        pytest.raises(requests.ConnectionError),
    ):
        requests.get(f"{url}/users", headers=AUTHORIZED, timeout=5)


def test_a_pause_ends_with_the_connection() -> None:
    over = list[bool]()

    def script(*_: object):  # noqa: ANN202 - a generator of steps
        try:
            yield 60.0
        finally:
            over.append(True)

    with serving(SMALL, EVERYWHERE, script) as (url, _):
        host, port = url.split("/")[2].split(":")
        with socket.create_connection((host, int(port)), timeout=5) as link:
            link.sendall(b"GET /v0.2/users HTTP/1.1\r\nHost: a\r\n\r\n")
        assert soon(lambda: over == [True])


def soon(condition: Callable[[], bool]) -> bool:
    """Whether a condition holds within some seconds."""
    end = time.monotonic() + 10
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


def test_a_credential_that_goes_astray_is_seen() -> None:
    def script(asked: Asked, _: Answer) -> tuple[bytes]:
        return (sent(Answer(302, (("location", f"{asked.elsewhere}/"), ("content-length", "0")), b"")),)

    with serving(SMALL, EVERYWHERE, script) as (url, server):
        answer = requests.get(f"{url}/users", allow_redirects=False, timeout=5)
        requests.get(answer.headers["Location"], headers=AUTHORIZED, timeout=5)
    assert server.strays == [f"Bearer {TOKEN}"]


# --- trials ----------------------------------------------------------------------------------------------------------


def case(found: Found, text: str = "") -> Case:
    def run(place: Place) -> Found:
        (place.work / "a.html").write_text(text, encoding="utf-8")
        return found

    return Case("kind", "name", run, Bound(2.0, 100.0))


@pytest.mark.parametrize(
    ("found", "text", "wrong"),
    [
        (Found(ENDED), "", set()),
        (Found(Ended(None, 9.0, 50.0)), "", {"excess"}),
        (Found(Ended(1, 3.0, 50.0)), "", {"excess"}),
        (Found(Ended(1, 1.0, 101.0)), "", {"excess"}),
        (Found(Ended(1, 1.0, 50.0, "Traceback (most recent call last):")), "", {"problems"}),
        (Found(Ended(1, 1.0, 50.0, left=1)), "", {"problems"}),
        (Found(ENDED, ("a",)), "", {"problems"}),
        (Found(ENDED), TOKEN, {"leaks"}),
        (Found(ENDED), "<chaosmark>", {"injections"}),
    ],
    ids=["clean", "killed", "slow", "large", "traceback", "left", "problem", "leak", "injection"],
)
def test_a_trial_says_what_is_out(found: Found, text: str, wrong: set[str]) -> None:
    trial = tried(case(found, text), 1)
    assert {name for name in ("excess", "problems", "leaks", "injections") if getattr(trial, name)} == wrong


def test_a_case_that_cannot_be_tried_says_why() -> None:
    def run(_: Place) -> Found:
        raise SkippedError("no tmpfs")

    assert tried(Case("kind", "name", run), 1) == Trial("kind", "name", skipped="no tmpfs")


def test_the_table_sums_up() -> None:
    trials = [Trial("k", "a", 3.2, 80, 0), Trial("k", "b", 1.0, 90, 1, leaks=("x", "y")), Trial("k", "c", skipped="no")]
    assert row("k", trials).split() == ["k", "2", "2", "2", "2", "0", "3", "s", "90", "MB"]


def test_what_is_out_is_printed_harmlessly() -> None:
    trial = Trial("k", "a", problems=("\x1b[31m\n::error::a ##[b]",))
    assert [*faults(trial)] == ["  unexpected: k/a: \\x1b[31m\\n::error::a # #[b]"]


# --- processes -------------------------------------------------------------------------------------------------------


@pytest.mark.process
def test_a_process_is_watched_with_all_that_it_starts(tmp_path: Path) -> None:
    held = "a = b'x' * 80_000_000; import time; time.sleep(60)"
    source = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {held!r}])"
    with watched([sys.executable, "-c", source], tmp_path, {}, tmp_path / "a.said") as running:
        assert running.until(lambda: running.megabytes > 80, 20.0)
        assert len(running.children()) == 1


@pytest.mark.process
def test_a_process_that_takes_too_long_is_killed(tmp_path: Path) -> None:
    with watched([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path, {}, tmp_path / "a.said") as running:
        ended = running.end(0.3)
    assert (ended.code, ended.seconds < 5) == (None, True)


@pytest.mark.process
def test_a_process_that_outlives_its_parent_is_counted(tmp_path: Path) -> None:
    source = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])"
    with watched([sys.executable, "-c", source], tmp_path, {}, tmp_path / "a.said") as running:
        ended = running.end(10.0)
    assert (ended.code, ended.left) == (0, 1)


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_lists_its_cases(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--list", "--only", "bombs"])
    assert (code, capsys.readouterr().out.splitlines()) == (0, [each.full for each in chosen(["bombs"])])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--only", "~~~"], "--only ~~~: no case has such a name; --list prints all"),
        (["--json", "/no/such/x"], "--json /no/such/x: there is no folder /no/such"),
    ],
    ids=["only", "json"],
)
def test_a_wrong_option_is_refused_in_a_line(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert (ended.value.code, capsys.readouterr().err) == (USAGE, f"conversation-contracts selftest chaos: {said}\n")
