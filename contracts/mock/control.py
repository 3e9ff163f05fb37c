"""The control port: change how the mock behaves while it runs, read what it was asked, start over.

It listens on this machine only, apart from the API, and speaks JSON:

    GET    /settings    what the mock is now
    PATCH  /settings    change some of it: {"faults": ["one-too-many"], "rate_limit": "20/s"}
    GET    /requests    what it was asked, oldest first, the last ten thousand
    DELETE /requests    forget that
    POST   /reset       as it was started, with nothing remembered
"""

import argparse
import socket
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

import orjson

from contracts.mock import amounts
from contracts.mock.app import App, Seen
from contracts.mock.registry import build
from contracts.mock.settings import Settings
from contracts.mock.traffic import Traffic

Command = dict[str, Any]
Peer = Callable[[Command], Command]
"""What carries a command to one process that serves, and brings back what it says."""

REMEMBERED = 10_000
_FIXED = frozenset({"data", "base_path", "origin", "started", "access_log", "jwt_public_key"})
_SPELT: Mapping[str, Callable[[str], object]] = {
    "rate_limit": amounts.rate,
    "latency": amounts.span,
    "flaky": amounts.share,
    "members_per_conversation": amounts.counts,
    "events_per_conversation": amounts.counts,
}
_LARGEST = 1 << 20
_HERE = frozenset({"127.0.0.1", "localhost"})


def changed(settings: Settings, changes: Mapping[str, object], now: int) -> Settings:
    """Settings with changes as a person or a program spells them; ValueError says what is wrong with one."""
    known = {field.name: getattr(settings, field.name) for field in fields(settings)}
    values: dict[str, Any] = {}
    for name, value in changes.items():
        if name not in known or name in _FIXED:
            raise ValueError(f"{name!r} cannot be changed; these can: {', '.join(sorted(set(known) - _FIXED))}")
        values[name] = _read(name, value)
    writes = values.get("writes_per_second", settings.writes_per_second)
    return replace(settings, **values, started=(settings.started or now) if writes else None)


def _read(name: str, value: object) -> object:
    if isinstance(value, str) and name in _SPELT:
        try:
            return _SPELT[name](value)
        except argparse.ArgumentTypeError as error:
            raise ValueError(f"{name}: {error}") from None
    value = tuple(value) if isinstance(value, list) else value
    if not _fits(name, value):
        raise ValueError(f"{name}: {value!r} is not of its type")
    return value


def _fits(name: str, value: object) -> bool:
    if name in ("faults", "oddities", "departures", "flaky_kinds"):
        return isinstance(value, tuple) and all(isinstance(one, str) for one in value)
    if name in ("latency", "members_per_conversation", "events_per_conversation"):
        pair = isinstance(value, tuple) and len(value) == 2 and all(_number(one) for one in value)  # noqa: PLR2004
        return pair or (value is None and name != "latency")
    if name == "token":
        return value is None or isinstance(value, str)
    if name == "trust_forwarded":
        return isinstance(value, bool)
    return _number(value) and (isinstance(value, int) or name in ("rate_limit", "flaky", "writes_per_second"))


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


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
        host = (self.headers.get("host") or "").rpartition(":")[0] or self.headers.get("host")
        if host not in _HERE or self.headers.get("origin"):
            self.close_connection = True
            return 403, {"error": "only programs on this machine may ask, and no web page"}
        length = self.headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > _LARGEST or self.headers.get("transfer-encoding"):
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
        return told([peer({"do": what, "changes": changes, "now": time.time_ns() // 1_000_000}) for peer in self.peers])

    def log_message(self, *_: object) -> None:
        """Write no log."""


def told(replies: Sequence[Command]) -> tuple[int, Command]:
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
