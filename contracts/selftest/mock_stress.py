"""`python -m contracts selftest stress`: what ten million conversations cost, a crowd of clients, a long soak of garbage.

scale   start-up, memory and the cost of pages, for sixty conversations and for ten million
crowd   a thousand connections at once, some slow, some half closed, while others are served
soak    garbage and good requests for two minutes; memory must stay flat and the log empty
"""

import argparse
import resource
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from statistics import median
from typing import IO, NamedTuple
from urllib.parse import urlsplit

import requests

from contracts.arguments import Parser, positive
from contracts.mock.server import started
from contracts.selftest.benchmark import spread

_SECONDS = 20


class Server(NamedTuple):
    """A mock under test: where it is, its process, what it wrote to standard error, and how long it took to start."""

    url: str
    pid: int
    log: IO[str]
    took: float

    @property
    def memory(self) -> int:
        """Kilobytes that it holds; 0 where the system does not say."""
        status = Path(f"/proc/{self.pid}/status")
        text = status.read_text(encoding="ascii") if status.exists() else ""
        return int(text.partition("VmRSS:")[2].split()[0]) if "VmRSS:" in text else 0

    def logged(self) -> str:
        """What it wrote to standard error."""
        self.log.seek(0)
        return self.log.read()

    def connect(self) -> socket.socket:
        """A connection to it."""
        address = urlsplit(self.url)
        return socket.create_connection((address.hostname, address.port), timeout=_SECONDS)


@contextmanager
def server(*options: str) -> Iterator[Server]:
    """A mock with these options."""
    began = time.perf_counter()
    with started(options) as mock:
        yield Server(mock.url, mock.pid, mock.log, time.perf_counter() - began)


# What it costs.

PAGES = {
    "first page": "/conversations",
    "last page": "/conversations?order=desc",
    "page by date": "/conversations?date_start=2024-05-05T00:00:00.000Z",
    "first events of a million": "{home}/events",
    "last events": "{home}/events?order=desc",
    "events by id": "{home}/events?start_id=1000000&end_id=1100000",
    "events by type": "{home}/events?event_type=member:left&start_id=900000",
}


def scale(rounds: int) -> Iterator[str]:
    """Start-up, memory and the cost of pages, for sixty conversations and for ten million."""
    for count in (60, 10**7):
        options = (f"--conversations={count}", f"--users={count}", "--events-per-conversation=1000000")
        starts: list[float] = []
        memory: list[int] = []
        costs: dict[str, list[float]] = {name: [] for name in PAGES}
        for _ in range(rounds):
            with server(*options) as mock:
                starts.append(mock.took)
                memory.append(mock.memory)
                for name, cost in _costs(mock.url):
                    costs[name].append(cost)
        yield f"{count:,} conversations, minimum / median / maximum of {rounds} rounds"
        yield f"  {'start-up, seconds':<32}{spread(starts, '.2f')}"
        yield f"  {'memory after start, MB':<32}{spread([one / 1024 for one in memory], '.0f')}"
        for name, values in costs.items():
            yield f"  {f'{name}, ms':<32}{spread(values, '.2f')}"


def _costs(url: str) -> Iterator[tuple[str, float]]:
    with requests.Session() as session:
        first = session.get(f"{url}/conversations", timeout=_SECONDS).json()["_embedded"]["data"]["conversations"][0]
        for name, path in PAGES.items():
            times = []
            for _ in range(60):
                began = time.perf_counter()
                session.get(
                    url + path.format(home=f"/conversations/{first['id']}"), timeout=_SECONDS
                ).raise_for_status()
                times.append(time.perf_counter() - began)
            yield name, median(times) * 1000


# A crowd.


def crowd(mock: Server, clients: int) -> dict[str, int]:
    """Hold this many connections, a third of them slow, a third half closed, and see how many are served well."""
    path = urlsplit(mock.url).path
    request = f"GET {path}/users?page_size=1 HTTP/1.1\r\nHost: h\r\n\r\n".encode()
    found = {"idle": 0, "slow": 0, "half closed": 0, "others": 0}
    with ExitStack() as stack:
        links = [stack.enter_context(mock.connect()) for _ in range(clients)]
        for number, link in enumerate(links):
            link.sendall(request[: (len(request), 9, 0)[number % 3]])
            if number % 3 == 0:
                link.shutdown(socket.SHUT_WR)
        found["others"] = sum(requests.get(f"{mock.url}/users", timeout=_SECONDS).ok for _ in range(20))
        for number, link in enumerate(links):
            if number % 3:
                link.sendall(request[(0, 9, 0)[number % 3] :])
        for number, link in enumerate(links):
            name = ("half closed", "slow", "idle")[number % 3]
            found[name] += link.recv(65_536).startswith(b"HTTP/1.1 200 OK\r\n")
    return found


