"""`conversation-contracts verify [BASE_URL]`: check an API against the contract.

It runs pytest in this process, with the checks and the plugin of this package, and with a configuration of its own.
"""

from __future__ import annotations

import os
import sys
import warnings
from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from contracts.arguments import Parser, closest
from contracts.pytest_plugin.options import OPTIONS
from contracts.pytest_plugin.places import CONFIGURATION, HERE
from contracts.reporting.run import Exit

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

FOREIGN = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTHONWARNINGS")
"""Environment variables that are meant for other test runs."""

EPILOG = """Without BASE_URL and --target, the bundled mock is started and checked.

pytest handles every other option, such as -n 2 (processes), -k EXPRESSION, -x, --lf and --junit-xml FILE.
Name other pytest plugins with -p; they are not loaded by themselves.

Options can have defaults in the table [tool.conversation-contracts] of pyproject.toml in the current folder:
  profile = "quick"

Results are written to reports/ in the current folder.
Exit codes: 0 kept, 1 violated, 2 interrupted, 3 target unreachable, 4 wrong usage,
or a file that was asked for could not be written."""


class OneLine:
    """Shortens what pytest says of a wrong option to one line."""

    @pytest.hookimpl(wrapper=True)
    def pytest_cmdline_parse(self) -> Generator[None, pytest.Config, pytest.Config]:
        """Leave out pytest's usage, configuration file and folders."""
        try:
            return (yield)
        except pytest.UsageError as error:
            raise pytest.UsageError(shortened(str(error))) from None


def shortened(message: str) -> str:
    """A usage error of pytest in one line, with a suggestion where an option is misspelt."""
    message = message.partition(": error: ")[2].partition("\n")[0] or message
    if not message.startswith("unrecognized arguments: "):
        return message
    option = message.split()[2].partition("=")[0]
    near = closest(option, [known.name for known in OPTIONS])
    hint = f"did you mean {near}?" if near else "see conversation-contracts verify --help, and pytest --help"
    return f"{option} is neither an option of verify nor of pytest; {hint}"


def parser() -> Parser:
    """The help; pytest parses the words, for it knows its own options."""
    made = Parser(
        prog="conversation-contracts verify",
        usage="%(prog)s [BASE_URL | --target NAME] [OPTIONS] [PYTEST OPTIONS]",
        description="Check an API against the contract.",
        epilog=EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
    )
    made.add_argument("base_url", nargs="?", metavar="BASE_URL", help="the same as --base-url")
    for option in OPTIONS:
        option.declare(made.add_argument)
    return made


def main(words: Sequence[str] | None = None) -> int:
    """Check what the words name, under pytest; returns the exit code."""
    words = sys.argv[2:] if words is None else words
    if {"-h", "--help"} & {*words}:
        parser().print_help()
        return Exit.KEPT
    for name in FOREIGN:
        os.environ.pop(name, None)
    warnings.simplefilter("ignore")
    reports = Path("reports").absolute()
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(reports / ".hypothesis")
    cache = reports / ".pytest_cache"  # not where the user's own --lf looks
    own = ["-c", str(CONFIGURATION), "--rootdir", str(HERE), "-o", f"cache_dir={cache}"]
    code = pytest.main([*own, *words], plugins=[OneLine()])
    return Exit.BROKEN if code == pytest.ExitCode.NO_TESTS_COLLECTED else int(code)
