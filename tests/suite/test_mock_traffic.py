"""Limits, delays and bad luck of the mock: what befalls a request, and that no answer is ever wrong."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
import requests

from contracts.cli.mock import main
from contracts.mock import Settings, amounts, build, forms
from contracts.mock.errors import Refused
from contracts.mock.server import arguments, running
from contracts.mock.traffic import RESET, Limit, Traffic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.process

RETRY = ("retry-after", "1")


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """What it shows."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def awkward() -> Iterator[str]:
    """A mock that is slow and flaky."""
    with running(Settings(latency=(1, 3), flaky=0.3)) as base:
        yield base


# --- the limit -------------------------------------------------------------------------------------------------------


def test_a_limit_allows_a_second_at_once_and_then_as_many_as_it_says(clock: Clock) -> None:
    limit = Limit(4, clock)
    first = [limit.wait() for _ in range(5)]
    clock.now += 0.5
    assert (first, [limit.wait() for _ in range(3)]) == ([0, 0, 0, 0, 0.25], [0, 0, 0.25])


def test_a_limit_below_one_a_second_allows_one(clock: Clock) -> None:
    limit = Limit(0.5, clock)
    waits = [limit.wait(), limit.wait()]
    clock.now += 2
    assert [*waits, limit.wait()] == [0, 2, 0]


def test_who_waits_as_long_as_told_is_allowed(clock: Clock) -> None:
    traffic = Traffic(Settings(rate_limit=0.3), clock)
    assert traffic.obstacle() is None
    told = traffic.obstacle()
    assert isinstance(told, Refused)
    assert (told.status, told.headers) == (429, (("retry-after", "4"),))
    clock.now += 4
    assert traffic.obstacle() is None


def test_over_http_more_than_the_limit_is_429() -> None:
    with running(Settings(rate_limit=0.01, token="t")) as base:  # noqa: S106
        answers = [requests.get(f"{base}/users", headers={"authorization": "Bearer t"}, timeout=9) for _ in range(2)]
    first, second = answers
    assert (first.status_code, second.status_code, second.json()["code"]) == (
        200,
        429,
        "http:error:too-many-requests",
    )
    assert 90 < int(second.headers["retry-after"]) <= 100


# --- luck ------------------------------------------------------------------------------------------------------------


def fates(seed: int) -> list[object]:
    traffic = Traffic(Settings(seed=seed, flaky=0.2))
    return [traffic.obstacle() for _ in range(2000)]


def test_bad_luck_is_as_frequent_as_said_and_of_two_kinds() -> None:
    bad = [fate for fate in fates(1) if fate is not None]
    kinds = {fate if fate == RESET else (fate.status, fate.headers) for fate in bad}  # type: ignore[attr-defined]
    assert (300 < len(bad) < 500, kinds) == (True, {RESET, (503, (RETRY,))})


def test_bad_luck_may_be_of_one_kind_only() -> None:
    found = {}
    for kind in ("reset", "unavailable"):
        traffic = Traffic(Settings(flaky=1, flaky_kinds=(kind,)))
        found[kind] = {getattr(fate, "headers", fate) for fate in (traffic.obstacle() for _ in range(50))}
    assert found == {"reset": {RESET}, "unavailable": {()}}


@pytest.mark.parametrize("kinds", [(), ("reset", "wrong")])
def test_there_is_no_other_kind(kinds: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="must be some of reset, busy, unavailable"):
        Settings(flaky_kinds=kinds)


def test_bad_luck_is_repeated_by_the_seed() -> None:
    assert fates(1) == fates(1) != fates(2)


def test_without_options_nothing_stands_in_the_way() -> None:
    traffic = Traffic(Settings())
    assert (traffic.quiet, traffic.obstacle(), traffic.delay()) == (True, None, 0)


def test_what_is_answered_is_right_and_what_is_not_is_reset_or_503(awkward: str) -> None:
    right = build().answer("GET", "/v0.2/users", {"host": awkward.partition("//")[2].partition("/")[0]}).body
    seen = set()
    with requests.Session() as session:
        for _ in range(80):
            try:
                answer = session.get(f"{awkward}/users", timeout=9)
            except requests.ConnectionError as error:
                seen.add("reset" if "reset by peer" in str(error) else str(error))
            else:
                seen.add((answer.status_code, answer.headers.get("retry-after"), answer.content == right))
    assert seen == {"reset", (200, None, True), (503, "1", False)}


