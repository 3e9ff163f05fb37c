"""Words and variables that are wrong: each is refused in one line, before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.selftest.chaos.cases import Bound, Case, Found, Place
from contracts.selftest.chaos.traces import TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.selftest.chaos.watched import Ended

USAGE = 4
SOON = Bound(20.0, 400.0)
UNREACHABLE = 3
SENDABLE = ("latin-1", "nothing-but-blanks", "tab", "nbsp")
"""Tokens that a header may hold, if hardly any service takes them; nobody answers where they are sent to."""

_LINES = 2
"""Lines in which a refusal is said at most."""

NOBODY = "http://127.0.0.1:9/v0.2"


@dataclass(frozen=True)
class Refused:
    """A command that must be refused with exit code 4, in a line.

    Attributes:
        kind, name: of the case.
        words: of the command line.
        variables: of its environment.
        files: by name, with what they hold.
        codes: the exit codes that are right.
    """

    kind: str
    name: str
    words: tuple[str, ...]
    variables: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()
    codes: tuple[int, ...] = (USAGE,)
    quick: bool = False

    def case(self) -> Case:
        """It as a case."""
        return Case(self.kind, self.name, self.run, SOON, self.quick)

    def run(self, place: Place) -> Found:
        """Write the files, and carry the command out."""
        for name, data in self.files:
            (place.work / name).write_bytes(data)
        ended = place.command(self.words, variables=dict(self.variables))
        return Found(ended, tuple(self._problems(ended)))

    def _problems(self, ended: Ended) -> Iterator[str]:
        if ended.code not in self.codes:
            yield f"exit code {ended.code} instead of {' or '.join(map(str, self.codes))}: {ended.printed[-300:]}"
        lines = [line for line in ended.printed.splitlines() if line.strip()]
        if ended.code == USAGE and not 0 < len(lines) <= _LINES:
            yield f"{len(lines)} lines in place of one: {ended.printed[:300]}"


def _options() -> Iterator[Refused]:
    values = {
        "--rate": ("0/s", "-1/s", "1e999/s", "nan/s", "1", "1/fortnight", "٣/s"),
        "--seed": ("x", "1e3", "9" * 5_000),
        "--shard": ("3/2", "0/2", "1/0", "-1/2", "a/b"),
        "--max-requests": ("-1", "x", "1e9"),
        "--profile": ("nope", ""),
        "--clauses": ("nope", "pages.nope", "\x1b[31m"),
        "--conversation": ("", "CON-1\r\nHost: x", "../..", ".", "..", "\n"),
        "--header": ("X", "X=NO_SUCH_VARIABLE", "X\r\nY=HOME", "=HOME"),
        "--ca-bundle": ("/no/such/file", "/dev/null", "/"),
        "--max-pages": ("0", "-5", "x"),
        "--targets": ("/no/such/file", "/"),
    }
    for option, words in values.items():
        for number, value in enumerate(words):
            given = (f"{option}={value}", *(["--seed=1"] if option == "--shard" else []))
            yield Refused(
                "options", f"{option[2:]}-{number}", ("verify", NOBODY, *given), quick=(option, number) == ("--rate", 0)
            )
    urls = (
        "http://",
        "ftp://x",
        "http://[::1",
        "http://a:99999",
        "http://a b/",
        "http://a\r\nX: y/",
        "http://u:p@a/",
        "http://a/?q",
        "",
    )
    for number, url in enumerate(urls):
        yield Refused("options", f"base-url-{number}", ("verify", f"--base-url={url}"))


def _variables() -> Iterator[Refused]:
    tokens = {
        "cr-lf": f"{TOKEN}\r\n",
        "lf": f"{TOKEN}\nX-A: b",
        "latin-1": f"{TOKEN}\xe9",
        "beyond": f"{TOKEN}\u20ac",
        "nothing-but-blanks": "   ",
        "bom": f"\ufeff{TOKEN}",
        "tab": f"a\t{TOKEN}",
        "escape": f"\x1b[31m{TOKEN}",
        "nbsp": f"\xa0{TOKEN}",
    }
    for name, token in tokens.items():
        yield Refused(
            "credentials",
            name,
            ("verify", NOBODY),
            (("CONVERSATION_API_TOKEN", token),),
            codes=(USAGE, UNREACHABLE) if name in SENDABLE else (USAGE,),
            quick=name == "cr-lf",
        )
    yield Refused(
        "credentials", "a-header", ("verify", NOBODY, "--header=X-Api-Key=KEY"), (("KEY", f"{TOKEN}\r\nX: y"),)
    )


def cases() -> Iterator[Case]:
    """All of them."""
    return (each.case() for each in (*_options(), *_variables()))
