"""One request and its answer, as they went over the wire."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

SHOWN = 600
"""Characters of a body that a message for people shows; the whole body stands in the report."""


@dataclass(frozen=True)
class Unparsable:
    """What stands where a JSON value should: the reason why there is none."""

    reason: str


@dataclass(frozen=True, eq=False)
class Exchange:
    """A request and its answer; credentials are replaced before one is made.

    Header names are in lower case. `seconds` is the time from sending to the last byte. `leaked` says that the answer
    held the credential.
    """

    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    sent: Mapping[str, str]
    seconds: float = 0.0
    leaked: bool = False

    @cached_property
    def json(self) -> Any:  # noqa: ANN401 - JSON is any value
        """The body as a JSON value (RFC 8259: UTF-8, no NaN), or `Unparsable`."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            return Unparsable(f"the body is not JSON: {error}")

    @property
    def media_type(self) -> str:
        """The media type without parameters, in lower case; empty where the answer names none."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    @property
    def curl(self) -> str:
        """A shell command that sends the request again; a credential stands in it as a variable."""
        words = ["curl", "-sS", "-i"]
        if self.method != "GET":
            words += ["-X", self.method]
        line = shlex.join(words)
        for name, value in self.sent.items():
            line += f" -H {_quoted(f'{name}: {value}')}"
        return f"{line} {shlex.quote(self.url)}"

    def __repr__(self) -> str:
        return f"<{self.method} {self.url} -> {self.status}, {len(self.body)} bytes>"

    @property
    def text(self) -> str:
        """Request line, status line, headers and body, for a person to read."""
        sent = "\n".join(f"{name}: {value}" for name, value in self.sent.items())
        got = "\n".join(f"{name}: {value}" for name, value in self.headers.items())
        body = self.body.decode("utf-8", "backslashreplace")
        return f"{self.method} {self.url}\n{sent}\n\n{self.status}\n{got}\n\n{body}".strip() + "\n"


def _quoted(header: str) -> str:
    """Quote for a shell so that `$CONVERSATION_API_TOKEN` is still filled in by it."""
    if "$" not in header:
        return shlex.quote(header)
    return '"' + header.replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`") + '"'