def test_bad_luck_has_the_form_of_any_error(awkward: str) -> None:
    for _ in range(60):
        try:
            answer = requests.get(f"{awkward}/users", timeout=9)
        except requests.ConnectionError:
            continue
        if answer.status_code == 503:
            assert {"type", "title", "detail", "instance", "code"} == set(answer.json())
            return
    pytest.fail("no 503 came")


def test_late_answers_are_as_late_as_said() -> None:
    with running(Settings(latency=(60, 90))) as base, requests.Session() as session:
        session.get(f"{base}/users", timeout=9)
        times = []
        for _ in range(5):
            began = time.perf_counter()
            session.get(f"{base}/users", timeout=9)
            times.append(time.perf_counter() - began)
    assert 0.06 <= min(times) < 0.2


# --- amounts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (amounts.counts, "7", (7, 7)),
        (amounts.counts, "0-50", (0, 50)),
        (amounts.rate, "20/s", 20),
        (amounts.rate, "90/min", 1.5),
        (amounts.rate, "0.5", 0.5),
        (amounts.span, "40ms", (40, 40)),
        (amounts.span, "10ms-0.5s", (10, 500)),
        (amounts.share, "2%", 0.02),
        (amounts.share, "0.5%", 0.005),
    ],
)
def test_an_amount_is_read(read: Callable[[str], object], text: str, value: object) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("option", "text"),
    [
        *(("--rate-limit", text) for text in ("", "x", "20/d", "-1/s", "1e3/s", "9" * 25)),
        *(("--members-per-conversation", text) for text in ("", "x", "5-", "5-4", "1-999999999")),
        *(("--latency", text) for text in ("", "40", "40ms-", "80ms-10ms", "10ms-20ms-30ms", "61s")),
        *(("--flaky", text) for text in ("", "2", "x%", "101%")),
        ("--jwt-public-key", "/nowhere"),
        ("--flaky-kind", "wrong"),
        ("--departure", "order"),
    ],
)
def test_a_wrong_amount_is_said_in_one_line(option: str, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"^4$"):
        main([f"{option}={text}"])
    error = capsys.readouterr().err
    assert (error.startswith("conversation-contracts mock: "), error.count("\n")) == (True, 1)


@pytest.mark.parametrize(
    ("read", "spell", "value"),
    [
        *((amounts.counts, amounts.spelt_counts, value) for value in ((7, 7), (0, 50))),
        *((amounts.rate, amounts.spelt_rate, value) for value in (0.01, 0.5, 20.0, 1000.0, 1 / 3, 1e-7, 12345.678)),
        *((amounts.span, amounts.spelt_span, value) for value in ((0.0, 5.0), (40.0, 40.0))),
        *((amounts.share, amounts.spelt_share, value) for value in (0.02, 0.005, 1.0, 0.07, 1 / 3)),
    ],
)
def test_what_is_spelt_is_read_again(
    read: Callable[[str], object], spell: Callable[[object], str], value: object
) -> None:
    assert read(spell(value)) == value


def test_settings_become_a_command_line() -> None:
    settings = Settings(rate_limit=20, latency=(10, 80), flaky=0.02, departures=("a",), jwt_public_key="f")
    inside = Settings(members_per_conversation=(1, 2), events_per_conversation=(0, 0))
    assert {"--members-per-conversation=1-2", "--events-per-conversation=0-0"} <= set(arguments(inside))
    wanted = {
        "--rate-limit=20/s",
        "--latency=10ms-80ms",
        "--flaky=2%",
        "--flaky-kind=busy",
        "--departure=a",
        "--jwt-public-key=f",
    }
    assert wanted <= set(arguments(settings))


def test_a_wrong_amount_is_said_with_what_is_allowed() -> None:
    with pytest.raises(ValueError, match=r"^'x' must be a share such as 2%, from 0% to 100%$"):
        forms.share().from_word("x")
