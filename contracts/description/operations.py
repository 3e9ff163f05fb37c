"""The operations of the effective description as values: their paths, parameters and listings."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from contracts.description.pointers import inlined
from contracts.paging.pointers import pointer_to

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.description.loading import Node


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation, its schema written out; `pointer` leads to it in the description."""

    name: str
    location: str
    required: bool
    schema: Node = field(hash=False)
    pointer: str


@dataclass(frozen=True, slots=True)
class Operation:
    """A GET operation that shows a listing; `pointer` leads to it in the description."""

    operation_id: str
    path: str
    listing: str
    parameters: tuple[Parameter, ...]
    pointer: str


def operations(document: Node) -> Mapping[str, Operation]:
    """All operations of an OpenAPI 3.0 document whose paths show listings, by their `operationId`, in its order."""
    found = [_operation(document, path, methods["get"]) for path, methods in document["paths"].items()]
    return MappingProxyType({operation.operation_id: operation for operation in found})


def _operation(document: Node, path: str, node: Node) -> Operation:
    parameters = tuple(
        _parameter(document, entry, pointer_to("paths", path, "get", "parameters", index))
        for index, entry in enumerate(node["parameters"])
    )
    return Operation(node["operationId"], path, _listing(node), parameters, pointer_to("paths", path, "get"))


def _listing(node: Node) -> str:
    """The listing's name from the page: it is the one member of `_embedded.data`."""
    schema: Any = node["responses"]["200"]["content"]["application/json"]["schema"]
    (name,) = schema["properties"]["_embedded"]["properties"]["data"]["properties"]
    return cast("str", name)


def _parameter(document: Node, entry: Node, place: str) -> Parameter:
    node: Any = inlined(document, entry)
    pointer = str(entry.get("$ref", place)).removeprefix("#")
    return Parameter(node["name"], node["in"], node["required"], MappingProxyType(node["schema"]), pointer)
