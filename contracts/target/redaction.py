"""What hides a credential wherever something is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HIDDEN = "[redacted]"
PLACEHOLDER = "$CONVERSATION_API_TOKEN"
"""Stands for the token in a curl line, so that the line works where the variable is set."""


SPOILT: Mapping[str, Callable[[str], str]] = {
    "a truncated": lambda token: token[:-1],
    "half a": lambda token: token[: len(token) // 2],
    "an extended": lambda token: f"{token}x",
    "a case-swapped": str.swapcase,
}
"""By name, ways to make a wrong token of a right one, so that it opens nothing anywhere else."""


def spoil(name: str, token: str) -> str:
    """A wrong token of this name; one that is made up where the name is no key of `SPOILT`."""
    spoilt = SPOILT[name](token) if name in SPOILT else "wrong"
    return spoilt if spoilt != token else f"{token}x"


def redact(text: str, secret: str | None) -> str:
    """The text with every occurrence of the secret hidden."""
    return text.replace(secret, HIDDEN) if secret else text
