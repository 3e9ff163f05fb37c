"""Plans for requests that nobody should send: garbage, stolen cursors, unknown conversations, wrong methods."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from contracts.crawl.crawler import Blocked, Lacking
from contracts.evidence.boundaries import Start, start
from contracts.findings.clause import EvidenceKind, Trial
from contracts.paging import filter_values as values
from contracts.paging import instants
from contracts.paging.listings import Item, Scope, member
from contracts.paging.pages import OK
from contracts.paging.queries import Query
from contracts.paging.urls import cursor_of, unusable

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    from contracts.crawl.cache import CrawlCache
    from contracts.crawl.crawler import Parameters
    from contracts.paging.pages import Answer

WRONG_VALUES = {
    "page_size": ("abc", "1.5", "10abc", "NaN", "1_0", "\N{ARABIC-INDIC DIGIT THREE}"),
    "order": ("sideways", "ascending", "1"),
    "date_start": ("yesterday", "2024-13-01T00:00:00Z", "2024-02-30T00:00:00Z", "2024-01-15T99zz"),
    "date_end": ("not-a-date", "2023-06-31T12:00:00Z", "2024-01-15T10:00:00Zjunk"),
    "start_id": ("abc", "1.5", "1_0"),
    "end_id": ("last", "0x10"),
}
"""By parameter, values of a wrong type, unknown in an enumeration, or dates that no calendar has."""

SIZES_OUT_OF_RANGE = ("0", "-1", "101", "100000", "99999999999999999999")
EXTREME_VALUES = {
    "start_id": ("-1", "2147483648", "99999999999999999999999"),
    "end_id": ("0", "-1", "2147483648", "9223372036854775807", "9223372036854775808"),
    "event_type": ("no-such-type", "\0", "Ω", "x" * 300, "' OR 1=1 --", "text%", "member"),
    "date_start": (
        *("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"),
        *("9999-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00"),
    ),
    "date_end": (
        *("1970-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"),
        *("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999-14:00"),
    ),
    "cursor": ("",),
}
"""By parameter, values that may be refused or served, but must not make a server fail."""

ODD_VALUES: Mapping[str, tuple[str | bytes, ...]] = {
    "event_type": ("\\", b"\xff"),
    "end_id": ("99999999999999999999999",),
    "date_start": (
        *("2024-01-15T10:00:00", "2024-01-15T10:00:60Z", "2024-01-15T10:00:00.0123456789Z"),
        *("0000-01-01T00:00:00Z", "+10000-01-01T00:00:00Z"),
    ),
    "date_end": ("\0", "2024-01-15T24:00:00Z", "2024-01-15T10:00:00+24:00", "2024-01-15T10:00:00-00:00"),
}
"""By parameter, values likewise that servers read in more than one way: none says what a page for it must begin with."""

REPEATED = {"event_type": ("text", "no-such-type"), "cursor": ("a", "b")}
"""By parameter, two values at once, which the description does not provide for; RFC 3986 lets a query hold them."""

ORDERED = frozenset({"start_id", "end_id", "date_start", "date_end"})
"""Filters that leave everything or nothing, where their value lies beyond all data."""

OPTIONAL_METHODS = ("HEAD", "OPTIONS")
"""Methods that a server may know or refuse."""

SAFE_METHODS = ("TRACE", "FROBNICATE")
WRITING_METHODS = ("POST", "PUT", "PATCH", "DELETE")
NONE: Mapping[str, str] = {}
LONG = 20
"""Characters from which on nobody hits upon another conversation's id by chance."""


@dataclass(frozen=True, eq=False)
class Probe:
    """A hostile request and its answer.

    `legal_page` says that a page is as good an answer as a refusal. `own` are the ids of the listing that was asked,
    and `well_formed` whether an id that was made up looks like a real one. `start` is what a page must begin with, where that
    is clear.
    """

    what: str
    answer: Answer
    legal_page: bool = False
    own: frozenset[Hashable] = frozenset()
    well_formed: bool = True
    start: Start | None = None


def _plain(scope: Scope, what: str, parameters: Parameters, *, legal_page: bool = False) -> Trial:
    def observe(cache: CrawlCache) -> Probe:
        return Probe(what, cache.crawler.probe(scope, cache.crawler.url(scope, parameters)), legal_page)

    return Trial(scope, what, observe)


