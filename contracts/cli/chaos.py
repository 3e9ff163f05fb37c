"""`conversation-contracts selftest chaos`: servers that misbehave, interruptions and misuse; none may hurt a run."""

from __future__ import annotations

import os
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from contracts.arguments import Parser, positive
from contracts.selftest.chaos import table
from contracts.selftest.chaos.cases import Trial, tried
from contracts.selftest.chaos.catalogue import cases, chosen

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from contracts.selftest.chaos.cases import Case


AT_ONCE = (os.cpu_count() or 1) + 1
"""Cases at once: many of them do nothing but wait."""


def _parser() -> Parser:
    parser = Parser(
        prog="conversation-contracts selftest chaos",
        description="Try servers that misbehave, interruptions and misuse: every run must end in time, in little memory, "
        "with the right exit code, without a leak and without an injection.",
    )
    parser.add_argument(
        "--only", action="append", metavar="WORD", help="try the cases whose names hold this; repeatable"
    )
    parser.add_argument("--list", action="store_true", help="print the names of the cases, and exit")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="seed of the random choices; default: 1")
    parser.add_argument(
        "--processes", type=positive, default=AT_ONCE, metavar="N", help="cases at once; default: one more than cores"
    )
    parser.add_argument("--json", metavar="FILE", help="write what came of each case to this file")
    return parser


def main(words: Sequence[str] | None = None) -> int:
    """Try the cases that the words name; returns 1 where anything is out."""
    parser = _parser()
    given = parser.parse_args(words)
    found = chosen(given.only or [])
    if not found:
        parser.error(f"--only {' '.join(given.only)}: no case has such a name; --list prints all")
    if given.list:
        print("\n".join(case.full for case in found))
        return 0
    if given.json and not Path(given.json).absolute().parent.is_dir():
        parser.error(f"--json {given.json}: there is no folder {Path(given.json).absolute().parent}")
    trials = [*_trials(found, given)]
    print(table.row("all", trials))
    if given.json:
        Path(given.json).write_bytes(orjson.dumps([asdict(each) for each in trials], option=orjson.OPT_INDENT_2))
    return 0 if all(each.clean for each in trials) else 1


def _trials(found: Sequence[Case], given: argparse.Namespace) -> Iterator[Trial]:
    """What comes of each case; a kind is printed when its last case has ended."""
    missing, done = defaultdict[str, int](int), defaultdict[str, list[Trial]](list)
    for case in found:
        missing[case.kind] += 1
    print(table.HEAD, flush=True)
    with ProcessPoolExecutor(given.processes) as pool:
        for future in as_completed([pool.submit(_tried, case.full, given.seed) for case in found]):
            trial = future.result()
            done[trial.kind].append(trial)
            if len(done[trial.kind]) == missing[trial.kind]:
                print(table.row(trial.kind, done[trial.kind]))
                print(
                    "".join(f"{line}\n" for each in done[trial.kind] for line in table.faults(each)), end="", flush=True
                )
            yield trial


def _tried(name: str, seed: int) -> Trial:
    return tried(cases()[name], seed)
