"""JSON pointers (RFC 6901) into a JSON value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def pointer_to(*path: str | int) -> str:
    """The pointer of the names and indexes on the way, which are given unescaped; empty for no path."""
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in path)


def tokens(pointer: str) -> tuple[str, ...]:
    """The tokens of a pointer, unescaped."""
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:])


def nearest(value: Any, *path: str | int) -> str:  # noqa: ANN401 - JSON is any value
    """The pointer of the value that a path leads to; where the path ends before, of the value that lacks the rest."""
    for length, token in enumerate(path):
        named = isinstance(value, dict) and token in value
        listed = isinstance(value, list) and isinstance(token, int) and 0 <= token < len(value)
        if not named and not listed:
            return pointer_to(*path[:length])
        value = value[token]
    return pointer_to(*path)


def innermost(value: Any, shows: Callable[[Any], bool], *path: str | int) -> Iterator[str]:  # noqa: ANN401 - likewise
    """Pointers to the innermost values that show something; at least one, to the value itself.

    `shows` is asked of each value in a list, and of each member of an object with its name, as an object of its own.
    """
    inside: list[tuple[str | int, Any, Any]] = []
    if isinstance(value, dict):
        inside = [(name, each, {name: each}) for name, each in value.items()]
    elif isinstance(value, list):
        inside = [(index, each, each) for index, each in enumerate(value)]
    showing = [(name, each) for name, each, alone in inside if shows(alone)]
    for name, each in showing:
        yield from innermost(each, shows, *path, name)
    if not showing:
        yield pointer_to(*path)
