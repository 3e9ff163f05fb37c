"""What has been read of a target, kept for a run, so that many clauses judge one reading."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, TypeVar

from contracts.crawl.crawler import END, Blocked, Crawler, Lacking, Vanished
from contracts.crawl.narrowing import Tail, since, upside_down, within
from contracts.crawl.profiles import PROFILES, Profile
from contracts.paging import filter_values as values
from contracts.paging import instants
from contracts.paging.exchanges import server_time
from contracts.paging.listings import CONVERSATIONS, EVENTS, Item, Listing, Scope, member
from contracts.paging.oracle import passes
from contracts.paging.queries import ASCENDING, DESCENDING, Query
from contracts.paging.walks import Walk

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from contracts.paging.pages import Page

T = TypeVar("T")

SAMPLE = ("scopes", "conversations")


@dataclass(frozen=True)
class Sample:
    """The conversations whose members and events are read.

    Attributes:
        ids: those that are read.
        known: how many there were to choose from; None where the user named them.
        more: whether the listing goes on after those.
    """

    ids: tuple[str, ...]
    known: int | None
    more: bool = False

    def __str__(self) -> str:
        if self.known is None:
            return f"the {len(self.ids):,} that were named"
        if not self.more and self.known <= len(self.ids):
            return f"all {len(self.ids):,}"
        return f"{len(self.ids):,} of {'more than ' if self.more else ''}{self.known:,}"


@dataclass(frozen=True)
class Choices:
    """What a run decides once: the seed, the profile, the conversations named by the user.

    `tails` says of listings that were begun whether they are too long to be read whole, and what is read of them then.
    `moving` are the listings that were found changing while they were read, `frozen` the windows of them that stand
    still, in which they are read since.
    """

    seed: int = 1
    profile: Profile = PROFILES["default"]
    pinned: tuple[str, ...] = ()
    tails: dict[Scope, Tail | None] = field(default_factory=dict)
    frozen: dict[Scope, Query] = field(default_factory=dict)
    moving: set[Scope] = field(default_factory=set)

    def random(self, *about: object) -> Random:
        """A source of random choices that depends on the seed and on what is chosen, and on nothing else."""
        return Random(f"{self.seed} {about!r}")  # noqa: S311 - choices of a test, repeated by the seed


@dataclass(frozen=True)
class CrawlCache:
    """Snapshots, walks and scopes, each read when first needed and kept."""

    crawler: Crawler
    choices: Choices = field(default_factory=Choices)
    _kept: dict[Hashable, object] = field(default_factory=dict)

    def remember(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gave, or raised, when this key was first asked for."""
        if key not in self._kept:
            try:
                self._kept[key] = make()
            except (Blocked, Lacking) as outcome:
                self._kept[key] = outcome
        found = self._kept[key]
        if isinstance(found, Blocked | Lacking):
            raise found
        return found  # type: ignore[return-value]

    def afresh(self) -> CrawlCache:
        """A reading that has read nothing yet but looks where this one looks."""
        lasting = (SAMPLE[0], "endless")
        scopes: dict[Hashable, object] = {
            key: value for key, value in self._kept.items() if isinstance(key, tuple) and key[0] in lasting
        }
        return CrawlCache(self.crawler, self.choices, scopes)

    def query(self, scope: Scope, query: Query) -> Query:
        """The query, within the tail of a long listing, and in a moving one within the window that stands still.

        `Lacking` where that leaves nothing.
        """
        narrowed = within(within(query, self._tail(scope)), self.choices.frozen.get(scope))
        if narrowed is not query and upside_down(narrowed) and not upside_down(query):
            raise Lacking("a filter that leaves something of what is read of a long or moving listing")
        return narrowed

    def everything(self, scope: Scope) -> Query:
        """What gives all that is read of a listing, and whatever is added."""
        return within(ASCENDING, self._tail(scope))

    def _tail(self, scope: Scope) -> Query | None:
        if scope not in self.choices.tails:
            self.choices.tails[scope] = self._measured(scope)
        tail = self.choices.tails[scope]
        return tail.window if tail else None

    def newest(self, scope: Scope) -> Walk:
        """The newest items, newest first, without any filter: twice as many as the tail of a long listing has."""
        pages = min(2 * self.choices.profile.tail, self.crawler.page_limit)
        return self.remember(("newest", scope), lambda: self.crawler.walk(scope, DESCENDING, limit=pages))

    def _measured(self, scope: Scope) -> Tail | None:
        """The tail of a listing where it is too long, and can be told from its beginning by a filter.

        Its newest items have to come after all that the beginning holds: what merely does not end has no tail.
        """
        if not scope.listing.filters:
            return None
        profile = self.choices.profile
        limit = min(profile.complete_pages, self.crawler.page_limit)
        beginning = self.remember(("beginning", scope), lambda: self.crawler.walk(scope, ASCENDING, limit=limit))
        if beginning.ended or not beginning.complete:
            self._kept[("walk", scope, ASCENDING)] = self._kept[("earliest", scope)] = beginning
            return None
        newest = self.newest(scope)
        tail = [item for page in newest.pages[: min(profile.tail, limit)] for item in page.items]
        window = since(scope.listing, tail)
        keys = [[scope.listing.key(item) for item in items] for items in (beginning.items, tail)]
        early, late = ([key for key in found if key is not None] for found in keys)
        apart = early and late and max(early) < min(late)
        return Tail(window, len(beginning.ids), len(tail)) if window and apart and newest.complete else None

    @property
    def tails(self) -> tuple[str, ...]:
        """What was read of each listing that is too long to be read whole, for a person to read."""
        return tuple(f"{scope}: {tail}" for scope, tail in self.choices.tails.items() if tail)

    def walk(self, scope: Scope, query: Query) -> Walk:
        """The walk that a query gives, to its end or to where it breaks."""
        query = self.query(scope, query)
        return self.remember(("walk", scope, query), lambda: self._walk(scope, query))

    def _walk(self, scope: Scope, query: Query) -> Walk:
        for place in (scope, scope.listing):
            endless = self._kept.get(("endless", place))
            if isinstance(endless, Walk):
                return require_complete(endless)
        walk = self.crawler.walk(scope, query)
        if query == self.everything(scope):
            self._kept.setdefault(("earliest", scope), walk)
        if walk.limit is not None:
            self._kept["endless", scope if walk.ahead else scope.listing] = walk
        return walk

    def first(self, scope: Scope, query: Query) -> Page:
        """The first page that a query gives, without the pages that follow; `Blocked` where it gives none."""
        query = within(query, self.choices.frozen.get(scope))
        walk = self._kept.get(("walk", scope, query))
        if isinstance(walk, Walk) and walk.pages:
            return walk.pages[0]
        return self.remember(("first", scope, query), lambda: self.crawler.page(scope, query))

    def read(self, scope: Scope) -> list[Walk]:
        """The walks over a scope that were read so far and came to their end."""
        known = (self._kept[key] for key in self._kept if isinstance(key, tuple) and key[:2] == ("walk", scope))
        return [walk for walk in known if isinstance(walk, Walk) and walk.complete]

    def in_turn(self, scope: Scope, first: Query, second: Query) -> bool:
        """Whether the walk of one query was read before that of another."""
        keys = list(self._kept)
        one, other = (keys.index(("walk", scope, self.query(scope, query))) for query in (first, second))
        return one < other

    def complete_walk(self, scope: Scope, query: Query) -> Walk:
        """The same; `Blocked` where it does not come to its end."""
        return require_complete(self.walk(scope, query))

    def snapshot(self, scope: Scope) -> Walk:
        """Every item of a listing in ascending order: the model of it."""
        walk = self.complete_walk(scope, ASCENDING)
        if len(set(walk.ids)) != len(walk.ids):
            raise Blocked("walks.disjoint", f"{walk} holds an item twice")
        return walk

    def earliest(self, scope: Scope) -> Walk:
        """The listing as it was when it was first read, before anything was found moving."""
        return require_complete(
            self.remember(("earliest", scope), lambda: self.crawler.walk(scope, self.everything(scope)))
        )

    def moved(self, scope: Scope) -> bool:
        """A listing was found changed: from now on read a window of it that stands still, else read it anew."""
        self.choices.moving.add(scope)
        self._freeze(scope)
        for key in [key for key in self._kept if isinstance(key, tuple) and key[:2] == ("walk", scope)]:
            del self._kept[key]
        return True

    def _freeze(self, scope: Scope) -> None:
        """Read only what was there a little before now, where a filter can say that."""
        if scope.listing not in (CONVERSATIONS, EVENTS) or scope in self.choices.frozen:
            return
        newest = self.crawler.page(scope, Query(page_size="1", order="desc"))
        if scope.listing == EVENTS:
            ids = [number for number in newest.ids if isinstance(number, int)]
            window = Query(end_id=str(max(ids))) if ids else None
        else:
            last = max((CONVERSATIONS.key(item) or 0 for item in newest.items), default=0)
            now = int(server_time(newest.exchange.headers) or 0) * instants.SECOND or last
            window = Query(date_end=instants.text(now - 2 * instants.SECOND)) if now else None
        if window is not None:
            self.choices.frozen[scope] = window

    @property
    def conversations(self) -> tuple[str, ...]:
        """Ids of the conversations to read: those named by the user, else all or a seeded sample of them."""
        return self.remember(SAMPLE, self._sample).ids

    @property
    def sample(self) -> Sample | None:
        """What was chosen of all conversations, None where nothing had to be."""
        found = self._kept.get(SAMPLE)
        return found if isinstance(found, Sample) else None

    def _sample(self) -> Sample:
        if self.choices.pinned:
            return Sample(self.choices.pinned, None)
        walk = self.crawler.walk(Scope(CONVERSATIONS), ASCENDING, limit=END)
        found = list(walk.items)
        if walk.complete and not walk.ended:
            found += self.crawler.walk(Scope(CONVERSATIONS), DESCENDING, limit=self.choices.profile.tail).items[::-1]
        items = {item["id"]: item for item in found if isinstance(member(item, "id"), str)}
        if not items and not walk.complete:
            require_complete(walk)
        if not items:
            raise Lacking("a conversation")
        chosen = self._varied(items)
        return Sample(tuple(name for name in items if name in chosen), len(items), more=not walk.pages[-1].ends)

    def _varied(self, items: dict[str, Item]) -> set[str]:
        """The first, the last, one of each state and of each set of members, rare ones first, and others at random."""
        names = list(items)
        drawn = self.choices.random("conversations").sample(names, len(names))
        shapes: dict[object, list[str]] = {}
        for name in drawn:
            shapes.setdefault((str(member(items[name], "state")), *sorted(items[name])), []).append(name)
        varied = [alike[0] for alike in sorted(shapes.values(), key=len)]
        return set(list(dict.fromkeys([names[0], names[-1], *varied, *drawn]))[: self.choices.profile.sample])

    def every(self, listing: Listing) -> tuple[Scope, ...]:
        """All scopes of a listing that are read."""
        if not listing.nested:
            return (Scope(listing),)
        return tuple(Scope(listing, each) for each in self.conversations)

    def chosen(self, listing: Listing) -> tuple[Scope, ...]:
        """The scopes that get every trial: an empty one, a small one, the richest, and some between."""
        if not listing.nested or self.choices.pinned:
            return self.every(listing)
        return self.remember(("scopes", listing.name), lambda: self._choose(listing))

    def _choose(self, listing: Listing) -> tuple[Scope, ...]:
        lengths = {scope: self._length(scope) for scope in self.every(listing)}
        ranked = sorted(lengths, key=lambda scope: lengths[scope])
        filled = [scope for scope in ranked if lengths[scope] > 0] or ranked
        paged = [scope for scope in filled if lengths[scope] > 10] or filled  # noqa: PLR2004 - the default size
        wanted = [filled[-1], paged[0], ranked[0], filled[0], paged[len(paged) // 2]]
        rest = self.choices.random("scopes", listing.name).sample(filled, len(filled))
        return tuple(dict.fromkeys([*wanted, *rest]))[: self.choices.profile.thorough]

    def _length(self, scope: Scope) -> int:
        try:
            return len(self.walk(scope, ASCENDING).ids)
        except Vanished:
            return 0

    def standard(self, listing: Listing) -> None:
        """Read what clauses on single answers and walks are judged on, whatever else is read."""
        for scope in self.every(listing):
            with suppress(Vanished):
                self.walk(scope, ASCENDING)
        for scope in self.chosen(listing):
            with suppress(Vanished):
                for query in self.plain_queries(scope):
                    self.walk(scope, query)

    def telling_queries(self, scope: Scope) -> tuple[Query, ...]:
        """Queries with filters that give several pages each; the scopes of a listing share them out."""
        items = self.snapshot(scope).items
        found = values.telling(scope.listing, items)
        chosen = self.chosen(scope.listing)
        share = -(-len(found) // len(chosen)) + 1
        first = chosen.index(scope) * share if scope in chosen else 0
        turned = [found[(first + index) % len(found)] for index in range(min(share, len(found)))]
        return tuple(query.sized(self._several(query, items)) for query in turned)

    def _several(self, query: Query, items: Sequence[Item]) -> int:
        """A page size that makes six pages or so of what a query gives."""
        length = sum(passes(item, query) for item in items)
        return max(2, -(-length // 6), -(-length // self.choices.profile.longest))

    def _deep(self, listing: Listing) -> Scope | None:
        """The longest of the chosen scopes that can be walked by 1: a fault may show after so many steps only."""
        lengths = {scope: self._length(scope) for scope in self.chosen(listing)}
        fitting = [scope for scope in lengths if lengths[scope] <= self.choices.profile.deepest]
        return max(fitting, key=lambda scope: lengths[scope], default=None)

    def plain_queries(self, scope: Scope) -> tuple[Query, ...]:
        """Queries without filters that show one listing in many ways: page sizes by both orders, and defaults."""
        length = self._length(scope)
        small = {max(size, -(-length // self.choices.profile.longest)) for size in self.choices.profile.sizes}
        exact = {length // pages for pages in (1, 2) if length % pages == 0 and 1 <= length // pages <= 100}  # noqa: PLR2004
        exact |= {length - 1} if 2 <= length <= 100 else set()  # noqa: PLR2004 - one item alone on the last page
        small |= {1} if scope == self._deep(scope.listing) else set()
        ascending = [Query(order="asc").sized(size) for size in sorted(small | exact)]
        descending = [Query(order="desc").sized(size) for size in (*sorted(small)[-2:], 100)]
        return tuple(dict.fromkeys((*ascending, *descending, Query())))


def require_complete(walk: Walk) -> Walk:
    """The walk itself; `Blocked` where it did not come to its end."""
    listing = walk.scope.listing.name
    if walk.broken is not None:
        raise Blocked("pages.envelope", f"{walk.broken} gave {walk.broken.flaw}", listing)
    if walk.foreign is not None:
        raise Blocked("links.url or links.origin", f"{walk.rel} is {walk.foreign[:200]!r}", listing)
    if walk.cycle is not None:
        raise Blocked("walks.terminates", f"{walk} goes in a circle", listing)
    if walk.limit is not None:
        end = "its end lies ahead (--max-pages cuts it)" if walk.ahead else "no end"
        raise Blocked("walks.terminates", f"{walk} and {end}", listing)
    return walk
