"""What hides a credential wherever something is written."""

from __future__ import annotations

HIDDEN = "[redacted]"
PLACEHOLDER = "$CONVERSATION_API_TOKEN"
"""Stands for the token in a curl line, so that the line works where the variable is set."""


def redact(text: str, secret: str | None) -> str:
    """The text with every occurrence of the secret hidden."""
    return text.replace(secret, HIDDEN) if secret else text
