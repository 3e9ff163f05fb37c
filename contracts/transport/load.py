"""How much a target has sent, so that one that sends too much is not asked for ever."""

from __future__ import annotations

from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from contracts.transport.errors import LoadError, TooLargeError

if TYPE_CHECKING:
    from contracts.paging.units import Bytes

PATH: Bytes = 512 * 2**20
"""Of all bodies that one path sends to a process; where every page has 300 kB, it is 300 MB."""

ALL: Bytes = 2 * PATH
"""Of all bodies that a process reads."""

TIMES = 8
"""Answers past a bound after which a path is not asked any more; smaller pages may be within it."""


class Load:
    """Counts what each path sends, and what it sends too much."""

    def __init__(self) -> None:
        self._sent: Counter[str] = Counter()
        self._all: Bytes = 0
        self._refused: Counter[str] = Counter()
        self._lock = Lock()

    def add(self, url: str, size: Bytes) -> None:
        """Count a body."""
        with self._lock:
            self._sent[urlsplit(url).path] += size
            self._all += size

    def refused(self, url: str, why: str) -> TooLargeError:
        """Count an answer that went past a bound; the error that says so."""
        with self._lock:
            self._refused[urlsplit(url).path] += 1
        return TooLargeError(url, why)

    def check(self, url: str) -> None:
        """Raise where nothing is asked any more.

        Raises:
            TooLargeError: answers of this path went past a bound again and again.
            LoadError: the bodies of this path, or of all, come to more than is read.
        """
        path = urlsplit(url).path
        if self._refused[path] >= TIMES:
            raise TooLargeError(url, f"an answer past a bound of size {TIMES} times, and is not asked any more")
        if self._sent[path] >= PATH:
            raise LoadError(url, f"{path} has sent {PATH:,} bytes, and is not asked any more")
        if self._all >= ALL:
            raise LoadError(url, f"the target has sent {ALL:,} bytes, and is not asked any more")
