"""Verdicts: what a run found out about each clause and listing, and how several findings become one."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Self

import orjson

from contracts.findings.counts import Count, added, in_words
from contracts.findings.places import Place, Request
from contracts.findings.recipes import Recipe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


Pair = tuple[str, str]
"""The id of a clause and the name of a listing."""


class Outcome(StrEnum):
    """What can be found out; the first of these wins where a clause has several."""

    VIOLATED = "violated"
    ERROR = "error"
    DEVIATION = "deviation"
    """Violated as the target's list of deviations expects."""
    UNDECIDED = "undecided"
    HELD = "held"
    NOT_EXERCISED = "not-exercised"


_RANK = {kind: rank for rank, kind in enumerate(Outcome)}


@dataclass(frozen=True)
class Verdict:
    """What was found out about one clause and one listing (or `api`).

    Attributes:
        clause: the clause's id.
        listing: the listing's name, or `api`.
        level: MUST, SHOULD or REPORT; of a violation, how much that one matters.
        verdict: what was found.
        statement: the promise.
        evidence: how many pieces of each kind of evidence say something about it.
        reason: why it is not exercised, undecided or an error.
        expected: of a violation, what had to be.
        actual: of a violation, what was.
        curl: of a violation, commands that show it again.
        exchanges: of a violation, the requests and answers that showed it, as text.
        times: how many violations were found.
        deviations: of the target's known deviations, the reasons of those that were met.
        where: of a violation, the places in its exchanges that show it.
        requests: of a violation, the requests of its exchanges, to send them again.
        recipe: of a violation, how to gather its evidence again; None where only its requests can be sent again.
        because: of what is undecided, the clause and the listing whose violation is the reason; empty for another reason.
        alike: of a violation, whether all that were found say the same `actual`.
    """

    clause: str
    listing: str
    level: str
    verdict: Outcome
    statement: str = ""
    evidence: tuple[Count, ...] = ()
    reason: str = ""
    expected: str = ""
    actual: str = ""
    curl: tuple[str, ...] = ()
    exchanges: tuple[str, ...] = ()
    times: int = 0
    deviations: tuple[str, ...] = ()
    where: tuple[Place, ...] = ()
    requests: tuple[Request, ...] = ()
    recipe: Recipe | None = None
    because: tuple[str, ...] = ()
    alike: bool = False

    @property
    def pair(self) -> Pair:
        """The clause and the listing, of which there is one verdict."""
        return self.clause, self.listing

    @property
    def family(self) -> str:
        """The clause's family."""
        return self.clause.partition(".")[0]

    def places(self, exchange: int) -> tuple[Place, ...]:
        """Those places that are in one of the exchanges, which is named by its index."""
        return tuple(each for each in self.where if each.exchange == exchange)

    @property
    def breaks_must(self) -> bool:
        """Whether this fails a run whatever its options."""
        return self.verdict == Outcome.ERROR or (self.verdict == Outcome.VIOLATED and self.level == "MUST")

    @property
    def evidence_text(self) -> str:
        """The evidence in words: "212 pages, 9 walks"."""
        return in_words(self.evidence)

    @property
    def as_json(self) -> dict[str, Any]:
        """The verdict as it stands in a verdict file."""
        known = asdict(self)
        return known | {
            "evidence": self.evidence_text,
            "counts": known["evidence"],
            "curl": "\n".join(self.curl),
        }

    def rewritten(self, rewrite: Callable[[str], str]) -> Self:
        """The verdict with everything that came from a target rewritten."""
        return replace(
            self,
            reason=rewrite(self.reason),
            expected=rewrite(self.expected),
            actual=rewrite(self.actual),
            curl=tuple(map(rewrite, self.curl)),
            exchanges=tuple(map(rewrite, self.exchanges)),
            where=tuple(each.rewritten(rewrite) for each in self.where),
            requests=tuple(each.rewritten(rewrite) for each in self.requests),
            recipe=self.recipe and self.recipe.rewritten(rewrite),
        )

    def pack(self) -> str:
        """The verdict as text, to be sent from one process to another."""
        return orjson.dumps(asdict(self)).decode()

    @classmethod
    def unpack(cls, packed: str) -> Self:
        """A verdict from its text."""
        return cls.of_json(orjson.loads(packed))

    @classmethod
    def of_json(cls, members: Mapping[str, Any]) -> Self:
        """A verdict from its fields as JSON gives them; `KeyError` or `TypeError` where they are no such fields."""
        return cls(**{**members, **{name: made(members[name]) for name, made in _FROM_JSON.items() if name in members}})


def _request(members: Mapping[str, Any]) -> Request:
    return Request(members["method"], members["url"], _pairs(members["headers"]))


def _pairs(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in pairs)


_FROM_JSON: Mapping[str, Callable[[Any], Any]] = {
    "verdict": Outcome,
    "evidence": lambda counts: tuple(Count(**each) for each in counts),
    "curl": tuple,
    "exchanges": tuple,
    "deviations": tuple,
    "because": tuple,
    "where": lambda places: tuple(Place(**each) for each in places),
    "requests": lambda requests: tuple(map(_request, requests)),
    "recipe": lambda recipe: recipe and Recipe(**{**recipe, "asked": _pairs(recipe["asked"])}),
}
"""By name of a field, what makes its value of what JSON gives."""


def merge(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """One verdict for each clause and listing: the gravest, with the evidence of all that found the same."""
    pair = attrgetter("pair")
    return [_merged(list(group)) for _, group in groupby(sorted(verdicts, key=pair), key=pair)]


def _merged(verdicts: list[Verdict]) -> Verdict:
    def gravity(verdict: Verdict) -> tuple[int, bool]:
        return _RANK[verdict.verdict], verdict.level != "MUST"

    gravest = min(verdicts, key=gravity)
    counts = added(count for verdict in verdicts for count in verdict.evidence)
    met = dict.fromkeys(reason for verdict in verdicts for reason in verdict.deviations)
    said = {(verdict.actual, verdict.alike) for verdict in verdicts if verdict.verdict == Outcome.VIOLATED}
    return replace(
        gravest,
        evidence=counts,
        times=sum(verdict.times for verdict in verdicts),
        deviations=tuple(met),
        alike=said == {(gravest.actual, True)},
    )
