"""Hostile and broken answers, from real sockets: each ends in time, in little memory, and in a line that names it."""

from __future__ import annotations

import gzip
import socket
import time
import tracemalloc
from contextlib import contextmanager
from typing import TYPE_CHECKING

import orjson
import pytest
import requests

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.crawl.cache import Choices
from contracts.crawl.crawler import Crawler
from contracts.crawl.profiles import PROFILES
from contracts.mock import Settings
from contracts.mock.server import running
from contracts.paging.exchanges import Unparsable
from contracts.paging.listings import CONVERSATIONS, USERS, Scope
from contracts.paging.queries import Query
from contracts.paging.urls import unusable
from contracts.runner.verification import Verification
from contracts.transport import Access, Target, TargetError
from contracts.transport.limits import Limits
from contracts.transport.wire import Bounds
from tests.suite.accepting import accepting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BOUNDS = Bounds(connect=2.0, pause=0.4, total=1.0, body=2**20)
JSON = "Content-Type: application/json\r\n"


@contextmanager
def server(talk: Callable[[socket.socket, str], None]) -> Iterator[str]:
    """A server that hands each connection's request to `talk`; its base URL."""

    def handle(connection: socket.socket) -> None:
        with connection:
            try:
                while request := _request(connection):
                    talk(connection, request)
            except OSError:
                return

    with accepting(handle) as port:
        yield f"http://127.0.0.1:{port}/v0.2"


def _request(connection: socket.socket) -> str:
    """The request line's target; empty where the other side is gone."""
    got = b""
    while b"\r\n\r\n" not in got:
        chunk = connection.recv(65536)
        if not chunk:
            return ""
        got += chunk
    return got.split(b" ", 2)[1].decode("latin-1")


