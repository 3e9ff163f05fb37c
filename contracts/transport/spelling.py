"""How a secret can be written: encoded as base64 or hex, and with characters escaped, in several layers."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONG = 8
"""Characters from which on chance does not write an encoded secret."""

LAYERS = 3
"""Layers of escapes that are read: an address in JSON that stands in a JSON text has three."""

_SAFE = str.maketrans("+/", "-_")
_MARKS = "%\\&"
_ESCAPE = re.compile(
    r"%([0-9A-Fa-f]{2})|\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|([\"'\\/]))|&#(?:x([0-9A-Fa-f]{1,4})|([0-9]{1,4}));"
)
_ITSELF, _DECIMAL = 4, 6


@dataclass(frozen=True)
class Reading:
    """A text with some layers of escapes read.

    Attributes:
        text: what is read.
        before: the reading with one layer less; None for the text as it was written.
        escapes: where the escapes are in that one that are characters here.
    """

    text: str
    before: Reading | None = None
    escapes: tuple[tuple[int, int], ...] = ()

    @cached_property
    def places(self) -> Sequence[int]:
        """Where each character begins in the text as it was written; one more for the end."""
        if self.before is None:
            return range(len(self.text) + 1)
        earlier, places, end = self.before.places, list[int](), 0
        for start, after in self.escapes:
            places += earlier[end : start + 1]
            end = after
        return [*places, *earlier[end:]]


def encodings(secret: str) -> frozenset[str]:
    """The forms in base64 and hex that show a secret, also where it stands in the middle of what was encoded.

    Args:
        secret: in plain text.

    Returns:
        Hex in both cases, and of base64 (standard and URL-safe) the characters that depend on nothing but the secret, for
        each of its three alignments (RFC 4648); only what is too long for chance.
    """
    raw = secret.encode()
    cores = [_core(raw, before) for before in range(3)]
    forms = {raw.hex(), raw.hex().upper(), *cores, *(each.translate(_SAFE) for each in cores)}
    return frozenset(form for form in forms if len(form) >= LONG)


def _core(raw: bytes, before: int) -> str:
    """The characters of base64 that bytes decide alone where so many others precede them."""
    text = b64encode(bytes(before) + raw).decode()
    return text[-(-8 * before // 6) : 8 * (before + len(raw)) // 6]


def readings(text: str) -> Iterator[Reading]:
    r"""A text as it is written, then with one layer of escapes read after the other, as long as there are some.

    Escapes are those of addresses (`%2B`), of JSON and JavaScript (`\u002b`, `\x2b`, `\/`) and of HTML (`&#43;`). Bytes
    that are percent-encoded are read as Latin-1.
    """
    reading = Reading(text)
    yield reading
    for _ in range(LAYERS):
        reading = _read(reading)
        if not reading.escapes:
            return
        yield reading


def _read(reading: Reading) -> Reading:
    """The next layer."""
    text, pieces, end = reading.text, list[str](), 0
    found = tuple(_escapes(text))
    for each in found:
        pieces += text[end : each.start()], _character(each)
        end = each.end()
    return Reading("".join([*pieces, text[end:]]), reading, tuple(each.span() for each in found))


def _escapes(text: str) -> Iterator[re.Match[str]]:
    """The escapes in a text; where they can begin is looked for first, because that is fifty times as fast."""
    end = 0
    for place in sorted(place for mark in _MARKS for place in _all(text, mark)):
        found = _ESCAPE.match(text, place) if place >= end else None
        if found:
            end = found.end()
            yield found


def _all(text: str, mark: str) -> Iterator[int]:
    """Where a character is in a text."""
    place = text.find(mark)
    while place >= 0:
        yield place
        place = text.find(mark, place + 1)


def _character(found: re.Match[str]) -> str:
    """The character that an escape stands for."""
    kind = found.lastindex or 0
    said = found[kind]
    return said if kind == _ITSELF else chr(int(said, 10 if kind == _DECIMAL else 16))
