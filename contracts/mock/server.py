"""The API over HTTP: a thin ASGI shell on uvicorn, and a way to run it as a process of its own."""

import asyncio
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Generator, Iterator, MutableMapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn

from contracts.mock.amounts import spelt_counts, spelt_rate, spelt_share, spelt_span
from contracts.mock.api import Api
from contracts.mock.errors import Refused
from contracts.mock.protocol import ABORT, Protocol
from contracts.mock.queries import Answer
from contracts.mock.settings import Settings
from contracts.mock.traffic import RESET, Traffic

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
_GRACE = 3  # seconds that open requests are given at the end


class App:
    """Translates between ASGI and `Api.answer`, past whatever stands in the way of a request."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.traffic = Traffic(api.settings)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        target = scope["raw_path"].decode("latin-1")
        if scope["query_string"]:
            target = f"{target}?{scope['query_string'].decode('latin-1')}"
        obstacle = None
        if not self.traffic.quiet:
            obstacle = self.traffic.obstacle()
            await asyncio.sleep(self.traffic.delay())
        if obstacle == RESET:
            await self._break_off(scope, receive)
        elif isinstance(obstacle, Refused):
            await self._send(send, self.api.turn_down(scope["method"], target, obstacle))
        else:
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
            await self._send(send, self.api.answer(scope["method"], target, headers))

    async def _break_off(self, scope: Message, receive: Receive) -> None:
        scope["extensions"][ABORT]["call"]()
        while (await receive())["type"] != "http.disconnect":
            pass  # what is left of the request

    async def _send(self, send: Send, answer: Answer) -> None:
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
        await send({"type": "http.response.start", "status": answer.status, "headers": raw})
        await send({"type": "http.response.body", "body": answer.body})


class _Server(uvicorn.Server):
    """A uvicorn server that says when it listens and ends with exit code 0 when it is asked to end."""

    def __init__(self, config: uvicorn.Config, line: str) -> None:
        super().__init__(config)
        self.line = line

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(self.line, flush=True)  # noqa: T201 - whoever started this waits for it

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        def end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
            self.force_exit = self.should_exit
            self.should_exit = True

        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, end)
        yield


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


def serve(api: Api, bound: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT; prints one line when it listens."""
    host, port = bound.getsockname()[:2]
    place = f"[{host}]" if ":" in host else host
    url = f"http://{place}:{port}{api.settings.base_path}"
    config = uvicorn.Config(
        App(api),
        http=Protocol,
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="error",
        server_header=False,
        backlog=2048,
        timeout_graceful_shutdown=_GRACE,
    )
    _Server(config, f"Conversation API mock (seed {api.settings.seed}) at {url}").run([bound])


def arguments(settings: Settings) -> list[str]:
    """The command line that makes a mock of these settings."""
    pairs = {
        "--seed": settings.seed,
        "--conversations": settings.conversations,
        "--users": settings.users,
        "--base-path": settings.base_path,
        "--writes-per-second": settings.writes_per_second,
    }
    words = [f"{option}={value}" for option, value in pairs.items()]
    words += [f"--fault={name}" for name in settings.faults]
    words += [f"--oddity={name}" for name in settings.oddities]
    inside = {"members": settings.members_per_conversation, "events": settings.events_per_conversation}
    words += [f"--{name}-per-conversation={spelt_counts(one)}" for name, one in inside.items() if one]
    words += [f"--departure={name}" for name in settings.departures]
    words += [f"--rate-limit={spelt_rate(settings.rate_limit)}"] if settings.rate_limit else []
    words += [f"--latency={spelt_span(settings.latency)}"] if settings.latency[1] else []
    words += [f"--flaky={spelt_share(settings.flaky)}"] if settings.flaky else []
    given = {"--token": settings.token, "--jwt-public-key": settings.jwt_public_key, "--origin": settings.origin}
    return words + [f"{option}={value}" for option, value in given.items() if value is not None]


@contextmanager
def running(settings: Settings | None = None) -> Iterator[str]:
    """A mock as a process of its own on a free port; yields its base URL and ends it afterwards."""
    command = [sys.executable, "-m", "contracts.mock", "--port=0", *arguments(settings or Settings())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            line = process.stdout.readline()  # ends with the line, or with the process
            if " at " not in line:
                raise RuntimeError(f"the mock did not start: {process.stderr.read().strip()}")
            yield line.rpartition(" at ")[2].strip()
        finally:
            process.terminate()
            process.communicate()
