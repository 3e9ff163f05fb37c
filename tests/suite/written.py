"""The pages of the project as text, and their tables."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DECISIONS = [str(file.relative_to(ROOT)) for file in sorted((ROOT / "docs" / "decisions").glob("*.md"))]
PAGES = (
    *("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "reports/README.md"),
    *(str(file.relative_to(ROOT)) for file in sorted((ROOT / "docs").glob("*.md"))),
    *DECISIONS,
)
WRITTEN = {name: (ROOT / name).read_text(encoding="utf-8") for name in PAGES}
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def rows(text: str, head: str) -> list[list[str]]:
    """The cells of the table that begins with this heading, without their backquotes."""
    body = text.partition(f"| {head} |")[2].split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in body]


def goals() -> set[str]:
    """The targets of the Makefile."""
    return set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
