"""Decides clauses on evidence: gathers it, judges it, and confirms what only still data can show."""

from __future__ import annotations

import traceback
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from contracts.crawl.crawler import FORBIDDEN, Blocked, Forbidden, Lacking, Silent
from contracts.crawl.together import Notes, ranked, taking
from contracts.findings.clause import ANSWERS, PAGES, WALKS, Clause, EvidenceKind, Holds, Level, Part, Trial, Violation
from contracts.findings.recipes import Recipe, recipe_of
from contracts.findings.requirements import required
from contracts.findings.verdicts import Outcome, Pair, Verdict
from contracts.paging.pages import Answer, Page
from contracts.paging.queries import ASCENDING
from contracts.paging.walks import Walk
from contracts.runner.findings import Findings
from contracts.runner.gathering import Gathering, Observation
from contracts.transport.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from contracts.crawl.cache import CrawlCache
    from contracts.findings.waivers import Waiver
    from contracts.paging.listings import Listing, Scope

CHANGED = "the listing changed while it was read"

_KINDS = {Answer: ANSWERS, Page: PAGES, Walk: WALKS}


class Evaluator:
    """Keeps what is found about every clause and listing during a run.

    Args:
        clauses: those to decide.
        redact: hides credentials in what is said.
        deviations: violations that are known of the target.
    """

    def __init__(
        self,
        clauses: Iterable[Clause],
        redact: Callable[[str], str] = str,
        waivers: Iterable[Waiver] = (),
    ) -> None:
        self.clauses = tuple(clauses)
        self._by_id = {clause.id: clause for clause in self.clauses}
        self.redact = redact
        self.waivers = tuple(waivers)
        self.findings: defaultdict[Pair, Findings] = defaultdict(Findings)
        self.plain: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._forbidden: set[Scope] = set()
        self._examined: Pair | None = None
        self.gathering = Gathering()
        self._notes = Notes()
        self._watching: dict[EvidenceKind, list[tuple[Clause, Part]]] = {
            kind: [(clause, part) for clause in self.clauses for part in clause.parts if part.kind is kind]
            for kind in _KINDS.values()
        }

    def watch(self, evidence: object) -> None:
        """Judge an answer, a page or a walk by every clause that is decided on such."""
        assert isinstance(evidence, Answer | Page | Walk)
        if isinstance(evidence, Answer) and evidence.plain:
            self.plain[evidence.scope.listing.name][evidence.sort] += 1
        for clause, part in self._watching[_KINDS[type(evidence)]]:
            if evidence.scope.listing in clause.listings:
                self._judge(clause, part, evidence, evidence.scope.listing)

    def _judge(self, clause: Clause, part: Part, evidence: Observation, listing: Listing) -> None:
        findings = self.findings[clause.id, listing.name]
        for violation in self._decide(part, evidence, findings):
            self.record(clause, listing, replace(violation, recipe=recipe_of(clause.parts.index(part), evidence)))

    def record(self, clause: Clause, listing: Listing, violation: Violation) -> None:
        """Note a violation."""
        if not self.expects(clause, listing, violation):
            self.findings[clause.id, listing.name].record(violation, self._examined)

    def expects(self, clause: Clause, listing: Listing, violation: Violation) -> bool:
        """Whether the target is known for a violation, which is then noted as that deviation."""
        known = next((each for each in self.waivers if each.covers(clause.id, listing.name, violation)), None)
        if known is not None:
            self.findings[clause.id, listing.name].waived.setdefault(known, violation)
        return known is not None

    def _decide(self, part: Part, evidence: Observation, findings: Findings) -> list[Violation]:
        """The violations that a piece of evidence shows; counts it where it says anything about the clause."""
        try:
            if not part.concerns(evidence):
                return []
            found = list(part.judge(evidence))
            if garbled := [each for each in found if _in_garbled_body(each)]:
                findings.garbled += [f"needs pages.decodable: {each.actual}" for each in garbled]
                return [each for each in found if each not in garbled]
            if part.counts:
                findings.evidence.update(part.counts(evidence))
            else:
                findings.evidence[part.kind.words] += 1
        except Exception:  # noqa: BLE001 - a bug of the suite is an error, never a verdict on the target
            findings.errors.append(f"a bug of the suite: {traceback.format_exc(limit=-3)}")
            return []
        return found

    def examine(self, clause: Clause, listing: Listing, cache: CrawlCache) -> Verdict:
        """Gather what a clause needs for a listing, judge it, and say what was found."""
        self._examined = (clause.id, listing.name)
        try:
            with taking(self._notes):
                for kind in clause.reads:
                    for _ in self._outcomes(kind, listing, cache):
                        pass
                for part in clause.parts:
                    if part.kind.trials is None:
                        self._read(listing, cache, self.findings[clause.id, listing.name])
                    else:
                        self._try(clause, part, listing, cache)
        finally:
            self._catch_up()
        return self.verdict(clause, listing)

    def begin(self, pairs: Iterable[tuple[Clause, Listing]], cache: CrawlCache) -> None:
        """Let the crew gather what clauses need for their listings, in the order in which they are examined."""
        for rank, (clause, listing) in enumerate(pairs):
            with ranked(rank):
                for kind in (*clause.reads, *(part.kind for part in clause.parts)):
                    if not kind.late:
                        self.gathering.begin(kind, listing, cache)

    def gathered(self, clause: Clause, listing: Listing) -> bool:
        """Whether all that a clause needs for a listing was gathered ahead, so that it can be examined without a request."""
        kinds = [*clause.reads, *(part.kind for part in clause.parts)]
        return all(kind.trials is not None and self.gathering.complete(kind, listing) for kind in kinds)

    def _outcomes(
        self, kind: EvidenceKind, listing: Listing, cache: CrawlCache
    ) -> Iterator[tuple[Trial | None, Observation]]:
        """Trials and what they gave; what was seen for that is judged first."""
        for trial, outcome in self.gathering.outcomes(kind, listing, cache):
            self._catch_up()
            yield trial, outcome

    def _catch_up(self) -> None:
        """Judge what was seen and is not judged yet."""
        for evidence in self._notes.read():
            self.watch(evidence)

    def _read(self, listing: Listing, cache: CrawlCache, findings: Findings) -> None:
        """Read what is judged wherever it is met."""
        try:
            cache.standard(listing)
        except (Blocked, Lacking, TargetError) as outcome:
            self._note(outcome, findings, listing)

    def _try(self, clause: Clause, part: Part, listing: Listing, cache: CrawlCache) -> None:
        findings = self.findings[clause.id, listing.name]
        for trial, outcome in self._outcomes(part.kind, listing, cache):
            if _enough(part.kind, findings):
                continue
            if isinstance(outcome, Exception):
                self._note(outcome, findings, listing)
            else:
                place = clause.parts.index(part)
                made_again = trial is not None and not part.kind.batch
                recipe = Recipe(place, trial.scope.conversation, trial.name) if trial and made_again else None
                for violation in self._weigh(part, trial, outcome, findings, cache):
                    self.record(clause, listing, replace(violation, recipe=recipe))

    def _weigh(
        self, part: Part, trial: Trial | None, evidence: Observation, findings: Findings, cache: CrawlCache
    ) -> list[Violation]:
        violations = self._decide(part, evidence, findings)
        if violations and trial is not None and part.holds == Holds.QUIESCENT:
            try:
                violations = self._confirm(part, trial, findings, cache)
            except Silent as outcome:
                violations = self._unconfirmed(trial, findings, outcome)
            except (Blocked, Lacking):
                # A listing that stands still and cannot even be read again as it was: what was seen stands.
                if cache.moves(trial.scope):
                    findings.undecided.append(f"{trial.name}: {CHANGED}")
                    violations = []
            except Exception as outcome:  # noqa: BLE001 - a bug of the suite, or a target that went away
                violations = self._unconfirmed(trial, findings, outcome)
        return violations

    def _unconfirmed(self, trial: Trial, findings: Findings, outcome: Exception) -> list[Violation]:
        """Note that a violation could not be seen again, and why; none is left."""
        self._note(outcome, findings, trial.scope.listing)
        findings.undecided.append(f"{trial.name}: violated once, and could not be read again: {outcome}")
        return []

    def _confirm(self, part: Part, trial: Trial, findings: Findings, cache: CrawlCache) -> list[Violation]:
        """What a fresh reading shows again, on data that stood still meanwhile."""
        moved = cache.moves(trial.scope) or self._moved(trial.scope, cache)
        for _ in range(2):
            fresh = cache.afresh()
            before = set(fresh.complete_walk(trial.scope, ASCENDING).ids)
            again = [each for each in part.judge(trial.observe(fresh)) if not _in_garbled_body(each)]
            if not again:
                break
            after = set(cache.afresh().complete_walk(trial.scope, ASCENDING).ids)
            if before == after:
                return again
            moved = True
            cache.moved(trial.scope)
        if again:
            findings.undecided.append(f"{trial.name}: {CHANGED}")
        elif not moved:
            findings.undecided.append(f"{trial.name}: violated once, but not when it was read again")
        return []

    def _moved(self, scope: Scope, cache: CrawlCache) -> bool:
        """Whether a listing holds other items than when it was first read."""
        known, now = (set(each.complete_walk(scope, ASCENDING).ids) for each in (cache, cache.afresh()))
        if known != now:
            cache.moved(scope)
        return known != now

    def _note(self, outcome: Exception, findings: Findings, listing: Listing) -> None:
        """Note why evidence about a listing could not be had, and once of each listing that it may not be read."""
        findings.note(outcome, listing)
        if isinstance(outcome, Forbidden) and outcome.scope not in self._forbidden:
            self._forbidden.add(outcome.scope)
            self.plain[outcome.scope.listing.name][str(FORBIDDEN)] += 1

    def verdict(self, clause: Clause, listing: Listing) -> Verdict:
        """What was found so far, without any credential in it."""
        return self._current(clause, listing).rewritten(self.redact)

    def _current(self, clause: Clause, listing: Listing) -> Verdict:
        made = self.findings[clause.id, listing.name].verdict(clause, listing)
        if made.verdict != Outcome.VIOLATED:
            return made
        return required(made, clause.requires, lambda name: self._broken(name, listing))

    def _broken(self, name: str, listing: Listing) -> Verdict | None:
        """The verdict on a clause of which a MUST was found broken, known or not; None for another clause."""
        known = self.findings.get((name, listing.name))
        found = [*known.violations, *known.waived.values()] if known else []
        if not found or self._by_id[name].level != Level.MUST or not any(each.level is None for each in found):
            return None
        return self._current(self._by_id[name], listing)


def _enough(kind: EvidenceKind, findings: Findings) -> bool:
    """Whether to gather no more: what comes in one go is there already, and all of it is judged."""
    return findings.settled and not kind.batch


def _in_garbled_body(violation: Violation) -> bool:
    """Whether a violation shows in a body that cannot be read: then pages.decodable is broken, and nothing else."""
    garbled = {number for number, each in enumerate(violation.exchanges) if each.garbled}
    return any(each.exchange in garbled and each.pointer is not None for each in violation.where)
