"""Verdict files: a run as JSON, for programs."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from contracts.reporting.run import Run
    from contracts.verdicts import Verdict

FORMAT = 1


def write(path: Path, run: Run, verdicts: Iterable[Verdict]) -> None:
    """Write a verdict file, whole or not at all, readable by its owner only: it may show a live service's data."""
    known = asdict(run)
    document = {"format": FORMAT, "run": known, "verdicts": [each.as_json for each in verdicts]}
    text = orjson.dumps(document, option=orjson.OPT_INDENT_2)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(text)
    draft.replace(path)


def read(path: Path) -> dict[str, Any]:
    """What a verdict file holds; `ValueError` where it is none of this format."""
    found: dict[str, Any] = orjson.loads(path.read_bytes())
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ValueError(f"{path} is no verdict file of format {FORMAT}")
    return found
