"""The libraries of `make field`, as `libraries.toml` lists them, and the table that is made of their runs."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAGE = ROOT / "docs" / "field.md"
_FOUND: dict[str, Any] = tomllib.loads((HERE / "libraries.toml").read_text(encoding="utf-8"))
DAY = str(_FOUND["day"])
"""Packages that are not pinned are those of this day."""


@dataclass(frozen=True)
class Finding:
    """What is known of a violation: the clause, what happens, and the public report that says the same."""

    clause: str
    says: str
    report: str = ""
    releases: tuple[str, ...] = ()
    """The releases that it is known of; none for all."""


@dataclass(frozen=True)
class Release:
    """One release of a library.

    Attributes:
        library: its name.
        adapter: the module beside this one that serves the API with it.
        version: its version.
        packages: what is installed, with versions.
        findings: what is known of its violations.
    """

    library: str
    adapter: str
    version: str
    packages: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def name(self) -> str:
        """The name of its environment."""
        return f"{self.adapter}-{self.version}"


@dataclass(frozen=True)
class Row:
    """What was found about a release: the clauses violated on data that stands still, and while data is written."""

    release: Release
    still: tuple[str, ...]
    moving: tuple[str, ...]


def _releases(library: Mapping[str, Any]) -> Iterator[Release]:
    known = [Finding(**{**each, "releases": tuple(each.get("releases", ()))}) for each in library.get("finding", ())]
    for adapter, (version, packages) in product(library["adapters"], library["releases"].items()):
        findings = tuple(each for each in known if not each.releases or version in each.releases)
        yield Release(library["name"], adapter, version, tuple(packages), findings)


RELEASES = tuple(release for library in _FOUND["library"] for release in _releases(library))


def table(rows: Iterable[Row]) -> Iterator[str]:
    """The table of releases in docs/field.md."""
    yield "| library | release | adapter | violated on still data | also while data is written | public reports |"
    yield "|---|---|---|---|---|---|"
    for row in rows:
        also = [name for name in row.moving if name not in row.still]
        violated = {name.partition(" ")[0] for name in (*row.still, *also)}
        reports = dict.fromkeys(each.report for each in row.release.findings if each.clause in violated and each.report)
        cells = (row.release.library, row.release.version, f"`{row.release.adapter}.py`")
        yield f"| {' | '.join((*cells, _listed(row.still), _listed(also), ', '.join(reports) or '·'))} |"


def explanations() -> Iterator[str]:
    """The table of findings in docs/field.md."""
    yield "| of | clause | what happens | public report |"
    yield "|---|---|---|---|"
    found = dict.fromkeys((release.library, each) for release in RELEASES for each in release.findings)
    for library, each in found:
        of = " ".join((library, ", ".join(each.releases))).strip()
        yield f"| {of} | `{each.clause}` | {each.says} | {each.report or 'none found'} |"


def _listed(clauses: Iterable[str]) -> str:
    """Clauses in code, what stands behind a name left as it is."""
    parts = (name.partition(" ") for name in clauses)
    return ", ".join(f"`{name}`{space}{level}" for name, space, level in parts) or "·"


def put(rows: Iterable[Row]) -> None:
    """Write both tables into docs/field.md."""
    text = PAGE.read_text(encoding="utf-8")
    for name, lines in {"field": table(rows), "findings": explanations()}.items():
        before, _, rest = text.partition(f"<!-- {name} -->\n")
        after = rest.partition(f"<!-- /{name} -->\n")[2]
        text = "".join([before, f"<!-- {name} -->\n", *(f"{line}\n" for line in lines), f"<!-- /{name} -->\n", after])
    PAGE.write_text(text, encoding="utf-8")
