"""What a description names and a run can see of it: operations, answers, parameters, values, members, variants."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from contracts.description import VARIANTS as EVENT_VARIANTS
from contracts.description import resolve, variant_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from contracts.description import Description, Node, Operation, Parameter

OPERATIONS = "operations"
ANSWERS = "answers"
PARAMETERS = "parameters"
VALUES = "parameter values"
ENUMS = "enum values"
MEMBERS = "response members"
VARIANTS = "event variants"
DIMENSIONS = (OPERATIONS, ANSWERS, PARAMETERS, VALUES, ENUMS, MEMBERS, VARIANTS)


@dataclass(frozen=True)
class Place:
    """A member of an answer that the description names, and the members below it."""

    name: str
    below: Mapping[str, Place] = field(default_factory=dict)
    enum: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outline:
    """What one description names."""

    description: Description

    @cached_property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """Everything that can be counted, by dimension."""
        names: dict[str, list[str]] = {dimension: [] for dimension in DIMENSIONS}
        for operation in self.description.operations.values():
            listing = operation.listing
            names[OPERATIONS].append(operation.operation_id)
            names[ANSWERS] += [f"{listing}: {status}" for status in self._statuses(operation)]
            names[PARAMETERS] += [f"{listing}: {parameter.name}" for parameter in operation.parameters]
            for parameter in operation.parameters:
                names[VALUES] += [f"{listing}: {value}" for value in _stated(parameter)]
                names[ENUMS] += [f"{listing}: {parameter.name}={value}" for value in parameter.schema.get("enum", ())]
            for place in _all(self.pages[listing], *self.items[listing].values()):
                names[MEMBERS].append(place.name)
                names[ENUMS] += place.enum.values()
        names[VARIANTS] = [name for name in EVENT_VARIANTS if name != "other"]
        return {dimension: tuple(dict.fromkeys(inside)) for dimension, inside in names.items()}

    def operation(self, path: str) -> Operation | None:
        """The operation that a path below the base URL asks for; None where the description has none."""
        return next((operation for pattern, operation in self._patterns if pattern.fullmatch(path)), None)

    @cached_property
    def _patterns(self) -> tuple[tuple[re.Pattern[str], Operation], ...]:
        return tuple(
            (re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(operation.path))), operation)
            for operation in self.description.operations.values()
        )

    def answer(self, operation: Operation, status: int) -> str:
        """The documented answer that a status is one of, or the status itself."""
        classes = {str(status), f"{status // 100}XX"}
        found = next((name for name in self._statuses(operation) if name in classes), str(status))
        return f"{operation.listing}: {found}"

    def _statuses(self, operation: Operation) -> Iterable[str]:
        found: Node = resolve(self.description.effective, operation.pointer)
        return (str(status) for status in found["responses"])

    @cached_property
    def pages(self) -> Mapping[str, Place]:
        """The members of a page without its items, by listing."""
        names = [operation.listing for operation in self.description.operations.values()]
        return {
            name: _place(f"{name}: ", self.description.schema(self.description.page_pointer(name))) for name in names
        }

    @cached_property
    def items(self) -> Mapping[str, Mapping[str, Place]]:
        """The members of an item, by listing and kind: of an event those of each variant."""
        return {listing: self._items(listing) for listing in self.pages}

    def _items(self, listing: str) -> Mapping[str, Place]:
        if listing != "events":
            pointer = self.description.item_pointer(listing)
            return {"": _place(f"{listing}: {listing}[].", self.description.schema(pointer))}
        return {
            name: _place(f"events: {name}.", self.description.schema(pointer))
            for name, pointer in EVENT_VARIANTS.items()
            if name != "other"
        }


def kind(listing: str, item: object) -> str:
    """The kind of an item: of an event its variant, else empty."""
    if listing != "events":
        return ""
    return variant_of(item.get("type") if isinstance(item, dict) else None)


def _stated(parameter: Parameter) -> Iterator[str]:
    """The values of a parameter that the description singles out; those of an enum count apart."""
    if not parameter.required:
        yield f"{parameter.name} left out"
    for keyword in ("minimum", "default", "maximum"):
        value = parameter.schema.get(keyword)
        if value is not None and "enum" not in parameter.schema:
            yield f"{parameter.name}={value}"
    if parameter.name == "event_type":
        yield from (f"event_type={name}" for name in EVENT_VARIANTS if name not in ("custom", "other"))


def _place(prefix: str, *schemas: Node) -> Place:
    """What schemas that all hold name below one place."""
    below: dict[str, list[Node]] = {}
    for schema in _together(schemas):
        for name, inner in schema.get("properties", {}).items():
            below.setdefault(name, []).append(inner)
    return Place(prefix.rstrip("."), {name: _child(f"{prefix}{name}", inner) for name, inner in below.items()})


def _child(name: str, schemas: list[Node]) -> Place:
    enum: dict[str, str] = {}
    for schema in _together(schemas):
        values: list[Any] = schema.get("enum", [])
        if not re.fullmatch(r"events: [a-z:]+\.type", name):  # the type of an event is its variant
            enum |= {str(value): f"{name}={value}" for value in values}
    return Place(name, _place(f"{name}.", *schemas).below, enum)


def _together(schemas: Iterable[Node]) -> Iterator[Node]:
    """The schemas that all hold, those of an `allOf` too."""
    for schema in schemas:
        yield schema
        yield from _together(schema.get("allOf", ()))


def _all(*places: Place) -> Iterator[Place]:
    for place in places:
        for child in place.below.values():
            yield child
            yield from _all(child)
