"""The whole job without a test runner: which clauses, on which target, and what came of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from contracts.crawl.cache import Choices, CrawlCache
from contracts.crawl.crawler import Crawler
from contracts.crawl.together import Crew, see
from contracts.findings.verdicts import Verdict, merge
from contracts.paging.exchanges import server_time
from contracts.runner.evaluator import Evaluator
from contracts.transport.credentials import Minted
from contracts.transport.errors import OtherRefusedError, RefusedError, TargetError, TooLargeError
from contracts.transport.identities import OTHER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from contracts.findings.clause import Clause
    from contracts.findings.families import Clauses
    from contracts.findings.waivers import Waiver
    from contracts.paging.exchanges import Exchange
    from contracts.paging.listings import Listing
    from contracts.paging.units import Pages, Seconds
    from contracts.transport import Target

REFUSED = (401, 403)
LOOKS = 5
"""Answers that are timed."""

FAR: Seconds = 0.01
"""The time from which on it is worth while to send several requests at once."""

WORKERS = 16
"""Requests that are under way at once then."""

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
        workers: how many requests may be under way at once.
    """

    target: Target
    clauses: Clauses
    choices: Choices = field(default_factory=Choices)
    unsafe: bool = False
    page_limit: Pages = 1000
    waivers: tuple[Waiver, ...] = ()
    workers: int = 1

    @cached_property
    def evaluator(self) -> Evaluator:
        """Keeps what is found."""
        return Evaluator(self.clauses.values(), self.target.redact, self.waivers)

    @cached_property
    def cache(self) -> CrawlCache:
        """Keeps what is read."""
        crew = Crew(self.workers)
        crawler = Crawler(
            self.target.base_url,
            crew.while_working(self.target.send),
            watch=see,
            page_limit=self.page_limit,
            hosts=self.target.access.hosts,
            wrong=self.target.credentials,
            unsafe=self.unsafe,
            shared=self.target.shared,
        )
        return CrawlCache(crawler, self.choices, self.clauses.description, crew=crew)

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

    def at_once(self) -> int:
        """How many requests are best under way at once: one, unless the target is far away and answers several together.

        A target that is near answers before this process has judged the answer before; one that takes one connection
        after the other would let all others wait. Where a rate or a budget counts requests, none is spent to find out.
        """
        pace = self.target.access.pace
        if pace.rate is not None or pace.budget is not None:
            return 1
        url = f"{self.target.base_url}/users?page_size=1"
        try:
            seconds = min(self.target.send("GET", url).seconds for _ in range(LOOKS))
            return WORKERS if seconds >= FAR and self.target.session.answers_together(url, seconds) else 1
        except TargetError:
            return 1

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
        self.begin(self.plan())
        for clause, listing in self.plan():
            self.examine(clause, listing)
        self.end()
        return self.verdicts()

    def begin(self, pairs: Iterable[tuple[Clause, Listing]]) -> None:
        """Let several workers gather what some clauses need for their listings, ahead of their examination."""
        if self.workers > 1:
            self.evaluator.begin(pairs, self.cache)

    def gathered(self, clause: Clause, listing: Listing) -> bool:
        """Whether a clause can be examined for a listing though the target is gone."""
        return self.evaluator.gathered(clause, listing)

    def end(self) -> None:
        """Send nothing more."""
        self.cache.crew.end()

    def plan(self) -> Iterator[tuple[Clause, Listing]]:
        """Clauses and listings in the order in which they are best decided."""
        ordered = sorted(self.clauses.values(), key=lambda clause: turn(clause, self.clauses))
        return ((clause, listing) for clause in ordered for listing in clause.listings)

    def verdicts(self) -> list[Verdict]:
        """What was found so far, one verdict for each clause and listing."""
        return merge(self.evaluator.verdict(clause, listing) for clause, listing in self.plan())


def turn(clause: Clause, clauses: Clauses) -> tuple[bool, bool, int, int]:
    """When a clause is best decided: what tells most by few requests first, what is decided on whatever is read last."""
    late = any(part.kind.late for part in clause.parts)
    passive = all(part.kind.trials is None for part in clause.parts)
    return late, passive, FAMILIES.index(clause.family), clauses.position(clause.id)


FAMILIES = ("walks", "order", "filters", "events", "items", "links", "pages", "inputs", "auth")
"""By how much they tell for how few requests: whole listings first, requests that nobody should send last."""
