"""Origins, and URLs that a client can follow."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

Origin: TypeAlias = tuple[str, str, int]
"""Scheme, host and port (RFC 6454, section 4)."""

PORTS = {"http": 80, "https": 443}
LONGEST = 16_384
"""Characters of a URL that this suite sends."""

SEVERAL = 512
"""URLs of which is remembered what they say: the links of a page are read by a dozen clauses, one after the other."""


def origin(url: SplitResult) -> Origin:
    """Scheme, host and port of a URL (RFC 6454, section 4); an impossible port is 0, which nothing equals."""
    scheme = url.scheme.lower()
    try:
        port = url.port or PORTS.get(scheme, 0)
    except ValueError:
        port = 0
    return scheme, (url.hostname or "").lower(), port


_NEVER_IN_A_URL = re.compile(r"""[\x00-\x20\x7f<>"{}|\\^`]|[^\x00-\x7f]|%(?![0-9A-Fa-f]{2})""")


def unusable(href: str) -> str | None:
    """Why a client cannot follow an href as it is (RFC 3986), or None where it can."""
    if len(href) > LONGEST:
        return f"it is {len(href):,} characters long; nobody has to take more than 8,000 (RFC 9110, section 4.1)"
    return _misspelt(href)


@lru_cache(SEVERAL)
def _misspelt(href: str) -> str | None:
    try:
        url = urlsplit(href)
        port = url.port
    except ValueError as error:
        return str(error)
    if url.scheme.lower() not in PORTS or not url.hostname:
        return "it is not an absolute http or https URL"
    if url.username is not None or port == 0:
        return "it carries a user or an impossible port"
    found = _NEVER_IN_A_URL.search(href)
    return f"{found.group()!r} never stands in a URL unencoded (RFC 3986)" if found else None


def split(href: str) -> SplitResult:
    """The parts of a URL; none of them where it is no URL at all."""
    try:
        return urlsplit(href)
    except ValueError:
        return SplitResult("", "", "", "", "")


def parameters_of(url: str) -> tuple[tuple[str, str], ...]:
    """Names and values of the query of a URL, decoded, in their order; none where it is no URL at all."""
    return _parameters(split(url).query)


@lru_cache(SEVERAL)
def _parameters(query: str) -> tuple[tuple[str, str], ...]:
    return tuple(parse_qsl(query, keep_blank_values=True, errors="replace"))


def with_parameters(url: str, pairs: Iterable[tuple[str, str]]) -> str:
    """The URL with another query: these names and values, percent-encoded, in this order."""
    return urlsplit(url)._replace(query=urlencode(tuple(pairs), quote_via=quote)).geturl()


def cursor_of(href: str) -> str | None:
    """The value of the parameter `cursor` in a URL, or None where it has none."""
    return dict(parameters_of(href)).get("cursor")
