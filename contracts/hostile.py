"""Plans for requests that nobody should send: garbage, stolen cursors, unknown conversations, wrong methods."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from contracts.clause import Kind, Trial
from contracts.listings import EVENTS, LISTINGS, Scope
from contracts.pages import cursor_of
from contracts.queries import Query
from contracts.target.redaction import SPOILT

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from contracts.pages import Answer
    from contracts.reading import Reading

WRONG_VALUES = {
    "page_size": ("abc", "1.5", "10abc", "NaN"),
    "order": ("sideways", "ascending", "1"),
    "date_start": ("yesterday", "2024-13-01T00:00:00Z", "2024-02-30T00:00:00Z"),
    "date_end": ("not-a-date", "2023-06-31T12:00:00Z"),
    "start_id": ("abc", "1.5"),
    "end_id": ("last", "0x10"),
}
"""By parameter, values of a wrong type, unknown in an enumeration, or dates that no calendar has."""

SIZES_OUT_OF_RANGE = ("0", "-1", "101", "100000", "99999999999999999999")
EXTREME_VALUES = {
    "start_id": ("-1", "99999999999999999999999"),
    "end_id": ("0", "9223372036854775808"),
    "event_type": ("\0", "Ω", "x" * 300, "' OR 1=1 --", "text%"),
    "date_start": ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00"),
    "date_end": ("9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00+14:00"),
    "cursor": ("",),
}
"""By parameter, values that may be refused or served, but must not make a server fail."""

GARBAGE_CURSORS = ("garbage", "AAAA", "%00", "'; --", "9" * 40, "Ω")
SAFE_METHODS = ("TRACE", "FROBNICATE")
WRITING_METHODS = ("POST", "PUT", "PATCH", "DELETE")
LONG = 20
"""Characters from which on nobody hits upon another conversation's id by chance."""


@dataclass(frozen=True, eq=False)
class Probe:
    """A hostile request and its answer.

    `legal_page` says that a page is as good an answer as a refusal. `own` are the ids of the listing that was asked,
    and `well_formed` whether an id that was made up looks like a real one.
    """

    what: str
    answer: Answer
    legal_page: bool = False
    own: frozenset[Hashable] = frozenset()
    well_formed: bool = True


def _plain(scope: Scope, what: str, parameters: dict[str, str], *, legal_page: bool = False) -> Trial:
    def observe(reading: Reading) -> Probe:
        return Probe(what, reading.reader.probe(scope, reading.reader.url(scope, parameters)), legal_page)

    return Trial(scope, what, observe)


def _rejections(reading: Reading, scope: Scope) -> Iterator[Trial]:
    if scope != reading.chosen(scope.listing)[0]:
        return
    for name in ("page_size", "order", *scope.listing.filters):
        for value in WRONG_VALUES.get(name, ()):
            yield _plain(scope, f"{name}={value}", {name: value})
    for name in (*scope.listing.filters, "cursor"):
        for value in EXTREME_VALUES.get(name, ()):
            yield _plain(scope, f"{name}={value!r}", {name: value}, legal_page=True)
    for value in SIZES_OUT_OF_RANGE:
        yield _plain(scope, f"page_size={value}", {"page_size": value}, legal_page=True)


