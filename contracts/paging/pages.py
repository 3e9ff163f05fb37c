"""An answer to a listing's GET, and the page in it: frozen, parsed once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING

import orjson

from contracts.paging.clipping import clipped
from contracts.paging.exchanges import Exchange, Unparsable
from contracts.paging.folding import folded
from contracts.paging.listings import Item, Scope, member
from contracts.paging.pointers import nearest
from contracts.paging.shelf import RECENT, SHELF, Shelved

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from contracts.paging.queries import Query
    from contracts.paging.urls import Origin

OK = 200
MOST = 1_000
"""Items of a page, and members of a page and of an item, that are looked at; a hundred items are allowed."""

MOST_POINTERS = 12
"""Ids that are pointed to at most: who reads a violation needs no more."""

MEMBERS = ("page_size", "cursor", "_embedded", "_links")
"""Of a page: those that the description names, and that clauses look at."""

SHORT_LINKS = 4096
"""Characters of all links of a page that are kept; longer ones are read again when they are needed."""

LONG_ID = 1000
"""Characters of an id that is kept; of a longer one its beginning, its length and its digest."""

RELATIONS = ("first", "self", "next", "prev")


@dataclass(frozen=True, eq=False)
class Answer:
    """An answer to a GET of a listing.

    `asked` is what the client wants: on a page behind a link, what it asked for on the page where it began.
    `via` is the relation of the link that led here, None where the client built the URL itself. `hostile` says that
    the request was not one that the description promises a page for. `origins` are those that links may lead to.
    """

    exchange: Exchange
    scope: Scope
    asked: Query
    via: str | None = None
    negative: bool = False
    origins: frozenset[Origin] = frozenset()

    @cached_property
    def flaw(self) -> str | None:
        """Why this is not a page (pages.envelope) or none that is looked at (pages.size-bound), or None where it is one."""
        return self._no_page or self.crowd or None

    @cached_property
    def _no_page(self) -> str | None:
        exchange, listing = self.exchange, self.scope.listing.name
        if exchange.status != OK:
            where = exchange.headers.get("location", "")
            return f"status {exchange.status}" + (f", to {clipped(where)}, which is not followed" if where else "")
        if exchange.media_type != "application/json":
            return f"content type {exchange.headers.get('content-type', 'missing')!r}"
        if isinstance(exchange.json, Unparsable):
            return exchange.garbled or exchange.json.reason
        if not isinstance(exchange.json, Mapping):
            return f"the body is not an object: {abbreviate(exchange.json)}"
        found = member(exchange.json, "_embedded", "data", listing)
        return None if isinstance(found, list) else f"_embedded.data.{listing} is {abbreviate(found)}"

    @property
    def flawed_clause(self) -> str:
        """The clause that says that there is a `flaw`."""
        if self.crowd:
            return "pages.size-bound"
        return "pages.decodable" if self.flaw is not None and self.flaw == self.exchange.garbled else "pages.envelope"

    @cached_property
    def crowd(self) -> str:
        """What there is too much of in a page to be looked at; empty where there is not."""
        if self._no_page:
            return ""
        listing, body = self.scope.listing.name, self.exchange.json
        items = member(body, "_embedded", "data", listing)
        if len(items) > MOST:
            return f"_embedded.data.{listing} holds {len(items):,} items; {MOST:,} are looked at, 100 allowed"
        widest = max((len(item) for item in items if isinstance(item, dict)), default=0)
        what, most = max(("the page", len(body)), ("an item", widest), key=itemgetter(1))
        return f"{what} holds {most:,} members; {MOST:,} are looked at" if most > MOST else ""

    @property
    def plain(self) -> bool:
        """Whether this answers what the simplest client asks: a first page without filters, its size and order legal."""
        return not (self.negative or self.via or self.asked.filters or "cursor=" in self.exchange.url)

    @property
    def sort(self) -> str:
        """What came in a word or two: "page", or the status and the media type, like "404 text/html"."""
        return "page" if self.flaw is None else f"{self.exchange.status} {self.exchange.media_type}".strip()

    @property
    def flaw_header(self) -> str | None:
        """The header that `flaw` is about, where it is there."""
        flawed = self.exchange.status == OK and self.exchange.media_type != "application/json"
        return "content-type" if flawed and "content-type" in self.exchange.headers else None

    @property
    def flaw_pointer(self) -> str | None:
        """The JSON pointer to what `flaw` is about in the body; None where it is about status or headers."""
        if self.exchange.status != OK or self.exchange.media_type != "application/json":
            return None
        return nearest(self.exchange.json, "_embedded", "data", self.scope.listing.name)

    @cached_property
    def page(self) -> Page:
        """The page in this answer; only where there is no `flaw`."""
        assert self.flaw is None, self.flaw
        return Page(self)

    def __repr__(self) -> str:
        return f"{self.scope} with {self.asked}" + (f", behind {self.via}" if self.via else "")


@dataclass(frozen=True, eq=False)
class Page:
    """A page of a listing."""

    answer: Answer

    @property
    def body(self) -> Mapping[str, Item]:
        """The JSON object, as far as anything is promised of it."""
        body: Mapping[str, Item] = RECENT.once(self, lambda: SHELF.get(self._promised), orjson.loads)
        return body

    @cached_property
    def _promised(self) -> Shelved:
        """What the body says, without what further members hold: thousands of pages are kept, and read many times."""
        said: Mapping[str, Item] = self.answer.exchange.json
        listing = self.scope.listing.name
        items = [folded(item) for item in member(said, "_embedded", "data", listing)]
        promised = {name: said[name] for name in MEMBERS if name in said} | {"_embedded": {"data": {listing: items}}}
        return SHELF.put(orjson.dumps(promised))

    @property
    def scope(self) -> Scope:
        """The listing that this is a page of."""
        return self.answer.scope

    @property
    def asked(self) -> Query:
        """What the client wants."""
        return self.answer.asked

    @property
    def exchange(self) -> Exchange:
        """The request and the answer."""
        return self.answer.exchange

    @property
    def items(self) -> Sequence[Item]:
        """The items in their order."""
        items: Sequence[Item] = member(self.body, "_embedded", "data", self.scope.listing.name)
        return items

    @cached_property
    def ids(self) -> tuple[Hashable, ...]:
        """The items' ids in their order."""
        return tuple(identity(item) for item in self.items)

    @property
    def links(self) -> Mapping[str, str]:
        """The hrefs of first, self, next and prev that are there and are strings."""
        if "links" in vars(self):
            kept: Mapping[str, str] = vars(self)["links"]
            return kept
        found = {rel: member(self.body, "_links", rel, "href") for rel in RELATIONS}
        links = {rel: href for rel, href in found.items() if isinstance(href, str)}
        if sum(map(len, links.values())) <= SHORT_LINKS:
            vars(self)["links"] = links
        return links

    @property
    def hollow(self) -> tuple[str, ...]:
        """The relations that are named and lead nowhere: null, or something without an href."""
        named = member(self.body, "_links")
        return tuple(rel for rel in RELATIONS if isinstance(named, dict) and rel in named and rel not in self.links)

    @property
    def ends(self) -> bool:
        """Whether a client stops here: nothing is said to follow. An empty page may have a next, and more behind it."""
        return "next" not in self.links

    def pointer(self, *path: str | int) -> str:
        """The JSON pointer to a value of the body; where the path ends before, to the value that lacks the rest."""
        return nearest(self.body, *path)

    def item_pointer(self, index: int, *path: str | int) -> str:
        """The pointer to an item, or to a value in it; to the list of items, where there is no such item."""
        return self.pointer("_embedded", "data", self.scope.listing.name, index, *path)

    @property
    def items_pointer(self) -> str:
        """The pointer to the list of items."""
        return self.pointer("_embedded", "data", self.scope.listing.name)

    def key_pointer(self, index: int) -> str:
        """The pointer to what an item is sorted by."""
        return self.item_pointer(index, *self.scope.listing.key_path)

    def id_pointers(self, ids: Collection[Hashable]) -> tuple[str, ...]:
        """Pointers to these ids, so many at most; to the list of items, where none of them is on the page."""
        met = (index for index, each in enumerate(self.ids) if each in ids)
        return tuple(self.item_pointer(index, "id") for index in islice(met, MOST_POINTERS)) or (self.items_pointer,)

    def differing_pointer(self, wanted: Sequence[Hashable]) -> str:
        """The pointer to the first id that is not the one wanted there; to the list of items, where there is none."""
        pairs = enumerate(zip(self.ids, wanted, strict=False))
        index = next((index for index, (one, other) in pairs if one != other), len(wanted))
        return self.item_pointer(index, "id")

    def link_pointer(self, rel: str) -> str:
        """The pointer to the href of a link; to `_links`, where there is no such link."""
        return self.pointer("_links", rel, "href")

    def __repr__(self) -> str:
        return f"{self.answer}: {abbreviate_ids(self.ids)}"


