"""`conversation-contracts target [NAME]`: Show a configured target, without secrets, and send it one request."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.arguments import Parser
from contracts.clauses import CONVERSATION_CLAUSES
from contracts.display import say
from contracts.findings.families import UnknownClauseError
from contracts.reporting.run import Exit
from contracts.runner.configuration import configured, describe, described
from contracts.runner.tables import PYPROJECT
from contracts.runner.verification import Verification
from contracts.transport import BadAddressError, ConfigurationError, Target, TargetError

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(words: Sequence[str] | None = None) -> int:
    """Show a target and send it one request; 3 where it cannot be reached or refuses the credential."""
    parser = Parser(prog="conversation-contracts target", description=__doc__.partition(": ")[2])
    parser.add_argument("name", nargs="?", metavar="NAME", help="the target to show; default: list all")
    parser.add_argument(
        "--targets", type=Path, metavar="FILE", help=f"read targets from this file; default: {PYPROJECT}"
    )
    parser.add_argument("--no-probe", action="store_true", help="send no request")
    options = parser.parse_args(words)
    file = options.targets or Path(PYPROJECT)
    try:
        if options.name is None:
            names = described(file) if options.targets or file.exists() else ()
            say(*(names or [f"{file} describes no target"]))
            return 0
        target = configured(options.name, file, os.environ)
        say(*map(_without_password, describe(target)))
        for each in target.waivers:
            if each.clause not in CONVERSATION_CLAUSES:
                parser.error(f"a deviation of {target.name}: {UnknownClauseError(each.clause, CONVERSATION_CLAUSES)}")
        return 0 if options.no_probe else _probe(Target(target.base_url, target.access))
    except (ConfigurationError, BadAddressError) as error:
        parser.error(str(error))


def _without_password(line: str) -> str:
    """A line without the password that the address of a proxy may hold."""
    return re.sub(r"(://[^/\s:@]*:)[^/\s]*@", r"\1[redacted]@", line)


def _probe(target: Target) -> int:
    with target.session:
        try:
            run = Verification(target, CONVERSATION_CLAUSES)
            run.probe()
            if target.access.other:
                run.probe_other()
        except TargetError as error:
            say(f"probe: {target.redact(str(error))}")
            return Exit.UNREACHABLE
    taken = ", and takes the credential" if target.access.credential else ""
    print(f"probe: it answers{taken}" + (", also that of the other identity" if target.access.other else ""))
    return 0
