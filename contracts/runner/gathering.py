"""Gathers evidence: carries out the trials of a kind for a listing, once for all clauses that are judged on it."""

from __future__ import annotations

from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any

from contracts.crawl.crawler import Blocked, Lacking
from contracts.crawl.together import EndedError
from contracts.paging.listings import Scope
from contracts.transport.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.crawl.cache import CrawlCache
    from contracts.crawl.together import Job
    from contracts.findings.clause import EvidenceKind, Trial
    from contracts.paging.listings import Listing

Observation = Any
"""What a trial gives: what its clauses are judged on, or the exception by which there is none."""


Planned = tuple["list[tuple[Trial, Job[Observation]]]", "Exception | None"]
"""Trials of a kind for a scope, and why there are no more of them, if there is a reason."""


class Gathering:
    """Carries out the trials of each kind and scope, and keeps what they gave."""

    def __init__(self) -> None:
        self._begun: dict[tuple[EvidenceKind, Listing], Job[list[Job[Planned]]]] = {}
        self._plans: dict[tuple[EvidenceKind, Scope], Job[Planned]] = {}
        self._lock = Lock()

    def begin(self, kind: EvidenceKind, listing: Listing, cache: CrawlCache) -> None:
        """Let the crew gather a kind of evidence about a listing, ahead of whoever asks for its outcomes."""

        def plan() -> list[Job[Planned]]:
            if kind.trials is None:
                cache.standard(listing)
                return []
            return [self._plan(kind, scope, cache) for scope in _scopes(kind, listing, cache)]

        if (kind, listing) not in self._begun:
            self._begun[kind, listing] = cache.crew.take_over(plan)

    def complete(self, kind: EvidenceKind, listing: Listing) -> bool:
        """Whether all of a kind was gathered ahead, and the target answered whatever was asked for that."""
        begun = self._begun.get((kind, listing))
        plans = begun.value if begun else None
        return bool(plans) and all(map(_answered, plans or ()))

    def outcomes(
        self, kind: EvidenceKind, listing: Listing, cache: CrawlCache
    ) -> Iterator[tuple[Trial | None, Observation]]:
        """The trials of a kind for a listing, and what each gave; no trial where none could be planned."""
        try:
            scopes = _scopes(kind, listing, cache)
        except (Blocked, Lacking, TargetError) as outcome:
            yield None, outcome
            return
        for scope in scopes:
            trials, failure = self._plan(kind, scope, cache).outcome()
            for trial, job in trials:
                yield trial, _outcome(job)
            if failure is not None:
                yield None, failure

    def _plan(self, kind: EvidenceKind, scope: Scope, cache: CrawlCache) -> Job[Planned]:
        with self._lock:
            known = self._plans.get((kind, scope))
            if known is None:
                known = self._plans[kind, scope] = cache.crew.take_over(partial(_planned, kind, scope, cache))
        return known


def _answered(plan: Job[Planned]) -> bool:
    """Whether a plan was carried out, and the target answered whatever was asked for that."""
    if plan.value is None:
        return False
    trials, failure = plan.value
    errors = [failure, *(job.error for _, job in trials)]
    return all(job.ended for _, job in trials) and not any(
        isinstance(each, TargetError | EndedError) for each in errors
    )


def _outcome(job: Job[Observation]) -> Observation:
    try:
        return job.outcome()
    except Exception as outcome:  # noqa: BLE001 - what it means is decided where it is noted
        return outcome


def _scopes(kind: EvidenceKind, listing: Listing, cache: CrawlCache) -> tuple[Scope, ...]:
    if kind.batch:
        return (Scope(listing),)
    return cache.every(listing) if kind.every else cache.chosen(listing)


def _planned(kind: EvidenceKind, scope: Scope, cache: CrawlCache) -> Planned:
    assert kind.trials is not None
    trials: list[tuple[Trial, Job[Observation]]] = []
    try:
        trials.extend(
            (trial, cache.crew.take_over(partial(trial.observe, cache))) for trial in kind.trials(cache, scope)
        )
    except Exception as failure:  # noqa: BLE001 - what it means is decided where it is noted
        return trials, failure
    return trials, None
