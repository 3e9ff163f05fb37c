"""Oddities of links and cursors."""

# ruff: noqa: D102, PLR2004 - steps keep their parameters; the class says what they do, and its numbers

import re
from collections.abc import Sequence
from hashlib import blake2b

import orjson

from contracts.mock.api import Api
from contracts.mock.errors import bad_parameter
from contracts.mock.helpers import Base64
from contracts.mock.inputs import DEFAULT_PAGE
from contracts.mock.instants import DAY, read_instant, write_instant
from contracts.mock.items import Json
from contracts.mock.queries import FROM, Listing, Mark, Page, Query
from contracts.mock.registry import oddity
from contracts.mock.settings import Settings

_YEAR_ONE = -719_162 * DAY
_YEAR_TEN_THOUSAND = 2_932_897 * DAY


@oddity()
class Base64Cursors(Base64):
    """Cursors are base64, with characters that an address must encode."""


@oddity()
class NumericCursors(Api):
    """Cursors are large numbers."""

    def armour(self, raw: bytes) -> str:
        return str(int.from_bytes(b"\x01" + raw, "big"))

    def unarmour(self, cursor: str) -> bytes:
        if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > 200 or cursor[0] == "0":
            return b""
        number = int(cursor)
        return number.to_bytes((number.bit_length() + 7) // 8, "big")[1:]


@oddity()
class CursorsThatVary(Api):
    """The cursor for one place is another each time it is given; all of them go on working."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.given = 0

    def armour(self, raw: bytes) -> str:
        self.given += 1
        nonce = self.given.to_bytes(6, "big")
        return super().armour(nonce + self._veiled(nonce, raw))

    def unarmour(self, cursor: str) -> bytes:
        raw = super().unarmour(cursor)
        return self._veiled(raw[:6], raw[6:])

    def own_cursor(self, query: Query, page: Page) -> str:
        own = super().own_cursor(query, page)
        return self.cursor(query, page.mark) if page.mark and own == query.cursor else own

    def _veiled(self, nonce: bytes, raw: bytes) -> bytes:
        stream = blake2b(nonce, key=self.seal_key.to_bytes(8, "big"), digest_size=64).digest()
        return bytes(one ^ other for one, other in zip(raw, stream, strict=False))


@oddity()
class LongCursors(Api):
    """Cursors are a thousand characters long."""

    def armour(self, raw: bytes) -> str:
        return super().armour(raw) + "-" * 1000

    def unarmour(self, cursor: str) -> bytes:
        return super().unarmour(cursor.removesuffix("-" * 1000)) if cursor.endswith("-" * 1000) else b""


@oddity()
class NoCursorOnTheFirstSelf(Api):
    """`self` of the first page has no cursor."""

    def links(self, query: Query, page: Page, own: str) -> Json:
        links = super().links(query, page, own)
        return links | {"self": links["first"]} if query.cursor is None else links


@oddity()
class DefaultsLeftOut(Api):
    """Links leave out an order and a page size that are the default."""

    def kept(self, query: Query) -> list[tuple[str, str]]:
        defaults = (("order", "asc"), ("page_size", str(DEFAULT_PAGE)))
        return [pair for pair in super().kept(query) if pair not in defaults]


@oddity()
class CursorFirst(Api):
    """The parameters of links stand in another order, the cursor before all others."""

    def kept(self, query: Query) -> list[tuple[str, str]]:
        return super().kept(query)[::-1]

    def href(self, query: Query, stem: str, cursor: str | None) -> str:
        href = super().href(query, stem, cursor)
        path, _, rest = href.partition("?")
        parameters = rest.split("&")
        return f"{path}?{'&'.join([*parameters[-1:], *parameters[:-1]])}" if cursor else href


@oddity()
class EncodingInLowerCase(Api):
    """Links are percent-encoded in lower case, and more than they need be."""

    def encoded(self, value: str) -> str:
        encoded = re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), super().encoded(value))
        return encoded.replace("-", "%2d")


@oddity()
class FiltersInTheCursor(Api):
    """Links with a cursor leave the filters out: the cursor carries them."""

    def cursor(self, query: Query, mark: Mark) -> str:
        return f"{super().cursor(query, mark)}.{orjson.dumps(query.given).hex()}"

    def mark(self, query: Query, cursor: str) -> Mark:
        return super().mark(query, cursor.rpartition(".")[0])

    def query(self, listing: Listing, conversation: int, root: str, query_string: str) -> Query:
        query = super().query(listing, conversation, root, query_string)
        if query.cursor is None:
            return query
        try:
            given = orjson.loads(bytes.fromhex(query.cursor.rpartition(".")[2]))
            carried = {str(name): str(value) for name, value in given if name in listing.filters}
        except (ValueError, TypeError):
            raise bad_parameter("cursor", "is not one of this listing") from None
        values = carried | dict(query.given)
        filters = self.filters(listing, values)
        return query._replace(filters=filters, given=tuple(values.items()))

    def href(self, query: Query, stem: str, cursor: str | None) -> str:
        return super().href(query, stem if cursor is None else self.stem(query._replace(given=())), cursor)


@oddity()
class EverythingInTheCursor(Api):
    """Links with a cursor have no other parameter: the cursor carries order, page size and filters."""

    def cursor(self, query: Query, mark: Mark) -> str:
        return f"{super().cursor(query, mark)}.{orjson.dumps(self.kept(query)).hex()}"

    def mark(self, query: Query, cursor: str) -> Mark:
        return super().mark(query, cursor.rpartition(".")[0])

    def parameters(self, listing: Listing, query_string: str) -> dict[str, str]:
        values = super().parameters(listing, query_string)
        carried: dict[str, str] = {}
        try:
            for part in values.get("cursor", "").split(".")[1:]:
                carried |= {str(name): str(value) for name, value in orjson.loads(bytes.fromhex(part))}
        except (ValueError, TypeError):
            raise bad_parameter("cursor", "is not one of this listing") from None
        return {name: value for name, value in carried.items() if name in listing.parameters} | values

    def href(self, query: Query, stem: str, cursor: str | None) -> str:
        return super().href(query, stem if cursor is None else stem.partition("?")[0], cursor)


@oddity()
class DatesInOneForm(Api):
    """Links write dates in one form, in UTC and with milliseconds, however they were written."""

    def kept(self, query: Query) -> list[tuple[str, str]]:
        return [(name, self._same(value) if "date" in name else value) for name, value in super().kept(query)]

    def _same(self, text: str) -> str:
        """The same instant in the one form; as it was where that has no room for it."""
        instant = read_instant(text)
        if instant is None or instant.more or not _YEAR_ONE <= instant.milliseconds < _YEAR_TEN_THOUSAND:
            return text
        return write_instant(instant.milliseconds)


@oddity()
class SizeBoundToTheCursor(Api):
    """A cursor is refused where the page size is not the one that it was given for."""

    def bound_to(self, query: Query) -> tuple[object, ...]:
        return *super().bound_to(query), query.size


@oddity()
class ExtraLinks(Api):
    """There are more links than are documented, one of them a template."""

    def links(self, query: Query, page: Page, own: str) -> Json:
        links = super().links(query, page, own)
        find = {"href": f"{query.root}{query.path}{{?page_size,order}}", "templated": True}
        return {"curies": [], **links, "find": find, "last": links["self"] if not page.followed else None}

    def self_link(self, href: str) -> Json:
        return super().self_link(href) | {"up": {"href": href.rpartition("/")[0], "title": "all of them"}}


@oddity(should="links.ends")
class EmptyPageAtTheEnd(Api):
    """A full last page has a `next`, which leads to an empty page: nobody looks ahead."""

    def followed(self, query: Query, rows: Sequence[int], stop: int) -> bool:
        full = 0 < stop == len(rows) and stop % query.size == 0
        return super().followed(query, rows, stop) or full


@oddity(should="links.ends")
class NextOnEveryPage(Api):
    """Every page with items has a `next`; that of the last one, full or not, leads to an empty page."""

    def links(self, query: Query, page: Page, own: str) -> Json:
        return super().links(query, page._replace(followed=bool(page.items)), own)

    def previous_mark(self, query: Query, page: Page) -> Mark | None:
        rows = self.rows(query)
        if page.items or not rows:
            return super().previous_mark(query, page)
        start = (len(rows) - 1) // query.size * query.size
        return Mark(FROM, self.shown(query, rows, start, start + 1)[0])


@oddity(should="pages.full")
class ShortOfTwo(Api):
    """Pages of six to ninety-nine items lack two, and say so in no way."""

    def limit(self, query: Query) -> int:
        size = super().limit(query)
        return size - 2 if 6 <= size < 100 else size
