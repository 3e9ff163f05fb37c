"""What the project's command lines share."""

from __future__ import annotations

import argparse
from contextlib import contextmanager
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from contracts.display import printed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

USAGE = 4
"""The exit code of a command that was asked for something that cannot be, as pytest has it."""


class Parser(argparse.ArgumentParser):
    """Takes options by their full names only, says what is wrong in one line, and ends with `USAGE`."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - those of argparse
        super().__init__(**{"allow_abbrev": False, **options})

    def error(self, message: str) -> NoReturn:
        """Say it."""
        self.exit(USAGE, f"{self.prog}: {message}\n")

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """End with a message, which may quote a file or a server."""
        super().exit(status, message and printed(message))

    @contextmanager
    def writing(self, file: object) -> Iterator[None]:
        """End with an error where this file cannot be written."""
        try:
            yield
        except OSError as error:
            self.error(f"cannot write {file}: {error.strerror}")


def whole_number(text: str, least: int = 0) -> int:
    """A whole number, `least` or more, as a command line spells it."""
    if not text.isascii() or not text.isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least}")
    return int(text)


def header(text: str) -> tuple[str, str]:
    """A header and the environment variable with its value, of `NAME=VARIABLE`."""
    name, sign, variable = text.partition("=")
    if not (name and sign and variable):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VARIABLE, a header and an environment variable")
    return name, variable


positive = partial(whole_number, least=1)
"""A whole number from 1, as a command line spells it."""


def closest(word: str, choices: Iterable[str]) -> str:
    """The choices that a misspelt word may mean, closest first, separated by commas; empty where none is close."""
    return ", ".join(get_close_matches(word, sorted(choices), n=3, cutoff=0.75))
