"""Evidence that Hypothesis looks for: queries and paths drawn from the target's data, shrunk to the smallest that fails.

Hypothesis draws and shrinks; what it finds becomes a trial like any other, so that it is judged and confirmed alike.
It is imported when the first trial is planned: that takes longer than all the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from contracts.crawl.crawler import Lacking
from contracts.findings.clause import EvidenceKind, Trial
from contracts.paging.pages import RELATIONS, Page

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from contracts.crawl.cache import CrawlCache
    from contracts.paging.listings import Scope
    from contracts.paging.queries import Query


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: a new walk with `query`, or the link `rel` of the page that an earlier step led to."""

    query: Query
    source: int | None = None
    rel: str | None = None

    def __repr__(self) -> str:
        return repr(self.query) if self.rel is None else f"{self.rel} of step {(self.source or 0) + 1}"


@dataclass(frozen=True, eq=False)
class Path:
    """Steps over links, the page where the last of them led, and the ids that are right there."""

    steps: tuple[Step, ...]
    landed: Page
    expected: tuple[Hashable, ...]


class Traveller:
    """Walks a path step by step beside the pages that plain walks showed."""

    def __init__(self, cache: CrawlCache, scope: Scope) -> None:
        self.cache = cache
        self.scope = scope
        self.steps: list[Step] = []
        self.places: list[tuple[Page, int]] = []

    def go(self, step: Step) -> Path:
        """Take a step; says where it led and where it had to lead."""
        crawler, pages = self.cache.crawler, self.cache.complete_walk(self.scope, step.query).pages
        if step.rel is None:
            landed, index = crawler.page(self.scope, self.cache.query(self.scope, step.query)), 0
        else:
            source, index = self.places[step.source or 0]
            landed = crawler.follow(source, step.rel)
            index += {"next": 1, "prev": -1, "first": -index, "self": 0}[step.rel]
        self.steps.append(step)
        self.places.append((landed, index))
        if not 0 <= index < len(pages):
            raise Lacking("a page there")
        return Path(tuple(self.steps), landed, pages[index].ids)

    def ways(self, place: int) -> list[str]:
        """The links of a page that lead to a page which a plain walk showed too."""
        page, index = self.places[place]
        pages = self.cache.complete_walk(self.scope, self.steps[place].query).pages
        beyond = {"next": pages[index + 1 :], "prev": pages[:index]}
        return [rel for rel in RELATIONS if rel in page.links and beyond.get(rel, pages)]


def walk_again(cache: CrawlCache, scope: Scope, steps: tuple[Step, ...]) -> Path:
    """The path of these steps, read anew."""
    traveller = Traveller(cache, scope)
    *_, last = (traveller.go(step) for step in steps)
    return last


def _generated(shapes: tuple[tuple[str, ...], ...], cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    from contracts.evidence.drawing import generated  # noqa: PLC0415 - Hypothesis; rarely needed

    return generated(shapes, cache, scope)


def _paths(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    from contracts.evidence.drawing import paths  # noqa: PLC0415 - likewise

    return paths(cache, scope)


PLAIN = EvidenceKind("generated query", "generated queries", "tried", partial(_generated, ((),)))
DATES = EvidenceKind(
    "generated window", "generated windows", "tried", partial(_generated, (("date_start",), ("date_end",)))
)
IDS = EvidenceKind(
    "generated range",
    "generated ranges",
    "tried",
    partial(_generated, (("start_id",), ("end_id",), ("start_id", "end_id"))),
)
FILTERS = EvidenceKind(
    "generated filter",
    "generated filters",
    "tried",
    partial(
        _generated,
        (
            ("date_start", "date_end"),
            ("start_id", "event_type"),
            ("end_id", "event_type"),
            ("start_id", "end_id", "event_type"),
        ),
    ),
)
PATHS = EvidenceKind("random path", "random paths", "followed", _paths)
