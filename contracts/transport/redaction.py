"""What hides credentials wherever something is written."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

HIDDEN = "[redacted]"
PART = 12
"""Characters in a row that a text may not share with a secret; a shorter secret is hidden where it stands whole."""

SHORT = 8


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
        self._telling: set[str] = set()
        self._parts: set[str] = set()
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str, *, telling: bool = True) -> None:
        """Hide this from now on too; `telling` says that whoever shows it leaks it."""
        for spelled in {secret, secret.swapcase(), quote(secret, safe=""), json.dumps(secret)[1:-1]} - {""}:
            self._whole.add(spelled)
            self._telling.update([spelled] * telling)
            self._parts.update(spelled[start : start + PART] for start in range(len(spelled) - PART + 1))

    def holds(self, text: str) -> bool:
        """Whether a secret stands in a text, whole."""
        return any(secret in text and re.search(_bounded(secret), text) for secret in self._telling)

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
