"""What uvicorn does not do: break a connection off, and tell what cannot be read in the words of the API."""

import socket
import struct

import orjson
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

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


class Protocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1, with that extension and that answer."""

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
