"""`python -m contracts.trust killers`: the matrix; `alarms`: nothing legal fails."""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import orjson

from contracts.clause import CLAUSES
from contracts.mock import FAULTS
from contracts.trust import killers


def _killers(options: argparse.Namespace) -> int:
    names = options.fault or list(FAULTS)
    began = time.monotonic()
    trials = []
    with ProcessPoolExecutor(options.processes) as pool:
        clauses = None if options.all else "concerned"
        for each in pool.map(partial(_trial, clauses, options.seed), names):
            trials.append(each)
            _show(each)
    missed = [each for each in trials if not each.by_its_clause or each.errors]
    idle = killers.without_killer(trials) if options.all and not options.fault else []
    first = sum(each.caught[:1] == (each.breaks,) for each in trials)
    print(f"{len(trials) - len(missed)} of {len(trials)} faults caught by the clause that they name, {first} by it first")
    print(f"clauses without a killer: {', '.join(idle) or 'none'}" if options.all else "", end="\n")
    print(f"{sum(each.requests for each in trials):,} requests, {time.monotonic() - began:.0f} s")
    if options.json:
        document = {"trials": [vars(each) for each in trials], "matrix": killers.matrix(trials)}
        Path(options.json).write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))
    return 1 if missed or idle else 0


def _show(trial: killers.Trialled) -> None:
    others = [name for name in trial.caught if name != trial.breaks]
    mark = "caught" if trial.by_its_clause else "MISSED"
    also = f"also {', '.join(others)}" if others else ""
    print(f"{mark}  {trial.fault:<36} {trial.breaks:<28} {trial.seconds:>5.1f} s  {also}".rstrip(), flush=True)
    for error in trial.errors:
        print(f"        error: {error}")


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
    options = parser.parse_args()
    result: int = options.run(options)
    return result


if __name__ == "__main__":
    sys.exit(main())
