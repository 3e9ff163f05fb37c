"""Bodies that are not what their headers say, from real sockets: an answer that shows it, and the path is asked again."""

from __future__ import annotations

import gzip
import zlib
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.crawl.cache import Choices
from contracts.crawl.profiles import PROFILES
from contracts.mock import Settings
from contracts.mock.server import running
from contracts.runner.verification import Verification
from contracts.transport import Access, Target
from contracts.transport.limits import Limits
from contracts.transport.wire import Bounds
from tests.suite.test_hostile_answers import GZIPPED, JSON, saying, server, whole

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from contracts.paging.exchanges import Exchange

    Talk = Callable[[socket.socket, str], None]

BOUNDS = Bounds(connect=2.0, pause=0.2, total=2.0, body=2**20)
BODY = b'{"a": "\xc3\xa4"}'
HEAD = f"HTTP/1.1 200 OK\r\n{JSON}"
CHUNKED = f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode()


def asked(talk: Talk, method: str = "GET", times: int = 1) -> list[Exchange]:
    """What the same request gives, so many times."""
    with server(talk) as base:
        target = Target(base, Access(limits=Limits(tries=1), bounds=BOUNDS))
        with target.session:
            return [target.send(method, f"{base}/users") for _ in range(times)]


def closing(start: bytes) -> Talk:
    """A server that sends this, and closes the connection."""

    def talk(connection: socket.socket, _: str) -> None:
        connection.sendall(start)
        connection.close()

    return talk


def sized(length: object, body: bytes = BODY) -> bytes:
    return f"{HEAD}Content-Length: {length}\r\n\r\n".encode() + body


