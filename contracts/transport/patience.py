"""What a target may cost without a usable answer: so many seconds for one path, for all of a listing, and in all."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import wraps
from threading import RLock
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlsplit

from contracts.paging.listings import LISTINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.paging.units import Seconds

P = ParamSpec("P")
T = TypeVar("T")

OF_LISTING, OF_TARGET = 4, 5
"""What a listing and a target may cost, as multiples of what one path may."""

SHARE = 4
"""A path may cost no more than this part of what is left to its listing, and to the target: a quarter."""

MOMENTS = 6
"""The least that a request is given is this part of what a path may cost: a sixth."""

SILENT = 2
"""Requests without an answer after which a path is given up that has answered before; one that has not, is at once.
If their answers broke off, each further request is sent once."""

BACK = 10
"""So many seconds of waiting for usable answers make up for one that was lost: a long run may meet more bad luck."""

_NAMES = {each.name for each in LISTINGS}


@dataclass(frozen=True, slots=True)
class Place:
    """What is asked: a method and a path, whatever the query. Each is asked, and given up, on its own.

    Attributes:
        method: the method.
        path: the path of the URL.
    """

    method: str
    path: str

    @classmethod
    def of(cls, method: str, url: str) -> Place:
        """The place of a request."""
        return cls(method, urlsplit(url).path)

    @property
    def route(self) -> str:
        """The paths of a kind: a listing, of all conversations where it is nested, or what is in it, like "users/…"."""
        steps = self.path.split("/")
        last = max((index for index, step in enumerate(steps) if step in _NAMES), default=None)
        name = "other paths" if last is None else steps[last] + ("/…" if last < len(steps) - 1 else "")
        return name if self.method == "GET" else f"{self.method} {name}"

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a place, or all places of a route, or a target has cost.

    Attributes:
        seconds: without a usable answer.
        limit: seconds that it may cost; set when it first costs something.
        unanswered: requests that got no answer, however often they were tried.
        severed: requests whose answers broke off, however often they were tried.
        answers: whether it has given a usable answer.
        over: why it was given up; empty as long as it is not.
    """

    seconds: Seconds = 0.0
    limit: Seconds | None = None
    unanswered: int = 0
    severed: int = 0
    answers: bool = False
    over: str = ""


def _alone(method: Callable[Concatenate[Losses, P], T]) -> Callable[Concatenate[Losses, P], T]:
    """A method that no two threads carry out at once."""

    @wraps(method)
    def alone(losses: Losses, /, *arguments: P.args, **options: P.kwargs) -> T:
        with losses._lock:  # noqa: SLF001 - of the class that this is for
            return method(losses, *arguments, **options)

    return alone


class Losses:
    """What the places of one target have cost, and which of them are given up.

    Args:
        patience: seconds that one path may cost.
    """

    def __init__(self, patience: Seconds) -> None:
        self.patience = patience
        self.moment = patience / MOMENTS
        self._places: defaultdict[Place, Cost] = defaultdict(Cost)
        self._routes: defaultdict[str, Cost] = defaultdict(lambda: Cost(limit=OF_LISTING * patience))
        self._total = Cost(limit=OF_TARGET * patience)
        self._narrowed: dict[str, str] = {}
        self._lock = RLock()

    @property
    def spent(self) -> bool:
        """Whether the target has cost all that it may."""
        return _left(self._total) < self.moment / 2

    @property
    def left(self) -> Seconds:
        """Seconds that the target may still cost."""
        return _left(self._total)

    @property
    def given_up(self) -> tuple[str, ...]:
        """What was given up, in whole or in part, and why."""
        known = (each.over for each in (*self._places.values(), *self._routes.values()) if each.over)
        return (*dict.fromkeys(known), *self._narrowed.values())

    @_alone
    def refusal(self, place: Place) -> str:
        """Why a place is not asked any more; empty where it is."""
        cost, route = self._places[place], self._routes[place.route]
        if not cost.over and not route.over and _left(route) < self.moment / 2:
            self._routes[place.route] = route = replace(route, over=f"{place.route} given up: {_after(route)}")
        if cost.over or route.over or cost.answers or cost.limit is not None or self._share(place) >= self.moment:
            return cost.over or route.over
        self._narrowed[place.route] = f"{place.route}: only paths that have answered are asked, as others cost too much"
        return self._narrowed[place.route]

    @_alone
    def allowance(self, place: Place) -> Seconds:
        """Seconds that the next try at a place may take: what is left, but for a moment in which to try once more."""
        return max(self.remaining(place) - self.moment, self.moment)

    @_alone
    def remaining(self, place: Place) -> Seconds:
        """Seconds that a place may still cost."""
        cost = self._places[place]
        return max(self._share(place), self.moment) if cost.limit is None else _left(cost)

    def tries(self, place: Place, most: int) -> int:
        """How often a request is tried: once where answers keep breaking off."""
        return most if self._places[place].severed < SILENT else 1

    @_alone
    def answered(self, place: Place, seconds: Seconds) -> None:
        """Note a usable answer, and how long it took."""
        self._places[place] = replace(_charged(self._places[place], -seconds / BACK), answers=True)
        self._spread(place, -seconds / BACK)

    @_alone
    def charge(self, place: Place, seconds: Seconds, why: str) -> None:
        """Note seconds without a usable answer, and give the place up once that is too much."""
        cost = self._places[place]
        cost = _charged(cost if cost.limit is not None else replace(cost, limit=self.remaining(place)), seconds)
        self._places[place] = cost
        self._spread(place, seconds)
        if _left(cost) < self.moment / 2:
            self.give_up(place, f"{_after(cost)}: {why}")

    def _spread(self, place: Place, seconds: Seconds) -> None:
        self._routes[place.route] = _charged(self._routes[place.route], seconds)
        self._total = _charged(self._total, seconds)

    @_alone
    def silent(self, place: Place, why: str) -> None:
        """Note a request that got no answer."""
        self._places[place] = cost = replace(self._places[place], unanswered=self._places[place].unanswered + 1)
        if cost.unanswered >= SILENT or not cost.answers:
            self.give_up(place, f"no answer, however often it was asked: {why}")

    @_alone
    def severed(self, place: Place) -> None:
        """Note a request whose answers broke off."""
        self._places[place] = replace(self._places[place], severed=self._places[place].severed + 1)

    @_alone
    def give_up(self, place: Place, why: str) -> None:
        """Ask a place no more."""
        cost = self._places[place]
        self._places[place] = replace(cost, over=cost.over or f"{place} given up: {why}")

    def _share(self, place: Place) -> Seconds:
        """Seconds that a place may cost which has cost nothing yet."""
        return min(self.patience, _left(self._routes[place.route]) / SHARE, _left(self._total) / SHARE)


def _left(cost: Cost) -> Seconds:
    return (cost.limit or 0.0) - cost.seconds


def _charged(cost: Cost, seconds: Seconds) -> Cost:
    return replace(cost, seconds=max(0.0, cost.seconds + seconds))


def _after(cost: Cost) -> str:
    return f"{cost.seconds:.0f} s without a usable answer"
