"""A hostile server, verified as a user does it: nothing that people look at is controlled by it, and no token is in it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import xml.etree.ElementTree as ET
from base64 import b64encode
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.reporting.matrix import page as page_of
from tests.suite.browsing import chromium, needed, reported
from tests.suite.hostile_strings import ALL, HALVES, Hostile, harmful, texts_of
from tests.suite.small_servers import Reply, Small, serving
from tests.suite.test_display import run, verdicts

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[2]
CLAUSES = "items.timestamps,links.url,events.variant,events.type-syntax,inputs.error-body,pages.envelope,items.self"
TOKEN = "Zq7-wK9xLp4Rt_0mBcD3.é=/+"  # noqa: S105 - of nothing


def command(folder: Path, *words: str, token: str | None = None) -> tuple[int, str]:
    """The exit code of `conversation-contracts` in a folder, and what it printed."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "CONVERSATION"))}
    env |= {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"} | ({"CONVERSATION_API_TOKEN": token} if token else {})
    done = subprocess.run([sys.executable, "-m", "contracts", *words], cwd=folder, env=env, capture_output=True, timeout=120,
                          check=False)  # fmt: skip
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "surrogateescape")


def verified(folder: Path, small: Small, *more: str, token: str | None = None) -> tuple[int, str]:
    """A run over a small server that leaves every file it can."""
    with serving(small) as base:
        return command(
            folder, "verify", base, "--profile", "quick", "--seed", "1", "--max-requests", "100", "-v", "-rA",
            "--verdicts", "verdicts.json",
            "--junit-xml", "junit.xml", "--write-deviations", "deviations.toml", *more, token=token,
        )  # fmt: skip


def looked_at(folder: Path) -> dict[str, str]:
    """What a run left that people look at: everything but the data of Allure, which its page is made of."""
    return {
        name: text for name, text in texts_of(folder).items() if not name.endswith(("-result.json", "-container.json"))
    }


SERVERS = {
    "strings": (Hostile(), CLAUSES),
    "addresses": (Hostile(names=("href",)), "links.url"),
    "halves-of-characters": (Hostile(what=HALVES), "pages.envelope"),
    "media-types": (Small(answers={"users": (200, "text/\x1b[31mhtml\x9b1m", ALL.encode())}), "pages.envelope"),
}


@pytest.mark.parametrize("name", SERVERS)
def test_no_output_of_a_run_is_controlled_by_the_server(name: str, tmp_path: Path) -> None:
    small, clauses = SERVERS[name]
    code, printed = verified(tmp_path, small, "--clauses", clauses)
    outputs = {"printed": printed, **looked_at(tmp_path)}
    assert (code, "Traceback" in printed, "violated" in printed) == (1, False, True)
    assert {where: found for where, text in outputs.items() if (found := harmful(text))} == {}
    assert {"reports/matrix.html", "verdicts.json", "junit.xml", "deviations.toml"} <= outputs.keys()
    ET.parse(tmp_path / "junit.xml")  # noqa: S314 - it is what is tested
    assert not list(tmp_path.rglob("pwned*"))


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the verdicts of a run over a hostile server."""
    folder = tmp_path_factory.mktemp("hostile")
    verified(folder, Hostile(), "--clauses", CLAUSES)
    return folder


COMMANDS = {
    "markdown": ("report", "matrix", "verdicts.json", "--markdown", "-"),
    "diff": ("report", "diff", "empty.json", "verdicts.json"),
    "unequal": ("report", "merge", "verdicts.json", "other.json", "--verdicts", "all.json"),
    "replay": ("replay", "verdicts.json", "items.timestamps"),
    "import": ("mock", "import", "{base}"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_no_other_command_is_controlled_by_the_server(name: str, recorded: Path) -> None:
    known = json.loads((recorded / "verdicts.json").read_text())
    (recorded / "empty.json").write_text(json.dumps({**known, "verdicts": []}))
    (recorded / "other.json").write_text(json.dumps({**known, "run": {**known["run"], "suite": ALL}}))
    with serving(Hostile()) as base:
        moved = json.dumps({**known, "run": {**known["run"], "target": base}})
        (recorded / "verdicts.json").write_text(moved)
        code, printed = command(recorded, *(each.format(base=base) for each in COMMANDS[name]))
    assert (harmful(printed), "Traceback" in printed, code in (0, 1, 4), len(printed) > 40) == ([], False, True, True)


def test_a_status_line_that_is_none_is_said_without_control_and_without_the_token(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as bound:

        def answer() -> None:
            while True:
                connection, _ = bound.accept()
                with connection:
                    asked = connection.recv(65536)
                    token = asked.partition(b"Bearer ")[2].partition(b"\r\n")[0]
                    connection.sendall(b"\x1b[31mHELLO \x9b1m ##[error] " + token + b"\r\n\r\n")

        Thread(target=answer, daemon=True).start()
        base = f"http://127.0.0.1:{bound.getsockname()[1]}/v0.2"
        code, printed = command(tmp_path, "verify", base, token=TOKEN)
    assert (code, harmful(printed), TOKEN in printed, "HELLO" in printed) == (3, [], False, True)


# --- a token in answers ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Leaking(Small):
    """A small server that shows the token in each body, in several forms."""

    def reply(self, origin: str, target: str) -> Reply:
        """The answer to a GET."""
        status, media, body = super().reply(origin, target)
        raw = TOKEN.encode()
        forms = {
            "base64": b64encode(b"Bearer " + raw).decode(),
            "basic": b64encode(b"user:" + raw).decode(),
            "hex": raw.hex(),
            "plain": TOKEN,
            "percent": "".join(f"%{byte:02x}" for byte in raw),
        }
        text = json.dumps({**forms, **json.loads(body)})
        escaped = "".join(f"\\u{ord(each):04x}" for each in TOKEN)
        return status, media, text.replace("{", f'{{"escaped": "x\\n{escaped}", ', 1).encode()


def decoded(value: Any) -> Iterator[str]:
    """Every text in a JSON value, and in the JSON texts that are in it."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from (*decoded(name), *decoded(each))
    elif isinstance(value, list):
        for each in value:
            yield from decoded(each)
    elif isinstance(value, str):
        yield value
        for piece in value.split("\n\n"):
            if piece.strip().startswith("{"):
                yield from decoded(json.loads(piece))


