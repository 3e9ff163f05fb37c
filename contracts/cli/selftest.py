"""`conversation-contracts selftest COMMAND`: test the suite itself, on the mock."""

from __future__ import annotations

import argparse
import os
import sys
import textwrap
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from contracts.arguments import Parser, positive, whole_number
from contracts.clauses import CONVERSATION_CLAUSES
from contracts.cli import chaos, steady
from contracts.mock import FAULTS, Settings, build
from contracts.selftest import benchmark as bench
from contracts.selftest import false_positives as alarms
from contracts.selftest import fault_detection as killers
from contracts.selftest import mock_benchmark, mock_stress, storm

if TYPE_CHECKING:
    from collections.abc import Sequence


def _killers(options: argparse.Namespace) -> int:
    names = options.fault or list(FAULTS)
    began = time.monotonic()
    trials = []
    with ProcessPoolExecutor(options.processes) as pool:
        for trial in pool.map(partial(_trial, seed=options.seed, data=options.data, every=options.all), names):
            trials.append(trial)
            _show(trial)
    missed = [each for each in trials if not each.by_its_clause or each.errors or each.leaked]
    idle = killers.without_killer(trials) if not options.fault else []
    first = sum(each.caught[:1] == (each.breaks,) for each in trials)
    print(
        f"{len(trials) - len(missed)} of {len(trials)} faults caught by the clause that they name, {first} named first"
    )
    if not options.fault:
        print(f"clauses without a killer: {', '.join(idle) or 'none'}")
    print(f"{sum(each.requests for each in trials):,} requests, {time.monotonic() - began:.0f} s")
    if options.all and not options.fault:
        _table(trials)
    if options.json:
        document = {"trials": [vars(each) for each in trials], "matrix": killers.matrix(trials)}
        Path(options.json).write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))
    return 1 if missed or idle else 0


def _alarms(options: argparse.Namespace) -> int:
    cases = [
        *alarms.singles(),
        *alarms.pairs(options.pairs, options.seed),
        *alarms.seeds(options.seeds),
        *alarms.sizes(),
        *alarms.long(options.long, options.seed),
    ]
    if options.oddity:
        cases = [alarms.Case(tuple(options.oddity), data=options.data, seed=options.seed, writes=options.writes)]
    began = time.monotonic()
    with ProcessPoolExecutor(options.processes) as pool:
        false = sum(_alarmed(alarm, verbose=options.verbose) for alarm in pool.map(alarms.sound, cases))
    print(f"{len(cases) - false} of {len(cases)} legal mocks green, {time.monotonic() - began:.0f} s")
    return 1 if false else 0


def _alarmed(alarm: alarms.Alarm, *, verbose: bool) -> bool:
    """Print what a run over a legal mock found; whether it condemned anything."""
    mark = "ALARM" if alarm.condemned else "green"
    found = f"{alarm.held} held, {len(alarm.undecided)} undecided"
    print(f"{mark}  {alarm.case.name:<60} {found}, {alarm.requests:,} requests, {alarm.seconds} s", flush=True)
    for line in (*alarm.condemned, *(alarm.undecided if verbose else ())):
        print(f"       {line[:400]}")
    return bool(alarm.condemned)


def _moving(options: argparse.Namespace) -> int:
    false = missed = 0
    seeds = range(options.seed, options.seed + options.faulty)
    with ProcessPoolExecutor(options.processes) as pool:
        for alarm in pool.map(alarms.sound, alarms.moving(options.runs)):
            false += _alarmed(alarm, verbose=options.verbose) or bool(alarm.unwatched)
            if alarm.unwatched:
                print(f"       not walked in both orders by next and prev while it grew: {', '.join(alarm.unwatched)}")
        for found in pool.map(_offsets, seeds):
            missed += not found.by_its_clause
            _show(found)
    print(f"{options.runs - false} of {options.runs} runs on moving data green")
    print(f"{options.faulty - missed} of {options.faulty} runs on moving data caught {OFFSETS}")
    return 1 if false or missed else 0


def _storm(options: argparse.Namespace) -> int:
    codes = []
    for passage in storm.passages(options.rounds, options.seed):
        codes.append(passage.code)
        print(f"{passage.day}, seed {passage.seed}: exit code {passage.code}", *passage.told, sep="\n  ", flush=True)
    print(f"{codes.count(0)} of {len(codes)} runs green")
    return 1 if any(codes) else 0


def _bench(options: argparse.Namespace) -> int:
    subjects = [name for name in bench.SUBJECTS if not options.only or any(word in name for word in options.only)]
    latencies = options.latency or bench.LATENCIES
    try:
        for line in bench.lines(options.rounds, options.sample, options.seed, latencies, subjects):
            print(line, flush=True)
    except bench.CrashedError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _table(trials: list[killers.Trialled]) -> None:
    """The matrix with a row for each clause: many faults are only told as their number."""
    print(f"\n{'clause':<32}{'faults':>6}  among them those that name it")
    for name, caught in killers.matrix(trials).items():
        named = [fault for fault in caught if FAULTS[fault].breaks == name]
        told = textwrap.wrap(", ".join(named) or "·", 100)
        print(f"{name:<32}{len(caught):>6}  {told[0]}")
        for line in told[1:]:
            print(f"{'':<40}{line}")


