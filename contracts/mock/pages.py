"""One page: which items, and what leads from it to others."""

# ruff: noqa: ARG002 - a step has the parameters that those who override it need

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote

import orjson

from contracts.mock.cursors import Cursors
from contracts.mock.items import Json
from contracts.mock.queries import (
    AFTER,
    BEFORE,
    CONVERSATIONS,
    EVENTS,
    FROM,
    START,
    UPTO,
    USERS,
    Mark,
    Page,
    Query,
)

_SHORT = 64  # characters; longer values are not remembered


@lru_cache(maxsize=4096)
def _encoded(value: str) -> str:
    return quote(value, safe="")


class Pages(Cursors):
    """Answers a query with a page.

    A listing is a sequence of item indexes in order of creation. The filters choose a part of it, the mark a
    place in that part, and the page size an end.
    """

    def page(self, query: Query) -> Page:
        """The page that a query asks for."""
        mark = None if query.cursor is None else self.mark(query, query.cursor)
        rows = self.rows(query)
        start, stop = self.cut(query, rows, mark)
        return Page(
            self.shown(query, rows, start, stop),
            self.preceded(query, rows, start),
            self.followed(query, rows, stop),
            mark,
        )

    def rows(self, query: Query) -> Sequence[int]:
        """The items that pass the filters, oldest first."""
        if query.listing is CONVERSATIONS:
            return self.conversation_rows(query)
        if query.listing is EVENTS:
            return self.event_rows(query)
        if query.listing is USERS:
            return range(self.user_count())
        return range(self.member_count(query.conversation))

    def conversation_rows(self, query: Query) -> Sequence[int]:
        """The conversations created within the dates, both excluded."""
        after, before = query.filters.after, query.filters.before
        low = 0 if after is None else self.created_before(after + 1)
        high = self.conversation_count() if before is None else self.created_before(before)
        return range(low, high)

    def event_rows(self, query: Query) -> Sequence[int]:
        """The events within the ids, both included, and of the type."""
        conversation, filters = query.conversation, query.filters
        low = 0 if filters.first_id is None else self.events_before(conversation, filters.first_id)
        high = self.event_count(conversation)
        if filters.last_id is not None:
            high = self.events_before(conversation, filters.last_id + 1)
        if filters.kind is not None:
            return self.events_of_type(conversation, filters.kind, low, high)
        return range(low, high)

    def cut(self, query: Query, rows: Sequence[int], mark: Mark | None) -> tuple[int, int]:
        """Where the page starts and stops, counted in the order asked for."""
        size = self.limit(query)
        if mark is None or mark.kind == START:
            return 0, min(size, len(rows))
        place = self.place(query, rows, mark.item, past=mark.kind in (AFTER, UPTO))
        if mark.kind in (BEFORE, UPTO):
            return max(0, place - size), place
        return place, min(place + size, len(rows))

    def limit(self, query: Query) -> int:
        """How many items the page may show."""
        return query.size

    def place(self, query: Query, rows: Sequence[int], item: int, *, past: bool) -> int:
        """How many rows, in the order asked for, come before an item; itself counted too where `past`."""
        if query.descending:
            return len(rows) - self.rank(query, rows, item, past=not past)
        return self.rank(query, rows, item, past=past)

    def rank(self, query: Query, rows: Sequence[int], item: int, *, past: bool) -> int:
        """How many rows are older than an item; itself counted too where `past`."""
        if type(rows) is range and rows.step == 1:
            return min(max(item + past - rows.start, 0), len(rows))
        return bisect_right(rows, item) if past else bisect_left(rows, item)

    def shown(self, query: Query, rows: Sequence[int], start: int, stop: int) -> Sequence[int]:
        """The items from start to stop in the order asked for."""
        if query.descending:
            return rows[len(rows) - stop : len(rows) - start][::-1]
        return rows[start:stop]

    def preceded(self, query: Query, rows: Sequence[int], start: int) -> bool:
        """Whether items precede the page."""
        return start > 0

    def followed(self, query: Query, rows: Sequence[int], stop: int) -> bool:
        """Whether items follow the page."""
        return stop < len(rows)

    def body(self, query: Query) -> Json:
        """The body that answers a query."""
        page = self.page(query)
        own = self.own_cursor(query, page)
        body: Json = {"page_size": self.size_shown(query, page)}
        if query.listing.shows_cursor:
            body["cursor"] = own
        body["_embedded"] = {"data": {query.listing.name: self.embedded(query, page)}}
        body["_links"] = self.links(query, page, own)
        return body

    def size_shown(self, query: Query, page: Page) -> int:
        """The `page_size` of the body: the size that was asked for."""
        return query.size

    def embedded(self, query: Query, page: Page) -> orjson.Fragment:
        """The items of the page as clients see them: an array as JSON text."""
        return orjson.Fragment(b"[%b]" % b",".join(self.texts(query, page)))

    def texts(self, query: Query, page: Page) -> list[bytes]:
        """The items of the page, each as JSON text."""
        return self.items(query.listing, query.conversation, page.items, query.root)

    def links(self, query: Query, page: Page, own: str) -> Json:
        """Links to the first page, this one, the next and the one before, where there are such."""
        stem = self.stem(query)
        links: Json = {
            "first": {"href": self.href(query, stem, None)},
            "self": {"href": self.href(query, stem, own)},
        }
        following = self.next_mark(query, page)
        if following is not None:
            links["next"] = {"href": self.href(query, stem, self.cursor(query, following))}
        preceding = self.previous_mark(query, page)
        if preceding is not None:
            links["prev"] = {"href": self.href(query, stem, self.cursor(query, preceding))}
        return links

    def own_cursor(self, query: Query, page: Page) -> str:
        """A cursor that leads to this very page: the one that did, or a new one."""
        if query.cursor is not None:
            return query.cursor
        return self.cursor(query, Mark(FROM, page.items[0]) if page.items else Mark(START))

    def next_mark(self, query: Query, page: Page) -> Mark | None:
        """Where the next page is, if there is one."""
        return Mark(AFTER, page.items[-1]) if page.followed and page.items else None

    def previous_mark(self, query: Query, page: Page) -> Mark | None:
        """Where the page before is, if there is one."""
        if not page.preceded:
            return None
        if page.items:
            return Mark(BEFORE, page.items[0])
        return Mark(UPTO if page.mark.kind == AFTER else BEFORE, page.mark.item) if page.mark else None

    def href(self, query: Query, stem: str, cursor: str | None) -> str:
        """The address of the page at a cursor, or of the first one."""
        if cursor is None:
            return stem
        plain = cursor.isalnum() and cursor.isascii()  # looked at here, because that costs less than a call
        return f"{stem}{'&' if '?' in stem else '?'}cursor={cursor if plain else self.encoded(cursor)}"

    def stem(self, query: Query) -> str:
        """The address that all links of a page begin with: everything but the cursor."""
        kept, encoded = self.kept(query), self.encoded
        pairs = "&".join(
            [f"{name}={value if value.isalnum() and value.isascii() else encoded(value)}" for name, value in kept]
        )
        return f"{query.root}{query.path}{pairs and '?'}{pairs}"

    def kept(self, query: Query) -> list[tuple[str, str]]:
        """The parameters that links keep: order and size always, and the filters as they were written."""
        order = "desc" if query.descending else "asc"
        return [("order", order), ("page_size", str(query.size)), *query.given]

    def encoded(self, value: str) -> str:
        """A value that does not consist of letters and digits as it stands in an address."""
        return _encoded(value) if len(value) <= _SHORT else quote(value, safe="")
