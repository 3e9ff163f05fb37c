"""The summary that ends a run on a terminal: lines of text, each with a colour that says no more than its words."""

from __future__ import annotations

import textwrap
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from contracts.findings.counts import in_words, largest
from contracts.findings.verdicts import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from contracts.findings.counts import Count, Words
    from contracts.findings.families import Clauses
    from contracts.findings.verdicts import Verdict
    from contracts.reporting.run import Run

Line = tuple[str, str]
"""A line and its colour: red, yellow, green, bold, or none."""

WIDTH = 110
SHOWN = 3
"""Listings of which it is said what was read of them, where that is not the whole."""
COLUMNS = (Outcome.HELD, Outcome.VIOLATED, Outcome.DEVIATION, Outcome.NOT_EXERCISED, Outcome.UNDECIDED, Outcome.ERROR)
HEADS = {Outcome.NOT_EXERCISED: "not ex."}


def lines(
    run: Run, verdicts: Sequence[Verdict], clauses: Clauses, *, kept: bool, fail_on_should: bool = False
) -> Iterator[Line]:
    """The whole summary."""
    yield from _table(verdicts)
    yield from _reasons("Not exercised", Outcome.NOT_EXERCISED, verdicts, "")
    yield from _reasons("Undecided", Outcome.UNDECIDED, verdicts, "yellow")
    yield from _reasons("Could not find out", Outcome.ERROR, verdicts, "red")
    violated = (each for each in verdicts if each.verdict == Outcome.VIOLATED)
    for verdict in sorted(violated, key=lambda each: _gravity(each, clauses)):
        grave = verdict.breaks_must or fail_on_should
        yield from _violation(verdict, "red" if grave else "yellow")
    yield from _waivers(run, verdicts)
    yield "", ""
    yield from _conclusion(run, verdicts, kept=kept)


def _gravity(verdict: Verdict, clauses: Clauses) -> tuple[bool, int]:
    """What fails the run first; of that, what a person would name first."""
    return not verdict.breaks_must, clauses.precedence(verdict.clause)


def _table(verdicts: Sequence[Verdict]) -> Iterator[Line]:
    found = {each.verdict for each in verdicts}
    columns = [kind for kind in COLUMNS if kind != Outcome.DEVIATION or kind in found]
    heads = "".join(f"{HEADS.get(kind, kind):>10}" for kind in columns)
    yield f"{'family':<9}{'listing':<14}{heads}  evidence", "bold"
    ordered = sorted(verdicts, key=_row)
    for (family, listing), group in groupby(ordered, key=_row):
        row = list(group)
        counts = Counter(each.verdict for each in row)
        numbers = "".join(f"{counts[kind] or '·':>10}" for kind in columns)
        colour = "red" if any(each.breaks_must for each in row) else "yellow" if counts[Outcome.VIOLATED] else ""
        yield f"{family:<9}{listing:<14}{numbers}  {_evidence(row)}", colour


def _row(verdict: Verdict) -> tuple[str, str]:
    return verdict.clause.partition(".")[0], verdict.listing


def _evidence(row: Iterable[Verdict], most: int = 3) -> str:
    """The largest count of each kind of evidence: clauses share what was read."""
    best: dict[Words, Count] = {}
    for each in (count for verdict in row for count in verdict.evidence):
        best[each.words] = max(best.get(each.words, each), each, key=lambda count: count.count)
    return in_words(largest(best.values(), most))


def _reasons(title: str, kind: Outcome, verdicts: Sequence[Verdict], colour: str) -> Iterator[Line]:
    found = [each for each in verdicts if each.verdict == kind]
    if not found:
        return
    yield "", ""
    yield title, "bold"
    by_reason: dict[str, list[Verdict]] = {}
    for verdict in found:
        by_reason.setdefault(verdict.reason, []).append(verdict)
    for reason, group in by_reason.items():
        names = {clause: [each.listing for each in found] for clause, found in _by_clause(group)}
        told = ", ".join(f"{clause} ({', '.join(listings)})" for clause, listings in names.items())
        yield from ((line, colour) for line in _wrapped(f"  {told}: {reason}"))


def _waivers(run: Run, verdicts: Sequence[Verdict]) -> Iterator[Line]:
    yield from _reasons("Known deviations", Outcome.DEVIATION, verdicts, "yellow")
    if run.outlived:
        yield "", ""
        yield "Deviations to be removed from the target's list", "bold"
        for told in run.outlived:
            yield from ((line, "red") for line in _wrapped(f"  {told}"))


def _by_clause(verdicts: Iterable[Verdict]) -> Iterator[tuple[str, list[Verdict]]]:
    for clause, group in groupby(verdicts, key=lambda each: each.clause):
        yield clause, list(group)


def _violation(verdict: Verdict, colour: str) -> Iterator[Line]:
    yield "", ""
    times = f", {verdict.times} times" if verdict.times > 1 else ""
    yield f"{verdict.level} violated: {verdict.clause} ({verdict.listing}){times}", colour
    yield from ((line, "") for line in _wrapped(f"  {verdict.statement}."))
    for name, text in (("expected", verdict.expected), ("actual", verdict.actual)):
        yield from ((line, "") for line in _wrapped(f"  {name}: {text}", hang=12))
    for curl in verdict.curl:
        yield f"  again: {curl}", ""


def _wrapped(text: str, hang: int = 4) -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent=" " * hang, break_long_words=False, break_on_hyphens=False) or [
        text
    ]


def _conclusion(run: Run, verdicts: Sequence[Verdict], *, kept: bool) -> Iterator[Line]:
    counts = Counter(each.verdict for each in verdicts)
    clauses = len({each.clause for each in verdicts if each.verdict == Outcome.HELD})
    parts = [f"{counts[Outcome.HELD]} verdicts held ({clauses} clauses)"]
    parts += [f"{counts[kind]} {kind.replace('-', ' ')}" for kind in COLUMNS[1:] if counts[kind]]
    cut = "Cut short; so far: " if run.interrupted else ""
    verdict = "The contract is kept" if kept else "The contract is not kept"
    if not kept and not any(each.breaks_must for each in verdicts) and not counts[Outcome.HELD]:
        verdict = "Nothing was found out"
    yield f"{cut}{verdict}: {', '.join(parts)}.", "green" if kept and not run.interrupted else "red"
    if run.read:
        yield f"Conversations whose members and events were read: {run.read}.", ""
    yield from ((f"Read of {each}.", "") for each in run.tails[:SHOWN])
    if len(run.tails) > SHOWN:
        yield f"And in the same way of {len(run.tails) - SHOWN} more.", ""
    if run.variants:
        met = ", ".join(f"{name} {count:,}" for name, count in sorted(run.variants.items()))
        yield f"Event variants met: {met}.", ""
    pace = f"{run.requests:,} requests in {run.seconds:.1f} s, {run.waiting:.1f} s of them waiting for the target"
    if run.retried or run.held >= 1:
        pace += f"; {run.retried:,} sent again, {run.held:.0f} s held back as it asked"
    if run.budget is not None and run.requests >= run.budget:
        yield f"The budget of {run.budget:,} requests is used up: what is not decided yet was not exercised.", "yellow"
    yield f"{run.description} at {run.target}: {pace}. Repeat with --seed {run.seed}.", ""
