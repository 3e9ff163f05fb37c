"""What happens to a request on its way, whatever it asks: limits, delay, bad luck.

None of it knows the data, and none of it ever changes an answer: a request is answered late, turned down, or
not answered at all. What befalls it is drawn from the seed, so that a mock has the same bad day again.
"""

import math
import time
from collections.abc import Callable, MutableSequence
from contextlib import nullcontext
from random import Random
from typing import Any, Final, NamedTuple, TypeAlias

from contracts.mock.errors import Refused
from contracts.mock.ids import key
from contracts.mock.settings import Settings

Shared: TypeAlias = Any
"""A `multiprocessing.Array` of floats, for which there is no type."""

RESET: Final = "reset"
"""The connection breaks before an answer."""


class Luck(NamedTuple):
    """What a request meets: a refusal, `RESET` or no obstacle, after so many seconds."""

    obstacle: Refused | str | None
    delay: float


GOOD_LUCK: Final = Luck(None, 0.0)

_TOO_MANY = "Too many requests. Come back when Retry-After says."
_AWAY = "The service is not available for a moment."
_SOON = (("retry-after", "1"),)


def too_many(seconds: float) -> Refused:
    """429: come back after so many seconds."""
    wait = (("retry-after", str(max(1, math.ceil(seconds)))),)
    return Refused(429, "http:error:too-many-requests", "Too many requests", _TOO_MANY, headers=wait)


def unavailable(headers: tuple[tuple[str, str], ...]) -> Refused:
    """503: not now, but soon; without that word it is a failure like any other."""
    return Refused(503, "system:error:unavailable", "Service unavailable", _AWAY, headers=headers)


class Limit:
    """A token bucket that holds what is allowed in one second, and no less than one request.

    `shared` is an array of two floats with a lock, in memory that several processes share: one bucket for all.
    """

    def __init__(
        self, per_second: float, clock: Callable[[], float] = time.monotonic, shared: Shared | None = None
    ) -> None:
        self.per_second, self.clock = per_second, clock
        self.most = max(1.0, per_second)
        self.lock = nullcontext() if shared is None else shared.get_lock()
        self.state: MutableSequence[float] = [0.0, 0.0] if shared is None else shared
        with self.lock:
            self.state[:] = (self.most, clock())

    def wait(self) -> float:
        """Zero where one more request is allowed, which then is counted; otherwise the seconds until it is."""
        with self.lock:
            left, looked = self.state
            now = self.clock()
            left = min(self.most, left + (now - looked) * self.per_second)
            self.state[:] = (left - (left >= 1), now)
        return 0.0 if left >= 1 else (1 - left) / self.per_second


class Traffic:
    """Decides for one request after another how long it takes and what stands in its way."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
        *,
        shared: Shared | None = None,
        worker: int = 0,
    ) -> None:
        self.limit = Limit(settings.rate_limit, clock, shared) if settings.rate_limit else None
        self.low, self.high = (milliseconds / 1000 for milliseconds in settings.latency)
        self.flaky = settings.flaky
        kinds: dict[str, Refused | str] = {"reset": RESET, "busy": unavailable(_SOON), "unavailable": unavailable(())}
        self.kinds = [kinds[name] for name in settings.flaky_kinds]
        self.random = Random(key(settings.seed, "traffic") + worker)  # noqa: S311 - a bad day that the seed repeats
        self.quiet = self.limit is None and not self.high and not self.flaky

    def luck(self) -> Luck:
        """What the next request meets."""
        return GOOD_LUCK if self.quiet else Luck(self.obstacle(), self.delay())

    def delay(self) -> float:
        """Seconds that the next request takes longer than it has to."""
        return self.random.uniform(self.low, self.high) if self.high else 0.0

    def obstacle(self) -> Refused | str | None:
        """What stands in the way of the next request: a refusal, `RESET`, or nothing."""
        wait = self.limit.wait() if self.limit else 0.0
        if wait:
            return too_many(wait)
        if self.flaky and self.random.random() < self.flaky:
            return self.random.choice(self.kinds)
        return None
