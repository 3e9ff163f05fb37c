"""What may be said of a target in a TOML file, and in words what is wrong with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from contracts.transport.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

RATE = re.compile(r"(\d+(?:\.\d+)?)/(s|min|h)", re.ASCII)

_WORD = {"type": "string", "minLength": 1}
_LISTING = {"enum": ["conversations", "users", "members", "events"]}
_IDENTITY: Mapping[str, Any] = {
    "token-env": {**_WORD, "description": "the environment variable with a bearer token"},
    "token-command": {**_WORD, "description": "a command that prints a bearer token"},
    "application-id": {**_WORD, "description": "whose tokens to mint"},
    "application-id-env": {**_WORD, "description": "the environment variable with that id"},
    "private-key": {**_WORD, "description": "the file with the application's RSA key, as PEM"},
    "private-key-env": {**_WORD, "description": "the environment variable with that key"},
    "token-seconds": {
        "type": "integer",
        "minimum": 60,
        "maximum": 86400,
        "description": "how long a minted token lasts",
    },
    "headers": {
        "type": "object",
        "additionalProperties": _WORD,
        "description": "further headers, each the name of the environment variable with its value",
    },
}
"""What says who asks."""

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "required": ["base-url"],
    "additionalProperties": False,
    "properties": {
        "base-url": {**_WORD, "description": "where the API stands"},
        "link-hosts": {
            "type": "array",
            "items": _WORD,
            "description": "hosts beside its own that links may lead to, and the credential may go to",
        },
        "rate": {"type": "string", "pattern": f"^{RATE.pattern}$", "description": 'like "5/s", "100/min" or "2000/h"'},
        "max-requests": {"type": "integer", "minimum": 1, "description": "requests that a run may send"},
        **_IDENTITY,
        "other": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": False,
            "description": "the credential of another application, which must not see the first one's data",
            "properties": {
                **_IDENTITY,
                "shared": {
                    "type": "array",
                    "items": _LISTING,
                    "description": "the listings that both applications see, on purpose",
                },
            },
        },
        "ca-bundle": {**_WORD, "description": "a file with the certificates of private authorities"},
        "client-certificate": {
            **_WORD,
            "description": "a file with a client certificate, and its key if there is no client-key",
        },
        "client-key": {**_WORD, "description": "a file with the key of the client certificate"},
        "proxy": {**_WORD, "description": 'the URL of a proxy, or "environment" for that of HTTPS_PROXY and its like'},
        "unsafe": {"type": "boolean", "description": "whether methods may be sent that could write"},
        "deviations": {
            "type": "array",
            "description": "violations that are known of it",
            "items": {
                "type": "object",
                "required": ["clause", "reason"],
                "additionalProperties": False,
                "properties": {
                    "clause": _WORD,
                    "listing": _LISTING,
                    "reason": _WORD,
                    "only": {"type": "string", "format": "regex"},
                    "link": _WORD,
                    "until": {"type": "string", "format": "date"},
                    "found": {"type": "string", "format": "date", "description": "the day when it was found"},
                },
            },
        },
    },
    "dependentRequired": {"client-key": ["client-certificate"]},
}
"""What may be said of a target."""


def check_filled(said: Any, place: str) -> None:  # noqa: ANN401 - what TOML holds
    """Refuse deviations that a run wrote and that nobody gave a reason and a last day since: `ConfigurationError`."""
    entries = said.get("deviations") if isinstance(said, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        empty = [key for key in ("reason", "until") if isinstance(entry, dict) and entry.get(key) == ""]
        if empty:
            name = f"{entry.get('clause', 'no clause')} ({entry.get('listing', 'every listing')})"
            what = f"{' and '.join(empty)} {'are' if len(empty) > 1 else 'is'} empty"
            raise ConfigurationError(
                f"{place} deviations", f"{what} for {name}: say why it is accepted, and its last day, like 2027-03-31"
            )
