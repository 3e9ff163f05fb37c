"""What a misbehaving server does instead of sending an answer: a script of bytes, pauses and ends."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import orjson

from contracts.mock.queries import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

OK = 200
REFUSED = 400
Header = tuple[str, str]
Document = dict[str, Any]


class End(Enum):
    """How a connection ends within a script."""

    CLOSE = "close"
    RESET = "reset"


Step = bytes | float | End
"""Send these bytes, wait so many seconds, or end the connection."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came.

    Attributes:
        method: such as GET.
        target: path and query, as on the request line.
        headers: names in lower case.
        number: how many requests the server had before.
        before: how many of these had the same method and target.
        chosen: the id of the one conversation that a server may treat badly.
        elsewhere: the origin of a second server, which belongs to somebody else.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    number: int = 0
    before: int = 0
    chosen: str = ""
    elsewhere: str = ""

    @property
    def parts(self) -> list[str]:
        """The segments of the path behind the base path."""
        return self.target.partition("?")[0].strip("/").split("/")[1:]

    @property
    def listing(self) -> str:
        """The listing asked for; empty for a single item."""
        return self.parts[-1] if len(self.parts) in (1, 3) else ""

    @property
    def origin(self) -> str:
        """Where links begin."""
        return f"http://{self.headers.get('host', '')}"

    @property
    def token(self) -> str:
        """The bearer token that came with it; empty without one."""
        return self.headers.get("authorization", "").partition(" ")[2]


Script = "Callable[[Asked, Answer], Iterable[Step]]"


@dataclass(frozen=True, slots=True)
class Where:
    """Which answers a server distorts: a name, and a test on a request and its right answer."""

    name: str
    holds: Callable[[Asked, Answer], bool]


EVERYWHERE = Where("everywhere", lambda *_: True)
PAGES = Where("pages", lambda _, answer: answer.status == OK)
USERS = Where("users", lambda asked, _: asked.parts[:1] == ["users"])
EVENTS = Where("events", lambda asked, _: asked.listing == "events")
ONE = Where("one-conversation", lambda asked, _: asked.chosen in asked.parts and bool(asked.listing))
DEEP = Where("deep", lambda asked, _: "cursor=" in asked.target and asked.listing == "users")
DEEP_ALL = Where("deep-everywhere", lambda asked, _: "cursor=" in asked.target)
ITEMS = Where("items", lambda asked, _: not asked.listing)
REFUSALS = Where("refusals", lambda _, answer: answer.status >= REFUSED)
SEVENTH = Where("every-7th", lambda asked, _: not (asked.number + 1) % 7)
FIRST = Where("first-try", lambda asked, _: not asked.before)
LATER = Where("later", lambda asked, _: asked.number > 150)  # noqa: PLR2004 - well within a run


def sent(answer: Answer, *, reason: str = "", version: str = "HTTP/1.1") -> bytes:
    """An answer as bytes on the wire."""
    lines = [f"{version} {answer.status} {reason}".encode("latin-1")]
    lines += [f"{name}: {value}".encode("latin-1", "replace") for name, value in answer.headers]
    return b"\r\n".join([*lines, b"", answer.body])


def without(answer: Answer, *names: str) -> tuple[Header, ...]:
    """The headers of an answer without some of them."""
    return tuple(each for each in answer.headers if each[0] not in names)


def plain(answer: Answer) -> bytes:
    """The body of an answer without its compression."""
    return gzip.decompress(answer.body) if ("content-encoding", "gzip") in answer.headers else answer.body


def holding(answer: Answer, body: bytes, *more: Header, drop: Iterable[str] = ()) -> Answer:
    """An answer with another body, its right length, and further headers instead of those of the same name."""
    dropped = {"content-length", "content-encoding", "etag", *drop, *(name for name, _ in more)}
    length = () if dropped & {*drop} & {"content-length"} else (("content-length", str(len(body))),)
    return Answer(answer.status, (*without(answer, *dropped), *more, *length), body)


def raw(data: bytes, *then: Step) -> Callable[[Asked, Answer], Iterable[Step]]:
    """Always send the same bytes."""
    return lambda *_: (data, *then)


def bodies(change: Callable[[Asked, bytes], bytes], *more: Header) -> Callable[[Asked, Answer], Iterator[Step]]:
    """Change the body of each answer; its length is right."""

    def script(asked: Asked, answer: Answer) -> Iterator[Step]:
        yield sent(holding(answer, change(asked, plain(answer)), *more))

    return script


def documents(change: Callable[[Asked, Document], object]) -> Callable[[Asked, Answer], Iterator[Step]]:
    """Change the JSON document of each page, in place or by what is returned."""

    def edit(asked: Asked, body: bytes) -> bytes:
        document = orjson.loads(body) if body.startswith(b"{") else {}
        if "_embedded" not in document:
            return body
        return orjson.dumps(change(asked, document) or document)

    return bodies(edit)


def items(change: Callable[[Asked, Document], object]) -> Callable[[Asked, Answer], Iterator[Step]]:
    """Change each item of each page in place."""

    def edit(asked: Asked, document: Document) -> None:
        for listed in document["_embedded"].get("data", {}).values():
            for item in listed:
                change(asked, item)

    return documents(edit)


def headed(*more: Header, drop: Iterable[str] = ()) -> Callable[[Asked, Answer], Iterator[Step]]:
    """Add headers to each answer, instead of those of the same name."""

    def script(_: Asked, answer: Answer) -> Iterator[Step]:
        dropped = {*drop, *(name for name, _ in more)}
        yield sent(Answer(answer.status, (*without(answer, *dropped), *more), answer.body))

    return script


def status(
    number: int, *more: Header, body: bytes = b"", reason: str = ""
) -> Callable[[Asked, Answer], Iterator[Step]]:
    """Answer everything with this status."""

    def script(_: Asked, answer: Answer) -> Iterator[Step]:
        yield sent(holding(Answer(number, answer.headers, b""), body, *more), reason=reason)

    return script
