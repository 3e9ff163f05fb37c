"""Two runs compared: what is newly broken, what is mended, what is newly not looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.reporting.outcome import ordered
from contracts.reporting.states import gravity, state

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contracts.findings.families import Clauses
    from contracts.findings.verdicts import Verdict

BROKEN = ("must", "should")
KNOWN = (*BROKEN, "deviation", "held")


@dataclass(frozen=True)
class Change:
    """A verdict that is another than it was; None where there was, or is, none."""

    old: Verdict | None
    new: Verdict | None

    @property
    def verdict(self) -> Verdict:
        """The newer one, where there is one."""
        found = self.new or self.old
        assert found is not None
        return found

    @property
    def was(self) -> str:
        """What it was, for people."""
        return state(self.old).word if self.old else "not there"

    @property
    def now(self) -> str:
        """What it is, for people."""
        return state(self.new).word if self.new else "not there"


@dataclass(frozen=True)
class Difference:
    """What changed from one run to another.

    Attributes:
        violated: broken now, and not before, or a SHOULD then and a MUST now.
        fixed: broken before and held now.
        unknown: an error now, and not before.
        idle: held or broken before, and not exercised or not there now.
        other: whatever else is another verdict than it was.
    """

    violated: tuple[Change, ...]
    fixed: tuple[Change, ...]
    unknown: tuple[Change, ...]
    idle: tuple[Change, ...]
    other: tuple[Change, ...]

    def fails(self, *, on_should: bool = False) -> bool:
        """Whether something that fails a run did not do so before."""
        violated = any(on_should or change.verdict.level == "MUST" for change in self.violated)
        return violated or bool(self.unknown)


def compared(old: Sequence[Verdict], new: Sequence[Verdict], clauses: Clauses) -> Difference:
    """What changed from one run's verdicts to another's."""
    before = {each.pair: each for each in old}
    after = {each.pair: each for each in new}
    keys = [each.pair for each in ordered([*new, *old], clauses)]
    changes = [Change(before.get(key), after.get(key)) for key in dict.fromkeys(keys)]
    sorts: dict[str, list[Change]] = {name: [] for name in TITLES}
    for change in changes:
        if change.was != change.now:
            sorts[_sort(change)].append(change)
    for found in sorts.values():
        found.sort(key=lambda change: gravity(change.verdict))
    return Difference(**{name: tuple(found) for name, found in sorts.items()})


def _sort(change: Change) -> str:
    was = state(change.old).name if change.old else ""
    now = state(change.new).name if change.new else ""
    if now in BROKEN and not (was in BROKEN and BROKEN.index(was) < BROKEN.index(now)):
        return "violated"
    if now == "error":
        return "unknown"
    if was in (*BROKEN, "error", "deviation") and now == "held":
        return "fixed"
    return "idle" if was in KNOWN and now in ("not-exercised", "") else "other"


TITLES = {
    "violated": "Newly violated",
    "fixed": "Fixed",
    "unknown": "Newly an error: could not find out",
    "idle": "Newly not exercised",
    "other": "Otherwise changed",
}


def lines(difference: Difference) -> Iterator[str]:
    """The difference, for a terminal."""
    for name, title in TITLES.items():
        changes: tuple[Change, ...] = getattr(difference, name)
        yield f"{title}: {len(changes) or 'nothing'}"
        for change in changes:
            verdict = change.verdict
            yield f"  {verdict.level} {verdict.clause} ({verdict.listing}): {change.was} -> {change.now}"
            if change.new and (change.new.actual or change.new.reason):
                yield f"      {' '.join((change.new.actual or change.new.reason).split())[:300]}"
                yield from (f"      again: {curl}" for curl in change.new.curl[:1] if name == "violated")
