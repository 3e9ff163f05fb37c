"""Several workers are one mock: the same data, cursors that hold on each, one limit, one control port, one end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from contracts.mock import Settings, build
from contracts.mock.handle import Mock, controlled

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def running() -> Iterator[Mock]:
    with controlled(["--workers=2", "--seed=4"]) as mock:
        yield mock


@pytest.fixture
def mock(running: Mock) -> Mock:
    running.reset()
    return running


def statuses(mock: Mock, count: int) -> list[int]:
    """The statuses of requests on connections of their own, so that each worker gets some."""
    return [requests.get(f"{mock.url}/users", timeout=9).status_code for _ in range(count)]


def test_cursors_hold_on_each_worker(mock: Mock) -> None:
    href, ids = f"{mock.url}/conversations?page_size=3", list[str]()
    while href:
        page = requests.get(href, timeout=9).json()
        ids += [item["id"] for item in page["_embedded"]["data"]["conversations"]]
        href = page["_links"].get("next", {}).get("href")
    assert ids == [build(Settings(seed=4)).conversation_id(one) for one in range(64)]


def test_each_worker_is_changed_and_what_all_were_asked_is_told(mock: Mock) -> None:
    mock.change(token="other")  # noqa: S106
    assert set(statuses(mock, 30)) == {401}
    assert [one["status"] for one in mock.requests()] == [401] * 30
    mock.reset()
    assert (set(statuses(mock, 30)), len(mock.requests())) == ({200}, 30)


def test_a_limit_holds_for_all_together(mock: Mock) -> None:
    mock.change(rate_limit=10)
    began = time.monotonic()
    good = statuses(mock, 30).count(200)
    assert 10 <= good <= 11 + 10 * (time.monotonic() - began)


def start() -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "contracts", "mock", "--port=0", "--workers=2"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert " at http" in process.stdout.readline()
    return process


def workers(process: subprocess.Popen[str]) -> list[int]:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(word) for word in children.read_text(encoding="ascii").split()]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_all_end_when_the_parent_is_asked_to(number: signal.Signals) -> None:
    with start() as process:
        found = workers(process)
        process.send_signal(number)
        assert (process.communicate(timeout=9), process.returncode) == (("", ""), 0)
    assert (len(found), [Path(f"/proc/{pid}").exists() for pid in found]) == (2, [False, False])


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_where_one_ends_by_itself_all_end_and_say_so() -> None:
    with start() as process:
        os.kill(workers(process)[0], signal.SIGKILL)
        assert (process.communicate(timeout=9), process.returncode) == (
            ("", "conversation-contracts mock: a worker ended\n"),
            1,
        )
