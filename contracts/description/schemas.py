"""The event variants of the Conversation API, and which of them an event is."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from contracts.description.loading import Node

_COMBINED = ("allOf", "anyOf", "oneOf")

VARIANTS: Mapping[str, str] = MappingProxyType(
    {
        "text": "/components/schemas/text_event",
        "custom": "/components/schemas/custom_event",
        "member:invited": "/components/schemas/member_invited_event",
        "member:left": "/components/schemas/member_left_event",
        "other": "/components/schemas/other_event",
    },
)
"""The event variants by name, each with the JSON pointer of its schema in the effective description."""


def variant_of(type_: object) -> str:
    """The key in `VARIANTS` of the schema that an event of this type must satisfy.

    `custom` for what begins with `custom:`; `other` for what is documented nowhere and for what is no text. Source:
    /components/schemas/all_events.
    """
    if not isinstance(type_, str):
        return "other"
    if type_.startswith("custom:"):
        return "custom"
    return type_ if type_ in VARIANTS and type_ != "custom" else "other"


def described(schema: Node, path: Iterable[str] = ()) -> frozenset[str]:
    """Name the properties that a schema describes of the object at a path.

    Args:
        schema: a schema without references.
        path: the names of the members that lead to the object; none for the top.

    Returns:
        The names, of all parts of an `allOf`, `anyOf` or `oneOf` together; none where the schema leaves the object open.
    """
    parts = list(_parts(schema))
    for name in path:
        parts = [part for each in parts for part in _parts(each.get("properties", {}).get(name, {}))]
    return frozenset(name for part in parts for name in part.get("properties", {}))


def _parts(schema: Node) -> Iterator[Node]:
    """A schema and all that it is combined of."""
    yield schema
    for keyword in _COMBINED:
        for part in schema.get(keyword, ()):
            yield from _parts(part)
