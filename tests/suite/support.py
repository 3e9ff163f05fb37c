"""Evidence made by hand, tables of cases, and a target that is a table of answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import orjson
import pytest

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.description import resolve
from contracts.description.errors import PointerError
from contracts.findings.counts import Count
from contracts.paging.exchanges import Exchange
from contracts.paging.listings import CONVERSATIONS, EVENTS, MEMBERS, USERS, Scope
from contracts.paging.pages import Answer, Page
from contracts.paging.queries import Query
from contracts.paging.walks import Walk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from contracts.crawl.crawler import Send
    from contracts.findings.clause import Violation
    from contracts.findings.places import Place

NO_CLAUSES = replace(CONVERSATION_CLAUSES, members=())
BASE = "http://api.test/v0.2"
ORIGINS = frozenset({("http", "api.test", 80)})
PLAIN = Query()
C, U, M, E = Scope(CONVERSATIONS), Scope(USERS), Scope(MEMBERS, "CON-1"), Scope(EVENTS, "CON-1")
ITEM_NAMES = {"conversations": "CON", "users": "USR", "members": "MEM"}


def url(scope: Scope = U, query: Query = PLAIN, cursor: str | None = None) -> str:
    """The URL of a listing, with a cursor where one is given."""
    parameters = query.parameters | ({} if cursor is None else {"cursor": cursor})
    return f"{BASE}{scope.path}" + (f"?{urlencode(parameters, quote_via=quote)}" if parameters else "")


def exchange(body: object = None, at: str = f"{BASE}/users", **more: Any) -> Exchange:
    """An exchange; `more` are fields of it, `raw` the body as bytes and `media` its content type."""
    raw = more.pop("raw", None)
    headers = {"content-type": more.pop("media", "application/json"), **more.pop("headers", {})}
    text = orjson.dumps(body) if raw is None else raw
    return Exchange(more.pop("method", "GET"), at, more.pop("status", 200), headers, text, more.pop("sent", {}), **more)


def answer(
    body: object = None,
    scope: Scope = U,
    query: Query = PLAIN,
    *,
    via: str | None = None,
    negative: bool = False,
    **more: Any,
) -> Answer:
    """An answer whose URL is that of the query, with `cursor` where it is given; `more` goes to `exchange`."""
    at = more.pop("at", None) or url(scope, query, more.pop("cursor", None))
    return Answer(exchange(body, at, **more), scope, query, via, negative, ORIGINS)


def hrefs(names: str, scope: Scope, query: Query, ids: Sequence[object], cursor: str | None) -> dict[str, str]:
    """Links of a correct API: first plain, self as asked, the neighbours by the ids at the page's ends."""
    ends = {"next": f"after-{ids[-1]}", "prev": f"before-{ids[0]}"} if ids else {"next": "after", "prev": "before"}
    made = {"first": url(scope, query), "self": url(scope, query, cursor)}
    return {rel: made.get(rel) or url(scope, query, ends[rel]) for rel in names.split()}


def envelope(scope: Scope, items: Sequence[object], links: Mapping[str, str], **more: object) -> dict[str, Any]:
    """The body of a page."""
    shown = {rel: {"href": href} for rel, href in links.items()}
    return {
        "page_size": len(items),
        "_embedded": {"data": {scope.listing.name: list(items)}},
        "_links": shown,
        **more,
    }


def page(
    *items: Any,
    scope: Scope = U,
    query: Query = PLAIN,
    links: str | Mapping[str, str] = "first self",
    **more: Any,
) -> Page:
    """A page; an item that is no object is an id. `body` adds members, `more` goes to `answer`."""
    whole = [item if isinstance(item, dict) else {"id": item} for item in items]
    ids = [item.get("id") for item in whole]
    cursor = more.get("cursor")
    targets = hrefs(links, scope, query, ids, cursor) if isinstance(links, str) else links
    body = envelope(scope, whole, targets, **more.pop("body", {}))
    return answer(body, scope, query, **more).page


def walk(*pages: Page, **more: Any) -> Walk:
    """The walk of these pages; `more` says how it stopped."""
    first = pages[0] if pages else None
    scope = more.pop("scope", first.scope if first else U)
    return Walk(scope, more.pop("query", first.asked if first else PLAIN), pages, **more)


def chain(*pages: Sequence[Any], scope: Scope = U, query: Query = PLAIN, **more: Any) -> Walk:
    """A correct walk over these items: every page linked with its neighbours."""
    made, last = [], len(pages) - 1
    for index, items in enumerate(pages):
        links = " ".join(["first self", *["prev"] * (index > 0), *["next"] * (index < last)])
        before = {"cursor": f"p{index + 1}", "via": "next"} if index else {}
        made.append(page(*items, scope=scope, query=query, links=links, **before))
    return walk(*made, scope=scope, query=query, **more)


