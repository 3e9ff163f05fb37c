"""A run and its outcome."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

from contracts.findings.verdicts import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Exit(IntEnum):
    """Exit codes of a run."""

    KEPT = 0
    BROKEN = 1
    INTERRUPTED = 2
    UNREACHABLE = 3
    USAGE = 4


@dataclass(frozen=True)
class Run:
    """What is said of a run as a whole.

    Attributes:
        target: the base URL.
        description: title and version of the description.
        seed: repeats the run's choices.
        profile: how thoroughly it looked.
        requests: requests that were sent.
        seconds: how long it took.
        waiting: how much of that it waited for the target.
        interrupted: whether it was cut short.
        read: which conversations' members and events were read, like "100 of 3,000".
        tails: what was read of each listing that is too long to be read whole.
        variants: event variants that were met, and how often.
        retried: requests that were sent again, as no answer came, or not all of one.
        held: seconds spent waiting because the target asked for it.
        budget: requests that it was allowed to send; None for any number.
        outlived: deviations that were not met any more, or whose day is over.
        name: what the target is called; empty for one that was only given as an address.
        started: when it began, as RFC 3339 has it, in UTC.
        suite: the version of the suite.
        fail_on_should: whether a broken SHOULD fails it.
        require_exercised: whether a MUST that was not exercised fails it.
        coverage: what the description names, and how often it was seen; see `contracts.reporting.coverage`.
        plain: by listing, what came where a plain first page was asked for, and how often: "page", or a status and a
            media type, like "404 text/html".
        fill: how to fill the variable in the curl lines; empty where the environment holds it already.
        severed: answers that broke off.
        refused: requests that were refused with a credential that had been accepted.
        given_up: paths that were given up, as they cost too much time or did not answer, and why.
    """

    target: str
    description: str
    seed: int
    profile: str
    requests: int = 0
    seconds: float = 0.0
    waiting: float = 0.0
    interrupted: bool = False
    read: str = ""
    tails: tuple[str, ...] = ()
    variants: Mapping[str, int] = field(default_factory=dict)
    retried: int = 0
    held: float = 0.0
    budget: int | None = None
    outlived: tuple[str, ...] = ()
    name: str = ""
    started: str = ""
    suite: str = ""
    fail_on_should: bool = False
    require_exercised: bool = False
    coverage: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    plain: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    fill: str = ""
    severed: int = 0
    refused: int = 0
    given_up: tuple[str, ...] = ()


def is_kept(run: Run, verdicts: Iterable[Verdict]) -> bool:
    """Whether a run found the contract kept, by what it was asked to count."""
    return exit_code_of(run, verdicts) == Exit.KEPT and not run.interrupted


def exit_code_of(run: Run, verdicts: Iterable[Verdict]) -> Exit:
    """What a run comes to, by what it was asked to count; see `exit_code`."""
    counted = {name: getattr(run, name) for name in ("fail_on_should", "require_exercised", "outlived")}
    return exit_code(verdicts, **counted, refused=run.refused + len(run.given_up))


def exit_code(
    verdicts: Iterable[Verdict],
    *,
    fail_on_should: bool = False,
    require_exercised: bool = False,
    outlived: Iterable[str] = (),
    refused: int = 0,
) -> Exit:
    """What a run comes to: kept where at least one MUST held and none was violated; else broken.

    Args:
        verdicts: one for each clause and listing.
        fail_on_should: whether a broken SHOULD counts as well.
        require_exercised: whether a MUST that was not exercised counts as well.
        outlived: deviations that have to be removed.
        refused: requests that were refused with a credential that had been accepted, and paths that were given up.
    """
    known = list(verdicts)
    held = any(each.verdict == Outcome.HELD and each.level == "MUST" for each in known)
    broken = failing(known, fail_on_should=fail_on_should, require_exercised=require_exercised)
    return Exit.KEPT if held and not broken and not list(outlived) and not refused else Exit.BROKEN


def failing(verdicts: Iterable[Verdict], *, fail_on_should: bool, require_exercised: bool) -> list[Verdict]:
    """The verdicts that fail a run, each its test; the options are those of `exit_code`."""
    return [
        each
        for each in verdicts
        if each.breaks_must
        or (fail_on_should and each.verdict == Outcome.VIOLATED)
        or (require_exercised and each.verdict == Outcome.NOT_EXERCISED and each.level == "MUST")
    ]
