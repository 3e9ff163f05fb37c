"""Cursors: a mark in a listing, sealed so that it opens only there.

A cursor holds no state of the server and nothing about its page: the kind of mark and the item it hangs
on. The seal covers the listing, the conversation, the order and the filters as well, so a cursor that was
changed, or comes from elsewhere, does not open.
"""

from functools import lru_cache
from hashlib import blake2b

import orjson

from contracts.mock.errors import bad_parameter
from contracts.mock.ids import MASK, key
from contracts.mock.inputs import Inputs
from contracts.mock.queries import Mark, Query
from contracts.mock.settings import Settings

_BINDINGS = 4096  # that are remembered: a walk asks for the same one on every page
_LENGTH = 17  # bytes: the kind and the item in disguise, the seal


def _seal(binding: int, named: int) -> int:
    """The middle of a product with a secret, as in multiply-shift hashing.

    It is cheap, and turns away what a client makes up. Who wanted to break it could; nothing is behind it.
    """
    return (named + 1) * binding >> 64 & MASK


class Cursors(Inputs):
    """Writes and reads cursors."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.seal_key = key(settings.seed, "cursor")
        self._bound: tuple[Query | None, int] = (None, 0)
        self._binding = lru_cache(_BINDINGS)(self._worked_out)

    def cursor(self, query: Query, mark: Mark) -> str:
        """The cursor that stands for a mark in the listing of this query: what it names, in disguise, and a seal on that."""
        binding = self.binding(query)
        named = (mark.kind << 64 | mark.item) ^ binding >> 64
        return self.armour((named << 64 | _seal(binding, named)).to_bytes(_LENGTH, "big"))

    def mark(self, query: Query, cursor: str) -> Mark:
        """The mark that a cursor stands for in the listing of this query; refused where it was never written for that."""
        binding, raw = self.binding(query), self.unarmour(cursor)
        number = int.from_bytes(raw, "big")
        named = number >> 64
        if len(raw) != _LENGTH or number & MASK != _seal(binding, named):
            raise bad_parameter("cursor", "is not one that this listing gave for this query")
        named ^= binding >> 64
        return Mark(named >> 64, named & MASK)

    def binding(self, query: Query) -> int:
        """A number of 128 bits for what a cursor is bound to, which only a mock with this seed finds.

        All cursors of a page are bound to the same, so that of the query at hand is remembered.
        """
        bound, binding = self._bound
        if bound is not query:
            binding = self._binding(self.bound_to(query))
            self._bound = (query, binding)
        return binding

    def _worked_out(self, bound_to: tuple[object, ...]) -> int:
        secret = orjson.dumps((self.seal_key, *bound_to))
        return int.from_bytes(blake2b(secret, digest_size=16).digest(), "big")

    def bound_to(self, query: Query) -> tuple[object, ...]:
        """Everything that must be the same where a cursor is used again; the page size may change."""
        return query.listing.name, query.conversation, query.descending, *query.filters

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
