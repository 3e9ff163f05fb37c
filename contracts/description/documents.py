"""The description as its owner wrote it, the overlay, and the effective description: the two together."""

from copy import deepcopy
from functools import cache
from typing import Any

from contracts.description.loading import DESCRIPTION, OVERLAY, Node, load, path_of
from contracts.description.overlay import apply_overlay


@cache
def original() -> Node:
    """Read the description as its owner wrote it.

    Returns:
        `conversation.yaml`, shared and not to be changed.

    Raises:
        MissingFileError: the file is not installed.
    """
    return load(path_of(DESCRIPTION).read_text(encoding="utf-8"))


@cache
def overlay() -> Node:
    """Read the overlay that says what the description's prose promises.

    Returns:
        `strict.overlay.yaml`, shared and not to be changed.

    Raises:
        MissingFileError: the file is not installed.
    """
    return load(path_of(OVERLAY).read_text(encoding="utf-8"))


@cache
def effective() -> Node:
    """Give the effective description, the only one that anything is judged by.

    Returns:
        The description with the overlay applied, shared and not to be changed.

    Raises:
        MissingFileError: a file is not installed.
        OverlayError: an action of the overlay cannot be applied.
    """
    return apply_overlay(original(), overlay())


def effective_copy(*, security: bool = True) -> dict[str, Any]:
    """Give an effective description of the caller's own, to change or to hand to a tool that might.

    Args:
        security: whether it keeps its security; without it, a tool adds no credentials of its own.

    Returns:
        A fresh copy.

    Raises:
        MissingFileError: a file is not installed.
        OverlayError: an action of the overlay cannot be applied.
    """
    document = deepcopy(dict(effective()))
    if not security:
        del document["security"]
        del document["components"]["securitySchemes"]
    return document
