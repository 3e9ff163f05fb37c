"""A proxy before the bundled mock that changes each answer: over real sockets, byte by byte as it says."""

from __future__ import annotations

import socket
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from contracts.mock.server import running
from tests.suite.accepting import accepting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from contracts.mock import Settings

OK, NO_CONTENT = 200, 204


@dataclass
class Reply:
    """An answer of the mock, to be changed: `headers` go out as they are here, and no length is added to them."""

    path: str
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def is_page(self) -> bool:
        """Whether this is a page, so that what it says can be changed."""
        return self.status == OK and b'"_embedded"' in self.body

    def packed(self) -> bytes:
        """The bytes that go over the wire, with the length that the body has unless another one is given."""
        given = {name.lower() for name, _ in self.headers}
        own = (
            [] if "content-length" in given or self.status == NO_CONTENT else [("Content-Length", str(len(self.body)))]
        )
        lines = "".join(f"{name}: {value}\r\n" for name, value in [*self.headers, *own])
        return f"HTTP/1.1 {self.status} .\r\n{lines}\r\n".encode() + self.body


@contextmanager
def before_mock(change: Callable[[Reply], None], settings: Settings | None = None) -> Iterator[str]:
    """A mock behind a proxy that changes its answers; the base URL of the proxy."""
    with running(settings) as mock, proxy(mock, change) as url:
        yield url


@contextmanager
def proxy(mock: str, change: Callable[[Reply], None]) -> Iterator[str]:
    """A proxy to a mock that runs already; its base URL."""
    behind = urlsplit(mock)
    with accepting(lambda connection: _talk(connection, behind.netloc, change)) as port:
        yield f"http://127.0.0.1:{port}{behind.path}"


def _talk(connection: socket.socket, behind: str, change: Callable[[Reply], None]) -> None:
    """Answer the requests of one connection until it ends."""
    upstream = HTTPConnection(behind, timeout=30)
    with connection, suppress(OSError):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while asked := _request(connection):
            method, path, headers, body = asked
            # The mock compresses for those who ask for it, and a compressed page cannot be changed here.
            upstream.request(method, path, body or None, {**headers, "Accept-Encoding": "identity"})
            came = upstream.getresponse()
            content = came.read()
            kept = [(name, value) for name, value in came.getheaders() if name.lower() not in DROPPED]
            reply = Reply(path, came.status, kept, content)
            if method != "HEAD":
                change(reply)
            packed = reply.packed()
            connection.sendall(packed.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if method == "HEAD" else packed)
    upstream.close()


DROPPED = {"content-length", "connection", "keep-alive", "transfer-encoding"}


def _request(connection: socket.socket) -> tuple[str, str, dict[str, str], bytes] | None:
    """The next request on a connection: method, path, headers and body; None where it has ended."""
    got = b""
    while b"\r\n\r\n" not in got:
        if not (more := connection.recv(65_536)):
            return None
        got += more
    head, _, body = got.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = next((int(value) for name, value in headers.items() if name.lower() == "content-length"), 0)
    while len(body) < length and (more := connection.recv(65_536)):
        body += more
    method, path, _ = first.split(" ", 2)
    return method, path, headers, body
