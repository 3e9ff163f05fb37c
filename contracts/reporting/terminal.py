"""The summary that ends a run on a terminal: lines of text, each with a colour that says no more than its words.

The result first, then what to mend, then the table and what the run cost: whoever reads one screen has read the cause.
"""

from __future__ import annotations

import os
import textwrap
from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.findings.counts import in_words, largest
from contracts.findings.verdicts import Outcome, Verdict
from contracts.reporting.causes import causes, named
from contracts.reporting.outcome import grouped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from contracts.findings.counts import Count, Words
    from contracts.findings.families import Clauses
    from contracts.findings.verdicts import Verdict
    from contracts.reporting.causes import Cause
    from contracts.reporting.run import Run

Line = tuple[str, str]
"""A line and its colour: red, yellow, green, bold, or none."""

NARROWEST = 80
"""Columns that a terminal is taken to have at least."""

SCREEN = 24
"""Lines of a terminal; where the causes take more, a list of them comes first."""

MOST = 5
"""Lines of a cause; there are more only where something could not be found out."""

SHOWN = 3
"""Listings of which it is said what was read of them, where that is not the whole."""
COLUMNS = (Outcome.HELD, Outcome.VIOLATED, Outcome.DEVIATION, Outcome.NOT_EXERCISED, Outcome.UNDECIDED, Outcome.ERROR)
HEADS = {Outcome.NOT_EXERCISED: "not ex."}


def lines(  # noqa: PLR0913 - what a reader may want otherwise, all named
    run: Run,
    verdicts: Sequence[Verdict],
    clauses: Clauses,
    *,
    kept: bool,
    width: int = NARROWEST,
    verbose: bool = False,
    written: Sequence[tuple[str, Path]] = (),
) -> Iterator[Line]:
    """The whole summary.

    Args:
        run: what is said of the run as a whole.
        verdicts: one for each clause and listing.
        clauses: those of the API, for the order of naming.
        kept: whether the contract is kept.
        width: columns of the terminal.
        verbose: whether nothing is cut or folded.
        written: files that the run leaves, each with what it is.
    """
    width = max(width, NARROWEST)
    found = causes(run, verdicts, clauses)
    yield _result(run, verdicts, kept=kept)
    yield from _causes(found, width, verbose=verbose, fail_on_should=run.fail_on_should)
    yield from _waivers(run, verdicts, width)
    yield from _open(found, verdicts, width, verbose=verbose)
    yield "", ""
    yield from _table(verdicts, width)
    yield "", ""
    yield from _cost(run, width)
    if run.fill and any(cause.verdicts for cause in found):
        yield f"Before the commands above: {run.fill}", ""
    yield from ((f"{name}: {nearest(path, Path.cwd())}", "") for name, path in written)


def _result(run: Run, verdicts: Sequence[Verdict], *, kept: bool) -> Line:
    counts = Counter(each.verdict for each in verdicts)
    clauses = len({each.clause for each in verdicts if each.verdict == Outcome.HELD})
    parts = [f"{counts[Outcome.HELD]} verdicts held ({clauses} clauses)"]
    parts += [f"{counts[kind]} {kind}" for kind in (Outcome.VIOLATED, Outcome.DEVIATION, Outcome.ERROR) if counts[kind]]
    cut = "Cut short; so far: " if run.interrupted else ""
    verdict = "The contract is kept" if kept else "The contract is not kept"
    if not kept and not any(each.breaks_must for each in verdicts) and not counts[Outcome.HELD]:
        verdict = "Nothing was found out"
    elif not kept and (run.refused or run.given_up) and not any(each.breaks_must for each in verdicts):
        verdict = "Not everything was found out"
    return f"{cut}{verdict}: {', '.join(parts)}.", "green" if kept and not run.interrupted else "red"


# --- what to mend -----------------------------------------------------------------------------------------------------