def whole(body: bytes, headers: str = JSON, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


def saying(answer: bytes) -> Callable[[socket.socket, str], None]:
    return lambda connection, _: connection.sendall(answer)


def trickling(start: bytes, drop: bytes) -> Callable[[socket.socket, str], None]:
    def talk(connection: socket.socket, _: str) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(drop)
            time.sleep(0.05)

    return talk


def endless(connection: socket.socket, _: str) -> None:
    connection.sendall(f"HTTP/1.1 200 OK\r\n{JSON}\r\n[".encode())
    while True:
        connection.sendall(b"[0]," * 10_000)


def silent(connection: socket.socket, _: str) -> None:
    connection.recv(1)


def hanging_up(connection: socket.socket, _: str) -> None:
    connection.shutdown(socket.SHUT_RDWR)


BOMB = gzip.compress(b"[" + b"0," * 50_000_000 + b"0]")
GZIPPED = f"{JSON}Content-Encoding: gzip\r\n"

UNANSWERED = {
    "an-endless-body": (endless, r"a body of more than 1,048,576 bytes"),
    "a-trickled-body": (
        trickling(f"HTTP/1.1 200 OK\r\n{JSON}Content-Length: 99999\r\n\r\n[".encode(), b" "),
        r"no whole answer within 1 s",
    ),
    "trickled-headers": (trickling(b"HTTP/1.1 200 OK\r\nX-A: ", b"a"), r"no whole answer within 1 s"),
    "a-trickled-status-line": (trickling(b"H", b"T"), r"no whole answer within 1 s|status line|BadStatusLine"),
    "silence": (silent, r"timed out|time-out|timeout"),
    "no-answer": (hanging_up, r"closed connection|RemoteDisconnected|Connection aborted|reset"),
    "a-bomb": (saying(whole(BOMB, GZIPPED)), r"a body of more than 1,048,576 bytes"),
    "no-http": (saying(b"220 mail.example.com ESMTP\r\n\r\n"), r"status line|BadStatusLine|220 mail"),
}


@pytest.mark.parametrize("name", UNANSWERED)
def test_what_is_no_whole_answer_is_an_error_in_time(name: str) -> None:
    talk, told = UNANSWERED[name]
    tracemalloc.start()
    began = time.monotonic()
    with (
        server(talk) as base,
        Target(base, Access(limits=Limits(tries=1), bounds=BOUNDS)).session as session,
        pytest.raises(TargetError, match=told) as caught,
    ):
        session.get(f"{base}/users")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.monotonic() - began < 3
    assert peak < 50 * 2**20
    assert base in str(caught.value)


def nested(depth: int) -> bytes:
    return b'{"a":' + b"[" * depth + b"]" * depth + b"}"


UNPARSABLE = {
    "deep": (nested(5000), "not JSON"),
    "rather-deep": (nested(400), "nested deeper than 250 levels"),
    "nan": (b'{"a":NaN}', "not JSON"),
    "infinity": (b'{"a":-Infinity}', "not JSON"),
    "twice": (b'{"a":1,"b":{"c":1,"c":1}}', "names 'c' twice"),
    "cut": (b'{"a":', "not JSON"),
    "empty": (b"", "not JSON"),
    "a-surrogate": (b'{"a":"\\ud800"}', "not JSON"),
}


@pytest.mark.parametrize("name", UNPARSABLE)
def test_what_is_no_json_breaks_the_envelope_and_says_why(name: str) -> None:
    body, told = UNPARSABLE[name]
    with server(saying(whole(body))) as base:
        target = Target(base, Access(limits=Limits(tries=1), bounds=BOUNDS))
        with target.session:
            exchange = target.send("GET", f"{base}/users")
            run = Verification(target, CONVERSATION_CLAUSES.select(["pages.envelope"]), Choices(1, PROFILES["quick"]))
            verdicts = {each.listing: each for each in run.run()}
    assert isinstance(exchange.json, Unparsable)
    assert told in exchange.json.reason
    assert verdicts["users"].verdict == "violated"
    assert told in verdicts["users"].actual


def test_json_that_is_only_laid_out_differently_is_as_good() -> None:
    with server(saying(whole(b' {"a" : 1.0e3, "b": "\\u00e4"}\n'))) as base:
        target = Target(base, Access(bounds=BOUNDS))
        with target.session:
            assert target.send("GET", f"{base}/users").json == {"a": 1000.0, "b": "ä"}


@pytest.mark.parametrize(
    "where",
    ["/v0.2/users", "http://127.0.0.1:1/v0.2/users", "http://x/\x1b[31m", "http://[::1/users", "http://x:y/"],
    ids=["itself", "elsewhere", "control", "half-ipv6", "port"],
)
def test_a_redirect_is_no_page_and_not_followed(where: str) -> None:
    asked: list[str] = []

    def talk(connection: socket.socket, request: str) -> None:
        asked.append(request)
        connection.sendall(whole(b"", f"Location: {where}\r\n", "302 Found"))

    with server(talk) as base:
        target = Target(base, Access(bounds=BOUNDS))
        with target.session:
            crawler = Crawler(base, target.send)
            answer = crawler.ask(Scope(USERS), Query())
    assert (answer.flaw, len(asked)) == (f"status 302, to {where}, which is not followed", 1)


def page(items: list[object], **links: str) -> bytes:
    hrefs = {rel: {"href": href} for rel, href in links.items()}
    return whole(orjson.dumps({"page_size": 10, "_embedded": {"data": {"users": items}}, "_links": hrefs}))


def test_an_answer_that_belongs_to_another_listing_is_no_page() -> None:
    with server(saying(page([{"id": "USR-1"}]))) as base:
        target = Target(base, Access(bounds=BOUNDS))
        with target.session:
            answer = Crawler(base, target.send).ask(Scope(CONVERSATIONS), Query())
    assert answer.flaw == "_embedded.data.conversations is missing or null"


def test_an_answer_that_belongs_to_another_request_is_a_violation() -> None:
    """A proxy that pairs requests and answers wrongly: each answer is that of the request before."""
    with running(Settings(conversations=12)) as true:
        before = [f"{true}/users?page_size=1"]

        def talk(connection: socket.socket, request: str) -> None:
            before.append(true.removesuffix("/v0.2") + request)
            answer = requests.get(before[-2], headers={"Host": base.split("/")[2]}, timeout=5)
            status = f"{answer.status_code} {answer.reason}"
            connection.sendall(whole(answer.content, f"Content-Type: {answer.headers['Content-Type']}\r\n", status))

        with server(talk) as base:
            target = Target(base)
            with target.session:
                run = Verification(target, CONVERSATION_CLAUSES.select(["pages"]), Choices(1, PROFILES["quick"]))
                found = {each.clause for each in run.run() if each.verdict == "violated"}
    assert "pages.size-bound" in found
    assert {each.clause for each in run.verdicts() if each.verdict == "error"} == set()


def test_a_walk_that_always_goes_on_ends_at_the_limit() -> None:
    count = 0

    def talk(connection: socket.socket, request: str) -> None:
        nonlocal count
        count += 1
        connection.sendall(page([{"id": f"USR-{count}"}], next=f"{base}/users?cursor={count}", self=base + request[5:]))

    with server(talk) as base:
        target = Target(base, Access(bounds=BOUNDS))
        with target.session:
            run = Verification(
                target, CONVERSATION_CLAUSES.select(["walks.terminates"]), Choices(1, PROFILES["quick"]), page_limit=30
            )
            found = {each.listing: each for each in run.run()}["users"]
    assert (found.verdict, "goes on after 30 pages" in found.actual) == ("violated", True)
    assert count < 200


@pytest.mark.parametrize(
    ("href", "why"),
    [
        ("http://a/" + "x" * 2**20, "1,048,585 characters long"),
        ("http://a/users\r\nX: y", "never stands in a URL"), ("http://a/\x00", "never stands in a URL"),
        ("http://user:secret@a/users", "a user or an impossible port"), ("file:///etc/passwd", "not an absolute http"),
        ("javascript:alert(1)", "not an absolute http"), ("http://[::1/users", "Invalid IPv6"),
        ("http://a:99999/users", "out of range"), ("http://b\u00fccher.example/users", "never stands in a URL"),
        ("//a/users", "not an absolute http"), ("http:///users", "not an absolute http"),
    ],
    ids=["long", "cr-lf", "nul", "userinfo", "file", "javascript", "half-ipv6", "port", "idn", "no-scheme", "no-host"],
)  # fmt: skip
def test_an_href_that_cannot_be_followed_is_a_violation_and_not_followed(href: str, why: str) -> None:
    asked: list[str] = []

    def talk(connection: socket.socket, request: str) -> None:
        asked.append(request)
        connection.sendall(page([{"id": "USR-1"}], next=href, self=f"{base}/users", first=f"{base}/users"))

    with server(talk) as base:
        target = Target(base, Access(bounds=Bounds(connect=1.0, pause=1.0, total=3.0)))
        with target.session:
            run = Verification(target, CONVERSATION_CLAUSES.select(["links.url"]), Choices(1, PROFILES["quick"]))
            found = {each.listing: each for each in run.run()}["users"]
    assert why in (unusable(href) or "")
    assert (found.verdict, why in found.actual) == ("violated", True)
    assert {each.partition("?")[0] for each in asked} <= {
        "/v0.2/users", "/v0.2/conversations", "/v0.2/users/USR-1",
    }  # fmt: skip


@pytest.mark.parametrize("href", ["http://[::1]:8080/users", "http://xn--bcher-kva.example/users"], ids=["ipv6", "idn"])
def test_an_ipv6_host_and_an_encoded_one_can_be_followed(href: str) -> None:
    assert unusable(href) is None
    assert not Crawler("http://a/v0.2", lambda *_, **__: None).may_follow(href)  # type: ignore[arg-type, return-value]


def test_an_enormous_page_is_not_looked_at_item_by_item() -> None:
    items: list[object] = [{"id": number} for number in range(20_000)]
    with server(saying(page(items))) as base:
        target = Target(base, Access(bounds=Bounds(body=2**24)))
        with target.session:
            answer = Crawler(base, target.send).ask(Scope(USERS), Query())
    assert answer.flaw == "_embedded.data.users holds 20,000 items; 1,000 are looked at, 100 allowed"
