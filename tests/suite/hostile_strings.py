"""Strings that attack whoever shows them, a server that puts them everywhere, and what must be in no output."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from tests.suite.small_servers import Reply, Small

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

COMMANDS = (
    "\n::error file=a,line=1::pwned%0A::stop-commands::x", "\r\n  ::add-mask::a", "\n\t##[error]pwned", "##vso[task.complete]x",
    "##teamcity[buildStatus]", "\nsection_start:1:a\r\x1b[0K", "\n section_end:1:a\r\x1b[0K", "\ntravis_fold:start:a",
)  # fmt: skip
CONTROLS = ("\x1b[31mred", "\x1b]0;title\x07", "\x9b1m", "\x85", "\r", "\x00", "\x7f", "\u202eevil", "\u2066", "\u2028", "\u200b",
            "\ufeff", "\U000e0041", "\U000e0100")  # fmt: skip
MARKUP = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '" onfocus="alert(1)', "</code></pre><h1>", "&lt;b>", "-->",
    "]]>", " | a | b |\n|---|---|", "[a](javascript:alert(1))", "![a](http://evil.example/a.png)", "http://evil.example/a",
    "www.evil.example", "@everyone", "\n```\n````\n", "\n~~~", "\n# head", "\n1. a", "\n> a", "<https://evil.example>",
    "\n===", "'; touch pwned; '", "$(touch pwned)", "`touch pwned`", '"""\nimport os\n"""', "\\", "{{a}}", "a: b\n- c",
)  # fmt: skip
PIECES = (*COMMANDS, *CONTROLS, *MARKUP)
ALL = " ".join(PIECES)
HALVES = "\ud800 \udfff"

texts = st.lists(
    st.sampled_from([*PIECES, *HALVES, "a", " ", ":", "#", "s", "`", "|", "*", "_", "\n"])
    | st.text(st.characters(codec=None), max_size=4),
    max_size=8,
).map("".join)
"""Texts of a server, halves of characters included."""

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
_COMMAND = re.compile(r"^\s*(?:::|section_(?:start|end):|travis_fold:)|##(?:\[|vso\[|teamcity\[)", re.MULTILINE)


def harmful(text: str) -> list[str]:
    """What an output must not hold: characters that control or cannot be seen, and commands to CI systems."""
    return [each.group() for pattern in (_INVISIBLE, _COMMAND) for each in pattern.finditer(text)]


class Elements(HTMLParser):
    """What a browser makes of HTML: its elements with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note its text."""
        self.words.append(data)


def spoilt(value: Any, names: Iterable[str], what: str) -> Any:
    """A JSON value with a text behind each string that has one of these names."""
    if isinstance(value, dict):
        return {key: f"{each}{what}" if key in names and isinstance(each, str) else spoilt(each, names, what)
                for key, each in value.items()}  # fmt: skip
    return [spoilt(each, names, what) for each in value] if isinstance(value, list) else value


@dataclass(frozen=True)
class Hostile(Small):
    """A small server with a text behind the strings of these names, and a member whose name and value it is."""

    names: tuple[str, ...] = ("created", "title", "type", "state", "prev", "user_id")
    what: str = ALL

    def reply(self, origin: str, target: str) -> Reply:
        """The answer to a GET."""
        status, media, body = super().reply(origin, target)
        value = {**spoilt(json.loads(body), self.names, self.what), f"more {self.what}": self.what}
        return status, media, json.dumps(value).encode()


def texts_of(folder: Path) -> dict[str, str]:
    """What every file of a run holds that people look at, by its path; archives, caches and databases left out."""
    found = [each for each in folder.rglob("*") if each.is_file() and not any(
        part.startswith(".") for part in each.relative_to(folder).parts)]  # fmt: skip
    return {str(each.relative_to(folder)): each.read_text(encoding="utf-8") for each in found}
