"""inputs: generated and hostile requests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import orjson

from contracts.evidence.negative import METHODS, REJECTIONS, UNKNOWN, WRONG_TOKEN, Probe
from contracts.evidence.reused_cursors import REUSED, Reused
from contracts.evidence.schemathesis import GENERATED
from contracts.evidence.wrong_cursors import CURSORS
from contracts.findings.clause import ANSWERS, Holds, Level, Violation
from contracts.findings.families import Family
from contracts.findings.places import STATUS, Place, flaw_places, places
from contracts.paging.clipping import clipped
from contracts.paging.listings import EVENTS, MEMBERS
from contracts.paging.pages import MOST_POINTERS, OK, Answer, abbreviate, abbreviate_ids, identity
from contracts.paging.pointers import innermost
from contracts.paging.urls import cursor_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.evidence.schemathesis import Generated
    from contracts.paging.exchanges import Exchange

family = Family(__name__, __doc__)

PARAMETERS = "/components/parameters"
REFUSALS = range(400, 500)
NOT_FOUND = 404
BAD_REQUEST = 400
NOT_IMPLEMENTED = 501
SERVER_ERRORS = range(500, 600)

NEGATIVE = (REJECTIONS, CURSORS, REUSED, UNKNOWN)


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    "/paths",
    GENERATED,
    needs="generated requests",
    requires=(
        "inputs.no-server-error",
        "pages.envelope",
        "pages.items",
        "pages.size-echo",
        "items.ids",
        "items.timestamps",
        "events.type-syntax",
        "events.variant",
        "links.present",
    ),
)
def documented(generated: Generated) -> Iterator[Violation]:
    """Whatever is generated from the description is answered with a documented status, content type and body."""
    exchange = generated.answer.exchange
    for failure, place in generated.failures:
        wanted = f"an answer as the description documents it, for {exchange.method} {clipped(exchange.url)}"
        yield Violation(wanted, failure, (exchange,), where=(place,))


def _made_up_cursor(answer: Answer) -> bool:
    """Whether a request carried a cursor that no link gave; then inputs.cursor says what comes of it."""
    return answer.negative and bool(cursor_of(answer.exchange.url))


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    None,
    ANSWERS,
    when=lambda answer: not _made_up_cursor(answer),
    reads=(*NEGATIVE, METHODS),
    requires=("inputs.unknown-conversation",),
)
def no_server_error(answer: Answer) -> Iterator[Violation]:
    """No request makes the server fail: never a status of 500 or more."""
    exchange = answer.exchange
    unknown_method = exchange.status == NOT_IMPLEMENTED and exchange.method != "GET"
    if exchange.status in SERVER_ERRORS and not unknown_method:
        wanted = f"no server error for {exchange.method} {clipped(exchange.url)}"
        yield _answered(exchange, wanted)


def _answered(exchange: Exchange, wanted: str) -> Violation:
    """The violation of an answer with the wrong status."""
    return Violation(wanted, f"status {exchange.status}", (exchange,), where=STATUS)


def _refused(probe: Probe) -> bool:
    return probe.answer.exchange.status in REFUSALS


def _failed(probe: Probe) -> bool:
    """Whether the server failed; then inputs.no-server-error says so."""
    return probe.answer.exchange.status in SERVER_ERRORS


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    f"{PARAMETERS}/page_size",
    REJECTIONS,
    requires=("order.ascending", "order.descending", "order.default", "order.mirror"),
)
def rejected(probe: Probe) -> Iterator[Violation]:
    """A wrong type, an unknown enum value, a garbage date or id gives a 4xx; a size out of range, or a cursor, also a page."""
    if _refused(probe) or _failed(probe):
        return
    wanted, answer = f"a 4xx for {probe.what}", probe.answer
    if not probe.legal_page:
        yield _answered(answer.exchange, wanted)
    elif answer.flaw:
        yield Violation(f"{wanted}, or a page", answer.flaw, (answer.exchange,), where=flaw_places(answer))


@family.clause(Level.MUST, Holds.ALWAYS, f"{PARAMETERS}/cursor", CURSORS)
def cursor(probe: Probe) -> Iterator[Violation]:
    """A cursor never gives another listing's items and never a 5xx: garbage, cut, changed, another listing's or query's."""
    answer = probe.answer
    if _failed(probe):
        yield _answered(answer.exchange, f"no server error for {probe.what}")
    elif answer.flaw is None:
        strange = [identity(item) for item in answer.page.items if identity(item) not in probe.own]
        if strange:
            wanted = f"a refusal, or items of {answer.scope}, for {probe.what}"
            shown = places(*answer.page.id_pointers(strange))
            yield Violation(wanted, f"{abbreviate_ids(strange)} from elsewhere", (answer.exchange,), where=shown)


@family.also(cursor, ANSWERS, when=_made_up_cursor)
def _no_failure(answer: Answer) -> Iterator[Violation]:
    exchange = answer.exchange
    if exchange.status in SERVER_ERRORS:
        yield _answered(exchange, f"no server error for {clipped(exchange.url)}")


