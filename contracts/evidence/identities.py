"""Plans for requests of a second identity: its own listings, and what belongs to the first one, which it must not see."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from contracts.crawl.crawler import Blocked, Lacking
from contracts.findings.clause import EvidenceKind, Trial
from contracts.paging import instants
from contracts.paging.filter_values import DOCUMENTED_TYPES
from contracts.paging.listings import CONVERSATIONS, EVENTS, Listing, Scope, member
from contracts.paging.queries import ASCENDING, Query
from contracts.paging.units import ceil_div
from contracts.paging.urls import cursor_of, parameters_of, split, unusable
from contracts.transport.errors import OtherRefusedError
from contracts.transport.identities import OTHER

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from contracts.crawl.cache import CrawlCache
    from contracts.paging.pages import Answer, Page

REFUSED = (401, 403)
FOLLOWED = 4
"""Pages of the second identity's own walks: two show all that it has, unless others come behind."""


@dataclass(frozen=True, eq=False)
class Crossing:
    """What one identity, the second one unless `backwards`, got for one request, or for a walk.

    `owned` is what belongs to the other of them alone, by id, and a page on which that one saw it: items; for events
    conversations, as the ids of events are numbers that may come again in any other.
    """

    what: str
    answers: tuple[Answer, ...]
    owned: Mapping[Hashable, Page]
    backwards: bool = False


