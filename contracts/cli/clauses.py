"""`conversation-contracts clauses [ID]`: List the clauses, or explain one."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from contracts.arguments import Parser, closest
from contracts.clauses import CONVERSATION_CLAUSES
from contracts.findings.clause import Clause, Holds, Level
from contracts.mock import FAULTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LEVELS = {
    Level.MUST: "MUST: a client written from the description breaks when it is false",
    Level.SHOULD: "SHOULD: such a client is only surprised when it is false",
    Level.REPORT: "REPORT: nothing is judged; what was seen is said",
}
CLASSES = {
    Holds.ALWAYS: "A: always true; one exchange is proof",
    Holds.APPEND_ONLY: "I: true while data is only added; judged only where nothing was removed, and then one look is proof",
    Holds.QUIESCENT: "S: true of data that stands still; a violation stands when a fresh reading shows it again",
}
WIDTH = 110
HANG = 14


def listed() -> Iterator[str]:
    """Every clause on two lines: id, level, class and listings; the statement."""
    for clause in CONVERSATION_CLAUSES.values():
        yield f"{clause.id:<32}{clause.level:<7}{clause.holds}  {_listings(clause)}"
        yield f"    {clause.statement}"


def table() -> Iterator[str]:
    """Every clause as a table in Markdown."""
    yield "| clause | level, class | statement |"
    yield "|---|---|---|"
    for clause in CONVERSATION_CLAUSES.values():
        statement = clause.statement.replace("<", "&lt;").replace("|", "\\|")
        yield f"| {clause.id} | {clause.level} {clause.holds} | {statement} |"


def explained(clause: Clause) -> Iterator[str]:
    """One clause: what it says, what it rests on, how it is decided and what breaks it."""
    yield clause.id
    yield from _row("statement", f"{clause.statement}.")
    yield from _row("level", LEVELS[clause.level])
    yield from _row("class", CLASSES[clause.holds])
    yield from _row("listings", _listings(clause))
    yield from _source(clause)
    yield from _row("evidence", ", ".join(_evidence(clause)))
    yield from _row("needs", clause.needs)
    yield from _row("rests on", ", ".join(clause.requires) or "nothing else")
    broken_by = [fault for fault in FAULTS.values() if fault.breaks == clause.id]
    yield f"{'faults':<{HANG}}{len(broken_by)} of the mock's break it"
    for fault in broken_by:
        yield from _row("", f"{fault.name}: {' '.join(fault.doc.split())}")


def _listings(clause: Clause) -> str:
    return ", ".join(listing.name for listing in clause.listings)


def _evidence(clause: Clause) -> Iterator[str]:
    """The kinds of evidence; with the class where it is not that of the whole clause."""
    for part in clause.parts:
        yield part.kind.many + (f" (class {part.holds})" if part.holds != clause.holds else "")


def _source(clause: Clause) -> Iterator[str]:
    if clause.source is None:
        yield from _row("source", "description silent")
        return
    found = CONVERSATION_CLAUSES.description.source(clause.source)
    yield f"{'source':<{HANG}}openapi/{found.file.name}:{found.line}"
    yield f"{'':<{HANG}}{clause.source}"
    for line in found.text.splitlines():
        yield f"{'':<{HANG}}> {line}"


def _row(name: str, text: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=f"{name:<{HANG}}", subsequent_indent=" " * HANG, break_on_hyphens=False
    )


def unknown(name: str) -> str:
    """The error for an id that no clause has, with those that may be meant: of a family, or spelt alike."""
    families = {clause.family for clause in CONVERSATION_CLAUSES.values()}
    family = name if name in families else closest(name, families)
    near = closest(name, CONVERSATION_CLAUSES) or ", ".join(
        each for each in CONVERSATION_CLAUSES if each.partition(".")[0] == family
    )
    hint = f"did you mean {near}?" if near else f"there are {len(CONVERSATION_CLAUSES)}; leave the id out to list them"
    return f"no clause is named {name!r}: {hint}"


def main(words: Sequence[str] | None = None) -> int:
    """List or explain; returns the exit code."""
    parser = Parser(prog="conversation-contracts clauses", description=__doc__.partition(": ")[2])
    parser.add_argument("id", nargs="?", metavar="ID", help="the clause to explain; default: list all")
    parser.add_argument("--markdown", action="store_true", help="print all as the table in docs/clauses.md")
    given = parser.parse_args(words)
    if given.id is None:
        lines = table() if given.markdown else listed()
    elif given.id in CONVERSATION_CLAUSES:
        lines = explained(CONVERSATION_CLAUSES[given.id])
    else:
        parser.error(unknown(given.id))
    print("\n".join(lines))
    return 0
