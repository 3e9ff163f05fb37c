"""The second identity of a target: another application, which must not see what belongs to the first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from contracts.transport.credentials import Credential

OTHER = "the other identity"
"""The name by which a request is sent as the second identity; see `Target.send`."""


@dataclass(frozen=True)
class Other:
    """How the second identity asks.

    Attributes:
        credential: its own; None where its headers say who it is.
        headers: further headers by name, each the name of its environment variable and its value; they replace those of
            the first identity that have the same name.
        shared: names of the listings that both see, on purpose.
    """

    credential: Credential | None = None
    headers: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    shared: frozenset[str] = frozenset()

    def asking(self, bearer: Callable[[Credential], str]) -> dict[str, str]:
        """The headers of a request of this identity; `bearer` makes the header Authorization of a credential.

        An empty Authorization says that none is sent: never that of the first identity.
        """
        named = {name: value for name, (_, value) in self.headers.items()}
        if any(name.lower() == "authorization" for name in named):
            return named
        return {"Authorization": bearer(self.credential) if self.credential else "", **named}

    def asked(self, shown: Mapping[str, str]) -> bool:
        """Whether this identity sent a request, by its headers as a report shows them, with variables for values."""
        if self.credential and shown.get("Authorization") == f"Bearer ${self.credential.variable}":
            return True
        return any(shown.get(name) == f"${variable}" for name, (variable, _) in self.headers.items())
