"""Cursors: a mark in a listing, sealed so that it opens only there.

A cursor holds no state of the server and nothing about its page: the kind of mark and the item it hangs
on. The seal covers the listing, the conversation, the order and the filters as well, so a cursor that was
changed, or comes from elsewhere, does not open.
"""

from hashlib import blake2b

from contracts.mock.errors import bad_parameter
from contracts.mock.inputs import Inputs
from contracts.mock.mixing import MASK, key, mix
from contracts.mock.queries import Mark, Query
from contracts.mock.settings import Settings

_LENGTH = 17  # bytes: the kind, the item in disguise, the seal
_SPREAD = 0xD1B54A32D192ED03
_GATHER = pow(_SPREAD, -1, 1 << 64)
_KIND = 0x9E3779B97F4A7C15


class Cursors(Inputs):
    """Writes and reads cursors."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.cursor_key = key(settings.seed, "cursor")
        self.seal_key = self.cursor_key.to_bytes(8, "big")

    def cursor(self, query: Query, mark: Mark) -> str:
        """The cursor that stands for a mark in the listing of this query."""
        number = self.sealed(self.binding(self.bound_to(query)), mark.kind, mark.item)
        return self.armour(number.to_bytes(_LENGTH, "big"))

    def mark(self, query: Query, cursor: str) -> Mark:
        """The mark that a cursor stands for in the listing of this query."""
        raw = self.unarmour(cursor)
        mark = None
        if len(raw) == _LENGTH:
            mark = self.opened(self.binding(self.bound_to(query)), int.from_bytes(raw, "big"))
        if mark is None:
            raise bad_parameter("cursor", "is not one that this listing gave for this query")
        return mark

    def binding(self, text: str) -> int:
        """A number for what a cursor is bound to, which only a mock with this seed finds."""
        return int.from_bytes(blake2b(text.encode(), digest_size=8, key=self.seal_key).digest(), "big")

    def sealed(self, binding: int, kind: int, item: int) -> int:
        """A cursor as a number: what it names, and what only this mock can write beside it for this binding."""
        hidden = (item * _SPREAD + self.cursor_key) & MASK
        return kind << 128 | hidden << 64 | mix((hidden + kind * _KIND) & MASK ^ binding)

    def opened(self, binding: int, number: int) -> Mark | None:
        """What a cursor names; None where this mock never wrote it for this binding."""
        kind, hidden = number >> 128, number >> 64 & MASK
        if number & MASK != mix((hidden + kind * _KIND) & MASK ^ binding):
            return None
        return Mark(kind, (hidden - self.cursor_key) * _GATHER & MASK)

    def bound_to(self, query: Query) -> str:
        """Everything that must be the same where a cursor is used again; the page size may change."""
        after, before, first, last, kind = query.filters
        return f"{query.listing.name} {query.conversation} {query.descending} {after} {before} {first} {last} {kind}"

    def armour(self, raw: bytes) -> str:
        """The bytes of a cursor as text."""
        return raw.hex()

    def unarmour(self, cursor: str) -> bytes:
        """The bytes of a cursor; only exactly what `armour` wrote is accepted."""
        try:
            raw = bytes.fromhex(cursor)
        except ValueError:
            return b""
        return raw if raw.hex() == cursor else b""