def _broken(cursor: str) -> dict[str, str]:
    middle = len(cursor) // 2
    other = "A" if cursor[middle : middle + 1] != "A" else "B"
    return {
        "a cursor without its last character": cursor[:-1],
        "a cursor without its last two": cursor[:-2],
        "a cursor without its last four": cursor[:-4],
        "half a cursor": cursor[: middle // 4 * 4],
        "a changed cursor": cursor[:middle] + other + cursor[middle + 1 :],
        "a cursor twice": cursor * 2,
    }


def _cursors(reading: Reading, scope: Scope) -> Iterator[Trial]:
    if scope not in reading.chosen(scope.listing)[:2]:
        return
    own = frozenset(reading.snapshot(scope).ids)

    def observe(reading: Reading, what: str, cursor: str) -> Probe:
        url = reading.reader.url(scope, {"page_size": "3", "cursor": cursor})
        return Probe(what, reading.reader.probe(scope, url), legal_page=True, own=own)

    stolen = {}
    for other in _elsewhere(reading, scope):
        cursor = _next_cursor(reading, other)
        if cursor:
            stolen[f"the cursor of {other}"] = cursor
    mine = _next_cursor(reading, scope)
    garbage = {f"cursor={value}": value for value in GARBAGE_CURSORS}
    for what, cursor in {**garbage, **(_broken(mine) if mine else {}), **stolen}.items():
        yield Trial(scope, what, partial(observe, what=what, cursor=cursor))


def _elsewhere(reading: Reading, scope: Scope) -> Iterator[Scope]:
    for listing in LISTINGS:
        others = [other for other in reading.chosen(listing) if other != scope]
        yield from others[:2]


def _next_cursor(reading: Reading, scope: Scope) -> str | None:
    for page in reading.walk(scope, Query(page_size="3", order="asc")).pages[:1]:
        return cursor_of(page.links.get("next", "")) or cursor_of(page.links.get("self", ""))
    return None


def _unknown(reading: Reading, scope: Scope) -> Iterator[Trial]:
    real = scope.conversation or ""
    if scope != reading.chosen(scope.listing)[0]:
        return
    changed = "CON-" + re.sub(r"[0-9A-Za-z]", lambda match: _other(match.group()), real.removeprefix("CON-"))
    well_formed = {"an unknown id": "CON-00000000-0000-4000-8000-000000000000"}
    if len(changed) >= LONG and changed not in reading.conversations:
        well_formed["an id with every character changed"] = changed
    malformed = {"no id of a conversation": "nonsense", "an id of a user": "USR-1", "an id with a slash": "CON-a/b"}
    for what, name in {**well_formed, **malformed}.items():
        yield Trial(scope, what, partial(_ask_unknown, name=name, what=what, listing=scope, shaped=what in well_formed))


def _other(character: str) -> str:
    """Another character of the same class, and of the first six letters where the id may be hexadecimal."""
    known = "0123456789" if character.isdigit() else "abcdef" if character.islower() else "ABCDEF"
    return known[(known.find(character) + 3) % len(known)]


def _ask_unknown(reading: Reading, name: str, what: str, listing: Scope, *, shaped: bool) -> Probe:
    stranger = Scope(listing.listing, name)
    url = reading.reader.base_url + listing.listing.path.replace("{conversation_id}", quote(name, safe=""))
    return Probe(f"{what}, {name}", reading.reader.probe(stranger, url), well_formed=shaped)


def _methods(reading: Reading, scope: Scope) -> Iterator[Trial]:
    if scope != reading.chosen(scope.listing)[0]:
        return

    def observe(reading: Reading, method: str) -> Probe:
        return Probe(method, reading.reader.probe(scope, reading.reader.url(scope, {}), method=method))

    for method in SAFE_METHODS + (WRITING_METHODS if reading.reader.unsafe else ()):
        yield Trial(scope, f"{method} {scope}", partial(observe, method=method))


def _credentials(names: tuple[str, ...], reading: Reading, scope: Scope) -> Iterator[Trial]:
    if not reading.reader.authenticated or scope != reading.chosen(scope.listing)[0]:
        return
    links = reading.reader.page(scope, Query(page_size="2")).links
    filters = {"event_type": "text"} if scope.listing == EVENTS else {"order": "desc"}
    urls = [reading.reader.url(scope, {}), reading.reader.url(scope, filters), *links.values()]
    for url in dict.fromkeys(url for url in urls if reading.reader.may_follow(url)):
        for name in names:
            yield Trial(scope, f"{url} with {name or 'no'} token", partial(_unauthorized, scope, url, name))


def _unauthorized(scope: Scope, url: str, name: str, reading: Reading) -> Probe:
    return Probe(f"{name or 'no'} token", reading.reader.probe(scope, url, credential=name))


REJECTIONS = Kind("wrong values", _rejections)
CURSORS = Kind("wrong cursors", _cursors)
UNKNOWN = Kind("unknown conversations", _unknown)
METHODS = Kind("undocumented methods", _methods)
NO_TOKEN = Kind("requests without a token", partial(_credentials, ("",)))
WRONG_TOKEN = Kind("requests with a wrong token", partial(_credentials, ("wrong", *SPOILT)))
