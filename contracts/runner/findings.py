"""What is found about one clause and one listing, and the verdict that it comes to."""

from __future__ import annotations

import traceback
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from contracts.crawl.crawler import Blocked, Forbidden, Lacking, Silent
from contracts.findings.clause import shortened
from contracts.findings.counts import Words, counts_of
from contracts.findings.places import request_of
from contracts.findings.shown import shown
from contracts.findings.verdicts import Outcome, Pair, Verdict
from contracts.transport.errors import BudgetError, LapsedError, LoadError, TargetError

if TYPE_CHECKING:
    from contracts.findings.clause import Clause, Violation
    from contracts.findings.waivers import Waiver
    from contracts.paging.listings import Listing

ENOUGH = 3
"""Violations after which no more are looked for: one fault should not bury its reader."""


@dataclass
class Findings:
    """What was found so far about one clause and one listing.

    `witnesses` are the clauses and listings whose evidence showed the violations that are kept. `garbled` is what was
    seen in bodies that cannot be read, where it would have been a violation. `silent` is what was given up while there
    was more to judge by: another conversation, or all but another listing.
    """

    evidence: Counter[Words] = field(default_factory=Counter)
    violations: list[Violation] = field(default_factory=list)
    times: int = 0
    waived: dict[Waiver, Violation] = field(default_factory=dict)
    actuals: set[str] = field(default_factory=set)
    undecided: list[str] = field(default_factory=list)
    blocked: dict[str, Pair] = field(default_factory=dict)
    garbled: list[str] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)
    silent: list[tuple[Outcome, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    witnesses: dict[Pair, None] = field(default_factory=dict)

    @property
    def settled(self) -> bool:
        """Whether enough is known: more violations, or more that cannot be decided, would say nothing new.

        Violations that are milder than the clause are not enough: a worse one may come.
        """
        worst = sum(each.level is None for each in self.violations)
        return max(worst, len(self.undecided)) >= ENOUGH

    def record(self, violation: Violation, witness: Pair | None = None) -> None:
        """Note a violation; of many, the first ones of each level are kept."""
        self.times += 1
        if len(self.actuals) <= 1:  # two say that they differ
            self.actuals.add(violation.actual)
        if sum(known.level == violation.level for known in self.violations) < ENOUGH:
            self.violations.append(violation)
            if witness:
                self.witnesses[witness] = None

    def note(self, outcome: Exception, listing: Listing) -> None:
        """Note why evidence about a listing could not be had; that it may not be read is an error of that listing."""
        if isinstance(outcome, Forbidden):
            elsewhere = listing != outcome.scope.listing
            (self.undecided if elsewhere else self.errors).append(str(outcome))
            return
        if isinstance(outcome, Silent):
            self._note_silent(outcome, listing)
            return
        if isinstance(outcome, Blocked):
            self.blocked[str(outcome)] = (outcome.clause, outcome.listing or listing.name)
        if isinstance(outcome, Blocked | LapsedError):
            self.undecided.append(str(outcome))
        elif isinstance(outcome, Lacking | BudgetError | LoadError):
            self.lacking.append(str(outcome))
        elif isinstance(outcome, TargetError):
            self.errors.append(str(outcome))
        else:
            where = "".join(traceback.format_exception(outcome, limit=-3))
            self.errors.append(f"a bug of the suite: {where}")

    def _note_silent(self, outcome: Silent, listing: Listing) -> None:
        """Note what was given up: an error, unless there are other conversations or listings to judge by."""
        if outcome.scope.listing != listing:
            self.silent.append((Outcome.UNDECIDED, str(outcome)))
        elif listing.nested:
            self.silent.append((Outcome.ERROR, str(outcome)))
        else:
            self.errors.append(str(outcome))

    def verdict(self, clause: Clause, listing: Listing) -> Verdict:
        """What was found so far, whatever is true of the clauses that this one requires."""
        worst = min(self.violations, key=lambda each: each.level is not None, default=None)
        made = Verdict(
            clause.id,
            listing.name,
            clause.level if worst is None else worst.level or clause.level,
            Outcome.HELD,
            clause.statement,
            counts_of(self.evidence),
            times=self.times,
            alike=len(self.actuals) == 1,
            deviations=tuple(each.text for each in self.waived),
        )
        if worst is not None:
            return _violated_by(made, worst, Outcome.VIOLATED)
        if self.errors:
            return _because(made, Outcome.ERROR, self.errors)
        for known, violation in self.waived.items():
            return replace(_violated_by(made, violation, Outcome.DEVIATION), reason=known.text)
        if undecided := self.undecided or ([] if self.evidence else self.garbled):
            because = dict.fromkeys(self.garbled, ("pages.decodable", listing.name)) | self.blocked
            return replace(_because(made, Outcome.UNDECIDED, undecided), because=because.get(undecided[0], ()))
        return made if self.evidence else self._without_evidence(made, clause)

    def _without_evidence(self, made: Verdict, clause: Clause) -> Verdict:
        """The verdict where nothing was found to judge."""
        if not self.silent:
            return _because(made, Outcome.NOT_EXERCISED, self.lacking or [f"needs {clause.needs}"])
        gravest = Outcome.ERROR if Outcome.ERROR in dict(self.silent) else Outcome.UNDECIDED
        return _because(made, gravest, [reason for outcome, reason in self.silent if outcome == gravest])


def _violated_by(made: Verdict, violation: Violation, verdict: Outcome) -> Verdict:
    return replace(
        made,
        verdict=verdict,
        expected=violation.expected,
        actual=violation.actual,
        curl=tuple(exchange.curl for exchange in violation.exchanges),
        exchanges=tuple(
            shown(exchange, (each for each in violation.where if each.exchange == index))
            for index, exchange in enumerate(violation.exchanges)
        ),
        where=violation.where,
        requests=tuple(map(request_of, violation.exchanges)),
        recipe=violation.recipe,
    )


def _because(made: Verdict, verdict: Outcome, reasons: list[str]) -> Verdict:
    kinds = list(dict.fromkeys(reasons))
    more = f" (and {len(kinds) - 1} more)" if len(kinds) > 1 else ""
    return replace(made, verdict=verdict, reason=shortened(kinds[0]) + more)
