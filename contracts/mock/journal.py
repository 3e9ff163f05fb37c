"""What is written while the mock runs.

The writes form one fixed sequence: write number n has a kind, a target and a time that follow from n
alone. So the state after n writes needs no store, and several processes that share a clock agree on it.
"""

import time
from collections.abc import Sequence

CYCLE = ("conversations", "events", "users", "events", "members", "events")
KINDS = ("conversations", "users", "members", "events")
_PLACES = {kind: tuple(place for place, other in enumerate(CYCLE) if other == kind) for kind in KINDS}
_BY_HAND = 250  # milliseconds between two writes that are made by hand


class Journal:
    """The sequence of writes: how many are done, and when each was.

    With a rate the clock decides how many are done; without one, `advance` does.
    """

    def __init__(self, rate: float, started: int, busy: Sequence[int]) -> None:
        self.rate = rate
        self.started = started
        self.busy = {conversation: place for place, conversation in enumerate(busy)}
        self.done = 0

    def refresh(self) -> None:
        """Let the clock write what is due."""
        if self.rate:
            passed = time.time_ns() // 1_000_000 - self.started
            self.done = max(self.done, int(passed * self.rate / 1000))

    def advance(self, writes: int) -> None:
        """Make this many writes now; only without a rate."""
        if self.rate:
            raise ValueError("the clock writes here; made with writes_per_second=0 it is done by hand")
        self.done += writes

    def total(self, kind: str) -> int:
        """How many of this kind are written so far."""
        if not self.done:
            return 0
        rounds, rest = divmod(self.done, len(CYCLE))
        return rounds * len(_PLACES[kind]) + sum(place < rest for place in _PLACES[kind])

    def instant(self, kind: str, number: int) -> int:
        """When the write of this number, counted within its kind, was made."""
        rounds, place = divmod(number, len(_PLACES[kind]))
        write = rounds * len(CYCLE) + _PLACES[kind][place] + 1
        return self.started + (int(write * 1000 / self.rate) if self.rate else write * _BY_HAND)

    def total_in(self, kind: str, conversation: int) -> int:
        """How many of this kind are written to this conversation; only the busy ones are written to."""
        if not self.done or conversation not in self.busy:
            return 0
        return -((self.busy[conversation] - self.total(kind)) // len(self.busy))

    def number_in(self, conversation: int, nth: int) -> int:
        """The number, among the writes of a kind, of the nth to this conversation."""
        return nth * len(self.busy) + self.busy[conversation]
