"""Carries requests over the network under bounds, so that nothing a server sends can hang or fill this process."""

from __future__ import annotations

import contextlib
import math
import socket
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from contracts.transport.bodies import Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.paging.units import Bytes, Seconds

__all__ = ["WATCHDOG", "Bounds", "HTTPError", "Wire"]

TICK: Seconds = 0.1
"""Between two looks of the watchdog at its clock."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one answer may take.

    Attributes:
        connect: to connect.
        pause: between two bytes.
        total: for the whole answer, headers and body.
        body: of a body, as sent and decompressed.
    """

    connect: Seconds = 5.0
    pause: Seconds = 20.0
    total: Seconds = 40.0
    body: Bytes = 4 * 2**20

    def within(self, seconds: Seconds) -> Bounds:
        """The same bounds, but for no more than so many seconds."""
        return replace(self, **{name: min(getattr(self, name), seconds) for name in ("connect", "pause", "total")})


class _Guarded:
    """What a connection does so that the watchdog of this thread can close it."""

    def request(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - as urllib3 has it
        guard = getattr(_ACTIVE, "guard", None)
        if guard is not None:
            guard.connection = self
        super().request(*arguments, **options)  # type: ignore[misc]


class _Plain(_Guarded, HTTPConnection):
    response_class = Reply


class _Secure(_Guarded, HTTPSConnection):
    response_class = Reply


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


_ACTIVE = threading.local()


class Guard:
    """An answer that the watchdog looks after: `end` is when its time is up, `bitten` whether it was cut off then."""

    def __init__(self, end: Seconds) -> None:
        self.end = end
        self.bitten = False
        self.connection: Any = None

    def bite(self) -> None:
        """Shut the socket down, so that whatever reads from it comes back."""
        self.bitten, self.end = True, math.inf
        held = getattr(self.connection, "sock", None)
        if held is not None:
            with contextlib.suppress(OSError):
                # As of a plain socket: that of TLS would wait for the other side.
                socket.socket.shutdown(held, socket.SHUT_RDWR)


class Watchdog:
    """Closes the socket of an answer that takes longer than allowed: trickled bytes defeat every other time-out.

    One thread looks after all sessions of a process; it starts when it is first needed.
    """

    def __init__(self) -> None:
        self._guards: set[Guard] = set()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def watching(self, seconds: Seconds) -> Iterator[Guard]:
        """Close the connection that this thread uses, if what is done here takes longer."""
        guard = _ACTIVE.guard = Guard(time.monotonic() + seconds)
        with self._lock:
            self._guards.add(guard)
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
                self._thread.start()
        try:
            yield guard
        finally:
            _ACTIVE.guard = None
            with self._lock:
                self._guards.discard(guard)

    def _watch(self) -> None:
        while True:
            time.sleep(TICK)
            now = time.monotonic()
            with self._lock:
                late = [guard for guard in self._guards if now > guard.end]
            for guard in late:
                guard.bite()


WATCHDOG = Watchdog()


class Wire(HTTPAdapter):
    """An adapter of requests whose connections the watchdog can close."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - as requests has it
        """Make the pools of connections."""
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}

    def hang_up(self) -> None:
        """Close every connection that is kept: a server that takes one after the other waits for the end of the first."""
        for key in [*self.poolmanager.pools.keys()]:
            if (pool := self.poolmanager.pools.get(key)) is not None:
                pool.close()
        self.poolmanager.clear()
