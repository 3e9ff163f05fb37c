"""How many requests a run sends at once: several to a target that is far away and answers them together, else one."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from threading import Lock, Thread
from typing import TYPE_CHECKING

import pytest

from contracts.mock import Settings, build
from contracts.mock.server import running
from contracts.runner.verification import WORKERS, Verification
from contracts.selftest.in_process import BASE_URL, InProcess
from contracts.transport import Access, Target
from contracts.transport.errors import TargetError
from contracts.transport.limits import Limits
from contracts.transport.pacing import Pace
from tests.suite.support import NO_CLAUSES
from tests.suite.test_given_up import verified

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

FAR = 0.3
"""Seconds that a far server takes: more than a busy machine adds."""


class Far(BaseHTTPRequestHandler):
    """Answers after a while; the connection stays open."""

    protocol_version = "HTTP/1.1"
    timeout = 1.0  # a connection that nothing more comes from: the server could not end otherwise

    def do_GET(self) -> None:
        """Answer with an empty object."""
        time.sleep(FAR)
        self.reply(200)

    def reply(self, status: int, *headers: tuple[str, str]) -> None:
        """Answer with an empty object."""
        self.send_response(status)
        for name, value in (("content-type", "application/json"), ("content-length", "2"), *headers):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Closing(Far):
    """The same, one request on each connection."""

    protocol_version = "HTTP/1.0"


@contextmanager
def serving(server: type[HTTPServer], handler: type[Far]) -> Iterator[str]:
    with server(("127.0.0.1", 0), handler) as made:
        made.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients that wait no longer
        Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{made.server_port}/v0.2"
        made.shutdown()


@pytest.mark.parametrize(
    ("server", "handler", "workers"),
    [(ThreadingHTTPServer, Far, WORKERS), (HTTPServer, Far, 1), (HTTPServer, Closing, 1)],
    ids=["together", "one-connection-after-the-other", "one-request-after-the-other"],
)
def test_a_far_server_gets_several_requests_at_once_if_it_answers_them_together(
    server: type[HTTPServer], handler: type[Far], workers: int
) -> None:
    with serving(server, handler) as base:
        target = Target(base)
        assert Verification(target, NO_CLAUSES).at_once() == workers
        assert target.send("GET", f"{base}/users").status == 200  # nobody waits for a connection that is only kept


def test_a_near_server_gets_one_request_after_the_other() -> None:
    target = Target(BASE_URL, adapter=InProcess(build(Settings())))
    assert (Verification(target, NO_CLAUSES).at_once(), target.session.sent) == (1, 5)


@pytest.mark.parametrize("pace", [Pace(rate=50.0), Pace(budget=1_000)], ids=["rate", "budget"])
def test_requests_that_are_counted_are_not_spent_on_measuring(pace: Pace) -> None:
    with serving(ThreadingHTTPServer, Far) as base:
        target = Target(base, Access(pace=pace))
        assert (Verification(target, NO_CLAUSES).at_once(), target.session.sent) == (1, 0)


def test_a_server_that_does_not_answer_gets_one_request_after_the_other() -> None:
    assert Verification(Target("http://127.0.0.1:9/v0.2"), NO_CLAUSES).at_once() == 1


# --- one patience and one rate for all -------------------------------------------------------------------------------


class Mute(Far):
    """Says nothing about users, and all else at once."""

    def do_GET(self) -> None:
        """Answer, or wait until the client has gone."""
        if "users" in self.path:
            time.sleep(8)
            self.close_connection = True
            return
        self.reply(200)


class OneAtATime(Mute):
    """Answers 429 to whatever comes while it works at something else."""

    busy = Lock()

    def do_GET(self) -> None:
        """Answer after a moment."""
        if not OneAtATime.busy.acquire(blocking=False):
            self.reply(429, ("retry-after", "0"))
            return
        try:
            time.sleep(0.01)
        finally:
            OneAtATime.busy.release()
        self.reply(200)


def asked(target: Target, *paths: str) -> list[str]:
    """What requests give that are sent all at once: a status, or the name of an error."""

    def ask(path: str) -> str:
        try:
            return str(target.send("GET", f"{target.base_url}/{path}").status)
        except TargetError as error:
            return type(error).__name__

    with ThreadPoolExecutor(len(paths)) as threads:
        return list(threads.map(ask, paths))


def test_a_path_that_is_silent_costs_its_time_once_however_many_wait_for_it() -> None:
    with serving(ThreadingHTTPServer, Mute) as base:
        target = Target(base, Access(limits=Limits(patience=2)))
        assert asked(target, "conversations") == ["200"]
        assert set(asked(target, *["users"] * 16)) <= {"GivenUpError", "UnreachableError"}
        assert (asked(target, "conversations"), target.session.gone) == (["200"], False)
    assert target.session.losses.left > 5  # of ten seconds; sixteen times two would be all of them


def test_a_target_that_gets_too_many_is_asked_one_after_the_other() -> None:
    with serving(ThreadingHTTPServer, OneAtATime) as base:
        target = Target(base)
        assert asked(target, *["users"] * 16) == ["200"] * 16
        sent = target.session.sent
        assert (asked(target, *["users"] * 16), target.session.sent - sent) == (["200"] * 16, 16)


@pytest.mark.process
@pytest.mark.parametrize(
    ("words", "said"),
    [(("--workers", "auto"), f", --workers {WORKERS}"), (("--workers", "3"), ", --workers 3")],
    ids=["measured", "given"],
)
def test_a_run_says_how_many_it_sends_at_once(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    with running(Settings(latency=(100.0, 100.0), conversations=3, users=12)) as base:
        code, printed, _ = verified(tmp_path, base, "--clauses", "pages.unique", "--profile=quick", *words)
    line = next(line for line in printed.splitlines() if line.startswith("contract: "))
    assert (code, line) == (0, f"contract: {base}, profile quick, --seed 7{said}")