UNDECODABLE = {
    "plain-that-says-gzip": (
        saying(whole(BODY, GZIPPED)), BODY, "content-encoding",
        "Content-Encoding is 'gzip', and the body is not: Error -3 while decompressing data: incorrect header check",
    ),
    "a-wrong-checksum": (
        saying(whole(gzip.compress(BODY)[:-8] + bytes(8), GZIPPED)), gzip.compress(BODY)[:-8] + bytes(8),
        "content-encoding",
        "Content-Encoding is 'gzip', and the body is not: Error -3 while decompressing data: incorrect data check",
    ),
    "half-a-gzip": (
        saying(whole(gzip.compress(BODY)[:20], GZIPPED)), gzip.compress(BODY)[:20], "content-encoding",
        "the compressed body ends before its end",
    ),
    "a-coding-that-nobody-asked-for": (
        saying(whole(BODY, f"{JSON}Content-Encoding: br\r\n")), BODY, "content-encoding",
        "Content-Encoding is 'br'; only gzip, deflate were asked for",
    ),
    "too-short-a-length": (
        saying(sized(len(BODY) - 2)), BODY, "content-length", "Content-Length is 9, and 2 bytes or more follow",
    ),
    "too-long-a-length": (
        closing(sized(99)), BODY, "content-length", "the body ended after 11 bytes of the 99 that Content-Length says",
    ),
    "too-long-a-length-on-an-open-connection": (
        saying(sized(99)), BODY, "content-length", "the body stopped after 11 bytes of the 99 that Content-Length says",
    ),
    "two-lengths": (
        saying(sized("11\r\nContent-Length: 12")), b"", "content-length",
        "Content-Length is '11, 12', which is no length",
    ),
    "a-length-in-words": (saying(sized("eleven")), b"", "content-length", "Content-Length is 'eleven', which is no length"),
    "no-last-chunk": (
        closing(CHUNKED + b"b\r\n" + BODY + b"\r\n"), BODY, "transfer-encoding",
        "the body ended after 11 bytes, before its last chunk",
    ),
    "half-a-chunk": (
        closing(CHUNKED + b"ff\r\n" + BODY), BODY, "transfer-encoding",
        "the body ended after 11 bytes, before its last chunk",
    ),
    "a-chunk-without-a-size": (
        closing(CHUNKED + BODY + b"\r\n0\r\n\r\n"), b"", "transfer-encoding",
        """'{"a": "Ã¤"}' where the size of a chunk must be""",
    ),
    "a-chunk-longer-than-its-size": (
        closing(CHUNKED + b"9\r\n" + BODY + b"\r\n0\r\n\r\n"), BODY[:9], "transfer-encoding",
        """'"}' where a chunk must end, by its size""",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNDECODABLE)
def test_a_body_that_is_not_what_its_headers_say_is_an_answer_that_says_why(name: str) -> None:
    talk, body, header, why = UNDECODABLE[name]
    (exchange,) = asked(talk)
    assert (exchange.status, exchange.body, exchange.contradicted, exchange.garbled) == (200, body, header, why)


LEGAL = {
    "chunks-with-extensions-and-a-trailer": CHUNKED
    + b"1;a=b\r\n{\r\n00A ; c\r\n"
    + BODY[1:]
    + b"\r\n0\r\nX: y\r\n\r\n",
    "no-length": f"{HEAD}Connection: close\r\n\r\n".encode() + BODY,
    "zlib": whole(zlib.compress(BODY), f"{JSON}Content-Encoding: deflate\r\n"),
    "deflate-without-a-frame": whole(
        zlib.compress(BODY, wbits=-15),
        f"{JSON}Content-Encoding: Deflate\r\n",
    ),
    "gzip-in-two-members": whole(gzip.compress(BODY[:3]) + gzip.compress(BODY[3:]), GZIPPED),
    "two-codings": whole(gzip.compress(zlib.compress(BODY)), f"{JSON}Content-Encoding: deflate, X-Gzip\r\n"),
    "identity": whole(BODY, f"{JSON}Content-Encoding: identity\r\n"),
    "one-length-twice": sized("11\r\nContent-Length: 11"),
    "an-empty-line-behind": whole(BODY) + b"\r\n",
}


@pytest.mark.parametrize("name", LEGAL)
def test_a_legal_body_is_read(name: str) -> None:
    (exchange,) = asked(closing(LEGAL[name]))
    assert (exchange.json, exchange.garbled, exchange.severed) == ({"a": "ä"}, "", 0)


BODILESS = {
    "head": ("HEAD", whole(BODY, GZIPPED)[: -len(BODY)]),
    "head-in-chunks": ("HEAD", CHUNKED),
    "no-content": ("GET", f"HTTP/1.1 204 No Content\r\n{GZIPPED}\r\n".encode()),
    "not-modified": ("GET", f"HTTP/1.1 304 Not Modified\r\n{JSON}Content-Length: 99\r\n\r\n".encode()),
    "not-modified-in-chunks": ("GET", CHUNKED.replace(b"200 OK", b"304 Not Modified")),
}


@pytest.mark.parametrize("name", BODILESS)
def test_an_answer_without_a_body_has_no_headers_to_keep(name: str) -> None:
    method, sent = BODILESS[name]
    exchanges = asked(saying(sent), method, times=2)
    assert [(each.body, each.garbled) for each in exchanges] == [(b"", "")] * 2


def test_an_answer_to_head_has_no_body() -> None:
    (exchange,) = asked(saying(whole(BODY)), "HEAD")
    assert exchange.garbled == "a body of 11 bytes or more, which the answer to HEAD must not have"


# --- asked for again --------------------------------------------------------------------------------------------------


def breaking_off(*times: int) -> tuple[Talk, Counter[str]]:
    """A server whose answers with these numbers, from 1, break off; and how often each target was asked for."""
    seen = Counter[str]()

    def talk(connection: socket.socket, target: str) -> None:
        seen[target] += 1
        connection.sendall(sized(len(BODY), BODY[:4] if seen.total() in times else BODY))
        connection.close()

    return talk, seen


@pytest.mark.parametrize(("times", "severed"), [((1,), 1), ((1, 2), 2)], ids=["once", "twice"])
def test_a_body_that_breaks_off_is_asked_for_again(times: tuple[int, ...], severed: int) -> None:
    talk, seen = breaking_off(*times)
    with server(talk) as base:
        target = Target(base)
        with target.session:
            exchange = target.send("GET", f"{base}/users")
    assert (exchange.json, exchange.garbled, exchange.severed, seen.total()) == ({"a": "ä"}, "", severed, severed + 1)
    assert (target.session.severed, target.session.retried) == (severed, severed)


def test_a_body_that_breaks_off_three_times_cannot_be_decoded() -> None:
    talk, seen = breaking_off(*range(99))
    with server(talk) as base:
        target = Target(base)
        with target.session:
            exchange = target.send("GET", f"{base}/users")
    why = "the body ended after 4 bytes of the 11 that Content-Length says"
    assert (exchange.garbled, exchange.severed, seen.total()) == (why, 3, 3)


def test_a_path_whose_bodies_break_off_goes_on_being_asked() -> None:
    talk, seen = breaking_off(*range(1, 9))
    with server(talk) as base:
        target = Target(base)
        with target.session:
            severed = [target.send("GET", f"{base}/users").severed for _ in range(5)]
    assert (severed, seen.total()) == ([3, 3, 1, 1, 0], 9)


# --- what clauses say -------------------------------------------------------------------------------------------------


OF_BODIES = CONVERSATION_CLAUSES.select(["pages", "links", "walks", "order", "items", "events", "filters"])


@pytest.mark.parametrize(
    "name", ["plain-that-says-gzip", "too-short-a-length", "no-last-chunk", "a-chunk-without-a-size"]
)
def test_nothing_else_is_broken_by_a_body_that_cannot_be_decoded(name: str) -> None:
    with server(UNDECODABLE[name][0]) as base:
        target = Target(base, Access(limits=Limits(tries=1), bounds=BOUNDS))
        with target.session:
            found = Verification(target, OF_BODIES, Choices(1, PROFILES["quick"])).run()
    users = {each.clause: each.verdict for each in found if each.listing == "users"}
    assert users.pop("pages.decodable") == "violated"
    assert set(users.values()) == {"undecided", "not-exercised"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "clause"),
    [("workers-recycled", "pages.delivered"), ("chunks-count-their-ends", "pages.decodable"),
     ("characters-counted", "pages.decodable"), ("bodies-of-head", "pages.decodable")],
)  # fmt: skip
def test_a_fault_of_delivery_shows_over_a_network(fault: str, clause: str) -> None:
    with running(Settings(faults=(fault,))) as base:
        target = Target(base)
        with target.session:
            run = Verification(
                target, CONVERSATION_CLAUSES.select(["pages", "inputs.method"]), Choices(1, PROFILES["quick"])
            )
            found = {each.clause for each in run.run() if each.verdict == "violated"}
    assert (found, run.target.session.gone) == ({clause}, False)
