"""What hides credentials wherever something is written, and says where an answer shows one."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import TYPE_CHECKING

from contracts.transport.spelling import Reading, encodings, readings, swapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HIDDEN = "[redacted]"
PART = 12
"""Characters in a row that a text may not share with a secret; a shorter secret is hidden where it stands whole."""

SHORT = 8
"""Characters of a secret from which on it is no word that a text holds by chance."""

_STEP = PART // 2
_SLICES = re.compile(f".{{{_STEP}}}", re.DOTALL)
_CREDENTIAL = (
    r"(?:(?:^|[\"'=:])\s*(?:Bearer|bearer)\s+"
    r"|(?i:token|authorization|password|secret|api[_-]?key)[\"']?\s*[:=]\s*[\"']?(?i:bearer\s+)?)"
)
"""What stands before a credential: the scheme at the beginning of a value, or a name for it."""

_ENDS = re.compile(r"[\s\"'=:]")
"""The last character of that."""

_OPENING = re.compile("auth|token|key|secret|passw|credential|cookie|session|signature", re.IGNORECASE)


def opens(header: str) -> bool:
    """Whether a header of this name holds a credential; an answer may repeat any other, such as a tenant or a version."""
    return _OPENING.search(header) is not None


def _bounded(secret: str) -> str:
    """A pattern for a secret; a short one counts only where it stands by itself, for it may be part of any word."""
    found = re.escape(secret)
    return found if len(secret) >= SHORT else rf"(?<![0-9A-Za-z]){found}(?![0-9A-Za-z])"


_REACH = 200
"""Characters before a short secret, and after it, that say whether it is a credential there."""


def _as_credential(secret: str) -> Callable[[str], bool] | None:
    """Whether a short secret, which may be any word, stands in a text for a credential; None for a long one."""
    if len(secret) >= SHORT:
        return None
    alone = re.compile(rf"{re.escape(secret)}(?![0-9A-Za-z=]| +[A-Za-z])")
    named = re.compile(rf"{_CREDENTIAL}{alone.pattern}")

    def stands(text: str) -> bool:
        # The word first, then what is around it: a search for all that can stand before it takes a hundred times as long.
        return any(
            _ENDS.match(text, found.start() - 1) is not None
            and named.search(text, max(0, found.start() - _REACH), found.end() + _REACH) is not None
            for found in alone.finditer(text)
        )

    return stands


def parts(value: str) -> Iterator[str]:
    """What is secret in a header's value beside the value itself.

    Args:
        value: such as `Bearer TOKEN`, `Basic BASE64`, or `session=ID; other=VALUE`.

    Returns:
        What follows the scheme (RFC 9110, section 11.4), of Basic also the decoded user:password and the password, and the
        values of a cookie that are too long to be words.
    """
    scheme, _, rest = value.partition(" ")
    if rest and " " not in rest and (scheme.lower() in SCHEMES or len(rest) >= SHORT):
        yield rest
    if scheme.lower() == "basic":
        pair = _decoded(rest)
        yield from filter(None, (pair, pair.partition(":")[2]))
    if "=" in value.rstrip("="):
        yield from (found for found in _COOKIE.findall(value) if len(found) >= SHORT)


SCHEMES = ("basic", "bearer", "token")
_COOKIE = re.compile(r"[^\s=;,]+=([^\s;,]+)")


def _decoded(text: str) -> str:
    """The text that base64 stands for; empty where it is none."""
    try:
        return b64decode(text, validate=True).decode()
    except ValueError:
        return ""


class Redactor:
    """Hides secrets in text: whole and in parts, also encoded, with characters escaped, in other case, and in UTF-16.

    A text is searched as it is written and with its escapes read (`contracts.transport.spelling`). What was compressed,
    encrypted, hashed, reversed or encoded twice, and what has other characters in between, is not found.

    Args:
        secrets: what must never be shown.
    """

    def __init__(self, *secrets: str) -> None:
        self._whole: dict[str, re.Pattern[str]] = {}
        self._telling: dict[str, Callable[[str], bool] | None] = {}
        self._characters, self._short = set[str](), False
        self._parts: set[str] = set()
        self._steps: set[str] = set()
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str, *, telling: bool = True) -> None:
        """Hide this from now on too; `telling` says that whoever shows it leaks it."""
        plain = {secret, swapped(secret)}
        plain |= {
            each.encode("utf-8", "replace").decode("latin-1") for each in plain
        }  # percent-encoded bytes are read so
        encoded = encodings(secret if len(secret) >= SHORT else f"Bearer {secret}") if secret else frozenset[str]()
        changed = {secret.lower(), secret.upper(), "\0".join(secret)} if len(secret) >= SHORT else set[str]()
        for form in {*plain, *changed, *encoded, *encodings(secret), *encodings(swapped(secret))} - {""}:
            self._hide(form)
        for part in parts(secret):
            self.add(part, telling=telling)
        if telling:
            self._telling.update(dict.fromkeys(encoded))
            self._telling.update({form: _as_credential(form) for form in plain - {""}})
            self._characters.update(*plain, *encoded)
            self._short |= len(secret) < SHORT

    def _hide(self, form: str) -> None:
        self._whole[form] = re.compile(_bounded(form))
        if len(form) >= PART:
            self._parts.update(form[start : start + PART] for start in range(len(form) - PART + 1))
            self._steps.update(form[start : start + _STEP] for start in range(len(form) - _STEP + 1))

    def holds(self, text: str) -> bool:
        """Whether a text shows a secret, whole."""
        return any(
            form in reading.text and (stands is None or stands(reading.text))
            for reading in readings(text)
            if self._differs(reading)
            for form, stands in self._telling.items()
        )

    def _differs(self, reading: Reading) -> bool:
        """Whether a secret can stand in a text as it is read that did not stand in it with a layer of escapes more.

        An escape was then a character of the secret or, of a short one, stood before it.
        """
        return reading.before is None or self._short or not self._characters.isdisjoint(reading.new)

    def __call__(self, text: str) -> str:
        """The text without any secret in it."""
        spans = sorted(
            (reading.places[start], reading.places[end])
            for reading in readings(text)
            for start, end in self._spans(reading.text)
        )
        shown, hidden = list[str](), 0
        for start, end in spans:
            if start >= hidden:
                shown += text[hidden:start], HIDDEN
            hidden = max(hidden, end)
        return "".join([*shown, text[hidden:]])

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where secrets and parts of them are in a text as it is read."""
        for form, pattern in self._whole.items():
            if form in text:
                yield from (found.span() for found in pattern.finditer(text))
        # Each part has a step at a multiple of its length, so nothing else needs a closer look.
        if not self._steps or self._steps.isdisjoint(_SLICES.findall(text)):
            return
        for place in range(0, len(text), _STEP):
            if text[place : place + _STEP] in self._steps:
                for start in range(max(0, place - _STEP), place + 1):
                    if text[start : start + PART] in self._parts:
                        yield start, start + PART
