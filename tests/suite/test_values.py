"""What is called frozen is frozen: no field of a frozen dataclass can be changed in place."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).parents[2] / "contracts"
MUTABLE = {
    *("dict", "list", "set", "bytearray", "deque", "defaultdict", "Counter", "OrderedDict", "Counts"),
    *("MutableMapping", "MutableSequence", "MutableSet"),
}


def frozen(tree: ast.AST) -> Iterator[ast.ClassDef]:
    """The frozen dataclasses of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any("frozen=True" in ast.unparse(each) for each in node.decorator_list):
            yield node


def held(annotation: ast.expr) -> set[str]:
    """The names in an annotation, but for what a callable takes and gives, which is not held."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return held(ast.parse(annotation.value, mode="eval").body)
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Annotated":
        assert isinstance(annotation.slice, ast.Tuple)
        return held(annotation.slice.elts[0])
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Callable":
        return set()
    own = {annotation.id} if isinstance(annotation, ast.Name) else set()
    return own.union(*(held(child) for child in ast.iter_child_nodes(annotation) if isinstance(child, ast.expr)))


def changeable(text: str) -> list[str]:
    """The fields of frozen dataclasses that hold what can be changed in place, as CLASS.FIELD."""
    return [
        f"{each.name}.{field.target.id}"
        for each in frozen(ast.parse(text))
        for field in each.body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if "ClassVar" not in held(field.annotation) and held(field.annotation) & MUTABLE
    ]


def test_no_frozen_dataclass_holds_what_can_be_changed() -> None:
    files = sorted(PACKAGE.rglob("*.py"))
    found = {str(file.relative_to(PACKAGE)): changeable(file.read_text(encoding="utf-8")) for file in files}
    assert {file: fields for file, fields in found.items() if fields} == {}


@pytest.mark.parametrize(
    ("annotation", "found"),
    [
        pytest.param("dict[str, int]", ["A.field"], id="dict"),
        pytest.param("tuple[list[str], ...]", ["A.field"], id="list-inside"),
        pytest.param("set[str] | None", ["A.field"], id="perhaps-a-set"),
        pytest.param("'dict[str, int]'", ["A.field"], id="in-quotes"),
        pytest.param("Mapping[str, tuple[str, ...]]", [], id="mapping"),
        pytest.param("Callable[[list[str]], dict[str, int]]", [], id="callable"),
        pytest.param("frozenset[str]", [], id="frozenset"),
    ],
)
def test_a_field_that_can_be_changed_is_noticed(annotation: str, found: list[str]) -> None:
    assert changeable(f"@dataclass(frozen=True)\nclass A:\n    field: {annotation}") == found


def test_a_class_that_is_not_frozen_may_hold_anything() -> None:
    assert changeable("@dataclass\nclass A:\n    field: dict[str, int]") == []
