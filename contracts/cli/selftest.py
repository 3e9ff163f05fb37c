"""`python -m contracts selftest killers`: the matrix; `alarms`: nothing legal fails."""

from __future__ import annotations

import os
import sys
import textwrap
import time
from concurrent.futures import ProcessPoolExecutor
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from contracts.arguments import Parser, positive
from contracts.clauses import CONVERSATION_CLAUSES
from contracts.mock import FAULTS, ODDITIES, Settings
from contracts.selftest import benchmark as bench
from contracts.selftest import chaos as storm
from contracts.selftest import false_positives as alarms
from contracts.selftest import fault_detection as killers
from contracts.selftest import mock_benchmark, mock_stress

if TYPE_CHECKING:
    import argparse
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
        *alarms.moving(options.moving),
    ]
    if options.oddity:
        cases = [alarms.Case(tuple(options.oddity), data=options.data, seed=options.seed, writes=options.writes)]
    false, began = 0, time.monotonic()
    with ProcessPoolExecutor(options.processes) as pool:
        for alarm in pool.map(alarms.sound, cases):
            mark = "ALARM" if alarm.condemned else "green"
            found = f"{alarm.held} held, {len(alarm.undecided)} undecided"
            print(f"{mark}  {alarm.case.name:<60} {found}, {alarm.requests:,} requests, {alarm.seconds} s", flush=True)
            false += bool(alarm.condemned)
            for line in (*alarm.condemned, *(alarm.undecided if options.verbose else ())):
                print(f"       {line[:400]}")
    print(f"{len(cases) - false} of {len(cases)} legal mocks green, {time.monotonic() - began:.0f} s")
    return 1 if false else 0


def _storm(options: argparse.Namespace) -> int:
    codes = []
    for passage in storm.passages(options.rounds, options.seed):
        codes.append(passage.code)
        print(f"{passage.day}, seed {passage.seed}: exit code {passage.code}", *passage.told, sep="\n  ", flush=True)
    print(f"{codes.count(0)} of {len(codes)} runs green")
    return 1 if any(codes) else 0


def _bench(options: argparse.Namespace) -> int:
    for line in bench.lines(options.rounds, options.sample, options.seed):
        print(line, flush=True)
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


def _check(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    for known, given in ((FAULTS, "fault"), (ODDITIES, "oddity")):
        for name in getattr(options, given, None) or ():
            if name not in known:
                near = ", ".join(get_close_matches(name, known, n=3, cutoff=0.3))
                listing = f"python -m contracts mock --list-{given}s".replace("ys", "ies")
                parser.error(f"no {given} is named {name!r}; {f'near: {near}' if near else f'see {listing}'}")
    try:
        Settings(seed=getattr(options, "data", 1), writes_per_second=getattr(options, "writes", 0.0))
    except ValueError as error:
        parser.error(str(error))
    file = getattr(options, "json", None)
    if file and not Path(file).absolute().parent.is_dir():
        parser.error(f"--json {file}: there is no folder {Path(file).absolute().parent}")


OTHERS = {"bench-mock": mock_benchmark.main, "stress": mock_stress.main}


def main(words: Sequence[str] | None = None) -> int:
    """Carry out what the command line asks for; 1 where the suite proved wrong."""
    known = [*(sys.argv[1:] if words is None else words)]
    if known[:1] in (["bench-mock"], ["stress"]):
        return OTHERS[known[0]](known[1:])
    parser = Parser(prog="conversation-contracts selftest", description=__doc__, allow_abbrev=False)
    parser.add_argument("--processes", type=positive, default=os.cpu_count(), help="at once; default: one a core")
    parser.add_argument("--seed", type=int, default=1)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("killers", help="which clause catches which fault")
    command.add_argument("--fault", action="append", help="only this one; repeatable")
    command.add_argument("--all", action="store_true", help="every clause, not only those that a fault concerns")
    command.add_argument("--data", type=int, default=1, help="the seed of the mock's data; a fault must not need luck")
    command.add_argument("--json", help="write the matrix to this file")
    command.set_defaults(run=_killers)
    command = commands.add_parser("alarms", help="nothing legal fails: oddities, pairs, seeds, data that move")
    command.add_argument("--pairs", type=int, default=40, help="random pairs of oddities")
    command.add_argument("--seeds", type=int, default=20, help="seeds of data and of choices")
    command.add_argument("--moving", type=int, default=20, help="runs while data are written")
    command.add_argument("--long", type=int, default=6, help="pairs of oddities on listings that nobody reads whole")
    command.add_argument("--oddity", action="append", help="only these together")
    command.add_argument("--data", type=int, default=1, help="with --oddity: the seed of the data")
    command.add_argument("--writes", type=float, default=0.0, help="with --oddity: writes a second")
    command.add_argument("--verbose", action="store_true", help="also say what was undecided")
    command.set_defaults(run=_alarms)
    command = commands.add_parser("storm", help="everything that the mock can be asked for at once")
    command.add_argument("--rounds", type=positive, default=3)
    command.set_defaults(run=_storm)
    command = commands.add_parser("bench", help="what a run costs")
    command.add_argument("--rounds", type=positive, default=5)
    command.add_argument("--sample", type=positive, default=12, help="faults that whole runs are tried on")
    command.set_defaults(run=_bench)
    options = parser.parse_args(words)
    _check(parser, options)
    result: int = options.run(options)
    return result
