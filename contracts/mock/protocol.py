"""HTTP/1.1 on one connection: httptools reads requests, the application answers them one after another.

asyncio and httptools are used by their public interfaces only. There is no task for each request, as ASGI servers have: by the
profile that costs more than a page. A request waits while the one before it is delayed, or while the client does not read.
"""

import asyncio
import socket
import struct
import time
from collections import deque
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple, Protocol, cast

import httptools
import orjson

from contracts.mock.queries import Answer, Closing
from contracts.mock.traffic import Luck

_AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER with no time: what is left is thrown away, and the other side gets a reset."""

_MOST = 1 << 17
"""Bytes of an address, and of all headers, that are kept; nobody has to take more than 8,000."""

_HOSTLESS = ("0.9", "1.0")
"""Versions of HTTP whose requests need no Host header."""

_REFUSALS = {
    400: ("http:error:bad-request", "Bad request", "This is no HTTP request that can be read."),
    408: ("http:error:request-timeout", "Request timeout", "The request did not come to its end in time."),
    414: ("http:error:uri-too-long", "URI too long", f"An address has at most {_MOST:,} bytes."),
    431: ("http:error:headers-too-large", "Request header fields too large", f"Headers have at most {_MOST:,} bytes."),
}
_STATUS_LINES = {one.value: f"HTTP/1.1 {one.value} {one.phrase}\r\n" for one in HTTPStatus}
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Request(NamedTuple):
    """A request as it came; header names are in lower case, and `keep` says whether the connection goes on."""

    method: str
    target: str
    headers: dict[str, str]
    keep: bool


class Patience(NamedTuple):
    """How long a client may take, in seconds: for one request, and between two or to read on."""

    request: float = 30
    idle: float = 75


class Application(Protocol):
    """What answers requests."""

    def luck(self) -> Luck:
        """What the next request meets on its way."""

    def respond(self, request: Request, luck: Luck, client: str) -> Answer | None:
        """The answer to a request; None where its connection is to be reset."""


@lru_cache(maxsize=1)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


def _target(address: bytes) -> str:
    """The path and query of a request line, which proxies may send with an origin; raises where it is no address."""
    if not address.startswith(b"/"):
        url = httptools.parse_url(address)
        address = (url.path or b"/") + (b"?" + url.query if url.query else b"")
    return address.decode("latin-1")


def _refused(status: int) -> Answer:
    """The answer to what the API never sees."""
    code, title, detail = _REFUSALS[status]
    kind = f"https://developer.nexmo.com/api-errors#{code}"
    body = orjson.dumps({"type": kind, "title": title, "detail": detail, "instance": "-", "code": code})
    return Answer(status, (("content-type", "application/json"), ("content-length", str(len(body)))), body)


class Connection(asyncio.Protocol):
    """One connection, which is in `others`, the set of all that are open, as long as it is open; at most `most` are.

    A further one takes the place of the one whose client has been slow for longest.

    Attributes:
        since: when the client was last seen to do its part, in the loop's seconds: when it connected, began a request,
            ended one, or began to read no more.
        partial: whether it has begun a request and not ended it.
        closed: is done when the connection is.
    """

    transport: asyncio.Transport
    headers: dict[str, str]

    def __init__(self, app: Application, others: "set[Connection]", most: int) -> None:
        self.app, self.others, self.most = app, others, most
        self.parser = httptools.HttpRequestParser(self)
        self.waiting: deque[Request | int] = deque()  # an integer is a refusal
        self.loop = asyncio.get_running_loop()
        self.closed = self.loop.create_future()
        self.since = self.loop.time()
        self.partial = self.stalled = self.delayed = self.ending = False

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        self.client = f"{peer[0]}:{peer[1]}" if peer else "-"
        self.others.add(self)
        if len(self.others) > self.most:
            slowest = min((one for one in self.others if not one.delayed), key=lambda one: one.since, default=self)
            slowest.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why does not matter
        """Answer nothing that still waits."""
        self.waiting.clear()
        self.others.discard(self)
        self.closed.set_result(None)

    def data_received(self, data: bytes) -> None:
        """Read requests, and answer those that need not wait."""
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self.ending = True  # the client may go on in another protocol, which is not served here
        except httptools.HttpParserError:
            self.waiting.append(400)
        self._serve()
        if self.waiting:
            self.transport.pause_reading()

    def eof_received(self) -> bool:
        """Stay with a client that only reads from now on, until it has its answers."""
        self.ending = True
        return self.busy

    def pause_writing(self) -> None:
        """Answer no more until the client reads."""
        self.stalled = True
        self.since = self.loop.time()

    def resume_writing(self) -> None:
        """Go on."""
        self.stalled = False
        self._go_on()

    # What httptools calls.

    def on_message_begin(self) -> None:
        """Forget the request before."""
        self.partial, self.since = True, self.loop.time()
        self.url, self.headers, self.header_size, self.hosts = b"", {}, 0, 0

    def on_url(self, url: bytes) -> None:
        """Take a part of the address; past a bound nothing more is kept."""
        if len(self.url) <= _MOST:
            self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; past a bound nothing more is kept."""
        self.header_size += len(name) + len(value)
        if self.header_size <= _MOST:
            known = name.decode("latin-1").lower()
            self.hosts += known == "host"
            self.headers[known] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """Ask for a body that the client holds back."""
        if "expect" in self.headers and self.headers["expect"].lower() == "100-continue" and not self.busy:
            self.transport.write(_CONTINUE)

    def on_message_complete(self) -> None:
        """Let the request wait for its turn; its body, if it had one, is nothing to the API."""
        self.partial, self.since = False, self.loop.time()
        if len(self.url) > _MOST:
            self.waiting.append(414)
        elif self.header_size > _MOST:
            self.waiting.append(431)
        elif self.hosts > 1 or not (self.hosts or self.parser.get_http_version() in _HOSTLESS):
            self.waiting.append(400)  # RFC 9112, section 3.2
        else:
            method, keep = self.parser.get_method().decode("latin-1"), self.parser.should_keep_alive()
            self.waiting.append(Request(method, _target(self.url), self.headers, keep))

    # Answering.

    @property
    def busy(self) -> bool:
        """Whether a request waits for its answer."""
        return self.delayed or bool(self.waiting)

    def tidy(self, patience: Patience) -> None:
        """Close if the client has not done its part for longer than that."""
        waited = self.loop.time() - self.since
        if self.stalled and waited > patience.idle:
            self.transport.abort()
        elif self.partial and not self.busy and waited > patience.request:
            self.waiting.append(408)
            self._serve()
        elif not self.partial and not self.busy and waited > patience.idle:
            self.end()

    def end(self) -> None:
        """Close as soon as what waits is answered."""
        self.ending = True
        self._serve()

    def _serve(self) -> None:
        while self.waiting and not self.stalled and not self.delayed:
            request = self.waiting.popleft()
            if isinstance(request, int):
                self._send(_refused(request), keep=False)
                continue
            luck = self.app.luck()
            if luck.delay:
                self.delayed = True
                self.loop.call_later(luck.delay, self._answer_late, request, luck)
            else:
                self._answer(request, luck)
        if self.ending and not self.busy:
            self.transport.close()

    def _answer_late(self, request: Request, luck: Luck) -> None:
        self.delayed = False
        if not self.transport.is_closing():
            self._answer(request, luck)
            self._go_on()

    def _go_on(self) -> None:
        self._serve()
        if not self.waiting and not self.transport.is_closing():
            self.transport.resume_reading()

    def _answer(self, request: Request, luck: Luck) -> None:
        answer = self.app.respond(request, luck, self.client)
        if answer is None:
            self._reset()
        else:
            self._send(answer, keep=request.keep)
            if type(answer) is Closing:
                self.waiting.clear()
                self.transport.close()

    def _send(self, answer: Answer, *, keep: bool) -> None:
        status, headers, body = answer
        lines = [f"{name}: {value}\r\n" for name, value in headers]
        end = "\r\n" if keep else "connection: close\r\n\r\n"
        head = f"{_STATUS_LINES[status]}date: {_date(int(time.time()))}\r\n{''.join(lines)}{end}"
        self.transport.write(head.encode("latin-1") + body)
        if not keep:
            self.waiting.clear()
            self.transport.close()

    def _reset(self) -> None:
        self.waiting.clear()
        bare = self.transport.get_extra_info("socket")
        bare.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.transport.abort()
