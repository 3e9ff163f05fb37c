"""A run in Markdown, for the summary of a CI job: what came of it, what broke, what was not looked at, coverage."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from contracts.display import printed
from contracts.reporting.causes import causes
from contracts.reporting.outcome import columns, failing, grouped, listed, ordered, outcome
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
    return "\n\n".join(_blocks(run, verdicts, clauses)) + "\n"


def _blocks(run: Run, verdicts: Sequence[Verdict], clauses: Clauses) -> Iterator[str]:
    """The blocks between which Markdown wants a blank line."""
    name, sentence = outcome(run, verdicts)
    counts = Counter(state(each).name for each in verdicts)
    yield f"## {MARKS[name]} {sentence}"
    cost = f"{run.requests:,} requests in {run.seconds:,.1f} s"
    yield f"{plain(run.description)} at {code(run.target)}: {cost}, seed {run.seed}."
    yield " · ".join(f"{MARKS[each.name]} {counts[each.name]} {each.word}" for each in STATES if counts[each.name])
    yield from (f"{MARKS['deviation']} Deviation to be removed from the list: {plain(each)}." for each in run.outlived)
    yield from _broken(run, ordered(verdicts, clauses), clauses)
    yield "\n".join(_families(verdicts))
    yield from _folded("The matrix", _matrix(listed(verdicts, clauses)))
    yield from _open(ordered(verdicts, clauses))
    yield from _covered(run.coverage)


def _folded(title: str, lines: Iterable[str], attribute: str = "") -> Iterator[str]:
    """One block, shown when its title is clicked."""
    yield f"<details{attribute}><summary>{title}</summary>"
    yield "\n".join(lines)
    yield "</details>"


def _broken(run: Run, verdicts: Sequence[Verdict], clauses: Clauses) -> Iterator[str]:
    pageless = [cause for cause in causes(run, verdicts, clauses) if cause.listings]
    yield from _causes(pageless)
    explained = {id(each) for cause in pageless for each in (*cause.verdicts, *cause.follows)}
    known = [each for each in verdicts if state(each).name in ("must", "error", "should", "deviation")]
    known = [each for each in known if id(each) not in explained]
    known.sort(key=gravity)
    fatal = failing(run, known)
    for verdict in known[:MOST]:
        times = f", {verdict.times:,} times" if verdict.times > 1 else ""
        found = state(verdict)
        head = f"{MARKS[found.name]} {found.word}: <b>{plain(verdict.clause)}</b> ({plain(verdict.listing)}){times}"
        yield from _folded(head, ["\n\n".join(_details(verdict))], " open" if verdict in fatal[:1] else "")
    if len(known) > MOST:
        yield f"… and {len(known) - MOST} more, in the matrix."


def _details(verdict: Verdict) -> Iterator[str]:
    yield f"{plain(verdict.statement)}."
    for title, text in (("Expected", verdict.expected), ("Actual", verdict.actual), ("Why", verdict.reason)):
        if text:
            yield _block(title, text)
    yield from (_block("See it again", curl, "sh") for curl in verdict.curl)


def _causes(found: Iterable[Cause]) -> Iterator[str]:
    """Listings without pages, and how to see each again."""
    for cause in found:
        yield f"**{MARKS[cause.state]} {plain(cause.title)}**"
        yield "\n".join(f"- {plain(line)}" for line in (*cause.lines, cause.consequence) if line)
        yield from (_block("See it again", curl, "sh") for each in cause.verdicts[:1] for curl in each.curl)


def _block(title: str, text: str, language: str = "text") -> str:
    """A titled block of text as it is, fenced by more backquotes than it holds in a row."""
    shown = printed(text if len(text) <= LONGEST or language == "sh" else f"{text[:LONGEST]} …")
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=2))
    return f"{title}:\n\n{fence}{language}\n{shown}\n{fence}"


def _families(verdicts: Sequence[Verdict]) -> Iterator[str]:
    known = [each for each in STATES if any(state(verdict) == each for verdict in verdicts)]
    yield f"| family | {' | '.join(f'{MARKS[each.name]} {each.word}' for each in known)} |"
    yield f"|---|{'---:|' * len(known)}"
    for family, group in grouped(verdicts, "family").items():
        counts = Counter(map(state, group))
        yield f"| {plain(family)} | {' | '.join(str(counts[each] or '·') for each in known)} |"


def _matrix(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Clauses down, listings across."""
    listings = columns(verdicts)
    yield f"| clause | level | {' | '.join(map(plain, listings))} |"
    yield f"|---|---|{'---|' * len(listings)}"
    for clause, group in grouped(verdicts, "clause").items():
        known = {each.listing: each for each in group}
        cells = (_cell(known.get(name)) for name in listings)
        yield f"| {plain(clause)} | {group[0].level} | {' | '.join(cells)} |"


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
        title = f"{MARKS[each.name]} {len(found)} {each.word}, and why"
        yield from _folded(title, (f"- {plain(one.clause)} ({plain(one.listing)}): {_reason(one)}" for one in found))


def _covered(coverage: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    known = [(name, coverage[name]) for name in DIMENSIONS if name in coverage]
    if not known:
        return
    told = (f"{name} {sum(map(bool, counts.values()))}/{len(counts)}" for name, counts in known)
    yield f"Seen of the description: {', '.join(told)}."
    never = [(name, [each for each, count in counts.items() if not count]) for name, counts in known]
    if any(missed for _, missed in never):
        lines = (f"- {name}: {', '.join(map(code, missed))}" for name, missed in never if missed)
        yield from _folded("Never seen", lines)


def _reason(verdict: Verdict) -> str:
    reason = verdict.reason
    return plain(reason if len(reason) <= LONGEST // 4 else f"{reason[: LONGEST // 4]} …")


def plain(text: str) -> str:
    """Text that Markdown shows as it is, on one line: no markup, no link, no mention, no list or quotation."""
    words = (_unlinked(word) if _LINKED.search(word) else _escaped(word) for word in printed(_flat(text)).split(" "))
    return _BLOCK.sub(r"\1\\\2", " ".join(words))


_LINKED = re.compile(r"://|@|www\.|mailto:|xmpp:", re.IGNORECASE)
"""What makes an address or a mention of a word; backslashes do not stop that, code does."""

_BLOCK = re.compile(r"^(\d*)(>|[-+=.)](?=[-+= ]|$))")
"""What makes a list, a rule, a heading or a quotation of a line that begins with it."""


def _escaped(word: str) -> str:
    found = word.replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\\`*_\[\]|~@#!$])", r"\\\1", found)


def _unlinked(word: str) -> str:
    """A word as code; a bar would end a cell of a table even there."""
    return code(word.replace("|", "\\x7c"))


def _flat(text: str) -> str:
    return " ".join(text.split())


def code(text: str) -> str:
    """Text as code within a line."""
    flat = printed(_flat(text))
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", flat)), default=0))
    return f"{fence} {flat} {fence}" if "`" in flat else f"`{flat}`"
