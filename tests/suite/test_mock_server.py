"""The mock as a command: one line when it listens, one line when it cannot, a graceful end."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
import requests

from contracts.cli.mock import main
from contracts.mock import FAULTS, ODDITIES, Settings, build
from contracts.mock.server import arguments, running

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running(Settings(seed=3, conversations=70)) as base:
        yield base


def get(url: str, method: str = "GET") -> requests.Response:
    return requests.request(method, url, timeout=10)


def test_it_answers_over_http_as_it_does_in_process(url: str) -> None:
    host = url.removeprefix("http://").removesuffix("/v0.2")
    target = "/v0.2/conversations?page_size=7&order=desc&date_end=2024-01-01T00:00:00%2B01:00"
    answer = build(Settings(seed=3, conversations=70)).answer("GET", target, {"host": host})
    response = requests.get(url.removesuffix("/v0.2") + target, headers={"accept-encoding": "identity"}, timeout=10)
    assert (response.status_code, response.content) == (answer.status, answer.body)
    assert (
        response.headers.items()
        >= {"content-type": "application/json", "content-length": str(len(answer.body))}.items()
    )


def test_links_lead_where_they_say(url: str) -> None:
    following = get(f"{url}/users?page_size=3").json()["_links"]["next"]["href"]
    assert len(get(following).json()["_embedded"]["data"]["users"]) == 3


def test_head_delete_and_a_date(url: str) -> None:
    answers = [get(f"{url}/users", method) for method in ("HEAD", "DELETE")]
    assert [(one.status_code, one.headers["date"][-3:]) for one in answers] == [(200, "GMT"), (405, "GMT")]


def test_garbage_is_answered_and_the_next_request_too(url: str) -> None:
    host, _, port = url.removeprefix("http://").partition("/")[0].partition(":")
    for garbage in (b"\x00\xff\r\n\r\n", b"GET /v0.2/users?\xff=\x80 HTTP/1.1\r\nHost: h\r\n\r\n", b"GET"):
        with socket.create_connection((host, int(port)), timeout=5) as connection:
            connection.sendall(garbage)
            connection.shutdown(socket.SHUT_WR)
            assert b" 500 " not in connection.recv(1000)
    assert get(f"{url}/users").status_code == 200


def test_it_says_where_it_listens_and_ends_when_asked_to() -> None:
    command = [sys.executable, "-m", "contracts", "mock", "--port", "0", "--seed", "9"]
    for number in (signal.SIGTERM, signal.SIGINT):
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            process.send_signal(number)
            assert process.communicate() == ("", "")
        assert (line.partition("127.0.0.1")[0], process.returncode) == (
            "Conversation API mock (seed 9) at http://",
            0,
        )


def test_a_port_in_use_gives_one_line(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    port = url.removesuffix("/v0.2").rpartition(":")[2]
    with pytest.raises(SystemExit, match=r"^4$"):
        main(["--port", port])
    assert capsys.readouterr().err == (
        f"conversation-contracts mock: cannot listen on 127.0.0.1 port {port}: Address already in use\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--fault", "constant-pge"], "unknown fault 'constant-pge': did you mean constant-page"),
        (["--oddity", "empty"], "unknown oddity 'empty': did you mean empty-api"),
        (["--fault", "%%%"], "unknown fault '%%%': there are"),
        (["--port", "99999"], "argument --port: '99999' must be an integer from 0 to 65535"),
        (["--port", "x"], "argument --port: 'x' must be an integer from 0 to 65535"),
        (["--seed", "x"], "argument --seed: 'x' must be an integer from 0 to 9223372036854775807"),
        (["--conversations", "-1"], "argument --conversations: '-1' must be an integer from 0 to 1000000000"),
        (["--host", "256.0.0.1"], "cannot listen on 256.0.0.1 port 8080"),
        (["--nonsense"], "unrecognized arguments: --nonsense"),
        (["dmp"], "argument COMMAND: invalid choice: 'dmp' (choose from "),
        (["import"], "the following arguments are required: BASE_URL"),
        (["import", "x"], "'x' is no base URL: it needs http:// or https:// and a host"),
        (["dump", "/nowhere/x"], "[Errno 2] No such file or directory: '/nowhere/x'"),
    ],
)
def test_a_wrong_word_gives_one_line(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"^4$"):
        main(words)
    error = capsys.readouterr().err
    assert (error.startswith(f"conversation-contracts mock: {said}"), error.count("\n")) == (True, 1)


@pytest.mark.parametrize(("word", "known"), [("--list-faults", FAULTS), ("--list-oddities", ODDITIES)])
def test_faults_and_oddities_are_listed(
    word: str, known: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([word]) == 0
    printed = capsys.readouterr().out
    assert [line.partition(" ")[0] for line in printed.splitlines()[::2]] == sorted(known)


def test_a_mock_that_does_not_start_says_why() -> None:
    with pytest.raises(RuntimeError, match="--base-path: 'x' must be empty or a path such as"), running(_broken()):
        pass


def _broken() -> Settings:
    settings = Settings()
    object.__setattr__(settings, "base_path", "x")
    return settings


def test_settings_become_a_command_line() -> None:
    settings = Settings(seed=5, token="-t", origin="http://o", faults=("a",), oddities=("b", "c"))  # noqa: S106
    words = ["--seed=5", "--fault=a", "--oddity=b", "--oddity=c", "--token=-t", "--origin=http://o"]
    assert set(words) <= set(arguments(settings))


def test_data_grow_while_it_runs_and_lie_in_the_past() -> None:
    with running(Settings(writes_per_second=200)) as base:
        while len(items := _newest(base)) < 70:
            time.sleep(0.02)  # polls: what is waited for is the loop's condition
        assert items[0]["timestamp"]["created"] < time.strftime("%Y-%m-%dT%H:%M:%S.999Z", time.gmtime())


def _newest(base: str) -> list[dict[str, dict[str, str]]]:
    items: list[dict[str, dict[str, str]]] = get(f"{base}/conversations?order=desc&page_size=100").json()["_embedded"][
        "data"
    ]["conversations"]
    return items