@family.also(cursor, REUSED)
def _in_another_query(reused: Reused) -> Iterator[Violation]:
    """A real cursor gives a page of the query that it comes with; one of the query that it was given for is a SHOULD."""
    answer = reused.probe.answer
    strange = list(cursor.parts[0].judge(reused.probe))
    yield from strange
    if answer.flaw is None and not strange and not reused.fits_asked and reused.sound:
        level, how = (Level.SHOULD, "") if reused.fits_given else (None, "not even ")
        wanted = f"a refusal, or a page of {answer.asked!r}, for {reused.probe.what}"
        actual = f"{abbreviate_ids(answer.page.ids)}, {how}a page of {reused.given!r}"
        yield Violation(wanted, actual, (answer.exchange,), level, places(answer.page.items_pointer))


family.also(rejected, CURSORS)(rejected.parts[0].judge)
family.also(rejected, REUSED)(lambda reused: rejected.parts[0].judge(reused.probe))


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    f"{PARAMETERS}/conversation_id_parameter",
    UNKNOWN,
    listings=(MEMBERS, EVENTS),
    needs="a conversation",
)
def unknown_conversation(probe: Probe) -> Iterator[Violation]:
    """A conversation that does not exist is a 404, not an empty page and not a 5xx."""
    allowed = (NOT_FOUND,) if probe.well_formed else (BAD_REQUEST, NOT_FOUND, 422)
    if probe.answer.exchange.status not in allowed:
        yield _answered(probe.answer.exchange, f"{' or '.join(map(str, allowed))} for {probe.what}")


@family.clause(Level.MUST, Holds.ALWAYS, "/paths", METHODS)
def method(probe: Probe) -> Iterator[Violation]:
    """A method that the description does not document is refused."""
    exchange = probe.answer.exchange
    if (
        not probe.legal_page
        and exchange.status not in REFUSALS
        and exchange.status != NOT_IMPLEMENTED
        and not _failed(probe)
    ):
        yield _answered(exchange, f"a refusal of {exchange.method}")


def _error_of_get(answer: Answer) -> bool:
    return answer.exchange.method == "GET" and answer.exchange.status in REFUSALS


FAMILIES = (("code", "description"), ("type", "title", "detail", "instance"))
"""Members that an error body has, of the older family, and of the newer ones (RFC 9457)."""


@family.clause(Level.SHOULD, Holds.ALWAYS, None, ANSWERS, when=_error_of_get, needs="a refused request", reads=NEGATIVE)
def error_body(answer: Answer) -> Iterator[Violation]:
    """An error is JSON with code and description, or with type, title, detail and instance."""
    body = answer.exchange.json
    members = [name for name, value in body.items() if isinstance(value, str)] if isinstance(body, Mapping) else []
    if not any(set(family) <= set(members) for family in FAMILIES):
        families = " or ".join(f"{{{', '.join(family)}}}" for family in FAMILIES)
        actual = abbreviate(body) if isinstance(body, Mapping | list | str | int) else f"{answer.exchange.body[:120]!r}"
        yield Violation(f"an error body with {families}", actual, (answer.exchange,), where=places(BODY))


_TRACES = re.compile(
    rb"Traceback \(most recent call last\)|\bFile \\?\"[^\"]+\\?\", line \d+|\bat [\w.$<>]+\([\w]+\.(?:java|kt|scala|cs|js|ts):\d+"
    rb"|\bat .{1,200}\.(?:js|ts|mjs):\d+:\d+|goroutine \d+ \[|\.go:\d+ \+0x|\.rb:\d+:in |#\d+ /[\w/.-]+\.php\(\d+\)"
    rb"|SQLSTATE\[|ORA-\d{5}|psycopg2?\.|sqlite3\.\w*Error|syntax error at or near|stack ?trace\"?:"
)
BODY = ""
"""The JSON pointer to the body itself."""

REDACTED = "[redacted]"


@family.clause(Level.MUST, Holds.ALWAYS, None, ANSWERS, reads=(*NEGATIVE, METHODS, WRONG_TOKEN))
def no_leak(answer: Answer) -> Iterator[Violation]:
    """No answer shows a stack trace, or a credential: in clear, percent-encoded, escaped, in base64 or in hex."""
    exchange = answer.exchange
    found = _TRACES.search(exchange.body) if exchange.status != OK else None
    if found:
        actual = found.group().decode(errors="replace")
        traced = innermost(exchange.json, lambda value: _TRACES.search(orjson.dumps(value)) is not None)
        yield Violation("no stack trace in an error", actual, (exchange,), where=places(next(traced)))
    if exchange.leaked:
        headers = [each.header for each in exchange.leaked if each.header]
        of_headers = f" in the header {' and '.join(headers)}" if headers else ""
        actual = f"the token of this run{of_headers}, shown here as {REDACTED}"
        shown = tuple(Place(header=each.header, pointer=each.pointer) for each in exchange.leaked[:MOST_POINTERS])
        yield Violation("no credential in an answer", actual, (exchange,), where=shown)
