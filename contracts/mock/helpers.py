"""What several faults and oddities share."""

# ruff: noqa: ARG002, D102 - steps keep their parameters; the class says what they do

from base64 import b64decode, b64encode
from collections.abc import Sequence
from urllib.parse import urlencode

import orjson

from contracts.mock.api import Api
from contracts.mock.errors import bad_parameter
from contracts.mock.items import Json
from contracts.mock.queries import Filters, Mark, Page, Query

TIMED = ("conversations", "events")
CURSORED = ("conversations", "users")
INSIDE = ("members", "events")
PLAIN = ("users", "members")


def rewritten(text: bytes, members: Json) -> bytes:
    """The JSON text of an item with some members changed or added."""
    return orjson.dumps(orjson.loads(text) | members)


class Reworked(Api):
    """For conversations whose id or name is worked out in another way."""

    def conversation_text(self, conversation: int, root: str) -> bytes:
        identity, name = self.conversation_id(conversation), self.conversation_name(conversation)
        link = self.self_link(f"{root}/conversations/{identity}")
        return rewritten(super().conversation_text(conversation, root), {"id": identity, "name": name, "_links": link})


class Edited(Api):
    """For pages that show items in another way than single items are shown."""

    def edited(self, query: Query, item: Json) -> Json:
        return item

    def texts(self, query: Query, page: Page) -> list[bytes]:
        return [orjson.dumps(self.edited(query, orjson.loads(text))) for text in super().texts(query, page)]


class Rearranged(Api):
    """For rows in an order of their own: an item's place is where it stands, not where its index belongs."""

    def rank(self, query: Query, rows: Sequence[int], item: int, *, past: bool) -> int:
        if item in rows:
            return rows.index(item) + past
        return super().rank(query, rows, item, past=past)


class FilteredLate(Api):
    """For pages that are cut from more than passes the filters: a page's items are those before it is filtered.

    `late` are the filters that are left for then.
    """

    late: tuple[str, ...] = Filters._fields

    def rows(self, query: Query) -> Sequence[int]:
        return super().rows(query._replace(filters=query.filters._replace(**dict.fromkeys(self.late))))

    def passing(self, query: Query) -> Sequence[int]:
        return super().rows(query)

    def passed(self, query: Query, page: Page) -> Sequence[int]:
        passing = self.passing(query)
        return [one for one in page.items if one in passing]

    def texts(self, query: Query, page: Page) -> list[bytes]:
        return super().texts(query, page._replace(items=self.passed(query, page)))


class Unbound(Api):
    """Cursors that open anywhere, so that a request which lost its filters or order is not refused."""

    def bound_to(self, query: Query) -> tuple[object, ...]:
        return ()


class Carrying(Api):
    """Cursors that open beside any query of their listing, and know the one that they were given for."""

    def bound_to(self, query: Query) -> tuple[object, ...]:
        return query.listing.name, query.conversation

    def cursor(self, query: Query, mark: Mark) -> str:
        carried = urlencode([("order", "desc" if query.descending else "asc"), ("page_size", query.size), *query.given])
        return f"{carried.encode().hex()}-{super().cursor(query, mark)}"

    def mark(self, query: Query, cursor: str) -> Mark:
        return super().mark(query, cursor.partition("-")[2])

    def given_for(self, query: Query) -> Query:
        """The query that the cursor of this one was given for; refuses what is no such cursor."""
        cursor = query.cursor or ""
        try:
            carried = bytes.fromhex(cursor.partition("-")[0]).decode()
        except ValueError:
            raise bad_parameter("cursor", "is not one that this listing gave") from None
        return self.query(query.listing, query.conversation, query.root, carried)._replace(cursor=cursor)


class Base64(Api):
    """Cursors in base64 with `+`, `/` and `=`, which an address must encode."""

    def armour(self, raw: bytes) -> str:
        return b64encode(b"\xfb\xef" + raw).decode()

    def unarmour(self, cursor: str) -> bytes:
        try:
            raw = b64decode(cursor, validate=True)
        except ValueError:
            return b""
        return raw[2:] if b64encode(raw).decode() == cursor else b""
