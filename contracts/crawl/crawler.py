"""Reads pages and walks from a target through one function that sends a request."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias
from urllib.parse import quote, urlencode, urlsplit

from contracts.paging.clipping import clipped
from contracts.paging.listings import CONVERSATIONS, Scope
from contracts.paging.pages import Answer, Page
from contracts.paging.queries import ASCENDING, DESCENDING, LARGEST_SIZE, Query
from contracts.paging.urls import Origin, origin, unusable
from contracts.paging.walks import Walk
from contracts.transport.errors import AbsentError, GivenUpError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from contracts.paging.exchanges import Exchange
    from contracts.paging.listings import Item, Listing
    from contracts.paging.units import Pages, Seconds

Parameters: TypeAlias = "Mapping[str, str | bytes | tuple[str, ...]]"
"""Of a query, by name; bytes are sent as they are, percent-encoded, and several values one after the other."""

GONE = (404, 410)
FORBIDDEN = 403
LOOKS = 2
"""Times that a conversation is looked for whose members or events are not found."""

END: Pages = 50
"""Pages of 100 conversations from either end of their listing in which one is looked for that was seen there."""

EMPTY: Pages = 50
"""Empty pages in a row after which a walk is cut."""

LAPS: Pages = 3
"""Pages with items, one after another, that hold exactly what an earlier page of a walk held, from which on it goes in a circle."""


class Send(Protocol):
    """Sends one request and gives the exchange back; raises where no answer came.

    `credential` is None for the target's own, empty for none, `OTHER` for that of the second identity, else the name of a
    wrong one that is made of the target's own.
    """

    def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, credential: str | None = None
    ) -> Exchange:
        """Send it."""


class Blocked(Exception):  # noqa: N818 - no error: it says what a clause cannot be decided for
    """Evidence could not be gathered, because the promise of another clause was broken on the way.

    `listing` is where it was broken; empty for the listing that the evidence is about.
    """

    def __init__(self, clause: str, reason: str, listing: str = "") -> None:
        super().__init__(clause, reason, listing)
        self.clause = clause
        self.reason = reason
        self.listing = listing

    def __str__(self) -> str:
        return f"needs {self.clause}: {self.reason}"


class Lacking(Exception):  # noqa: N818 - likewise
    """The target's data lack what a clause needs."""


class Forbidden(Blocked):
    """The credential may not read a listing: its plain page is forbidden, and none of it was served before."""

    def __init__(self, scope: Scope) -> None:
        super().__init__("", f"status {FORBIDDEN}; may the credential read {scope.listing.path}?", scope.listing.name)
        self.scope = scope

    def __str__(self) -> str:
        return f"{self.scope.listing} cannot be read: {self.reason}"


class Unreadable(Lacking):
    """A conversation that cannot be read any more, for no fault that a clause names; others may be read instead."""


class Vanished(Unreadable):
    """A conversation whose members or events were read, and which is gone: what it held says nothing any more."""


class Silent(Unreadable):
    """What was given up, as it cost too much time or did not answer."""

    def __init__(self, scope: Scope, reason: str) -> None:
        super().__init__(scope, reason)
        self.scope = scope
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


def ignore(_: object) -> None:
    """Watch nothing."""


