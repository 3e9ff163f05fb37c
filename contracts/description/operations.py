"""The operations of the effective description as values: their paths, parameters and listings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, cast

from contracts.description.documents import effective
from contracts.description.errors import RefusedValueError, UnknownNameError
from contracts.description.loading import Node
from contracts.description.pointers import inlined, pointer_to
from contracts.description.validators import problems, validator

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,99})")


@dataclass(frozen=True, slots=True)
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
        found = problems(validator(f"{self.pointer}/schema"), value)
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


@cache
def operations() -> Mapping[str, Operation]:
    """Give all operations of the effective description.

    Returns:
        The operations by their `operationId`, in the description's order.
    """
    found = [_operation(path, methods["get"]) for path, methods in effective()["paths"].items()]
    return MappingProxyType({operation.operation_id: operation for operation in found})


def listing_operation(listing: str) -> Operation:
    """Find the operation that shows a listing.

    Args:
        listing: `conversations`, `users`, `members` or `events`.

    Returns:
        The operation.

    Raises:
        UnknownNameError: there is no such listing.
    """
    known = {operation.listing: operation for operation in operations().values()}
    if listing not in known:
        raise UnknownNameError("listing", listing, list(known))
    return known[listing]


def _operation(path: str, node: Node) -> Operation:
    return Operation(
        operation_id=node["operationId"],
        path=path,
        listing=_listing(node),
        summary=node["summary"],
        parameters=tuple(
            _parameter(entry, pointer_to("paths", path, "get", "parameters", index))
            for index, entry in enumerate(node["parameters"])
        ),
        pointer=pointer_to("paths", path, "get"),
    )


def _listing(node: Node) -> str:
    """Take the listing's name from the page: it is the one member of `_embedded.data`."""
    schema: Any = node["responses"]["200"]["content"]["application/json"]["schema"]
    (name,) = schema["properties"]["_embedded"]["properties"]["data"]["properties"]
    return cast("str", name)


def _parameter(entry: Node, place: str) -> Parameter:
    node: Any = inlined(effective(), entry)
    return Parameter(
        name=node["name"],
        location=node["in"],
        required=node["required"],
        schema=MappingProxyType(node["schema"]),
        description=node["description"],
        pointer=str(entry.get("$ref", "#" + place)).removeprefix("#"),
    )
