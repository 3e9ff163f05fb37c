"""What hides credentials wherever something is written."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HIDDEN = "[redacted]"
PLACEHOLDER = "$CONVERSATION_API_TOKEN"
"""Stands for the token in a curl line, so that the line works where the variable is set."""

PART = 12
"""Characters in a row that a text may not share with a secret; a shorter secret is hidden where it stands whole."""

SHORT = 8

STRANGER = "Basic c3RyYW5nZXI6d3Jvbmc="  # a user and a password that nobody has
SPOILT: Mapping[str, Callable[[str], str]] = {
    "a wrong token": lambda _: "Bearer wrong",
    "a truncated token": lambda token: f"Bearer {token[:-1]}",
    "half a token": lambda token: f"Bearer {token[: len(token) // 2]}",
    "an extended token": lambda token: f"Bearer {token}x",
    "a case-swapped token": lambda token: f"Bearer {token.swapcase()}",
    "a made-up password": lambda _: STRANGER,
}
"""By name, ways to make a wrong credential of a right token, so that it opens nothing anywhere else."""


def spoil(name: str, token: str) -> str:
    """The header Authorization with the wrong credential of this name, empty for no name: with none."""
    spoilt = SPOILT[name](token) if name else ""
    return spoilt if spoilt != f"Bearer {token}" else f"Bearer {token}x"


def _bounded(secret: str) -> str:
    """A pattern for a secret; a short one counts only where it stands by itself, for it may be part of any word."""
    found = re.escape(secret)
    return found if len(secret) >= SHORT else rf"(?<![0-9A-Za-z]){found}(?![0-9A-Za-z])"


class Redactor:
    """Hides secrets in text: whole and in parts, also percent-encoded and as they stand in JSON.

    Args:
        secrets: what must never be shown.
    """

    def __init__(self, *secrets: str) -> None:
        self._whole: set[str] = set()
        self._parts: set[str] = set()
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str) -> None:
        """Hide this from now on too."""
        for spelled in {secret, secret.swapcase(), quote(secret, safe=""), json.dumps(secret)[1:-1]} - {""}:
            self._whole.add(spelled)
            self._parts.update(spelled[start : start + PART] for start in range(len(spelled) - PART + 1))

    def holds(self, text: str) -> bool:
        """Whether a secret stands in a text, whole."""
        return any(secret in text and re.search(_bounded(secret), text) for secret in self._whole)

    def __call__(self, text: str) -> str:
        """The text without any secret in it."""
        for secret in sorted(self._whole, key=len, reverse=True):
            if secret in text:
                text = re.sub(_bounded(secret), HIDDEN, text)
        if not self._parts:
            return text
        shown, index, hidden = list[str](), 0, 0
        while index < len(text):
            if text[index : index + PART] in self._parts:
                if hidden <= index:
                    shown.append(HIDDEN)
                hidden = index + PART
            if hidden <= index:
                shown.append(text[index])
            index += 1
        return "".join(shown)