def test_no_output_of_a_run_shows_a_token_in_any_form(tmp_path: Path) -> None:
    more = ("--clauses", "inputs.no-leak,pages.size-echo,pages.envelope", "--har", "archive.har")
    code, printed = verified(tmp_path, Leaking(), *more, token=TOKEN)
    raw = TOKEN.encode()
    shapes = (
        TOKEN,
        TOKEN[:12],
        raw.hex(),
        b64encode(b"Bearer " + raw).decode()[12:24],
        b64encode(b"user:" + raw).decode()[8:20],
    )
    outputs = {"printed": printed, **texts_of(tmp_path)}
    inside = [text for name in ("verdicts.json", "archive.har") for text in decoded(json.loads(outputs[name]))]
    assert (code, "[redacted]" in outputs["reports/matrix.html"]) == (1, True)
    assert [name for name, text in outputs.items() if any(shape in text for shape in shapes)] == []
    assert [text for text in inside if any(shape in text for shape in shapes)] == []


# --- in a browser ----------------------------------------------------------------------------------------------------

COUNTED = """() =>
  ['script', 'img', 'iframe', 'a[href*=evil]', '[onerror]', '[onfocus]']
    .map(each => document.querySelectorAll(each).length)"""
"""How many elements of each sort a page has, which a server would put there."""


@contextmanager
def watched() -> Iterator[tuple[Any, list[str]]]:
    """A page of a browser, and what a server made it do: open a dialog, or ask for an address of its own."""
    happened: list[str] = []
    with chromium() as browser:
        page = browser.new_page()
        page.on("dialog", lambda dialog: (happened.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: happened.append(request.url) if "evil" in request.url else None)
        yield page, happened


@pytest.mark.browser
def test_the_matrix_shows_hostile_strings_in_every_field_as_text(tmp_path: Path) -> None:
    needed()
    file = tmp_path / "matrix.html"
    file.write_text(page_of(run(ALL + HALVES), verdicts(ALL + HALVES), CONVERSATION_CLAUSES), encoding="utf-8")
    with watched() as (page, happened):
        page.goto(file.as_uri())
        text = page.locator("html").text_content()
        assert (page.evaluate(COUNTED), happened) == ([1, 0, 0, 0, 0, 0], [])
        assert (harmful(text), text.count("<script>alert(1)</script>") > 20) == ([], True)


@pytest.mark.browser
def test_allures_page_shows_hostile_strings_as_text(recorded: Path) -> None:
    needed()
    with watched() as (page, happened):
        page.goto(reported(recorded / "reports").as_uri())
        scripts, images, *_ = page.evaluate(COUNTED)
        page.get_by_text("Failed", exact=True).first.click()
        page.get_by_text("Timestamps are date-times of RFC 3339").first.click()
        page.get_by_text("Error", exact=True).wait_for()
        for name in ("actual", "again", "exchange"):
            page.get_by_text(name, exact=True).first.click()
        page.get_by_text("\\u001b[31mred").first.wait_for()
        text = page.locator("body").inner_text()
        now = page.evaluate(COUNTED)
        assert (now[:2], now[3:], happened) == ([scripts, images], [0, 0, 0], [])  # Allure has frames of its own
        assert (harmful(text), "pwned%0A" in text) == ([], True)