def _crossings(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    listing, shared = scope.listing, cache.crawler.shared
    if shared is None:
        return
    if listing.name in shared:
        raise Lacking(f"a listing that one identity has alone; other.shared names {listing}")
    tried = _tried(cache, listing)
    if tried is None:
        raise Lacking("a conversation that one identity has alone; other.shared names conversations")
    if scope != tried:
        return
    theirs = _own(cache, CONVERSATIONS if listing.nested else listing)
    owned = _owned(cache, scope)
    if not owned:
        raise Lacking("an item")
    if not listing.nested:
        yield from _own_listing(scope, theirs, owned)
    yield from _strangers_requests(cache, scope, owned)
    yield from _backwards(cache, scope)


def _tried(cache: CrawlCache, listing: Listing) -> Scope | None:
    """The scope that is tried: of a nested listing the first chosen one whose conversation the first identity has alone."""
    return next((scope for scope in cache.chosen(listing) if not _common(cache, scope)), None)


def _common(cache: CrawlCache, scope: Scope) -> bool:
    """Whether a listing is that of a conversation which both identities see on purpose, or may see."""
    if not scope.listing.nested or "conversations" not in (cache.crawler.shared or ()):
        return False
    own = _own(cache, CONVERSATIONS)
    return scope.conversation in own.ids or not own.ends


def _own(cache: CrawlCache, listing: Listing) -> Page:
    """What the second identity has of a listing, asked for just after the first one asked for the same."""
    return cache.shared(f"{listing} of the other identity", partial(_read_own, cache, Scope(listing)))


def _read_own(cache: CrawlCache, scope: Scope) -> Page:
    url = cache.crawler.url(scope, ASCENDING.parameters)
    cache.crawler.probe(scope, url)
    answer = cache.crawler.probe(scope, url, credential=OTHER)
    if answer.exchange.status in REFUSED:
        raise OtherRefusedError(url, f"status {answer.exchange.status}")
    if answer.flaw is not None:
        raise Blocked("pages.envelope", f"{scope}, asked for by the other identity, gave {answer.flaw}")
    return answer.page


def _owned(cache: CrawlCache, scope: Scope) -> dict[Hashable, Page]:
    """What belongs to the first identity alone, and where it saw that."""
    owned: dict[Hashable, Page] = {}
    for each in cache.every(scope.listing):
        if _common(cache, each):
            continue
        with suppress(Blocked, Lacking):
            for page in cache.walk(each, ASCENDING).pages:
                owned.update(dict.fromkeys(_names(page), page))
    return owned


def _names(page: Page) -> tuple[Hashable, ...]:
    """By what it is known whose the items of a page are."""
    return (page.scope.conversation,) if page.scope.listing == EVENTS and page.items else page.ids


def _own_listing(scope: Scope, own: Page, owned: Mapping[Hashable, Page]) -> Iterator[Trial]:
    """The second identity's listing in one go, and on a few pages in either order."""
    what = f"its own {scope}"
    yield Trial(scope, what, lambda cache: Crossing(what, (_own(cache, scope.listing).answer,), owned))
    for order in ("asc", "desc") if own.items else ():
        yield Trial(
            scope,
            f"{what} with order={order} and next",
            partial(_walk, scope=scope, query=_halves(own, order), owned=owned),
        )


def _halves(own: Page, order: str = "asc") -> Query:
    """What gives a listing in two pages."""
    return Query(order=order).sized(ceil_div(len(own.items), 2))


def _walk(cache: CrawlCache, scope: Scope, query: Query, owned: Mapping[Hashable, Page]) -> Crossing:
    return Crossing(f"its own {scope} with {query} and next", _walked(cache, scope, query), owned)


def _walked(cache: CrawlCache, scope: Scope, query: Query) -> tuple[Answer, ...]:
    """The first pages of the second identity's own listing."""
    return cache.shared(f"{scope} of the other identity with {query}", lambda: tuple(_follow(cache, scope, query)))


def _follow(cache: CrawlCache, scope: Scope, query: Query) -> Iterator[Answer]:
    url = cache.crawler.url(scope, query.parameters)
    for _ in range(FOLLOWED):
        answer = cache.crawler.probe(scope, url, credential=OTHER)
        yield answer
        url = answer.page.links.get("next", "") if answer.flaw is None else ""
        if not _usable(cache, url):
            return


@dataclass(frozen=True)
class _Request:
    """Something of the first identity that the second one asks for; `after_owner` says that the first one does just before."""

    what: str
    scope: Scope
    url: str
    after_owner: bool = False

    @property
    def key(self) -> object:
        """What is the same for two URLs that ask for the same."""
        parts = split(self.url)
        return parts.scheme, parts.netloc, parts.path, tuple(sorted(parameters_of(self.url)))


def _strangers_requests(cache: CrawlCache, scope: Scope, owned: Mapping[Hashable, Page]) -> Iterator[Trial]:
    """Requests of the second identity for what the first one has, each of another kind."""
    first, page = _pages(cache, scope)
    requests = (*_links(page), *_cursors(cache, first, page), *_queries(cache, first, page), *_items(page))
    asked = {each.key: each for each in reversed(requests) if _usable(cache, each.url)}
    for each in reversed(asked.values()):
        yield Trial(scope, each.what, partial(_asked, request=each, owned=owned))


def _asked(cache: CrawlCache, request: _Request, owned: Mapping[Hashable, Page]) -> Crossing:
    if request.after_owner:
        cache.crawler.probe(request.scope, request.url)
    return Crossing(request.what, (cache.crawler.probe(request.scope, request.url, credential=OTHER),), owned)


def _pages(cache: CrawlCache, scope: Scope) -> tuple[Page, Page]:
    """The first page of the first identity, and one from the middle, read now: all of its links lead somewhere."""
    length = len(cache.walk(scope, ASCENDING).ids)
    queries = [each for each in cache.plain_queries(scope) if each.order == "asc" and 2 * (each.size or 0) < length]
    first = cache.first(scope, max(queries, key=lambda each: each.size or 0, default=Query(page_size="1", order="asc")))
    href = first.links.get("next", "")
    second = cache.crawler.probe(scope, href) if _usable(cache, href) else first.answer
    return first, second.page if second.flaw is None else first


def _links(page: Page) -> Iterator[_Request]:
    yield _Request(f"a page of {page.scope}", page.scope, page.exchange.url)
    for rel, href in page.links.items():
        yield _Request(f"{rel} of a page of {page.scope}", page.scope, href)


def _items(page: Page) -> Iterator[_Request]:
    for item in page.items[:1]:
        href = member(item, "_links", "self", "href")
        what = f"the self link of an item of {page.scope}"
        yield from [_Request(what, page.scope, href, after_owner=True)] if isinstance(href, str) else []


def _cursors(cache: CrawlCache, first: Page, page: Page) -> Iterator[_Request]:
    """A cursor by itself, for a listing that the second identity may ask for."""
    cursor = cursor_of(page.links.get("next", "")) or cursor_of(page.links.get("self", ""))
    place = _place_of_the_other(cache, page.scope.listing)
    if cursor and place:
        url = cache.crawler.url(place, {**first.asked.parameters, "cursor": cursor})
        yield _Request(f"its own {place.listing} by a cursor of {page.scope}", place, url)


def _place_of_the_other(cache: CrawlCache, listing: Listing) -> Scope | None:
    """A listing of the second identity; None where it is nested, and that one has no conversation to itself."""
    if not listing.nested:
        return Scope(listing)
    alone = "conversations" not in (cache.crawler.shared or ())
    names = (name for name in _own(cache, CONVERSATIONS).ids if alone and name not in cache.conversations)
    return next((Scope(listing, name) for name in names if isinstance(name, str)), None)


def _queries(cache: CrawlCache, first: Page, page: Page) -> Iterator[_Request]:
    """What the first identity has, by each parameter: an item of it would come first, were it not hidden."""
    scope = page.scope
    descending = [{"order": "desc"}] if scope.listing.nested else []
    yield _Request(f"{scope}", scope, cache.crawler.url(scope, first.asked.parameters))
    for parameters in (*descending, *_filters(page)):
        what = f"{scope} with {' and '.join(parameters)}"
        yield _Request(what, scope, cache.crawler.url(scope, parameters))


def _filters(page: Page) -> Iterator[dict[str, str]]:
    item, kinds = page.items[0] if page.items else None, [member(item, "type") for item in page.items]
    if page.scope.listing == CONVERSATIONS:
        created = instants.parse(member(item, "timestamp", "created"))
        if created is not None:
            yield {"date_start": instants.text(created.nanoseconds - instants.SECOND), "page_size": "100"}
            before = instants.text(created.nanoseconds + instants.SECOND)
            yield {"date_end": before, "order": "desc", "page_size": "100"}
    elif page.scope.listing == EVENTS and isinstance(number := member(item, "id"), int):
        yield {"start_id": str(number)}
        yield {"end_id": str(number)}
        yield from ({"event_type": kind} for kind in DOCUMENTED_TYPES if kind in kinds[:1])


def _backwards(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    """Requests of the first identity for what the second one has: it may be one that sees more than others."""
    place = _place_of_the_other(cache, scope.listing)
    if place is None:
        return
    answers = _walked(cache, place, ASCENDING if scope.listing.nested else _halves(_own(cache, scope.listing)))
    pages = [each.page for each in answers if each.flaw is None]
    owned = {name: page for page in pages for name in _names(page)}
    for each in _offered(pages[0]) if owned else ():
        if _usable(cache, each.url):
            yield Trial(scope, f"{each.what}, which the other has", partial(_returned, request=each, owned=owned))


def _offered(page: Page) -> Iterator[_Request]:
    """What the first identity asks for: a conversation of the other, or a link and an item."""
    if page.scope.listing.nested:
        yield _Request(f"{page.scope}", page.scope, page.exchange.url)
    else:
        yield _Request(f"next of a page of {page.scope}", page.scope, page.links.get("next", ""))
        yield from _items(page)


def _returned(cache: CrawlCache, request: _Request, owned: Mapping[Hashable, Page]) -> Crossing:
    answer = cache.crawler.probe(request.scope, request.url)
    return Crossing(request.what, (answer,), owned, backwards=True)


def _usable(cache: CrawlCache, url: str) -> bool:
    return not unusable(url) and cache.crawler.may_follow(url)


CROSSINGS = EvidenceKind("request of the other identity", "requests of the other identity", "sent", _crossings)
