"""A token that no header can hold is refused before anything is sent, in one line that does not show it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from contracts.transport.credentials import Printed, Ready, flaw
from contracts.transport.errors import ConfigurationError, CredentialError

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
TOKEN = "s3cr3tT0kenOfNobody"  # noqa: S105 - of nothing
FLAWS = {
    "cr": ("{}\r", "a carriage return (CR, as in files that were saved on Windows), at its end"),
    "lf": ("{}\n", "a line feed (LF), at its end"),
    "another-header": ("{}\r\nX-Evil: y", "a carriage return (CR, as in files that were saved on Windows)"),
    "byte-order-mark": ("\ufeff{}", "a byte order mark (as in files that were saved on Windows)"),
    "euro": ("{}€", "a character beyond Latin-1"),
    "half-a-character": ("{}\udcff", "a character beyond Latin-1"),
    "nul": ("{}\0x", "a control character"),
    "c1": ("{}\x85", "a control character"),
    "tab": ("{}\tx", "a control character"),
}


@pytest.mark.parametrize("name", FLAWS)
def test_a_token_that_no_header_can_hold_is_refused_without_being_shown(name: str) -> None:
    form, why = FLAWS[name]
    with pytest.raises(ConfigurationError) as caught:
        Ready(form.format(TOKEN), variable="MINE")
    assert str(caught.value) == (
        f"the token in MINE: it holds {why}, which no header can hold; give the token alone"
    )  # fmt: skip


@pytest.mark.parametrize("token", [TOKEN, "a.b.c", "Zq7-w+K/9x.Lé=4Rt_0m~B", "two words"])
def test_a_token_that_a_header_can_hold_is_taken(token: str) -> None:
    assert (flaw(token), Ready(token).token()) == ("", token)


def printing(tmp_path: Path, *tokens: bytes) -> Printed:
    """A command that prints one token after the other."""
    for number, token in enumerate(tokens):
        (tmp_path / str(number)).write_bytes(token)
    code = f"import glob, os; file = min(glob.glob('{tmp_path}/[0-9]')); os.write(1, open(file, 'rb').read()); os.remove(file)"
    return Printed((sys.executable, "-c", code))


def test_a_file_of_windows_that_a_command_prints_is_read_without_its_line_end(tmp_path: Path) -> None:
    assert printing(tmp_path, f"{TOKEN}\r\n".encode()).token() == TOKEN


@pytest.mark.parametrize(
    "written", [f"\ufeff{TOKEN}\r\n".encode(), f"{TOKEN}\xff".encode("latin-1"), f"{TOKEN}€".encode()]
)
def test_a_command_that_prints_what_no_header_can_hold_is_refused(tmp_path: Path, written: bytes) -> None:
    with pytest.raises(ConfigurationError, match="which no header can hold") as caught:
        printing(tmp_path, written).token()
    assert TOKEN not in str(caught.value)


def test_a_later_token_that_cannot_be_sent_is_an_error_of_the_target(tmp_path: Path) -> None:
    import jwt

    ending = jwt.encode({"exp": 1}, "", algorithm="none").encode()
    made = printing(tmp_path, ending, b"\xff")
    assert made.token() == ending.decode()
    with pytest.raises(CredentialError, match="which no header can hold"):
        made.token()


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A port that nobody may connect to."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        bound.settimeout(0)
        yield bound


TARGETS = """
[tool.conversation-contracts.targets.of-a-command]
base-url = "{0}"
token-command = "{1} -c 'print(chr(0xfeff) + \\"{2}\\")'"
[tool.conversation-contracts.targets.of-the-other]
base-url = "{0}"
token-env = "RIGHT"
other = {{ token-env = "WRONG" }}
"""
WAYS = {
    "environment": ("verify", "{base}"),
    "header": ("verify", "{base}", "--header", "X-Key=WRONG"),
    "import": ("mock", "import", "{base}"),
    "a-command": ("verify", "--targets", "{file}", "--target", "of-a-command"),
    "the-other": ("verify", "--targets", "{file}", "--target", "of-the-other"),
}  # fmt: skip


@pytest.mark.process
@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_sent_and_nothing_printed_whatever_way_the_token_comes(
    way: str, silent: socket.socket, tmp_path: Path
) -> None:
    base, file = f"http://127.0.0.1:{silent.getsockname()[1]}/v0.2", tmp_path / "targets.toml"
    file.write_text(TARGETS.format(base, sys.executable, TOKEN))
    words = [each.format(base=base, file=file) for each in WAYS[way]]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "CONVERSATION"))}
    env |= {"WRONG": f"{TOKEN}\r", "RIGHT": "another-t0ken", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    env |= {"CONVERSATION_API_TOKEN": f"{TOKEN}\r"} if way in ("environment", "import") else {}
    done = subprocess.run([sys.executable, "-m", "contracts", *words], cwd=tmp_path, env=env, capture_output=True,
                          text=True, timeout=60, check=False)  # fmt: skip
    assert (done.returncode, TOKEN in done.stdout + done.stderr) == (4, False)
    with pytest.raises(BlockingIOError):
        silent.accept()
