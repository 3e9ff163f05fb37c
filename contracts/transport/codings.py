"""Undoes Content-Encoding under bounds, which hold at every layer."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.paging.units import Bytes

ACCEPTED = "gzip, deflate"
"""What requests accept as Content-Encoding: nothing that depends on what else is installed."""

GZIP, ZLIB, RAW = 31, 15, -15
"""Formats of compressed data, as `zlib` numbers them."""

MAGIC = b"\x1f\x8b"
"""What a member of a gzip stream begins with."""

MEMBERS = 100
"""Members of a gzip stream that are read; servers send one."""

CODINGS = 3
"""Codings of one body that are undone."""

QUOTED = 40
"""Characters of what a server sent that a message quotes."""

HEADER = "content-encoding"


class TooMuchError(Exception):
    """An answer went past a bound of size; the message names the bound."""


class UndecodableError(Exception):
    """A body is not what a header says; the message says why. `short` says that it ended before its end."""

    def __init__(self, header: str, why: str, *, short: bool = False) -> None:
        super().__init__(why)
        self.header, self.short = header, short


def check_size(size: Bytes, most: Bytes) -> None:
    """Raise `TooMuchError` where a body is larger than allowed."""
    if size > most:
        raise TooMuchError(f"a body of more than {most:,} bytes; it was not read to its end")


def decoded(content: bytes, codings: str, most: Bytes) -> bytes:
    """A body without the codings that a header names (RFC 9110, section 8.4): the last one is undone first.

    Raises:
        UndecodableError: it is not in these codings, or there are too many of them.
        TooMuchError: it is larger than `most`, after any of them is undone.
    """
    named = [coding for each in codings.lower().split(",") if (coding := each.strip()) not in ("", "identity")]
    if len(named) > CODINGS and content:
        raise UndecodableError(HEADER, f"Content-Encoding names {len(named):,} codings; {CODINGS} are undone at most")
    for coding in reversed(named):
        content = _without(coding, content, most) if content else b""
    return content


def _without(coding: str, content: bytes, most: Bytes) -> bytes:
    if coding not in ("gzip", "x-gzip", "deflate"):
        said = repr(coding[:QUOTED])
        raise UndecodableError(HEADER, f"Content-Encoding is {said}; only {ACCEPTED} were asked for")
    formats = (ZLIB, RAW) if coding == "deflate" else (GZIP,)
    for number, form in enumerate(formats, 1):
        try:
            return _inflated(content, form, most)
        except zlib.error as error:
            if number == len(formats):
                why = f"Content-Encoding is {coding!r}, and the body is not: {error}"
                raise UndecodableError(HEADER, why) from None
    raise AssertionError(formats)


def _inflated(content: bytes, form: int, most: Bytes) -> bytes:
    """Decompressed data: all members of a gzip stream; what follows them is passed over."""
    made = bytearray()
    for _ in range(MEMBERS):
        engine = zlib.decompressobj(form)
        made += engine.decompress(content, most + 1 - len(made))
        check_size(len(made), most)
        if not engine.eof:
            raise UndecodableError(HEADER, "the compressed body ends before its end", short=True)
        content = engine.unused_data
        if form != GZIP or not content.startswith(MAGIC):
            return bytes(made)
    raise TooMuchError(f"a gzip stream of more than {MEMBERS} members")
