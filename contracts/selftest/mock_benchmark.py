"""`python -m contracts selftest bench-mock`: how many pages a second the mock serves, beside Prism.

Three servers run at once and are asked in turns of a second, so that other work on the machine weighs on all of them: the mock
over ten million conversations and over its usual 64, and `prism mock`, which answers the description's example. Only the ratios
within a round mean anything; where other work shares the machine, those of processor time are the steadier ones.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count, islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import quote

import orjson
import requests

from contracts.arguments import Parser, positive
from contracts.description import CONVERSATION, path_of
from contracts.mock.instants import write_instant
from contracts.mock.registry import build
from contracts.mock.server import arguments
from contracts.mock.settings import Settings
from contracts.selftest.benchmark import spread
from contracts.selftest.mock_stress import server

MANY = Settings(conversations=10**7)
FEW = Settings()
_SCRIPT = Path(__file__).with_name("mock_benchmark.lua")
_HOST = {"host": "127.0.0.1"}
_QUERIES = 4000
_PATIENCE = 120
_WANTED = 4.0  # times what Prism answers


class Served(NamedTuple):
    """A server under test: its name, its process, where its conversations are, the queries that it is asked with."""

    name: str
    pid: int
    url: str
    queries: str

    @property
    def worked(self) -> float:
        """Microseconds of a processor that it has used so far; 0 where the system does not say."""
        status = Path(f"/proc/{self.pid}/stat")
        if not status.exists():
            return 0.0
        used = status.read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(used[11]) + int(used[12])) * 1e6 / os.sysconf("SC_CLK_TCK")


class Turn(NamedTuple):
    """How many answers a server gave, in how many microseconds, and how many of a processor it used."""

    answers: int
    took: int
    worked: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.took * 1e6

    @property
    def cost(self) -> float:
        """Microseconds of a processor for each answer."""
        return self.worked / self.answers


def queries(settings: Settings, seed: int) -> Iterator[str]:
    """Queries of every kind: an order or none, a window of dates or half of one or none, a cursor or none.

    A window leaves at least half of the conversations, so that pages are as long as is asked.
    """
    api, random = build(settings), Random(seed)  # noqa: S311 - repeated by the seed
    count = settings.conversations
    for _ in range(_QUERIES):
        pairs = {"order": random.choice(("asc", "desc"))} if random.random() < 0.8 else {}  # noqa: PLR2004
        if random.random() < 0.5:  # noqa: PLR2004
            pairs["date_start"] = write_instant(api.created(random.randrange(count // 4)))
        if random.random() < 0.5:  # noqa: PLR2004
            pairs["date_end"] = write_instant(api.created(random.randrange(count * 3 // 4, count)))
        query = "".join(f"&{name}={quote(value, safe='')}" for name, value in pairs.items())
        cursor = ""
        if random.random() < 0.6:  # noqa: PLR2004
            target = f"{settings.base_path}/conversations?page_size={random.randint(1, 30)}{query}"
            links = orjson.loads(api.answer("GET", target, _HOST).body)["_links"]
            cursor = links.get("next", links["self"])["href"].rpartition("cursor=")[2]
        yield query + (f"&cursor={cursor}" if cursor else "")


@contextmanager
def _process(words: Sequence[str | Path], url: str) -> Iterator[int]:
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # noqa: S603
        try:
            _wait(url)
            yield process.pid
        finally:
            process.terminate()


def _wait(url: str) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        try:
            requests.get(url, timeout=5)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"nothing answers at {url}")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _ask(served: Served, seed: int) -> Turn:
    """Ask a server for a second, over 8 connections."""
    worked = served.worked
    origin, _, path = served.url.removeprefix("http://").partition("/")
    command: list[str | Path] = ["wrk", "-t1", "-c8", "-d1", "-s", _SCRIPT, f"http://{origin}", "--"]
    done = subprocess.run([*command, str(seed), served.queries, f"/{path}"], capture_output=True, text=True, check=True)  # noqa: S603
    answers, took, _, failed = map(int, done.stdout.partition("DONE ")[2].split())
    if failed:
        raise SystemExit(f"{served.name}: {failed} of {answers} requests failed")
    return Turn(answers, took, served.worked - worked)


def _row(name: str, values: Sequence[float], form: str) -> str:
    return f"{name:<52}{spread(values, form)}"


def _servers(stack: ExitStack, folder: Path, prism: str | None, seed: int) -> list[Served]:
    files = {}
    for name, settings in (("many", MANY), ("few", FEW)):
        files[name] = str(folder / name)
        Path(files[name]).write_text("\n".join(queries(settings, seed)), encoding="ascii")
    many, few = (stack.enter_context(server(*arguments(settings))) for settings in (MANY, FEW))
    found = [
        Served("mock of ten million", many.pid, f"{many.url}/conversations", files["many"]),
        Served("mock of 64", few.pid, f"{few.url}/conversations", files["few"]),
    ]
    if prism:
        port, source = _free_port(), path_of(CONVERSATION.name)
        words: list[str | Path] = [prism, "mock", "--verboseLevel", "silent", "-p", str(port), str(source)]
        url = f"http://127.0.0.1:{port}/conversations"
        found.append(Served("Prism", stack.enter_context(_process(words, url)), url, files["few"]))
    return found


def lines(rounds: int, seconds: int, prism: str | None, seed: int) -> Iterator[str]:
    """The benchmark as text."""
    with TemporaryDirectory() as folder, ExitStack() as stack:
        servers = _servers(stack, Path(folder), prism, seed)
        rounded: dict[str, list[Turn]] = {each.name: [] for each in servers}
        numbers = count(seed)
        for number in islice(numbers, 3):
            for each in servers:
                _ask(each, number)  # warm
        for _ in range(rounds):
            turns = [[_ask(each, number) for each in servers] for number in islice(numbers, seconds)]
            for each, its in zip(servers, zip(*turns, strict=True), strict=True):
                rounded[each.name].append(Turn(*map(sum, zip(*its, strict=True))))
    yield f"{rounds} rounds, each {seconds} turns of 1 s; 8 connections, one process; minimum / median / maximum"
    for name, values in rounded.items():
        yield _row(f"{name}, answers a second", [one.rate for one in values], ",.0f")
        yield _row("    microseconds of processor for each", [one.cost for one in values], ",.0f")
    for one in ("mock of ten million", "mock of 64") if prism else ():
        pairs = list(zip(rounded[one], rounded["Prism"], strict=True))
        yield _row(f"{one} : Prism (wanted {_WANTED})", [a.rate / b.rate for a, b in pairs], ".2f")
        if pairs[0][0].cost:
            yield _row("    by processor time", [b.cost / a.cost for a, b in pairs], ".2f")


def main(words: Sequence[str] | None = None) -> int:
    """Carry out what the command line asks for."""
    parser = Parser(
        prog="conversation-contracts selftest bench-mock", description="Measure the mock's answers a second."
    )
    parser.add_argument("--rounds", type=positive, default=10, metavar="N", help="rounds; default: 10")
    parser.add_argument(
        "--seconds", type=positive, default=5, metavar="N", help="seconds for each server in a round; default: 5"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="seed of the data; default: 1")
    parser.add_argument("--prism", metavar="COMMAND", help="compare with Prism, run by this command")
    given = parser.parse_args(words)
    if shutil.which("wrk") is None:
        parser.error("wrk is needed: apt-get install wrk")
    for line in lines(given.rounds, given.seconds, given.prism, given.seed):
        print(line, flush=True)  # noqa: T201 - a command prints
    return 0
