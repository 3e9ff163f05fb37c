"""What clients and users may do to the bundled mock: it answers, keeps its memory, and ends when it should."""

from __future__ import annotations

import os
import re
import signal
import socket
import time
from base64 import urlsafe_b64encode
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import orjson
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from contracts.selftest.chaos.cases import COMMAND, Bound, Case, Found, Place
from contracts.selftest.chaos.watched import Watched, watched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

USAGE = 4
SOON = Bound(90.0, 400.0)
CROWD = 300
"""Slow clients at once."""

NAMES = 100_000
"""Different Host names and cursors."""

BATCH = 1_000
"""Requests that are sent before their answers are read."""

_GROWTH = 1.5
"""Times its memory that a mock may have after all that."""

_TIMEOUT = 20.0


@contextmanager
def mocked(place: Place, *words: str) -> Iterator[tuple[Watched, str]]:
    """A mock under watch, and where it is."""
    command = [*COMMAND, "mock", "--port=0", *words]
    with watched(command, place.work, place.environment(), place.said()) as running:
        if not running.until(lambda: " at http" in running.printed, _TIMEOUT * 2):
            raise RuntimeError(f"the mock did not start: {running.printed[-300:]}")
        yield running, running.printed.rpartition(" at ")[2].split()[0]


def connected(url: str) -> socket.socket:
    """A connection to an address."""
    address = urlsplit(url)
    return socket.create_connection((address.hostname or "", address.port or 0), timeout=_TIMEOUT)


def asked(url: str, *lines: str, path: str = "/v0.2/users?page_size=1") -> bytes:
    """What comes back for a request with these header lines; empty where nothing does."""
    with connected(url) as link, suppress(TimeoutError, ConnectionError):
        head = "".join(f"{line}\r\n" for line in (*lines, "Connection: close"))
        link.sendall(f"GET {path} HTTP/1.1\r\n{head}\r\n".encode("latin-1"))
        came = b""
        while more := link.recv(65_536):
            came += more
        return came
    return b""


def status(answer: bytes) -> int:
    """The status of an answer; 0 where there is none."""
    found = re.match(rb"HTTP/1.1 (\d{3}) ", answer)
    return int(found[1]) if found else 0


def ended(running: Watched, problems: list[str]) -> Found:
    """End a mock, and say what was wrong with it."""
    running.process.send_signal(signal.SIGTERM)
    last = running.end(running.seconds + 10.0)
    return Found(last, (*problems, *([] if last.code == 0 else [f"exit code {last.code} on SIGTERM"])))


def slow_clients(place: Place) -> Found:
    """Clients that send a byte now and then, while others are served."""
    problems = []
    with mocked(place) as (running, url), ExitStack() as stack:
        links = [stack.enter_context(connected(url)) for _ in range(CROWD)]
        for byte in b"GET /v0.2/users":
            for link in links:
                link.send(bytes([byte]))
            running.alive()
            if status(asked(url, "Host: a")) != 200:  # noqa: PLR2004
                problems.append("others are not served")
        return ended(running, problems[:1])


def _expecting(
    wanted: int, *lines: str, path: str = "/v0.2/users?page_size=1", words: tuple[str, ...] = ()
) -> Callable[[Place], Found]:
    """Ask once, and expect a status."""

    def run(place: Place) -> Found:
        with mocked(place, *words) as (running, url):
            came = status(asked(url, *lines, path=path))
            return ended(running, [] if came == wanted else [f"{came} instead of {wanted}"])

    return run


def untrusted(place: Place) -> Found:
    """What a proxy says is not believed unless it is to be."""
    lines = (
        "Host: right:1",
        "X-Forwarded-Host: chaos.invalid",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Port: 7",
        "X-Forwarded-Prefix: /chaos",
        "Forwarded: host=chaos.invalid",
    )
    with mocked(place) as (running, url):
        came = asked(url, *lines)
        problems = (
            []
            if b"http://right:1/v0.2/users" in came and b"chaos" not in came
            else [f"links follow it: {came[:300]!r}"]
        )
        return ended(running, problems)


