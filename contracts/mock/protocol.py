"""What uvicorn does not do: break a connection off, tell what cannot be read in the words of the API, answer at once.

Most of the time of a small answer goes, by the profile, into an asyncio task and into messages between server and
application. The API needs neither: it answers without waiting. So a request that nothing stands in the way of is answered where
its headers end. Whatever needs patience (delays, resets, a client that does not read, pipelined requests, HTTP/1.0,
100-continue) takes uvicorn's way.
"""

import socket
import struct
from typing import Protocol as Typed
from typing import cast

import httptools
import orjson
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from contracts.mock.queries import Answer

ABORT = "contracts.abort"
"""The ASGI extension that breaks the connection off: it holds a function."""

_AT_ONCE = struct.pack(
    "ii", 1, 0
)  # SO_LINGER with no time: what is left is thrown away, and the other side gets a reset
_MOST = 1 << 17  # bytes of an address, and of all headers, that are kept; nobody has to take more than 8,000
_REFUSALS = {
    400: ("http:error:bad-request", "Bad request", "This is no HTTP request that can be read."),
    414: ("http:error:uri-too-long", "URI too long", f"An address has at most {_MOST:,} bytes."),
    431: ("http:error:headers-too-large", "Request header fields too large", f"Headers have at most {_MOST:,} bytes."),
}


class Direct(Typed):
    """An application that can answer at once."""

    def at_once(
        self, protocol: "Protocol", method: str, target: str, headers: list[tuple[bytes, bytes]]
    ) -> Answer | None:
        """The answer to a request; None where it takes time."""


class _Answered:
    """Stands for uvicorn's cycle of a request that has been answered."""

    response_complete = True
    keep_alive = True
    disconnected = False

    class message_event:  # noqa: N801 - as uvicorn calls it
        """Nobody waits."""

        @staticmethod
        def set() -> None:
            """Wake nobody."""


_ANSWERED = cast("RequestResponseCycle", _Answered())


class Protocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1, with that extension, that answer, and that short way."""

    running: RequestResponseCycle | None = None
    overlong = 0
    header_size = 0

    def on_url(self, url: bytes) -> None:
        """Take a part of the address; past a bound nothing more is kept."""
        self.url += url
        if len(self.url) > _MOST:
            self.overlong, self.url = 414, b"/"

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; past a bound nothing more is kept."""
        self.header_size += len(name) + len(value)
        if self.header_size > _MOST:
            self.overlong = self.overlong or 431
        else:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Answer at once, where nothing needs patience."""
        if self.overlong:
            self.refuse(self.overlong)
        elif not self._answered_at_once():
            super().on_headers_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self.running = cycle
        super()._start_asgi_task(cycle, app)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let no request of this connection be answered any more; uvicorn remembers the last of several only."""
        for cycle in (self.running, *(waiting for waiting, _ in self.pipeline)):
            if cycle is not None:
                cycle.disconnected = True
                cycle.message_event.set()
        self.pipeline.clear()
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override]
        """Stay with a client that only reads from now on, until it has its answer."""
        waits = self.cycle is not None and not self.cycle.response_complete
        if waits:
            self.cycle.keep_alive = False
        return waits

    def _answered_at_once(self) -> bool:
        parser = self.parser
        if (
            (self.cycle is not None and not self.cycle.response_complete)
            or self.expect_100_continue
            or self.flow.write_paused
            or parser.get_http_version() != "1.1"
            or parser.should_upgrade()
        ):
            return False
        url = httptools.parse_url(self.url)
        target = (url.path + b"?" + url.query if url.query else url.path).decode("ascii")
        method = parser.get_method().decode("ascii")
        answer = cast("Direct", self.config.app).at_once(self, method, target, self.headers)
        if answer is None:
            return False
        keep = parser.should_keep_alive()
        head = [STATUS_LINE[answer.status]]
        for name, value in self.server_state.default_headers:
            head += (name, b": ", value, b"\r\n")
        told = "".join([f"{name}: {value}\r\n" for name, value in answer.headers])
        head += (told.encode("latin-1"), b"\r\n" if keep else b"connection: close\r\n\r\n", answer.body)
        self.cycle = _ANSWERED
        self.transport.write(b"".join(head))
        if keep:
            self.on_response_complete()
        else:
            self.server_state.total_requests += 1
            self.transport.close()
        return True

    def on_message_begin(self) -> None:
        """Offer the extension to each request."""
        super().on_message_begin()
        self.header_size = 0
        self.scope["extensions"] = {ABORT: {"call": self.abort}}

    def abort(self) -> None:
        """Reset the connection."""
        bare = self.transport.get_extra_info("socket")
        if bare is not None:
            bare.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.transport.abort()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words for people
        """Answer what is no request."""
        self.refuse(400)

    def refuse(self, status: int) -> None:
        """Answer what the API never sees, and close the connection."""
        if self.transport.is_closing():
            return
        code, title, detail = _REFUSALS[status]
        kind = f"https://developer.nexmo.com/api-errors#{code}"
        body = orjson.dumps({"type": kind, "title": title, "detail": detail, "instance": "-", "code": code})
        head = b"content-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body)
        self.transport.write(b"".join((STATUS_LINE[status], head, body)))
        self.transport.close()
