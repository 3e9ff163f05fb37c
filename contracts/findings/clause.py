"""A clause: a sentence that can be true or false of an API, and the function that decides it on a piece of evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from contracts.paging.listings import LISTINGS, Listing, Scope

if TYPE_CHECKING:
    from contracts.crawl.cache import CrawlCache
    from contracts.paging.exchanges import Exchange


class Level(StrEnum):
    """How much it matters."""

    MUST = "MUST"
    """A client written from the description breaks when it is false."""
    SHOULD = "SHOULD"
    """Such a client is only surprised."""
    REPORT = "REPORT"
    """Nothing is judged; what was seen is said."""


class Holds(StrEnum):
    """When a clause is true of an API that keeps its contract."""

    ALWAYS = "A"
    """At any time."""
    APPEND_ONLY = "I"
    """While data is only being added."""
    QUIESCENT = "S"
    """Only of data that stands still."""


@dataclass(frozen=True)
class Violation:
    """A broken promise: what had to be, what was, and the exchanges that show it.

    `level` is that of the clause unless what was found is less than it.
    """

    expected: str
    actual: str
    exchanges: tuple[Exchange, ...] = ()
    level: Level | None = None


@dataclass(frozen=True)
class Trial:
    """One piece of evidence that can be gathered, and gathered again with a fresh reading."""

    scope: Scope
    name: str
    observe: Callable[[CrawlCache], Any]


@dataclass(frozen=True)
class EvidenceKind:
    """A kind of evidence.

    `noun` counts it ("212 pages"). `trials` plans it for a scope; None for what is judged wherever it is met: every
    answer, page and walk that anything reads. `every` says that each scope that is read is tried, not only those
    chosen for a thorough look; `batch` that it is gathered in one go for a listing, so that all of it is judged.
    """

    noun: str
    trials: Callable[[CrawlCache, Scope], Iterator[Trial]] | None = None
    every: bool = False
    batch: bool = False


ANSWERS = EvidenceKind("answers")
PAGES = EvidenceKind("pages")
WALKS = EvidenceKind("walks")

Judge = Callable[[Any], Iterable[Violation]]


def always(_: object) -> bool:
    """Every piece of evidence counts."""
    return True


@dataclass(frozen=True)
class Part:
    """One way to decide a clause.

    Attributes:
        kind: the evidence that it is decided on.
        judge: from a piece of evidence to the violations that it shows.
        concerns: whether a piece of evidence says anything about the clause; what does not is not counted.
        holds: when it is true, where that is not when the whole clause is.
        counts: what a piece of evidence counts as, where that is more than one of its kind.
    """

    kind: EvidenceKind
    judge: Judge
    concerns: Callable[[Any], bool]
    holds: Holds
    counts: Callable[[Any], Mapping[str, int]] | None = None


@dataclass(frozen=True)
class Clause:
    """One promise of the API.

    Attributes:
        id: `family.name`; the family is the module that holds it and the test file that runs it.
        statement: the promise, as a sentence.
        level: what breaking it means.
        holds: when it is true.
        source: the JSON pointer in the description that it rests on; None where the description is silent.
        listings: those that it is decided for.
        needs: what evidence takes, for the reader of "not exercised".
        rests_on: clauses without which this one cannot be decided.
        parts: what it is decided on, and how.
        reads: evidence to gather first, for a clause that is judged on whatever is read.
    """

    id: str
    statement: str
    level: Level
    holds: Holds
    source: str | None
    listings: tuple[Listing, ...]
    needs: str
    requires: tuple[str, ...]
    parts: tuple[Part, ...]
    reads: tuple[EvidenceKind, ...] = ()

    @property
    def family(self) -> str:
        """The part of the id before the dot."""
        return self.id.partition(".")[0]

    def __repr__(self) -> str:
        return self.id


CLAUSES: dict[str, Clause] = {}
"""Every clause by id, family by family."""


def clause(  # noqa: PLR0913 - a clause has that many properties, all named
    level: Level,
    holds: Holds,
    source: str | None,
    kind: EvidenceKind,
    *,
    listings: tuple[Listing, ...] = LISTINGS,
    when: Callable[[Any], bool] = always,
    needs: str = "an answer",
    requires: tuple[str, ...] = (),
    counts: Callable[[Any], Mapping[str, int]] | None = None,
    reads: tuple[EvidenceKind, ...] = (),
) -> Callable[[Judge], Clause]:
    """Register the decorated function as a clause: id from module and name, statement from the docstring."""

    def register(judge: Judge) -> Clause:
        family = judge.__module__.rpartition(".")[2]
        name = judge.__name__.strip("_").replace("_", "-")
        statement = " ".join((judge.__doc__ or "").split()).removesuffix(".")
        assert statement, f"{family}.{name} has no statement"
        part = Part(kind, judge, when, holds, counts)
        made = Clause(f"{family}.{name}", statement, level, holds, source, listings, needs, requires, (part,), reads)
        assert made.id not in CLAUSES, made.id
        CLAUSES[made.id] = made
        return made

    return register


def also(
    of: Clause, kind: EvidenceKind, *, when: Callable[[Any], bool] = always, holds: Holds | None = None
) -> Callable[[Judge], Clause]:
    """Register the decorated function as one more way to decide a clause, on another kind of evidence."""

    def register(judge: Judge) -> Clause:
        known = CLAUSES[of.id]
        part = Part(kind, judge, when, holds or known.holds)
        CLAUSES[of.id] = replace(known, parts=(*known.parts, part))
        return CLAUSES[of.id]

    return register


def milder(violations: Iterable[Violation], level: Level) -> Iterator[Violation]:
    """The same violations at another level."""
    return (replace(violation, level=level) for violation in violations)
