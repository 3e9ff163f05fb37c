"""What a run over a misbehaving server must say, and whether it did."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts.reporting.run import Exit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from contracts.selftest.chaos.watched import Ended

JUDGED = 20
"""Verdicts "held" that a listing has at least where nothing is wrong with it."""


@dataclass(frozen=True)
class Expected:
    """What a run must come to.

    Attributes:
        codes: the exit codes that are right.
        violated: clauses of which at least one must be violated; families are allowed; none for no such wish.
        errors: a pattern that the reason of a verdict "error", or of a path that was given up, must hold; empty for no
            such wish.
        judged: listings that must be judged as if nothing had happened.
        sound: whether nothing may be violated or end in an error.
    """

    codes: frozenset[int] = frozenset({1})
    violated: tuple[str, ...] = ()
    errors: str = ""
    judged: tuple[str, ...] = ()
    sound: bool = False

    def problems(self, ended: Ended, verdicts: Path) -> Iterator[str]:
        """What is not as expected of a run and its verdict file."""
        if ended.code not in self.codes:
            yield f"exit code {ended.code} instead of {' or '.join(map(str, sorted(self.codes)))}{_last(ended.printed)}"
        if ended.code == Exit.UNREACHABLE:
            return  # nothing was verified
        known, given_up, why = _verdicts(verdicts)
        if why:
            yield why
            return
        yield from self._missing(known, given_up)
        if self.sound:
            bad = [each for each in known if each["verdict"] in ("violated", "error") and each["level"] == "MUST"]
            yield from (f"{each['clause']} ({each['listing']}): {_said(each)[:200]}" for each in bad[:3])

    def _missing(self, known: list[dict[str, Any]], given_up: list[str]) -> Iterator[str]:
        broken = {each["clause"] for each in known if each["verdict"] == "violated"}
        if self.violated and not any(
            name in (clause, clause.partition(".")[0]) for name in self.violated for clause in broken
        ):
            yield f"none of {', '.join(self.violated)} is violated, only {', '.join(sorted(broken)) or 'nothing'}"
        errors = [*(_said(each) for each in known if each["verdict"] == "error"), *given_up]
        if self.errors and not any(re.search(self.errors, each) for each in errors):
            seen = Counter(each[:100] for each in errors).most_common(2)
            yield f"no error says {self.errors!r}, only {[text for text, _ in seen]}"
        held = Counter(each["listing"] for each in known if each["verdict"] == "held")
        poor = [f"{name} {held[name]}" for name in self.judged if held[name] < JUDGED]
        if poor:
            yield f"too few verdicts held: {', '.join(poor)}"


def _said(verdict: dict[str, Any]) -> str:
    return f"{verdict['reason']} {verdict['actual']}"


def _last(printed: str) -> str:
    """The last words of a run, for whoever looks for what went wrong."""
    lines: Iterable[str] = [line for line in printed.splitlines() if line.strip("= ")]
    return "; it ended with: " + " / ".join([*lines][-3:])[:300]


def _verdicts(file: Path) -> tuple[list[dict[str, Any]], list[str], str]:
    """The verdicts in a file and the paths that were given up, or why there are none."""
    try:
        document = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        return [], [], f"no verdict file: {error}"
    why = "" if document["verdicts"] else "no verdicts in the verdict file"
    return document["verdicts"], document["run"]["given_up"], why
