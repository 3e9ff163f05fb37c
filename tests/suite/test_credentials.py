"""Credentials: ready, minted and printed tokens, when they are made anew, and wrong ones made of them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from contracts.transport.credentials import (
    EXPIRED,
    RESIGNED,
    SPOILT,
    UNSIGNED,
    Minted,
    Printed,
    Ready,
    claims,
    spoil,
    wrong,
)
from contracts.transport.errors import ConfigurationError, CredentialError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
NOW = 1_700_000_000


def pem(key: Any) -> str:
    none = serialization.NoEncryption()
    return str(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, none).decode())


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = float(NOW)

    def __call__(self) -> float:
        """What it shows."""
        return self.now


def minted(clock: Callable[[], float], lifetime: int = 900) -> Minted:
    return Minted("app-1", pem(KEY), lifetime, clock)


def test_a_minted_token_says_what_the_service_wants() -> None:
    token = minted(Clock()).token()
    said = jwt.decode(token, KEY.public_key(), algorithms=["RS256"], options={"verify_exp": False, "verify_iat": False})
    assert {name: said[name] for name in ("application_id", "iat", "exp")} == {
        "application_id": "app-1", "iat": NOW, "exp": NOW + 900,
    }  # fmt: skip
    assert set(said) == {"application_id", "iat", "exp", "jti"}  # no nbf, which the service refuses


def test_a_minted_token_is_kept_until_it_ends_soon() -> None:
    clock = Clock()
    credential = minted(clock)
    first = credential.token()
    clock.now += 700
    assert credential.token() == first
    clock.now += 90
    assert credential.token() != first
    assert (claims(credential.token()) or {})["exp"] == NOW + 790 + 900


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("nonsense", "the private key: it cannot be read"),
        (pem(ec.generate_private_key(ec.SECP256R1())), "RS256 wants an RSA key"),
    ],
    ids=["no-key", "another-kind"],
)
def test_a_key_that_cannot_sign_is_one_clear_line(key: str, why: str) -> None:
    with pytest.raises(ConfigurationError, match=why) as error:
        Minted("app-1", key)
    assert "\n" not in str(error.value)


def test_the_lines_of_a_key_are_secrets() -> None:
    lines = pem(KEY).splitlines()[1:-1]
    assert minted(Clock()).secrets == tuple(lines)


def test_a_ready_token_that_ended_is_not_sent() -> None:
    clock = Clock()
    old = jwt.encode({"exp": NOW - 30}, KEY, algorithm="RS256")
    with pytest.raises(CredentialError, match="the token: it ended 30 s ago, by its own exp; get a new one"):
        Ready(old, clock).token()
    assert Ready("opaque", clock).token() == "opaque"


def command(script: Path, text: str) -> Printed:
    script.write_text(text)
    return Printed((sys.executable, str(script)))


def test_a_command_prints_the_token_once(tmp_path: Path) -> None:
    count = tmp_path / "count"
    made = command(tmp_path / "a.py", f"open({str(count)!r}, 'a').write('x'); print(' t0ken ')")
    assert (made.token(), made.token(), count.read_text()) == ("t0ken", "t0ken", "x")


@pytest.mark.parametrize(
    ("text", "why"),
    [("raise SystemExit(7)", "exit code 7"), ("print('a b')", "it printed 2 words"), ("", "it printed 0 words")],
    ids=["failed", "two-words", "nothing"],
)
def test_a_command_that_prints_no_token_is_said_in_one_line(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(CredentialError, match=why):
        command(tmp_path / "a.py", text).token()
    with pytest.raises(CredentialError, match="No such file"):
        Printed(("/nowhere/token",)).token()


def test_what_can_be_made_wrong_depends_on_the_credential() -> None:
    signed = Ready(jwt.encode({"a": 1}, KEY, algorithm="RS256"))
    assert wrong(Ready("opaque")) == tuple(SPOILT)
    assert wrong(signed) == (*SPOILT, RESIGNED, UNSIGNED)
    assert wrong(minted(Clock())) == (*SPOILT, RESIGNED, UNSIGNED, EXPIRED)


@pytest.mark.parametrize("name", [RESIGNED, UNSIGNED, EXPIRED])
def test_a_forged_token_claims_the_same_and_is_not_valid(name: str) -> None:
    made = minted(Clock())
    forged = spoil(name, made).removeprefix("Bearer ")
    said, right = claims(forged) or {}, claims(made.token()) or {}
    assert said["application_id"] == right["application_id"]
    with pytest.raises(jwt.PyJWTError):
        jwt.decode(forged, KEY.public_key(), algorithms=["RS256"])
    assert (name == EXPIRED) == (said["exp"] < NOW)
