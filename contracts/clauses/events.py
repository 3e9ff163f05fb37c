"""events: the variants of the anyOf, ids and senders."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import unquote

from contracts.clauses.items import shared
from contracts.clauses.pages import problems
from contracts.clauses.walks import only_added
from contracts.description import VARIANTS, variant_of
from contracts.evidence import GROWTH, WHOLES, Paths, Whole
from contracts.findings.clause import PAGES, Holds, Judge, Level, Violation
from contracts.findings.families import Family
from contracts.paging import instants
from contracts.paging.listings import EVENTS, Item, member
from contracts.paging.pages import Page, abbreviate, split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from contracts.description import Description

family = Family(__name__, __doc__)

SCHEMAS = "/components/schemas"
ONLY = (EVENTS,)


def _of(*variants: str) -> Callable[[Page], bool]:
    return lambda page: any(_variant(item) in variants for item in page.items)


def _variant(item: Item) -> str:
    return variant_of(member(item, "type"))


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    f"{SCHEMAS}/all_events",
    PAGES,
    listings=ONLY,
    when=_of("text", "custom", "member:invited", "member:left"),
    needs="an event of a documented type",
    requires=("items.timestamps", "events.ids"),
    counts=lambda page: Counter(f"{_variant(item)} events" for item in page.items),
    described=True,
)
def variant(page: Page, description: Description) -> Iterator[Violation]:
    """An event of a documented type satisfies that variant's strict schema and no other's."""
    for item in page.items:
        if _variant(item) == "other":
            continue
        if found := problems(description, "events", item):
            wanted = f"a {_variant(item)} event as its schema has it"
            yield Violation(wanted, f"{'; '.join(found[:3])} in {abbreviate(item)}", (page.exchange,))


def _here(page: Page, href: object) -> bool:
    """Whether a link leads into this page's conversation, where it is there at all."""
    if not isinstance(href, str):
        return True
    words = unquote(split(href).path).split("/")
    names = [after for word, after in pairwise(words) if word == "conversations"]
    return names[-1:] == [page.scope.conversation]


def _strays(page: Page, item: Item) -> Iterator[tuple[str, Item]]:
    """Whatever of an event names another conversation: where, and what."""
    named = {
        "conversation_id": member(item, "conversation_id"),
        "body.conversation_id": member(item, "body", "conversation_id"),
    }
    for place, value in named.items():
        if value is not None and value != page.scope.conversation:
            yield place, value
    href = member(item, "body", "_links", "self", "href")
    if not _here(page, href):
        yield "body._links.self.href", href


def _belongs(name: str) -> Judge:
    def judge(page: Page) -> Iterator[Violation]:
        for item in page.items:
            if _variant(item) == name:
                for place, value in _strays(page, item):
                    wanted = f"{place} of event {abbreviate(member(item, 'id'))} names {page.scope.conversation}"
                    yield Violation(wanted, abbreviate(value), (page.exchange,))

    return judge


def _times(name: str) -> Judge:
    """In the body of a membership's event: invited, joined and left in this order, as far as they are there."""

    def judge(page: Page) -> Iterator[Violation]:
        for item in (item for item in page.items if _variant(item) == name):
            told = {key: member(item, "body", "timestamp", key) for key in ("invited", "joined", "left")}
            known = [(key, value, found) for key, value in told.items() if (found := instants.parse(value))]
            for (one, first, earlier), (other, second, later) in pairwise(known):
                if later.nanoseconds < earlier.nanoseconds:
                    wanted = f"{other} not before {one} in the body of event {abbreviate(member(item, 'id'))}"
                    yield Violation(wanted, f"{one} {first}, {other} {second}", (page.exchange,))

    return judge


def _variant_clause(name: str, statement: str) -> None:
    def judge(page: Page) -> Iterator[Violation]:
        yield from _belongs(name)(page)
        yield from _times(name)(page)

    judge.__name__ = name.replace(":", "_")
    judge.__doc__ = statement
    source = VARIANTS[name]
    family.clause(Level.MUST, Holds.ALWAYS, source, PAGES, listings=ONLY, when=_of(name), needs=f"a {name} event")(
        judge
    )


_variant_clause("text", "A text event names this conversation, wherever it names one.")
_variant_clause("custom", "A custom event names this conversation, wherever it names one.")
_variant_clause(
    "member:invited",
    "The body of a member:invited event belongs to this conversation, and its times are in order: invited, joined, left.",
)
_variant_clause(
    "member:left",
    "The body of a member:left event belongs to this conversation, and its times are in order: invited, joined, left.",
)


@family.clause(
    Level.SHOULD,
    Holds.ALWAYS,
    f"{SCHEMAS}/all_events",
    PAGES,
    listings=ONLY,
    when=lambda page: page.items,
    needs="an event",
)
def unknown_type(page: Page) -> Iterator[Violation]:
    """Every event is of a type that the description documents."""
    for item in page.items:
        if _variant(item) == "other":
            wanted = "text, custom:<name>, member:invited or member:left"
            yield Violation(wanted, f"type {abbreviate(member(item, 'type'))}", (page.exchange,))


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    f"{SCHEMAS}/event/properties/id",
    WHOLES,
    listings=ONLY,
    when=lambda whole: whole.walk.items,
    needs="an event",
)
def ids(whole: Whole) -> Iterator[Violation]:
    """Event ids are integers, unique in the conversation; an event added later has a greater id."""
    yield from shared(whole)
    for page in whole.walk.pages:
        for item in page.items:
            found = member(item, "id")
            if isinstance(found, bool) or not isinstance(found, int):
                yield Violation("an integer as the id of an event", abbreviate(found), (page.exchange,))


@family.also(ids, GROWTH, when=only_added)
def _later_is_greater(paths: Paths) -> Iterator[Violation]:
    known = {each for each in paths.one.ids if isinstance(each, int)}
    added = [each for each in paths.other.ids if isinstance(each, int) and each not in known]
    if known and added and min(added) < max(known):
        exchange = paths.other.pages[-1].exchange
        yield Violation(f"added events with ids above {max(known)}", f"id {min(added)}", (exchange,))


@family.clause(
    Level.SHOULD,
    Holds.ALWAYS,
    f"{SCHEMAS}/event/properties/from",
    PAGES,
    listings=ONLY,
    when=lambda page: any(member(item, "from") is not None for item in page.items),
    needs="an event with a sender",
)
def sender(page: Page) -> Iterator[Violation]:
    """The sender of an event, where it is there, is the id of a member."""
    for item in page.items:
        found = member(item, "from")
        if found is not None and not str(found).startswith("MEM-"):
            yield Violation("from with the id of a member, MEM-…", abbreviate(found), (page.exchange,))


@family.clause(
    Level.REPORT,
    Holds.ALWAYS,
    f"{SCHEMAS}/all_events",
    WHOLES,
    listings=ONLY,
    when=lambda whole: whole.walk.items,
    needs="an event",
    counts=lambda whole: Counter(_variant(item) for item in whole.walk.items),
)
def all_variants_seen(_: Whole) -> Iterator[Violation]:
    """Which variants the target's data exercised, and how often."""
    yield from ()
