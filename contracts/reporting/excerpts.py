"""Long exchanges cut around what matters: JSON laid out, the lines that a violation speaks of marked, others left out."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WHOLE = 40
"""Lines of a body that are shown whole."""

AROUND = 3
"""Lines that are kept before and after one that matters."""

MARKS = 12
"""Lines that are marked at most."""

WIDEST = 600
"""Characters of a line; of a longer one the middle is left out."""

LARGEST = 2_000_000
"""Characters of a body that is still laid out."""

TELLING = re.compile(r"""(["'])(?P<quoted>[^"']{2,})\1|(?P<word>[\w:./%+-]*[\d:-][\w:./%+-]*)""")
"""What is data in a sentence about it: what stands in quotes, and words with digits, colons or dashes in them."""


class Sort(StrEnum):
    """What a line is for."""

    PLAIN = "plain"
    MARKED = "marked"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an excerpt."""

    text: str
    sort: Sort = Sort.PLAIN


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A request and its answer, for a person: what was sent, status and headers, and what matters of the body."""

    request: str
    answer: str
    body: tuple[Line, ...]

    def __str__(self) -> str:
        signs = {Sort.PLAIN: "  ", Sort.MARKED: "> ", Sort.CUT: "  "}
        body = "\n".join(f"{signs[line.sort]}{line.text}".rstrip() for line in self.body)
        return f"{self.request}\n\n{self.answer}\n\n{body}\n"


def excerpt(exchange: str, about: str) -> Excerpt:
    """Cut an exchange's text (`Exchange.text`) around what a sentence speaks of."""
    request, _, rest = exchange.partition("\n\n")
    answer, _, body = rest.lstrip("\n").partition("\n\n")
    return Excerpt(request.strip(), answer.strip(), tuple(_cut(_laid_out(body.strip()), telling(about))))


def telling(about: str) -> tuple[str, ...]:
    """The pieces of data that a sentence speaks of."""
    found = (match["quoted"] or match["word"] for match in TELLING.finditer(about))
    return tuple(dict.fromkeys(each.strip(".:,") for each in found if len(each.strip(".:,")) > 1))


def _laid_out(body: str) -> list[str]:
    if len(body) <= LARGEST:
        with suppress(ValueError, RecursionError):
            body = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    return body.splitlines()


def _cut(lines: Sequence[str], pieces: Sequence[str]) -> Iterator[Line]:
    sought = re.compile("|".join(rf"(?<!\w){re.escape(piece)}(?!\w)" for piece in pieces) or r"(?!)")
    marked = [index for index, line in enumerate(lines) if sought.search(line)]
    marked = marked[:MARKS] if len(marked) < len(lines) / 2 else []
    if len(lines) <= WHOLE:
        kept = set(range(len(lines)))
    elif marked:
        kept = {near for index in marked for near in range(index - AROUND, index + AROUND + 1)} | {0}
    else:
        kept = set(range(WHOLE - AROUND))
    shown, left_out = 0, 0
    for index, line in enumerate(lines):
        if index not in kept:
            left_out += 1
            continue
        if left_out:
            yield _gap(left_out)
            left_out = 0
        shown += 1
        yield Line(_narrowed(line), Sort.MARKED if index in marked else Sort.PLAIN)
    if left_out:
        yield _gap(left_out)


def _gap(lines: int) -> Line:
    return Line(f"… {lines:,} line{'s' if lines > 1 else ''} left out", Sort.CUT)


def _narrowed(line: str) -> str:
    half = WIDEST // 2
    return line if len(line) <= WIDEST else f"{line[:half]} … {line[-half:]}"
