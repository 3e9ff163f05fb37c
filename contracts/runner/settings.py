"""Settings of a run: what `[tool.conversation-contracts]` says beside its targets, for options that are not given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.crawl.profiles import PROFILES
from contracts.runner.schema import RATE
from contracts.runner.tables import TABLE, check, table

AUTO = "auto"
"""In place of a number of requests that are under way at once: as many as the target's answers tell."""

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_WORD = {"type": "string", "minLength": 1}
_WORDS = {"type": "array", "items": _WORD}
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "base-url": {**_WORD, "description": "the URL of the API"},
        "target": {**_WORD, "description": "the name of a target"},
        "targets": {"type": "object", "description": "tables, each a target"},
        "header": {**_WORDS, "description": 'a list of headers, each "NAME=VARIABLE"'},
        "rate": {"type": "string", "pattern": f"^{RATE.pattern}$", "description": 'like "5/s", "100/min" or "2000/h"'},
        "max-requests": {"type": "integer", "minimum": 1, "description": "an integer >= 1"},
        "workers": {
            "anyOf": [{"type": "integer", "minimum": 1}, {"const": AUTO}],
            "description": 'an integer >= 1, or "auto"',
        },
        "patience": {"type": "integer", "minimum": 1, "description": "an integer >= 1"},
        "ca-bundle": {**_WORD, "description": "the path of a file, from the folder of this one"},
        "clauses": {**_WORDS, "description": "a list of clauses and families"},
        "conversation": {**_WORDS, "description": "a list of ids of conversations"},
        "profile": {"enum": list(PROFILES), "description": ", ".join(PROFILES)},
        "seed": {"type": "integer", "minimum": 0, "description": "an integer >= 0"},
        "verdicts": {**_WORD, "description": "the path of a file"},
        "har": {**_WORD, "description": "the path of a file"},
        "write-deviations": {**_WORD, "description": "the path of a file"},
        "shard": {"type": "string", "pattern": r"^\d+/\d+$", "description": 'like "1/3"'},
        "fail-on-should": {"type": "boolean", "description": "true or false"},
        "require-exercised": {"type": "boolean", "description": "true or false"},
        "unsafe-methods": {"type": "boolean", "description": "true or false"},
        "max-pages": {"type": "integer", "minimum": 1, "description": "an integer >= 1"},
    },
}
"""What the table may contain: the options of a run without their dashes, and the targets."""


def settings(file: Path) -> dict[str, Any]:
    """The settings in a TOML file, targets left out; none where it has no such table.

    Args:
        file: the TOML file. A `ca-bundle` is looked for beside it.

    Raises:
        ConfigurationError: the file cannot be read, or a setting is unknown or has a wrong value.
    """
    found = table(file)
    check(found, SCHEMA, f"{file} [{'.'.join(TABLE)}]")
    if "ca-bundle" in found:
        found = {**found, "ca-bundle": str(file.parent / found["ca-bundle"])}
    return {name: value for name, value in found.items() if name != "targets"}
