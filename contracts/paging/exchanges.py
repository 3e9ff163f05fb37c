"""One request and its answer, as they went over the wire."""

from __future__ import annotations

import json
import re
import shlex
from collections import Counter
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from contracts.paging.clipping import clipped
from contracts.paging.shelf import RECENT, Body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.paging.units import Seconds

SHOWN = 600
"""Characters of a body that a message for people shows; the whole body stands in the report."""


@dataclass(frozen=True)
class Unparsable:
    """What stands where a JSON value should: the reason why there is none."""

    reason: str


@dataclass(frozen=True, slots=True)
class Leak:
    """Where an answer shows a credential: in a header, by its name in lower case, else in its body, by a JSON pointer."""

    header: str | None = None
    pointer: str | None = None


@dataclass(frozen=True, eq=False)
class Exchange:
    """A request and its answer, as they came: whatever is written of them goes through the target's redactor first.

    Header names of the answer are in lower case. `sent` shows the target's own credential as the variable that holds
    it. `seconds` is the time from sending to the last byte. `leaked` says where the answer shows a credential.
    `undecodable` says why the body cannot be decoded as the headers say; the body is then as it came. `contradicted` is
    the name of the header that says otherwise, if one does. `severed` is how often the answer broke off, the last time
    included.
    """

    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: Body = Body()  # noqa: RUF009 - the descriptor of all
    sent: Mapping[str, str]  # type: ignore[misc]  # mypy takes the descriptor for a default
    seconds: Seconds = 0.0
    leaked: tuple[Leak, ...] = ()
    undecodable: str = ""
    contradicted: str = ""
    severed: int = 0

    @cached_property
    def garbled(self) -> str:
        """Why the body is not what the headers say, or not UTF-8 where it is JSON; empty where it is all right."""
        if self.undecodable or not self.is_json or not isinstance(self.json, Unparsable):
            return self.undecodable
        try:
            text = self.body.decode()
        except UnicodeDecodeError as error:
            return f"the body is not UTF-8: byte {error.object[error.start]:#04x} at {error.start:,}"
        other = self.charset and _reads_as_json(self.body, text, self.charset)
        return f"the body is {self.charset}, not UTF-8" if other else ""

    @property
    def refused(self) -> bool:
        """Whether the target refused what was asked, as its client's mistake: a status of the class 4xx."""
        return self.status // 100 == 4  # noqa: PLR2004 - the class of a status

    @property
    def is_json(self) -> bool:
        """Whether the answer says that its body is JSON."""
        return self.media_type == "application/json" or self.media_type.endswith("+json")

    @property
    def charset(self) -> str:
        """The charset in Content-Type, in lower case; empty where the answer names none."""
        found = _CHARSET.search(self.headers.get("content-type", ""))
        return found[1].lower() if found else ""

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON is any value
        """The body as a JSON value (RFC 8259: UTF-8, no NaN, each name once), or `Unparsable`."""
        if self.undecodable:
            return Unparsable(self.undecodable)
        return RECENT.once(self, lambda: self.body, _parsed)

    @property
    def media_type(self) -> str:
        """The media type without parameters, in lower case; empty where the answer names none."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    @property
    def curl(self) -> str:
        """A shell command that sends the request again; a credential stands in it as a variable."""
        words = ["curl", "-sS", "-i"]
        if self.method == "HEAD":
            words.append("--head")  # with -X it would wait for a body
        elif self.method != "GET":
            words += ["-X", self.method]
        if set("[]{}") & set(self.url):
            words.append("--globoff")
        if {".", ".."} & set(self.url.partition("?")[0].split("/")):
            words.append("--path-as-is")
        line = shlex.join(words)
        for name, value in self.sent.items():
            line += f" -H {_quoted(f'{name}: {value}' if value else f'{name};')}"
        return f"{line} {shlex.quote(self.url)}"

    def __repr__(self) -> str:
        return f"<{self.method} {self.url} -> {self.status}, {len(self.body)} bytes>"

    @property
    def text(self) -> str:
        """Request line, status line, headers and body, for a person to read."""
        return self.text_with(self.body)

    def text_with(self, shown: bytes) -> str:
        """The same with this of the body."""
        sent = "\n".join(f"{name}: {value}" for name, value in self.sent.items())
        got = "\n".join(f"{name}: {value}" for name, value in self.headers.items())
        body = shown.decode("utf-8", "backslashreplace")
        return f"{self.method} {self.url}\n{sent}\n\n{self.status}\n{got}\n\n{body}".strip() + "\n"

    @classmethod
    def of_text(cls, text: str) -> Exchange:
        """The exchange that a text shows, as `text` writes it; ValueError where it shows none."""
        asked, _, rest = text.partition("\n\n")
        answered, _, body = rest.strip("\n").partition("\n\n")
        method, _, url = asked.partition("\n")[0].partition(" ")
        status, sent, got = answered.partition("\n")[0], _headers(asked), _headers(answered)
        return cls(method, url, int(status), got, body.strip().encode("utf-8", "replace"), sent)


_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([^"';,\s]+)""", re.IGNORECASE)


def _reads_as_json(body: bytes, text: str, charset: str) -> bool:
    """Whether a body, which is `text` in UTF-8 and no JSON, is JSON in another charset."""
    try:
        other = body.decode(charset)
        orjson.loads(other)
    except (LookupError, ValueError):
        return False
    return other != text


def _headers(head: str) -> dict[str, str]:
    """The headers below the first line."""
    lines = (line.partition(": ") for line in head.split("\n")[1:])
    return {name: value for name, _, value in lines}


def _parsed(body: bytes) -> Any:  # noqa: ANN401 - JSON is any value
    """A body as a JSON value, or `Unparsable`."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        return Unparsable(f"the body is not JSON: {error}")
    try:
        plain = len(orjson.dumps(value)) == len(body)
    except orjson.JSONEncodeError:
        return Unparsable("the body is JSON nested deeper than 250 levels")
    twice = None if plain else _twice(body)
    return (
        value if twice is None else Unparsable(f"the body names {clipped(twice)!r} twice in one object (RFC 8259, 4)")
    )


def _twice(body: bytes) -> str | None:
    """A name that comes twice in one object of a JSON text."""
    found: list[str] = []

    def look(pairs: list[tuple[str, Any]]) -> None:
        if not found and len(dict(pairs)) != len(pairs):
            found.append(Counter(name for name, _ in pairs).most_common(1)[0][0])

    json.loads(body, object_pairs_hook=look, parse_int=len, parse_float=len)  # Python reads no number of 4,301 digits
    return found[0] if found else None


def _quoted(header: str) -> str:
    """Quote for a shell so that a variable that holds a token is still filled in by it."""
    if "$" not in header:
        return shlex.quote(header)
    return '"' + header.replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`") + '"'


def server_time(headers: Mapping[str, str]) -> Seconds | None:
    """Return the time in a Date header (RFC 9110, section 6.6.1) since 1970; None without one."""
    try:
        return parsedate_to_datetime(headers.get("date", "")).timestamp()
    except (ValueError, TypeError):
        return None
