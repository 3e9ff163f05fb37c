"""Whatever is sent, the mock answers with a documented refusal or closes, logs nothing, and serves the next client."""

from __future__ import annotations

import socket
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson
import pytest
import requests

from contracts.mock import Settings, build
from contracts.selftest.mock_stress import Server, crowd, garbage, scale, server, soak, throw

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.process

API = build()
HOME = f"/v0.2/conversations/{API.conversation_id(2)}"
ERROR = {"type", "title", "detail", "instance", "code"}


@pytest.fixture(scope="module")
def mock() -> Iterator[Server]:
    with server() as running:
        yield running
        assert running.logged() == ""


def raw(mock: Server, target: str, *headers: str) -> tuple[int, Any]:
    """Status and JSON of a request whose target is sent as it is."""
    lines = [f"GET {target} HTTP/1.1", "Host: h", "Connection: close", *headers, "", ""]
    answer = throw(mock, "\r\n".join(lines).encode("latin-1"))
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), orjson.loads(body)


ABSURD = {
    "size-of-400-digits": f"/v0.2/users?page_size={'9' * 400}",
    "size-negative": "/v0.2/users?page_size=-1",
    "size-a-float": "/v0.2/users?page_size=1e1",
    "size-arabic-digits": "/v0.2/users?page_size=%D9%A1",
    "size-of-100-kilobytes": f"/v0.2/users?page_size={'1' * 100_000}",
    "size-twice": "/v0.2/users?page_size=1&page_size=1",
    "size-with-nul": "/v0.2/users?page_size=1%00",
    "cursor-of-100-kilobytes": f"/v0.2/users?cursor={'a' * 100_000}",
    "cursor-empty": "/v0.2/users?cursor=",
    "cursor-of-nul": "/v0.2/users?cursor=%00",
    "order-of-nul": "/v0.2/conversations?order=asc%00",
    "broken-percent": "/v0.2/conversations?date_start=%",
    "half-percent": "/v0.2/conversations?date_start=%4",
    "no-utf-8": "/v0.2/conversations?date_start=%FF%FE",
    "surrogate": "/v0.2/conversations?date_start=%ED%A0%80",
    "overlong-utf-8": "/v0.2/conversations?date_start=%C0%AF",
    "broken-percent-in-a-name": "/v0.2/conversations?%zz=1",
    "raw-bytes": "/v0.2/conversations?order=\xe9",
    "date-beyond-year-9999": "/v0.2/conversations?date_start=10000-01-01T00:00:00Z",
    "date-in-year-0": "/v0.2/conversations?date_start=0000-01-01T00:00:00.000Z",
    "date-of-400-digits": f"/v0.2/conversations?date_end={'2' * 400}-01-01",
    "date-with-hour-25": "/v0.2/conversations?date_end=2024-01-01T25:00:00.000Z",
    "id-no-number": f"{HOME}/events?start_id=0x10",
    "id-a-float": f"{HOME}/events?start_id=1.0",
    "type-of-nul": f"{HOME}/events?event_type=%00",
    "type-too-long": f"{HOME}/events?event_type={'a' * 1000}",
    "conversation-of-nul": "/v0.2/conversations/%00/events",
    "conversation-too-long": f"/v0.2/conversations/{'C' * 50_000}/events",
    "event-of-400-digits": f"{HOME}/events/{'9' * 400}",
    "up-and-away": "/v0.2/../../etc/passwd",
    "encoded-up-and-away": "/v0.2/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "slashes": "//v0.2//users//",
    "address-of-a-megabyte": f"/v0.2/users?x={'a' * 2**20}",
}


@pytest.mark.parametrize("target", ABSURD.values(), ids=ABSURD.keys())
def test_what_is_absurd_is_refused_in_the_words_of_an_error(mock: Server, target: str) -> None:
    status, body = raw(mock, target)
    assert (status in (400, 404, 414), body.keys() >= ERROR) == (True, True)


def test_headers_of_a_megabyte_are_refused(mock: Server) -> None:
    status, body = raw(mock, "/v0.2/users", f"X: {'a' * 2**20}")
    assert (status, body["code"]) == (431, "http:error:headers-too-large")


@pytest.mark.parametrize(
    "target",
    [
        f"/v0.2/users?{'&'.join(f'x{one}={one}' for one in range(1000))}",
        f"{HOME}/events?start_id=-{'9' * 400}&end_id={'9' * 400}",
        "/v0.2/conversations?date_start=0001-01-01&date_end=9999-12-31T23:59:59.999999999Z",
    ],
    ids=["thousand-unknown-parameters", "ids-of-400-digits", "all-of-time"],
)
def test_what_is_only_large_is_served(mock: Server, target: str) -> None:
    assert raw(mock, target)[0] == 200


@pytest.mark.parametrize("host", ["", 'a"b', "a b", "a/b", "\xe9" * 400, "x" * 400])
def test_a_host_that_is_none_makes_no_links(mock: Server, host: str) -> None:
    address = urlsplit(mock.url)
    with socket.create_connection((address.hostname, address.port), timeout=9) as link:
        link.sendall(f"GET /v0.2/users HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode("latin-1"))
        answer = b"".join(iter(lambda: link.recv(65_536), b""))
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 200 ")[not host : 1 + (not host)][0])


def test_garbage_never_makes_it_fail(mock: Server) -> None:
    random = Random(5)  # noqa: S311 - repeated
    for _ in range(300):
        assert b"HTTP/1.1 5" not in throw(mock, garbage(random, "/v0.2"))
    assert requests.get(f"{mock.url}/users", timeout=9).ok


def test_many_connections_slow_and_half_closed_are_all_served(mock: Server) -> None:
    assert crowd(mock, 300) == {"half closed": 100, "slow": 100, "idle": 100, "others": 20}


def test_a_client_that_only_reads_from_now_on_gets_a_late_answer() -> None:
    with server("--latency=50ms") as late:
        assert throw(late, b"GET /v0.2/users HTTP/1.1\r\nHost: h\r\n\r\n").startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_body_is_read_past_and_the_next_request_served(mock: Server) -> None:
    post = b"POST /v0.2/users HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n" + b"x" * 200_000
    answer = throw(mock, post + b"GET /v0.2/users HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    assert (answer.count(b"HTTP/1.1 405 "), answer.count(b"HTTP/1.1 200 ")) == (1, 1)


def test_a_client_that_asks_and_does_not_read_holds_nobody_up(mock: Server) -> None:
    request = b"GET /v0.2/conversations?page_size=100 HTTP/1.1\r\nHost: h\r\n\r\n"
    with mock.connect() as greedy:
        greedy.settimeout(0.5)
        with pytest.raises(TimeoutError):
            greedy.sendall(request * 200_000)
        assert requests.get(f"{mock.url}/users", timeout=9).ok
    assert mock.memory < 100 * 1024


def test_a_short_soak_says_what_it_saw(mock: Server) -> None:
    lines = list(soak(mock, 1, 3))
    assert (len(lines), lines[-1]) == (11, "log: empty")


def test_the_scale_is_told() -> None:
    lines = list(scale(1))
    assert [line for line in lines if line[0] != " "] == [
        f"{count} conversations, minimum / median / maximum of 1 rounds" for count in ("60", "10,000,000")
    ]


def test_ten_million_conversations_take_little_memory_and_start_soon() -> None:
    with server("--conversations=10000000") as many:
        requests.get(f"{many.url}/conversations?order=desc", timeout=9).raise_for_status()
        assert many.memory < 100 * 1024


def test_settings_that_cannot_be_end_at_once() -> None:
    with pytest.raises(ValueError, match="conversations"):
        Settings(conversations=10**10)
