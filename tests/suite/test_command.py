"""`pytest tests/contract`: exit codes, one line for what is wrong, and what a verdict file holds."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import pytest

from contracts.mock import Settings, build
from contracts.mock.server import running

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[2]


def contract(*arguments: str, token: str | None = None, path: Path | None = None) -> tuple[int, str]:
    """Exit code and whatever the command printed."""
    surroundings = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "CONVERSATION"))
    }
    command = [sys.executable, "-m", "pytest", "tests/contract", "-q", "-p", "no:cacheprovider"]
    env = surroundings | ({"CONVERSATION_API_TOKEN": token} if token else {})
    env |= {"PYTHONPATH": str(path)} if path else {}
    with TemporaryDirectory() as results:  # the results of the user's last run stay as they are
        command.append(f"--alluredir={results}/allure-results")
        done = subprocess.run(
            [*command, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False
        )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def mock() -> Iterator[str]:
    with running(Settings()) as base:
        yield base


def closed() -> str:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{bound.getsockname()[1]}/v0.2"


@pytest.mark.parametrize("more", [(), ("-n", "2")], ids=["alone", "two-workers"])
def test_a_target_that_is_not_there_is_said_before_any_test(more: tuple[str, ...]) -> None:
    base = closed()
    code, told = contract("--base-url", base, *more)
    assert code == 3
    assert [line for line in told.splitlines() if line.strip()] == [
        f"Exit: no answer from {base}/users?page_size=1: [Errno 111] Connection refused"
    ]


def test_a_target_that_refuses_the_credential_is_said_before_any_test() -> None:
    with running(Settings(token="right")) as base:  # noqa: S106 - the mock's
        answers = [contract("--base-url", base, "--clauses", "pages.unique", token=token) for token in (None, "wrong")]
    assert [code for code, _ in answers] == [3, 3]
    assert f"{base} refuses a request without a credential: status 401; set CONVERSATION_API_TOKEN" in answers[0][1]
    assert f"{base} refuses the credential: status 401" in answers[1][1]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["--clauses", "pages.nothing"],
            "no clause or family is named 'pages.nothing'; of that family: pages.envelope, ",
        ),
        (["--clauses", "nothing"], "no clause or family is named 'nothing'; families: auth, events, filters, "),
        (["--profile", "thorough"], "--profile: 'thorough' is none of quick, default, deep"),
        (["--base-url", "localhost/v0.2"], "'localhost/v0.2' is no base URL: it needs http:// or https:// and a host"),
        (
            ["--verdicts", "/no/such/folder/v.json"],
            "--verdicts /no/such/folder/v.json: there is no folder /no/such/folder",
        ),
        (["--max-pages", "0"], "--max-pages: '0' is no whole number from 1"),
        (["--seed", "often"], "--seed: 'often' is no whole number from 0"),
    ],
    ids=["clause", "family", "profile", "base-url", "verdicts", "max-pages", "seed"],
)
def test_what_is_wrong_with_an_option_is_said_with_the_choices(arguments: list[str], told: str) -> None:
    code, printed = contract(*arguments)
    assert code == 4
    assert len([line for line in printed.splitlines() if told in line]) == 1
    assert " passed" not in printed


def test_an_error_around_a_promise_is_shown_and_the_contract_is_not_called_kept(mock: str, tmp_path: Path) -> None:
    (tmp_path / "stumbling.py").write_text("def pytest_runtest_teardown(item):\n    raise RuntimeError('stumbled')\n")
    code, told = contract(
        "--base-url", mock, "--clauses", "pages.unique", "--profile=quick", "-p", "stumbling", path=tmp_path
    )
    assert code == 1
    assert "error outside of any verdict: tests/contract/test_pages.py::test_unique[" in told
    assert "RuntimeError: stumbled" in told
    assert "The contract is not kept: " in told


class Leaving(BaseHTTPRequestHandler):
    """The mock behind a server that goes away after so many requests."""

    protocol_version = "HTTP/1.1"
    api = build(Settings())
    left = 400

    def handle_one_request(self) -> None:
        """Answer one more, or none ever again."""
        if Leaving.left <= 0:
            self.close_connection = True
            self.server.socket.close()
            return
        super().handle_one_request()

    def do_GET(self) -> None:
        """Answer as the mock does."""
        Leaving.left -= 1
        answer = self.api.answer("GET", self.path, {"host": self.headers["Host"]})
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_target_that_goes_away_ends_the_run_with_what_was_found(tmp_path: Path) -> None:
    file = tmp_path / "v.json"
    with HTTPServer(("127.0.0.1", 0), Leaving) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        base = f"http://127.0.0.1:{server.server_address[1]}/v0.2"
        code, told = contract("--base-url", base, "--seed=7", "--profile=quick", "--verdicts", str(file))
    found = json.loads(file.read_text())
    assert code == 3
    assert "Cut short; so far: " in told
    assert found["run"]["interrupted"]
    assert {each["verdict"] for each in found["verdicts"]} >= {"held", "error"}
    assert sum(each["verdict"] == "error" for each in found["verdicts"]) < 30
    assert "Traceback" not in told


def test_a_selection_that_holds_ends_with_zero_and_runs_nothing_else(mock: str, tmp_path: Path) -> None:
    file = tmp_path / "v.json"
    code, told = contract(
        "--base-url", mock, "--clauses", "pages.unique", "--seed=7", "--profile=quick", "--verdicts", str(file)
    )
    found = json.loads(file.read_text())
    assert (code, found["format"], found["run"]["seed"], found["run"]["target"]) == (0, 2, 7, mock)
    assert [(each["clause"], each["listing"], each["verdict"]) for each in found["verdicts"]] == [
        ("pages.unique", listing, "held") for listing in ("conversations", "events", "members", "users")
    ]
    assert "The contract is kept: 4 verdicts held (1 clauses)." in told
    assert f"{found['run']['requests']:,} requests in " in told


def test_two_workers_find_the_same(mock: str, tmp_path: Path) -> None:
    for name, more in (("one", ()), ("two", ("-n", "2"))):
        code, _ = contract("--base-url", mock, "--clauses", "order.ascending,pages.size-echo", "--profile=quick", *more,
                           "--verdicts", str(tmp_path / name))  # fmt: skip
        assert code == 0
    one, two = (
        {
            (each["clause"], each["listing"]): each["verdict"]
            for each in json.loads((tmp_path / name).read_text())["verdicts"]
        }
        for name in ("one", "two")
    )
    assert one == two


def test_a_server_that_always_gives_one_page_fails(tmp_path: Path) -> None:
    file = tmp_path / "v.json"
    with running(Settings(faults=("constant-page",))) as base:
        code, told = contract("--base-url", base, "--clauses", "walks", "--profile", "quick", "--verdicts", str(file))
    broken = [each for each in json.loads(file.read_text())["verdicts"] if each["verdict"] == "violated"]
    assert (code, bool(broken)) == (1, True)
    assert all(each["expected"] and each["actual"] and each["curl"].startswith("curl ") for each in broken)
    assert "The contract is not kept" in told
    assert re.search(r"MUST violated: walks\.\S+ \(", told)


def test_what_was_not_exercised_fails_only_where_that_is_wanted() -> None:
    with running(Settings(conversations=0, users=0)) as base:
        codes = [contract("--base-url", base, "--clauses", "pages.envelope,pages.unique", *more)[0]
                 for more in ((), ("--require-exercised",))]  # fmt: skip
    assert codes == [0, 1]
