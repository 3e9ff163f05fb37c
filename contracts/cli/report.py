"""`python -m contracts report`: pages made from verdict files, two runs compared, shards of a run put together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from contracts.arguments import Parser
from contracts.clauses import CONVERSATION_CLAUSES
from contracts.reporting import diff
from contracts.reporting.files import load, put, write
from contracts.reporting.markdown import summary
from contracts.reporting.matrix import page
from contracts.reporting.run import Exit, exit_code
from contracts.reporting.shards import UnequalError, together

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from contracts.findings.verdicts import Verdict
    from contracts.reporting.run import Run


def _matrix(options: argparse.Namespace, parser: Parser) -> int:
    run, verdicts = _loaded(options.verdicts, parser)
    if not options.html and not options.markdown:
        parser.error("say where to write: --html FILE, --markdown FILE, or both")
    if options.html:
        _put(options.html, page(run, verdicts, CONVERSATION_CLAUSES), parser)
    if options.markdown:
        _put(options.markdown, summary(run, verdicts, CONVERSATION_CLAUSES), parser)
    return Exit.KEPT


def _diff(options: argparse.Namespace, parser: Parser) -> int:
    (_, old), (_, new) = _loaded(options.old, parser), _loaded(options.new, parser)
    found = diff.compared(old, new, CONVERSATION_CLAUSES)
    print("\n".join(diff.lines(found)))
    return Exit.BROKEN if found.fails(on_should=options.fail_on_should) else Exit.KEPT


def _merge(options: argparse.Namespace, parser: Parser) -> int:
    """Put shards together, and say with the exit code what the whole run comes to."""
    try:
        run, verdicts = together([_loaded(file, parser) for file in options.shards], CONVERSATION_CLAUSES)
    except UnequalError as error:
        parser.error(str(error))
    try:
        write(Path(options.verdicts), run, verdicts)
    except OSError as error:
        parser.error(f"cannot write {options.verdicts}: {error.strerror}")
    print(f"{len(verdicts)} verdicts of {len(options.shards)} files in {options.verdicts}")
    return exit_code(verdicts, fail_on_should=run.fail_on_should, require_exercised=run.require_exercised)


def _loaded(file: str, parser: Parser) -> tuple[Run, list[Verdict]]:
    try:
        return load(Path(file))
    except OSError as error:
        parser.error(f"cannot read {file}: {error.strerror}")
    except ValueError as error:
        parser.error(str(error))


def _put(file: str, text: str, parser: Parser) -> None:
    if file == "-":
        print(text, end="")
        return
    try:
        put(Path(file), text.encode())
    except OSError as error:
        parser.error(f"cannot write {file}: {error.strerror}")


def main(words: Sequence[str] | None = None) -> int:
    """Do what the command line asks for; the exit code."""
    parser = Parser(
        prog="conversation-contracts report", description=(__doc__ or "").partition(": ")[2], allow_abbrev=False
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("matrix", help="a verdict file as a page or as Markdown", allow_abbrev=False)
    command.add_argument("verdicts", metavar="VERDICTS.json")
    command.add_argument("--html", metavar="FILE", help="write the page; - prints it")
    command.add_argument("--markdown", metavar="FILE", help="write the summary of a CI job; - prints it")
    command.set_defaults(run=_matrix)
    command = commands.add_parser("diff", help="what changed; 1 where something is newly violated", allow_abbrev=False)
    command.add_argument("old", metavar="OLD.json")
    command.add_argument("new", metavar="NEW.json")
    command.add_argument("--fail-on-should", action="store_true", help="1 for a newly broken SHOULD too")
    command.set_defaults(run=_diff)
    command = commands.add_parser("merge", help="shards of one run as one verdict file", allow_abbrev=False)
    command.add_argument("shards", metavar="SHARD.json", nargs="+")
    command.add_argument("--verdicts", metavar="OUT.json", required=True)
    command.set_defaults(run=_merge)
    options = parser.parse_args(words)
    result: int = options.run(options, parser)
    return result
