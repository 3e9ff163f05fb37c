"""Several things at once, while each waits for the target.

Their outcomes are taken, and what they saw is judged, in the order of one after the other.
"""

from __future__ import annotations

import threading
import traceback
from collections import deque
from contextlib import contextmanager
from contextvars import ContextVar
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager
    from types import TracebackType

P = ParamSpec("P")
T = TypeVar("T")


class Notes:
    """What was seen while something was gathered, in its order; what others gathered for it stands where it was needed.

    Notes are taken by one thread. They are read once, by whoever comes first, when all of them are there.
    """

    def __init__(self) -> None:
        self._entries: deque[object] = deque()

    def add(self, seen: object) -> None:
        """Note what was seen, or the notes of something that was gathered on the way."""
        self._entries.append(seen)

    def read(self) -> Iterator[object]:
        """Everything that was seen and not read yet."""
        while self._entries:
            each = self._entries.popleft()
            if isinstance(each, Notes):
                yield from each.read()
            else:
                yield each


_TAKEN: ContextVar[Notes | None] = ContextVar("notes", default=None)


def see(evidence: object) -> None:
    """Note what was seen, where somebody takes notes."""
    if (notes := _TAKEN.get()) is not None:
        notes.add(evidence)


@contextmanager
def _meanwhile(variable: ContextVar[T], value: T) -> Iterator[None]:
    """Give a variable another value in this thread."""
    before = variable.set(value)
    try:
        yield
    finally:
        variable.reset(before)


def taking(notes: Notes) -> AbstractContextManager[None]:
    """Note in these what is seen meanwhile in this thread."""
    return _meanwhile(_TAKEN, notes)


_TICKS = count(1)
"""Tells which of two moments was the earlier one."""


class Job(Generic[T]):
    """Something to do, once: by a thread of a crew, or by whoever asks for its outcome first.

    `began` and `ended` are when it was done, as numbers that rise; 0 before that. `value` is what it gave; None where it
    gave nothing, or nothing yet. `error` is what it raised instead.
    """

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._notes = Notes()
        self.error: Exception | None = None
        self._where: TracebackType | None = None
        self.began = self.ended = 0
        self.value: T | None = None

    @classmethod
    def done(cls, value: T) -> Job[T]:
        """One that was done already, and gave this."""
        job = cls(lambda: value)
        job.do()
        return job

    def do(self) -> None:
        """Do it, or wait until whoever does it is done."""
        with self._lock:
            if self.ended:
                return
            self.began = next(_TICKS)
            with taking(self._notes):
                try:
                    self.value = self._work()
                except Exception as error:  # noqa: BLE001 - raised where the outcome is asked for
                    self.error, self._where = error, error.__traceback__
                    _release(error)
            self.ended = next(_TICKS)
            self._work = _nothing_left

    def outcome(self) -> T:
        """What came of it; raises what it raised. What it saw is noted where this is asked."""
        self.do()
        see(self._notes)
        if self.error is not None:
            raise self.error.with_traceback(self._where)  # it would grow, and keep what each caller had at hand
        return cast("T", self.value)


def _release(error: BaseException | None) -> None:
    """Let go of what was at hand where an error came up, such as half of a body; where that was is kept."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__


def _nothing_left() -> Any:  # noqa: ANN401 - never called
    """In place of work that was done: it may hold much that nobody needs any more."""
    raise AssertionError


class EndedError(Exception):
    """The run is over."""


_RANK: ContextVar[int] = ContextVar("rank", default=0)


def ranked(rank: int) -> AbstractContextManager[None]:
    """Let jobs that are handed over meanwhile, and those that they hand over, be done before those of a higher rank."""
    return _meanwhile(_RANK, rank)


class Crew:
    """Threads that do jobs by rank, and in the order in which they are handed over, as far as there are threads.

    What is wanted first is done first: a run that is cut short has read something whole.

    Args:
        workers: how many threads; with one or none, a job is done when its outcome is asked for.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers if workers > 1 else 0
        self._jobs: list[tuple[int, int, Job[Any]]] = []
        self._change = threading.Condition()
        self._busy = 0
        self._paused = self._ended = False
        self._threads = 0

    def take_over(self, work: Callable[[], T]) -> Job[T]:
        """A job that is done in its turn."""
        job = Job(work)
        if self.workers:
            with self._change:
                heappush(self._jobs, (_RANK.get(), next(_TICKS), job))
                if self._threads < self.workers:
                    self._threads += 1
                    threading.Thread(target=self._labour, name=f"crew-{self._threads}", daemon=True).start()
                self._change.notify()
        return job

    def together(self, works: Iterable[Callable[[], T]]) -> list[Job[T]]:
        """Jobs that are all done, whatever came of each."""
        jobs = [self.take_over(work) for work in works]
        for job in jobs:
            job.do()
        return jobs

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Let nothing be begun meanwhile; what was begun comes to its end first."""
        with self._change:
            self._paused = True
            self._change.wait_for(lambda: not self._busy)
        try:
            yield
        finally:
            with self._change:
                self._paused = False
                self._change.notify_all()

    def while_working(self, do: Callable[P, T]) -> Callable[P, T]:
        """The same, but raising `EndedError` once the crew has ended: what is under way comes no further then."""

        def doing(*arguments: P.args, **options: P.kwargs) -> T:
            if self._ended:
                raise EndedError
            return do(*arguments, **options)

        return doing

    def end(self) -> None:
        """Begin nothing more."""
        with self._change:
            self._ended = True
            self._jobs.clear()
            self._change.notify_all()

    def _labour(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._ended or (self._jobs and not self._paused))
                if self._ended:
                    return
                rank, _, job = heappop(self._jobs)
                self._busy += 1
            try:
                with ranked(rank):
                    job.do()
            finally:
                with self._change:
                    self._busy -= 1
                    self._change.notify_all()
