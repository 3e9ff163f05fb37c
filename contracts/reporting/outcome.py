"""What a run comes to, for whatever page tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.findings.verdicts import Outcome
from contracts.paging import listings
from contracts.reporting.run import failing as _failing
from contracts.reporting.run import is_kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from contracts.findings.families import Clauses
    from contracts.findings.verdicts import Verdict
    from contracts.reporting.run import Run

LISTINGS = tuple(each.name for each in listings.LISTINGS)


def outcome(run: Run, verdicts: Sequence[Verdict]) -> tuple[str, str]:
    """The state that the run as a whole is shown as, and the sentence."""
    cut = "Cut short: " if run.interrupted else ""
    if is_kept(run, verdicts):
        return "held", "The contract is kept"
    if not any(each.verdict in (Outcome.HELD, Outcome.VIOLATED) for each in verdicts):
        return "error", f"{cut}Nothing was found out"
    if not failing(run, verdicts) and (run.refused or run.given_up):
        return "error", f"{cut}Not everything was found out"
    if not failing(run, verdicts) and run.outlived:
        return "must", f"{cut}The contract is kept, and known deviations have to be removed"
    if not failing(run, verdicts):
        return "error", f"{cut}{'nothing was found broken so far' if cut else 'No MUST held'}"
    return "must", f"{cut}The contract is not kept"


def failing(run: Run, verdicts: Iterable[Verdict]) -> list[Verdict]:
    """What fails the run."""
    return _failing(verdicts, fail_on_should=run.fail_on_should, require_exercised=run.require_exercised)


def ordered(verdicts: Iterable[Verdict], clauses: Clauses) -> list[Verdict]:
    """As a person would name what broke, listing by listing."""
    return sorted(verdicts, key=lambda each: (clauses.precedence(each.clause), *_place(each)))


def listed(verdicts: Iterable[Verdict], clauses: Clauses) -> list[Verdict]:
    """Family by family, as the clauses are listed everywhere; those that are unknown last."""
    return sorted(verdicts, key=lambda each: (clauses.position(each.clause), *_place(each)))


def _place(verdict: Verdict) -> tuple[str, bool, int, str]:
    known = verdict.listing in LISTINGS
    return verdict.clause, not known, LISTINGS.index(verdict.listing) if known else 0, verdict.listing


def columns(verdicts: Iterable[Verdict]) -> list[str]:
    """The listings that verdicts are about, in the order of everything; those that are unknown last."""
    met = {each.listing for each in verdicts}
    return [name for name in LISTINGS if name in met] + sorted(met - set(LISTINGS))


def grouped(verdicts: Iterable[Verdict], name: str) -> dict[str, list[Verdict]]:
    """Verdicts by their attribute of this name, each value where it comes first."""
    found: dict[str, list[Verdict]] = {}
    for each in verdicts:
        found.setdefault(getattr(each, name), []).append(each)
    return found
