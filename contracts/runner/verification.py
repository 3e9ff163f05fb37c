"""The whole job without a test runner: which clauses, on which target, and what came of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import contracts.clauses  # noqa: F401 - they register themselves
from contracts.crawl.cache import Choices, CrawlCache
from contracts.crawl.crawler import Crawler
from contracts.findings.clause import CLAUSES, Clause
from contracts.findings.verdicts import Verdict, merge
from contracts.paging.exchanges import server_time
from contracts.runner.evaluator import Evaluator
from contracts.transport.credentials import Minted
from contracts.transport.errors import RefusedError, TargetError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from contracts.findings.waivers import Waiver
    from contracts.paging.exchanges import Exchange
    from contracts.paging.listings import Listing
    from contracts.transport import Target

REFUSED = (401, 403)
SKEW = 30
"""Seconds between two clocks from which on they may be why a token that was made here is refused there."""


class UnknownClauseError(ValueError):
    """A selector that names neither a clause nor a family."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        families = sorted({clause.family for clause in CLAUSES.values()})
        inside = [name for name in CLAUSES if name.startswith(self.name.partition(".")[0] + ".")]
        known = f"of that family: {', '.join(inside)}" if inside else f"families: {', '.join(families)}"
        return f"no clause or family is named {self.name!r}; {known}"


def select(names: Iterable[str]) -> tuple[Clause, ...]:
    """The clauses that ids and families name, all where nothing is named; `UnknownClauseError` for another name."""
    wanted = set[str]()
    for name in names:
        found = [each.id for each in CLAUSES.values() if name in (each.id, each.family)]
        if not found:
            raise UnknownClauseError(name)
        wanted.update(found)
    return tuple(each for each in CLAUSES.values() if not wanted or each.id in wanted)


@dataclass(frozen=True)
class Verification:
    """One run over one target.

    Args:
        target: what is verified.
        clauses: those to decide.
        choices: seed, profile, conversations.
        unsafe: whether methods may be sent that could write.
        page_limit: pages after which a walk is cut, and counts as endless.
        deviations: violations that are known of the target.
    """

    target: Target
    clauses: tuple[Clause, ...] = field(default_factory=lambda: tuple(CLAUSES.values()))
    choices: Choices = field(default_factory=Choices)
    unsafe: bool = False
    page_limit: int = 1000
    waivers: tuple[Waiver, ...] = ()

    @cached_property
    def evaluator(self) -> Evaluator:
        """Keeps what is found."""
        return Evaluator(self.clauses, self.target.redact, self.waivers)

    @cached_property
    def cache(self) -> CrawlCache:
        """Keeps what is read."""
        crawler = Crawler(
            self.target.base_url,
            self.target.send,
            watch=self.evaluator.watch,
            page_limit=self.page_limit,
            hosts=self.target.access.hosts,
            wrong=self.target.credentials,
            unsafe=self.unsafe,
        )
        return CrawlCache(crawler, self.choices)

    def probe(self) -> None:
        """Ask the target once; `TargetError` where it cannot be reached or refuses the credential."""
        exchange = self._first()
        if exchange.status in REFUSED:
            given = self.target.access.credential
            skew = round(seconds - time.time()) if (seconds := server_time(exchange.headers)) and given else 0
            raise RefusedError(
                self.target.base_url,
                exchange.status,
                credential=given is not None,
                skew=skew if isinstance(given, Minted) and abs(skew) > SKEW else 0,
            )

    def _first(self) -> Exchange:
        """The answer of any listing: one of them may be what is broken."""
        urls = [f"{self.target.base_url}/{name}?page_size=1" for name in ("users", "conversations")]
        try:
            return self.target.send("GET", urls[0])
        except TargetError as error:
            try:
                return self.target.send("GET", urls[1])
            except TargetError:
                raise error from None

    def examine(self, clause: Clause, listing: Listing) -> Verdict:
        """The verdict on one clause and one listing."""
        return self.evaluator.examine(clause, listing, self.cache)

    def run(self) -> list[Verdict]:
        """The verdicts on all clauses and their listings."""
        for clause, listing in self.plan():
            self.examine(clause, listing)
        return self.verdicts()

    def plan(self) -> Iterator[tuple[Clause, Listing]]:
        """Clauses and listings in the order in which they are best decided."""
        return ((clause, listing) for clause in sorted(self.clauses, key=turn) for listing in clause.listings)

    def verdicts(self) -> list[Verdict]:
        """What was found so far, one verdict for each clause and listing."""
        return merge(self.evaluator.verdict(clause, listing) for clause, listing in self.plan())


def restricted(clauses: Iterable[Clause], pairs: Collection[tuple[str, str]]) -> tuple[Clause, ...]:
    """The clauses that are among these pairs of clause and listing, each for those listings only."""
    return tuple(
        replace(each, listings=listings)
        for each in clauses
        if (listings := tuple(listing for listing in each.listings if (each.id, listing.name) in pairs))
    )


def turn(clause: Clause) -> tuple[bool, int, int]:
    """When a clause is best decided: what tells most by few requests first, what is decided on whatever is read last."""
    passive = all(part.kind.trials is None for part in clause.parts)
    return passive, FAMILIES.index(clause.family), list(CLAUSES).index(clause.id)


FAMILIES = ("walks", "order", "filters", "events", "items", "links", "pages", "inputs", "auth")
"""By how much they tell for how few requests: whole listings first, requests that nobody should send last."""
