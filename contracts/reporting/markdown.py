"""A run in Markdown, for the summary of a CI job: what came of it, what broke, what was not looked at, coverage."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from contracts.reporting.causes import causes
from contracts.reporting.outcome import LISTINGS, failing, listed, ordered, outcome
from contracts.reporting.outline import DIMENSIONS
from contracts.reporting.states import STATES, gravity, state

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from contracts.findings.families import Clauses
    from contracts.findings.verdicts import Verdict
    from contracts.reporting.causes import Cause
    from contracts.reporting.run import Run

MOST = 25
"""Violations that are shown in full: a job's summary may hold one megabyte."""

LONGEST = 2_000
"""Characters of one text in it."""

MARKS = {
    "held": "✅",
    "must": "❌",
    "error": "💥",
    "should": "⚠️",
    "deviation": "〰️",
    "undecided": "❔",
    "not-exercised": "➖",  # noqa: RUF001 - a picture, no minus
}


def summary(run: Run, verdicts: Sequence[Verdict], clauses: Clauses) -> str:
    """The whole summary."""
    return "\n".join(_lines(run, verdicts, clauses)) + "\n"


def _lines(run: Run, verdicts: Sequence[Verdict], clauses: Clauses) -> Iterator[str]:
    name, sentence = outcome(run, verdicts)
    counts = Counter(state(each).name for each in verdicts)
    yield f"## {MARKS[name]} {sentence}"
    yield ""
    yield f"{plain(run.description)} at {code(run.target)}: {run.requests:,} requests in {run.seconds:,.1f} s, seed {run.seed}."
    yield ""
    yield " · ".join(f"{MARKS[each.name]} {counts[each.name]} {each.word}" for each in STATES if counts[each.name])
    for each in run.outlived:
        yield ""
        yield f"{MARKS['deviation']} Deviation to be removed from the list: {plain(each)}."
    yield from _broken(run, ordered(verdicts, clauses), clauses)
    yield from _families(verdicts)
    yield from _matrix(listed(verdicts, clauses))
    yield from _open(ordered(verdicts, clauses))
    yield from _covered(run.coverage)


def _broken(run: Run, verdicts: Sequence[Verdict], clauses: Clauses) -> Iterator[str]:
    pageless = [cause for cause in causes(run, verdicts, clauses) if cause.listings]
    yield from _causes(pageless)
    explained = {id(each) for cause in pageless for each in (*cause.verdicts, *cause.follows)}
    known = [each for each in verdicts if state(each).name in ("must", "error", "should", "deviation")]
    known = [each for each in known if id(each) not in explained]
    known.sort(key=gravity)
    fatal = failing(run, known)
    for verdict in known[:MOST]:
        yield ""
        yield f"<details{' open' if verdict in fatal[:1] else ''}>"
        times = f", {verdict.times:,} times" if verdict.times > 1 else ""
        found = state(verdict)
        head = f"{MARKS[found.name]} {found.word}: <b>{plain(verdict.clause)}</b>"
        yield f"<summary>{head} ({plain(verdict.listing)}){times}</summary>"
        yield ""
        yield f"{plain(verdict.statement)}."
        for title, text in (("Expected", verdict.expected), ("Actual", verdict.actual), ("Why", verdict.reason)):
            if text:
                yield from _block(title, text)
        for curl in verdict.curl:
            yield from _block("See it again", curl, "sh")
        yield "</details>"
    if len(known) > MOST:
        yield ""
        yield f"… and {len(known) - MOST} more, in the matrix."


def _causes(found: Iterable[Cause]) -> Iterator[str]:
    """Listings without pages, and how to see each again."""
    for cause in found:
        yield ""
        yield f"**{MARKS[cause.state]} {plain(cause.title)}**"
        yield ""
        yield from (f"- {plain(line)}" for line in (*cause.lines, cause.consequence) if line)
        for curl in cause.verdicts[0].curl if cause.verdicts else ():
            yield from _block("See it again", curl, "sh")


def _block(title: str, text: str, language: str = "text") -> Iterator[str]:
    """A titled block of text as it is, fenced by more backquotes than it holds in a row."""
    shown = text if len(text) <= LONGEST or language == "sh" else f"{text[:LONGEST]} …"
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=2))
    yield ""
    yield f"{title}:"
    yield ""
    yield fence + language
    yield shown
    yield fence
    yield ""


def _families(verdicts: Sequence[Verdict]) -> Iterator[str]:
    known = [each for each in STATES if any(state(verdict) == each for verdict in verdicts)]
    rows: dict[str, Counter[str]] = {}
    for verdict in verdicts:
        rows.setdefault(verdict.clause.partition(".")[0], Counter())[state(verdict).name] += 1
    yield ""
    yield f"| family | {' | '.join(f'{MARKS[each.name]} {each.word}' for each in known)} |"
    yield f"|---|{'---:|' * len(known)}"
    for family, counts in rows.items():
        yield f"| {plain(family)} | {' | '.join(str(counts[each.name] or '·') for each in known)} |"


def _matrix(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Clauses down, listings across, folded away."""
    met = {each.listing for each in verdicts}
    listings = [name for name in LISTINGS if name in met] + sorted(met - set(LISTINGS))
    rows: dict[str, dict[str, Verdict]] = {}
    for verdict in verdicts:
        rows.setdefault(verdict.clause, {})[verdict.listing] = verdict
    yield ""
    yield "<details><summary>The matrix</summary>"
    yield ""
    yield f"| clause | level | {' | '.join(map(plain, listings))} |"
    yield f"|---|---|{'---|' * len(listings)}"
    for clause, known in rows.items():
        cells = (_cell(known.get(name)) for name in listings)
        yield f"| {plain(clause)} | {next(iter(known.values())).level} | {' | '.join(cells)} |"
    yield ""
    yield "</details>"


def _cell(verdict: Verdict | None) -> str:
    if verdict is None:
        return "·"
    known = state(verdict)
    return f"{MARKS[known.name]} {plain(verdict.evidence_text) if known.name == 'held' else known.word}"


def _open(verdicts: Iterable[Verdict]) -> Iterator[str]:
    for each in STATES:
        found = [verdict for verdict in verdicts if state(verdict) == each]
        if each.name not in ("undecided", "not-exercised") or not found:
            continue
        yield ""
        yield f"<details><summary>{MARKS[each.name]} {len(found)} {each.word}, and why</summary>"
        yield ""
        for verdict in found:
            yield f"- {plain(verdict.clause)} ({plain(verdict.listing)}): {plain(_shortened(verdict.reason))}"
        yield ""
        yield "</details>"


def _covered(coverage: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    known = [(name, coverage[name]) for name in DIMENSIONS if name in coverage]
    if not known:
        return
    yield ""
    told = (f"{name} {sum(map(bool, counts.values()))}/{len(counts)}" for name, counts in known)
    yield f"Seen of the description: {', '.join(told)}."
    never = [(name, [each for each, count in counts.items() if not count]) for name, counts in known]
    if any(missed for _, missed in never):
        yield ""
        yield "<details><summary>Never seen</summary>"
        yield ""
        yield from (f"- {name}: {', '.join(map(code, missed))}" for name, missed in never if missed)
        yield ""
        yield "</details>"


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST // 4 else f"{text[: LONGEST // 4]} …"


def plain(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    flat = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\\`*_\[\]|~@#!$])", r"\\\1", flat)


def code(text: str) -> str:
    """Text as code within a line."""
    flat = " ".join(text.split())
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", flat)), default=0))
    return f"{fence} {flat} {fence}" if "`" in flat else f"`{flat}`"
