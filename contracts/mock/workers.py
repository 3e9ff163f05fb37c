"""Several processes that serve one socket: the same data, since data are a function of the settings, and one limit.

The parent serves nothing. It holds the control port, passes commands on to every worker, and ends with all of them; a worker
whose parent is gone ends too.
"""

import os
import signal
import socket
import sys
import threading
from contextlib import suppress
from multiprocessing import Array
from types import FrameType
from typing import Any, NoReturn

import orjson

from contracts.mock.api import Api
from contracts.mock.control import Command, Controls, serving
from contracts.mock.server import application, end_with_stdin, line, run

_BACKLOG = 2048


class _Worker:
    """A worker as its parent holds it: carries a command there and the reply back."""

    def __init__(self, link: socket.socket) -> None:
        self.link = link
        self.lock = threading.Lock()
        self.lines = link.makefile("rb")

    def __call__(self, command: Command) -> Command:
        with self.lock:
            self.link.sendall(orjson.dumps(command) + b"\n")
            reply: Command = orjson.loads(self.lines.readline() or b'{"error": "a worker is gone"}')
            return reply


def serve_by(
    workers: int, api: Api, bound: socket.socket, control: socket.socket | None, *, stdin: bool = False
) -> int:
    """Serve in this many processes until SIGTERM or SIGINT, or the end of `stdin`; prints one line when it listens.

    Returns the exit code.
    """
    bound.listen(_BACKLOG)
    told, shared = line(api, bound, control), Array("d", 2)
    found: dict[int, _Worker] = {}
    for number in range(workers):
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            for one in (ours, control, *(other.link for other in found.values())):
                if one is not None:
                    one.close()
            _work(api, bound, theirs, shared, number)
        theirs.close()
        found[pid] = _Worker(ours)
    ending = _end_on_signals(found)
    if stdin:
        end_with_stdin()
    if control is not None:
        server = serving(control, tuple(found.values()))
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(told, flush=True)  # noqa: T201 - whoever started this waits for it
    return _wait(found, ending)


def _work(api: Api, bound: socket.socket, link: socket.socket, shared: Any, number: int) -> NoReturn:  # noqa: ANN401 - a ctypes array
    """Serve, as a worker, and do what the parent says."""
    code = 1
    try:
        app = application(api, shared, number)
        controls = Controls(app, shared, number)
        threading.Thread(target=_obey, args=(controls, link), daemon=True).start()
        run(app, bound)
        code = 0
    finally:
        sys.stderr.flush()
        os._exit(code)


def _obey(controls: Controls, link: socket.socket) -> None:
    for command in link.makefile("rb"):
        link.sendall(orjson.dumps(controls(orjson.loads(command))) + b"\n")
    os.kill(os.getpid(), signal.SIGTERM)  # the parent is gone


def _end_on_signals(found: dict[int, _Worker]) -> threading.Event:
    ending = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of a handler
        ending.set()
        _end(found)

    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, end)
    return ending


def _end(found: dict[int, _Worker]) -> None:
    for pid in list(found):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)


def _wait(found: dict[int, _Worker], ending: threading.Event) -> int:
    """Wait until all workers have ended; where one ends by itself, so do the others, and that is an error."""
    code = 0
    while found:
        pid, _ = os.wait()
        found.pop(pid, None)
        if not ending.is_set():
            print("conversation-contracts mock: a worker ended", file=sys.stderr)  # noqa: T201 - it has to be said
            ending.set()
            code = 1
            _end(found)
    return code
