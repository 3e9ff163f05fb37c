"""Where a violation shows: the places in its exchanges, and its requests to send them again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from contracts.paging.pointers import pointer_to, tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.paging.exchanges import Exchange
    from contracts.paging.pages import Answer, Page


LONGEST = 2000
"""Characters of a pointer."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in one answer of a violation.

    Attributes:
        exchange: the exchange's index among the violation's, from 0.
        pointer: a JSON pointer (RFC 6901) into the answer's body; of what is missing, to the object that lacks it.
        header: the name of a header of the answer, in lower case.

    Without pointer and header it is the status line. A pointer that is too long, for a target chooses the names in it,
    ends before what is too much.
    """

    exchange: int = 0
    pointer: str | None = None
    header: str | None = None

    def __post_init__(self) -> None:
        if self.pointer and len(self.pointer) > LONGEST:
            object.__setattr__(self, "pointer", self.pointer[:LONGEST].rpartition("/")[0])

    def rewritten(self, rewrite: Callable[[str], str]) -> Self:
        """The place with its header and every name in its pointer rewritten: a target chooses both."""
        pointer = None if self.pointer is None else pointer_to(*map(rewrite, tokens(self.pointer)))
        return replace(self, pointer=pointer, header=self.header and rewrite(self.header))


@dataclass(frozen=True, slots=True)
class Request:
    """A request of a violation: method, URL, and the headers as they were sent, a credential as a variable."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()

    def rewritten(self, rewrite: Callable[[str], str]) -> Self:
        """The request with its URL and the values of its headers rewritten."""
        headers = tuple((name, rewrite(value)) for name, value in self.headers)
        return replace(self, url=rewrite(self.url), headers=headers)


STATUS = (Place(),)
"""The status line of a violation's first answer."""


def places(*pointers: str, exchange: int = 0) -> tuple[Place, ...]:
    """Places in the body of one exchange, from JSON pointers."""
    return tuple(Place(exchange, pointer) for pointer in dict.fromkeys(pointers))


def apart(one: Page, other: Page) -> tuple[Place, ...]:
    """Where two pages, the two exchanges of a violation, begin to hold different items."""
    return (*places(one.differing_pointer(other.ids)), *places(other.differing_pointer(one.ids), exchange=1))


def flaw_places(answer: Answer, exchange: int = 0) -> tuple[Place, ...]:
    """Where an answer shows that it is no page (`Answer.flaw`); `exchange` is its index."""
    return (Place(exchange, answer.flaw_pointer, answer.flaw_header),)


def request_of(exchange: Exchange) -> Request:
    """The request of an exchange."""
    return Request(exchange.method, exchange.url, tuple(exchange.sent.items()))


def value_at(exchange: Exchange, place: Place) -> Any:  # noqa: ANN401 - JSON is any value
    """The value at a place of an exchange: the status, a header's value, or a JSON value; None where there is none."""
    if place.header is not None:
        return exchange.headers.get(place.header)
    if place.pointer is None:
        return exchange.status
    value = exchange.json
    for token in tokens(place.pointer):
        inside = dict(enumerate(value)) if isinstance(value, list) else value
        name = int(token) if isinstance(value, list) and token.isdecimal() else token
        value = inside.get(name) if isinstance(inside, dict) else None
    return value
