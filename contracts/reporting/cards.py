"""One verdict in full: what was promised, what was found, the exchange, and how to see it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.reporting.excerpts import Sort, excerpt
from contracts.reporting.markup import Html, joined, tag
from contracts.reporting.states import state

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from contracts.findings.families import Clauses
    from contracts.findings.places import Place
    from contracts.findings.verdicts import Verdict
    from contracts.reporting.excerpts import Line


SIGNS = {
    "held": "M5 12.5l4.5 4.5L19 7.5",
    "must": "M6 6l12 12M18 6L6 18",
    "should": "M12 4L21 19.5H3ZM12 10.5v4M12 17v.01",
    "error": "M8 3h8l5 5v8l-5 5H8l-5-5V8ZM12 7.5v5.5M12 16.5v.01",
    "deviation": "M4 9.5c3-3 5-3 8 0s5 3 8 0M4 15.5c3-3 5-3 8 0s5 3 8 0",
    "undecided": "M8.5 9a3.5 3.5 0 1 1 5.2 3c-1.2.7-1.7 1.3-1.7 2.5M12 18v.01",
    "not-exercised": "M6 12h12",
}


def name(verdict: Verdict) -> str:
    """The verdict's place on the page."""
    return f"v-{verdict.clause}-{verdict.listing}"


def opener(verdict: Verdict, *told: str, class_: str | None = None) -> Html:
    """A button that opens the card of a verdict."""
    return tag("button", *told, type="button", popovertarget=name(verdict), class_=class_)


def sign(known: str) -> Html:
    """The sign of a state, drawn where it stands: reports that clean what is attached leave no references."""
    return tag("svg", tag("path", d=SIGNS[known]), class_="sign", viewBox="0 0 24 24", aria_hidden="true")


def card(verdict: Verdict, clauses: Clauses) -> Html:
    """The verdict as a popover, which browsers open without a script."""
    known = state(verdict)
    times = f", {verdict.times:,} times" if verdict.times > 1 else ""
    top = tag(
        "div",
        sign(known.name),
        tag(
            "div",
            tag("h3", f"{verdict.clause} ({verdict.listing})", id=f"{name(verdict)}-title"),
            tag("p", f"{_level(verdict)}{known.word}{times}"),
        ),
        tag(
            "button",
            "Close",
            type="button",
            class_="close",
            autofocus=True,
            popovertarget=name(verdict),
            popovertargetaction="hide",
        ),
        class_="top",
    )
    inside = tag("div", *_inside(verdict, clauses), class_="inside")
    titled = f"{name(verdict)}-title"
    return tag("dialog", top, inside, id=name(verdict), class_=known.name, popover="auto", aria_labelledby=titled)


def _level(verdict: Verdict) -> str:
    return "" if state(verdict).name == "should" else f"{verdict.level} "


def _inside(verdict: Verdict, clauses: Clauses) -> Iterator[Html]:
    yield tag("p", f"{verdict.statement}.", class_="statement")
    if verdict.expected or verdict.actual:
        yield tag(
            "div",
            tag("div", tag("h4", "Expected"), tag("p", verdict.expected, class_="said")),
            tag("div", tag("h4", "Actual"), tag("p", verdict.actual, class_="said wrong")),
            class_="pair",
        )
    if verdict.reason:
        yield joined((tag("h4", "Why"), tag("p", verdict.reason, class_="said")))
    if verdict.deviations:
        points = (tag("li", each) for each in verdict.deviations)
        yield joined((tag("h4", "Known deviations that were met"), tag("ul", *points)))
    if verdict.curl:
        yield tag("h4", "See it again")
        yield from (tag("pre", tag("code", each), class_="command") for each in dict.fromkeys(verdict.curl))
    for index, exchange in enumerate(verdict.exchanges):
        yield tag("h4", "The exchange" if len(verdict.exchanges) == 1 else f"Exchange {index + 1}")
        yield _exchange(exchange, verdict.places(index))
    yield tag("h4", "Evidence")
    yield tag("p", verdict.evidence_text or "none")
    yield from _source(verdict, clauses)


def _exchange(exchange: str, places: Iterable[Place]) -> Html:
    found = excerpt(exchange, places)
    head, body = (joined(map(_line, lines)) for lines in (found.head, found.body))
    return tag("pre", tag("code", f"{found.request}\n\n", head, "\n", body))


def _line(line: Line) -> Html:
    if line.sort == Sort.MARKED:
        return tag("mark", f"{line.text}\n")
    return tag("span", f"{line.text}\n", class_="cut" if line.sort == Sort.CUT else None)


def _source(verdict: Verdict, clauses: Clauses) -> Iterator[Html]:
    clause = clauses.get(verdict.clause)
    if clause is None:
        return
    yield tag("h4", f"Class {clause.holds}: {CLASSES[clause.holds]}. It rests on")
    if clause.source is None:
        yield tag("p", "nothing in the description, which is silent")
        return
    found = clauses.description.source(clause.source)
    yield tag("p", tag("code", f"openapi/{found.file.name}:{found.line}"))
    yield tag("blockquote", found.text)


CLASSES = {
    "A": "true at any time, one exchange convicts",
    "I": "true while data is only being added",
    "S": "true of data that stands still, and confirmed by a fresh reading",
}
