"""Pages of conversations that are written at once are those that are written step by step, to the byte."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.mock import Api, Settings, build
from contracts.mock.base_data import BEGIN
from contracts.mock.fast_pages import Swift
from contracts.mock.instants import DAY, read_instant, read_usual, write_instant
from contracts.selftest import mock_benchmark as bench

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = {"host": "127.0.0.1:8080"}
ORIGIN = "http://127.0.0.1:8080"


def both(**settings: object) -> tuple[Api, Api]:
    made = Settings(**settings)  # type: ignore[arg-type]
    swift = build(made)
    assert type(swift) is Swift
    return Api(made), swift


def alike(pair: tuple[Api, Api], target: str, headers: dict[str, str] = HOST) -> dict[str, dict[str, str]]:
    """Ask both, and give the links of the answer."""
    plain, swift = (api.answer("GET", target, headers) for api in pair)
    assert swift == plain, target
    links: dict[str, dict[str, str]] = orjson.loads(plain.body).get("_links", {})
    return links


def paths(random: Random, pair: tuple[Api, Api], target: str) -> None:
    """Follow links at random."""
    for _ in range(8):
        links = alike(pair, target)
        target = random.choice([link["href"] for link in links.values()]).removeprefix(ORIGIN)


@pytest.mark.parametrize("conversations", [0, 1, 64, 255, 256, 257, 4096, 4097, 10**6, 10**7, 10**9])
@pytest.mark.parametrize("seed", [1, 77])
def test_every_page_is_the_same(conversations: int, seed: int) -> None:
    pair = both(conversations=conversations, seed=seed)
    random = Random(seed)  # noqa: S311 - repeated by the seed
    for query in list(_queries(seed))[:40]:
        size = random.choice((1, 2, 3, 10, 16, 17, 33, 99, 100))
        paths(random, pair, f"/v0.2/conversations?page_size={size}{query}")


def _queries(seed: int) -> Iterator[str]:
    return (query.partition("&cursor=")[0] for query in bench.queries(Settings(), seed))


UNUSUAL = [
    "",
    "&",
    "page_size=",
    "page_size=0",
    "page_size=101",
    "page_size=007",
    "page_size=10&page_size=10",
    "page%5Fsize=3",
    "order=DESC",
    "order=desc&x=1&y=%zz",
    "x=1",
    "cursor=",
    "cursor=00",
    f"cursor={'0' * 34}",
    f"cursor={'F' * 34}",
    f"cursor=+{'1' * 33}",
    "date_start=2024-01-01",
    "date_start=2024-01-01T00:00:00Z",
    "date_start=2024-01-01T00:00:00.000%2B01",
    "date_start=2023-06-01T00%3A00%3A00.0005Z",
    "date_start=2023-02-30T00:00:00.000Z",
    "date_start=2023-06-01T00:00:60.000Z",
    "date_start=2023-06-01t00:00:00.000Z",
    "date_start=2023-W22-4T00:00:00.000Z",
    "date_start=0001-01-01T00:00:00.000Z&date_end=9999-12-31T23:59:59.999Z",
    "date_start=2023-09-01T00:00:00.000Z&date_end=2023-02-01T00:00:00.000Z&order=desc",
    "date_end=2023-06-01T00:00:00.000Z&date_start=2023-01-01T00:00:00.000Z",
    "date_end=2023-06-01+00:00:00.000Z",
    "date_end=\xff",
]


@pytest.mark.parametrize("query", UNUSUAL)
def test_what_is_unusual_is_answered_the_same(query: str) -> None:
    for conversations in (64, 5000):
        alike(both(conversations=conversations), f"/v0.2/conversations?{query}")


@pytest.mark.parametrize("host", ["h", "h:1", "[::1]:80", "é", 'a"b', "", "x" * 400])
def test_hosts_are_treated_the_same(host: str) -> None:
    pair = both()
    for headers in ({"host": host}, HOST, {"host": host}):
        alike(pair, "/v0.2/conversations?page_size=3", headers)


def test_written_data_are_the_same() -> None:
    pair = both()
    for api in pair:
        api.write_some(40)
    paths(Random(3), pair, "/v0.2/conversations?order=desc&page_size=4")  # noqa: S311 - repeated
    alike(pair, f"/v0.2/conversations?date_start={write_instant(BEGIN)}&date_end={write_instant(BEGIN + 9000 * DAY)}")


def test_a_page_over_midnight_has_two_days() -> None:
    pair = both(conversations=10**7)
    midnight = write_instant(BEGIN // DAY * DAY + 30 * DAY - 200)
    for order in ("asc", "desc"):
        alike(pair, f"/v0.2/conversations?date_start={midnight}&page_size=100&order={order}")


@given(st.integers(-(10**13), 2 * 10**14))
def test_the_usual_form_of_an_instant_is_read_as_any_other(milliseconds: int) -> None:
    text = write_instant(max(-62_135_596_800_000, milliseconds))
    longer = read_instant(f"{text[:-1]}0Z")
    assert longer is not None
    assert read_usual(text) == longer.milliseconds


def test_faults_and_oddities_go_step_by_step() -> None:
    settings = (Settings(faults=("no-prev",)), Settings(oddities=("no-sender",)))
    assert not any(isinstance(build(one), Swift) for one in settings)
