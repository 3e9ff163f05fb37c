"""How a secret can be written: encoded as base64 or hex, and with characters escaped, in several layers."""

from __future__ import annotations

import re
import sys
from base64 import b64encode
from dataclasses import dataclass
from functools import cached_property
from html.entities import html5
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

LONG = 8
"""Characters from which on chance does not write an encoded secret."""

LAYERS = 3
"""Layers of escapes that are read: an address in JSON that stands in a JSON text has three."""

_SAFE = str.maketrans("+/", "-_")
_SWAPPED = str.maketrans(f"{ascii_lowercase}{ascii_uppercase}", f"{ascii_uppercase}{ascii_lowercase}")


class _Escapes(NamedTuple):
    """One way to escape characters: what an escape begins with, how it looks, and its character; empty for none."""

    mark: str
    pattern: re.Pattern[str]
    read: Callable[[re.Match[str]], str]


def _of_percent(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


FOREIGN = "\N{REPLACEMENT CHARACTER}"
"""Stands for characters in a row that are escaped and beyond Latin-1: no header, so no secret, holds one of them."""

_CONTROLS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def _of_backslash(found: re.Match[str]) -> str:
    if code := found[1] or found[2] or found[3]:
        return _numbered(code, 16)
    return _CONTROLS.get(found[4], found[4]) if found[4] else FOREIGN


def _of_entity(found: re.Match[str]) -> str:
    if name := found[3]:
        return html5.get(f"{name};", "")[:1]
    return _numbered(found[1], 16) if found[1] else _numbered(found[2], 10)


def _numbered(code: str, base: int) -> str:
    """The character of a number; nothing where there is none."""
    number = int(code, base)
    return chr(number) if number <= sys.maxunicode else ""


_PERCENT = _Escapes("%", re.compile(r"%([0-9A-Fa-f]{2})"), _of_percent)
_BACKSLASH = _Escapes(
    "\\",
    re.compile(
        r"(?:\\u(?!00)[0-9A-Fa-f]{4})+"
        r"|\\(?:u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,8})\}|x([0-9A-Fa-f]{2})|([\"'\\/bfnrtv]))"
    ),
    _of_backslash,
)
_ENTITY = _Escapes(
    "&", re.compile(r"&(?:#[xX]([0-9A-Fa-f]{1,8})|#([0-9]{1,8})|([A-Za-z][A-Za-z0-9]{1,31}));"), _of_entity
)
_TOGETHER = (_PERCENT, _BACKSLASH, _ENTITY)


@dataclass(frozen=True)
class Reading:
    """A text with some layers of escapes read.

    Attributes:
        text: what is read.
        before: the reading with one layer less; None for the text as it was written.
        escapes: where the escapes are in that one that are characters here.
        new: those characters.
    """

    text: str
    before: Reading | None = None
    escapes: tuple[tuple[int, int], ...] = ()
    new: frozenset[str] = frozenset()

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


def swapped(secret: str) -> str:
    """A secret with small letters for capitals and capitals for small letters, of ASCII alone: it has to fit a header."""
    return secret.translate(_SWAPPED)


def readings(text: str) -> Iterator[Reading]:
    r"""A text as it is written, then with one layer of escapes read after the other, as long as there are some.

    Escapes are those of addresses (`%2B`), of JSON and JavaScript (`\u002b`, `\x2b`, `\/`, `\n`) and of HTML (`&#43;`,
    `&plus;`). They are read all at once, and then each sort alone: a page that shows a JSON body reads no `%2B` in it.
    Bytes that are percent-encoded are read as Latin-1. No text comes twice.
    """
    seen = {text}
    yield Reading(text)
    for way in _ways(text):
        reading = Reading(text)
        for _ in range(LAYERS):
            reading = _read(reading, way)
            if not reading.escapes:
                break
            if reading.text not in seen:
                seen.add(reading.text)
                yield reading


def _ways(text: str) -> Iterator[tuple[_Escapes, ...]]:
    """All escapes at once, as several programs read a text one after another; of several sorts each alone, as one does."""
    yield _TOGETHER
    sorts = [each for each in _TOGETHER if each.pattern.search(text)]
    if len(sorts) > 1:
        yield from ((each,) for each in sorts)


def _read(reading: Reading, way: Sequence[_Escapes]) -> Reading:
    """The next layer."""
    text, pieces, end, spans, new = reading.text, list[str](), 0, list[tuple[int, int]](), set[str]()
    for found, character in _escapes(text, way):
        pieces += text[end : found.start()], character
        spans.append(found.span())
        new.add(character)
        end = found.end()
    return Reading("".join([*pieces, text[end:]]), reading, tuple(spans), frozenset(new))


def _escapes(text: str, way: Sequence[_Escapes]) -> Iterator[tuple[re.Match[str], str]]:
    """The escapes in a text, each with its character; where they can begin is looked for first, which is much faster."""
    end, marks = 0, {each.mark: each for each in way}
    for place in sorted(place for mark in marks for place in _all(text, mark)):
        if place >= end:
            escapes = marks[text[place]]
            found = escapes.pattern.match(text, place)
            if found and (character := escapes.read(found)):
                end = found.end()
                yield found, character


def _all(text: str, mark: str) -> Iterator[int]:
    """Where a character is in a text."""
    place = text.find(mark)
    while place >= 0:
        yield place
        place = text.find(mark, place + 1)
