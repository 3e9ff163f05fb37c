"""What uvicorn does not offer: a way for the application to break the connection off."""

import socket
import struct

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

ABORT = "contracts.abort"
"""The ASGI extension that breaks the connection off: it holds a function."""

_AT_ONCE = struct.pack(
    "ii", 1, 0
)  # SO_LINGER with no time: what is left is thrown away, and the other side gets a reset


class Protocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1, with that extension."""

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
