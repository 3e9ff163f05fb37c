"""One verdict in full: what was promised, what was found, the exchange, and how to see it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts import description
from contracts.clause import CLAUSES
from contracts.reporting.excerpts import Sort, excerpt
from contracts.reporting.markup import Html, joined, tag
from contracts.reporting.states import state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.reporting.excerpts import Line
    from contracts.verdicts import Verdict


def name(verdict: Verdict) -> str:
    """The verdict's place on the page."""
    return f"v-{verdict.clause}-{verdict.listing}"


def sign(known: str) -> Html:
    """The sign of a state."""
    return tag("svg", tag("use", href=f"#sign-{known}"), class_="sign", aria_hidden="true")


def card(verdict: Verdict) -> Html:
    """The verdict as a dialog; without a script, what its link leads to."""
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
        tag("a", "Close", href="#matrix", class_="close"),
        class_="top",
    )
    inside = tag("div", *_inside(verdict), class_="inside")
    return tag("dialog", top, inside, id=name(verdict), class_=known.name, aria_labelledby=f"{name(verdict)}-title")


def _level(verdict: Verdict) -> str:
    return "" if state(verdict).name == "should" else f"{verdict.level} "


def _inside(verdict: Verdict) -> Iterator[Html]:
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
    if verdict.curl:
        yield tag("h4", "See it again")
        yield from (tag("pre", tag("code", each), class_="command") for each in verdict.curl)
    for number, exchange in enumerate(verdict.exchanges, 1):
        yield tag("h4", "The exchange" if len(verdict.exchanges) == 1 else f"Exchange {number}")
        yield _exchange(exchange, f"{verdict.actual} {verdict.expected}")
    yield tag("h4", "Evidence")
    yield tag("p", verdict.told or "none")
    yield from _source(verdict)


def _exchange(exchange: str, about: str) -> Html:
    found = excerpt(exchange, about)
    body = joined(map(_line, found.body))
    return tag("pre", tag("code", f"{found.request}\n\n{found.answer}\n\n", body))


def _line(line: Line) -> Html:
    if line.sort == Sort.MARKED:
        return tag("mark", f"{line.text}\n")
    return tag("span", f"{line.text}\n", class_="cut" if line.sort == Sort.CUT else None)


def _source(verdict: Verdict) -> Iterator[Html]:
    clause = CLAUSES.get(verdict.clause)
    if clause is None:
        return
    yield tag("h4", f"Class {clause.holds}: {CLASSES[clause.holds]}. It rests on")
    if clause.source is None:
        yield tag("p", "nothing in the description, which is silent")
        return
    found = description.source(clause.source)
    yield tag("p", tag("code", f"openapi/{found.file.name}:{found.line}"))
    yield tag("blockquote", found.text)


CLASSES = {
    "A": "true at any time, one exchange convicts",
    "I": "true while data is only being added",
    "S": "true of data that stands still, and confirmed by a fresh reading",
}
