"""Servers that answer in no HTTP: ends in the wrong place, status lines, headers, chunks, and lengths that lie."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from contracts.mock.queries import Answer
from contracts.selftest.chaos.expected import Expected
from contracts.selftest.chaos.scripts import (
    DEEP,
    EVERYWHERE,
    FIRST,
    LATER,
    ONE,
    SEVENTH,
    USERS,
    End,
    holding,
    plain,
    raw,
    sent,
    without,
)
from contracts.selftest.chaos.servers import ALL_LISTINGS, OTHERS, OUTER, UNDECODABLE, Server
from contracts.selftest.chaos.slow_servers import stuck

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from contracts.selftest.chaos.scripts import Asked, Step

    Script = Callable[[Asked, Answer], Iterable[Step]]

ANY_FAILURE = Expected(judged=OTHERS)
"""Where it is open whether that is no answer or a wrong one; the run is red, and the other listings are judged."""

_LINE = b"HTTP/1.1 200 OK\r\n"


def cut(share: float, end: End = End.CLOSE) -> Script:
    """Send a share of the answer, then end the connection; 0.02 is within the status line, 0.1 within the headers."""

    def script(_: Asked, answer: Answer) -> Iterator[Step]:
        data = sent(answer, reason="OK")
        yield data[: int(len(data) * share)]
        yield 0.02
        yield end

    return script


def within_headers(end: End) -> Script:
    """Send half of the headers, then end the connection."""

    def script(_: Asked, answer: Answer) -> Iterator[Step]:
        head = sent(answer, reason="OK").partition(b"\r\n\r\n")[0]
        yield head[: len(head) // 2]
        yield end

    return script


def _ends() -> Iterator[Server]:
    for end in End:
        name = end.value
        for where in (ONE, USERS, DEEP, EVERYWHERE):
            yield Server("hanging-up", f"{name}-at-once", where, cut(0.0, end), stuck(where))
        yield Server("hanging-up", f"{name}-in-the-status-line", USERS, cut(0.01, end), stuck(USERS))
        yield Server("hanging-up", f"{name}-in-the-headers", USERS, within_headers(end), ANY_FAILURE)
        yield Server("breaking-off", f"{name}-in-the-body", USERS, cut(0.9, end), UNDECODABLE)
    again = Expected(frozenset({0}), judged=ALL_LISTINGS, sound=True)
    yield Server("breaking-off", "in-the-body", ONE, cut(0.9), Expected(violated=("pages.decodable",), judged=OUTER))
    yield Server("breaking-off", "in-the-body", FIRST, cut(0.9), Expected(frozenset({0, 1}), judged=ALL_LISTINGS))
    yield Server("breaking-off", "at-once", SEVENTH, cut(0.0), again)
    yield Server("breaking-off", "for-good", LATER, cut(0.0), stuck(LATER))


def line(status: bytes) -> Script:
    """Answer with this in place of the status line."""

    def script(_: Asked, answer: Answer) -> Iterator[Step]:
        yield status + sent(answer).partition(b"\r\n")[2]

    return script


def _status_lines() -> Iterator[Server]:
    lines = {
        "a-word": b"HTTP/1.1 abc OK\r\n",
        "four-digits": b"HTTP/1.1 2000 OK\r\n",
        "another-version": b"HTTP/9.9 200 OK\r\n",
        "no-version": b"200 OK\r\n",
        "icy": b"ICY 200 OK\r\n",
        "long": b"HTTP/1.1 200 " + b"O" * 2**20 + b"\r\n",
        "a-long-number": b"HTTP/1.1 " + b"2" * 5_000 + b" OK\r\n",
        "negative": b"HTTP/1.1 -200 OK\r\n",
        "zero": b"HTTP/1.1 000 OK\r\n",
        "unicode-digits": "HTTP/1.1 \uff12\uff10\uff10 OK\r\n".encode(),
        "binary": bytes(range(256)) * 4 + b"\r\n",
        "a-mail-server": b"220 mail.example.com ESMTP\r\n",
        "tls": b"\x15\x03\x03\x00\x02\x02\x28",
    }
    for name, status in lines.items():
        yield Server("status-lines", name, USERS, line(status), ANY_FAILURE, quick=name == "icy")


def between(lines: bytes, *, drop: tuple[str, ...] = ()) -> Script:
    """Answer with further lines among the headers."""

    def script(_: Asked, answer: Answer) -> Iterator[Step]:
        status, _crlf, rest = sent(Answer(answer.status, without(answer, *drop), answer.body)).partition(b"\r\n")
        yield status + b"\r\n" + lines + rest

    return script


def _headers() -> Iterator[Server]:
    either = Expected(frozenset({0, 1}), judged=OTHERS)
    lines = {
        "no-colon": (b"this is no header\r\n", ANY_FAILURE),
        "a-blank-before-the-colon": (b"X-A : b\r\n", either),
        "folded": (b"X-A: b\r\n c\r\n", either),
        "folded-first": (b" c\r\n", either),
        "nul": (b"X-A: b\0c\r\n", either),
        "no-name": (b": b\r\n", either),
        "binary": (b"X-\x80\xff: \x1b[31m\x9b\r\n", either),
        "ten-thousand": (b"".join(b"X-%d: b\r\n" % each for each in range(10_000)), ANY_FAILURE),
        "a-megabyte": (b"X-A: " + b"b" * 2**20 + b"\r\n", ANY_FAILURE),
        "carriage-returns": (b"X-A: b\rX-B: c\r\n", either),
    }
    for name, (more, expected) in lines.items():
        yield Server("headers", name, USERS, between(more), expected, quick=name == "nul")
    yield Server("headers", "no-colon", DEEP, between(lines["no-colon"][0]), ANY_FAILURE)


def framed(frame: Callable[[bytes], bytes], *, drop: tuple[str, ...] = ("content-length",)) -> Script:
    """Answer in chunks that are made of the body in some way."""

    def script(_: Asked, answer: Answer) -> Iterator[Step]:
        headers = (*without(answer, *drop), ("transfer-encoding", "chunked"))
        yield sent(Answer(answer.status, headers, frame(answer.body)))
        yield End.CLOSE

    return script


def chunk(body: bytes, size: bytes = b"", end: bytes = b"\r\n") -> bytes:
    """A chunk, with its right size unless another one is given."""
    return (size or b"%x" % len(body)) + b"\r\n" + body + end


def _chunks() -> Iterator[Server]:
    frames: dict[str, Callable[[bytes], bytes]] = {
        "a-size-that-is-none": lambda body: chunk(body, b"zz") + b"0\r\n\r\n",
        "a-negative-size": lambda body: chunk(body, b"-1") + b"0\r\n\r\n",
        "a-size-of-5000-digits": lambda body: chunk(body, b"f" * 5_000) + b"0\r\n\r\n",
        "a-size-too-great": lambda body: chunk(body, b"%x" % (len(body) + 100)),
        "a-size-too-small": lambda body: chunk(body, b"%x" % (len(body) // 2)) + b"0\r\n\r\n",
        "no-last-chunk": chunk,
        "no-end-of-a-chunk": lambda body: chunk(body, end=b"") + b"0\r\n\r\n",
        "no-chunk-at-all": lambda body: body,
        "a-size-in-decimals-with-a-sign": lambda body: chunk(body, b"+%x" % len(body)) + b"0\r\n\r\n",
        "an-extension-of-a-megabyte": lambda body: chunk(body, b"%x;a=" % len(body) + b"b" * 2**20) + b"0\r\n\r\n",
    }
    for name, frame in frames.items():
        yield Server("chunks", name, USERS, framed(frame), UNDECODABLE, quick=name == "a-size-that-is-none")
    both = Expected(frozenset({0, 1}), judged=OTHERS)
    right = framed(lambda body: chunk(body) + b"0\r\n\r\n", drop=())
    yield Server("chunks", "and-a-length", USERS, right, both)


def lengthy(*values: bytes) -> Script:
    """Answer with these in place of Content-Length; `%d` is the right one."""

    def script(_: Asked, answer: Answer) -> Iterator[Step]:
        answer = holding(answer, plain(answer), drop=("content-length",))
        lines = b"".join(
            b"Content-Length: " + value.replace(b"%d", b"%d" % len(answer.body)) + b"\r\n" for value in values
        )
        status, _crlf, rest = sent(answer).partition(b"\r\n")
        yield status + b"\r\n" + lines + rest
        yield End.CLOSE

    return script


def _lengths() -> Iterator[Server]:
    values = {
        "5000-digits": (b"9" * 5_000,),
        "negative": (b"-1",),
        "a-word": (b"many",),
        "two-that-differ": (b"%d", b"7"),
        "a-list-that-differs": (b"%d, 7",),
        "too-small": (b"20",),
        "too-great": (b"99999",),
        "beyond-63-bits": (b"99999999999999999999",),
        "unicode-digits": ("١٢".encode(),),
        "hexadecimal": (b"0x1F",),
        "none": (b"0",),
    }
    for name, lines in values.items():
        yield Server("lengths", name, USERS, lengthy(*lines), UNDECODABLE, quick=name == "two-that-differ")
    signed = Expected(frozenset({0, 1}), judged=OTHERS)
    yield Server("lengths", "signed", USERS, lengthy(b"+%d"), signed)


def _connections() -> Iterator[Server]:
    """Tricks with connections that are used again."""
    other = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    either = Expected(frozenset({0, 1}), judged=OTHERS)
    yield Server("connections", "bytes-behind", USERS, _behind(b"surplus"), Expected(frozenset({0, 1})))
    yield Server("connections", "two-answers", USERS, _behind(other), Expected(frozenset({0, 1, 3})))
    yield Server(
        "connections",
        "a-body-of-204",
        USERS,
        raw(_LINE.replace(b"200 OK", b"204 No Content") + b"Content-Length: 2\r\n\r\n{}"),
        ANY_FAILURE,
    )
    yield Server(
        "connections", "304-to-nobody", USERS, raw(_LINE.replace(b"200 OK", b"304 Not Modified") + b"\r\n"), ANY_FAILURE
    )
    yield Server(
        "connections",
        "closed-unsaid",
        EVERYWHERE,
        _closed,
        Expected(frozenset({0}), judged=ALL_LISTINGS, sound=True),
        quick=True,
    )
    yield Server("connections", "reset-behind", USERS, _reset, either)


def _behind(more: bytes) -> Script:
    return lambda _, answer: (sent(answer) + more,)


def _closed(_: Asked, answer: Answer) -> Iterator[Step]:
    yield sent(answer)
    yield End.CLOSE


def _reset(_: Asked, answer: Answer) -> Iterator[Step]:
    yield sent(answer)
    yield 0.05
    yield End.RESET


def servers() -> Iterator[Server]:
    """All of them; the first of each kind is the one that is verified as a whole."""
    return chain(_ends(), _status_lines(), _headers(), _chunks(), _lengths(), _connections())
