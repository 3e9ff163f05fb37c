"""How much of the description a run has seen: own counts, from what was sent and what came back.

What is counted are names that stand in the description, never data of a target; so it needs no redaction.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import orjson

from contracts.reporting.outline import (
    ANSWERS,
    DIMENSIONS,
    ENUMS,
    MEMBERS,
    OPERATIONS,
    PARAMETERS,
    VALUES,
    VARIANTS,
    Outline,
    kind,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.description import Description, Operation
    from contracts.reporting.outline import Place

Counts = dict[str, dict[str, int]]
"""By dimension, how often each thing that the description names was seen; 0 says never."""

OK = 200
ALL, THEN = 64 * 2**20, 64 * 2**10
"""Bytes of all bodies that are looked into, after which only bodies of so many at most are: others say nothing new."""


class Coverage:
    """Counts what is seen of the description.

    Args:
        base_url: what the paths of operations are appended to.
        description: what is counted.
    """

    def __init__(self, base_url: str, description: Description) -> None:
        self._outline = Outline(description)
        self._base = urlsplit(base_url).path.rstrip("/")
        self._seen: dict[str, Counter[str]] = {name: Counter() for name in DIMENSIONS}
        self._read = 0

    def note(self, method: str, url: str, status: int, body: bytes) -> None:
        """Count one request and its answer; what the description does not name is not counted."""
        asked = urlsplit(url)
        operation = self._outline.operation(asked.path.removeprefix(self._base)) if method == "GET" else None
        if operation is None:
            return
        self._seen[OPERATIONS][operation.operation_id] += 1
        self._seen[ANSWERS][self._outline.answer(operation, status)] += 1
        self._ask(operation, parse_qs(asked.query, keep_blank_values=True))
        if status == OK and (self._read < ALL or len(body) <= THEN):
            self._read += len(body)
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
            if name in self._outline.names[dimension]:
                self._seen[dimension][name] += 1

    def _answered(self, operation: Operation, body: bytes) -> None:
        try:
            page = orjson.loads(body)
        except orjson.JSONDecodeError:
            return
        self._look(page, self._outline.pages[operation.listing])
        for part in ("_embedded", "data", operation.listing):
            page = page.get(part) if isinstance(page, dict) else None
        for item in page if isinstance(page, list) else ():
            named = kind(operation.listing, item)
            if operation.listing == "events":
                self._seen[VARIANTS][named] += 1
            self._look(item, self._outline.items[operation.listing].get(named))

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
            for dimension, names in self._outline.names.items()
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
