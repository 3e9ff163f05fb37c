"""Verdicts: what a run found out about each clause and listing, and how several findings become one."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Any, Self

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


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
        evidence: pieces of evidence that say something about it, by what they are.
        reason: why it is not exercised, undecided or an error.
        expected: of a violation, what had to be.
        actual: of a violation, what was.
        curl: of a violation, commands that show it again.
        exchanges: of a violation, the requests and answers that showed it, as text.
        times: how many violations were found.
        deviations: of the target's known deviations, the reasons of those that were met.
        because: of what is undecided, the clause and the listing whose violation is the reason; empty for another reason.
        alike: of a violation, whether all that were found say the same `actual`.
    """

    clause: str
    listing: str
    level: str
    verdict: Outcome
    statement: str = ""
    evidence: Mapping[str, int] | None = None
    reason: str = ""
    expected: str = ""
    actual: str = ""
    curl: tuple[str, ...] = ()
    exchanges: tuple[str, ...] = ()
    times: int = 0
    deviations: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    alike: bool = False

    @property
    def breaks_must(self) -> bool:
        """Whether this fails a run whatever its options."""
        return self.verdict == Outcome.ERROR or (self.verdict == Outcome.VIOLATED and self.level == "MUST")

    @property
    def evidence_text(self) -> str:
        """The evidence in words: "212 pages, 9 walks"."""
        counts = (self.evidence or {}).items()
        return ", ".join(f"{count:,} {noun if count != 1 else singular(noun)}" for noun, count in counts)

    @property
    def as_json(self) -> dict[str, Any]:
        """The verdict as it stands in a verdict file."""
        return asdict(self) | {
            "evidence": self.evidence_text,
            "counts": dict(self.evidence or {}),
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
        )

    def pack(self) -> str:
        """The verdict as text, to be sent from one process to another."""
        return orjson.dumps(asdict(self)).decode()

    @classmethod
    def unpack(cls, packed: str) -> Self:
        """A verdict from its text."""
        told = orjson.loads(packed)
        known = {field.name: told[field.name] for field in fields(cls)}
        lists = {name: tuple(known[name]) for name in ("curl", "exchanges", "deviations", "because")}
        return cls(**{**known, **lists, "verdict": Outcome(known["verdict"])})


def singular(noun: str) -> str:
    """A counted noun for one: "walks compared" becomes "walk compared"."""
    words = noun.split(" ")
    index = next((index for index, word in enumerate(words) if word.endswith("s")), None)
    if index is not None:
        words[index] = re.sub("ies$", "y", words[index]).removesuffix("s")
    return " ".join(words)


def merge(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """One verdict for each clause and listing: the gravest, with the evidence of all that found the same."""
    ordered = sorted(verdicts, key=_place)
    return [_merged(list(group)) for _, group in groupby(ordered, key=_place)]


def _place(verdict: Verdict) -> tuple[str, str]:
    return verdict.clause, verdict.listing


def _merged(verdicts: list[Verdict]) -> Verdict:
    def gravity(verdict: Verdict) -> tuple[int, bool]:
        return _RANK[verdict.verdict], verdict.level != "MUST"

    gravest = min(verdicts, key=gravity)
    counts: dict[str, int] = {}
    for verdict in verdicts:
        for noun, count in (verdict.evidence or {}).items():
            counts[noun] = counts.get(noun, 0) + count
    met = dict.fromkeys(reason for verdict in verdicts for reason in verdict.deviations)
    said = {(verdict.actual, verdict.alike) for verdict in verdicts if verdict.verdict == Outcome.VIOLATED}
    return replace(
        gravest,
        evidence=counts,
        times=sum(verdict.times for verdict in verdicts),
        deviations=tuple(met),
        alike=said == {(gravest.actual, True)},
    )
