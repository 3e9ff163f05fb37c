"""Objects of one event variant in an event of another: what no schema says, because nothing in a body is required."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from contracts.description.schemas import VARIANTS, described, variant_of
from contracts.description.validators import Problem, problems
from contracts.paging.pointers import pointer_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.description.description import Description
    from contracts.description.loading import Json, Node

Path = tuple[str, ...]


def of_another_variant(description: Description, event: Node) -> tuple[Problem, ...]:
    """Find the objects in an event of a documented type that are another variant's.

    An object is another variant's where it holds a property that only that variant describes there, satisfies that variant's
    schema, and holds none of the properties that its own variant describes there. An object that its own variant leaves
    open, such as the body of a custom event, is never one; nor is an empty one, or one whose members nobody describes.

    Args:
        description: the description with the variants.
        event: an event that satisfies the schema of its own variant.

    Returns:
        A problem for each property that is another variant's; none for an event of an undocumented type.
    """
    own = variant_of(event.get("type"))
    if own == "other":
        return ()
    return tuple(
        Problem(pointer_to(*path, name), f"{name!r} is of a {other} event, and nothing of a {own} event is beside it")
        for path, value in _objects(description, own, event)
        for other in VARIANTS
        for name in sorted(_names(description, other, path) & value.keys())
        if _satisfied(description, other, event, path)
    )


def _objects(description: Description, own: str, value: Json, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """The objects that a variant describes and that hold nothing of what it describes, each with its path."""
    known = _names(description, own, path)
    if not isinstance(value, dict) or not known:
        return
    if not known & value.keys():
        yield path, value
    for name in known & value.keys():
        yield from _objects(description, own, value[name], (*path, name))


@cache
def _names(description: Description, variant: str, path: Path) -> frozenset[str]:
    return described(description.schema(VARIANTS[variant]), path)


def _satisfied(description: Description, variant: str, event: Node, path: Path) -> bool:
    """Whether an object in an event is as a variant's schema has it."""
    found = problems(description.variant(variant), event)
    return not any(f"{each.pointer}/".startswith(f"{pointer_to(*path)}/") for each in found)
