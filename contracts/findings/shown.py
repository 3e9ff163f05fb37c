"""What a verdict shows of an exchange: all of a short one, and of a long one what is near the places that matter."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson

from contracts.paging.exchanges import Unparsable
from contracts.paging.pointers import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from contracts.findings.places import Place
    from contracts.paging.exchanges import Exchange

MOST = 100_000
"""Bytes of a body that is shown whole, and characters of any exchange that are shown."""

LONG = 1000
"""Characters of a string that stays as it is in a long body."""

FEW = 3
"""Items of a list, from its beginning, that stay in a long body, and neighbours of what is pointed to."""

SOME = 100
"""Members of an object that stay in a long body, from its beginning."""

ITEMS = 10_000
"""Items of a list after which it ends in a long body."""

LEFT_OUT = "…"
"""What takes the place of an item that is left out, so that indexes stay as they are."""


def shown(exchange: Exchange, places: Iterable[Place]) -> str:
    """The text of an exchange (`Exchange.text`), with a body of at most `MOST` characters.

    Args:
        exchange: the request and its answer.
        places: those in this exchange that a reader wants to see.

    Returns:
        Of a longer body, where it is JSON, the values near the places, so that pointers lead to where they led; else its
        beginning.
    """
    body = exchange.body
    if len(body) <= MOST:
        return exchange.text_with(body)
    if not isinstance(value := exchange.json, Unparsable):
        paths = [tokens(each.pointer) for each in places if each.pointer]
        body = orjson.dumps(pruned(value, paths))
    more = f"\n… {len(exchange.body):,} bytes in all".encode() if len(body) > MOST else b""
    return exchange.text_with(body[:MOST] + more)


def pruned(value: Any, paths: Sequence[tuple[str, ...]]) -> Any:  # noqa: ANN401 - JSON is any value
    """A JSON value without most of what is not on these paths; what is on them stays where it is."""
    if isinstance(value, str):
        return value if len(value) <= LONG else f"{value[: LONG // 2]}… ({len(value):,} characters)"
    if isinstance(value, list):
        near = _near(paths)
        return [
            pruned(each, _below(paths, str(index))) if index < FEW or index in near else LEFT_OUT
            for index, each in enumerate(islice(value, ITEMS))
        ]
    if isinstance(value, dict):
        wanted = {path[0] for path in paths if path}
        names = dict.fromkeys([*islice(value, SOME), *(name for name in value if name in wanted)])
        return {pruned(name, ()): pruned(value[name], _below(paths, name)) for name in names}
    return value


def _near(paths: Sequence[tuple[str, ...]]) -> set[int]:
    """The indexes that paths begin with, and those around."""
    found = [int(path[0]) for path in paths if path and path[0].isdecimal()]
    return {index + step for index in found for step in range(-FEW, FEW + 1)}


def _below(paths: Sequence[tuple[str, ...]], token: str) -> list[tuple[str, ...]]:
    return [path[1:] for path in paths if path and path[0] == token]
