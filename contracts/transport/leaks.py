"""Where an answer shows a credential."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from contracts.paging.exchanges import Leak
from contracts.paging.pointers import innermost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from contracts.paging.exchanges import Exchange


def leaks(exchange: Exchange, holds: Callable[[str], bool]) -> Iterator[Leak]:
    """Find where an answer shows a credential.

    Args:
        exchange: the request and its answer.
        holds: whether a text shows a credential.

    Returns:
        The headers that do, and the innermost JSON values of the body; the body itself where it is no JSON.
    """
    lines = {name: f"{name}: {value}" for name, value in exchange.headers.items()}
    if holds("\n".join(lines.values())):  # one search, as headers hardly ever do
        yield from (Leak(header=name) for name, line in lines.items() if holds(line))
    if holds(exchange.body.decode("latin-1")):  # which is searched six times as fast as what may hold any character
        for pointer in innermost(exchange.json, lambda value: holds(_text(value))):
            yield Leak(pointer=pointer)


def _text(value: object) -> str:
    return orjson.dumps(value).decode("latin-1")
