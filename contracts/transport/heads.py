"""The head of an answer: a line in it without a colon is no header, and nothing can be read by what follows."""

from __future__ import annotations

from email.errors import MissingHeaderBodySeparatorDefect
from typing import TYPE_CHECKING

from contracts.transport.bodies import Body

if TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

SHOWN = 80
"""Characters of such a line that are shown."""


def read(response: requests.Response) -> Body | None:
    """The body of an answer with such a line: none, with the reason; None where the head is all right.

    http.client takes such a line, and all that follow, for no headers, and then waits for a body without a length until
    the connection ends. The headers behind the line are added to those of the answer.
    """
    lines = _left_over(response)
    wrong = next((line for line in lines if ":" not in line), None)
    if wrong is None:
        return None
    response.raw.close()
    response.headers.update(_headers(lines))
    body = Body(b"", f"the header line {wrong[:SHOWN]!r} has no colon, so the body was not read")
    response.came = body  # type: ignore[attr-defined]  # it goes where the response goes; see `bodies.of`
    return body


def _left_over(response: requests.Response) -> list[str]:
    """The lines from the first one on that is no header."""
    head = getattr(getattr(response.raw, "_original_response", None), "headers", None)
    if head is None or not any(isinstance(each, MissingHeaderBodySeparatorDefect) for each in head.defects):
        return []
    rest = head.get_payload()
    return [line for line in rest.splitlines() if line] if isinstance(rest, str) else ["?"]


def _headers(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        name, colon, value = line.partition(":")
        if colon and name.strip():
            yield name.strip(), value.strip()
