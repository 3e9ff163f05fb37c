"""Long exchanges cut around the places that show a violation: JSON laid out, these places marked, others left out."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Any

from contracts.paging.pointers import tokens

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from contracts.findings.places import Place

WHOLE = 40
"""Lines of a body that are shown whole."""

AROUND = 3
"""Lines that are kept before and after a place."""

MOST_PLACES = 12
"""Places of one exchange that are marked at most."""

TALLEST = 16
"""Lines of a value that are marked whole; of a longer one only the first is."""

WIDEST = 600
"""Characters of a line; of a longer one the middle is left out."""

LARGEST = 2_000_000
"""Characters of a body that is still laid out."""


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

    def __str__(self) -> str:
        return f"{'> ' if self.sort == Sort.MARKED else '  '}{self.text}".rstrip()


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A request and its answer, for a person: what was sent, status and headers, and what matters of the body."""

    request: str
    head: tuple[Line, ...]
    body: tuple[Line, ...]

    @property
    def cut(self) -> bool:
        """Whether lines of the body are left out."""
        return any(line.sort == Sort.CUT for line in self.body)

    def __str__(self) -> str:
        head, body = ("\n".join(map(str, lines)) for lines in (self.head, self.body))
        return f"{self.request}\n\n{head}\n\n{body}\n"


def excerpt(exchange: str, places: Iterable[Place]) -> Excerpt:
    """Cut an exchange's text (`Exchange.text`) around these places in it; which exchange they name does not matter."""
    request, _, rest = exchange.partition("\n\n")
    answer, _, body = rest.lstrip("\n").partition("\n\n")
    marked = list(islice(places, MOST_PLACES))
    return Excerpt(request.strip(), tuple(_head(answer.strip(), marked)), tuple(_body(body.strip(), marked)))


def _head(answer: str, places: Sequence[Place]) -> Iterator[Line]:
    """Status line and headers, those marked that are pointed to."""
    status = any(each.pointer is None and each.header is None for each in places)
    headers = {each.header for each in places}
    for number, line in enumerate(answer.splitlines()):
        marked = line.partition(":")[0] in headers if number else status
        yield Line(line, Sort.MARKED if marked else Sort.PLAIN)


def _body(body: str, places: Sequence[Place]) -> Iterator[Line]:
    """The lines that matter of a body, which is laid out where it is JSON: there are no pointers into anything else."""
    lines, found = body.splitlines(), list[range]()
    if len(body) <= LARGEST:
        with suppress(ValueError, RecursionError):
            value = json.loads(body)
            found = [rows(value, each.pointer) for each in places if each.pointer is not None]
            lines = json.dumps(value, indent=2, ensure_ascii=False).split("\n")
    return _cut(lines, found)


def rows(value: Any, pointer: str) -> range:  # noqa: ANN401 - JSON is any value
    """The indexes of the lines that a pointer's value takes in a JSON text with one value a line; none for no value."""
    start = 0
    for token in tokens(pointer):
        inside = _inside(value)
        if token not in inside:
            return range(0)
        before = list(inside).index(token)
        start += 1 + sum(map(_height, islice(inside.values(), before)))
        value = inside[token]
    return range(start, start + _height(value))


def _inside(value: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON is any value
    """The values in an object or a list, by their tokens in a pointer."""
    if isinstance(value, list):
        return {str(index): each for index, each in enumerate(value)}
    return value if isinstance(value, dict) else {}


def _height(value: Any) -> int:  # noqa: ANN401 - JSON is any value
    """The lines that a value takes: one, or one for each bracket and those between."""
    inside = _inside(value).values()
    return 2 + sum(map(_height, inside)) if inside else 1


def _cut(lines: Sequence[str], places: Sequence[range]) -> Iterator[Line]:
    found = [each for each in places if each]
    marked = {index for each in found for index in (each if len(each) <= TALLEST else each[:1])}
    near = _near(len(lines), found)
    shown = [index for index in range(len(lines)) if index in near]
    for before, index in zip([-1, *shown], [*shown, len(lines)], strict=True):
        if index - before > 1:
            yield _gap(index - before - 1)
        if index < len(lines):
            yield Line(_narrowed(lines[index]), Sort.MARKED if index in marked else Sort.PLAIN)


def _near(length: int, places: Sequence[range]) -> Collection[int]:
    """The indexes of the lines to show: all of a few, else those around each place, else the first ones."""
    if length <= WHOLE:
        return range(length)
    if not places:
        return range(WHOLE - AROUND)
    near = (range(each.start - AROUND, min(each.stop, each.start + TALLEST) + AROUND) for each in places)
    return {0, *(index for each in near for index in each)}


def _gap(lines: int) -> Line:
    return Line(f"… {lines:,} line{'s' if lines > 1 else ''} left out", Sort.CUT)


def _narrowed(line: str) -> str:
    half = WIDEST // 2
    return line if len(line) <= WIDEST else f"{line[:half]} … {line[-half:]}"
