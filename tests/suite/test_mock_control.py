"""The mock changed while it runs, asked what it was asked, and reset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from contracts.mock import Settings
from contracts.mock.control import changed, merged
from contracts.mock.handle import Mock, controlled

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def running() -> Iterator[Mock]:
    with controlled(["--token=secret", "--seed=4"]) as mock:
        yield mock


@pytest.fixture
def mock(running: Mock) -> Mock:
    running.reset()
    return running


def ask(mock: Mock, path: str = "/users", method: str = "GET") -> requests.Response:
    return requests.request(method, f"{mock.url}{path}", headers={"authorization": "Bearer secret"}, timeout=10)


def items(mock: Mock) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(mock).json()["_embedded"]["data"]["users"]
    return found


def test_it_changes_while_it_runs_and_back(mock: Mock) -> None:
    counts = [len(items(mock))]
    mock.change(faults=["one-too-many"])
    counts.append(len(items(mock)))
    mock.reset()
    assert [*counts, len(items(mock))] == [10, 11, 10]


def test_what_is_changed_later_leaves_the_rest(mock: Mock) -> None:
    mock.change(faults=["one-too-many"], rate_limit="2/min")
    settings = mock.change(faults=[], latency="1ms-2ms", flaky="0%", seed=9, token="secret")  # noqa: S106
    assert settings["rate_limit"] == pytest.approx(1 / 30)
    assert (settings["faults"], settings["latency"], settings["seed"]) == ([], [1, 2], 9)
    assert [ask(mock).status_code for _ in range(3)] == [200, 429, 429]


def test_data_may_begin_to_grow(mock: Mock) -> None:
    assert mock.change(writes_per_second=50)["started"] > 1_700_000_000_000
    assert mock.change(writes_per_second=0)["started"] is None


def test_it_says_what_it_was_asked(mock: Mock) -> None:
    ask(mock, "/users?page_size=3")
    ask(mock, "/nothing", "DELETE")
    mock.change(flaky=1.0)
    with requests.Session() as session:
        for _ in range(20):
            try:
                session.get(f"{mock.url}/users", timeout=10)
            except requests.ConnectionError:
                break
    seen = mock.requests()
    shown = [(one["method"], one["target"], one["status"]) for one in (*seen[:2], seen[-1])]
    assert shown == [
        ("GET", "/v0.2/users?page_size=3", 200),
        ("DELETE", "/v0.2/nothing", 404),
        ("GET", "/v0.2/users", 0),
    ]
    assert seen[0]["size"] > 100


def test_it_forgets_what_it_was_asked(mock: Mock) -> None:
    ask(mock)
    mock.forget()
    assert mock.requests() == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"faults": ["one-too-manny"]}, "unknown fault 'one-too-manny': did you mean one-too-many"),
        ({"faults": "one-too-many"}, "faults: 'one-too-many' must be a list of names"),
        ({"base_path": "/x"}, "'base_path' cannot be changed; these can: conversations, "),
        ({"nothing": 1}, "'nothing' cannot be changed"),
        ({"rate_limit": "x"}, "rate_limit: 'x' must be a rate such as 20/s, 90/min or 1000/h"),
        ({"rate_limit": True}, "rate_limit: True must be a number of requests per second from 0 to 1000000"),
        ({"seed": 1.5}, "seed: 1.5 must be an integer from 0 to"),
        ({"seed": -1}, "seed: -1 must be an integer from 0 to"),
        ({"latency": [1]}, r"latency: \[1\] must be two numbers of milliseconds"),
        ({"latency": None}, "latency: None must be two numbers of milliseconds"),
        ({"token": 5}, "token: 5 must be text, or null"),
        ({"trust_forwarded": 1}, "trust_forwarded: 1 must be true or false"),
        ({"members_per_conversation": "9-1"}, "members_per_conversation: '9-1' must be a number such as 7, or a range"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(mock: Mock, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        mock.change(**changes)
    assert len(items(mock)) == 10


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("GET", "/", {}, 404),
        ("POST", "/settings", {}, 404),
        ("PATCH", "/settings", {"data": "{"}, 400),
        ("PATCH", "/settings", {"data": "[]"}, 400),
        ("PATCH", "/settings", {"data": b"x" * 2_000_000}, 413),
        ("GET", "/settings", {"headers": {"host": "attacker.example"}}, 403),
        ("GET", "/settings", {"headers": {"origin": "http://attacker.example"}}, 403),
        ("GET", "/settings", {"headers": {"host": "127.0.0.1:80@attacker.example"}}, 403),
        ("GET", "/settings", {"headers": {"host": "attacker.example@127.0.0.1:80"}}, 403),
        ("GET", "/settings", {"headers": {"host": "localhost:"}}, 403),
        ("PATCH", "/settings", {"headers": {"content-length": "9" * 5000}}, 413),
    ],
)
def test_anything_else_is_refused(mock: Mock, method: str, path: str, options: dict[str, Any], status: int) -> None:
    try:
        answer = requests.request(method, f"{mock.control}{path}", timeout=10, **options)
    except requests.ConnectionError:
        assert status == 413  # it did not read on
    else:
        assert (answer.status_code, list(answer.json())) == (status, ["error"])


def test_it_is_not_on_the_port_of_the_api(mock: Mock) -> None:
    assert requests.get(mock.url.replace("/v0.2", "/settings"), timeout=10).status_code == 401


def test_writing_begins_at_the_time_that_is_told() -> None:
    settings = changed(Settings(), {"writes_per_second": 2}, 1000)
    assert (settings.started, changed(settings, {"writes_per_second": 5}, 2000).started) == (1000, 1000)


def test_what_several_processes_say_becomes_one_answer() -> None:
    requests_of = [{"requests": [{"at": 3}, {"at": 5}]}, {"requests": [{"at": 4}]}]
    assert merged(requests_of) == (200, {"requests": [{"at": 3}, {"at": 4}, {"at": 5}]})
    assert merged([{"settings": {}}, {"error": "x"}]) == (400, {"error": "x"})
