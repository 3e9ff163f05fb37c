"""Oddities of links that write a parameter twice, with one value."""

# ruff: noqa: D102 - steps keep their parameters; the class says what they do

from contracts.mock.api import Api
from contracts.mock.items import Json
from contracts.mock.queries import Listing, Page, Query
from contracts.mock.registry import oddity


class _Tolerant(Api):
    """A parameter may be given twice, as long as both say the same."""

    def parameters(self, listing: Listing, query_string: str) -> dict[str, str]:
        return super().parameters(listing, "&".join(dict.fromkeys(query_string.split("&"))))


@oddity(should="links.parameters")
class SizeAndOrderTwice(_Tolerant):
    """Links name order and page size twice: the paginator adds both to an address that already has them."""

    def kept(self, query: Query) -> list[tuple[str, str]]:
        kept = super().kept(query)
        return [*kept, *(pair for pair in kept if pair[0] in ("order", "page_size"))]


@oddity(should="links.parameters")
class FiltersTwiceBehindCursors(_Tolerant):
    """`next` and `prev` name each filter twice: once from the request, once from what the cursor was made for."""

    def links(self, query: Query, page: Page, own: str) -> Json:
        links = super().links(query, page, own)
        twice = super().links(query._replace(given=(*query.given, *query.given)), page, own)
        return {name: twice[name] if name in ("next", "prev") else link for name, link in links.items()}


@oddity(should="links.parameters")
class CursorTwice(_Tolerant):
    """Every link behind a cursor names it twice: the router keeps it, and so does the serializer."""

    def href(self, query: Query, stem: str, cursor: str | None) -> str:
        href = super().href(query, stem, cursor)
        return href if cursor is None else f"{href}&{href.rpartition('&')[2]}"
