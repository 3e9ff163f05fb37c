"""What has been read of a target, kept for a run, so that many clauses judge one reading."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import TYPE_CHECKING, TypeVar, cast

from contracts.crawl.crawler import END, Blocked, Crawler, Lacking, Silent, Vanished, require_complete
from contracts.crawl.knowledge import Knowledge, Sample
from contracts.crawl.narrowing import Tail, since, upside_down, within
from contracts.crawl.profiles import PROFILES, Profile
from contracts.crawl.together import Crew
from contracts.paging import filter_values as values
from contracts.paging import instants
from contracts.paging.exchanges import server_time
from contracts.paging.listings import CONVERSATIONS, EVENTS, Item, Listing, Scope, member
from contracts.paging.oracle import passes
from contracts.paging.queries import ASCENDING, DESCENDING, LARGEST_SIZE, Query
from contracts.paging.units import ceil_div

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from contracts.crawl.together import Job
    from contracts.description import Description
    from contracts.paging.pages import Page
    from contracts.paging.walks import Walk

T = TypeVar("T")


@dataclass(frozen=True)
class Choices:
    """What a run decides before it begins.

    Attributes:
        seed: of everything that is drawn.
        profile: how thoroughly the run looks.
        pinned: ids of the conversations that the user named; none for a sample of all.
    """

    seed: int = 1
    profile: Profile = PROFILES["default"]
    pinned: tuple[str, ...] = ()

    def random(self, *about: object) -> Random:
        """A source of random choices that depends on the seed and on what is chosen, and on nothing else."""
        return Random(f"{self.seed} {about!r}")  # noqa: S311 - choices of a test, repeated by the seed

    def number(self, *about: object) -> int:
        """A seed for another library's random choices, likewise."""
        return self.random(*about).getrandbits(32)