def _show(trial: killers.Trialled) -> None:
    others = [name for name in trial.caught if name != trial.breaks]
    mark = "caught" if trial.by_its_clause else "MISSED"
    also = f"also {', '.join(others)}" if others else ""
    print(f"{mark}  {trial.fault:<36} {trial.breaks:<28} {trial.seconds:>5.1f} s  {also}".rstrip(), flush=True)
    for error in trial.errors:
        print(f"        error: {error}")


def _trial(name: str, *, seed: int, data: int, every: bool) -> killers.Trialled:
    return killers.trial(name, CONVERSATION_CLAUSES if every else killers.concerned(name), seed, data)


def _offsets(seed: int) -> killers.Trialled:
    return killers.trial(OFFSETS, CONVERSATION_CLAUSES, seed, seed)


def _subject(text: str) -> str:
    if not any(text in name for name in bench.SUBJECTS):
        raise argparse.ArgumentTypeError(f"{text!r} is in no name of what is measured: {'; '.join(bench.SUBJECTS)}")
    return text


def _check(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    faults, oddities = (tuple(getattr(options, name, None) or ()) for name in ("fault", "oddity"))
    data, writes = getattr(options, "data", 1), getattr(options, "writes", 0.0)
    try:
        build(Settings(data, faults=faults, oddities=oddities, writes_per_second=writes))
    except ValueError as error:
        parser.error(str(error))
    file = getattr(options, "json", None)
    if file and not Path(file).absolute().parent.is_dir():
        parser.error(f"--json {file}: there is no folder {Path(file).absolute().parent}")


_DESCRIPTION = "Test the suite itself, on the mock."
OFFSETS = "offset-paging"
"""The fault that shows only where data move."""

OTHERS = {
    "bench-mock": (mock_benchmark.main, "measure the mock's answers a second"),
    "chaos": (chaos.main, "show that no server, interruption or misuse hurts a run"),
    "steady": (steady.main, "show that the verdicts of a run do not change under load"),
    "stress": (mock_stress.main, "send the mock many requests at once"),
}
"""Commands with a command line of their own, and what they do."""


def _parser() -> Parser:
    parser = Parser(prog="conversation-contracts selftest", description=_DESCRIPTION)
    parser.add_argument(
        "--processes", type=positive, default=os.cpu_count(), metavar="N", help="processes at once; default: one a core"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="seed of the random choices; default: 1")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = _command(commands, "killers", _killers, "show which clauses catch each fault of the mock")
    command.add_argument("--fault", action="append", metavar="NAME", help="try only this fault; repeatable")
    command.add_argument("--all", action="store_true", help="try every clause, not only those close to the fault")
    command.add_argument("--data", type=int, default=1, metavar="SEED", help="seed of the mock's data; default: 1")
    command.add_argument("--json", metavar="FILE", help="write the matrix to this file")
    command = _command(commands, "alarms", _alarms, "show that nothing legal fails: oddities, seeds, sizes")
    command.add_argument("--pairs", type=int, default=40, metavar="N", help="random pairs of oddities; default: 40")
    command.add_argument("--seeds", type=int, default=20, metavar="N", help="seeds of data and choices; default: 20")
    command.add_argument(
        "--long", type=int, default=6, metavar="N", help="pairs of oddities on huge listings; default: 6"
    )
    command.add_argument(
        "--oddity", action="append", metavar="NAME", help="run only these oddities, together; repeatable"
    )
    command.add_argument(
        "--data", type=int, default=1, metavar="SEED", help="with --oddity: seed of the data; default: 1"
    )
    command.add_argument(
        "--writes", type=float, default=0.0, metavar="N", help="with --oddity: writes a second; default: 0"
    )
    command.add_argument("--verbose", action="store_true", help="print undecided clauses too")
    command = _command(commands, "moving", _moving, "show that data which change raise no alarm and hide no offsets")
    command.add_argument("--runs", type=int, default=40, metavar="N", help="runs on the correct mock; default: 40")
    command.add_argument("--faulty", type=int, default=20, metavar="N", help="runs with offset paging; default: 20")
    command.add_argument("--verbose", action="store_true", help="print undecided clauses too")
    command = _command(commands, "storm", _storm, "check mocks with every option on at once")
    command.add_argument("--rounds", type=positive, default=3, metavar="N", help="default: 3")
    command = _command(commands, "bench", _bench, "measure what a run costs, beside Schemathesis")
    command.add_argument("--rounds", type=positive, default=5, metavar="N", help="runs to measure; default: 5")
    command.add_argument("--latency", type=whole_number, action="append", metavar="MS",
                         help="milliseconds on every answer; repeatable; default: 0, 40 and 150")  # fmt: skip
    command.add_argument(
        "--only", action="append", type=_subject, metavar="WORD", help="measure what has this in its name; repeatable"
    )
    command.add_argument("--sample", type=whole_number, default=12, metavar="N", help="faults to run on; default: 12")
    for name, (_, text) in OTHERS.items():
        commands.add_parser(name, help=text)
    return parser


def _command(commands: Any, name: str, run: object, text: str) -> argparse.ArgumentParser:  # noqa: ANN401 - private to argparse
    command: argparse.ArgumentParser = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
    command.set_defaults(run=run)
    return command


def main(words: Sequence[str] | None = None) -> int:
    """Run the sub-command that the words name; returns 1 where the suite proves wrong."""
    given = [*(sys.argv[1:] if words is None else words)]
    if given and given[0] in OTHERS:
        return OTHERS[given[0]][0](given[1:])
    parser = _parser()
    options = parser.parse_args(given)
    _check(parser, options)
    result: int = options.run(options)
    return result
