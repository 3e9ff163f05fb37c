"""What Hypothesis draws and shrinks for `contracts.evidence.property_based`: queries, and paths over links."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky as FlakyFailure
from hypothesis.stateful import Bundle, RuleBasedStateMachine, multiple, rule, run_state_machine_as_test

from contracts.evidence import matching
from contracts.evidence.property_based import Step, Traveller, walk_again
from contracts.findings.clause import Trial
from contracts.paging import filter_values as values
from contracts.paging import instants
from contracts.paging.queries import DEFAULT_SIZE, LARGEST_SIZE, Query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from contracts.crawl.cache import CrawlCache
    from contracts.paging.listings import Scope

ALONE = Lock()
"""Held by the thread that Hypothesis works in: it reads sources and keeps classes that no two threads may."""

SHRINKING = 60
"""Fresh walks that may be spent on making a failing query smaller."""


class MismatchError(AssertionError):
    """Tells Hypothesis that what it drew shows a violation."""


PAGES = 8
"""Pages that the smallest page size of a query makes, roughly."""


def limited(examples: int, **more: Any) -> settings:  # noqa: ANN401 - Hypothesis' own settings
    """Settings for a run inside a run: no deadline, no database, nothing printed."""
    return settings(
        max_examples=max(examples, 1),
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        verbosity=Verbosity.quiet,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        **more,
    )


def queries(cache: CrawlCache, scope: Scope, names: tuple[str, ...]) -> st.SearchStrategy[Query]:
    """Queries with exactly these filters, by every order and by page sizes that make one to some eight pages."""
    items = cache.snapshot(scope).items
    drawn = values.filter_values(scope.listing, items)
    allowed = page_sizes(len(items))
    sizes = st.one_of(
        st.just(None if DEFAULT_SIZE in allowed else LARGEST_SIZE),
        st.integers(min(allowed), max(allowed)),
        st.sampled_from(favoured(allowed)),
    )
    filters = {name: st.sampled_from(drawn[name]) for name in names}
    return st.builds(
        lambda size, order, **chosen: _in_order(
            Query(page_size=None if size is None else str(size), order=order, **chosen)
        ),
        sizes,
        st.sampled_from([None, "asc", "desc"]),
        **filters,
    )


def page_sizes(length: int) -> range:
    """The page sizes that make one to some eight pages of so many items, as far as they are allowed."""
    return range(min(max(1, length // PAGES), LARGEST_SIZE), LARGEST_SIZE + 1)


def favoured(sizes: range) -> list[int]:
    """Those of some page sizes that are drawn more often than others: at both ends, and the default."""
    return [size for size in (*sizes[:2], DEFAULT_SIZE, *sizes[-2:]) if size in sizes]


def _in_order(query: Query) -> Query:
    """The query with its range the right way round: one that is upside down may be refused."""
    if query.start_id and query.end_id:
        start, end = sorted((query.start_id, query.end_id), key=int)
        return replace(query, start_id=start, end_id=end)
    if query.date_start and query.date_end:
        start, end = sorted((query.date_start, query.date_end), key=_instant)
        return replace(query, date_start=start, date_end=end)
    return query


def _instant(text: str) -> int:
    found = instants.parse(text)
    assert found is not None, text
    return found.nanoseconds


def generated(shapes: tuple[tuple[str, ...], ...], cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    """Trials of what Hypothesis drew: of a failing query only the smallest."""
    known = values.filter_values(scope.listing, cache.snapshot(scope).items)
    usable = [shape for shape in shapes if all(known.get(name) for name in shape)]
    if not usable or not cache.snapshot(scope).items:
        return
    strategy = st.one_of(*(queries(cache, scope, shape) for shape in usable))
    number = cache.choices.number("queries", scope, shapes)
    examples = cache.choices.profile.examples // len(cache.chosen(scope.listing))
    wanted: dict[Query, None] = {}
    _run(lambda query: wanted.update({query: None}), strategy, number, examples)
    fits = cache.crew.together(partial(_fits, cache, scope, query) for query in wanted)
    drawn = {query: job.outcome() for query, job in zip(wanted, fits, strict=True)}
    again = partial(_run, strategy=strategy, number=number, examples=examples)
    for query in drawn if all(drawn.values()) else _smallest(cache, scope, drawn, again):
        yield matching(scope, query)


def _fits(cache: CrawlCache, scope: Scope, query: Query) -> bool:
    """Whether the walk of a query holds what it has to."""
    match = matching(scope, query).observe(cache)
    return bool(match.expected.accepts(match.walk.ids))


def _smallest(cache: CrawlCache, scope: Scope, drawn: dict[Query, bool], run: Callable[..., None]) -> list[Query]:
    """What Hypothesis makes of queries of which one fails, when it draws them once more: the smallest that fails."""
    failing: list[Query] = []
    most = len(drawn) + SHRINKING

    def try_one(query: Query) -> None:
        if query not in drawn:
            if len(drawn) >= most:
                return
            drawn[query] = _fits(cache, scope, query)
        if not drawn[query]:
            failing.append(query)
            raise MismatchError

    run(try_one)
    return failing[-1:] or list(drawn)


def _run(test: Callable[[Query], None], strategy: st.SearchStrategy[Query], number: int, examples: int) -> None:
    try:
        with ALONE:
            seed(number)(limited(examples)(given(strategy)(test)))()
    except (MismatchError, FlakyFailure):
        return  # what failed once is tried again as a trial


# --- paths -----------------------------------------------------------------------------------------------------------


@dataclass
class _Journey:
    """What the state machine below works on: Hypothesis keeps its class for good, and must not keep a reading with it."""

    cache: CrawlCache
    scope: Scope
    starts: list[Query]
    failed: list[tuple[Step, ...]]


_journeys: list[_Journey] = []
"""The one that is made now."""


class _Wanderer(RuleBasedStateMachine):
    """Starts walks and follows links at random; every page is compared with that of a plain walk."""

    places = Bundle("places")

    def __init__(self) -> None:
        super().__init__()
        (self.journey,) = _journeys
        self.traveller = Traveller(self.journey.cache, self.journey.scope)

    def take(self, step: Step) -> int:
        place = len(self.traveller.steps)
        path = self.traveller.go(step)
        if path.landed.ids != path.expected:
            self.journey.failed.append(path.steps)
            raise MismatchError
        return place

    @rule(target=places, data=st.data())
    def start(self, data: st.DataObject) -> int:
        return self.take(Step(data.draw(st.sampled_from(self.journey.starts))))

    @rule(target=places, place=places, data=st.data())
    def follow(self, place: int, data: st.DataObject) -> Any:  # noqa: ANN401 - what a bundle takes
        ways = self.traveller.ways(place)
        if not ways:
            return multiple()
        return self.take(Step(self.traveller.steps[place].query, place, data.draw(st.sampled_from(ways))))


def paths(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    """Trials of paths at random: of one that fails the shortest, else one that is plain."""
    length = len(cache.snapshot(scope).ids)
    if length < 2:  # noqa: PLR2004 - two pages
        return
    every = [*cache.plain_queries(scope), *cache.telling_queries(scope)]
    starts = [query for query in every if cache.complete_walk(scope, query).pages[1:]] or every
    failed: list[tuple[Step, ...]] = []
    steps, number = cache.choices.profile.steps, cache.choices.number("paths", scope)
    with ALONE:
        _journeys.append(_Journey(cache, scope, starts, failed))
        try:
            run_state_machine_as_test(seed(number)(_Wanderer), settings=limited(2, stateful_step_count=steps))
        except (MismatchError, FlakyFailure):
            pass
        finally:
            _journeys.pop()
    if failed:
        *_, smallest = failed
        yield Trial(scope, f"{scope}: {smallest}", partial(walk_again, scope=scope, steps=smallest))
        return
    plainest, *_ = starts
    yield Trial(scope, f"{scope}: a random path", partial(walk_again, scope=scope, steps=(Step(plainest),)))
