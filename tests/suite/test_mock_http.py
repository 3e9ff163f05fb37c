"""HTTP as it should be: conditional requests, compression, HEAD, hosts, proxies, IPv6, garbage, the access log."""

from __future__ import annotations

import gzip
import re
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING

import orjson
import pytest
import requests

from contracts.mock import Answer, Api, Settings, build
from contracts.mock.app import Seen
from contracts.mock.negotiation import takes_gzip
from contracts.mock.server import log, running, started

if TYPE_CHECKING:
    from collections.abc import Iterator

USERS = "/v0.2/users"


@pytest.fixture(scope="module")
def api() -> Api:
    return build()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running(Settings(base_path="/a/b%20c")) as base:
        yield base


def ask(api: Api, method: str = "GET", target: str = USERS, **headers: str) -> tuple[Answer, dict[str, str]]:
    answer = api.answer(method, target, {name.replace("_", "-"): value for name, value in headers.items()})
    return answer, dict(answer.headers)


# --- ETag ------------------------------------------------------------------------------------------------------------


def test_who_has_an_answer_is_told_so_without_a_body(api: Api) -> None:
    tag = ask(api)[1]["etag"]
    answers = [ask(api, if_none_match=known)[0] for known in (tag, tag[2:], f'"x", {tag}', "*")]
    assert [(one.status, one.body, dict(one.headers)["etag"]) for one in answers] == [(304, b"", tag)] * 4


@pytest.mark.parametrize("known", ['"x"', "", 'W/""', "x"])
def test_who_has_another_answer_gets_this_one(api: Api, known: str) -> None:
    assert ask(api, if_none_match=known)[0].status == 200


def test_another_answer_has_another_tag_and_data_that_grew_too(api: Api) -> None:
    grows = build()
    tags = [ask(grows)[1]["etag"], ask(grows, target=f"{USERS}?page_size=9")[1]["etag"]]
    last = ask(grows, target=f"{USERS}?order=desc")[1]["etag"]
    grows.journal.advance(6)
    tags += [last, ask(grows, target=f"{USERS}?order=desc")[1]["etag"]]
    assert (len(set(tags)), ask(api)[1]["etag"]) == (4, tags[0])


def test_errors_have_no_tag_and_are_never_known(api: Api) -> None:
    answer, headers = ask(api, target="/v0.2/nothing", if_none_match="*")
    assert (answer.status, "etag" in headers) == (404, False)


def test_a_304_is_right_over_http(url: str) -> None:
    tag = requests.get(f"{url}/users", timeout=9).headers["etag"]
    for method in ("GET", "HEAD", "GET"):
        answer = requests.request(method, f"{url}/users", headers={"if-none-match": tag}, timeout=9)
        assert (answer.status_code, answer.content, "content-length" in answer.headers) == (304, b"", False)


# --- compression and HEAD --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "taken"),
    [
        ("gzip", True),
        ("deflate, GZIP;q=0.5", True),
        ("*", True),
        ("br, *;q=0.1", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, *", False),
        ("identity", False),
        ("", False),
    ],
)
def test_gzip_is_sent_to_who_takes_it(accepted: str, taken: bool) -> None:  # noqa: FBT001
    assert takes_gzip(accepted) == taken


def test_what_is_compressed_is_the_same_and_says_so(api: Api) -> None:
    plain, packed = ask(api), ask(api, accept_encoding="gzip, br")
    assert gzip.decompress(packed[0].body) == plain[0].body
    assert packed[1]["content-encoding"] == "gzip"
    assert int(packed[1]["content-length"]) == len(packed[0].body) < len(plain[0].body) / 2
    assert (packed[1]["vary"], packed[1]["etag"]) == ("accept-encoding", plain[1]["etag"])


def test_a_small_answer_is_not_compressed(api: Api) -> None:
    assert "content-encoding" not in ask(api, target=f"{USERS}/{api.user_id(3)}", accept_encoding="gzip")[1]


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_head_has_the_headers_of_get_and_no_body(api: Api, accepted: str) -> None:
    got, head = (ask(api, method, accept_encoding=accepted) for method in ("GET", "HEAD"))
    assert (head[1], head[0].body, head[0].status) == (got[1], b"", 200)


def test_a_method_that_is_not_served_is_told_which_are(api: Api) -> None:
    answer, headers = ask(api, "DELETE")
    assert (answer.status, headers["allow"]) == (405, "GET, HEAD")


# --- where links lead ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "origin"),
    [
        ({}, "http://a.test"),
        ({"proto": "https"}, "https://a.test"),
        ({"proto": "https, http", "host": "b.test, c.test"}, "https://b.test"),
        ({"host": "b.test", "port": "8443", "proto": "https"}, "https://b.test:8443"),
        ({"host": "b.test:1", "port": "2"}, "http://b.test:1"),
        ({"host": "b.test", "port": "443", "proto": "https"}, "https://b.test"),
        ({"host": "[::1]", "port": "81"}, "http://[::1]:81"),
        ({"prefix": "/gate/way/"}, "http://a.test/gate/way"),
    ],
)
def test_links_follow_a_proxy_where_it_is_trusted(headers: dict[str, str], origin: str) -> None:
    named = {"host": "a.test"} | {f"x-forwarded-{name}": value for name, value in headers.items()}
    assert build(Settings(trust_forwarded=True)).root(named) == f"{origin}/v0.2"
    assert build().root(named) == "http://a.test/v0.2"


