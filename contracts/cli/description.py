"""`conversation-contracts description [FILE]`: write the effective description, for other tools."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import yaml

from contracts.arguments import Parser
from contracts.description import CONVERSATION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class _Dumper(yaml.SafeDumper):
    """Writes every value out, without anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401, ARG002 - PyYAML's signature
        return True


def as_yaml(document: Mapping[str, Any]) -> str:
    """A document as YAML, its keys in their order."""
    text: str = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return text


def as_json(document: Mapping[str, Any]) -> str:
    """A document as JSON, its keys in their order."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


FORMATS = {"yaml": as_yaml, "json": as_json}


def main(words: Sequence[str] | None = None) -> int:
    """Write the effective description; returns the exit code."""
    parser = Parser(
        prog="conversation-contracts description",
        description="Write the effective description: the API's OpenAPI 3.0 description with what its prose promises.",
    )
    parser.add_argument("file", nargs="?", metavar="FILE", help="where to write; default: standard output")
    parser.add_argument(
        "--format", choices=FORMATS, help="default: json where the name of FILE ends in .json, otherwise yaml"
    )
    parser.add_argument(
        "--without-security", action="store_true", help="leave out security, for a tool that would add credentials"
    )
    options = parser.parse_args(words)
    named = "json" if (options.file or "").endswith(".json") else "yaml"
    text = FORMATS[options.format or named](CONVERSATION.effective_copy(security=not options.without_security))
    if options.file is None:
        sys.stdout.write(text)
        return 0
    with parser.writing(options.file):
        Path(options.file).write_text(text, encoding="utf-8")
    return 0
