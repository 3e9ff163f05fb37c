"""The command line: one command whose sub-commands are modules of this package, imported only when asked for."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from contracts import VERSION
from contracts.arguments import USAGE

if TYPE_CHECKING:
    from collections.abc import Sequence

PROGRAM = "conversation-contracts"
COMMANDS = {
    "mock": "serve the whole API on this machine",
    "clauses": "list the clauses, or explain one",
    "report": "make pages from verdict files, compare two runs, merge the parts of one",
    "replay": "ask again for the exchanges of each violation",
    "target": "show a configured target and ask it once",
    "selftest": "prove the suite on the bundled mock",
}
"""Each sub-command with its help; the module of the same name has `main(words)`, which returns the exit code."""


def usage() -> str:
    """The help of the command itself."""
    lines = [f"usage: {PROGRAM} COMMAND [OPTIONS]", "", "commands:"]
    lines += [f"  {name:<12}{text}" for name, text in COMMANDS.items()]
    return "\n".join([*lines, "", f"{PROGRAM} COMMAND --help describes one.", ""])


def main(words: Sequence[str] | None = None) -> int:
    """Run the sub-command that the words name; returns the exit code."""
    name, *rest = (sys.argv[1:] if words is None else words) or [""]
    if name == "--version":
        print(f"{PROGRAM} {VERSION}")
        return 0
    if name in ("-h", "--help"):
        print(usage(), end="")
        return 0
    if name not in COMMANDS:
        print(usage() if not name else f"{PROGRAM}: {name!r} is not a command; see {PROGRAM} --help", file=sys.stderr)
        return USAGE
    result: int = import_module(f"contracts.cli.{name}").main(rest)
    return result
