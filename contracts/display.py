"""How text that somebody else wrote is shown: it never controls a terminal, a log, or whoever reads one.

`printed` is for terminals, logs, JUnit's XML and plain attachments; `contracts.reporting.markup` and `markdown` build on
it for HTML and Markdown. `stored` is for JSON files.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

_OTHER = re.compile(r"[^\x20-\x7e\n\t]")
"""What may control a terminal or be invisible: looked at one by one."""

_COMMAND = re.compile(r"(?m)^[ \t]*(:(?=:)|s(?=ection_(?:start|end):)|t(?=ravis_(?:fold|time):))|(#)(?=#[A-Za-z]*\[)")
"""The first character of what a CI system takes for a command in a log.

At the beginning of a line, after blanks: GitHub (`::error::`), GitLab and Travis. Anywhere: GitHub (`##[error]`), Azure
(`##vso[`) and TeamCity (`##teamcity[`).
"""


_LOGGED = re.compile(r"#(?=#[A-Za-z]*\[)")
"""The same in JSON, where no line begins within a text."""


def printed(text: str) -> str:
    r"""Text as it can be printed anywhere.

    Args:
        text: in any number of lines.

    Returns:
        The same with `\x1b` for what is not `visible`: controls (C0 but line feed and tab, C1),
        characters that are invisible or change the direction of text, halves of characters. Commands to a CI system
        begin with such an escape too.
    """
    return _COMMAND.sub(_disarmed, _OTHER.sub(_shown, text))


def _shown(found: re.Match[str]) -> str:
    each = found.group()
    return each if visible(each) else each.encode("unicode_escape").decode()


def visible(text: str) -> bool:
    """Whether all of a text can be seen. Text can hide in tags and variation selectors beyond the BMP (plane 14)."""
    return text.isprintable() and not any("\U000e0000" <= each <= "\U000e0fff" for each in text)


def _disarmed(found: re.Match[str]) -> str:
    each = found[1] or found[2]
    return f"{found.group()[:-1]}\\x{ord(each):02x}"


def stored(json: str) -> str:
    r"""JSON text as a file holds it: the same values, with `\u202e` for what would not be seen, or command a CI system."""
    return _LOGGED.sub("\\\\u0023", _OTHER.sub(_coded, json))


def _coded(found: re.Match[str]) -> str:
    each = found.group()
    if visible(each):
        return each
    units = each.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))


def say(*lines: str, file: TextIO | None = None) -> None:
    """Print lines, whatever they hold, and whatever the output can encode."""
    out = file or sys.stdout
    text = "".join(f"{printed(line)}\n" for line in lines)
    encoding = out.encoding or "utf-8"
    out.write(text.encode(encoding, "backslashreplace").decode(encoding))
    out.flush()
