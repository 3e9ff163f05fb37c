"""What the processes of a run find out, each a part of it, and the folder through which they put these together."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Self

import orjson
from filelock import FileLock

from contracts.findings.verdicts import Pair, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Part:
    """What one process of a run found out so far.

    Attributes:
        process: its name; empty where there is only one.
        began: when it began to evaluate, in seconds since 1970; 0 where it did not.
        ended: when it decided its last pair.
        current: the family and the listing that it is at.
        decided: clause, listing and seconds of each pair that it decided, in that order.
        verdicts: those of these pairs, and what it saw of others in passing.
        counted: what its session counted.
        read: which conversations' members and events it read.
        tails: what it read of listings that are too long to be read whole.
        gone: whether it found the target gone.
        plain: what came for plain first pages, by listing; see `Run`.
        given_up: what it gave up, and why.
        witnesses: each pair that is violated, and a pair by whose evidence that was seen.
        coverage: what it saw of what the description names.
    """

    process: str = ""
    began: float = 0.0
    ended: float = 0.0
    current: Pair = ("", "")
    decided: tuple[tuple[str, str, float], ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    counted: Mapping[str, float] = field(default_factory=dict)
    read: str = ""
    tails: tuple[str, ...] = ()
    gone: bool = False
    plain: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    given_up: tuple[str, ...] = ()
    witnesses: tuple[tuple[Pair, Pair], ...] = ()
    coverage: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def pack(self) -> bytes:
        """The part as bytes, to be read by another process."""
        packed: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self)}
        return orjson.dumps(packed | {"verdicts": [each.pack() for each in self.verdicts]})

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """A part from its bytes."""
        values: dict[str, Any] = orjson.loads(packed)
        lists = {name: tuple(values[name]) for name in ("current", "tails", "given_up")}
        decided = tuple((clause, listing, seconds) for clause, listing, seconds in values["decided"])
        verdicts = tuple(map(Verdict.unpack, values["verdicts"]))
        witnesses = tuple((tuple(pair), tuple(witness)) for pair, witness in values["witnesses"])
        return cls(**{**values, **lists, "decided": decided, "verdicts": verdicts, "witnesses": witnesses})


class Folder:
    """Where the processes of a run share listings out among themselves, and put what they found.

    A listing belongs to the first process that claims it; that of a process which is gone is free again.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        self._claims = place / "claims"
        self._stop = place / "stop"
        self._interrupted = place / "interrupted"
        self._lock = FileLock(place / "claims.lock")

    def claim(self, process: str, listings: Collection[str]) -> str | None:
        """The first listing that nobody works at or has finished, from now on this process'; None where there is none."""
        with self._lock:
            owners, left = self._owners(), self._left()
            taken = {name for name, owner in owners.items() if owner not in left} | self._finished()
            listing = next((each for each in listings if each not in taken), None)
            if listing is not None and not self.stopped:
                self._put(self._claims, orjson.dumps(owners | {listing: process}))
                return listing
        return None

    def complete(self, listings: Collection[str]) -> bool:
        """Whether every listing is finished; after a stop, whether every one is that somebody still works at."""
        with self._lock:
            owners, left = self._owners(), self._left()
        at_work = {name for name, owner in owners.items() if owner not in left}
        return (at_work if self.stopped else set(listings)) <= self._finished()

    def write(self, part: Part) -> None:
        """Put a part in place of what its process wrote before."""
        self._put(self.place / f"{part.process}.part", part.pack())

    def finish(self, listing: str) -> None:
        """Note that a listing is decided, and what came of it written."""
        (self.place / f"{listing}.finished").touch()

    def parts(self) -> list[Part]:
        """What each process wrote last."""
        return [Part.unpack(file.read_bytes()) for file in sorted(self.place.glob("*.part"))]

    def leave(self, process: str) -> None:
        """Note that a process is gone, in good order or not."""
        (self.place / f"{process}.left").touch()

    def stop(self) -> None:
        """Ask all processes to evaluate no more."""
        self._stop.touch()

    def interrupt(self, reason: str) -> None:
        """Ask all processes to stop where they are, and say why."""
        self.stop()
        if not self.interrupted:
            self._put(self._interrupted, reason.encode())

    @property
    def interrupted(self) -> str:
        """Why all are to stop where they are; empty where that was not asked."""
        return self._interrupted.read_text() if self._interrupted.exists() else ""

    @property
    def stopped(self) -> bool:
        """Whether that was asked."""
        return self._stop.exists()

    def _put(self, file: Path, content: bytes) -> None:
        """Write a file so that nobody reads half of it, whenever this process ends."""
        unfinished = file.with_name(f"{file.name}.{os.getpid()}.unfinished")
        unfinished.write_bytes(content)
        unfinished.replace(file)

    def _owners(self) -> dict[str, str]:
        owners: dict[str, str] = orjson.loads(self._claims.read_bytes()) if self._claims.exists() else {}
        return owners

    def _left(self) -> set[str]:
        return {file.stem for file in self.place.glob("*.left")}

    def _finished(self) -> set[str]:
        return {file.stem for file in self.place.glob("*.finished")}
