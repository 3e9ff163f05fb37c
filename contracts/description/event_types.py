"""How the type of an event is written. Source: /components/schemas/custom_event, and the types that the description shows."""

from __future__ import annotations

import re
from dataclasses import dataclass

CUSTOM = "custom"
_BLANK = r"[\s\x00-\x1f\x7f-\x9f\u200b\ufeff]"
"""White space, spaces without width among it, and control characters (Unicode's category Cc)."""

_BLANKS = re.compile(_BLANK)
_ENDS = re.compile(f"^{_BLANK}|{_BLANK}\\Z")
_SYSTEM = re.compile(r"[A-Za-z0-9_.:-]*")


@dataclass(frozen=True, slots=True)
class TypeFlaw:
    """What is wrong with how a type is written: what was wanted, and whether clients break (`grave`) or are surprised."""

    wanted: str
    grave: bool = True


def type_flaw(type_: object) -> TypeFlaw | None:
    """Say what is wrong with how the type of an event is written.

    Args:
        type_: the event's `type`, as JSON gives it.

    Returns:
        The flaw; None for a well-written type, documented or not, and for what is no text at all.
    """
    if not isinstance(type_, str):
        return None
    prefix, _, name = type_.partition(":")
    custom = ":" in type_ and _BLANKS.sub("", prefix) == CUSTOM
    if custom and not _BLANKS.sub("", name):
        return TypeFlaw("a name behind custom:")
    if _ENDS.search(type_):
        return TypeFlaw("a type without white space or control characters at its ends")
    if custom and (prefix != CUSTOM or _BLANKS.match(name)):
        return TypeFlaw("a custom type without white space or control characters before its name")
    if not custom and not _SYSTEM.fullmatch(type_):
        return TypeFlaw("a type of letters, digits, _, -, . and :, unless it is custom:<name>", grave=False)
    return None