@pytest.mark.parametrize(("name", "value"), [("proto", "ftp"), ("port", "0"), ("prefix", "x"), ("host", "a/b")])
def test_nonsense_of_a_proxy_is_refused(name: str, value: str) -> None:
    answer, _ = ask(build(Settings(trust_forwarded=True)), **{f"x_forwarded_{name}": value})
    assert answer.status == 400


def test_links_can_be_followed_under_another_path(url: str) -> None:
    page = requests.get(f"{url}/users?page_size=40", timeout=9).json()
    following = page["_links"]["next"]["href"]
    assert following.startswith(f"{url}/users?")
    assert len(requests.get(following, timeout=9).json()["_embedded"]["data"]["users"]) == 5


def test_links_can_be_followed_over_ipv6() -> None:
    with started(["--host=::1"]) as mock:
        page = requests.get(f"{mock.url}/users?page_size=40", timeout=9).json()
        assert mock.url.startswith("http://[::1]:")
        assert len(requests.get(page["_links"]["next"]["href"], timeout=9).json()["_embedded"]["data"]["users"]) == 5


# --- the wire --------------------------------------------------------------------------------------------------------


def connected(url: str) -> socket.socket:
    host, _, port = url.removeprefix("http://").partition("/")[0].partition(":")
    return socket.create_connection((host, int(port)), timeout=5)


def test_what_is_no_request_is_told_in_json(url: str) -> None:
    with connected(url) as connection:
        connection.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert orjson.loads(body)["code"] == "http:error:bad-request"


HOSTS = {
    "one": ("1.1", "Host: h\r\n", 200),
    "empty": ("1.1", "Host:\r\n", 200),
    "none": ("1.1", "", 400),
    "two": ("1.1", "Host: h\r\nHost: g\r\n", 400),
    "twice-the-same": ("1.1", "Host: h\r\nHOST: h\r\n", 400),
    "no-host": ("1.1", "Host: a@b\r\n", 400),
    "none-in-1.0": ("1.0", "", 200),
    "two-in-1.0": ("1.0", "Host: h\r\nHost: g\r\n", 400),
}


@pytest.mark.parametrize(("version", "headers", "status"), HOSTS.values(), ids=HOSTS.keys())
def test_a_request_names_one_host(url: str, version: str, headers: str, status: int) -> None:
    with connected(url) as connection:
        connection.sendall(f"GET /a/b%20c/users HTTP/{version}\r\n{headers}Connection: close\r\n\r\n".encode())
        assert connection.recv(65_536).startswith(f"HTTP/1.1 {status} ".encode())


def test_a_connection_serves_several_requests_also_when_they_come_at_once(url: str) -> None:
    request = b"GET /a/b%20c/users HTTP/1.1\r\nHost: h\r\n"
    with connected(url) as connection:
        connection.sendall((request + b"\r\n") * 3 + request + b"Connection: close\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answer.count(b"HTTP/1.1 200 OK\r\n") == 4


def test_a_body_that_is_held_back_is_asked_for(url: str) -> None:
    head = b"POST /a/b%20c/users HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
    with connected(url) as connection:
        connection.sendall(head)
        assert connection.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"abc")
        assert connection.recv(4096).startswith(b"HTTP/1.1 405 Method Not Allowed\r\n")


@pytest.mark.parametrize(
    ("target", "status"), [("http://h/a/b%20c/users", 200), ("*", 404), ("http://[::1/a/b%20c/users", 400)]
)
def test_a_target_may_be_a_whole_address(url: str, target: str, status: int) -> None:
    with connected(url) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode())
        assert connection.recv(65_536).startswith(f"HTTP/1.1 {status} ".encode())


@pytest.mark.parametrize("header", ["Upgrade: websocket\r\nConnection: Upgrade", "Connection: close"])
def test_a_connection_that_cannot_go_on_is_closed_after_the_answer(url: str, header: str) -> None:
    with connected(url) as connection:
        connection.sendall(f"GET /a/b%20c/users HTTP/1.1\r\nHost: h\r\n{header}\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answer.count(b"HTTP/1.1 200 OK\r\n") == 1


def test_answers_to_requests_at_once_come_in_their_order_also_when_they_are_late() -> None:
    burst = "".join(f"GET /v0.2/{name} HTTP/1.1\r\nHost: h\r\n\r\n" for name in ("users", "x", "users", "x"))
    with running(Settings(latency=(1, 40))) as late, connected(late) as connection:
        connection.sendall(burst.encode())
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert re.findall(rb"HTTP/1.1 (\d+) ", answer) == [b"200", b"404", b"200", b"404"]


def test_who_waits_for_an_answer_gets_it_when_the_mock_ends() -> None:
    with ExitStack() as mock:
        late = mock.enter_context(running(Settings(latency=(300, 300))))
        with connected(late) as connection, connected(late) as other:
            connection.sendall(b"GET /v0.2/users HTTP/1.1\r\nHost: h\r\n\r\n")
            other.sendall(b"x\r\n\r\n")
            assert other.recv(4096).startswith(b"HTTP/1.1 400 ")  # so the first request has come as well
            mock.close()
            assert connection.recv(4096).startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_line_of_the_log_is_one_line_of_printable_text(capsys: pytest.CaptureFixture[str]) -> None:
    log(Seen(0.0, "127.0.0.1:5", "GET", "/v0.2/x?\xe9\x1b[2J\n", 200, 5, 0.0012))
    told = capsys.readouterr().err
    assert told == '1970-01-01T00:00:00Z 127.0.0.1:5 "GET /v0.2/x?\\\\xe9\\x1b[2J\\n" 200 5 1.2ms\n'
    assert re.fullmatch(r"[ -~]+\n", told)
