"""Applies OpenAPI Overlays. Source: Overlay Specification 1.0.0, https://spec.openapis.org/overlay/v1.0.0.html."""

from copy import deepcopy
from typing import Any

from jsonpath import JSONPathEnvironment, JSONPathMatch
from jsonpath.exceptions import JSONPathError

from contracts.description.errors import (
    BadOverlayTargetError,
    BadUpdateError,
    DeadTargetError,
    PrimitiveTargetError,
    RootRemovalError,
)
from contracts.description.loading import Node

_RFC9535 = JSONPathEnvironment(strict=True)


def apply_overlay(document: Node, overlay: Node) -> dict[str, Any]:
    """A copy of a document with an Overlay 1.0's actions applied, each to what the one before left.

    Raises:
        OverlayError: an action cannot be applied; its class says why. A target that matches nothing is an
            error too, stricter than the specification: such an action promises what never comes about.
    """
    result: dict[str, Any] = deepcopy(dict(document))
    for index, action in enumerate(overlay["actions"]):
        _apply(result, index, action)
    return result


def targets(document: Node, target: str) -> list[JSONPathMatch]:
    """What a JSONPath selects, in document order, each value once; `JSONPathError` where it is none of RFC 9535."""
    return list({match.path: match for match in _RFC9535.finditer(target, document)}.values())


def _apply(document: dict[str, Any], index: int, action: Node) -> None:
    target = action["target"]
    try:
        matches = targets(document, target)
    except JSONPathError as error:
        raise BadOverlayTargetError(index, target, str(error)) from error
    if not matches:
        raise DeadTargetError(index, target)
    for match in matches:
        if not isinstance(match.obj, dict | list):
            raise PrimitiveTargetError(index, target, match.path, match.obj)
    if action.get("remove", False):
        _remove(matches, index, target)
    elif "update" in action:
        _update(matches, index, action)
    else:
        raise BadUpdateError(index, target, matches[0].path, _kind(matches[0].obj), "nothing")


def _update(matches: list[JSONPathMatch], index: int, action: Node) -> None:
    for match in matches:
        held, update = match.obj, deepcopy(action["update"])
        if isinstance(held, list):
            held.append(update)
        elif isinstance(held, dict) and isinstance(update, dict):
            _merge(held, update, (index, action["target"], match.path))
        else:
            raise BadUpdateError(index, action["target"], match.path, _kind(held), _kind(update))


def _merge(held: dict[str, Any], update: dict[str, Any], place: tuple[int, str, str]) -> None:
    """Merge as the specification says: objects recursively, lists end to end, anything else replaced."""
    index, target, path = place
    for key, new in update.items():
        old, inner = held.get(key), f"{path}[{key!r}]"
        if isinstance(old, dict) and isinstance(new, dict):
            _merge(old, new, (index, target, inner))
        elif isinstance(old, list) and isinstance(new, list):
            old.extend(new)
        elif isinstance(old, dict | list) or (old is not None and isinstance(new, dict | list)):
            raise BadUpdateError(index, target, inner, _kind(old), _kind(new))
        else:
            held[key] = new


def _remove(matches: list[JSONPathMatch], index: int, target: str) -> None:
    """Remove by identity, because removing one entry of a list moves the others."""
    for match in matches:
        if match.parent is None:
            raise RootRemovalError(index, target)
        holder: Any = match.parent.obj
        if isinstance(holder, list):
            holder[:] = [entry for entry in holder if entry is not match.obj]
        else:
            del holder[match.parts[-1]]


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else repr(value)
