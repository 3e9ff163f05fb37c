"""How much of the description a run has seen: own counts, from what was sent and what came back.

What is counted are names that stand in the description, never data of a target; so it needs no redaction.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import orjson

from contracts import description

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from contracts.description import Node, Operation, Parameter

OPERATIONS = "operations"
ANSWERS = "answers"
PARAMETERS = "parameters"
VALUES = "parameter values"
ENUMS = "enum values"
MEMBERS = "response members"
VARIANTS = "event variants"
DIMENSIONS = (OPERATIONS, ANSWERS, PARAMETERS, VALUES, ENUMS, MEMBERS, VARIANTS)

Counts = dict[str, dict[str, int]]
"""By dimension, how often each thing that the description names was seen; 0 says never."""

OK = 200


@dataclass(frozen=True)
class Place:
    """A member of an answer that the description names, and the members below it."""

    name: str
    below: dict[str, Place] = field(default_factory=dict)
    enum: dict[str, str] = field(default_factory=dict)


class Coverage:
    """Counts what is seen of the description.

    Args:
        base_url: what the paths of operations are appended to.
    """

    def __init__(self, base_url: str) -> None:
        self._base = urlsplit(base_url).path.rstrip("/")
        self._seen: dict[str, Counter[str]] = {name: Counter() for name in DIMENSIONS}

    def note(self, method: str, url: str, status: int, body: bytes) -> None:
        """Count one request and its answer; what the description does not name is not counted."""
        asked = urlsplit(url)
        operation = _operation(asked.path.removeprefix(self._base)) if method == "GET" else None
        if operation is None:
            return
        self._seen[OPERATIONS][operation.operation_id] += 1
        self._seen[ANSWERS][_answer(operation, status)] += 1
        self._ask(operation, parse_qs(asked.query, keep_blank_values=True))
        if status == OK:
            self._answered(operation, body)

    def _ask(self, operation: Operation, given: Mapping[str, list[str]]) -> None:
        for parameter in operation.parameters:
            name = f"{operation.listing}: {parameter.name}"
            values = given.get(parameter.name, [])
            if values or parameter.location == "path":
                self._seen[PARAMETERS][name] += 1
            elif not parameter.required:
                self._seen[VALUES][f"{name} left out"] += 1
            for value in values:
                self._singled(f"{name}={value}")

    def _singled(self, name: str) -> None:
        """Count a value that the description singles out, and no other: there is no end of those."""
        for dimension in (VALUES, ENUMS):
            if name in documented()[dimension]:
                self._seen[dimension][name] += 1

    def _answered(self, operation: Operation, body: bytes) -> None:
        try:
            page = orjson.loads(body)
        except orjson.JSONDecodeError:
            return
        self._look(page, _page(operation.listing))
        for part in ("_embedded", "data", operation.listing):
            page = page.get(part) if isinstance(page, dict) else None
        for item in page if isinstance(page, list) else ():
            kind = _kind(operation.listing, item)
            if operation.listing == "events":
                self._seen[VARIANTS][kind] += 1
            self._look(item, _items(operation.listing).get(kind))

    def _look(self, value: object, place: Place | None) -> None:
        if place is None or not isinstance(value, dict):
            return
        for name, child in place.below.items():
            if name in value:
                self._seen[MEMBERS][child.name] += 1
                if child.enum and isinstance(found := value[name], str) and found in child.enum:
                    self._seen[ENUMS][child.enum[found]] += 1
                if child.below:
                    self._look(value[name], child)

    @property
    def counts(self) -> Counts:
        """What was seen and, with 0, what was not."""
        return {
            dimension: {name: self._seen[dimension][name] for name in names}
            for dimension, names in documented().items()
        }


def added(*counts: Mapping[str, Mapping[str, int]]) -> Counts:
    """Several counts as one; none where there are none."""
    found = [each for each in counts if each]
    names = {dimension: list(dict.fromkeys(name for each in found for name in each.get(dimension, ())))
             for dimension in dict.fromkeys(name for each in found for name in each)}  # fmt: skip
    return {
        dimension: {name: sum(each.get(dimension, {}).get(name, 0) for each in found) for name in inside}
        for dimension, inside in names.items()
    }


@cache
def documented() -> Mapping[str, tuple[str, ...]]:
    """What the description names, by dimension."""
    operations = list(description.operations().values())
    names: dict[str, list[str]] = {dimension: [] for dimension in DIMENSIONS}
    for operation in operations:
        listing = operation.listing
        names[OPERATIONS].append(operation.operation_id)
        names[ANSWERS] += [f"{listing}: {status}" for status in _statuses(operation)]
        names[PARAMETERS] += [f"{listing}: {parameter.name}" for parameter in operation.parameters]
        names[VALUES] += [f"{listing}: {value}" for parameter in operation.parameters for value in _stated(parameter)]
        for parameter in operation.parameters:
            names[ENUMS] += [f"{listing}: {parameter.name}={value}" for value in parameter.schema.get("enum", ())]
        for place in _all(_page(listing), *_items(listing).values()):
            names[MEMBERS].append(place.name)
            names[ENUMS] += place.enum.values()
    names[VARIANTS] = [name for name in description.VARIANTS if name != "other"]
    return {dimension: tuple(dict.fromkeys(inside)) for dimension, inside in names.items()}


def _stated(parameter: Parameter) -> Iterator[str]:
    """The values of a parameter that the description singles out; those of an enum count apart."""
    if not parameter.required:
        yield f"{parameter.name} left out"
    for keyword in ("minimum", "default", "maximum"):
        value = parameter.schema.get(keyword)
        if value is not None and "enum" not in parameter.schema:
            yield f"{parameter.name}={value}"
    if parameter.name == "event_type":
        yield from (f"event_type={name}" for name in description.VARIANTS if name not in ("custom", "other"))


def _answers(operation: Operation) -> Node:
    found: Node = description.resolve(description.effective(), operation.pointer)
    answers: Node = found["responses"]
    return answers


def _statuses(operation: Operation) -> Iterable[str]:
    return (str(status) for status in _answers(operation))


def _answer(operation: Operation, status: int) -> str:
    """The documented answer that a status is one of, or the status itself."""
    classes = {str(status), f"{status // 100}XX"}
    found = next((name for name in _statuses(operation) if name in classes), str(status))
    return f"{operation.listing}: {found}"


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Operation], ...]:
    return tuple(
        (re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(operation.path))), operation)
        for operation in description.operations().values()
    )


def _operation(path: str) -> Operation | None:
    return next((operation for pattern, operation in _patterns() if pattern.fullmatch(path)), None)


def _kind(listing: str, item: object) -> str:
    if listing != "events":
        return ""
    return description.variant_of(item.get("type") if isinstance(item, dict) else None)


@cache
def _page(listing: str) -> Place:
    """The members of a page, without its items."""
    return _place(f"{listing}: ", _schema(description.page_pointer(listing)))


@cache
def _items(listing: str) -> Mapping[str, Place]:
    """The members of an item; of an event those of each variant."""
    if listing != "events":
        return {"": _place(f"{listing}: {listing}[].", _schema(description.item_pointer(listing)))}
    return {
        name: _place(f"events: {name}.", _schema(pointer))
        for name, pointer in description.VARIANTS.items()
        if name != "other"
    }


def _schema(pointer: str) -> Node:
    effective = description.effective()
    schema: Node = description.inlined(effective, description.resolve(effective, pointer))
    return schema


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
