"""The control port: change how the mock behaves while it runs, read the requests it got, start over.

It listens on this machine only, apart from the API, and speaks JSON:

    GET    /settings    all settings
    PATCH  /settings    change some of them: {"faults": ["one-too-many"], "rate_limit": "20/s"}
    GET    /requests    the last ten thousand requests to the API, oldest first
    DELETE /requests    forget these requests
    POST   /reset       restore the settings from the start, and forget the requests
"""

import re
import socket
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

import orjson

from contracts.mock.app import App, Seen
from contracts.mock.registry import build
from contracts.mock.settings import CHANGEABLE, Settings
from contracts.mock.traffic import Traffic

Command = dict[str, Any]
Peer = Callable[[Command], Command]
"""What carries a command to one process that serves, and brings back what it says."""

REMEMBERED = 10_000
_LARGEST = 1 << 20
_HERE = re.compile(r"(?:127\.0\.0\.1|localhost)(?::[0-9]{1,5})?", re.IGNORECASE)
_LENGTH = re.compile(r"[0-9]{1,7}")


def changed(settings: Settings, changes: Mapping[str, object], now: int) -> Settings:
    """The settings with these changes, as JSON spells them; ValueError says which is not allowed, and what is."""
    values: dict[str, Any] = {name: _value(name, value) for name, value in changes.items()}
    writes = values.get("writes_per_second", settings.writes_per_second)
    return replace(settings, **values, started=(settings.started or now) if writes else None)


def _value(name: str, value: object) -> object:
    if name not in CHANGEABLE:
        raise ValueError(f"{name!r} cannot be changed; these can: {', '.join(sorted(CHANGEABLE))}")
    try:
        return CHANGEABLE[name].form.from_json(value)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


class Controls:
    """Carries out commands in a process that serves."""

    def __init__(self, app: App, shared: Any = None, worker: int = 0) -> None:  # noqa: ANN401 - a ctypes array
        self.app, self.shared, self.worker = app, shared, worker
        self.settings = self.first = app.state[0].settings
        self.seen: deque[Seen] = deque(maxlen=REMEMBERED)
        app.watchers = (*app.watchers, self.seen.append)

    def __call__(self, command: Command) -> Command:
        """What a command leads to; under `error` what is wrong with it."""
        try:
            return self._do(command["do"], command)
        except ValueError as error:
            return {"error": str(error)}

    def _do(self, what: str, command: Command) -> Command:
        if what == "requests":
            return {"requests": [one._asdict() for one in tuple(self.seen)]}
        if what == "reset":
            self._use(replace(self.first, started=command["now"] if self.first.writes_per_second else None))
        elif what == "change":
            self._use(changed(self.settings, command["changes"], command["now"]))
        if what in ("reset", "forget"):
            self.seen.clear()
        return {"settings": asdict(self.settings)}

    def _use(self, settings: Settings) -> None:
        api = build(settings)
        self.settings = settings
        self.app.state = (api, Traffic(settings, shared=self.shared, worker=self.worker))


_ROUTES = {
    ("GET", "/settings"): "settings",
    ("PATCH", "/settings"): "change",
    ("GET", "/requests"): "requests",
    ("DELETE", "/requests"): "forget",
    ("POST", "/reset"): "reset",
}


class Handler(BaseHTTPRequestHandler):
    """Translates between HTTP and commands; made for one server by `serving`."""

    protocol_version = "HTTP/1.1"
    timeout = 30
    peers: Sequence[Peer] = ()

    def answer(self) -> None:
        """Answer one request."""
        status, body = self._answer()
        content = orjson.dumps(body)
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PATCH = do_DELETE = do_POST = answer  # noqa: N815 - the standard library's names

    def _answer(self) -> tuple[int, Command]:
        if not _is_here(self.headers.get_all("host", [])) or self.headers.get("origin"):
            self.close_connection = True
            return 403, {"error": "only programs on this machine may ask, and no web page"}
        length = self.headers.get("content-length", "0")
        if not _LENGTH.fullmatch(length) or int(length) > _LARGEST or self.headers.get("transfer-encoding"):
            self.close_connection = True
            return 413, {"error": "a body of known length, up to a megabyte"}
        body = self.rfile.read(int(length))
        what = _ROUTES.get((self.command, self.path))
        if what is None:
            return 404, {"error": f"there are {', '.join(' '.join(route) for route in _ROUTES)}"}
        try:
            changes = orjson.loads(body or b"{}")
        except orjson.JSONDecodeError as error:
            return 400, {"error": f"the body is no JSON: {error}"}
        if not isinstance(changes, dict):
            return 400, {"error": "the body is no JSON object"}
        return merged(
            [peer({"do": what, "changes": changes, "now": time.time_ns() // 1_000_000}) for peer in self.peers]
        )

    def log_message(self, *_: object) -> None:
        """Write no log."""


def _is_here(hosts: Sequence[str]) -> bool:
    """Whether a request names this machine, once."""
    return len(hosts) == 1 and _HERE.fullmatch(hosts[0]) is not None


def merged(replies: Sequence[Command]) -> tuple[int, Command]:
    """What all processes said, as one answer."""
    for reply in replies:
        if "error" in reply:
            return 400, reply
    if "requests" in replies[0]:
        every = [one for reply in replies for one in reply["requests"]]
        return 200, {"requests": sorted(every, key=lambda one: cast("float", one["at"]))[-REMEMBERED:]}
    return 200, replies[0]


def serving(bound: socket.socket, peers: Sequence[Peer]) -> ThreadingHTTPServer:
    """An HTTP server on a socket that listens, which passes commands on to these processes; to be run by the caller."""
    handler = type("BoundHandler", (Handler,), {"peers": peers})
    server = ThreadingHTTPServer(bound.getsockname()[:2], handler, bind_and_activate=False)
    server.socket.close()
    server.socket = bound
    server.daemon_threads = True
    bound.listen(16)
    return server
