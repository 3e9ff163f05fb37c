"""Where links begin: the origin that was called, as the request tells it."""

import re
from collections.abc import Mapping
from functools import lru_cache

from contracts.mock.errors import bad_request

_UNSAFE_HOST = frozenset(" \"'<>\\^`{|}/?#@,;%")
_LONGEST_HOST = 300
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)*/?")
_SCHEMES = {"http": "80", "https": "443"}


@lru_cache(maxsize=64)
def checked_host(host: str) -> str:
    """A host with or without a port; 400 where links could not begin with it."""
    if not _UNSAFE_HOST.isdisjoint(host) or not host.isprintable() or len(host) > _LONGEST_HOST:
        raise bad_request("The Host header is not a host")
    return host


def called(headers: Mapping[str, str]) -> str:
    """The origin that the Host header names."""
    return f"http://{checked_host(headers.get('host') or 'localhost')}"


def forwarded(headers: Mapping[str, str]) -> str:
    """The origin and the path before ours that X-Forwarded-* name: those that the client's own proxy saw."""
    scheme = _first(headers, "proto").lower() or "http"
    host = checked_host(_first(headers, "host") or headers.get("host") or "localhost")
    port, prefix = _first(headers, "port"), _first(headers, "prefix")
    if scheme not in _SCHEMES or not _PREFIX.fullmatch(prefix) or (port and not _is_port(port)):
        raise bad_request("The headers X-Forwarded-Proto, -Port and -Prefix are not a scheme, a port and a path")
    bare = host.rpartition("]")[2]
    if port and ":" not in bare and port != _SCHEMES[scheme]:
        host = f"{host}:{port}"
    return f"{scheme}://{host}{prefix.rstrip('/')}"


def _first(headers: Mapping[str, str], name: str) -> str:
    return headers.get(f"x-forwarded-{name}", "").partition(",")[0].strip()


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 0 < int(text[:6]) <= 65535  # noqa: PLR2004
