"""The forms that a value can have: as a word of the command line, as JSON on the control port, and in Python."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contracts.mock import amounts

Fits = Callable[[object], bool]


@dataclass(frozen=True, slots=True)
class Form:
    """How one kind of value is written and what it must be.

    Attributes:
        word: what a word of the command line must be, to follow "must be".
        value: what the value must be in Python or JSON, to follow "must be".
        fits: whether a value is allowed.
        parse: reads a word; ValueError where it has another form.
        spell: writes a value as a word that `parse` reads.
        repeats: an option of this form may be given again; its value is a tuple, of one part for each word.
        units: JSON may hold a word, such as "20/s", instead of the value.
    """

    word: str
    value: str
    fits: Fits
    parse: Callable[[str], Any] = str
    spell: Callable[[Any], str] = str
    repeats: bool = False
    units: bool = False

    def from_word(self, word: str) -> Any:  # noqa: ANN401 - the form decides
        """The value of a word, or one part of it where the form repeats; ValueError says what is allowed."""
        try:
            value = self.parse(word)
        except ValueError:
            value = None
        if value is None or not self.fits((value,) if self.repeats else value):
            raise ValueError(f"{word!r} must be {self.word}")
        return value

    def from_json(self, value: object) -> object:
        """The value that JSON spells; ValueError says what is allowed."""
        if self.units and isinstance(value, str):
            return self.from_word(value)
        found = tuple(value) if isinstance(value, list) else value
        if not self.fits(found):
            raise ValueError(f"{value!r} must be {self.value}")
        return found


def _between(value: object, least: float, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


def _range(value: object, most: float, kind: type = object) -> bool:
    if not isinstance(value, tuple) or len(value) != 2:  # noqa: PLR2004 - a range has two ends
        return False
    low, high = value
    return all(isinstance(each, kind) and _between(each, 0, most) for each in value) and bool(low <= high)


def integer(least: int, most: int) -> Form:
    """An integer between these, both allowed."""
    must = f"an integer from {least} to {most}"
    return Form(must, must, lambda value: isinstance(value, int) and _between(value, least, most), amounts.integer)


def number(most: int) -> Form:
    """A number from 0 to this."""
    must = f"a number from 0 to {most}"
    return Form(must, must, lambda value: _between(value, 0, most), amounts.decimal, amounts.spelt_decimal)


def counts(most: int) -> Form:
    """The least and the greatest number of things."""
    return Form(
        f"a number such as 7, or a range such as 0-50 with the smaller number first, from 0 to {most}",
        f"two integers such as [0, 50] with the smaller one first, from 0 to {most}, or text such as '7' or '0-50'",
        lambda value: _range(value, most, int),
        amounts.counts,
        amounts.spelt_counts,
        units=True,
    )


def rate(most: int) -> Form:
    """Requests per second."""
    return Form(
        f"a rate such as 20/s, 90/min or 1000/h, from 0/s to {most}/s",
        f"a number of requests per second from 0 to {most}, or text such as '20/s', '90/min' or '1000/h'",
        lambda value: _between(value, 0, most),
        amounts.rate,
        amounts.spelt_rate,
        units=True,
    )


def span(most: int) -> Form:
    """The shortest and the longest time, in milliseconds."""
    return Form(
        f"a time such as 40ms or 1.5s, or a range such as 10ms-80ms with the shorter time first, from 0ms to {most}ms",
        f"two numbers of milliseconds such as [10, 80] with the smaller one first, from 0 to {most}, "
        "or text such as '40ms' or '10ms-80ms'",
        lambda value: _range(value, most),
        amounts.span,
        amounts.spelt_span,
        units=True,
    )


def share() -> Form:
    """A part of all, from 0 to 1."""
    return Form(
        "a share such as 2%, from 0% to 100%",
        "a number from 0 to 1, or text such as '2%'",
        lambda value: _between(value, 0, 1),
        amounts.share,
        amounts.spelt_share,
        units=True,
    )


def text(must: str = "text", allows: Callable[[str], bool] = lambda _: True) -> Form:
    """Text that a function allows."""
    return Form(must, must, lambda value: isinstance(value, str) and allows(value))


def names(what: str = "a name") -> Form:
    """Any number of names; who uses them says which there are."""
    every = text().fits
    return Form(what, f"a list of {what.removeprefix('a ')}s", lambda value: _each(value, every), repeats=True)


def some_of(choices: Sequence[str]) -> Form:
    """One or more of these."""
    listed = ", ".join(choices)
    return Form(
        f"one of {listed}",
        f"some of {listed}",
        lambda value: bool(value) and _each(value, lambda one: one in choices),
        repeats=True,
    )


def _each(value: object, fits: Fits) -> bool:
    return isinstance(value, tuple) and all(fits(one) for one in value)


def flag() -> Form:
    """On or off; its option takes no word."""
    return Form("absent", "true or false", lambda value: isinstance(value, bool))


def optional(form: Form) -> Form:
    """The same, or None, which no word spells: the option is left out."""
    return replace(form, value=f"{form.value}, or null", fits=lambda value: value is None or form.fits(value))
