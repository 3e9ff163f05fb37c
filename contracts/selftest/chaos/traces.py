"""What must be in nothing that a run leaves: a credential in any spelling, and strings that act where they are shown."""

from __future__ import annotations

import gzip
import json
import re
import xml.etree.ElementTree as ET
from base64 import b64encode, urlsafe_b64encode
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "chaos-T0ken.Zq7wK9xPL4Rt0mBv"  # noqa: S105 - of a mock
MARK = "chaosmark"
"""What every hostile string holds, so that its traces are recognized: as a tag, as a table, as a command."""

LINK = "chaos.invalid"
"""The host that hostile links lead to."""

_LAYERS = 3
_ESCAPES = re.compile(
    rb"\\+u00([2-7][0-9A-Fa-f])|\\+x([2-7][0-9A-Fa-f])|%(?:25)*([2-7][0-9A-Fa-f])|&#[xX]0*([2-7][0-9A-Fa-f]);"
)
_DECIMAL = re.compile(rb"&#0*([3-9][0-9]|1[01][0-9]|12[0-6]);")


def _forms(secret: str) -> set[bytes]:
    """A secret in clear, in hex and in base64, wherever it begins."""
    data = secret.encode()
    forms = {data, data.hex().encode(), data.hex().upper().encode()}
    for before in range(3):
        for encode in (b64encode, urlsafe_b64encode):
            forms.add(encode(bytes(before) + data)[4 if before else 0 :][: len(data) * 4 // 3 - 4])
    return forms


FORMS = _forms(TOKEN)


def leaks(data: bytes) -> bool:
    """Whether a text shows the credential: in clear, encoded, or with its characters escaped in several layers."""
    for _ in range(_LAYERS):
        if any(form in data for form in FORMS):
            return True
        read = _DECIMAL.sub(lambda found: bytes([int(found[1])]), _ESCAPES.sub(_character, data))
        if read == data:
            return False
        data = read
    return any(form in data for form in FORMS)


def _character(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[found.lastindex or 0], 16)])


# --- what acts ---------------------------------------------------------------------------------------------------------

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\udc80-\udcff]")
_IN_PAGES = re.compile("[\x00\x1b\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_SPAN = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")
_COMMAND = re.compile(
    r"^\s*::[\w-]+|##\[|##vso\[|^\s*##teamcity\[|section_(?:start|end):\d+:[\w.-]+(?:\[.*\])?\r", re.MULTILINE
)
_MARKDOWN = re.compile(
    rf"(?<!\\)\]\((?:https?:)?//{re.escape(LINK)}|(?<![\\|])\|\s*{MARK}\s*(?<!\\)\||<{MARK}|^#+ {MARK}", re.MULTILINE
)


def acting(text: str) -> Iterator[str]:
    """What acts on a terminal or in a log of CI: control characters, and lines that are commands."""
    if found := _CONTROL.search(text.replace("\r\n", "\n")):
        yield f"{found[0]!r} in {_around(text, found.start())}"
    if "\r" in text.replace("\r\n", "\n"):
        yield f"a carriage return in {_around(text, text.replace(chr(13) + chr(10), '  ').index(chr(13)))}"
    if found := _COMMAND.search(text):
        yield f"a command in {_around(text, found.start())}"


def _around(text: str, place: int) -> str:
    return repr(text[max(0, place - 40) : place + 40])


class _Page(HTMLParser):
    """Looks for elements and addresses that a hostile string made."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note elements and attributes that only a hostile string can have made."""
        if MARK in tag or any(MARK in name or (name.startswith("on") and MARK in str(value)) for name, value in attrs):
            self.found.append(f"an element <{tag} {attrs}"[:120])
        if any(name in ("href", "src") and _unsafe(str(value)) for name, value in attrs):
            self.found.append(f"an address in <{tag} {attrs}"[:120])


def _unsafe(address: str) -> bool:
    return address.strip().lower().startswith(("javascript:", "data:text", "vbscript:")) or LINK in address[:40]


def in_page(text: str) -> Iterator[str]:
    """What acts in a page of HTML."""
    page = _Page()
    page.feed(text)
    yield from page.found[:2]
    if found := _IN_PAGES.search(text):
        yield f"{found[0]!r} in {_around(text, found.start())}"


def in_markdown(text: str) -> Iterator[str]:
    """What acts in Markdown outside blocks of code: links, tables, headings and elements; control characters anywhere."""
    if found := _IN_PAGES.search(text):
        yield f"{found[0]!r} in {_around(text, found.start())}"
    shown = _without_code(text)
    if found := _MARKDOWN.search(shown):
        yield f"markup in {_around(shown, found.start())}"


def _without_code(text: str) -> str:
    """A text without its fenced blocks of code (CommonMark, section 4.5) and its spans of code."""
    kept, fence = list[str](), ""
    for line in text.splitlines():
        opened = _FENCE.match(line)
        if fence:
            closes = opened is not None and opened[1].startswith(fence) and not line.strip(" `~")
            fence = "" if closes else fence
        elif opened:
            fence = opened[1]
        else:
            kept.append(_SPAN.sub("", line))
    return "\n".join(kept)


def in_json(text: str) -> Iterator[str]:
    """Why a text is no JSON that every reader takes."""
    try:
        json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        yield f"no JSON: {error}"


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def in_xml(text: str) -> Iterator[str]:
    """Why a text is no XML."""
    try:
        ET.fromstring(text)  # noqa: S314 - a file that a run wrote
    except ET.ParseError as error:
        yield f"no XML: {error}"


def in_allure(text: str) -> Iterator[str]:
    """What acts in a result of Allure, whose descriptions are markup."""
    yield from in_json(text)
    if text.startswith("{") and not list(in_json(text)):
        yield from in_page(str(json.loads(text).get("descriptionHtml", "")))


def read(file: Path) -> bytes:
    """What a file holds, decompressed."""
    data = file.read_bytes()
    return gzip.decompress(data) if file.suffix == ".gz" and data else data


def injections(file: Path) -> Iterator[str]:
    """What acts in a file, by the kind of file that it is."""
    kinds = {".html": in_page, ".md": in_markdown, ".xml": in_xml, ".json": in_json, ".har": in_json, ".said": acting}
    check = in_allure if file.name.endswith("-result.json") else kinds.get("".join(file.suffixes[:1]))
    if check is None:
        return
    try:
        text = read(file).decode("utf-8", "strict" if file.suffix != ".said" else "surrogateescape")
    except (UnicodeDecodeError, OSError, EOFError) as error:
        yield f"unreadable: {error}"
        return
    yield from check(text)
