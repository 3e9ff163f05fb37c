"""The files that a run leaves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from contracts.pytest_plugin.writing import UNWRITTEN

if TYPE_CHECKING:
    import pytest


def left(config: pytest.Config, *, deviating: bool) -> list[tuple[str, Path]]:
    """What a run writes, by the options that it was given, each with what it is; deviations where it found any."""
    results = Path(config.option.allure_report_dir)
    lasts = not config.stash[UNWRITTEN].spare
    files = [
        ("Matrix", lasts and results.parent / "matrix.html"),
        ("Verdicts", config.getoption("verdicts")),
        ("JUnit", config.option.xmlpath),
        ("HTTP archive", config.getoption("har")),
        ("Allure results", lasts and results),
        ("Deviations", deviating and config.getoption("write_deviations")),
    ]
    return [(name, Path(path)) for name, path in files if path]
