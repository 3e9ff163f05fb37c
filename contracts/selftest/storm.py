"""A bad day: the correct mock with everything that it can be asked for at once has to be found correct."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import orjson
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from contracts.mock import Settings, build
from contracts.mock.export import document
from contracts.mock.server import arguments, started

if TYPE_CHECKING:
    from collections.abc import Iterator

BAD = Settings(
    oddities=("extra-members", "times-with-offset"),
    rate_limit=200.0,
    latency=(1.0, 4.0),
    flaky=0.02,
    writes_per_second=10.0,
    trust_forwarded=True,
    access_log=True,
    base_path="/api/v0.2",
)
"""Limits, delays, resets, 503, writes and legal oddities; tokens that a key signs, a control port and workers come on top."""

DAYS = ("64 conversations", "10,000,000 conversations", "the data of a file")


@dataclass(frozen=True)
class Passage:
    """One run of the command through it: the day, its seed, its exit code, and the last lines that it said."""

    day: str
    seed: int
    code: int
    told: tuple[str, ...]


def passages(rounds: int, seed: int, *options: str) -> Iterator[Passage]:
    """Run the contract tests in two processes over such mocks, each of the days so many times, by turns."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        settings = dict(zip(DAYS, _settings(folder), strict=True))
        for number in range(seed, seed + rounds):
            for day in DAYS:
                with started([*arguments(settings[day]), "--workers=2", "--control-port=0"]) as mock:
                    yield _passage(day, number, mock.url, folder, *options)


def _settings(folder: Path) -> tuple[Settings, Settings, Settings]:
    """What the mocks are made with; their key and data are written to the folder."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "private.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    public = key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    (folder / "public.pem").write_bytes(public)
    (folder / "data.json").write_bytes(orjson.dumps(document(build(Settings(seed=9)))))
    usual = replace(BAD, jwt_public_key=str(folder / "public.pem"))
    return usual, replace(usual, conversations=10**7), replace(usual, data=str(folder / "data.json"))


def _passage(day: str, seed: int, base: str, folder: Path, *options: str) -> Passage:
    target = {"base-url": base, "application-id": "storm", "private-key": str(folder / "private.pem")}
    lines = ["[tool.conversation-contracts.targets.storm]", *(f'{name} = "{value}"' for name, value in target.items())]
    (folder / "targets.toml").write_text("\n".join(lines), encoding="utf-8")
    words = ["-q", "-n", "2", "--target", "storm", "--targets", str(folder / "targets.toml"), "--seed", str(seed)]
    done = subprocess.run(  # noqa: S603 - this project's own tests
        [sys.executable, "-m", "pytest", "tests/contract", *words, *options],
        capture_output=True,
        text=True,
        check=False,
    )
    told = tuple(islice((line for line in reversed(done.stdout.splitlines()) if line), 6))
    return Passage(day, seed, done.returncode, told[::-1])
