"""Cursors: a mark in a listing, sealed so that it opens only there.

A cursor holds no state of the server and nothing about its page: the kind of mark and the item it hangs
on. The seal covers the listing, the conversation, the order and the filters as well, so a cursor that was
changed, or comes from elsewhere, does not open.
"""

from hashlib import blake2b

from contracts.mock.errors import bad_parameter
from contracts.mock.inputs import Inputs
from contracts.mock.mixing import MASK, key, mix, unmix
from contracts.mock.queries import Mark, Query
from contracts.mock.settings import Settings

_SEAL = 8
_ITEM = 8


class Cursors(Inputs):
    """Writes and reads cursors."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.cursor_key = key(settings.seed, "cursor")
        self.seal_key = self.cursor_key.to_bytes(8, "big")

    def cursor(self, query: Query, mark: Mark) -> str:
        """The cursor that stands for a mark in the listing of this query."""
        hidden = mix((mark.item + self.cursor_key) & MASK)
        payload = bytes((mark.kind,)) + hidden.to_bytes(_ITEM, "big")
        return self.armour(payload + self.seal(query, payload))

    def mark(self, query: Query, cursor: str) -> Mark:
        """The mark that a cursor stands for in the listing of this query."""
        raw = self.unarmour(cursor)
        payload = raw[: 1 + _ITEM]
        if len(payload) != 1 + _ITEM or raw[1 + _ITEM :] != self.seal(query, payload):
            raise bad_parameter("cursor", "is not one that this listing gave for this query")
        return Mark(payload[0], (unmix(int.from_bytes(payload[1:], "big")) - self.cursor_key) & MASK)

    def seal(self, query: Query, payload: bytes) -> bytes:
        """What only this mock can write under this payload and for this query."""
        text = self.bound_to(query)
        return blake2b(payload + text.encode(), digest_size=_SEAL, key=self.seal_key).digest()

    def bound_to(self, query: Query) -> str:
        """Everything that must be the same where a cursor is used again; the page size may change."""
        return f"{query.listing.name} {query.conversation} {query.descending} {tuple(query.filters)}"

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
