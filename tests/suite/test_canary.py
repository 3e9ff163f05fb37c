"""A canary: a token and a key of this run occur nowhere that a run writes to, whatever the target does with them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from contracts.mock import FAULTS, Settings
from contracts.mock.server import running
from contracts.transport.redaction import PART
from tests.suite.test_credentials import KEY, pem

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[2]
TOKEN = "Canary-7f3KqZ-x9Lw+Vb/52Rt=MuJh"  # noqa: S105 - of nothing
OTHER = "Second-4hV9tM-y2Pc+Zu/81Kd=QwEr"
ECHOES = tuple(name for name, fault in FAULTS.items() if fault.breaks == "inputs.no-leak")
KEPT = ("contracts", "openapi", "tests", "conftest.py", "pyproject.toml")


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, so that whatever a run writes is found in one place."""
    place = tmp_path_factory.mktemp("canary") / "project"
    place.mkdir()
    for name in KEPT:
        source, goal = ROOT / name, place / name
        if source.is_dir():
            shutil.copytree(source, goal, ignore=shutil.ignore_patterns("__pycache__", "suite"))
        else:
            shutil.copy(source, goal)
    return place


def run(clone: Path, *words: str, code: int = 1, **variables: str) -> str:
    """What a run of the command says, every line of it, with everything switched on that writes."""
    options = [
        "--profile",
        "quick",
        "--verdicts",
        "v.json",
        "--har",
        "run.har",
        "--write-deviations",
        "d.toml",
        "--junitxml",
        "junit.xml",
        "-o",
        "junit_logging=all",
    ]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **variables}
    done = subprocess.run(
        [sys.executable, "-m", "contracts", "verify", *options, *words],
        cwd=clone, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout + done.stderr


def parts(secret: str) -> set[str]:
    return {secret[start : start + PART] for start in range(len(secret) - PART + 1)}


def forms(secret: str) -> set[str]:
    """Parts of a secret as it is, in hex, in base64 behind nothing, one and two bytes, and percent-encoded."""
    raw = secret.encode()
    behind = [b64encode(b"\0" * count + raw).decode() for count in range(3)]
    written = [secret, raw.hex(), raw.hex().upper(), "".join(f"%{byte:02x}" for byte in raw)]
    written += [each[4:-4] for each in (*behind, *(each.translate(str.maketrans("+/", "-_")) for each in behind))]
    return {part for each in written for part in parts(each)}


def leaks(place: Path, said: str, secrets: set[str]) -> list[str]:
    """Where a part of a secret stands: on the terminal, or in a file beside those that were copied."""
    written = {str(file.relative_to(place)): file.read_bytes() for file in place.rglob("*") if file.is_file()}
    texts = {"the terminal": said.encode()} | {
        name: text for name, text in written.items() if not name.startswith(tuple(KEPT))
    }
    assert {"v.json", "junit.xml", "run.har", "reports/matrix.html"} < texts.keys()
    assert any(name.startswith("reports/allure-results/") for name in texts)
    return [name for name, text in texts.items() if any(part.encode() in text for part in secrets)]


def test_a_token_stands_nowhere(clone: Path) -> None:
    with running(Settings(token=TOKEN, faults=("states-in-lower-case",))) as base:
        said = run(clone, "--base-url", base, "-n", "2", CONVERSATION_API_TOKEN=TOKEN)
    assert leaks(clone, said, parts(TOKEN)) == []


def test_a_token_that_the_bundled_mock_asks_for_stands_nowhere(clone: Path) -> None:
    said = run(clone, "--clauses", "auth,pages", "-n", "2", code=0, CONVERSATION_API_TOKEN=TOKEN)
    assert leaks(clone, said, parts(TOKEN)) == []


@pytest.mark.parametrize("fault", [*ECHOES, "items-of-anybody"])
def test_tokens_that_the_target_says_stand_nowhere(clone: Path, fault: str) -> None:
    """Neither its own nor that of another application, in any form."""
    with running(Settings(token=TOKEN, tenants=(OTHER,), faults=(fault,))) as base:
        lines = [f'base-url = "{base}"', 'token-env = "CANARY"', 'other = { token-env = "CANARY_TWO" }']
        (clone / "tests" / "t.toml").write_text("\n".join(["[tool.conversation-contracts.targets.t]", *lines]))
        words = ("--target", "t", "--targets", "tests/t.toml", "--clauses", "inputs.no-leak,auth")
        said = run(clone, *words, CANARY=TOKEN, CANARY_TWO=OTHER)
    assert (clone / "d.toml").exists()  # written where something is violated
    assert leaks(clone, said, forms(TOKEN) | forms(OTHER)) == []


def test_a_key_and_what_is_signed_with_it_stand_nowhere(clone: Path, tmp_path: Path) -> None:
    public = tmp_path / "public.pem"
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    public.write_bytes(KEY.public_key().public_bytes(serialization.Encoding.PEM, form))
    with running(Settings(jwt_public_key=str(public), faults=("states-in-lower-case",))) as base:
        lines = [f'base-url = "{base}"', 'application-id = "canary"', 'private-key-env = "CANARY_KEY"']
        (clone / "tests" / "t.toml").write_text("\n".join(["[tool.conversation-contracts.targets.t]", *lines]))
        said = run(clone, "--target", "t", "--targets", "tests/t.toml", CANARY_KEY=pem(KEY))
    key = {part for line in pem(KEY).splitlines()[1:-1] for part in parts(line)}
    assert leaks(clone, said, key | {"eyJhbGciOiJS"}) == []  # how every token of this kind begins
