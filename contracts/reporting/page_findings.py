"""The part of the contract matrix that is read first: what fails the run, and what to know beside it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from contracts.reporting import cards
from contracts.reporting.causes import causes
from contracts.reporting.markup import Html, joined, tag
from contracts.reporting.outcome import failing, grouped, listed, ordered
from contracts.reporting.states import STATES, gravity, state

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.findings.families import Clauses
    from contracts.findings.verdicts import Verdict
    from contracts.reporting.causes import Cause
    from contracts.reporting.run import Run
    from contracts.reporting.states import State


def findings(run: Run, verdicts: Sequence[Verdict], clauses: Clauses) -> Html:
    """What fails the run, listings without pages first, and what is to be seen beside it."""
    found = [cause for cause in causes(run, verdicts, clauses) if cause.listings]
    explained = {id(each) for cause in found for each in (*cause.verdicts, *cause.follows)}
    in_turn = ordered(verdicts, clauses)
    fatal = failing(run, in_turn)
    mild = [each for each in in_turn if state(each).name in ("should", "deviation") and each not in fatal]
    fatal, mild = ([each for each in group if id(each) not in explained] for group in (fatal, mild))
    reasons = [
        _reasons(each, listed(verdicts, clauses)) for each in STATES if each.name in ("undecided", "not-exercised")
    ]
    good = tag("p", "No promise was found broken.", class_="good") if not (fatal or mild or found) else None
    red = found or fatal or run.outlived
    fails = (tag("h2", "What fails the run"), _causes(found), _outlived(run), _groups(fatal)) if red else ()
    title = "What does not fail it" if fails else "What to know"
    knows = (tag("h2", title), good, _groups(mild), *reasons) if good or mild or any(reasons) else ()
    return tag("section", *fails, *knows, aria_label="Findings")


def _causes(found: Sequence[Cause]) -> Html | None:
    """Listings without pages, with what only follows from that folded away."""
    return tag("ol", *map(_cause, found), class_="findings") if found else None


def _cause(cause: Cause) -> Html:
    follows = tag(
        "details",
        tag("summary", cause.consequence),
        tag("p", joined(map(_named, cause.follows), ", ")),
        class_="reasons",
    )
    return tag(
        "li",
        tag("span", cards.sign(cause.state), f" {cause.title}", class_="name"),
        tag("ul", *(tag("li", each) for each in cause.lines), *(tag("li", _where(each)) for each in cause.verdicts)),
        follows if cause.follows else None,
        class_=f"finding {cause.state}",
    )


def _groups(verdicts: Sequence[Verdict]) -> Html | None:
    """Clauses with all listings for which they are broken, what matters most first."""
    groups = groupby(sorted(verdicts, key=gravity), key=lambda each: (state(each), each.clause))
    found = [_finding(known, list(group)) for (known, _), group in groups]
    return tag("ol", *found, class_="findings") if found else None


def _outlived(run: Run) -> Html | None:
    """Known deviations that are none any more."""
    if not run.outlived:
        return None
    points = (tag("li", each) for each in run.outlived)
    name = tag("span", cards.sign("deviation"), " deviations to be removed from the list", class_="name")
    return tag("ol", tag("li", name, tag("ul", *points), class_="finding deviation"), class_="findings")


def _finding(known: State, verdicts: Sequence[Verdict]) -> Html:
    """One clause, and each listing for which it is broken."""
    first = verdicts[0]
    return tag(
        "li",
        tag("span", cards.sign(known.name), f" {known.word}: {first.clause}", class_="name"),
        tag("br"),
        f"{first.statement}.",
        tag("ul", *(tag("li", _where(each)) for each in verdicts)),
        class_=f"finding {known.name}",
    )


def _where(verdict: Verdict) -> Html:
    times = tag("span", f"{verdict.times:,} times", class_="times") if verdict.times > 1 else None
    place = tag("span", tag("span", verdict.listing, class_="where"), " ", times)
    actual = tag("span", verdict.reason or verdict.actual, class_="actual")
    return cards.opener(verdict, place, " ", actual)


def _reasons(known: State, verdicts: Sequence[Verdict]) -> Html | None:
    """Why verdicts are open, each reason once, with the clauses that share it."""
    found = grouped((each for each in verdicts if state(each) == known), "reason")
    if not found:
        return None
    points = (
        tag("li", joined(map(_named, group), ", "), tag("br"), tag("span", reason, class_="clipped"))
        for reason, group in found.items()
    )
    count = sum(map(len, found.values()))
    summary = tag("summary", cards.sign(known.name), f" {count:,} {known.word}, and why")
    return tag("details", summary, tag("ul", *points), class_=f"reasons {known.name}", open=len(found) <= 3)  # noqa: PLR2004


def _named(verdict: Verdict) -> Html:
    return cards.opener(verdict, f"{verdict.clause} ({verdict.listing})", class_="plain")
