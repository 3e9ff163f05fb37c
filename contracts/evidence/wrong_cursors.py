"""Plans for cursors that nobody should send: garbage, broken ones, and those of other listings."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import unquote

from contracts.crawl.crawler import Forbidden, Silent
from contracts.evidence.negative import Probe, next_cursor
from contracts.findings.clause import EvidenceKind, Trial
from contracts.paging.clipping import clipped
from contracts.paging.listings import LISTINGS, Item, Scope, member
from contracts.paging.pages import identity
from contracts.paging.queries import ASCENDING
from contracts.paging.urls import split

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from contracts.crawl.cache import CrawlCache
    from contracts.paging.pages import Answer

GARBAGE_CURSORS = ("garbage", "AAAA", "e30", "%00", "'; --", "9" * 40, "Ω", "c" * 2_500)


def _broken(cursor: str) -> dict[str, str]:
    middle = len(cursor) // 2
    other = next(each for each in "AB" if each != cursor[middle : middle + 1])
    return {
        "a cursor without its last character": cursor[:-1],
        "a cursor without its last two": cursor[:-2],
        "a cursor without its last four": cursor[:-4],
        "half a cursor": cursor[: middle // 4 * 4],  # a multiple of four: still legal Base64
        "a changed cursor": cursor[:middle] + other + cursor[middle + 1 :],
        "a cursor twice": cursor * 2,
    }


def _cursors(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    if scope not in cache.chosen(scope.listing)[:2]:
        return

    def observe(cache: CrawlCache, what: str, cursor: str) -> Probe:
        answer = cache.crawler.probe(scope, cache.crawler.url(scope, {"page_size": "3", "cursor": cursor}))
        return Probe(what, answer, legal_page=True, own=belonging(cache, answer))

    stolen = {}
    for other in _elsewhere(cache, scope):
        cursor = next_cursor(cache, other)
        if cursor:
            stolen[f"the cursor of {other}"] = cursor
    mine = next_cursor(cache, scope)
    garbage = {f"cursor={clipped(value)}": value for value in GARBAGE_CURSORS}
    for what, cursor in {**garbage, **(_broken(mine) if mine else {}), **stolen}.items():
        yield Trial(scope, what, partial(observe, what=what, cursor=cursor))


def belonging(cache: CrawlCache, answer: Answer) -> frozenset[Hashable]:
    """The ids of the listing that was asked, without those that an answer shows for items of another conversation.

    The listing is read again where an answer shows others: they may have been added. Of one that is too long to be read
    completely, unread items belong there as far as they say themselves.
    """
    scope, snapshot = answer.scope, cache.snapshot(answer.scope)
    own = set(snapshot.ids)
    page = answer.page if answer.flaw is None else None
    if page is None:
        return frozenset(own)
    if not own.issuperset(page.ids):
        own.update(cache.crawler.walk(scope, cache.everything(scope)).ids)
    if cache.everything(scope) != ASCENDING:
        own.update(each for each in page.ids if str(each).startswith(scope.listing.prefix))
    homes = set().union(*map(_homes, snapshot.items))
    return frozenset(own - {identity(item) for item in page.items if homes and _homes(item) - homes})


def _homes(item: Item) -> frozenset[str]:
    """The conversations that an item says it is of."""
    words = unquote(split(str(member(item, "_links", "self", "href"))).path).split("/")
    inside = [words[index + 1] for index, word in enumerate(words[:-3]) if word == "conversations"]
    named = member(item, "conversation_id")
    return frozenset([*inside[-1:], *([named] if isinstance(named, str) else [])])


def _elsewhere(cache: CrawlCache, scope: Scope) -> Iterator[Scope]:
    for listing in LISTINGS:
        with suppress(Forbidden, Silent):
            yield from [other for other in cache.chosen(listing) if other != scope][:2]


CURSORS = EvidenceKind("wrong cursor", "wrong cursors", "tried", _cursors)
