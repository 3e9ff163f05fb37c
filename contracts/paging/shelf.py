"""Bodies of answers, laid aside in a file: a run keeps thousands of answers, and memory holds the last few only.

What is parsed of a body takes up to thirty times its size; so the values of the last bodies are kept, and others are
parsed again when they are needed.
"""

from __future__ import annotations

from tempfile import TemporaryFile
from threading import Lock
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from contracts.paging.units import Bytes

SMALL: Bytes = 1024
"""Of a body that stays in memory."""

RECENT: Bytes = 4 * 2**20
"""Of all bodies whose values are kept."""


class Shelf:
    """Keeps bytes in a file that nobody else sees and that ends with the process; in memory where there is no room."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._end = 0
        self._lock = Lock()

    def put(self, content: bytes) -> tuple[int, int] | bytes:
        """Lay bytes aside; what `get` takes to give them back."""
        if len(content) <= SMALL:
            return content
        try:
            with self._lock:
                if self._file is None:
                    self._file = TemporaryFile(prefix="contracts-", buffering=0)  # noqa: SIM115 - open as long as the process
                place = self._end, len(content)
                self._file.seek(self._end)
                self._end += self._file.write(content)
        except OSError:
            return content
        return place if self._end == sum(place) else content

    def get(self, place: tuple[int, int] | bytes) -> bytes:
        """The bytes that were laid aside."""
        if isinstance(place, bytes):
            return place
        assert self._file is not None
        with self._lock:
            self._file.seek(place[0])
            return self._file.read(place[1])


SHELF = Shelf()


class Body:
    """A field of a class: bytes that lie on the shelf."""

    def __get__(self, instance: object, owner: type | None = None) -> bytes:
        if instance is None:
            raise AttributeError  # so that a dataclass sees no default
        return SHELF.get(instance.__dict__["_body"])

    def __set__(self, instance: object, value: bytes) -> None:
        instance.__dict__["_body"] = SHELF.put(value)


class Recent:
    """Values made of bodies, each by a key; the last ones are kept, as long as their bodies are small enough together."""

    def __init__(self, most: Bytes = RECENT) -> None:
        self._most = most
        self._values: dict[Hashable, tuple[Bytes, Any]] = {}
        self._size = 0

    def once(self, key: Hashable, body: Callable[[], bytes], make: Callable[[bytes], Any]) -> Any:  # noqa: ANN401
        """The value of a key: what `make` gives of its body, made anew where it is not kept any more."""
        found = self._values.pop(key, None)
        if found is None:
            content = body()
            size = len(content) + SMALL
            self._make_room(size)
            found = size, make(content)
            self._size += size
        self._values[key] = found  # as the last one
        return found[1]

    def _make_room(self, size: Bytes) -> None:
        while self._values and self._size + size > self._most:
            self._size -= self._values.pop(next(iter(self._values)))[0]
