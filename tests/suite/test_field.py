"""docs/field.md, its libraries and their adapters fit each other; what the table says is not run here."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from contracts.clauses import CONVERSATION_CLAUSES
from tests.field.libraries import HERE, RELEASES, Finding, Release, Row, explanations, table
from tests.suite.written import WRITTEN, rows

if TYPE_CHECKING:
    from pathlib import Path

PAGE = [cells for cells in rows(WRITTEN["docs/field.md"], "library") if len(cells) > 1]
ADAPTERS = sorted({HERE / f"{each.adapter}.py" for each in RELEASES})


def test_the_page_has_a_row_for_every_release() -> None:
    listed = [(library, release, adapter.strip("`")) for library, release, adapter, *_ in PAGE]
    assert listed == [(each.library, each.version, f"{each.adapter}.py") for each in RELEASES]


def test_every_adapter_that_is_named_exists() -> None:
    assert [file.name for file in ADAPTERS if not file.is_file()] == []


@pytest.mark.parametrize(
    "file", [*ADAPTERS, *sorted(HERE.glob("on_*.py")), HERE / "serving.py"], ids=lambda file: file.stem
)
def test_an_adapter_needs_nothing_of_this_project(file: Path) -> None:
    tree = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    imported = {node.module for node in tree if isinstance(node, ast.ImportFrom)}
    assert {name for name in imported if str(name).partition(".")[0] in {"contracts", "tests"}} == set()


def test_every_package_is_pinned_by_name_and_from_no_address() -> None:
    assert [name for each in RELEASES for name in each.packages if name.count("==") != 1 or "/" in name] == []


def test_findings_are_about_clauses_that_exist() -> None:
    assert {finding.clause for each in RELEASES for finding in each.findings} <= CONVERSATION_CLAUSES.keys()


def test_the_page_explains_every_finding() -> None:
    assert "\n".join(explanations()) in WRITTEN["docs/field.md"], "python -m tests.field --again writes it"


def test_every_violation_of_the_table_is_explained() -> None:
    for release, row in zip(RELEASES, PAGE, strict=True):
        violated = set(re.findall("`([a-z-]+[.][a-z-]+)`", " ".join(row[3:5])))
        assert violated <= {finding.clause for finding in release.findings}, release.name


def test_a_row_lists_what_only_moving_data_shows_apart_and_each_report_once() -> None:
    known = tuple(Finding(name, "", "some/some#1") for name in ("order.mirror", "walks.disjoint"))
    row = Row(Release("Some", "some", "1.0", (), known), ("order.mirror",), ("order.mirror", "links.ends (SHOULD)"))
    assert [*table([row])][2:] == ["| Some | 1.0 | `some.py` | `order.mirror` | `links.ends` (SHOULD) | some/some#1 |"]


def test_a_finding_of_one_release_is_not_that_of_another() -> None:
    report = "encode/django-rest-framework#6504"
    reported = [each.name for each in RELEASES for finding in each.findings if finding.report == report]
    assert reported == ["drf-3.9.2", "drf_guarded-3.9.2"]
