"""The mock ends with the process that started it, however that ends."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from contextlib import closing, suppress

import pytest

pytestmark = pytest.mark.process

PARENT = """
import signal, sys
from contracts.mock.server import started
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup it would be ignored
with started(sys.argv[1:]) as mock:
    print(mock.url, flush=True)
    signal.pause()
"""


@pytest.mark.parametrize(
    ("number", "workers"),
    [(signal.SIGKILL, "1"), (signal.SIGKILL, "3"), (signal.SIGHUP, "1"), (signal.SIGSEGV, "1")],
    ids=["killed", "killed-with-workers", "hung-up", "crashed"],
)
def test_no_mock_outlives_who_started_it(number: signal.Signals, workers: str) -> None:
    command = [sys.executable, "-c", PARENT, "--workers", workers]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        host, _, port = parent.stdout.readline().removeprefix("http://").partition("/")[0].partition(":")
        with closing(socket.create_connection((host, int(port)), timeout=9)) as link:
            parent.send_signal(number)
            assert (link.recv(1), parent.wait()) == (b"", -number)  # the mock closes what is open as it ends
    with suppress(ConnectionResetError), pytest.raises(ConnectionRefusedError):
        _refused(host, int(port))


def _refused(host: str, port: int) -> None:
    """Connect until nobody listens, or for nine seconds."""
    for _ in range(90):
        with socket.create_connection((host, port), timeout=9) as link:
            link.settimeout(0.1)
            with suppress(TimeoutError):
                link.recv(1)


def test_without_the_option_it_does_not_look_at_its_standard_input() -> None:
    command = [sys.executable, "-m", "contracts", "mock", "--port=0"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as mock:
        assert mock.stdout
        host, _, port = mock.stdout.readline().rpartition("http://")[2].partition("/")[0].partition(":")
        with socket.create_connection((host, int(port)), timeout=9) as link:
            link.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            assert link.recv(12) == b"HTTP/1.1 404"
        mock.terminate()
