"""The contract of the Conversation API v0.2: what it promises, and how to find out whether it is kept."""

VERSION = "0.1.0"
"""Of the suite, as in pyproject.toml."""