def many_names(place: Place, lines: Callable[[int], tuple[str, str]]) -> Found:
    """A hundred thousand requests that differ: the memory stays."""
    with mocked(place) as (running, url), connected(url) as link:
        memory: list[float] = []
        for start in range(0, NAMES, BATCH):
            requests = [lines(number) for number in range(start, start + BATCH)]
            link.sendall("".join(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n" for path, host in requests).encode())
            _read_answers(link, len(requests))
            memory.append(_memory(running.process.pid))
        grown = memory[-1] / (memory[len(memory) // 4] or 1)
        return ended(
            running, [f"{memory[len(memory) // 4]:.0f} MB became {memory[-1]:.0f} MB"] if grown > _GROWTH else []
        )


def _memory(pid: int) -> float:
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:  # noqa: PTH123 - a file of the system
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except OSError:
        return 0.0


def _read_answers(link: socket.socket, count: int) -> None:
    """Read so many answers, by their status lines."""
    seen, rest = 0, b""
    while seen < count:
        came = link.recv(1 << 20)
        if not came:
            raise RuntimeError("the mock closed the connection")
        rest += came
        seen += rest.count(b"HTTP/1.1 ")
        rest = rest[-8:] if b"HTTP/1.1 " not in rest[-8:] else b""
    link.settimeout(0.05)
    with suppress(TimeoutError):
        while link.recv(1 << 20):
            pass
    link.settimeout(_TIMEOUT)


def a_worker_killed(place: Place) -> Found:
    """A worker of the mock is killed while it is asked: the others go on, or the mock ends and says so."""
    with mocked(place, "--workers=3") as (running, url):
        for _ in range(20):
            asked(url, "Host: a")
        workers = running.children()
        os.kill(workers[-1], signal.SIGKILL)
        time.sleep(1.0)
        served = running.process.poll() is None and sum(status(asked(url, "Host: a")) == 200 for _ in range(30))  # noqa: PLR2004
        if running.process.poll() is None:
            return ended(running, [] if served == 30 else [f"{served} of 30 requests were answered"])  # noqa: PLR2004
        last = running.end(running.seconds + 10.0)
        return Found(last, () if last.code else ("it ends with 0, as if nothing had happened",))


def token(expiry: object, key: rsa.RSAPrivateKey) -> str:
    """A JSON Web Token with this `exp`, rightly signed."""
    parts = [{"alg": "RS256", "typ": "JWT"}, {"application_id": "a", "iat": 1, "jti": "a", "exp": expiry}]
    head = b".".join(urlsafe_b64encode(orjson.dumps(part)).rstrip(b"=") for part in parts)
    signature = key.sign(head, padding.PKCS1v15(), hashes.SHA256())
    return b".".join([head, urlsafe_b64encode(signature).rstrip(b"=")]).decode()


def strange_tokens(place: Place) -> Found:
    """Tokens that expire at no time."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    pem = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (place.work / "public.pem").write_bytes(pem)
    expiries: tuple[object, ...] = ("soon", [], {}, None, True, -1, 1e300, "99999999999", [99_999_999_999])
    with mocked(place, "--jwt-public-key=public.pem") as (running, url):
        given = {
            str(each): status(asked(url, "Host: a", f"Authorization: Bearer {token(each, key)}")) for each in expiries
        }
        wrong = {each: came for each, came in given.items() if came != 401 and each not in ("1e+300", "True")}  # noqa: PLR2004
        crashed = {each: came for each, came in given.items() if came in (0, 500)}
        return ended(running, [f"statuses {wrong | crashed} instead of 401"] if wrong | crashed else [])


def control_port(place: Place) -> Found:
    """The control port answers to the names of this machine only."""
    with mocked(place, "--control-port=0") as (running, _):
        control = running.printed.partition("(control ")[2].partition(")")[0]
        port = urlsplit(control).port
        hosts = (
            f"127.0.0.1:{port}@chaos.invalid",
            f"chaos.invalid@127.0.0.1:{port}",
            "chaos.invalid",
            f"127.0.0.1.chaos.invalid:{port}",
            f"127.0.0.1:{port}/chaos.invalid",
            "",
        )
        given = {host: status(asked(control, f"Host: {host}", path="/settings")) for host in hosts}
        wrong = {host: came for host, came in given.items() if not 400 <= came < 500}  # noqa: PLR2004
        return ended(running, [f"statuses {wrong} in place of a refusal"] if wrong else [])


def occupied(place: Place, *words: str) -> Found:
    """A port that somebody else has."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        port = bound.getsockname()[1]
        last = place.command(["mock", *(word.replace("PORT", str(port)) for word in words)], seconds=15.0)
    lines = last.printed.strip().count("\n") + 1
    right = last.code == USAGE and lines == 1
    return Found(last, () if right else (f"exit code {last.code}, {lines} lines: {last.printed[-300:]}",))


def cases() -> Iterator[Case]:
    """All of them."""
    yield Case("mock", "slow-clients", slow_clients, SOON)
    yield Case("mock", "two-hosts", _expecting(400, "Host: a", "Host: b"), SOON, quick=True)
    yield Case("mock", "the-same-host-twice", _expecting(400, "Host: a", "Host: a"), SOON)
    yield Case("mock", "no-host", _expecting(400), SOON)
    yield Case("mock", "a-host-with-a-user", _expecting(400, "Host: a@b"), SOON)
    yield Case("mock", "a-host-with-a-path", _expecting(400, "Host: a/b"), SOON)
    yield Case("mock", "forwarded-and-not-trusted", untrusted, SOON)
    forwarded = ("Host: a", 'X-Forwarded-Host: a"b<c>', "X-Forwarded-Port: 99999")
    yield Case("mock", "forwarded-garbage-when-trusted", _answered("--trust-forwarded", lines=forwarded), SOON)
    yield Case(
        "mock",
        "100000-hosts",
        lambda place: many_names(place, lambda number: ("/v0.2/users?page_size=1", f"h{number}.example")),
        SOON,
    )
    yield Case(
        "mock",
        "100000-cursors",
        lambda place: many_names(place, lambda number: (f"/v0.2/users?cursor=c{number}", "a")),
        SOON,
    )
    yield Case(
        "mock",
        "100000-paths",
        lambda place: many_names(place, lambda number: (f"/v0.2/conversations/CON-{number}/events", "a")),
        SOON,
    )
    yield Case("mock", "a-worker-killed", a_worker_killed, Bound(90.0, 600.0))
    yield Case("mock", "strange-tokens", strange_tokens, SOON)
    yield Case("mock", "names-of-the-control-port", control_port, SOON)
    yield Case("mock", "an-occupied-port", lambda place: occupied(place, "--port=PORT"), SOON, quick=True)
    yield Case(
        "mock", "an-occupied-control-port", lambda place: occupied(place, "--port=0", "--control-port=PORT"), SOON
    )
    yield Case("mock", "an-impossible-port", lambda place: occupied(place, "--port=99999"), SOON)
    yield Case("mock", "an-address-of-others", lambda place: occupied(place, "--host=192.0.2.1", "--port=0"), SOON)


def _answered(*words: str, lines: tuple[str, ...]) -> Callable[[Place], Found]:
    """Ask once, and expect any answer but a failure."""

    def run(place: Place) -> Found:
        with mocked(place, *words) as (running, url):
            came = status(asked(url, *lines))
            return ended(running, [] if 200 <= came < 500 else [f"status {came}"])  # noqa: PLR2004

    return run
