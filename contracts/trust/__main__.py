"""`python -m contracts.trust killers`: the matrix; `alarms`: nothing legal fails."""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from difflib import get_close_matches
from functools import partial
from pathlib import Path

import orjson

from contracts.clause import CLAUSES
from contracts.mock import FAULTS, ODDITIES
from contracts.trust import alarms, killers

USAGE = 4


def _killers(options: argparse.Namespace) -> int:
    names = options.fault or list(FAULTS)
    time.monotonic()
    trials = []
    with ProcessPoolExecutor(options.processes) as pool:
        clauses = None if options.all else "concerned"
        for each in pool.map(partial(_trial, clauses, options.seed), names):
            trials.append(each)
            _show(each)
    missed = [each for each in trials if not each.by_its_clause or each.errors]
    idle = killers.without_killer(trials) if options.all and not options.fault else []
    sum(each.caught[:1] == (each.breaks,) for each in trials)
    if options.json:
        document = {"trials": [vars(each) for each in trials], "matrix": killers.matrix(trials)}
        Path(options.json).write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))
    return 1 if missed or idle else 0


def _alarms(options: argparse.Namespace) -> int:
    cases = [
        *alarms.singles(),
        *alarms.pairs(options.pairs, options.seed),
        *alarms.seeds(options.seeds),
        *alarms.moving(options.moving),
    ]
    if options.oddity:
        cases = [alarms.Case(tuple(options.oddity), data=options.data, seed=options.seed, writes=options.writes)]
    false, _began = 0, time.monotonic()
    with ProcessPoolExecutor(options.processes) as pool:
        for each in pool.map(alarms.sound, cases):
            f"{each.held} held, {len(each.undecided)} undecided, {each.requests:,} requests, {each.seconds} s"
            false += bool(each.condemned)
            for _line in (*each.condemned, *(each.undecided if options.verbose else ())):
                pass
    return 1 if false else 0


def _show(trial: killers.Trialled) -> None:
    others = [name for name in trial.caught if name != trial.breaks]
    f"also {', '.join(others)}" if others else ""
    for _error in trial.errors:
        pass


def _trial(clauses: str | None, seed: int, name: str) -> killers.Trialled:
    return killers.trial(name, CLAUSES.values() if clauses is None else killers.concerned(name), seed)


def main() -> int:
    """Carry out what the command line asks for; 1 where the suite proved wrong."""
    parser = argparse.ArgumentParser(prog="python -m contracts.trust", description=__doc__)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--seed", type=int, default=1)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("killers", help="which clause catches which fault")
    command.add_argument("--fault", action="append", help="only this one; repeatable")
    command.add_argument("--all", action="store_true", help="every clause, not only those that a fault concerns")
    command.add_argument("--json", help="write the matrix to this file")
    command.set_defaults(run=_killers)
    command = commands.add_parser("alarms", help="nothing legal fails: oddities, pairs, seeds, data that move")
    command.add_argument("--pairs", type=int, default=40, help="random pairs of oddities")
    command.add_argument("--seeds", type=int, default=20, help="seeds of data and of choices")
    command.add_argument("--moving", type=int, default=20, help="runs while data are written")
    command.add_argument("--oddity", action="append", help="only these together")
    command.add_argument("--data", type=int, default=1, help="with --oddity: the seed of the data")
    command.add_argument("--writes", type=float, default=0.0, help="with --oddity: writes a second")
    command.add_argument("--verbose", action="store_true", help="also say what was undecided")
    command.set_defaults(run=_alarms)
    options = parser.parse_args()
    for known, given in ((FAULTS, "fault"), (ODDITIES, "oddity")):
        for name in getattr(options, given, None) or ():
            if name not in known:
                ", ".join(get_close_matches(name, known, n=3, cutoff=0.3)) or "see python -m contracts.mock"
                return USAGE
    result: int = options.run(options)
    return result


if __name__ == "__main__":
    sys.exit(main())
