"""Gathers evidence: carries out the trials of a kind for a listing, once for all clauses that are judged on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.crawl.crawler import Blocked, Lacking
from contracts.paging.listings import Scope
from contracts.transport.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.crawl.cache import CrawlCache
    from contracts.findings.clause import EvidenceKind, Trial
    from contracts.paging.listings import Listing

Observation = Any
"""What a trial gives: what its clauses are judged on, or the exception by which there is none."""


class _Gathered:
    """Trials and what they gave, carried out when first looked at."""

    def __init__(self, outcomes: Iterator[tuple[Trial | None, Observation]]) -> None:
        self._known: list[tuple[Trial | None, Observation]] = []
        self._rest = outcomes

    def __iter__(self) -> Iterator[tuple[Trial | None, Observation]]:
        yield from self._known
        for each in self._rest:
            self._known.append(each)
            yield each


class Gathering:
    """Keeps what the trials of each kind and scope gave."""

    def __init__(self) -> None:
        self._kept: dict[tuple[EvidenceKind, Scope], _Gathered] = {}

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
            if (kind, scope) not in self._kept:
                self._kept[kind, scope] = _Gathered(_perform(kind, scope, cache))
            yield from self._kept[kind, scope]


def _scopes(kind: EvidenceKind, listing: Listing, cache: CrawlCache) -> tuple[Scope, ...]:
    if kind.batch:
        return (Scope(listing),)
    return cache.every(listing) if kind.every else cache.chosen(listing)


def _perform(kind: EvidenceKind, scope: Scope, cache: CrawlCache) -> Iterator[tuple[Trial | None, Observation]]:
    assert kind.trials is not None
    try:
        for trial in kind.trials(cache, scope):
            try:
                yield trial, trial.observe(cache)
            except Exception as outcome:  # noqa: BLE001 - what it means is decided where it is noted
                yield trial, outcome
    except Exception as outcome:  # noqa: BLE001 - likewise
        yield None, outcome
