"""The named faults, legal oddities and departures, and how an API is built with some of them.

Each is a subclass of `Api` that overrides one or two of its steps; several are put together as mixins.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from inspect import cleandoc
from types import MappingProxyType
from typing import TypeVar

from contracts.mock.api import Api
from contracts.mock.settings import Settings

ALL_LISTINGS = ("conversations", "users", "members", "events")
_WORD = re.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that a back end gets wrong: the clause it breaks, the listings it shows on, and how.

    `needs` says what must be switched on for it to show at all: `writes`, `token` or `tenants`.
    """

    name: str
    breaks: str
    listings: tuple[str, ...]
    doc: str
    cls: type[Api]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something unusual that the description allows; `should` names the SHOULD clauses that it breaks.

    `shared` are the listings that all tenants see alike, on purpose.
    """

    name: str
    should: tuple[str, ...]
    doc: str
    cls: type[Api]
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Departure:
    """Where the real service is known to differ from its description: the clauses that this breaks, and how.

    `breaks` is the clause that says it best, `also` are others that it breaks; `listings` is where it shows.
    """

    name: str
    breaks: str
    also: tuple[str, ...]
    listings: tuple[str, ...]
    doc: str
    cls: type[Api]


class UnknownNameError(ValueError):
    """There is no fault, oddity or departure of this name; `near` are those that it may have meant."""

    def __init__(self, what: str, name: str, known: Mapping[str, object]) -> None:
        self.what, self.name = what, name
        self.near = tuple(get_close_matches(name, known, n=3, cutoff=0.3))
        option = "--list-oddities" if what == "oddity" else f"--list-{what}s"
        every = f"there are {len(known)}; conversation-contracts mock {option} lists them"
        hint = f"did you mean {', '.join(self.near)}?" if self.near else every
        super().__init__(f"unknown {what} {name!r}: {hint}")


_Entry = TypeVar("_Entry", Fault, Oddity, Departure)
_faults: dict[str, Fault] = {}
_oddities: dict[str, Oddity] = {}
_departures: dict[str, Departure] = {}
FAULTS: Mapping[str, Fault] = MappingProxyType(_faults)
ODDITIES: Mapping[str, Oddity] = MappingProxyType(_oddities)
DEPARTURES: Mapping[str, Departure] = MappingProxyType(_departures)


Register = Callable[[type[Api]], type[Api]]


def _register(kind: str, entries: dict[str, _Entry], make: Callable[[str, str, type[Api]], _Entry]) -> Register:
    """Register a class as the entry that is made of its name, its docstring and the class itself."""

    def register(cls: type[Api]) -> type[Api]:
        name = _WORD.sub("-", cls.__name__).lower()
        if name in entries:
            raise ValueError(f"two {kind} are called {name}")
        entries[name] = make(name, cleandoc(cls.__doc__ or ""), cls)
        return cls

    return register


def _listings(listing: str | tuple[str, ...]) -> tuple[str, ...]:
    return (listing,) if isinstance(listing, str) else listing


def fault(*, breaks: str, listing: str | tuple[str, ...] = ALL_LISTINGS, needs: str | None = None) -> Register:
    """Register a class as the fault that breaks this clause on these listings; those of auth need a token."""
    asked = (*(["token"] if breaks.startswith("auth.") else []), *([] if needs is None else [needs]))
    listings = _listings(listing)
    return _register("faults", _faults, lambda name, doc, cls: Fault(name, breaks, listings, doc, cls, asked))


def oddity(*, should: str | tuple[str, ...] = (), shared: tuple[str, ...] = ()) -> Register:
    """Register a class as a legal oddity, which may break these SHOULD clauses, or share listings between tenants."""
    shoulds = (should,) if isinstance(should, str) else should
    return _register("oddities", _oddities, lambda name, doc, cls: Oddity(name, shoulds, doc, cls, shared))


def departure(*, breaks: str, listing: str | tuple[str, ...], also: tuple[str, ...] = ()) -> Register:
    """Register a class as a departure of the real service, which breaks these clauses on these listings."""
    listings = _listings(listing)
    return _register(
        "departures", _departures, lambda name, doc, cls: Departure(name, breaks, also, listings, doc, cls)
    )


def build(settings: Settings | None = None) -> Api:
    """An API with these settings, all that they name mixed in; raises `UnknownNameError`."""
    settings = settings or Settings()
    classes = [_entry("fault", name, FAULTS).cls for name in settings.faults]
    classes += [_entry("oddity", name, ODDITIES).cls for name in settings.oddities]
    classes += [_entry("departure", name, DEPARTURES).cls for name in settings.departures]
    base = Api
    if settings.data is not None:
        from contracts.mock.from_file import Stored  # noqa: PLC0415 - it needs the schemas, which take a while

        base = Stored
    mixed: type[Api] = type("MixedApi", (*dict.fromkeys(classes), base), {}) if classes else base
    return mixed(settings)


def _entry(what: str, name: str, known: Mapping[str, _Entry]) -> _Entry:
    if name not in known:
        raise UnknownNameError(what, name, known)
    return known[name]
