"""A server on a free port that hands each connection to a function, in a thread of its own."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def accepting(handle: Callable[[socket.socket], None], *, backlog: int = 128) -> Iterator[int]:
    """The port of the server; it takes no more connections at the end."""
    bound = socket.create_server(("127.0.0.1", 0), backlog=backlog)

    def accept() -> None:
        while True:
            try:
                connection, _ = bound.accept()
            except OSError:
                return
            Thread(target=handle, args=(connection,), daemon=True).start()

    thread = Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield bound.getsockname()[1]
    finally:
        bound.shutdown(socket.SHUT_RDWR)
        bound.close()
        thread.join(5)