def conversation(number: int, created: str | None = None, **more: object) -> dict[str, Any]:
    """A conversation, created on that day of January where no time is given."""
    when = created or f"2023-01-{number:02d}T12:00:00.000Z"
    return {"id": f"CON-{number}", "name": f"name {number}", "timestamp": {"created": when}, **more}


def event(number: object, kind: str = "text", **more: Any) -> dict[str, Any]:
    """An event."""
    body = {"text": "hello"} if kind == "text" else {}
    return {"id": number, "type": kind, "timestamp": "2023-01-01T12:00:00Z", "body": body, **more}


# --- tables of cases -------------------------------------------------------------------------------------------------

Case = Any
"""A row of a table: clause, part, evidence, and what is found: None where the evidence says nothing about it."""


def _case(name: str, what: str, part: int, evidence: object, found: object) -> Case:
    return pytest.param(name, part, evidence, found, id=f"{name.replace('.', '-')}-{what}")


def holds(name: str, what: str, evidence: object, part: int = 0) -> Case:
    """Evidence that a clause accepts."""
    return _case(name, what, part, evidence, [])


def silent(name: str, what: str, evidence: object, part: int = 0) -> Case:
    """Evidence that says nothing about a clause."""
    return _case(name, what, part, evidence, None)


def breaks(name: str, what: str, evidence: object, *found: str, part: int = 0) -> Case:
    """Evidence that a clause rejects; each violation as `expected | actual | requests`, its level last where milder."""
    return _case(name, what, part, evidence, list(found))


def judged(name: str, part: int, evidence: object) -> list[str] | None:
    """What a part of a clause finds in evidence; None where that says nothing about the clause."""
    found = violations(name, part, evidence)
    return None if found is None else [told(each) for each in found]


def violations(name: str, part: int, evidence: object) -> list[Violation] | None:
    """The violations that a part of a clause finds in evidence; None where that says nothing about the clause."""
    chosen = CONVERSATION_CLAUSES[name].parts[part]
    return list(chosen.judge(evidence)) if chosen.concerns(evidence) else None


def misplaced(violation: Violation) -> list[Place]:
    """The places of a violation that are not in its exchanges."""
    return [each for each in violation.where if not _exists(each, violation.exchanges)]


def _exists(place: Place, exchanges: Sequence[Exchange]) -> bool:
    if place.exchange not in range(len(exchanges)):
        return False
    shown = exchanges[place.exchange]
    if place.pointer:
        try:
            resolve(shown.json, place.pointer)
        except PointerError:
            return False
    return place.header is None or (place.pointer is None and place.header in shown.headers)


def counted(**numbers: int) -> tuple[Count, ...]:
    """Counts of evidence by the words for many of it; one is that without its last letter."""
    return tuple(Count(number, many[:-1], many) for many, number in numbers.items())


def told(violation: Violation) -> str:
    """A violation in one line, its exchanges by what follows the base URL."""
    shown = ", ".join(each.url.removeprefix(BASE) for each in violation.exchanges)
    level = f" | {violation.level}" if violation.level else ""
    return f"{violation.expected} | {violation.actual} | {shown}{level}"


def uncovered(family: str, cases: Sequence[Case]) -> list[str]:
    """The parts of a family's clauses that no case accepts or that no case rejects."""
    seen = {(case.values[0], case.values[1], bool(case.values[3])) for case in cases if case.values[3] is not None}
    wanted = [
        (clause.id, part, broken)
        for clause in CONVERSATION_CLAUSES.values()
        for part in range(len(clause.parts))
        for broken in (False, True)
        if clause.family == family and not (broken and clause.level == "REPORT")
    ]
    return [f"{name} part {part} {'rejecting' if broken else 'accepting'}" for name, part, broken in wanted
            if (name, part, broken) not in seen]  # fmt: skip


# --- a target that is a table ----------------------------------------------------------------------------------------

Served = Any
"""What a path gives: a body, a status, an exchange, or a function that makes one of these."""


def serving(table: Mapping[str, Served], log: list[str] | None = None) -> Send:
    """A function that answers from a table of paths below the base URL; 404 for any other."""

    def send(method: str, at: str, **_: object) -> Exchange:
        path = at.removeprefix(BASE)
        if log is not None:
            log.append(f"{method} {path}")
        found = table.get(path, 404)
        found = found() if callable(found) else found
        if isinstance(found, Exchange):
            return found
        return exchange({}, at, status=found) if isinstance(found, int) else exchange(found, at)

    return send


def listing(ids: Callable[[], Sequence[object]], scope: Scope = U) -> Send:
    """A function that answers every request with all of these items, on one page."""

    def send(_method: str, at: str, **_: object) -> Exchange:
        made = [{"id": each} for each in ids()]
        return exchange(envelope(scope, made, {"first": at, "self": at}), at)

    return send
