"""`python -m contracts target NAME`: what is known of a target, with no secret in it, and whether it answers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.arguments import Parser
from contracts.clauses import CONVERSATION_CLAUSES
from contracts.runner.configuration import configured, describe, described
from contracts.runner.verification import Verification
from contracts.transport import BadAddressError, ConfigurationError, Target, TargetError

if TYPE_CHECKING:
    from collections.abc import Sequence

UNREACHABLE = 3


def main(words: Sequence[str] | None = None) -> int:
    """Show a target and ask it once; 3 where it cannot be reached or refuses the credential."""
    parser = Parser(prog="conversation-contracts target", description=__doc__.partition(": ")[2], allow_abbrev=False)
    parser.add_argument("name", nargs="?", help="a target; without one, their names are listed")
    parser.add_argument("--targets", type=Path, default=Path("pyproject.toml"), metavar="FILE", help="where they stand")
    parser.add_argument("--no-probe", action="store_true", help="send nothing")
    options = parser.parse_args(words)
    try:
        if options.name is None:
            print("\n".join(described(options.targets)))
            return 0
        target = configured(options.name, options.targets, os.environ)
        for line in describe(target):
            print(line)
        for each in target.waivers:
            if each.clause not in CONVERSATION_CLAUSES:
                parser.error(f"a deviation of {target.name} names no clause: {each.clause!r}")
        return 0 if options.no_probe else _probe(Target(target.base_url, target.access))
    except (ConfigurationError, BadAddressError) as error:
        parser.error(str(error))


def _probe(target: Target) -> int:
    with target.session:
        try:
            Verification(target, CONVERSATION_CLAUSES).probe()
        except TargetError as error:
            print(f"probe: {target.redact(str(error))}")
            return UNREACHABLE
    print("probe: it answers" + (", and takes the credential" if target.access.credential else ""))
    return 0
