"""Texts that a server chooses, cut for messages."""

from __future__ import annotations

LONG = 300
"""Characters of a URL that a message shows."""


def clipped(text: str, limit: int = LONG) -> str:
    """The beginning of a text that is longer than the limit, with its length; any other as it is."""
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text):,} characters)"
