"""The operations of the effective description as values: their paths, parameters and listings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from contracts.description.errors import RefusedValueError, UnknownNameError
from contracts.description.pointers import inlined, pointer_to
from contracts.description.validators import build, problems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jsonschema.protocols import Validator

    from contracts.description.loading import Node

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,99})")


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation, its schema written out."""

    name: str
    location: str
    required: bool
    schema: Node = field(hash=False)
    description: str
    pointer: str

    @property
    def default(self) -> object:
        """The value that leaving it out stands for; None where the description names none."""
        return self.schema.get("default")

    @cached_property
    def _validator(self) -> Validator:
        return build(dict(self.schema))

    def read(self, text: str) -> int | str:
        """Read the parameter's text, as it stands in a URL after decoding.

        Args:
            text: the text.

        Returns:
            An integer where the schema wants one, otherwise the text itself.

        Raises:
            RefusedValueError: the schema does not allow it.
        """
        value: int | str = text
        if self.schema.get("type") == "integer" and _INTEGER.fullmatch(text):
            value = int(text)
        found = problems(self._validator, value)
        if found:
            raise RefusedValueError(self.name, text, [problem.message for problem in found])
        return value


@dataclass(frozen=True, slots=True)
class Operation:
    """A GET operation that shows a listing."""

    operation_id: str
    path: str
    listing: str
    summary: str
    parameters: tuple[Parameter, ...]
    pointer: str

    def parameter(self, name: str) -> Parameter:
        """Find a parameter by its name.

        Args:
            name: such as `page_size`.

        Returns:
            The parameter.

        Raises:
            UnknownNameError: the operation does not take it.
        """
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        raise UnknownNameError("parameter", name, [parameter.name for parameter in self.parameters])


def operations(document: Node) -> Mapping[str, Operation]:
    """Give all operations of a description.

    Args:
        document: an OpenAPI 3.0 document whose paths show listings.

    Returns:
        The operations by their `operationId`, in the description's order.
    """
    found = [_operation(document, path, methods["get"]) for path, methods in document["paths"].items()]
    return MappingProxyType({operation.operation_id: operation for operation in found})


def _operation(document: Node, path: str, node: Node) -> Operation:
    return Operation(
        operation_id=node["operationId"],
        path=path,
        listing=_listing(node),
        summary=node["summary"],
        parameters=tuple(
            _parameter(document, entry, pointer_to("paths", path, "get", "parameters", index))
            for index, entry in enumerate(node["parameters"])
        ),
        pointer=pointer_to("paths", path, "get"),
    )


def _listing(node: Node) -> str:
    """Take the listing's name from the page: it is the one member of `_embedded.data`."""
    schema: Any = node["responses"]["200"]["content"]["application/json"]["schema"]
    (name,) = schema["properties"]["_embedded"]["properties"]["data"]["properties"]
    return cast("str", name)


def _parameter(document: Node, entry: Node, place: str) -> Parameter:
    node: Any = inlined(document, entry)
    return Parameter(
        name=node["name"],
        location=node["in"],
        required=node["required"],
        schema=MappingProxyType(node["schema"]),
        description=node["description"],
        pointer=str(entry.get("$ref", "#" + place)).removeprefix("#"),
    )
