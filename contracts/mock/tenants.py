"""Tenants: who holds a token sees data of its own, as if there were no other.

The first tenant has the data that the settings describe. Those of a further one follow from the seed and its number, so each is
an API of its own, built when its token is first used. Who they are is decided once, before anything else is looked at.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from contracts.mock.ids import mix
from contracts.mock.tokens import application

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.mock.api import Api

_SEEDS = 2**63


def bearer(headers: Mapping[str, str]) -> str:
    """The bearer token of a request; empty where it has none."""
    scheme, _, given = headers.get("authorization", "").partition(" ")
    return given.strip() if scheme.lower() == "bearer" else ""


class Tenants:
    """The APIs of all tenants, by number; 0 is the one that `first` serves."""

    def __init__(self, first: "Api") -> None:
        self.first = first
        self._others: dict[int, Api] = {}

    def __len__(self) -> int:
        return len(self.first.settings.tenants) + 1

    def __iter__(self) -> "Iterator[Api]":
        return (self[number] for number in range(len(self)))

    def __getitem__(self, number: int) -> "Api":
        """The API of one tenant."""
        if number == 0:
            return self.first
        if number not in self._others:
            self._others[number] = self._built(number)
        return self._others[number]

    def number(self, headers: Mapping[str, str]) -> int:
        """Whose data a request is about: of a token that opens, the place in the settings; 0 for any other."""
        names, token = self.first.settings.tenants, bearer(headers)
        name = application(token) if self.first.tokens and token not in names else token
        return names.index(name) + 1 if name in names else 0

    def _built(self, number: int) -> "Api":
        from contracts.mock.registry import build  # noqa: PLC0415 - it builds what this is a part of

        settings = self.first.settings
        seed = mix(settings.seed + number) % _SEEDS
        made = build(replace(settings, seed=seed, data=None, jwt_public_key=None))
        made.tenants, made.number = self, number
        return made
