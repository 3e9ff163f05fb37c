"""Evidence that Schemathesis generates from the effective description: requests, and what its own checks say of the answers.

The library is imported where a plan is carried out, by `contracts.evidence.generation`: a run without it does not pay for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from contracts.findings.clause import EvidenceKind, Trial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.crawl.cache import CrawlCache
    from contracts.findings.places import Place
    from contracts.paging.listings import Scope
    from contracts.paging.pages import Answer


@dataclass(frozen=True, eq=False)
class Generated:
    """A generated request: its answer, and what the checks say that is wrong with it, and where it shows."""

    answer: Answer
    failures: tuple[tuple[str, Place], ...] = ()


def _as_answered(generated: Generated, _: CrawlCache) -> Generated:
    return generated


def _generated(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    """One trial for each request, the shortest URL first: it is the easiest to read and to send again."""
    from contracts.evidence.generation import generated  # noqa: PLC0415 - takes half a second

    found, failure = generated(cache, scope.listing)
    for each in sorted(found, key=lambda one: len(one.answer.exchange.url)):
        yield Trial(scope, each.answer.exchange.url, partial(_as_answered, each))
    if failure is not None:
        raise failure


GENERATED = EvidenceKind("generated request", "generated requests", "tried", _generated, batch=True)
