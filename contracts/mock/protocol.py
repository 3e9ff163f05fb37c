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
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from contracts.mock.queries import Answer

ABORT = "contracts.abort"
"""The ASGI extension that breaks the connection off: it holds a function."""

_AT_ONCE = struct.pack(
    "ii", 1, 0
)  # SO_LINGER with no time: what is left is thrown away, and the other side gets a reset
_UNREADABLE = orjson.dumps(
    {
        "type": "https://developer.nexmo.com/api-errors#http:error:bad-request",
        "title": "Bad request",
        "detail": "This is no HTTP request.",
        "instance": "-",
        "code": "http:error:bad-request",
    }
)


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

    def on_headers_complete(self) -> None:
        """Answer at once, where nothing needs patience."""
        if not self._answered_at_once():
            super().on_headers_complete()

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
        self.scope["extensions"] = {ABORT: {"call": self.abort}}

    def abort(self) -> None:
        """Reset the connection."""
        bare = self.transport.get_extra_info("socket")
        if bare is not None:
            bare.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.transport.abort()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words for people
        """Answer what is no request."""
        if not self.transport.is_closing():
            head = b"content-type: application/json\r\nconnection: close\r\n"
            size = b"content-length: %d\r\n\r\n" % len(_UNREADABLE)
            self.transport.write(b"".join((STATUS_LINE[400], head, size, _UNREADABLE)))
            self.transport.close()
