"""The contract matrix: one page that needs no server and asks nobody, clauses down and listings across.

It is whole without its script, which adds filters and addresses. Styles and script stand in the page and are named by
their hashes in its own policy, so that nothing else can run or be fetched, whatever a target's answers hold.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from importlib import resources
from itertools import groupby
from typing import TYPE_CHECKING

from contracts.findings.counts import in_words, largest
from contracts.findings.verdicts import Verdict
from contracts.reporting import cards
from contracts.reporting.markup import Html, joined, tag
from contracts.reporting.outcome import columns, listed, ordered, outcome
from contracts.reporting.page_findings import findings
from contracts.reporting.states import STATES, state
from contracts.reporting.tiles import coverage_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contracts.findings.families import Clauses
    from contracts.findings.verdicts import Verdict
    from contracts.reporting.run import Run
    from contracts.reporting.states import State

LEVELS = ("MUST", "SHOULD", "REPORT")


def page(run: Run, verdicts: Sequence[Verdict], clauses: Clauses) -> str:
    """The whole page."""
    style, script = _asset("matrix.css"), _asset("matrix.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("link", rel="icon", href="data:,"),
        tag("title", f"{outcome(run, verdicts)[1]}: {run.description} at {run.target}"),
        tag("style", Html(style)),
    )
    body = tag(
        "body",
        tag("a", "To the matrix", class_="skip", href="#matrix"),
        _header(run, verdicts),
        tag("main", findings(run, verdicts, clauses), coverage_of(run.coverage), _matrix(verdicts, clauses)),
        _footer(run),
        *(cards.card(each, clauses) for each in ordered(verdicts, clauses)),
        tag("script", Html(script)),
    )
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


def _asset(name: str) -> str:
    return resources.files("contracts.reporting").joinpath("page", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


# --- the head --------------------------------------------------------------------------------------------------------


def _header(run: Run, verdicts: Sequence[Verdict]) -> Html:
    name, sentence = outcome(run, verdicts)
    counts = Counter(state(each).name for each in verdicts)
    known = [each for each in STATES if counts[each.name]]
    chips = (tag("li", _count(each, counts[each.name]), class_=each.name) for each in known)
    return tag(
        "header",
        tag(
            "div",
            tag("span", cards.sign(name), class_="seal"),
            tag(
                "div",
                tag("h1", sentence),
                tag("p", f"{run.description} at {run.target}{f', {run.name}' if run.name else ''}"),
            ),
            class_=f"outcome {name}",
        ),
        tag("dl", *(_fact(*fact) for fact in _facts(run)), class_="facts"),
        tag("ul", *chips, class_="counts"),
    )


def _count(each: State, number: int) -> Html:
    return tag("a", cards.sign(each.name), tag("b", f"{number:,}"), each.word, href="#matrix", data_only=each.name)


def _fact(name: str, value: str) -> Html:
    return tag("div", tag("dt", name), tag("dd", value))


def _facts(run: Run) -> Iterator[tuple[str, str]]:
    if run.started:
        yield "Began", f"{run.started.replace('T', ' ').removesuffix('Z')} UTC"
    waiting = f", {run.waiting:,.1f} s of them waiting for the target" if run.waiting else ""
    yield "Cost", f"{run.requests:,} requests in {run.seconds:,.1f} s{waiting}"
    if run.read:
        yield "Conversations read", run.read
    if run.tails:
        yield "Read in part", "; ".join(run.tails)
    if run.variants:
        yield "Event variants met", ", ".join(f"{name} {count:,}" for name, count in sorted(run.variants.items()))
    yield "Profile", run.profile
    yield "Seed", str(run.seed)
    if run.suite:
        yield "Suite", run.suite


# --- the matrix ------------------------------------------------------------------------------------------------------


def _matrix(verdicts: Sequence[Verdict], clauses: Clauses) -> Html:
    listings = columns(verdicts)
    heads = (tag("th", tag("span", name, class_="long"), scope="col") for name in ("clause", *listings))
    families = groupby(listed(verdicts, clauses), key=lambda each: each.family)
    bodies = (_family(name, list(group), listings, clauses) for name, group in families)
    table = tag(
        "table",
        tag("caption", "Clauses down, listings across. A cell leads to what was found, how, and how to see it again."),
        tag("thead", tag("tr", *heads)),
        *bodies,
        class_="matrix",
    )
    none = tag("p", "No clause is left by these filters.", id="none", hidden=True)
    return tag(
        "section", tag("h2", "The matrix"), _filters(verdicts), table, none, id="matrix", aria_label="The matrix"
    )


def _filters(verdicts: Sequence[Verdict]) -> Html:
    counts = Counter(state(each).name for each in verdicts)
    levels = {each.level for each in verdicts}
    chips = (
        _chip("verdict", each.name, cards.sign(each.name), each.word, each.name) for each in STATES if counts[each.name]
    )
    return tag(
        "form",
        tag("fieldset", tag("legend", "Verdict"), *chips),
        tag("fieldset", tag("legend", "Level"), *(_chip("level", each, each) for each in LEVELS if each in levels)),
        tag("input", type="search", name="words", placeholder="Clause or words", aria_label="Clause or words"),
        tag("button", "Show all", type="reset"),
        tag("output", "", id="shown", aria_live="polite"),
        id="filters",
        aria_label="Filters of the matrix",
    )


def _chip(name: str, value: str, *told: str) -> Html:
    words, colour = (told[:-1], told[-1]) if len(told) > 1 else (told, "")
    return tag(
        "label",
        tag("input", type="checkbox", name=name, value=value),
        tag("span", *words),
        class_=f"chip {colour}".strip(),
    )


def _family(name: str, verdicts: Sequence[Verdict], listings: Sequence[str], clauses: Clauses) -> Html:
    head = tag("th", f"{name} ", tag("span", clauses.subject(name)), colspan=len(listings) + 1, scope="rowgroup")
    rows = groupby(verdicts, key=lambda each: each.clause)
    return tag("tbody", tag("tr", head, class_="family"), *(_row(list(row), listings, clauses) for _, row in rows))


def _row(verdicts: Sequence[Verdict], listings: Sequence[str], clauses: Clauses) -> Html:
    first = verdicts[0]
    clause = clauses.get(first.clause)
    level = f"{clause.level} {clause.holds}" if clause else first.level
    head = tag(
        "th",
        tag("span", first.clause, class_="id"),
        tag("span", level, class_="level"),
        tag("span", first.statement, class_="statement"),
        scope="row",
    )
    known = {each.listing: each for each in verdicts}
    words = f"{first.clause} {first.statement}".lower()
    return tag("tr", head, *(_cell(known.get(name)) for name in listings), class_="clause", data_words=words)


def _cell(verdict: Verdict | None) -> Html:
    if verdict is None:
        return tag(
            "td", tag("span", "·", aria_hidden="true"), tag("span", "not about it", class_="quiet"), class_="absent"
        )
    known = state(verdict)
    told = in_words(largest(verdict.evidence, 2)) if known.name == "held" else ""
    told = f"{verdict.times:,} times" if verdict.times > 1 else told
    about = tag(
        "span", tag("span", known.word, class_="word"), " ", tag("span", told, class_="evidence"), class_="about"
    )
    opener = cards.opener(verdict, cards.sign(known.name), about, class_="cell")
    return tag("td", opener, class_=known.name, data_verdict=known.name, data_level=verdict.level)


# --- the foot ---------------------------------------------------------------------------------------------------------


def _footer(run: Run) -> Html:
    legend = joined(
        joined((tag("dt", cards.sign(each.name), f" {each.word}", class_=each.name),
            tag("dd", each.meaning),
        ))
        for each in STATES
    )  # fmt: skip
    known = f" --target {run.name}" if run.name else f" {run.target}"
    where = "" if run.name == "the bundled mock" else known
    repeat = f"conversation-contracts verify{where} --profile {run.profile} --seed {run.seed}"
    return tag("footer", tag("h2", "What the signs say"), tag("dl", legend), tag("p", "Again: ", tag("code", repeat)))