@dataclass(eq=False)
class Crawler:
    """Reads a target; knows no cache, so whatever it gives is fresh. It notes only which conversations it met.

    Args:
        base_url: where the API stands; links may lead there and to `hosts` and nowhere else.
        send: the seam to the target.
        hosts: further origins (scheme, host, port) that links may lead to.
        watch: is shown every answer, page and walk as soon as it is there.
        page_limit: pages after which a walk is cut.
        wrong: the names of wrong credentials that `send` can make; None where the target is asked without any.
        unsafe: whether methods may be sent that could write.
        shared: names of listings that a second identity sees too, on purpose; None where there is no second identity.
    """

    base_url: str
    send: Send
    hosts: frozenset[Origin] = frozenset()
    watch: Callable[[object], None] = ignore
    page_limit: Pages = 1000
    wrong: tuple[str, ...] | None = None
    unsafe: bool = False
    shared: frozenset[str] | None = None
    origins: frozenset[Origin] = field(init=False)
    _looked: dict[str, int] = field(default_factory=dict, init=False)
    """How often a conversation was looked for and was there; it is not looked for more than `LOOKS` times."""
    listed: dict[Hashable, Item] = field(default_factory=dict, init=False)
    """All conversations that stood in their listing at some time, by id."""
    silent: set[Scope] = field(default_factory=set, init=False)
    """Listings that were given up."""
    _readable: dict[Scope, bool] = field(default_factory=dict, init=False)
    """Whether the credential may read a listing, as far as that is certain."""

    def __post_init__(self) -> None:
        self.origins = self.hosts | {origin(urlsplit(self.base_url))}

    def url(self, scope: Scope, parameters: Parameters) -> str:
        """The URL of a listing with these query parameters, percent-encoded."""
        query = urlencode(parameters, doseq=True, quote_via=quote)
        return f"{self.base_url}{scope.path}" + (f"?{query}" if query else "")

    def answer(self, url: str, scope: Scope, asked: Query, via: str | None = None) -> Answer:
        """What a GET of a URL gives, page or not.

        Raises:
            Vanished: the conversation is gone by now.
            AbsentError: the conversation, which the user named, never was there.
            Silent: the listing is given up.
            Forbidden: the credential may not read the listing.
        """
        self._check_right(scope)
        answer = Answer(self._ask(scope, url), scope, asked, via, origins=self.origins)
        if answer.exchange.status == FORBIDDEN and scope not in self._readable:
            self._readable[scope] = self._ask(scope, self.url(scope, {})).status != FORBIDDEN
            self._check_right(scope)
        if answer.exchange.status in GONE and scope.conversation is not None and self._vanished(scope.conversation):
            if scope.conversation not in self.listed:
                raise AbsentError(url, scope.conversation)
            raise Vanished(f"{scope.conversation}, which was deleted while it was read")
        self.watch(answer)
        if answer.flaw is None:
            self._readable[scope] = True
            self.watch(answer.page)
            if scope.listing == CONVERSATIONS:
                self.listed.update(zip(answer.page.ids, answer.page.items, strict=True))
        return answer

    def _ask(self, scope: Scope, url: str, method: str = "GET", **more: Any) -> Exchange:  # noqa: ANN401 - as of `Send`
        """What a request about a listing gives; `Silent` where its path is given up."""
        try:
            return self.send(method, url, **more)
        except GivenUpError as error:
            if method == "GET" and urlsplit(url).path == urlsplit(self.url(scope, {})).path:
                self.silent.add(scope)
            raise Silent(scope, str(error)) from None

    def _check_right(self, scope: Scope) -> None:
        """Raise `Forbidden` where the credential may not read a listing."""
        if not self._readable.get(scope, True):
            raise Forbidden(scope)

    def _closed(self, listing: Listing) -> bool:
        """Whether no scope of a listing may be read, by all that is certain."""
        if not listing.nested and Scope(listing) not in self._readable:
            self._readable[Scope(listing)] = self._ask(Scope(listing), self.url(Scope(listing), {})).status != FORBIDDEN
        found = [readable for scope, readable in [*self._readable.items()] if scope.listing == listing]
        return bool(found) and not any(found)

    def _vanished(self, conversation: str) -> bool:
        """Whether a conversation stands in the listing no more; one that was seen there twice, stays.

        Of a long listing both ends are read, where those stand that this suite chooses; of one that was never seen
        there, nothing is known then.
        """
        if self._looked.get(conversation, 0) >= LOOKS:
            return False
        known = conversation in self.listed
        try:
            walk = self.walk(Scope(CONVERSATIONS), ASCENDING, limit=END)
        except Silent:
            return False
        ids = set(walk.ids)
        if walk.complete and not walk.ended:
            ids |= set(self.walk(Scope(CONVERSATIONS), DESCENDING, limit=END).ids)
        self._looked[conversation] = self._looked.get(conversation, 0) + (conversation in ids)
        return walk.complete and bool(ids) and conversation not in ids and (walk.ended or known)

    def probe(
        self,
        scope: Scope,
        url: str,
        *,
        method: str = "GET",
        credential: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """What a request gives that the description promises no page for; raises as `answer` does."""
        exchange = self._ask(scope, url, method, headers=headers, credential=credential)
        own = method == "GET" and credential is None
        if own and exchange.status == FORBIDDEN and self._closed(scope.listing):
            raise Forbidden(scope)
        answer = Answer(exchange, scope, Query.of_url(url, scope.listing), negative=True, origins=self.origins)
        self.watch(answer)
        return answer

    def ask(self, scope: Scope, query: Query) -> Answer:
        """What a query gives, page or not."""
        return self.answer(self.url(scope, query.parameters), scope, query)

    def page(self, scope: Scope, query: Query) -> Page:
        """The page that a query gives; `Blocked` where it gives none."""
        return _page(self.ask(scope, query))

    def until(self, changed: Callable[[], bool], seconds: Seconds = 2.0) -> None:
        """Ask again and again until something changed, for so long at most."""
        end = time.monotonic() + seconds
        while not changed() and time.monotonic() < end:
            time.sleep(seconds / 40)  # often enough to notice at once, and not so often that it loads the target

    def again(self, page: Page) -> Page:
        """What the URL of a page gives now."""
        return _page(self.answer(page.exchange.url, page.scope, page.asked, page.answer.via))

    def follow(self, page: Page, rel: str) -> Page:
        """The page behind a link; `Blocked` where the link is not there or cannot be followed."""
        href = page.links.get(rel)
        if href is None:
            raise Blocked("links.present", f"{page.answer} has no {rel}")
        if unusable(href):
            raise Blocked("links.url", f"{rel} is {clipped(href)!r}")
        if not self.may_follow(href):
            raise Blocked("links.origin", f"{rel} leads to {clipped(href)}")
        return _page(self.answer(href, page.scope, page.asked, rel))

    def may_follow(self, href: str) -> bool:
        """Whether a URL is on the target's own origin, or on a host that was named for it."""
        return origin(urlsplit(href)) in self.origins

    def walk(
        self, scope: Scope, query: Query, *, start: Page | None = None, rel: str = "next", limit: Pages | None = None
    ) -> Walk:
        """The pages from a query's first page (or from `start`), following `rel` as long as it is there.

        An empty page is followed like any other, but no more than `EMPTY` in a row; `limit` is a number of pages after
        which the caller wants no more, and is no failure of the target.
        """
        walk = Walk(scope, query, () if start is None else (start,), rel)
        try:
            page = start or self.page(scope, query)
            walk = self._chain(replace(walk, pages=(page,)), limit)
        except _FlawedAnswer as flawed:
            walk = replace(walk, broken=flawed.answer)
        walk = replace(walk, ahead=walk.limit is not None and self._ahead(walk))
        self.watch(walk)
        return walk

    def _ahead(self, walk: Walk) -> bool:
        """Whether items may lie ahead of a walk that was given up."""
        return (walk.hollow > 0 and self._gap_ahead(walk)) or self._end_ahead(walk)

    def _gap_ahead(self, walk: Walk) -> bool:
        """Whether a walk that was given up among empty pages may be in a gap: filters leave many, small pages fall in."""
        if walk.query.size != LARGEST_SIZE:
            return True
        plain = Query(order=walk.query.order).sized(LARGEST_SIZE)
        return walk.query != plain and not self.walk(walk.scope, plain, limit=EMPTY).ended

    def _end_ahead(self, walk: Walk) -> bool:
        """Whether a walk that was given up has its listing's other end still before it, twice the same one."""
        ids = set(walk.ids)
        if walk.rel != "next" or len(ids) < len(walk.ids):
            return False
        opposite = replace(walk.query, order="asc" if walk.query.descending else "desc")
        try:
            one, other = (set(self.page(walk.scope, opposite).ids) for _ in range(2))
        except Blocked:
            return False
        return bool(one & other) and not (one | other) & ids

    def _chain(self, walk: Walk, limit: Pages | None) -> Walk:
        pages, followed, laps, empty, seen = list(walk.pages), set[str](), 0, 0, set[object]()
        rel, stop = walk.rel, dict[str, Any]()
        while rel in pages[-1].links and len(pages) != limit:
            href = pages[-1].links[rel]
            empty = 0 if pages[-1].items else empty + 1
            if not empty:
                laps = laps + 1 if pages[-1].ids in seen else 0
                seen.add(pages[-1].ids)
            if href in followed or laps >= LAPS:
                stop = {"cycle": href}
            elif empty >= EMPTY:
                stop = {"limit": EMPTY}
            elif unusable(href) or not self.may_follow(href):
                stop = {"foreign": href}
            elif len(pages) >= self.page_limit:
                stop = {"limit": self.page_limit}
            if stop:
                break
            followed.add(href)
            try:
                pages.append(self.follow(pages[-1], rel))
            except _FlawedAnswer as flawed:
                return replace(walk, pages=tuple(pages), broken=flawed.answer)
        return replace(walk, pages=tuple(pages), **stop)


class _FlawedAnswer(Blocked):
    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.flawed_clause, f"{answer} gave {answer.flaw}", answer.scope.listing.name)
        self.answer = answer


def _page(answer: Answer) -> Page:
    if answer.flaw is not None:
        raise _FlawedAnswer(answer)
    return answer.page


def require_complete(walk: Walk) -> Walk:
    """The walk itself; `Blocked` where it did not come to its end."""
    if walk.broken is not None:
        raise Blocked(walk.broken.flawed_clause, f"{walk.broken} gave {walk.broken.flaw}")
    if walk.foreign is not None:
        raise Blocked("links.url or links.origin", f"{walk.rel} is {clipped(walk.foreign)!r}")
    if walk.cycle is not None:
        raise Blocked("walks.terminates", f"{walk} goes in a circle")
    if walk.limit is not None:
        end = "its end lies ahead (--max-pages cuts it)" if walk.ahead else "no end"
        end = f"{walk.hollow} empty pages in a row" if walk.hollow else end
        raise Blocked("walks.terminates", f"{walk} and {end}")
    return walk
