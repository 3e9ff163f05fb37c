"""A real server on a free port: the mock's answers, sent as a script says."""

from __future__ import annotations

import socket
import struct
import time
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress
from threading import Lock, Thread
from typing import TYPE_CHECKING

import orjson

from contracts.mock import build
from contracts.selftest.chaos.scripts import Asked, End, sent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from contracts.mock import Settings
    from contracts.mock.queries import Answer
    from contracts.selftest.chaos.scripts import Step, Where

Talk = "Callable[[socket.socket], None]"
_NAP = 0.1
"""Seconds between two looks whether a pause is over because the other side is gone."""


class Gone(OSError):  # noqa: N818 - no error: it is what clients do
    """The other side closed the connection."""


class Hostile:
    """A server that sends the mock's answers in its own way; those to HEAD, which have no body, stay as they are.

    Attributes:
        asked: how many requests came.
        strays: credentials that came to the origin of somebody else.
    """

    def __init__(
        self, settings: Settings, where: Where, script: Callable[[Asked, Answer], Iterable[Step]], elsewhere: str = ""
    ) -> None:
        self._api, self._where, self._script, self._elsewhere = build(settings), where, script, elsewhere
        self._lock, self._seen = Lock(), Counter[tuple[str, str]]()
        self._chosen = self._conversation(f"Bearer {settings.token}")
        self.asked = 0
        self.strays: list[str] = []

    def _conversation(self, credential: str) -> str:
        """The id of the third conversation, which has many members and events."""
        headers = {"host": "chosen", "authorization": credential}
        page = orjson.loads(self._api.answer("GET", "/v0.2/conversations?page_size=3", headers).body)
        name: str = page["_embedded"]["data"]["conversations"][-1]["id"]
        return name

    def talk(self, connection: socket.socket) -> None:
        """Answer request after request, as the script says."""
        kept = b""
        while True:
            method, target, headers, kept = _request(connection, kept)
            with self._lock:
                before = self._seen[method, target]
                self._seen[method, target] += 1
                asked = Asked(method, target, headers, self.asked, before, self._chosen, self._elsewhere)
                self.asked += 1
                answer = self._api.answer(method, target, headers)
            distorted = method != "HEAD" and self._where.holds(asked, answer)
            for step in self._script(asked, answer) if distorted else (sent(answer),):
                _take(connection, step)

    def stray(self, connection: socket.socket) -> None:
        """Be somebody else, who must not be shown a credential."""
        kept = b""
        while True:
            _, _, headers, kept = _request(connection, kept)
            self.strays += [headers[name] for name in ("authorization", "cookie") if name in headers]
            _take(connection, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")


def _request(connection: socket.socket, kept: bytes) -> tuple[str, str, dict[str, str], bytes]:
    """A request's method, target and headers, and what follows it; its body is passed over."""
    while b"\r\n\r\n" not in kept:
        kept += _received(connection)
    head, _, kept = kept.partition(b"\r\n\r\n")
    line, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in lines)}
    length = int(headers.get("content-length", "0"))
    while len(kept) < length:
        kept += _received(connection)
    method, target, *_ = [*line.split(" "), "/"]
    return method, target, headers, kept[length:]


def _received(connection: socket.socket) -> bytes:
    came = connection.recv(65_536)
    if not came:
        raise Gone
    return came


def _take(connection: socket.socket, step: Step) -> None:
    """Do what a step says."""
    if isinstance(step, bytes):
        connection.sendall(step)
    elif isinstance(step, float):
        _pause(connection, step)
    else:
        if step is End.RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Gone


def _pause(connection: socket.socket, seconds: float) -> None:
    """Wait, but no longer than the other side does."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, _NAP))
        connection.setblocking(False)  # noqa: FBT003 - as the standard library has it
        try:
            if not connection.recv(1, socket.MSG_PEEK):
                raise Gone
        except BlockingIOError:
            continue
        finally:
            connection.setblocking(True)  # noqa: FBT003


@contextmanager
def listening(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """Hand each connection to a function in a thread of its own; yields the origin."""
    open_ = set[socket.socket]()
    with socket.create_server(("127.0.0.1", 0), backlog=512) as bound:
        thread = Thread(target=_accept, args=(bound, talk, open_), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            for each in (bound, *open_):
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def _accept(bound: socket.socket, talk: Callable[[socket.socket], None], open_: set[socket.socket]) -> None:
    with suppress(OSError):
        while True:
            connection, _ = bound.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            open_.add(connection)
            Thread(target=_serve, args=(connection, talk, open_), daemon=True).start()


def _serve(connection: socket.socket, talk: Callable[[socket.socket], None], open_: set[socket.socket]) -> None:
    try:
        with connection, suppress(OSError, ValueError):
            talk(connection)
    finally:
        open_.discard(connection)


@contextmanager
def serving(
    settings: Settings, where: Where, script: Callable[[Asked, Answer], Iterable[Step]]
) -> Iterator[tuple[str, Hostile]]:
    """A misbehaving server, and beside it somebody else's; yields the base URL and the server."""
    with ExitStack() as stack:
        strays = Hostile(settings, where, script)
        elsewhere = stack.enter_context(listening(strays.stray))
        hostile = Hostile(settings, where, script, elsewhere)
        hostile.strays = strays.strays
        yield f"{stack.enter_context(listening(hostile.talk))}{settings.base_path}", hostile
