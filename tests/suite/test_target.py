"""The target: where a credential goes, what is hidden, what is counted, and what no answer says."""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import requests

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.crawl.cache import Choices
from contracts.crawl.profiles import PROFILES
from contracts.mock import Settings
from contracts.mock.server import running
from contracts.paging.exchanges import Exchange, Leak
from contracts.runner.verification import Verification
from contracts.transport import Access, BadAddressError, RefusedError, Target, UnreachableError
from contracts.transport.credentials import EXPIRED, RESIGNED, SPOILT, UNSIGNED, Credential, Minted, Ready, spoil
from contracts.transport.redaction import Redactor
from contracts.transport.target import checked
from tests.suite.support import NO_CLAUSES
from tests.suite.test_credentials import KEY, pem

TOKEN = "s3cret-Token"  # noqa: S105 - of nothing


class Server(ThreadingHTTPServer):
    """Notes what it is asked, and answers what its table says: status, headers, body."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seen: list[tuple[str, str, str | None]] = []
        self.table: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.usual: tuple[int, dict[str, str], bytes] = (200, {}, b"{}")
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16

    def _answer(self) -> None:
        server: Any = self.server
        server.seen.append((self.command, self.path, self.headers.get("Authorization")))
        status, headers, body = server.table.get(self.path, server.usual)
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.command != "HEAD":
            self.wfile.write(body)

    def __getattr__(self, name: str) -> Any:
        """Answer every method alike."""
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[Server]:
    with Server() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def home() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def away() -> Iterator[Server]:
    with serving() as server:
        yield server


@contextmanager
def asking(server: Server, token: Credential | str | None = TOKEN) -> Iterator[Target]:
    access = token if isinstance(token, str | None) else Access(token)
    target = Target(f"{server.url}/v0.2/", access)
    with target.session:
        yield target


def test_the_credential_goes_to_the_target_and_nowhere_else(home: Server, away: Server) -> None:
    with asking(home) as target:
        for url in (f"{target.base_url}/users", f"{home.url}/elsewhere", f"{away.url}/users"):
            target.send("GET", url)
    assert home.seen == [("GET", "/v0.2/users", f"Bearer {TOKEN}"), ("GET", "/elsewhere", f"Bearer {TOKEN}")]
    assert away.seen == [("GET", "/users", None)]


def test_redirects_are_not_followed(home: Server, away: Server) -> None:
    home.table["/v0.2/users"] = (302, {"Location": f"{away.url}/users"}, b"")
    with asking(home) as target:
        exchange = target.send("GET", f"{target.base_url}/users")
    assert (exchange.status, exchange.headers["location"], away.seen) == (302, f"{away.url}/users", [])


def test_schemathesis_requests_get_the_credential_too(home: Server, away: Server) -> None:
    with asking(home) as target:
        target.session.request("GET", f"{target.base_url}/users", params={"a": "b"})
        target.session.request("GET", f"{away.url}/users")
    assert (home.seen, away.seen) == ([("GET", "/v0.2/users?a=b", f"Bearer {TOKEN}")], [("GET", "/users", None)])


@pytest.mark.parametrize(
    ("credential", "sent"),
    [
        (None, f"Bearer {TOKEN}"), ("", None), ("a wrong token", "Bearer wrong"),
        ("a truncated token", "Bearer s3cret-Toke"),
        ("half a token", "Bearer s3cret"), ("an extended token", f"Bearer {TOKEN}x"),
        ("a case-swapped token", "Bearer S3CRET-tOKEN"),
    ],
    ids=["its-own", "none", "wrong", "truncated", "half", "extended", "case-swapped"],
)  # fmt: skip
def test_a_request_carries_the_credential_that_is_wanted(home: Server, credential: str, sent: str | None) -> None:
    with asking(home) as target:
        target.send("GET", f"{target.base_url}/users", credential=credential)
    assert home.seen == [("GET", "/v0.2/users", sent)]


def test_a_target_without_a_token_sends_none(home: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login a password b")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with asking(home, None) as target:
        target.send("GET", f"{target.base_url}/users")
    assert home.seen == [("GET", "/v0.2/users", None)]


def test_no_proxy_of_the_surroundings_is_used(home: Server, away: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", away.url)
    with asking(home) as target:
        target.send("GET", f"{target.base_url}/users")
    assert (len(home.seen), away.seen) == (1, [])


@pytest.mark.parametrize("method", ["TRACE", "FROBNICATE"])
def test_any_method_can_be_sent(home: Server, method: str) -> None:
    with asking(home) as target:
        exchange = target.send(method, f"{target.base_url}/users", headers={"X-One": "1"})
    assert (home.seen, exchange.method) == ([(method, "/v0.2/users", f"Bearer {TOKEN}")], method)
    assert exchange.curl == (
        f"curl -sS -i -X {method} -H 'Accept: application/json, */*;q=0.1' -H 'X-One: 1'"
        f' -H "Authorization: Bearer $CONVERSATION_API_TOKEN" {home.url}/v0.2/users'
    )


@pytest.mark.parametrize(
    ("method", "path", "options"),
    [
        ("GET", "/a?b=c", ""), ("HEAD", "/a", " --head"), ("POST", "/a", " -X POST"),
        ("GET", "/a?ids=[1]", " --globoff"), ("GET", "/a/../b", " --path-as-is"),
    ],
    ids=["get", "head", "post", "brackets", "dots"],
)  # fmt: skip
def test_a_curl_line_asks_for_exactly_what_was_asked(method: str, path: str, options: str) -> None:
    line = Exchange(method, f"http://x{path}", 200, {}, b"", {"X-Empty": ""}).curl
    assert line.startswith(f"curl -sS -i{options} -H 'X-Empty;' ")


# --- what is hidden --------------------------------------------------------------------------------------------------


def test_an_exchange_never_shows_the_credential(home: Server) -> None:
    body = f'{{"you": "Bearer {TOKEN}", "again": "{TOKEN}"}}'.encode()
    path = f"/v0.2/users?token={TOKEN}"
    home.table[path] = (401, {"X-Echo": f"Bearer {TOKEN}"}, body)
    with asking(home) as target:
        exchange = target.send("GET", home.url + path)
    leaked = (Leak(header="x-echo"), Leak(pointer="/you"), Leak(pointer="/again"))
    assert (exchange.body, exchange.leaked) == (body, leaked)
    assert exchange.sent["Authorization"] == "Bearer $CONVERSATION_API_TOKEN"
    told = target.redact(exchange.text + exchange.curl + repr(exchange))
    assert '{"you": "Bearer [redacted]", "again": "[redacted]"}' in told
    assert "x-echo: Bearer [redacted]" in told
    assert f"{home.url}/v0.2/users?token=[redacted]" in told
    assert TOKEN not in told


@pytest.mark.parametrize("name", ["an extended token", "a wrong token"])
def test_a_wrong_token_is_shown_without_the_right_one_in_it(home: Server, name: str) -> None:
    with asking(home) as target:
        exchange = target.send("GET", f"{target.base_url}/users", credential=name)
    told = target.redact(exchange.sent["Authorization"])
    assert told == {"an extended token": "Bearer ${CONVERSATION_API_TOKEN}x", "a wrong token": "Bearer wrong"}[name]


@pytest.mark.parametrize("name", ["", *SPOILT])
def test_a_curl_line_asks_with_the_credential_that_was_sent(home: Server, name: str) -> None:
    """The line is run by a shell that has the right token in the variable that the target names."""
    with asking(home, Ready(TOKEN, variable="STAGING_TOKEN")) as target:
        exchange = target.send("GET", f"{target.base_url}/users", credential=name)
    script = f"curl() {{ printf '%s\\n' \"$@\"; }}; {target.redact(exchange.curl)}"
    words = subprocess.run(["/bin/sh", "-c", script], env={**os.environ, "STAGING_TOKEN": TOKEN}, text=True,
                           capture_output=True, check=True).stdout.splitlines()  # fmt: skip
    asked = [word.partition(": ")[2] for word in words if word.startswith("Authorization")]
    assert ([("GET", "/v0.2/users", asked[0] if asked else None)], TOKEN in exchange.curl) == (home.seen, False)


@pytest.mark.parametrize("name", [RESIGNED, UNSIGNED, EXPIRED])
def test_a_wrong_signature_is_shown_without_the_right_token(home: Server, name: str) -> None:
    minted = Minted("a-1", pem(KEY))
    with asking(home, minted) as target:
        exchange = target.send("GET", f"{target.base_url}/users", credential=name)
    assert target.redact(exchange.curl) == exchange.curl
    assert "TOKEN" in exchange.curl
    assert not any(part in exchange.curl for part in minted.token().split("."))


def test_an_answer_without_the_credential_leaks_none(home: Server) -> None:
    with asking(home) as target:
        exchange = target.send("GET", f"{target.base_url}/users")
    assert (exchange.leaked, exchange.body, exchange.seconds > 0) == ((), b"{}", True)


def test_redaction_hides_every_occurrence() -> None:
    assert [Redactor("a")("a-x-a"), Redactor()("a-x-a"), Redactor("")("a")] == ["[redacted]-x-[redacted]", "a-x-a", "a"]
    assert Redactor("t")("content-type: t, text") == "content-type: [redacted], text"


LONG = "eyJhbGciOiJSUzI1NiJ9.eyJhcHBsaWNhdGlvbl9pZCI6ImExIn0.c2ln+bmF0/dXJl"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"Bearer {LONG}", "Bearer [redacted]"), (f"<{LONG[:-1]}>", "<[redacted]>"), (f"{LONG}x", "[redacted]x"),
        (f"a {LONG[25:48]} b", "a [redacted] b"), (f"?t={LONG.replace('+', '%2B').replace('/', '%2F')}&", "?t=[redacted]&"),
        (LONG.swapcase(), "[redacted]"), (LONG[:11], LONG[:11]), (f"{LONG} {LONG}", "[redacted] [redacted]"),
        ("nothing of it", "nothing of it"), ("", ""),
    ],
    ids=["whole", "cut", "extended", "a-part", "encoded", "swapped", "a-little", "twice", "another", "empty"],
)  # fmt: skip
def test_redaction_hides_parts_and_other_spellings(text: str, told: str) -> None:
    assert Redactor(LONG)(text) == told


@pytest.mark.parametrize(
    ("name", "token", "spoilt"),
    [("a case-swapped token", "aB", "Bearer Ab"), ("a case-swapped token", "123", "Bearer 123x"),
     ("half a token", "", "Bearer x"), ("a wrong token", "wrong", "Bearer wrongx"), ("half a token", "abcd", "Bearer ab"),
     ("a truncated token", "abc", "Bearer ab"), ("an extended token", "abc", "Bearer abcx"), ("", "abc", ""),
     ("a made-up password", "abc", "Basic c3RyYW5nZXI6d3Jvbmc=")],
)  # fmt: skip
def test_a_wrong_credential_is_never_the_right_one(name: str, token: str, spoilt: str) -> None:
    assert spoil(name, Ready(token)) == spoilt


def test_a_curl_line_keeps_the_shell_from_touching_anything_else() -> None:
    sent = {"A": 'it\'s $HOME `x` "q" \\', "B": "plain"}
    exchange = Exchange("GET", "http://x/a?b='c'&d", 200, {}, b"", sent)
    assert exchange.curl == (
        "curl -sS -i -H \"A: it's $HOME \\`x\\` \\\"q\\\" \\\\\" -H 'B: plain' 'http://x/a?b='\"'\"'c'\"'\"'&d'"
    )


# --- addresses and failures ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("http://x", "http://x"), ("https://api.example.com/v0.2/", "https://api.example.com/v0.2"),
        ("http://[::1]:8080/v0.2//", "http://[::1]:8080/v0.2"), ("HTTP://X:1/a", "HTTP://X:1/a"),
    ],
    ids=["bare", "slash", "ipv6", "capitals"],
)  # fmt: skip
def test_a_base_url_is_kept_without_a_slash_at_its_end(given: str, kept: str) -> None:
    assert checked(given) == kept


NEEDS = "it needs http:// or https:// and a host"
CARRIES = "it carries a query, a fragment or a user"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("", NEEDS), ("api.example.com/v0.2", NEEDS), ("localhost:8080", NEEDS), ("ftp://x/", NEEDS),
        ("http://", NEEDS), ("/v0.2", NEEDS), ("http://x:0/", NEEDS), ("http://x:99999/", "Port out of range 0-65535"),
        ("http://[::1/", "Invalid IPv6 URL"), ("http://x/?a=b", CARRIES), ("http://x/#a", CARRIES),
        ("http://u:p@x/", CARRIES),
    ],
    ids=["empty", "no-scheme", "a-port", "ftp", "no-host", "path", "port-zero", "port", "ipv6", "query", "fragment",
         "user"],
)  # fmt: skip
def test_what_is_no_base_url_is_refused_in_one_line(given: str, why: str) -> None:
    with pytest.raises(BadAddressError) as error:
        checked(given)
    assert str(error.value) == f"{given!r} is no base URL: {why}; give one like https://api.example.com/v0.2"


def closed_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port


def test_a_target_that_is_not_there_is_said_in_one_line() -> None:
    base = f"http://127.0.0.1:{closed_port()}"
    target = Target(base)
    with target.session, pytest.raises(UnreachableError) as error:
        target.send("GET", f"{base}/users")
    assert str(error.value) == f"no answer from {base}/users: [Errno 111] Connection refused"


def test_an_answer_that_is_cut_off_is_one_that_cannot_be_decoded(home: Server) -> None:
    home.table["/v0.2/users"] = (200, {"Content-Length": "99", "Connection": "close"}, b"{")
    with asking(home) as target:
        exchange = target.send("GET", f"{target.base_url}/users")
    why = "the body ended after 1 bytes of the 99 that Content-Length says"
    assert (exchange.status, exchange.body, exchange.garbled) == (200, b"{", why)


def test_what_no_client_can_send_is_told_from_what_nobody_answers() -> None:
    target = Target("http://127.0.0.1:1")
    with target.session, pytest.raises(requests.exceptions.InvalidURL):
        target.send("GET", "http://")


@pytest.mark.parametrize(
    ("token", "told"),
    [
        (None, "a request without a credential: status 401; set CONVERSATION_API_TOKEN to a bearer token"),
        (TOKEN, "the credential: status 401"),
    ],
    ids=["none", "wrong"],
)
def test_a_target_that_refuses_the_credential_is_said_in_one_line(home: Server, token: str | None, told: str) -> None:
    home.table |= {f"/v0.2/{name}?page_size=1": (401, {}, b"{}") for name in ("users", "conversations")}
    with asking(home, token) as target, pytest.raises(RefusedError) as error:
        Verification(target, NO_CLAUSES).probe()
    assert str(error.value) == f"{home.url}/v0.2 refuses {told}"


@pytest.mark.parametrize("status", [200, 404, 500])
def test_a_target_that_answers_is_there(home: Server, status: int) -> None:
    home.table["/v0.2/users?page_size=1"] = (status, {}, b"{}")
    with asking(home) as target:
        Verification(target, NO_CLAUSES).probe()
    assert [path for _, path, _ in home.seen] == ["/v0.2/users?page_size=1"]


# --- what is counted -------------------------------------------------------------------------------------------------


def test_what_the_server_was_asked_is_what_the_session_sent(home: Server) -> None:
    with asking(home) as target:
        Verification(
            target, CONVERSATION_CLAUSES.select(["inputs.documented", "inputs.method"]), Choices(1, PROFILES["quick"])
        ).run()
    assert target.session.sent == len(home.seen) > 100
    assert {authorization for _, _, authorization in home.seen} == {f"Bearer {TOKEN}"}


def test_without_leave_only_methods_are_sent_that_cannot_write(home: Server) -> None:
    with asking(home) as target:
        Verification(target, CONVERSATION_CLAUSES.select(["inputs"]), Choices(1, PROFILES["quick"]), unsafe=False).run()
    assert {method for method, _, _ in home.seen} == {"GET", "HEAD", "OPTIONS", "TRACE", "FROBNICATE"}


def test_with_leave_methods_are_sent_that_could_write(home: Server) -> None:
    home.usual = (405, {}, b"{}")
    with asking(home) as target:
        Verification(
            target, CONVERSATION_CLAUSES.select(["inputs.method"]), Choices(1, PROFILES["quick"]), unsafe=True
        ).run()
    assert {method for method, _, _ in home.seen} >= {"POST", "PUT", "PATCH", "DELETE"}


def test_waiting_is_part_of_the_time_and_every_request_is_counted() -> None:
    with running(Settings()) as base:
        target = Target(base)
        with target.session:
            statuses = [target.send("GET", f"{base}/users?page_size={size}").status for size in (1, 100, 101)]
    assert (statuses, target.session.sent, target.session.waited > 0) == ([200, 200, 400], 3, True)
