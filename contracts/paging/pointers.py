"""JSON pointers (RFC 6901) into a JSON value."""

from __future__ import annotations

from typing import Any


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
