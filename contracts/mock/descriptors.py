"""How many connections a process may have open at once."""

import sys

_RESERVED = 50
"""Descriptors for anything but connections: files, pipes, the event loop."""

_ANY = 10_000
"""Connections at most, whatever the system allows."""


def most_connections() -> int:
    """The number of connections that this process can hold; raises its limit to what the system allows it."""
    if sys.platform == "win32":
        return 400
    import resource  # noqa: PLC0415 - there is none on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _ANY + _RESERVED if hard == resource.RLIM_INFINITY else min(hard, _ANY + _RESERVED)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return _ANY if soft == resource.RLIM_INFINITY else max(1, min(soft - _RESERVED, _ANY))
