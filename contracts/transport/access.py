"""How a target is reached, beside its address: one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from contracts.transport import wire
from contracts.transport.limits import Limits
from contracts.transport.pacing import Pace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from contracts.paging.urls import Origin
    from contracts.transport.credentials import Credential
    from contracts.transport.identities import Other


@dataclass(frozen=True)
class Access:
    """How a target is reached, beside its address.

    Attributes:
        credential: what it is asked with; None for nothing.
        headers: further headers by name, each the name of the environment variable that it came from and its value.
        hosts: origins beside the target's own that links may lead to; credential and headers go there too.
        authorities: a file with the certificates of authorities to trust; None for the well-known ones.
        certificate: files with a client certificate and its key.
        proxies: proxies by scheme; none unless asked for.
        limits: what one request may take.
        bounds: what one answer may take.
        pace: how fast, and how much, it may be asked.
        other: a second identity, which must not see what belongs to the first; None where there is none.
    """

    credential: Credential | None = None
    headers: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    hosts: frozenset[Origin] = frozenset()
    authorities: Path | None = None
    certificate: tuple[Path, ...] = ()
    proxies: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    bounds: wire.Bounds = field(default_factory=wire.Bounds)
    pace: Pace = field(default_factory=Pace)
    other: Other | None = None
