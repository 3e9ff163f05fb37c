"""Credentials: a token that is ready, one that is minted from a key, one that a command prints; and wrong ones.

A token is a bearer token (RFC 6750). Minted ones are JSON Web Tokens (RFC 7519) signed with RS256.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from contracts.paging.units import Seconds
from contracts.transport.errors import ConfigurationError, CredentialError
from contracts.transport.spelling import swapped

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

HOUR = 3600
"""Seconds."""

LIFETIME = 900
"""Seconds that a minted token is valid for."""

MARGIN = 120
"""Seconds before its end from which on a token is made anew, so that no request carries one that ends on its way."""

COMMAND_SECONDS = 60

VARIABLE = "CONVERSATION_API_TOKEN"
"""The environment variable of a token, where a target names no other."""

OTHER_VARIABLE = "CONVERSATION_API_OTHER_TOKEN"
"""What stands for the token of the bundled mock's second tenant."""

MADE = "TOKEN"
"""What stands for a token that no variable holds."""

BITS = 2048
Clock = Callable[[], Seconds]


class Credential(Protocol):
    """What a target is asked with."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be shown, beside the tokens themselves."""

    @property
    def variable(self) -> str:
        """The variable that stands for the token in a curl line."""

    @property
    def fill(self) -> str:
        """How to fill that variable in a shell; empty where the environment holds it already."""

    def token(self) -> str:
        """A bearer token that is valid now; `CredentialError` where there is none."""

    def expired(self) -> str | None:
        """A token that was valid once, None where none can be made."""


def claims(token: str) -> Mapping[str, Any] | None:
    """What a JSON Web Token claims, unverified; None where a token is none."""
    if token.count(".") != 2:  # noqa: PLR2004 - header, payload and signature (RFC 7519)
        return None
    import jwt  # noqa: PLC0415 - slow; rarely needed

    try:
        found: Mapping[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError:
        return None
    return found


def end(token: str) -> Seconds | None:
    """When a token ends by its own word, since 1970; None where it says nothing."""
    found = (claims(token) or {}).get("exp")
    return float(found) if isinstance(found, int | float) else None


def flaw(token: str) -> str:
    """Why a token cannot be sent in a header (RFC 9110, section 5.5), without showing it; empty where it can."""
    wrong = _UNSENDABLE.search(token)
    if wrong is None:
        return ""
    kind = _KINDS.get(wrong.group(), "a control character" if wrong.group() < "\xa0" else "a character beyond Latin-1")
    end = ", at its end" if wrong.start() >= len(token.rstrip("\r\n")) else ""
    return f"it holds {kind}{end}, which no header can hold; give the token alone"


_UNSENDABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]|[^\x00-\xff]")
_KINDS = {
    "\r": "a carriage return (CR, as in files that were saved on Windows)",
    "\n": "a line feed (LF)",
    "\ufeff": "a byte order mark (as in files that were saved on Windows)",
}


@dataclass(frozen=True, repr=False)
class Ready:
    """A token that somebody made before; `variable` is the environment variable that holds it.

    Raises:
        ConfigurationError: no header can hold it.
    """

    value: str
    clock: Clock = time.time
    secrets: tuple[str, ...] = ()
    variable: str = VARIABLE
    fill: str = ""

    def __post_init__(self) -> None:
        """Refuse a token that cannot be sent: the HTTP library would print it in its own error."""
        if why := flaw(self.value):
            raise ConfigurationError(f"the token in {self.variable}", why)

    def token(self) -> str:
        """The token; an error where it says itself that it ended."""
        until = end(self.value)
        if until is not None and until <= self.clock():
            raise CredentialError(
                "the token", f"it ended {self.clock() - until:,.0f} s ago, by its own exp; get a new one"
            )
        return self.value

    def expired(self) -> None:
        """Nothing: only who holds the key can make one."""


@dataclass(repr=False)
class Minted:
    """Tokens for an application, signed with its private key and made anew before they end.

    Args:
        application: the application's id.
        pem: its RSA private key.
        lifetime: seconds that a token is valid for.
        clock: seconds since 1970.
    """

    application: str
    pem: str
    lifetime: int = LIFETIME
    clock: Clock = time.time
    variable: str = field(default=MADE, init=False)
    _current: tuple[str, float] = field(default=("", 0.0), init=False)

    def __post_init__(self) -> None:
        """Read the key; `BadTargetError` where it is none."""
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415 - slow; rarely needed
        from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 - likewise

        try:
            key = load_pem_private_key(self.pem.encode(), password=None)
        except (ValueError, TypeError) as error:
            raise ConfigurationError("the private key", f"it cannot be read: {str(error).partition('.')[0]}") from None
        if not isinstance(key, RSAPrivateKey):
            raise ConfigurationError("the private key", f"it is a {type(key).__name__}; RS256 wants an RSA key")

    @property
    def fill(self) -> str:
        """What the token has to be: a command would need the key."""
        return f"{self.variable}=…, a JSON Web Token with application_id, signed (RS256) with the private key"

    @property
    def secrets(self) -> tuple[str, ...]:
        """The lines of the key."""
        return tuple(line for line in self.pem.splitlines() if line and not line.startswith("-----"))

    def token(self) -> str:
        """The token of the moment, a new one where the last one ends soon."""
        now = self.clock()
        if now > self._current[1] - min(MARGIN, self.lifetime / 2):  # a short-lived one must not be minted each time
            self._current = self._mint(now), now + self.lifetime
        return self._current[0]

    def expired(self) -> str:
        """A token that ended an hour ago."""
        return self._mint(self.clock() - self.lifetime - HOUR)

    def _mint(self, now: Seconds) -> str:
        import jwt  # noqa: PLC0415 - slow; rarely needed

        said = {
            "application_id": self.application,
            "iat": int(now),
            "exp": int(now) + self.lifetime,
            "jti": str(uuid.uuid4()),
        }
        return jwt.encode(said, self.pem, algorithm="RS256")


