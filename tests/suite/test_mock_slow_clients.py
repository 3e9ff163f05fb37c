"""Clients that are slow on purpose, or many: the mock stays responsive, closes them, and remembers nothing of them."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.process

IMPATIENT = """
import resource, sys
from contracts.cli.mock import main
from contracts.mock import server
from contracts.mock.protocol import Patience
resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[1]),) * 2)
server._PATIENCE = Patience(request=0.5, idle=1)
sys.exit(main(["--port=0"]))
"""
"""A mock that waits for its clients a second at most."""

GET = b"GET /v0.2/users HTTP/1.1\r\nHost: h\r\n"


@contextmanager
def mock(script: str = IMPATIENT, files: int = 1024) -> Iterator[tuple[tuple[str, int], int]]:
    """A mock that may open so many files: its address and its process."""
    command = [sys.executable, "-c", script, str(files)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        host, _, port = process.stdout.readline().rpartition("http://")[2].partition("/")[0].partition(":")
        try:
            yield (host, int(port)), process.pid
        finally:
            process.terminate()
            assert process.communicate(timeout=9)[1] == ""


def status(address: tuple[str, int]) -> bytes:
    with socket.create_connection(address, timeout=5) as link:
        link.sendall(GET + b"Connection: close\r\n\r\n")
        return link.recv(65_536)[9:12]


def rest(link: socket.socket) -> bytes:
    """What comes until the other side closes."""
    return b"".join(iter(lambda: link.recv(65_536), b""))


def trickle(link: socket.socket, word: bytes) -> bytes:
    """Send a byte every now and then until an answer comes."""
    link.settimeout(0.1)
    for _ in range(100):
        try:
            return link.recv(65_536)
        except TimeoutError:
            link.sendall(word)
    return b""


@pytest.mark.parametrize(
    ("begin", "more"),
    [(b"GET /", b"a"), (GET, b"X"), (b"POST /v0.2/users HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\n", b"x")],
    ids=["request-line", "headers", "body"],
)
def test_a_request_that_never_ends_is_refused(begin: bytes, more: bytes) -> None:
    with mock() as (address, _), socket.create_connection(address, timeout=5) as link:
        link.sendall(begin)
        assert trickle(link, more).startswith(b"HTTP/1.1 408 ")


def test_a_connection_on_which_nothing_comes_is_closed() -> None:
    with mock() as (address, _), socket.create_connection(address, timeout=5) as link:
        assert rest(link) == b""


def test_a_client_that_reads_no_answers_is_cut_off() -> None:
    with mock() as (address, _), socket.create_connection(address, timeout=9) as link:
        with pytest.raises(ConnectionError):
            link.sendall((GET + b"\r\n") * 300_000)
        assert status(address) == b"200"


def test_more_slow_clients_than_files_hold_nobody_up() -> None:
    patient = IMPATIENT.replace("request=0.5, idle=1", "")
    with mock(patient, files=128) as (address, _), ExitStack() as links:
        for _ in range(300):
            links.enter_context(socket.create_connection(address, timeout=5)).sendall(GET)
        assert status(address) == b"200"


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_many_hosts_cursors_and_ids_are_not_remembered() -> None:
    with mock() as ((host, port), pid), closing(HTTPConnection(host, port, timeout=9)) as link:
        sizes = [_flood(link, pid, first) for first in (0, 1500)]
    assert (sizes[1] - sizes[0]) < 1024, "kilobytes"


def _flood(link: HTTPConnection, pid: int, first: int) -> int:
    """The memory of the process, in kilobytes, after 1,500 requests, no two alike."""
    for number in range(first, first + 1500):
        padding = "x" * 200
        path = (f"/users?cursor={padding}{number}", f"/conversations/CON-{padding}{number}/events")[number % 2]
        link.request("GET", f"/v0.2{path}", headers={"Host": f"{padding}{number}.example"})
        link.getresponse().read()
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(text.partition("VmRSS:")[2].split()[0])
