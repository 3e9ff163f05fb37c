"""The API over HTTP in one process, and a way to run it as a process of its own."""

import asyncio
import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple

if sys.platform != "win32":
    import uvloop

from contracts.display import say
from contracts.mock.api import Api
from contracts.mock.app import App, Seen
from contracts.mock.descriptors import most_connections
from contracts.mock.protocol import Connection, Patience
from contracts.mock.settings import SETTINGS, Settings
from contracts.mock.traffic import Shared, Traffic

_GRACE = 3  # seconds that open requests are given at the end
_PATIENCE = Patience()
_LOOK = 0.2  # of the patience for a request: how often somebody looks for clients that are slow
_BACKLOG = 2048
_LOOP = None if sys.platform == "win32" else uvloop.new_event_loop


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to an address; OSError where that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except BaseException:
        bound.close()
        raise
    return bound


def address(bound: socket.socket) -> str:
    """The origin that a socket is reached at."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def application(api: Api, shared: Shared | None = None, worker: int = 0) -> App:
    """The application around an API, with what its settings ask for."""
    app = App(api, Traffic(api.settings, shared=shared, worker=worker))
    if api.settings.access_log:
        app.watchers = (log,)
    return app


def log(seen: Seen) -> None:
    """Write the line of the access log for one request, in printable ASCII."""
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seen.at))
    what = f"{seen.method} {seen.target}".encode("ascii", "backslashreplace").decode()
    what = what if what.isprintable() else repr(what)[1:-1]
    say(f'{when} {seen.client} "{what}" {seen.status} {seen.size} {seen.seconds * 1000:.1f}ms', file=sys.stderr)


def line(api: Api, bound: socket.socket, control: socket.socket | None) -> str:
    """What is said when it listens."""
    told = f" (control {address(control)})" if control else ""
    return f"Conversation API mock (seed {api.settings.seed}){told} at {address(bound)}{api.settings.base_path}"


def serve(api: Api, bound: socket.socket, control: socket.socket | None = None, *, stdin: bool = False) -> None:
    """Serve in this process until SIGTERM or SIGINT, or the end of `stdin`; prints one line when it listens."""
    app = application(api)
    if stdin:
        end_with_stdin()
    if control is None:
        run(app, bound, line(api, bound, None))
        return
    from contracts.mock.control import Controls, serving  # noqa: PLC0415 - slow; rarely needed

    with serving(control, (Controls(app),)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        run(app, bound, line(api, bound, control))
        server.shutdown()


def end_with_stdin() -> None:
    """Have this process end, as SIGTERM ends it, when its standard input is closed: when its parent ends, however."""

    def wait() -> None:
        with suppress(OSError):  # a terminal in the background
            while os.read(0, 4096):
                pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def run(app: App, bound: socket.socket, told: str = "") -> None:
    """Serve an application in this process until SIGTERM or SIGINT; `told` is printed when it listens."""
    gc.freeze()  # what is there by now stays as long as the process; looking through it again and again frees nothing
    with asyncio.Runner(loop_factory=_LOOP) as runner:
        runner.run(_serve(app, bound, told))


async def _serve(app: App, bound: socket.socket, told: str) -> None:
    loop, ended, connections = asyncio.get_running_loop(), asyncio.Event(), set[Connection]()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(ended.set))
    most = most_connections()
    server = await loop.create_server(lambda: Connection(app, connections, most), sock=bound, backlog=_BACKLOG)
    if told:
        print(told, flush=True)  # noqa: T201 - whoever started this waits for it
    tidying = loop.create_task(_tidy(connections))
    await ended.wait()
    tidying.cancel()
    server.close()
    await _end(connections)


async def _tidy(connections: set[Connection]) -> None:
    """Close connections whose clients are too slow, or say nothing."""
    while True:
        for one in tuple(connections):
            one.tidy(_PATIENCE)
        await asyncio.sleep(_LOOK * _PATIENCE.request)


async def _end(connections: set[Connection]) -> None:
    """End connections: at once where nobody waits, a little later where somebody does."""
    for one in tuple(connections):
        one.end()
    if connections:
        await asyncio.wait({one.closed for one in connections}, timeout=_GRACE)
    for one in tuple(connections):
        one.transport.abort()


def arguments(settings: Settings) -> list[str]:
    """The words of a command line that makes a mock of these settings; `started` has no option."""
    return [word for name, option in SETTINGS.items() for word in option.words(getattr(settings, name))]


@contextmanager
def running(settings: Settings | None = None) -> Iterator[str]:
    """A mock as a process of its own on a free port; yields its base URL and ends it afterwards."""
    with started(arguments(settings or Settings())) as mock:
        yield mock.url


class Started(NamedTuple):
    """A mock that runs as a process of its own: its base URL, its control port's, its id, its standard error."""

    url: str
    control: str
    pid: int
    log: IO[str]


@contextmanager
def started(words: Sequence[str]) -> Iterator[Started]:
    """A mock with this command line as a process of its own on a free port; ends it afterwards."""
    command = [sys.executable, "-m", "contracts", "mock", "--port=0", "--end-with-stdin", *words]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    if os.name == "posix":
        pipes["process_group"] = 0  # Ctrl-C is for whoever started it, who then ends it
    with (
        TemporaryFile("w+") as log,  # a pipe that nobody reads would stop a mock that writes a log
        subprocess.Popen(command, stderr=log, **pipes) as process,  # noqa: S603
    ):
        assert process.stdout is not None
        try:
            told = process.stdout.readline().strip()  # ends with the line, or with the process
            if " at " not in told:
                log.seek(0)
                raise RuntimeError(f"the mock did not start: {log.read().strip()}")
            control = told.partition("(control ")[2].partition(")")[0]
            yield Started(told.rpartition(" at ")[2], control, process.pid, log)
        finally:
            process.terminate()
            process.communicate()
