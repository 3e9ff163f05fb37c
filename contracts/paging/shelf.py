"""Bodies of answers, laid aside in a file: a run keeps thousands of answers, and memory holds the last few only.

What is parsed of a body takes up to thirty times its size; so the values of the last bodies are kept, and others are
parsed again when they are needed.
"""

from __future__ import annotations

import atexit
from collections import OrderedDict
from hashlib import blake2b
from tempfile import TemporaryFile
from threading import Lock
from typing import IO, TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from contracts.paging.units import Bytes

SMALL: Bytes = 1024
"""Of a body that stays in memory."""

LAST: Bytes = 2**20
"""Of all bodies whose values are kept."""


Shelved: TypeAlias = tuple[int, int] | bytes
"""Where bytes lie in the file, and how many; bytes that are few, as they are."""


class Shelf:
    """Keeps bytes in a file that nobody else sees and that ends with the process; in memory where there is no room."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._end = 0
        self._lock = Lock()

    def put(self, content: bytes) -> Shelved:
        """Lay bytes aside; what `get` takes to give them back."""
        if len(content) <= SMALL:
            return content
        try:
            with self._lock:
                if self._file is None:
                    self._file = TemporaryFile(prefix="contracts-", buffering=0)  # noqa: SIM115 - until the process ends
                    atexit.register(self._file.close)
                place = self._end, len(content)
                self._file.seek(self._end)
                self._end += self._file.write(content)
                whole = self._end == sum(place)
        except OSError:
            return content
        return place if whole else content

    def get(self, place: Shelved) -> bytes:
        """The bytes that were laid aside."""
        if isinstance(place, bytes):
            return place
        assert self._file is not None
        with self._lock:
            self._file.seek(place[0])
            return self._file.read(place[1])


SHELF = Shelf()
"""Where all bodies of a process lie."""


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

    def __init__(self, most: Bytes = LAST) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, tuple[Bytes, Any]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def once(self, key: Hashable, body: Callable[[], bytes], make: Callable[[bytes], Any]) -> Any:  # noqa: ANN401
        """The value of a key: what `make` gives of its body, made anew where it is not kept any more."""
        with self._lock:
            found = self._values.get(key)
            if found is not None:
                self._values.move_to_end(key)
                return found[1]
        content = body()
        size, value = len(content) + SMALL, make(content)
        with self._lock:
            if key not in self._values:
                self._make_room(size)
                self._values[key] = size, value
                self._size += size
        return value

    def _make_room(self, size: Bytes) -> None:
        while self._values and self._size + size > self._most:
            self._size -= self._values.popitem(last=False)[1][0]


RECENT = Recent()
"""The values of the last bodies of a process."""


class Digested:
    """What was worked out of texts, each once: by their digests, for the texts may be long."""

    def __init__(self, most: int = 200_000) -> None:
        self._most = most
        self._found: dict[tuple[Hashable, bytes], Any] = {}

    def once(self, about: Hashable, text: bytes, make: Callable[[], Any]) -> Any:  # noqa: ANN401
        """What `make` gives for a text; `about` says what else it depends on."""
        key = about, blake2b(text, digest_size=16).digest()
        try:
            return self._found[key]
        except KeyError:
            made = make()
        if len(self._found) >= self._most:
            self._found.clear()
        self._found[key] = made
        return made