# Garbage.


def garbage(random: Random, path: str) -> bytes:
    """Something to send that no client should."""
    line = f"GET {path}/users HTTP/1.1\r\nHost: h\r\n".encode()
    noise = random.randbytes(random.randrange(1, 200))
    return random.choice(
        (
            noise,
            noise + b"\r\n\r\n",
            line[: random.randrange(len(line))] + noise + b"\r\n\r\n",
            line.replace(b"GET", noise[:9]) + b"\r\n",
            line.replace(b"/users", b"/users?" + noise) + b"\r\n",
            line + noise + b": x\r\n\r\n",
            line + b"Content-Length: -5\r\n\r\n",
            line + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
            line + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + noise,
            line + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
            line + b"Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n" + noise,
            line + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA\r\n\r\n",
            line + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n",
            b"CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n",
            b"GET http://[::1 HTTP/1.1\r\nHost: h\r\n\r\n",
            line.replace(b"HTTP/1.1", b"HTTP/9.9") + b"\r\n",
            line.replace(b"HTTP/1.1", b"HTTP/1.0") + b"\r\n",
            line.replace(b"/users", b"/users?page_size=" + b"9" * 200_000) + b"\r\n",
            line + b"X: " + b"y" * 200_000 + b"\r\n\r\n",
            (line + b"\r\n") * 50,
        )
    )


def throw(mock: Server, data: bytes) -> bytes:
    """Send something on a connection of its own, end it, and give what comes back."""
    with mock.connect() as link:
        try:
            link.sendall(data)
            link.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: link.recv(65_536), b""))
        except OSError:
            return b""  # it closed the connection on what it could not read


def soak(mock: Server, seconds: int, seed: int) -> Iterator[str]:
    """Garbage and good requests in turns; memory and what went wrong, ten times."""
    random, path = Random(seed), urlsplit(mock.url).path  # noqa: S311 - repeated by the seed
    sent, began = 0, time.monotonic()
    for tenth in range(1, 11):
        while time.monotonic() < began + seconds * tenth / 10:
            answer = throw(mock, garbage(random, path))
            if b"HTTP/1.1 5" in answer:
                yield f"a status of 500 or more: {answer[:200]!r}"
            requests.get(f"{mock.url}/conversations?page_size=100&order=desc", timeout=_SECONDS).raise_for_status()
            sent += 2
        yield f"{sent:>8,} requests, {mock.memory / 1024:.1f} MB"
    yield f"log: {mock.logged() or 'empty'}"


def main(words: Sequence[str] | None = None) -> int:
    """Carry out what the command line asks for."""
    parser = Parser(prog="conversation-contracts selftest stress", description="Send the mock many requests at once.")
    parser.add_argument("what", choices=("scale", "crowd", "soak"), help="huge data, many clients, or garbage for long")
    parser.add_argument("--rounds", type=positive, default=5, metavar="N", help="scale: rounds; default: 5")
    parser.add_argument("--clients", type=positive, default=1000, metavar="N", help="crowd: clients; default: 1000")
    parser.add_argument("--seconds", type=positive, default=120, metavar="N", help="soak: seconds; default: 120")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="seed of the data; default: 1")
    given = parser.parse_args(words)
    for line in _lines(given):
        print(line, flush=True)  # noqa: T201 - a command prints
    return 0


def _lines(given: argparse.Namespace) -> Iterator[str]:
    if given.what == "scale":
        yield from scale(given.rounds)
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with server("--conversations=10000000") as mock:
        if given.what == "soak":
            yield from soak(mock, given.seconds, given.seed)
        else:
            yield "served: " + ", ".join(f"{name} {count}" for name, count in crowd(mock, given.clients).items())
            yield f"log: {mock.logged() or 'empty'}"