@dataclass(repr=False)
class Printed:
    """The token that a command prints; the command is run again before a token ends that says when.

    Args:
        command: the program and its arguments; no shell.
        clock: seconds since 1970.
    """

    command: tuple[str, ...]
    clock: Clock = time.time
    secrets: tuple[str, ...] = ()
    variable: str = field(default=MADE, init=False)
    _current: str = field(default="", init=False)

    @property
    def fill(self) -> str:
        """The command itself."""
        return f"{self.variable}=$({shlex.join(self.command)})"

    def token(self) -> str:
        """The token of the moment.

        Raises:
            CredentialError: the command fails, or prints no token; or one that cannot be sent, after one that could.
            ConfigurationError: its first token cannot be sent.
        """
        until = end(self._current) if self._current else None
        if not self._current or (until is not None and self.clock() > until - MARGIN):
            self._current = self._print()
        return self._current

    def expired(self) -> None:
        """Nothing: only who holds the key can make one."""

    def _print(self) -> str:
        shown = self.command[0]
        try:
            done = subprocess.run(  # noqa: S603 - the user's own command
                self.command,
                capture_output=True,
                text=True,
                errors="surrogateescape",  # bytes that are no text cannot be sent, and are refused below
                check=False,
                timeout=COMMAND_SECONDS,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CredentialError(f"the token command {shown!r}", str(error)) from None
        lines = done.stdout.split()
        if done.returncode or len(lines) != 1:
            what = (
                f"exit code {done.returncode}" if done.returncode else f"it printed {len(lines)} words, not one token"
            )
            raise CredentialError(f"the token command {shown!r}", what)
        if why := flaw(lines[0]):
            refuse = CredentialError if self._current else ConfigurationError
            raise refuse(f"the token of the command {shown!r}", why)
        return lines[0]


# --- wrong credentials -----------------------------------------------------------------------------------------------

STRANGER = "Basic c3RyYW5nZXI6d3Jvbmc="  # a user and a password that nobody has

SPOILT: Mapping[str, Callable[[str], str]] = {
    "a wrong token": lambda _: "Bearer wrong",
    "a truncated token": lambda token: f"Bearer {token[:-1]}",
    "half a token": lambda token: f"Bearer {token[: len(token) // 2]}",
    "an extended token": lambda token: f"Bearer {token}x",
    "a case-swapped token": lambda token: f"Bearer {swapped(token)}",
    "a made-up password": lambda _: STRANGER,
}
"""By name, ways to make a wrong credential of a right token, so that it opens nothing anywhere else."""

EXPIRED = "an expired token"
RESIGNED = "a token signed with another key"
UNSIGNED = "a token without a signature"


def wrong(credential: Credential) -> tuple[str, ...]:
    """The names of the wrong credentials that can be made of a right one."""
    signed = (RESIGNED, UNSIGNED) if claims(credential.token()) is not None else ()
    return (*SPOILT, *signed, *([EXPIRED] if credential.expired() else []))


def spoil(name: str, credential: Credential) -> str:
    """The header Authorization with the wrong credential of this name, empty for no name: with none."""
    token = credential.token()
    if name == EXPIRED:
        return f"Bearer {credential.expired()}"
    if name in (RESIGNED, UNSIGNED):
        import jwt  # noqa: PLC0415 - slow; rarely needed

        said = dict(claims(token) or {})
        if name == UNSIGNED:
            return f"Bearer {jwt.encode(said, '', algorithm='none')}"
        return f"Bearer {jwt.encode(said, _stranger(), algorithm='RS256')}"
    spoilt = SPOILT[name](token) if name else ""
    return spoilt if spoilt != f"Bearer {token}" else f"Bearer {token}x"


def spelt(name: str, credential: Credential, sent: str) -> str:
    """A wrong credential as a shell makes it of the right one's variable, so that no part of that one is shown.

    Args:
        name: the name of the wrong credential, empty for none.
        credential: the right one.
        sent: the header that was sent.
    """
    variable, token = credential.variable, credential.token()
    extended = f"Bearer ${{{variable}}}x"
    if sent == f"Bearer {token}x":
        return extended
    forms = {
        "a truncated token": f"Bearer ${{{variable}%?}}",
        "half a token": f"Bearer $(printf %.{len(token) // 2}s ${variable})",
        "a case-swapped token": f"Bearer $(printf %s ${variable} | tr a-zA-Z A-Za-z)",
        EXPIRED: f"Bearer $EXPIRED_{variable}",
        RESIGNED: f"Bearer ${{{variable}%.*}}.{sent.rpartition('.')[2]}",
        UNSIGNED: f"{sent.partition('.')[0]}.$(printf %s ${variable} | cut -d. -f2).",
    }
    return forms.get(name, sent)


@lru_cache
def _stranger() -> RSAPrivateKey:
    """A key that nobody else has."""
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key  # noqa: PLC0415 - slow

    return generate_private_key(public_exponent=65537, key_size=BITS)
