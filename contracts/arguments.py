"""What the project's command lines share."""

from __future__ import annotations

import argparse
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterable

USAGE = 4
"""The exit code of a command that was asked for something that cannot be, as pytest has it."""


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, and ends with `USAGE`."""

    def error(self, message: str) -> NoReturn:
        """Say it."""
        self.exit(USAGE, f"{self.prog}: {message}\n")


def whole_number(text: str, least: int = 0) -> int:
    """A whole number, `least` or more, as a command line spells it."""
    if not text.isascii() or not text.isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least}")
    return int(text)


positive = partial(whole_number, least=1)
"""A whole number from 1, as a command line spells it."""


def closest(word: str, choices: Iterable[str]) -> str:
    """The choices that a misspelt word may mean, closest first, separated by commas; empty where none is close."""
    return ", ".join(get_close_matches(word, sorted(choices), n=3, cutoff=0.75))
