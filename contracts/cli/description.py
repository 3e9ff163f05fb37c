"""`conversation-contracts description [FILE]`: write the effective description, for other tools."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.arguments import Parser
from contracts.description import CONVERSATION, dump

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(words: Sequence[str] | None = None) -> int:
    """Write the effective description; returns the exit code."""
    parser = Parser(
        prog="conversation-contracts description",
        description="Write the effective description: the API's OpenAPI 3.0 description with what its prose promises.",
    )
    parser.add_argument("file", nargs="?", metavar="FILE", help="where to write; default: standard output")
    parser.add_argument(
        "--format", choices=("yaml", "json"), help="default: json where the name of FILE ends in .json, otherwise yaml"
    )
    parser.add_argument(
        "--without-security", action="store_true", help="leave out security, for a tool that would add credentials"
    )
    options = parser.parse_args(words)
    named = "json" if (options.file or "").endswith(".json") else "yaml"
    document = CONVERSATION.effective_copy(security=not options.without_security)
    text = dump(document, json=(options.format or named) == "json")
    if options.file is None:
        sys.stdout.write(text)
        return 0
    with parser.writing(options.file):
        Path(options.file).write_text(text, encoding="utf-8")
    return 0
