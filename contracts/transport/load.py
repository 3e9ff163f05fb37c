"""How much the paths of a target have sent, so that one that sends too much is not asked for ever."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from contracts.transport.errors import TooLargeError

if TYPE_CHECKING:
    from contracts.paging.units import Bytes

MOST: Bytes = 256 * 2**20
"""Of all bodies that one path sends in a run; pages of 300 kB come to a third of this."""

TIMES = 8
"""Answers past a bound after which a path is not asked any more; smaller pages may be within it."""


class Load:
    """Counts what each path sends."""

    def __init__(self) -> None:
        self._bytes: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._why: dict[str, str] = {}

    def add(self, url: str, size: Bytes) -> None:
        """Count a body."""
        path = urlsplit(url).path
        self._bytes[path] += size
        if self._bytes[path] > MOST:
            self._why[path] = f"more than {MOST:,} bytes in this run; it is not asked any more"

    def refused(self, url: str, why: str) -> TooLargeError:
        """Count an answer that went past a bound; the error that says so."""
        path = urlsplit(url).path
        self._refused[path] += 1
        if self._refused[path] >= TIMES:
            self._why[path] = f"{why}; so it did {TIMES} times, and is not asked any more"
        return TooLargeError(url, why)

    def check(self, url: str) -> None:
        """Raise `TooLargeError` where a path sent too much."""
        if why := self._why.get(urlsplit(url).path):
            raise TooLargeError(url, why)
