"""One case: what is tried, what must come of it, and what did."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from contracts.selftest import children
from contracts.selftest.chaos import traces
from contracts.selftest.chaos.traces import TOKEN
from contracts.selftest.chaos.watched import Ended, watched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

COMMAND = (sys.executable, "-m", "contracts")
GRACE = 10.0
"""Seconds beyond its bound after which a case is killed."""

GIVEN = "bad."
"""What the names of files begin with that a case itself wrote, to be read by a command."""

DRAFT = ".draft"
"""What the names of files end with that are being written."""

_MOST_PRINTED = 400_000
"""Characters that a run may print."""

_MOST_WRITTEN = 32 * 2**20
"""Bytes that one file may have, but for the HTTP archive, which holds what came."""

_BROKEN = ("Traceback (most recent call last)", "INTERNALERROR", "Segmentation fault", "Fatal Python error")
"""What no user must see."""


class SkippedError(Exception):
    """A case cannot be tried on this machine; the message says why."""


@dataclass(frozen=True)
class Bound:
    """What a case may take: seconds, and megabytes of all its processes."""

    seconds: float = 90.0
    megabytes: float = 400.0


@dataclass(frozen=True)
class Found:
    """What came of a case: its process, and what was not as expected."""

    ended: Ended
    problems: tuple[str, ...] = ()
    leaks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """Something that must not hurt a run.

    Attributes:
        kind: what it is one of.
        name: its own name within the kind.
        run: tries it in an empty folder with a seed.
        bound: what it may take.
        quick: whether it ends within seconds, so that it may be one of a sample.
    """

    kind: str
    name: str
    run: Callable[[Place], Found] = field(repr=False)
    bound: Bound = field(default_factory=Bound)
    quick: bool = False

    @property
    def full(self) -> str:
        """Its name, unique among all cases."""
        return f"{self.kind}/{self.name}"


@dataclass(frozen=True)
class Place:
    """Where a case is tried.

    Attributes:
        folder: a folder that was empty; all that it leaves is looked through afterwards.
        seed: for random choices.
        bound: what it may take.
    """

    folder: Path
    seed: int
    bound: Bound

    @property
    def work(self) -> Path:
        """The current folder of the commands."""
        made = self.folder / "work"
        made.mkdir(exist_ok=True)
        return made

    def environment(self, **more: str) -> dict[str, str]:
        """The variables of a command: those of this process that mean nothing to a run, and more."""
        return children.environment(**{"CONVERSATION_API_TOKEN": TOKEN, **more})

    def said(self, name: str = "run") -> Path:
        """The file for what a command prints."""
        return self.folder / f"{name}.said"

    def command(
        self,
        words: Sequence[str],
        name: str = "run",
        seconds: float | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> Ended:
        """Carry out a sub-command of the project to its end, with further variables in its environment."""
        environment = self.environment(**(variables or {}))
        with watched([*COMMAND, *words], self.work, environment, self.said(name)) as running:
            return running.end((seconds or self.bound.seconds) + GRACE)


@dataclass(frozen=True)
class Trial:
    """What one case came to.

    Attributes:
        kind, name: of the case.
        seconds, megabytes: what it took.
        code: its exit code.
        excess: how it went past a bound.
        problems: what was not as expected.
        leaks: files that show the credential.
        injections: what acts where it is shown.
        skipped: why it was not tried.
    """

    kind: str
    name: str
    seconds: float = 0.0
    megabytes: float = 0.0
    code: int | None = None
    excess: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    leaks: tuple[str, ...] = ()
    injections: tuple[str, ...] = ()
    skipped: str = ""

    @property
    def clean(self) -> bool:
        """Whether nothing is to be said against it."""
        return not (self.excess or self.problems or self.leaks or self.injections)


def tried(case: Case, seed: int) -> Trial:
    """Try a case in a folder of its own, and look through all that it leaves."""
    with TemporaryDirectory(prefix="chaos-", ignore_cleanup_errors=True) as name:
        place = Place(Path(name), seed, case.bound)
        try:
            found = case.run(place)
        except SkippedError as reason:
            return Trial(case.kind, case.name, skipped=str(reason))
        except Exception as error:  # noqa: BLE001 - one case must not end all others
            return Trial(case.kind, case.name, problems=(f"the case itself failed: {error!r}",))
        files = sorted(file for file in place.folder.rglob("*") if file.is_file() and not file.name.startswith(GIVEN))
        return Trial(
            case.kind,
            case.name,
            round(found.ended.seconds, 1),
            round(found.ended.megabytes),
            found.ended.code,
            tuple(_excess(found.ended, case.bound)),
            (*found.problems, *_untidy(found.ended, files)),
            (*found.leaks, *(_shown(file, place) for file in files if traces.leaks(traces.read(file)))),
            tuple(f"{_shown(file, place)}: {what}" for file in files for what in _acting(file, found.ended)),
        )


def _acting(file: Path, ended: Ended) -> Iterable[str]:
    """What acts in a file that a run wrote; one that was killed may have left a half one."""
    half = ended.code is None and file.suffix in (".json", ".har", ".xml")
    return () if half or file.suffix == DRAFT else traces.injections(file)


def _shown(file: Path, place: Place) -> str:
    return str(file.relative_to(place.folder))


def _excess(ended: Ended, bound: Bound) -> Iterator[str]:
    if ended.code is None:
        yield f"killed after {ended.seconds:.0f} s at {ended.megabytes:,.0f} MB"
    elif ended.seconds > bound.seconds:
        yield f"{ended.seconds:.0f} s; {bound.seconds:.0f} s are allowed"
    if ended.megabytes > bound.megabytes:
        yield f"{ended.megabytes:,.0f} MB; {bound.megabytes:,.0f} MB are allowed"


def _untidy(ended: Ended, files: Iterable[Path]) -> Iterator[str]:
    yield from (f"prints {word!r}" for word in _BROKEN if word in ended.printed)
    if len(ended.printed) > _MOST_PRINTED:
        yield f"prints {len(ended.printed):,} characters"
    if ended.left:
        yield f"leaves {ended.left} processes"
    if ended.code is not None and ended.code >= 0:
        yield from (f"leaves {file.name}" for file in files if file.suffix == DRAFT)
    for file in files:
        if ".har" not in file.suffixes and file.stat().st_size > _MOST_WRITTEN:
            yield f"{file.name} has {file.stat().st_size:,} bytes"
