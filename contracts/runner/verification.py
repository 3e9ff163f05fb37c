"""The whole job without a test runner: which clauses, on which target, and what came of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from contracts.crawl.cache import Choices, CrawlCache
from contracts.crawl.crawler import Crawler
from contracts.findings.verdicts import Verdict, merge
from contracts.paging.exchanges import server_time
from contracts.runner.evaluator import Evaluator
from contracts.transport.credentials import Minted
from contracts.transport.errors import OtherRefusedError, RefusedError, TargetError, TooLargeError
from contracts.transport.identities import OTHER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.findings.clause import Clause
    from contracts.findings.families import Clauses
    from contracts.findings.waivers import Waiver
    from contracts.paging.exchanges import Exchange
    from contracts.paging.listings import Listing
    from contracts.paging.units import Pages
    from contracts.transport import Target

REFUSED = (401, 403)
SKEW = 30
"""Seconds between two clocks from which on they may be why a token that was made here is refused there."""


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
    clauses: Clauses
    choices: Choices = field(default_factory=Choices)
    unsafe: bool = False
    page_limit: Pages = 1000
    waivers: tuple[Waiver, ...] = ()

    @cached_property
    def evaluator(self) -> Evaluator:
        """Keeps what is found."""
        return Evaluator(self.clauses.values(), self.target.redact, self.waivers)

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
            shared=self.target.shared,
        )
        return CrawlCache(crawler, self.choices, self.clauses.description)

    def probe(self) -> None:
        """Ask the target once; `TargetError` where it cannot be reached or refuses the credential.

        One that sends too much is there: each clause says so.
        """
        try:
            exchange = self._first()
        except TooLargeError:
            return
        if exchange.status in REFUSED:
            given = self.target.access.credential
            skew = round(seconds - time.time()) if (seconds := server_time(exchange.headers)) and given else 0
            raise RefusedError(
                self.target.base_url,
                exchange.status,
                credential=given is not None,
                skew=skew if isinstance(given, Minted) and abs(skew) > SKEW else 0,
            )

    def probe_other(self) -> None:
        """Ask the target once as the second identity; `TargetError` where it refuses that."""
        exchange = self._first(OTHER)
        if exchange.status in REFUSED:
            raise OtherRefusedError(self.target.base_url, f"status {exchange.status}")

    def _first(self, credential: str | None = None) -> Exchange:
        """The answer of any listing: one of them may be what is broken, or what the credential may not read."""
        urls = [f"{self.target.base_url}/{name}?page_size=1" for name in ("users", "conversations")]
        try:
            exchange = self.target.send("GET", urls[0], credential=credential)
        except TargetError as error:
            try:
                return self.target.send("GET", urls[1], credential=credential)
            except TargetError:
                raise error from None
        return self.target.send("GET", urls[1], credential=credential) if exchange.status in REFUSED else exchange

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
        ordered = sorted(self.clauses.values(), key=lambda clause: turn(clause, self.clauses))
        return ((clause, listing) for clause in ordered for listing in clause.listings)

    def verdicts(self) -> list[Verdict]:
        """What was found so far, one verdict for each clause and listing."""
        return merge(self.evaluator.verdict(clause, listing) for clause, listing in self.plan())


def turn(clause: Clause, clauses: Clauses) -> tuple[bool, int, int]:
    """When a clause is best decided: what tells most by few requests first, what is decided on whatever is read last."""
    passive = all(part.kind.trials is None for part in clause.parts)
    return passive, FAMILIES.index(clause.family), clauses.position(clause.id)


FAMILIES = ("walks", "order", "filters", "events", "items", "links", "pages", "inputs", "auth")
"""By how much they tell for how few requests: whole listings first, requests that nobody should send last."""
