"""Servers that never finish: silence, half answers, bytes one by one, interim answers without end."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING

from contracts.selftest.chaos.expected import Expected
from contracts.selftest.chaos.scripts import (
    DEEP,
    DEEP_ALL,
    EVENTS,
    EVERYWHERE,
    ITEMS,
    LATER,
    ONE,
    REFUSALS,
    SEVENTH,
    USERS,
    End,
    sent,
)
from contracts.selftest.chaos.servers import ALL_LISTINGS, OTHERS, OUTER, UNDECODABLE, Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from contracts.mock.queries import Answer
    from contracts.selftest.chaos.scripts import Asked, Step, Where

FOREVER = 3600.0
START = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
_WITHIN: dict[str, tuple[str, ...]] = {
    USERS.name: OTHERS,
    DEEP.name: OTHERS,
    ONE.name: OUTER,
    EVENTS.name: ("conversations", "users", "members"),
    ITEMS.name: ALL_LISTINGS,
}
"""The listings that are judged all the same, by where a server misbehaves."""

NO_ANSWER = r"\S"
"""An error with any reason: each product of silence is said in its own words."""


def stuck(where: Where) -> Expected:
    """What must come of answers that never end: an error there, verdicts elsewhere; 3 where nothing is answered."""
    judged = _WITHIN.get(where.name)
    if judged is None:
        return Expected(frozenset({1, 3}))
    return Expected(errors="" if where in (ITEMS, EVENTS) else NO_ANSWER, judged=judged)


def silent(*_: object) -> Iterator[Step]:
    """Say nothing."""
    yield FOREVER


def hesitating(_: Asked, answer: Answer) -> Iterator[Step]:
    """Answer, after a while."""
    yield 0.15
    yield sent(answer)


def closing_late(*_: object) -> Iterator[Step]:
    """Say nothing, then hang up."""
    yield 3.0
    yield End.CLOSE


def headers_only(_: Asked, answer: Answer) -> Iterator[Step]:
    """Stop behind the headers."""
    yield sent(answer).partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    yield FOREVER


def half(_: Asked, answer: Answer) -> Iterator[Step]:
    """Stop in the middle of the body."""
    yield sent(answer)[: -max(1, len(answer.body) // 2)]
    yield FOREVER


def drops(start: bytes, drop: bytes, pause: float = 0.2) -> Callable[[Asked, Answer], Iterator[Step]]:
    """Begin, and go on by drops for ever."""

    def script(*_: object) -> Iterator[Step]:
        yield start
        for each in repeat(drop):
            yield pause
            yield each

    return script


def dripping(_: Asked, answer: Answer) -> Iterator[Step]:
    """Send the right answer, byte by byte, ten bytes a second."""
    for byte in sent(answer):
        yield bytes([byte])
        yield 0.1


def flood(start: bytes, more: bytes) -> Callable[[Asked, Answer], Iterable[Step]]:
    """Begin, and go on without a pause for ever."""

    def script(*_: object) -> Iterator[Step]:
        yield start
        yield from repeat(more)

    return script


def _each(kind: str, name: str, script: Callable[[Asked, Answer], Iterable[Step]], *places: Where) -> Iterator[Server]:
    for where in places:
        yield Server(kind, name, where, script, stuck(where))


def servers() -> Iterator[Server]:
    """All of them; the first of each kind is the one that is verified as a whole."""
    yield from _each("silence", "silent", silent, ONE, USERS, DEEP, SEVENTH, EVERYWHERE, ITEMS, LATER, REFUSALS)
    yield from _each("silence", "closing-late", closing_late, USERS, DEEP)
    yield from _each("half-answers", "headers-only", headers_only, USERS, DEEP_ALL, EVENTS)
    yield from _each("half-answers", "half-a-body", half, ONE, USERS, DEEP)
    yield from _each("trickled-headers", "header-lines", drops(START, b"X-A: b\r\n"), ONE, DEEP, EVERYWHERE)
    yield from _each("trickled-headers", "one-header", drops(START + b"X-A: ", b"a"), USERS)
    yield from _each("trickled-headers", "status-line", drops(b"HTTP/1.1 200 ", b"O"), USERS, DEEP)
    yield from _each("trickled-headers", "blank-lines", drops(b"", b"\r\n"), USERS)
    length = START + b"Content-Length: 99999\r\n\r\n"
    chunked = START + b"Transfer-Encoding: chunked\r\n\r\n"
    yield from _each("trickled-body", "blanks", drops(length, b" "), DEEP, USERS, ONE, EVERYWHERE)
    yield from _each("trickled-body", "the-right-answer", dripping, DEEP, USERS)
    yield from _each("trickled-body", "chunks", drops(chunked, b"1\r\n \r\n"), USERS, ONE)
    yield from _each("trickled-body", "a-trailer", drops(chunked + b"2\r\n{}\r\n0\r\n", b"X-A: b\r\n"), USERS)
    interim = b"HTTP/1.1 102 Processing\r\n\r\n"
    yield from _each("interim-answers", "without-end", flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100), USERS, DEEP)
    yield from _each("interim-answers", "slow-without-end", drops(interim, interim), USERS)
    yield from _each("interim-answers", "switching-protocols", _switching, USERS)
    yield from _each("endless-body", "without-a-length", flood(START + b"\r\n[", b"[0]," * 10_000), USERS, ONE)
    yield from _each("endless-body", "in-chunks", flood(chunked, b"a000\r\n" + b" " * 40_960 + b"\r\n"), USERS)
    yield from _each("endless-body", "headers", flood(START, b"X-A: b\r\n" * 1_000), USERS)
    yield from _each("endless-body", "one-header", flood(START + b"X-A: ", b"a" * 65_536), USERS)
    yield from _each("endless-body", "a-trailer", flood(chunked + b"2\r\n{}\r\n0\r\n", b"X-A: b\r\n" * 1_000), USERS)
    yield Server("endless-body", "a-chunk-size", USERS, flood(chunked, b"0" * 65_536), UNDECODABLE)


def _switching(*_: object) -> Iterator[Step]:
    yield b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
    yield FOREVER
