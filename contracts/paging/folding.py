"""Objects with more members than a clause can want, folded: thousands of pages are kept, and read many times."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import orjson

MANY = 200
"""Members of an object from which on those that the description does not name are folded."""

_WORDS = """
    audio_settings body channel conversation_id created display_name earmuffed enabled from href id image_url initiator
    invited is_system joined left media muted name self state text timestamp type user_id _embedded _links
"""
NAMED = frozenset(_WORDS.split())
"""The members of items, of their bodies and of what is in these, by the description."""


def folded(value: Any) -> Any:  # noqa: ANN401 - JSON is any value
    """An item, or a value in it, that two servers would still tell apart where they differ.

    Args:
        value: what JSON gave.

    Returns:
        The same; in place of the unnamed members of an object with very many, their number and one digest of them all.
    """
    if not isinstance(value, dict) or len(value) <= MANY:
        return value
    rest = {name: each for name, each in value.items() if name not in NAMED}
    digest = blake2b(orjson.dumps(rest, option=orjson.OPT_SORT_KEYS), digest_size=16).hexdigest()
    kept = {name: folded(each) for name, each in value.items() if name in NAMED}
    return {**kept, f"{len(rest):,} more members": digest}
