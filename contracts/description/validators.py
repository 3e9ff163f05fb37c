"""Validators for schemas of a description, and what they find in a reader's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from contracts.description.formats import format_checker
from contracts.paging.pointers import pointer_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

    from contracts.description.loading import Json, Node

_ANNOTATIONS = frozenset({"description", "example", "title", "default"})
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Problem:
    """One way in which a value breaks a schema: where in the value (a JSON pointer), and what is wrong."""

    pointer: str
    message: str

    def __str__(self) -> str:
        return f"at {self.pointer or 'the top'}: {self.message}"


def build(schema: Node) -> Validator:
    """The jsonschema validator of an OpenAPI 3.0 schema without references."""
    from openapi_schema_validator import OAS30Validator  # noqa: PLC0415 - slow; needed for the first validator

    return cast("Validator", OAS30Validator(_bare(schema), format_checker=format_checker()))


def problems(judge: Validator, value: object) -> tuple[Problem, ...]:
    """All that is wrong with a value, in the order of the places, each once.

    Of an `anyOf` that nothing satisfies, the problems of the branch that came nearest.
    """
    found = {_problem(error) for error in _leaves(judge.iter_errors(cast("Any", value)))}
    return tuple(sorted(found, key=lambda problem: (problem.pointer, problem.message)))


def _bare(schema: Json) -> Json:
    """Leave annotations out of a schema: validators visit every keyword. Property names are no keywords."""
    if isinstance(schema, list):
        return [_bare(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _bare(inner) for name, inner in value.items()} if key == "properties" else _bare(value)
        for key, value in schema.items()
        if key not in _ANNOTATIONS and not key.startswith("x-")
    }


def _leaves(errors: Iterator[ValidationError]) -> Iterator[ValidationError]:
    for error in errors:
        if error.context:
            yield from _leaves(iter(_nearest(error.context)))
        elif error.message != "None for not nullable":  # said twice: the next error says it better
            yield error


def _nearest(context: list[ValidationError]) -> list[ValidationError]:
    """Choose the branch of an `anyOf` with the fewest errors."""
    branches: dict[Any, list[ValidationError]] = {}
    for error in context:
        branches.setdefault(error.schema_path[0], []).append(error)
    return min(branches.values(), key=len)


def _problem(error: ValidationError) -> Problem:
    """Shorten what jsonschema says: it shows the whole value, which may be a whole page."""
    message = error.message
    if len(message) > _LONGEST:
        half = _LONGEST // 2
        message = f"{message[:half]} ... {message[-half:]}"
    return Problem(pointer_to(*error.absolute_path), message)
