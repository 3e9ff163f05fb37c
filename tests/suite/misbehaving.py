"""A proxy in front of a mock that misbehaves at chosen requests, over real sockets; everything else it hands on."""

from __future__ import annotations

import re
import socket
import struct
import time
from collections import Counter
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

from contracts.mock.server import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from contracts.mock import Settings

DRIP = 1.0
"""Seconds between two bytes that are dripped."""

LONGEST = 120.0
"""Seconds after which a misbehaviour ends by itself."""

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


class Client:
    """The connection of a client in the middle of a request, as a misbehaviour sees it."""

    def __init__(self, connection: socket.socket, ended: Event, number: int, forward: Callable[[], None]) -> None:
        self.connection = connection
        self.number = number
        """Which of the requests at which the proxy misbehaves, from 1."""
        self.forward = forward
        """Hands the request on, and the answer back."""
        self._ended = ended

    def forward_now(self) -> None:
        """Behave."""
        self.forward()

    def send(self, text: bytes) -> None:
        """Send bytes to the client."""
        self.connection.sendall(text)

    def wait(self, seconds: float) -> None:
        """Do nothing for so long, or until the proxy ends; OSError if it has."""
        if self._ended.wait(seconds):
            raise OSError

    def reset(self) -> None:
        """Reset the connection."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        raise OSError


def silent(client: Client) -> None:
    """Never answer."""
    client.wait(LONGEST)


def closing(_: Client) -> None:
    """Close the connection without a word."""
    raise OSError


def resetting(client: Client) -> None:
    """Reset the connection."""
    client.reset()


def dripping(start: bytes, drop: bytes = b" ", every: float = DRIP) -> Callable[[Client], None]:
    """Send a start, then a drop again and again."""

    def drip(client: Client) -> None:
        client.send(start)
        end = time.monotonic() + LONGEST
        while time.monotonic() < end:
            client.wait(every)
            client.send(drop)

    return drip


dripping_body = dripping(HEAD + b"Content-Length: 99999\r\n\r\n[")
dripping_head = dripping(HEAD + b"X-Long: ", b"a")


def endless_continue(client: Client) -> None:
    """Say 100 Continue for ever."""
    dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.02)(client)


def early_hints(client: Client) -> None:
    """Say 103 Early Hints for ever."""
    dripping(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n", 0.02)(client)


def stopping(client: Client) -> None:
    """Stop in the middle of a body."""
    client.send(HEAD + b'Content-Length: 999\r\n\r\n{"page_size"')
    client.wait(LONGEST)


def status(line: str, *headers: str) -> Callable[[Client], None]:
    """Answer with a status and an empty body."""
    head = "\r\n".join((f"HTTP/1.1 {line}", *headers, "Content-Length: 0", "", ""))
    return lambda client: client.send(head.encode())


def late(seconds: float) -> Callable[[Client], None]:
    """Answer rightly, but late."""

    def answer(client: Client) -> None:
        client.wait(seconds)
        client.forward()

    return answer


def alternating(misbehave: Callable[[Client], None]) -> Callable[[Client], None]:
    """Answer every second request rightly."""
    return lambda client: (misbehave if client.number % 2 else Client.forward_now)(client)


def colonless(client: Client) -> None:
    """Send a header line without a colon, and the right body after it."""
    client.send(
        b"HTTP/1.1 200 OK\r\nthis is no header\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    )


class Proxy:
    """Misbehaves at the requests whose target matches; notes what was asked.

    Attributes:
        url: the base URL.
        seen: how often each method and path was asked for.
        where: the expression that the targets match at which it misbehaves.
    """

    def __init__(self, upstream: str, where: str, misbehave: Callable[[Client], None], methods: str = "GET") -> None:
        self._upstream = urlsplit(upstream)
        self.where, self._misbehave, self._methods = where, misbehave, methods
        self._bound = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.url = f"http://127.0.0.1:{self._bound.getsockname()[1]}{self._upstream.path}"
        self.seen, self._bad, self._lock, self._ended = Counter[str](), 0, Lock(), Event()
        Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """End it, and all misbehaviour."""
        self._ended.set()
        self._bound.shutdown(socket.SHUT_RDWR)
        self._bound.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._bound.accept()
                Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError), connection.makefile("rb") as lines:
            while request := _request(lines):
                self._answer(connection, request)

    def _answer(self, connection: socket.socket, request: bytes) -> None:
        method, target = request.decode("latin-1").split(" ", 2)[:2]
        matches = re.search(self.where, target) is not None and method in self._methods.split()
        with self._lock:
            self.seen[f"{method} {target.partition('?')[0]}"] += 1
            self._bad += matches
            number = self._bad
        client = Client(connection, self._ended, number, lambda: self._hand_on(connection, request))
        (self._misbehave if matches else Client.forward_now)(client)

    def _hand_on(self, connection: socket.socket, request: bytes) -> None:
        with socket.create_connection((self._upstream.hostname or "", self._upstream.port or 80), 30) as other:
            other.sendall(request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            while got := other.recv(65536):
                connection.sendall(got)
        raise OSError  # the answer said that the connection ends


def _request(lines: IO[bytes]) -> bytes:
    """The head of a request, without Connection, and its body; empty where no more comes."""
    head = []
    while (line := lines.readline()) not in (b"\r\n", b""):
        if not line.lower().startswith(b"connection:"):
            head.append(line)
    length = next((int(each.split(b":")[1]) for each in head if each.lower().startswith(b"content-length:")), 0)
    return b"".join((*head, b"\r\n", lines.read(length))) if head else b""


@contextmanager
def misbehaving(
    where: str, misbehave: Callable[[Client], None], settings: Settings | None = None, methods: str = "GET"
) -> Iterator[Proxy]:
    """A mock behind such a proxy."""
    with running(settings) as upstream:
        proxy = Proxy(upstream, where, misbehave, methods)
        try:
            yield proxy
        finally:
            proxy.close()