def _causes(found: Sequence[Cause], width: int, *, verbose: bool, fail_on_should: bool) -> Iterator[Line]:
    colours = [_colour(cause, fail_on_should=fail_on_should) for cause in found]
    blocks = [list(_block(cause, colour, width, verbose=verbose)) for cause, colour in zip(found, colours, strict=True)]
    if len(blocks) > 1 and sum(-(-len(text) // width) or 1 for block in blocks for text, _ in block) > SCREEN - 2:
        yield "", ""
        yield f"{len(found)} causes, in the order to mend them:", "bold"
        for number, (cause, colour) in enumerate(zip(found, colours, strict=True), 1):
            headline = f"{number:>3}. {_headline(cause)}"
            yield from (
                (line, colour) for line in (_wrapped(headline, width, 5) if cause.listings else [cut(headline, width)])
            )
    for block in blocks:
        yield "", ""
        yield from block


def _colour(cause: Cause, *, fail_on_should: bool) -> str:
    return "red" if cause.state != "should" or fail_on_should else "yellow"


def _headline(cause: Cause) -> str:
    """A cause in one line: of a clause also what was seen first."""
    if cause.listings or cause.state == "error":
        return cause.title
    return f"{cause.title}: {cause.verdicts[0].actual}".replace(" violated:", "", 1)


def _block(cause: Cause, colour: str, width: int, *, verbose: bool) -> Iterator[Line]:
    yield from ((line, colour) for line in _wrapped(cause.title, width))
    first = cause.verdicts[0] if cause.verdicts else None
    if first and not cause.listings and cause.state != "error":
        yield from _said(f"  {first.statement}.", width)
        yield from _said(f"  expected: {first.expected}", width, rows=0 if verbose else 2)
    rows = 0 if verbose or cause.state == "error" else 1 if len(cause.lines) > 1 else 2
    most = len(cause.lines) if verbose else MOST
    for seen in cause.lines[:most]:
        yield from _said(f"  {seen}", width, rows=rows)
    if len(cause.lines) > most:
        yield f"  … and {len(cause.lines) - most} more; -v says them", ""
    shown = cause.verdicts if verbose else cause.verdicts[:1]
    yield from ((f"  again: {curl}", "") for each in shown for curl in each.curl)
    if cause.consequence:
        yield from _said(f"  {cause.consequence}", width, rows=0 if verbose else 1)


def _said(text: str, width: int, *, rows: int = 0) -> Iterator[Line]:
    """A text on its lines, cut where it takes more than so many; 0 for any number."""
    found = _wrapped(text, width)
    if rows and len(found) > rows:
        found = [*found[: rows - 1], cut(" ".join([found[rows - 1], *map(str.strip, found[rows:])]), width)]
    yield from ((line, "") for line in found)


def cut(text: str, width: int) -> str:
    """A text on one line, its end left out where it is longer than that."""
    flat = text.rstrip() if "\n" not in text else " ".join(text.split())
    return flat if len(flat) <= width else f"{flat[: width - 2].rstrip()} …"


def _wrapped(text: str, width: int, hang: int = 4) -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent=" " * hang, break_on_hyphens=False) or [text]


# --- what is known, and what is open ----------------------------------------------------------------------------------


def _waivers(run: Run, verdicts: Sequence[Verdict], width: int) -> Iterator[Line]:
    yield from _reasons("Known deviations", Outcome.DEVIATION, verdicts, width, "yellow")
    if run.outlived:
        yield "", ""
        yield "Deviations to be removed from the target's list", "bold"
        for each in run.outlived:
            yield from ((line, "red") for line in _wrapped(f"  {each}", width))


def _open(found: Sequence[Cause], verdicts: Sequence[Verdict], width: int, *, verbose: bool) -> Iterator[Line]:
    kinds = (("Undecided", Outcome.UNDECIDED, "yellow"), ("Not exercised", Outcome.NOT_EXERCISED, ""))
    if verbose:
        for title, kind, colour in kinds:
            yield from _reasons(title, kind, verdicts, width, colour)
        return
    following = Counter(each.verdict for cause in found for each in cause.follows)
    folded = [(title, kind, colour) for title, kind, colour in kinds if any(each.verdict == kind for each in verdicts)]
    yield from [("", "")] if folded else []
    for title, kind, colour in folded:
        count = sum(each.verdict == kind for each in verdicts)
        share = "all" if following[kind] == count else f"{following[kind]} of them"
        follow = f", {share} because of the above" if following[kind] else ""
        yield f"{title}: {count} verdict{'s' if count > 1 else ''}{follow}; -v says why.", colour


def _reasons(title: str, kind: Outcome, verdicts: Sequence[Verdict], width: int, colour: str) -> Iterator[Line]:
    by_reason = grouped((each for each in verdicts if each.verdict == kind), "reason")
    if by_reason:
        yield "", ""
        yield title, "bold"
    for reason, group in by_reason.items():
        yield from ((line, colour) for line in _wrapped(f"  {named(group)}: {reason}", width))


# --- the table --------------------------------------------------------------------------------------------------------


def _table(verdicts: Sequence[Verdict], width: int) -> Iterator[Line]:
    found = {each.verdict for each in verdicts}
    columns = [kind for kind in COLUMNS if kind != Outcome.DEVIATION or kind in found]
    heads = "".join(f"  {HEADS.get(kind, kind)}" for kind in columns)
    yield f"{'family':<9}{'listing':<13}{heads}  evidence", "bold"
    for (family, listing), group in groupby(sorted(verdicts, key=_row), key=_row):
        row = list(group)
        counts = Counter(each.verdict for each in row)
        numbers = "".join(f"{counts[kind] or '·':>{len(HEADS.get(kind, kind)) + 2}}" for kind in columns)
        colour = "red" if any(each.breaks_must for each in row) else "yellow" if counts[Outcome.VIOLATED] else ""
        start = f"{family:<9}{listing:<13}{numbers}  "
        yield (start + _evidence(row, width - len(start))).rstrip(), colour


def _row(verdict: Verdict) -> tuple[str, str]:
    return verdict.family, verdict.listing


def _evidence(row: Iterable[Verdict], room: int, most: int = 3) -> str:
    """The largest count of each kind of evidence, as many as there is room for: clauses share what was read."""
    best: dict[Words, Count] = {}
    for each in (count for verdict in row for count in verdict.evidence):
        best[each.words] = max(best.get(each.words, each), each, key=lambda count: count.count)
    shown = list(largest(best.values(), most))
    while shown and len(in_words(shown)) > room:
        shown.pop()
    return in_words(shown)


# --- what it cost, and what it left -----------------------------------------------------------------------------------


def _cost(run: Run, width: int) -> Iterator[Line]:
    yield from ((line, colour) for text, colour in _facts(run) for line in _wrapped(text, width, 2))


def _facts(run: Run) -> Iterator[Line]:
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
    if run.severed:
        yield (
            f"{run.severed:,} answer{'s' if run.severed > 1 else ''} broke off and had to be asked for again.",
            "yellow",
        )
    if run.budget is not None and run.requests >= run.budget:
        yield f"The budget of {run.budget:,} requests is used up: what is not decided yet was not exercised.", "yellow"
    yield f"{run.description} at {run.target}: {pace}. Repeat with --seed {run.seed}.", ""


def nearest(path: Path, folder: Path) -> str:
    """A path as it is shorter: from this folder, or from the root."""
    full = str(path.absolute())
    return min(os.path.relpath(full, folder), full, key=len)