def _rejections(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    if scope != cache.chosen(scope.listing)[0]:
        return
    for name in ("page_size", "order", *scope.listing.filters):
        for value in WRONG_VALUES.get(name, ()):
            yield _plain(scope, f"{name}={value}", {name: value})
    for name in (*scope.listing.filters, "cursor"):
        for value in EXTREME_VALUES.get(name, ()):
            what = f"{name}={value!r}"
            yield Trial(scope, what, partial(_extreme, scope=scope, what=what, parameters={name: value}))
        for odd in ODD_VALUES.get(name, ()):
            yield _plain(scope, f"{name}={odd!r}", {name: odd}, legal_page=True)
        if name in REPEATED:
            yield _plain(scope, f"{name} twice", {name: REPEATED[name]}, legal_page=True)
    for value in SIZES_OUT_OF_RANGE:
        yield _plain(scope, f"page_size={value}", {"page_size": value}, legal_page=True)
    for parameters in _upside_down(cache.snapshot(scope).items, scope):
        yield _plain(scope, "a range upside down", parameters, legal_page=True)


def _extreme(cache: CrawlCache, scope: Scope, what: str, parameters: dict[str, str]) -> Probe:
    answer = cache.crawler.probe(scope, cache.crawler.url(scope, parameters))
    with suppress(Blocked, Lacking):
        return Probe(what, answer, legal_page=True, start=_start(cache, answer))
    return Probe(what, answer, legal_page=True)


def _start(cache: CrawlCache, answer: Answer) -> Start | None:
    """What the page for an extreme id or date must begin with; for dates, where one just beyond the data begins right."""
    asked, scope = answer.asked, answer.scope
    names = asked.filters.keys() & ORDERED
    if answer.flaw is not None or not names or cache.query(scope, asked) is not asked:
        return None
    ends = values.outside(cache.snapshot(scope).items)
    limits = {name: instants.parse(value) for name, value in asked.filters.items()}
    far = {
        name: min(ends, key=lambda end: abs(end - limit.nanoseconds))
        for name, limit in limits.items()
        if limit and ends
    }
    control = replace(asked, **{name: instants.text(end) for name, end in far.items()}) if far else None
    return start(cache, answer, control)


def _upside_down(items: Sequence[Item], scope: Scope) -> Iterator[dict[str, str]]:
    """Ranges that end before they begin, with items between."""
    times, numbers = values.between(items), values.ids(items)
    if "date_start" in scope.listing.filters and len(times) > 1:
        yield {"date_start": instants.text(times[-1]), "date_end": instants.text(times[0])}
    if "start_id" in scope.listing.filters and numbers:
        yield {"start_id": str(numbers[-1]), "end_id": str(numbers[0])}


def _unknown(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    real = scope.conversation or ""
    if scope != cache.chosen(scope.listing)[0]:
        return
    changed = "CON-" + re.sub(r"[0-9A-Za-z]", lambda match: _other(match.group()), real.removeprefix("CON-"))
    uuid = bool(re.fullmatch(r"CON-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", real, re.IGNORECASE))
    well_formed = {"an unknown id": "CON-00000000-0000-4000-8000-000000000000"} if uuid else {}
    if len(changed) >= LONG and changed not in cache.conversations:
        well_formed["an id with every character changed"] = changed
    malformed = {} if uuid else {"an unknown id": "CON-00000000-0000-4000-8000-000000000000"}
    malformed |= {
        "no id of a conversation": "nonsense",
        "an id of a user": "USR-1",
        "an id with a slash": "CON-a/b",
        "an id with a quote": "CON-'",
        "an id with a null": "CON-\0",
        "a long id": f"CON-{'0' * 300}",
    }
    if len(real) >= LONG:
        malformed |= {"an id without its last character": real[:-1], "an id with one character more": f"{real}0"}
        wild = real[:-1] + ("_" if real[-1] != "_" else "%")
        malformed |= {"an id that ends in a wildcard of SQL": wild, "all ids by SQL": "CON-%"}
    malformed |= {"all ids by a wildcard": "*"}

    def asking(what: str, name: str, parameters: Mapping[str, str] = NONE, *, shaped: bool) -> Trial:
        stranger = Scope(scope.listing, name)
        ask = partial(_ask_unknown, stranger=stranger, what=what, shaped=shaped, parameters=parameters)
        return Trial(scope, what, ask)

    strangers = well_formed | malformed
    for what, name in strangers.items():
        yield asking(what, name, shaped=what in well_formed)
    first, name = next(iter(strangers.items()))
    if cursor := next_cursor(cache, scope):
        yield asking(f"{first} with a cursor of {scope}", name, {"page_size": "3", "cursor": cursor}, shaped=False)
    for parameters in _variations(scope) if well_formed else ():
        yield asking(f"{first} with {'&'.join(map('='.join, parameters.items()))}", name, parameters, shaped=True)


def next_cursor(cache: CrawlCache, scope: Scope) -> str | None:
    """The cursor of a listing's second page by threes; of its first, where there is no other; None where there is none."""
    try:
        links = cache.first(scope, Query(page_size="3", order="asc")).links
    except Blocked:
        return None
    return cursor_of(links.get("next", "")) or cursor_of(links.get("self", ""))


def _variations(scope: Scope) -> Iterator[dict[str, str]]:
    """Each parameter of a listing by itself."""
    known = {"page_size": "5", "order": "desc", "start_id": "1", "end_id": "9", "event_type": "text"}
    return ({name: known[name]} for name in ("page_size", "order", *scope.listing.filters))


def _other(character: str) -> str:
    """Another character of the same class, and of the first six letters where the id may be hexadecimal."""
    known = "0123456789" if character.isdigit() else "abcdef" if character.islower() else "ABCDEF"
    return (known + known)[known.find(character) + 3]


def _ask_unknown(
    cache: CrawlCache, stranger: Scope, what: str, *, shaped: bool, parameters: Mapping[str, str]
) -> Probe:
    url = cache.crawler.url(stranger, parameters)
    return Probe(f"{what}, {stranger.conversation}", cache.crawler.probe(stranger, url), well_formed=shaped)


def _methods(cache: CrawlCache, scope: Scope) -> Iterator[Trial]:
    if scope != cache.chosen(scope.listing)[0]:
        return

    def observe(cache: CrawlCache, method: str) -> Probe:
        answer = cache.crawler.probe(scope, cache.crawler.url(scope, {}), method=method)
        return Probe(method, answer, legal_page=method in OPTIONAL_METHODS)

    for method in OPTIONAL_METHODS + SAFE_METHODS + (WRITING_METHODS if cache.crawler.unsafe else ()):
        yield Trial(scope, f"{method} {scope}", partial(observe, method=method))


WITHOUT = (
    ("order", "desc"),
    ("event_type", "text"),
    ("start_id", "1"),
    ("end_id", "9"),
    ("date_start", "2000-01-01T00:00:00Z"),
    ("date_end", "2100-01-01T00:00:00Z"),
)
"""Parameters, each of which may take another way through a server, past whatever asks for a credential."""


def _credentials(cache: CrawlCache, scope: Scope, *, none: bool) -> Iterator[Trial]:
    if cache.crawler.wrong is None or scope != cache.chosen(scope.listing)[0]:
        return
    links = cache.first(scope, Query(page_size="2")).links
    # Without a token every way through a server is tried; with each of the wrong ones, those that differ most.
    followed = list(links.values()) if none else [links[rel] for rel in ("next", "self") if rel in links][:1]
    names = WITHOUT if none else WITHOUT[:1]
    asked_for = [{name: value} for name, value in names if name in ("order", *scope.listing.filters)]
    urls = [cache.crawler.url(scope, each) for each in ({}, *asked_for)] + followed
    usable = dict.fromkeys(url for url in urls if not unusable(url) and cache.crawler.may_follow(url))
    asked = [("GET", url) for url in (*usable, *_resources(cache, scope))]
    for method, url in [*asked, ("HEAD", urls[0])]:
        for name in [""] if none else cache.crawler.wrong:
            told = f"{method} {url} with {name or 'no token'}"
            yield Trial(scope, told, partial(_unauthorized, scope, method, url, name))


def _resources(cache: CrawlCache, scope: Scope) -> tuple[str, ...]:
    """The self link of an item, where it leads to something."""
    return cache.shared(f"a resource of {scope}", lambda: tuple(_served(cache, scope)))


def _served(cache: CrawlCache, scope: Scope) -> Iterator[str]:
    for item in cache.first(scope, Query(page_size="2")).items[:1]:
        href = member(item, "_links", "self", "href")
        if isinstance(href, str) and not unusable(href) and cache.crawler.may_follow(href):
            answer = cache.crawler.probe(scope, href)
            yield from (href,) if answer.exchange.status == OK else ()


def _unauthorized(scope: Scope, method: str, url: str, name: str, cache: CrawlCache) -> Probe:
    answer = cache.crawler.probe(scope, url, method=method, credential=name)
    return Probe(name or "no token", answer)


REJECTIONS = EvidenceKind("wrong value", "wrong values", "tried", _rejections)
UNKNOWN = EvidenceKind("unknown conversation", "unknown conversations", "tried", _unknown)
METHODS = EvidenceKind("undocumented method", "undocumented methods", "tried", _methods)
NO_TOKEN = EvidenceKind(
    "request without a token", "requests without a token", "tried", partial(_credentials, none=True)
)
WRONG_TOKEN = EvidenceKind(
    "request with a wrong token", "requests with a wrong token", "tried", partial(_credentials, none=False)
)