class CrawlCache:
    """Snapshots, walks and scopes, each read when first needed and kept.

    Args:
        crawler: reads the target.
        choices: what the run decided before it began.
        description: of the API, for plans that derive requests from it; None for a crawl that has no such plan.
        knowledge: what is known already; nothing where it is left out.
        crew: does what waits for the target; one after the other where it is left out.
    """

    def __init__(
        self,
        crawler: Crawler,
        choices: Choices | None = None,
        description: Description | None = None,
        knowledge: Knowledge | None = None,
        crew: Crew | None = None,
    ) -> None:
        self.crawler = crawler
        self.crew = crew or Crew(1)
        self.choices = choices or Choices()
        self.description = description
        self._knowledge = knowledge or Knowledge()

    def afresh(self) -> CrawlCache:
        """A reading that has read nothing yet but looks where this one looks."""
        return CrawlCache(self.crawler, self.choices, self.description, self._knowledge.afresh(), self.crew)

    def shared(self, name: str, make: Callable[[], T]) -> T:
        """What a plan gathers once for all listings, under a name that only this plan uses."""
        return cast("T", self._knowledge.shared.once(name, make))

    def query(self, scope: Scope, query: Query) -> Query:
        """The query within the tail of a long listing and the still window of a moving one; `Lacking` if nothing is left."""
        self._measure(scope)
        narrowed = self._knowledge.narrowed(scope, query)
        if narrowed is not query and upside_down(narrowed) and not upside_down(query):
            raise Lacking("a filter that leaves something of what is read of a long or moving listing")
        return narrowed

    def everything(self, scope: Scope) -> Query:
        """What gives all that is read of a listing, and whatever is added."""
        self._measure(scope)
        return within(ASCENDING, self._knowledge.tail(scope))

    def _measure(self, scope: Scope) -> None:
        """Find out, once in a run, whether a listing is too long to be read whole."""
        self._knowledge.tails.once(scope, lambda: self._measured(scope))

    def newest(self, scope: Scope) -> Walk:
        """The newest items, newest first, without any filter: twice as many as the tail of a long listing has."""
        pages = min(2 * self.choices.profile.tail, self.crawler.page_limit)
        return self._knowledge.newest.once(scope, lambda: self.crawler.walk(scope, DESCENDING, limit=pages))

    def _measured(self, scope: Scope) -> Tail | None:
        """The tail of a listing where it is too long, and can be told from its beginning by a filter.

        Its newest items have to come after all that the beginning holds: what merely does not end has no tail.
        """
        if not scope.listing.filters or scope.listing in self._knowledge.endless:
            return None
        profile = self.choices.profile
        limit = min(profile.complete_pages, self.crawler.page_limit)
        known = self._knowledge
        beginning = known.beginnings.once(scope, lambda: self.crawler.walk(scope, ASCENDING, limit=limit))
        if beginning.ended or not beginning.complete:
            known.keep(beginning)
            known.earliest.keep(scope, beginning)
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
        return tuple(f"{scope}: {tail}" for scope, tail in self._knowledge.tails.items())

    def walk(self, scope: Scope, query: Query) -> Walk:
        """The walk that a query gives, to its end or to where it breaks."""
        query = self.query(scope, query)
        return self._knowledge.walk(scope, query, lambda: self._walk(scope, query))

    def _walk(self, scope: Scope, query: Query) -> Walk:
        for place in (scope, scope.listing):
            endless = self._knowledge.endless.get(place)
            if endless is not None:
                return require_complete(endless)
        by_most = query.sized(LARGEST_SIZE)
        if scope in self._knowledge.sparse and query.filters and query != by_most:
            return self.walk(scope, by_most)
        walk = self.crawler.walk(scope, query)
        if query == self.everything(scope):
            self._knowledge.earliest.keep(scope, walk)
        if walk.hollow and query.filters and query != by_most:
            self._knowledge.sparse.add(scope)
            return self.walk(scope, by_most)
        self._note_endless(walk)
        return walk

    def _note_endless(self, walk: Walk) -> None:
        """Note a walk that the page limit cut; one in a gap among empty pages says nothing about any other."""
        gap = walk.hollow and walk.ahead and walk.query != self.everything(walk.scope)
        if walk.limit is not None and not gap:
            self._knowledge.endless[walk.scope if walk.ahead else walk.scope.listing] = walk

    def first(self, scope: Scope, query: Query) -> Page:
        """The first page that a query gives, without the pages that follow; `Blocked` where it gives none."""
        query = within(query, self._knowledge.windows.get(scope))
        walk = self._knowledge.walked(scope, query)
        if walk is not None and walk.pages:
            return walk.pages[0]
        return self._knowledge.firsts.once((scope, query), lambda: self.crawler.page(scope, query))

    def read(self, scope: Scope) -> list[Walk]:
        """The walks over a scope that were read so far and came to their end."""
        return self._knowledge.read(scope)

    def in_turn(self, scope: Scope, first: Query, second: Query) -> bool:
        """Whether the walk of one query was read before that of another."""
        return self._knowledge.in_turn(scope, self.query(scope, first), self.query(scope, second))

    def complete_walk(self, scope: Scope, query: Query) -> Walk:
        """The walk that a query gives; `Blocked` where it does not come to its end."""
        return require_complete(self.walk(scope, query))

    def snapshot(self, scope: Scope) -> Walk:
        """Every item of a listing in ascending order: the model of it."""
        walk = self.complete_walk(scope, ASCENDING)
        if len(set(walk.ids)) != len(walk.ids):
            raise Blocked("walks.disjoint", f"{walk} holds an item twice")
        return walk

    def earliest(self, scope: Scope) -> Walk:
        """The listing as it was when it was first read, before anything was found moving."""
        walk = self._knowledge.earliest.once(scope, lambda: self.crawler.walk(scope, self.everything(scope)))
        return require_complete(walk)

    def moves(self, scope: Scope) -> bool:
        """Whether a listing was found changing in this run."""
        return scope in self._knowledge.moving

    def may_wait(self, scope: Scope) -> bool:
        """Whether to give a listing time to grow: once in a run, where another one was found changing."""
        known = self._knowledge
        if not known.moving or scope in known.waited:
            return False
        known.waited.add(scope)
        return True

    def note_moving(self, scope: Scope) -> None:
        """Note that a listing changes, and go on with what was read of it."""
        self._knowledge.moving.add(scope)

    def moved(self, scope: Scope) -> None:
        """A listing was found changed: from now on read a window of it that stands still, else read it anew."""
        with self.crew.standing_still():  # nothing that is being read sees one part of it so, and another otherwise
            self.note_moving(scope)
            self._hold_still(scope)
            self._knowledge.moved(scope)

    def _hold_still(self, scope: Scope) -> None:
        """Read only what was there a little before now, where a filter can say that."""
        if scope.listing not in (CONVERSATIONS, EVENTS) or scope in self._knowledge.windows:
            return
        newest = self.crawler.page(scope, Query(page_size="1", order="desc"))
        if scope.listing == EVENTS:
            ids = [number for number in newest.ids if isinstance(number, int)]
            window = Query(end_id=str(max(ids))) if ids else None
        else:
            last = max((CONVERSATIONS.key(item) or 0 for item in newest.items), default=0)
            now = int(server_time(newest.exchange.headers) or 0) * instants.SECOND
            # A Date header is cut to whole seconds, and what is being written now may bear the last of them.
            ends = [Query(date_end=instants.text(each - 2 * instants.SECOND)) for each in (now, last) if each]
            # By a clock that is wrong there may be nothing yet; what is written bears another time then.
            if len(ends) > 1 and not self._holds(scope, ends[0]):
                del ends[0]
            window = ends[0] if ends else None
        if window is not None:
            self._knowledge.windows[scope] = window

    def _holds(self, scope: Scope, window: Query) -> bool:
        """Whether anything is left of a listing within a window, as far as that can be read."""
        try:
            return bool(self.crawler.page(scope, replace(window, page_size="1", order="asc")).items)
        except Blocked:
            return True

    @property
    def conversations(self) -> tuple[str, ...]:
        """Ids of the conversations to read: those named by the user, else all or a seeded sample of them."""
        return self._knowledge.sample.once(None, self._sample).ids

    @property
    def sample(self) -> Sample | None:
        """What was chosen of all conversations, None where nothing had to be."""
        return self._knowledge.sample.get(None)

    def _sample(self) -> Sample:
        if self.choices.pinned:
            return Sample(self.choices.pinned, None)
        found, more = self._conversations()
        items = {item["id"]: item for item in found if isinstance(member(item, "id"), str)}
        if not items:
            raise Lacking("a conversation")
        chosen = self._varied(items)
        return Sample(tuple(name for name in items if name in chosen), len(items), more=more)

    def _conversations(self) -> tuple[list[Item], bool]:
        """The conversations to choose from, and whether there are more; those met so far, if their listing is given up."""
        try:
            walk = self.crawler.walk(Scope(CONVERSATIONS), ASCENDING, limit=END)
            found = list(walk.items)
            if walk.complete and not walk.ended:
                newest = self.crawler.walk(Scope(CONVERSATIONS), DESCENDING, limit=self.choices.profile.tail)
                found += newest.items[::-1]
        except Silent:
            if not self.crawler.listed:
                raise
            return list(self.crawler.listed.values()), True
        if not found:
            require_complete(walk)
        return found, bool(walk.pages) and not walk.pages[-1].ends

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
        """All scopes of a listing that are read: without those that were given up, as long as there are others."""
        if not listing.nested:
            return (Scope(listing),)
        scopes = tuple(Scope(listing, each) for each in self.conversations)
        return tuple(each for each in scopes if each not in self.crawler.silent) or scopes

    @contextmanager
    def _passing_over(self, scope: Scope) -> Iterator[None]:
        """Pass over a conversation that cannot be read, unless none of its listing can be read any more."""
        try:
            yield
        except Vanished:
            pass
        except Silent:
            if scope in self.every(scope.listing):
                raise

    def chosen(self, listing: Listing) -> tuple[Scope, ...]:
        """The scopes that get every trial: an empty one, a small one, the richest, and some between."""
        if not listing.nested or self.choices.pinned:
            return self.every(listing)
        chosen = self._knowledge.chosen
        if not self.crawler.silent.isdisjoint(chosen.get(listing) or ()):
            chosen.forget(lambda key: key == listing)  # another one is read in its place
        return chosen.once(listing, lambda: self._choose(listing))

    def _choose(self, listing: Listing) -> tuple[Scope, ...]:
        lengths: dict[Scope, int] = {}
        for scope, length in self._for_each(self.every(listing), self._length):
            with self._passing_over(scope):
                lengths[scope] = length.outcome()
        ranked = sorted(lengths, key=lambda scope: lengths[scope])
        filled = [scope for scope in ranked if lengths[scope] > 0] or ranked
        paged = [scope for scope in filled if lengths[scope] > 10] or filled  # noqa: PLR2004 - the default size
        # The richest, the first of several pages, an empty one, the smallest, and one from the middle.
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
        for scope, walk in self._for_each(self.every(listing), lambda scope: self.walk(scope, ASCENDING)):
            with self._passing_over(scope):
                walk.outcome()
        for scope in self.chosen(listing):
            with self._passing_over(scope):
                for walk in self.crew.together(partial(self.walk, scope, query) for query in self.plain_queries(scope)):
                    walk.outcome()

    def _for_each(self, scopes: tuple[Scope, ...], work: Callable[[Scope], T]) -> Iterator[tuple[Scope, Job[T]]]:
        """What was done for each of some scopes, together as far as the crew goes."""
        return zip(scopes, self.crew.together(partial(work, scope) for scope in scopes), strict=True)

    def telling_queries(self, scope: Scope) -> tuple[Query, ...]:
        """Queries with filters that give several pages each; the scopes of a listing share them out."""
        items = self.snapshot(scope).items
        found = values.telling(scope.listing, items)
        chosen = self.chosen(scope.listing)
        share = ceil_div(len(found), len(chosen)) + 1  # neighbours share one, so that no listing is alone with a query
        first = chosen.index(scope) * share if scope in chosen else 0
        turned = [found[(first + index) % len(found)] for index in range(min(share, len(found)))]
        return tuple(query.sized(self._several(query, items)) for query in turned)

    def _several(self, query: Query, items: Sequence[Item]) -> int:
        """A page size that makes six pages or so of what a query gives."""
        length = sum(passes(item, query) for item in items)
        return max(2, ceil_div(length, 6), ceil_div(length, self.choices.profile.longest))

    def _deep(self, listing: Listing) -> Scope | None:
        """The longest of the chosen scopes that can be walked by 1: a fault may show after so many steps only."""
        lengths = {scope: self._length(scope) for scope in self.chosen(listing)}
        fitting = [scope for scope in lengths if lengths[scope] <= self.choices.profile.deepest]
        return max(fitting, key=lambda scope: lengths[scope], default=None)

    def plain_queries(self, scope: Scope) -> tuple[Query, ...]:
        """Queries without filters that show one listing in many ways: page sizes by both orders, and defaults."""
        length = self._length(scope)
        small = {max(size, ceil_div(length, self.choices.profile.longest)) for size in self.choices.profile.sizes}
        exact = {length // pages for pages in (1, 2) if length % pages == 0 and 1 <= length // pages <= 100}  # noqa: PLR2004
        exact |= {length - 1} if 2 <= length <= 100 else set()  # noqa: PLR2004 - one item alone on the last page
        small |= {1} if scope == self._deep(scope.listing) else set()
        ascending = [Query(order="asc").sized(size) for size in sorted(small | exact)]
        descending = [Query(order="desc").sized(size) for size in (*sorted(small)[-2:], 100)]
        return tuple(dict.fromkeys((*ascending, *descending, Query())))
