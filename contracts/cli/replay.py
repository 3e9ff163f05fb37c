"""`conversation-contracts replay VERDICTS [CLAUSE]`: ask again for the exchanges of each violation."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.arguments import Parser, header
from contracts.clauses import CONVERSATION_CLAUSES
from contracts.crawl.cache import Choices
from contracts.crawl.profiles import PROFILES
from contracts.display import say
from contracts.findings.verdicts import Outcome
from contracts.paging.listings import LISTINGS
from contracts.reporting.files import load, put
from contracts.reporting.run import Exit
from contracts.reporting.small_test import CannotWriteError, small_test
from contracts.runner.configuration import ConfiguredTarget, configured, headers
from contracts.runner.replay import Replay, Replayed, moved, variables
from contracts.runner.verification import Verification
from contracts.transport import Access, ConfigurationError, Target, TargetError
from contracts.transport.credentials import VARIABLE, Ready
from contracts.transport.target import checked

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from contracts.findings.verdicts import Verdict
    from contracts.reporting.run import Run

OWN = "Authorization"


@dataclass(frozen=True)
class _Job:
    """What to ask for, and whom."""

    run: Run
    verdicts: tuple[Verdict, ...]
    target: ConfiguredTarget


def main(words: Sequence[str] | None = None) -> int:
    """Ask again, or write a test; 1 while a violation is left, 3 where the target cannot be reached."""
    parser = _parser()
    options = parser.parse_args(words)
    try:
        run, verdicts = _chosen(options)
        if options.pytest:
            return _write(options, run, verdicts, parser)
        target = _target(options, run, verdicts)
    except OSError as error:
        parser.error(f"cannot read {options.verdicts}: {error.strerror}")
    except ValueError as error:
        parser.error(str(error))
    return _ask(options, _Job(run, verdicts, target))


def _parser() -> Parser:
    parser = Parser(prog="conversation-contracts replay", description=(__doc__ or "").partition(": ")[2])
    add = parser.add_argument
    add("verdicts", metavar="VERDICTS.json", type=Path, help="what a run wrote with --verdicts")
    add("clause", metavar="CLAUSE", nargs="?", help="only the violations of this clause or family")
    add("--listing", choices=[each.name for each in LISTINGS], help="only those of this listing")
    add("--base-url", metavar="URL", help="ask the same of another place; default: where the run asked")
    add("--target", metavar="NAME", help="a configured target: its address, credential and limits")
    add("--targets", type=Path, default=Path("pyproject.toml"), metavar="FILE", help="where targets are described")
    add("--header", action="append", type=header, default=[], metavar="NAME=VARIABLE", help="as for verify; repeatable")
    add("--unsafe-methods", action="store_true", help="also send POST, PUT, PATCH and DELETE")
    add("--pytest", type=Path, metavar="FILE", help="send nothing; write one violation as a test of its own")
    return parser


def _chosen(options: argparse.Namespace) -> tuple[Run, tuple[Verdict, ...]]:
    """The run, and its violations that the options choose, in the order of naming."""
    run, verdicts = load(options.verdicts)
    known = {each.clause for each in verdicts}
    names = None
    if options.clause is not None:
        names = {options.clause} if options.clause in known else set(CONVERSATION_CLAUSES.select([options.clause]))
    found = [
        each
        for each in verdicts
        if each.verdict == Outcome.VIOLATED
        and (names is None or each.clause in names)
        and options.listing in (None, each.listing)
    ]
    return run, tuple(sorted(found, key=lambda each: CONVERSATION_CLAUSES.precedence(each.clause)))


def _target(options: argparse.Namespace, run: Run, verdicts: Sequence[Verdict]) -> ConfiguredTarget:
    """Whom to ask; `ConfigurationError` where what the requests were sent with is not at hand."""
    if options.target and options.base_url:
        raise ConfigurationError("--target and --base-url", "both say where the API is; give one of them")
    sent = variables(request for verdict in verdicts for request in verdict.requests)
    if options.target:
        target = configured(options.target, options.targets, os.environ)
        more = target.access.headers
    else:
        more = headers(options.header, "--header", os.environ)
        target = ConfiguredTarget("", checked(options.base_url or run.target), Access(_credential(sent), more))
    for name, variable in sent.items():
        if name != OWN and name not in more:
            why = f"requests were sent with ${variable}; give --header {name}={variable}, or --target NAME"
            raise ConfigurationError(f"the header {name}", why)
    return target


def _credential(sent: dict[str, str]) -> Ready | None:
    """The token in the environment, if any; a verdict file cannot choose another variable to read."""
    variable, token = sent.get(OWN, VARIABLE), os.environ.get(VARIABLE)
    if variable != VARIABLE:
        raise ConfigurationError(f"${variable}", "that is the token of a configured target; give --target NAME")
    if OWN in sent and not token:
        raise ConfigurationError(
            f"${VARIABLE}", "the environment variable is not set; requests were sent with this token"
        )
    return Ready(token) if token else None


def _ask(options: argparse.Namespace, job: _Job) -> int:
    target = Target(job.target.base_url, job.target.access)
    choices = Choices(job.run.seed, PROFILES.get(job.run.profile, PROFILES["default"]))
    unsafe, waivers = options.unsafe_methods or job.target.unsafe, job.target.waivers
    replay = Replay(target, CONVERSATION_CLAUSES, choices, unsafe=unsafe, waivers=waivers)
    done: list[Replayed] = []
    with target.session:
        try:
            if job.verdicts:
                Verification(target, CONVERSATION_CLAUSES).probe()
            for verdict in job.verdicts:
                done.append(replay.ask(moved(verdict, job.run.target, target.base_url)))
                say(*_block(done[-1]))
        except TargetError as error:
            say(target.redact(str(error)), file=sys.stderr)
            return Exit.UNREACHABLE
    left = sum(each.left for each in done)
    say(_total(left, len(done)))
    return Exit.BROKEN if left else Exit.KEPT


def _block(replayed: Replayed) -> Iterator[str]:
    verdict = replayed.verdict
    yield f"{verdict.clause} ({verdict.listing}): {replayed.words}"
    if replayed.left:
        yield f"  expected: {verdict.expected}"
        yield f"  actual:   {replayed.actual}" + (" (as recorded)" if replayed.reason else "")


def _total(left: int, asked: int) -> str:
    if not asked:
        return "No violation to ask for."
    return f"{left} of {asked} violation{'s' if asked > 1 else ''} left."


def _write(options: argparse.Namespace, run: Run, verdicts: Sequence[Verdict], parser: Parser) -> int:
    if not verdicts:
        raise CannotWriteError(f"{options.verdicts} holds no such violation")
    if len(verdicts) > 1:
        raise CannotWriteError(f"--pytest writes one violation; name one of these: {_named(verdicts)}")
    verdict = moved(verdicts[0], run.target, checked(options.base_url)) if options.base_url else verdicts[0]
    with parser.writing(options.pytest):
        put(options.pytest, small_test(verdict, CONVERSATION_CLAUSES).encode())
    say(f"{verdict.clause} ({verdict.listing}) in {options.pytest}; run it with: pytest {options.pytest}")
    return Exit.KEPT


def _named(verdicts: Sequence[Verdict], most: int = 5) -> str:
    names = [f"{each.clause} --listing {each.listing}" for each in verdicts]
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
