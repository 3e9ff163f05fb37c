"""What Allure is told of a verdict: labels, the place in the description, steps, attachments."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import allure

from contracts import VERSION
from contracts.display import printed
from contracts.findings.counts import largest
from contracts.reporting.excerpts import excerpt
from contracts.reporting.markdown import plain
from contracts.reporting.states import state

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from contracts.description import Description, Source
    from contracts.findings.clause import Clause
    from contracts.findings.verdicts import Verdict
    from contracts.reporting import Run

SEVERITIES = {"MUST": allure.severity_level.CRITICAL, "SHOULD": allure.severity_level.MINOR}
TEXT = allure.attachment_type.TEXT
WHOLE = 100_000
"""Characters of an exchange that is attached whole; of a longer one only the excerpt."""


def describe(clause: Clause, verdict: Verdict, description: Description) -> None:
    """Tell Allure what was promised and what was found."""
    known = state(verdict)
    allure.dynamic.epic("Conversation API")
    allure.dynamic.feature(clause.family)
    allure.dynamic.story(verdict.listing)
    allure.dynamic.title(f"{clause.statement} ({verdict.listing}){_apart(verdict)}")
    allure.dynamic.severity(SEVERITIES.get(verdict.level, allure.severity_level.TRIVIAL))
    allure.dynamic.tag(verdict.level, f"class {clause.holds}", known.word)
    allure.dynamic.label("clause", clause.id)
    allure.dynamic.description("\n\n".join(_described(clause, verdict, description)))
    if clause.source:
        place = description.source(clause.source)
        allure.dynamic.link(address(place, os.environ), name=f"openapi/{place.file.name}:{place.line}")
    attach(verdict)
    for done in steps(verdict):
        with allure.step(done):
            pass


def _apart(verdict: Verdict) -> str:
    """What tells apart at a glance whatever Allure shows as skipped."""
    known = state(verdict)
    return f": {known.word}" if known.name in ("should", "deviation", "undecided", "not-exercised") else ""


def _described(clause: Clause, verdict: Verdict, description: Description) -> Iterator[str]:
    reason = f": {plain(verdict.reason)}" if verdict.reason else ""
    yield f"**{clause.id}** ({verdict.listing}) is **{state(verdict).word}**{reason}."
    yield f"Evidence: {plain(verdict.evidence_text or 'none')}."
    yield f"Class {clause.holds}. Source:"
    yield f"```\n{description.source(clause.source) if clause.source else 'description silent'}\n```"


def address(place: Source, surroundings: Mapping[str, str]) -> str:
    """Where a line of the description can be looked at: in the repository of a CI job, else beside the report."""
    path = f"openapi/{place.file.name}"
    if surroundings.get("GITHUB_REPOSITORY") and surroundings.get("GITHUB_SHA"):
        server = surroundings.get("GITHUB_SERVER_URL", "https://github.com")
        return f"{server}/{surroundings['GITHUB_REPOSITORY']}/blob/{surroundings['GITHUB_SHA']}/{path}#L{place.line}"
    if surroundings.get("CI_PROJECT_URL") and surroundings.get("CI_COMMIT_SHA"):
        return f"{surroundings['CI_PROJECT_URL']}/-/blob/{surroundings['CI_COMMIT_SHA']}/{path}#L{place.line}"
    return f"{place.file.as_uri()}#L{place.line}"


def steps(verdict: Verdict) -> list[str]:
    """What was done to find out: "read 12 pages", "3 walks compared with the model"."""
    return [printed(each.step) for each in largest(verdict.evidence)]


def attach(verdict: Verdict) -> None:
    """Attach what had to be, what was, how to see it again, and the exchanges, cut around what matters."""
    for name, text in (("expected", verdict.expected), ("actual", verdict.actual), ("again", "\n".join(verdict.curl))):
        if text:
            allure.attach(printed(text), name, TEXT)
    for index, exchange in enumerate(verdict.exchanges):
        which = f" {index + 1}" if len(verdict.exchanges) > 1 else ""
        shown = excerpt(exchange, verdict.places(index))
        allure.attach(printed(str(shown)), f"exchange{which}", TEXT)
        if shown.cut and len(exchange) <= WHOLE:
            allure.attach(printed(exchange), f"exchange{which}, whole", TEXT)


def surroundings(run: Run, folder: Path) -> None:
    """Write what Allure shows as the environment of the whole report."""
    known = {
        "target": run.target,
        "description": run.description,
        "suite": VERSION,
        "seed": str(run.seed),
        "profile": run.profile,
        "requests": f"{run.requests:,}",
        "conversations": run.read,
    }
    lines = (f"{_escaped(name)}={_escaped(value)}\n" for name, value in known.items() if value)
    (folder / "environment.properties").write_text("".join(lines), encoding="utf-8")


def _escaped(value: str) -> str:
    """A value as it stands in a file of Java properties, on one line."""
    return printed(" ".join(value.split())).replace("\\", "\\\\")
