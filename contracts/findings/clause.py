"""A clause: a sentence that can be true or false of an API, and the function that decides it on a piece of evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any

from contracts.findings.counts import Words

if TYPE_CHECKING:
    from contracts.crawl.cache import CrawlCache
    from contracts.description import Description
    from contracts.findings.places import Place
    from contracts.findings.recipes import Recipe
    from contracts.paging.exchanges import Exchange
    from contracts.paging.listings import Listing, Scope


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


LONGEST = 2000
"""Characters of what a message says: a server chooses what is quoted in it."""


def shortened(message: str) -> str:
    """A message with its middle left out where it is too long."""
    half = LONGEST // 2
    return message if len(message) <= LONGEST else f"{message[:half]} … {message[-half:]}"


@dataclass(frozen=True)
class Violation:
    """A broken promise: what had to be, what was, and the exchanges that show it.

    `level` is that of the clause unless what was found is less than it. `where` are the places that show it: at least
    one where there are exchanges. `recipe` says how to gather the evidence again; the evaluator notes it.
    """

    expected: str
    actual: str
    exchanges: tuple[Exchange, ...] = ()
    level: Level | None = None
    where: tuple[Place, ...] = ()
    recipe: Recipe | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "expected", shortened(self.expected))
        object.__setattr__(self, "actual", shortened(self.actual))


@dataclass(frozen=True)
class Trial:
    """One piece of evidence that can be gathered, and gathered again with a fresh reading."""

    scope: Scope
    name: str
    observe: Callable[[CrawlCache], Any]


@dataclass(frozen=True)
class EvidenceKind:
    """A kind of evidence.

    `one`, `many` and `verb` are its words ("page", "pages", "read"); see `Words`. `trials` plans it for a scope; None
    for what is judged wherever it is met: every answer, page and walk that anything reads. `every` says that each scope
    that is read is tried, not only those chosen for a thorough look; `batch` that it is gathered in one go for a listing, so that
    all of it is judged; `late` that it is made of whatever was read before, so that everything else is gathered first.
    """

    one: str
    many: str
    verb: str = ""
    trials: Callable[[CrawlCache, Scope], Iterator[Trial]] | None = None
    every: bool = False
    batch: bool = False
    late: bool = False

    @property
    def words(self) -> Words:
        """What a piece of this evidence counts as."""
        return Words(self.one, self.many, self.verb)


ANSWERS = EvidenceKind("answer", "answers", "read")
PAGES = EvidenceKind("page", "pages", "read")
WALKS = EvidenceKind("walk", "walks", "followed")

Judge = Callable[..., Iterable[Violation]]
"""From a piece of evidence, and the API's description where it is declared so, to the violations that it shows."""


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
        described: whether `judge` still takes the API's description after the evidence.
    """

    kind: EvidenceKind
    judge: Judge
    concerns: Callable[[Any], bool]
    holds: Holds
    counts: Callable[[Any], Mapping[Words, int]] | None = None
    described: bool = False

    def bound(self, description: Description) -> Part:
        """The same for one API, whose description `judge` then has."""
        if not self.described:
            return self
        return replace(self, judge=partial(self.judge, description=description), described=False)


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

    def bound(self, description: Description) -> Clause:
        """The same for the API that a description is of."""
        return replace(self, parts=tuple(part.bound(description) for part in self.parts))

    def __repr__(self) -> str:
        return self.id


def milder(violations: Iterable[Violation], level: Level) -> Iterator[Violation]:
    """The same violations at another level."""
    return (replace(violation, level=level) for violation in violations)
