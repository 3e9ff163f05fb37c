"""`replay --pytest`: one violation as a test of its own."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.cli.replay import main
from contracts.findings.places import Place, Request
from contracts.findings.verdicts import Verdict
from contracts.mock.handle import Mock, controlled
from contracts.reporting.small_test import CannotWriteError, literal, small_test
from tests.suite.replaying import AT, FAULTY, TOKEN, record, violated
from tests.suite.support import U, envelope, exchange


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with controlled([f"--token={TOKEN}"]) as running:
        yield running


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVERSATION_API_TOKEN", TOKEN)


def run_test(file: Path) -> tuple[int, str]:
    """Exit code and output of pytest over one file, in its folder."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:schemathesis", file.name]
    done = subprocess.run(command, cwd=file.parent, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout


def is_formatted(file: Path) -> bool:
    command = [Path(sys.executable).with_name("ruff"), "format", "--isolated", "--check", file]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.process
@pytest.mark.usefixtures("token")
@pytest.mark.parametrize("fault", FAULTY[:4] + FAULTY[6:7] + FAULTY[9:])
def test_a_written_test_fails_until_the_violation_is_mended(fault: str, mock: Mock, tmp_path: Path) -> None:
    verdict = record(mock, tmp_path / "v.json", fault)[0]
    file = tmp_path / "test_it.py"
    assert main([str(tmp_path / "v.json"), "--listing", verdict.listing, "--pytest", str(file)]) == 0
    code, printed = run_test(file)
    assert (code, f"Expected: {verdict.expected.split()[0]}" in printed, is_formatted(file)) == (1, True, True)
    mock.change(faults=[])
    assert run_test(file)[0] == 0


@pytest.mark.process
@pytest.mark.usefixtures("token")
@pytest.mark.parametrize("fault", ["self-after-going-back", "swapped-after-going-back"])
def test_no_test_is_written_that_could_never_pass(fault: str, mock: Mock, tmp_path: Path) -> None:
    verdict = record(mock, tmp_path / "v.json", fault)[0]
    with pytest.raises(CannotWriteError, match="on an answer that the file does not hold"):
        small_test(verdict, CONVERSATION_CLAUSES)


HOSTILE = '"""\nimport os\nos.abort()  # \\" \\N{BULLET} \u202e \x00 {expected} \ud800'.encode(
    "utf-8", "replace"
).decode()


@pytest.mark.process
def test_a_hostile_answer_writes_no_code(tmp_path: Path) -> None:
    body = envelope(U, [{"id": HOSTILE}], {}, **{HOSTILE: [HOSTILE]})
    shown = exchange(body, AT, headers={"x": HOSTILE.replace("\n", " ")})
    verdict = violated(
        clause=HOSTILE, statement=HOSTILE, expected=HOSTILE, actual=HOSTILE * 9, exchanges=(shown.text,),
        requests=(Request("GET", AT + HOSTILE, (("x", HOSTILE), ("y", f"${'{'}HOME{'}'}"))),),
        where=(Place(), Place(header="x"), Place(pointer=f"/{HOSTILE}"), Place(pointer="/_embedded/data/users/0")),
    )  # fmt: skip
    file = tmp_path / "test_it.py"
    file.write_text(small_test(verdict, CONVERSATION_CLAUSES), encoding="utf-8")
    tree = ast.parse(file.read_bytes())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert (names, is_formatted(file)) == ({"json", "zlib", "requests"}, True)


@given(st.text())
def test_a_text_is_written_as_a_literal_of_one_line(text: str) -> None:
    made = literal(text)
    assert (ast.literal_eval(made), len(made.splitlines()), made.isprintable()) == (text, 1, True)


@pytest.mark.parametrize(
    ("verdict", "line"),
    [
        (violated(where=()), "status_code != 200, __doc__"),
        (violated(where=(), exchanges=(exchange({}, AT, status=503).text,)), "status_code < 500, __doc__"),
        (violated(where=(), clause="auth.required"), "status_code == 401, __doc__"),
        (violated(where=(Place(pointer="/_embedded/data/users/0/id"),)), "seen != wrong, __doc__"),
    ],
    ids=["status", "server-error", "auth", "place"],
)
def test_the_assertion_is_what_the_places_allow(verdict: Verdict, line: str) -> None:
    last = small_test(verdict, CONVERSATION_CLAUSES).splitlines()[-1]
    assert last.endswith(line)
