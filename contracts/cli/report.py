"""`conversation-contracts report`: Make pages from verdict files, compare two runs, merge the shards of a run."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.arguments import Parser
from contracts.clauses import CONVERSATION_CLAUSES
from contracts.display import say
from contracts.reporting import diff
from contracts.reporting.files import load, put, write
from contracts.reporting.markdown import summary
from contracts.reporting.matrix import page
from contracts.reporting.run import Exit, exit_code_of
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
    say(*diff.lines(found))
    return Exit.BROKEN if found.fails(on_should=options.fail_on_should) else Exit.KEPT


def _merge(options: argparse.Namespace, parser: Parser) -> int:
    """Put shards together, and say with the exit code what the whole run comes to."""
    try:
        run, verdicts = together([_loaded(file, parser) for file in options.shards], CONVERSATION_CLAUSES)
    except UnequalError as error:
        parser.error(str(error))
    with parser.writing(options.verdicts):
        write(Path(options.verdicts), run, verdicts)
    print(f"{len(verdicts)} verdicts of {len(options.shards)} files in {options.verdicts}")
    return exit_code_of(run, verdicts)


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
    with parser.writing(file):
        put(Path(file), text.encode())


ALLURE = ("allurerc.mjs", "finish.mjs", "package.json", "package-lock.json")
"""The configuration of Allure's report: in an installed package, or in a clone."""
_PACKAGE = Path(__file__).resolve().parents[1]


def _allure(options: argparse.Namespace, parser: Parser) -> int:
    """Put Allure's configuration beside the results of a run, and print the commands that make its report."""
    folder = Path(options.folder)
    source = next(place for place in (_PACKAGE / "reports", _PACKAGE.parent / "reports") if place.is_dir())
    with parser.writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name in ALLURE if folder.resolve() != source else ():
            (folder / name).write_bytes((source / name).read_bytes())
    print(f"cd {shlex.quote(str(folder))}")
    print("npm ci && node_modules/.bin/allure generate --config allurerc.mjs allure-results && node finish.mjs")
    return Exit.KEPT


def _parser() -> Parser:
    parser = Parser(prog="conversation-contracts report", description=(__doc__ or "").partition(": ")[2])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: object, text: str, more: str = "") -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}{more}.")
        command.set_defaults(run=run)
        return command

    command = add("matrix", _matrix, "show a verdict file as a page or as Markdown")
    command.add_argument("verdicts", metavar="VERDICTS.json", help="from verify --verdicts")
    command.add_argument("--html", metavar="FILE", help="write the contract matrix; - prints it")
    command.add_argument("--markdown", metavar="FILE", help="write a summary for a CI job; - prints it")
    command = add("diff", _diff, "show what changed between two runs", "; exit code 1 if a MUST is newly violated")
    command.add_argument("old", metavar="OLD.json", help="verdicts of the earlier run")
    command.add_argument("new", metavar="NEW.json", help="verdicts of the later run")
    command.add_argument("--fail-on-should", action="store_true", help="exit code 1 for a SHOULD as well")
    command = add("merge", _merge, "merge the shards of a run", "; the exit code is that of the whole run")
    command.add_argument(
        "shards", metavar="SHARD.json", nargs="+", help="verdicts of verify --shard K/N, all N of them"
    )
    command.add_argument("--verdicts", metavar="OUT.json", required=True, help="where to write the verdicts of the run")
    command = add("allure", _allure, "prepare Allure's HTML report, and print the commands that make it")
    command.add_argument(
        "folder",
        metavar="FOLDER",
        nargs="?",
        default="reports",
        help="the folder with allure-results/; default: reports",
    )
    return parser


def main(words: Sequence[str] | None = None) -> int:
    """Run the sub-command that the words name; returns the exit code."""
    parser = _parser()
    options = parser.parse_args(words)
    result: int = options.run(options, parser)
    return result
