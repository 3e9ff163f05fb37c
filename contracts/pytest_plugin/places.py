"""Where the checks and their pytest configuration are: in an installed package, or in a clone."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]

HERE = next(place for place in (_PACKAGE / "checks", _PACKAGE.parent / "tests" / "contract") if place.is_dir())
"""The hand-written checks."""

CONFIGURATION = Path(__file__).with_name("pytest.toml")
"""pytest's configuration for `conversation-contracts verify`."""
