"""Evaluates before anything is reported: every clause and listing whose test is selected, in one process or in several."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from contracts.findings.verdicts import Outcome
from contracts.pytest_plugin.parts import Part
from contracts.reporting.sharding import COSTS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from contracts.findings.clause import Clause
    from contracts.findings.verdicts import Pair, Verdict
    from contracts.paging.listings import Listing
    from contracts.pytest_plugin.parts import Folder
    from contracts.pytest_plugin.progress import Progress
    from contracts.reporting.coverage import Coverage
    from contracts.runner.verification import Verification
    from contracts.transport.session import Session

IN_PASSING = (Outcome.VIOLATED, Outcome.DEVIATION, Outcome.ERROR)
"""What is said of a pair that another process decides, or another shard."""

POLL = 0.05
"""Seconds between two looks at what the other processes have finished."""


PATIENCE = 3.0
"""Seconds that a process waits for what the others have found, when the run ends early."""


def counted(session: Session) -> dict[str, float]:
    """What a session counted, and a run adds up over its processes."""
    return {name: getattr(session, name) for name in ("sent", "waited", "retried", "held", "severed", "refused")}


@dataclass
class Evaluation:
    """What this process decides, and what came of it so far.

    Args:
        verification: what is verified, and how.
        pairs: what is to be decided; the verification may watch others beside.
        witnesses: what is looked at too, as it showed violations of these pairs before; nothing is said of it.
        process: the name of this process; empty where there is only one.
        heed: is called before a pair counts as decided; raises `KeyboardInterrupt` where the run has to end.
        after: is called with its verdict after each pair; says whether to go on.
        coverage: counts what was seen of what the description names.
        progress: says how far this process is; None where nobody looks.
    """

    verification: Verification
    pairs: Collection[Pair]
    witnesses: Collection[Pair]
    process: str
    heed: Callable[[], None]
    after: Callable[[Verdict], bool]
    coverage: Coverage
    progress: Progress | None = None
    began: float = field(default_factory=time.time)
    ended: float = 0.0
    current: Pair = ("", "")
    seconds: dict[Pair, float] = field(default_factory=dict)

    @property
    def listings(self) -> list[str]:
        """The listings of the pairs, the one first that takes longest: the others fit in beside it."""
        return sorted({name for _, name in {*self.pairs, *self.witnesses}}, key=lambda name: -COSTS.get(name, 0))

    @property
    def verdicts(self) -> list[Verdict]:
        """What is said so far of the pairs that were decided."""
        return [each for each in self.verification.verdicts() if each.pair in self.seconds]

    def alone(self) -> None:
        """Decide all pairs, in the order of the plan."""
        self._decide(self.listings)

    def together(self, folder: Folder) -> None:
        """Decide one listing after the other that no other process works at, until all are finished by somebody."""
        while not folder.complete(self.listings):
            listing = folder.claim(self.process, self.listings)
            if listing is None:
                time.sleep(POLL)
                continue
            self.verification.target.session.pacer.taken = 0  # each listing has its share of the budget
            self._decide([listing])
            folder.write(self.part())
            folder.finish(listing)

    def cut(self, folder: Folder) -> None:
        """Give up what this process works at, and wait a moment for what the others have when they do."""
        folder.write(self.part())
        folder.leave(self.process)
        end = time.monotonic() + PATIENCE
        while not folder.complete(self.listings) and time.monotonic() < end:
            time.sleep(POLL)

    def _decide(self, listings: Collection[str]) -> None:
        wanted = {*self.pairs, *self.witnesses}
        plan = [
            (clause, listing)
            for clause, listing in self.verification.plan()
            if listing.name in listings and (clause.id, listing.name) in wanted
        ]
        self.verification.begin(plan)
        for clause, listing in plan:
            if self.verification.target.session.gone and not self.verification.gathered(clause, listing):
                continue  # what others need can still have been read before
            if not self.after(self._examine(clause, listing)):
                return

    def _examine(self, clause: Clause, listing: Listing) -> Verdict:
        pair = (clause.id, listing.name)
        self.current = (clause.family, listing.name)
        if self.progress:
            self.progress.begin(*self.current)
        began = time.perf_counter()
        verdict = self.verification.examine(clause, listing)
        self.heed()
        if pair in self.pairs:
            self.seconds[pair] = time.perf_counter() - began
            if self.progress:
                self.progress.end()
        self.ended = time.time()
        return verdict

    def part(self) -> Part:
        """What this process found out so far."""
        cache, session = self.verification.cache, self.verification.target.session
        verdicts, redact = (
            [each for each in self.verification.verdicts() if self._says(each)],
            self.verification.target.redact,
        )
        return Part(
            self.process,
            self.began,
            self.ended,
            self.current,
            tuple((*pair, seconds) for pair, seconds in self.seconds.items()),
            tuple(verdicts),
            counted(session),
            str(cache.sample or ""),
            tuple(map(redact, cache.tails)),
            session.gone,
            {
                name: {redact(sort): count for sort, count in counts.items()}
                for name, counts in self.verification.evaluator.plain.items()
            },
            tuple(map(redact, session.losses.given_up)),
            tuple(self._seen_by(each for each in verdicts if each.verdict == Outcome.VIOLATED)),
            self.coverage.counts,
        )

    def _says(self, verdict: Verdict) -> bool:
        if verdict.pair in self.witnesses and verdict.pair not in self.pairs:
            return False
        return verdict.pair in self.seconds or verdict.verdict in IN_PASSING

    def _seen_by(self, verdicts: Iterable[Verdict]) -> Iterator[tuple[Pair, Pair]]:
        findings = self.verification.evaluator.findings
        for pair in (each.pair for each in verdicts):
            yield from ((pair, witness) for witness in findings[pair].witnesses)


def _rewritten(counts: Mapping[str, int], rewrite: Callable[[str], str]) -> dict[str, int]:
    """Counts with their names rewritten: a target chooses its media types."""
    return {rewrite(name): count for name, count in counts.items()}


def watching(verification: Verification, pairs: Collection[Pair]) -> Verification:
    """The same verification, which looks at nothing but these clauses and listings."""
    return replace(verification, clauses=verification.clauses.restricted(pairs))