def identity(item: Item) -> Hashable:
    """An item's id; where it has none that can be compared, its JSON text."""
    found = member(item, "id")
    if isinstance(found, int) or (isinstance(found, str) and len(found) <= LONG_ID):
        return found
    text = found.encode() if isinstance(found, str) else canonical(item)
    if len(text) <= LONG_ID:
        return text
    beginning = text[: LONG_ID // 10].decode("utf-8", "ignore")
    return f"{beginning}… ({len(text):,} bytes, {blake2b(text, digest_size=8).hexdigest()})"


def canonical(value: Item) -> bytes:
    """The JSON text of a value, with sorted names: equal for equal values."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def abbreviate(value: object, limit: int = 120) -> str:
    """A JSON value as a message shows it, cut where it is long; "missing" for what is not there."""
    if value is None:
        return "missing or null"
    return clipped(canonical(value).decode(), limit)


def abbreviate_ids(ids: Sequence[Hashable], limit: int = 12) -> str:
    """Ids as a message shows them: their number and the first and last of them."""
    shown = [*ids[: limit - 2], "…", *ids[-2:]] if len(ids) > limit else ids
    words = [clipped(str(value), 80) for value in shown]
    return f"{len(ids)} item{'' if len(ids) == 1 else 's'} [{', '.join(words)}]"
