"""The command line: one command whose sub-commands are modules of this package, imported only when asked for."""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from contracts import VERSION
from contracts.arguments import USAGE, closest

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 2
PROGRAM = "conversation-contracts"
COMMANDS = {
    "verify": "check an API against the contract",
    "mock": "serve the whole API on this machine",
    "clauses": "list the clauses, or explain one",
    "report": "turn verdict files into pages, compare two runs, merge the parts of a run",
    "replay": "ask again for the exchanges of each violation",
    "target": "show a configured target and send it one request",
    "description": "write the effective description, for other tools",
    "selftest": "test the suite itself, on the mock",
}
"""Each sub-command with its help; the module of the same name has `main(words)`, which returns the exit code."""


def usage() -> str:
    """The help of the command itself."""
    lines = [f"usage: {PROGRAM} COMMAND [OPTIONS]", "", "commands:"]
    lines += [f"  {name:<13}{text}" for name, text in COMMANDS.items()]
    return "\n".join([*lines, "", f"{PROGRAM} COMMAND --help describes a command; --version prints the version.", ""])


def main(words: Sequence[str] | None = None) -> int:
    """Run the sub-command that the words name; returns the exit code."""
    name, *rest = (sys.argv[1:] if words is None else words) or [""]
    if name == "--version":
        print(f"{PROGRAM} {VERSION}")
        return 0
    if name in ("-h", "--help"):
        print(usage(), end="")
        return 0
    if why := _refused(name):
        print(why, file=sys.stderr)
        return USAGE
    try:
        result: int = import_module(f"contracts.cli.{name}").main(rest)
        sys.stdout.flush()
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        print(f"{PROGRAM}: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERRUPTED
    return result


def _refused(name: str) -> str:
    """Why there is nothing to run; empty where there is."""
    if not name:
        return usage()
    if name not in COMMANDS:
        near = closest(name, COMMANDS)
        return f"{PROGRAM}: {name!r} is not a command; {f'did you mean {near}?' if near else f'see {PROGRAM} --help'}"
    try:
        Path.cwd()
    except OSError as error:
        return f"{PROGRAM}: the current folder cannot be used: {error.strerror}; go to another one"
    return ""
