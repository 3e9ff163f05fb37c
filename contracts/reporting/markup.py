"""HTML as text that escapes whatever it is given, so that nothing of a target's answer can become markup."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from contracts.display import printed

if TYPE_CHECKING:
    from collections.abc import Iterable

VOID = {"meta", "link", "input", "br", "rect", "path"}
"""Elements without an end tag, as far as they are used here; those of SVG end themselves."""


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


Child = str | None
"""Text is escaped unless it is `Html`; None is nothing."""


def tag(name: str, /, *children: Child, **attributes: str | bool | int | None) -> Html:
    """An element; `class_` stands for `class`, `_` for `-`; True is an attribute without a value, None none."""
    told = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in VOID:
        return Html(f"<{name}{told}>" if name in ("meta", "link", "input", "br") else f"<{name}{told}/>")
    return Html(f"<{name}{told}>{joined(children)}</{name}>")


def joined(children: Iterable[Child], between: str = "") -> Html:
    """Several pieces, one after another."""
    return Html(between.join(text(child) for child in children if child is not None))


def text(child: str) -> Html:
    """Text as HTML."""
    return child if isinstance(child, Html) else Html(escape(printed(child), quote=False))


def _attribute(key: str, value: str | bool | int | None) -> str:  # noqa: FBT001 - an attribute's value
    if value is None or value is False:
        return ""
    name = key.removesuffix("_").replace("_", "-")
    if value is True:
        return f" {name}"
    quoted = escape(printed(str(value)), quote=False).replace('"', "&quot;")
    return f' {name}="{quoted}"'
