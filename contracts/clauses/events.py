"""events: the variants of the anyOf, ids and senders."""

from __future__ import annotations

import json
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import unquote

from contracts.clauses.items import shared
from contracts.clauses.pages import broken, problems
from contracts.clauses.walks import only_added
from contracts.description import VARIANTS, of_another_variant, type_flaw, variant_of
from contracts.evidence import GROWTH, WHOLES, Paths, Whole
from contracts.findings.clause import PAGES, Holds, Judge, Level, Violation
from contracts.findings.counts import Words
from contracts.findings.families import Family
from contracts.findings.places import places
from contracts.paging import instants
from contracts.paging.listings import EVENTS, Item, member
from contracts.paging.pages import Page, abbreviate, canonical
from contracts.paging.shelf import Digested
from contracts.paging.urls import split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from contracts.description import Description, Problem
    from contracts.paging.walks import Walk

family = Family(__name__, __doc__)

SCHEMAS = "/components/schemas"
ONLY = (EVENTS,)
SHOWN = 120
"""Characters of a type, as JSON in ASCII writes it, that a message shows."""


def _of(*variants: str) -> Callable[[Page], bool]:
    return lambda page: not {*_variants(page)}.isdisjoint(variants)


def _variant(item: Item) -> str:
    return variant_of(member(item, "type"))


def _flawed(item: Item) -> bool:
    """Whether the type of an event is written as no type should be; then events.type-syntax says so."""
    return type_flaw(member(item, "type")) is not None


@lru_cache(64)  # a dozen clauses look at a page, one after the other
def _variants(source: Page | Walk) -> tuple[str, ...]:
    return tuple(map(_variant, source.items))


_FOREIGN = Digested()


def _foreign(description: Description, event: Item) -> tuple[Problem, ...]:
    """What is another variant's in an event; each distinct event is looked at once."""
    found: tuple[Problem, ...] = _FOREIGN.once(
        description, canonical(event), lambda: of_another_variant(description, event)
    )
    return found


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    f"{SCHEMAS}/all_events",
    PAGES,
    listings=ONLY,
    when=_of("text", "custom", "member:invited", "member:left"),
    needs="an event of a documented type",
    requires=("items.timestamps", "events.ids"),
    counts=lambda page: Counter(Words(f"{each} event", f"{each} events", "looked at") for each in _variants(page)),
    described=True,
)
def variant(page: Page, description: Description) -> Iterator[Violation]:
    """An event of a documented type satisfies that variant's strict schema and no other's."""
    for index, (item, name) in enumerate(zip(page.items, _variants(page), strict=True)):
        if name != "other" and not _flawed(item):
            found = problems(description, EVENTS.name, item) or _foreign(description, item)
            yield from broken(page, index, found, f"a {name} event as its schema has it")


def _here(page: Page, href: object) -> bool:
    """Whether a link leads into this page's conversation, where it is there at all."""
    if not isinstance(href, str):
        return True
    words = [unquote(word) for word in split(href).path.split("/")]
    names = [after for word, after in pairwise(words) if word == "conversations"]
    return names[-1:] == [page.scope.conversation]


def _strays(page: Page, item: Item) -> Iterator[tuple[str, ...]]:
    """The paths in an event to whatever names another conversation."""
    for path in (("conversation_id",), ("body", "conversation_id")):
        if member(item, *path) not in (None, page.scope.conversation):
            yield path
    link = ("body", "_links", "self", "href")
    if not _here(page, member(item, *link)):
        yield link


def _of_variant(page: Page, name: str) -> Iterator[tuple[int, Item]]:
    """The events of a variant, with their indexes on the page."""
    variants = enumerate(_variants(page))
    return ((index, page.items[index]) for index, variant in variants if variant == name)


def _belongs(name: str) -> Judge:
    def judge(page: Page) -> Iterator[Violation]:
        for index, item in _of_variant(page, name):
            for path in _strays(page, item):
                wanted = f"{'.'.join(path)} of event {abbreviate(member(item, 'id'))} names {page.scope.conversation}"
                shown = places(page.item_pointer(index, *path))
                yield Violation(wanted, abbreviate(member(item, *path)), (page.exchange,), where=shown)

    return judge


def _times(name: str) -> Judge:
    """In the body of a membership's event: invited, joined and left in this order, as far as they are there."""

    def judge(page: Page) -> Iterator[Violation]:
        for index, item in _of_variant(page, name):
            told = {key: member(item, "body", "timestamp", key) for key in ("invited", "joined", "left")}
            known = [(key, value, found) for key, value in told.items() if (found := instants.parse(value))]
            for (one, first, earlier), (other, second, later) in pairwise(known):
                if later.nanoseconds < earlier.nanoseconds:
                    wanted = f"{other} not before {one} in the body of event {abbreviate(member(item, 'id'))}"
                    shown = (page.item_pointer(index, "body", "timestamp", key) for key in (one, other))
                    yield Violation(wanted, f"{one} {first}, {other} {second}", (page.exchange,), where=places(*shown))

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
    Level.MUST,
    Holds.ALWAYS,
    VARIANTS["custom"],
    PAGES,
    listings=ONLY,
    when=lambda page: any(isinstance(member(item, "type"), str) for item in page.items),
    needs="an event with a type",
)
def type_syntax(page: Page) -> Iterator[Violation]:
    """No white space or control character is at an end of a type or before the name of a custom one, and `custom:` has a name."""
    for index, item in enumerate(page.items):
        if flaw := type_flaw(member(item, "type")):
            shown = f"type {json.dumps(item['type'])[:SHOWN]}"
            level = None if flaw.grave else Level.SHOULD
            yield Violation(flaw.wanted, shown, (page.exchange,), level, places(page.item_pointer(index, "type")))


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
    for index, item in _of_variant(page, "other"):
        if _flawed(item):
            continue
        wanted = "text, custom:<name>, member:invited or member:left"
        shown = places(page.item_pointer(index, "type"))
        yield Violation(wanted, f"type {abbreviate(member(item, 'type'))}", (page.exchange,), where=shown)


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
        for index, item in enumerate(page.items):
            found = member(item, "id")
            if isinstance(found, bool) or not isinstance(found, int):
                shown = places(page.item_pointer(index, "id"))
                yield Violation("an integer as the id of an event", abbreviate(found), (page.exchange,), where=shown)


@family.also(ids, GROWTH, when=only_added)
def _later_is_greater(paths: Paths) -> Iterator[Violation]:
    known = {each for each in paths.one.ids if isinstance(each, int)}
    added = [each for each in paths.other.ids if isinstance(each, int) and each not in known]
    if known and added and min(added) < max(known):
        last = paths.other.pages[-1]
        shown = places(*last.id_pointers({min(added)}))
        yield Violation(f"added events with ids above {max(known)}", f"id {min(added)}", (last.exchange,), where=shown)


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
    for index, item in enumerate(page.items):
        found = member(item, "from")
        if found is not None and not str(found).startswith("MEM-"):
            shown = places(page.item_pointer(index, "from"))
            yield Violation("from with the id of a member, MEM-…", abbreviate(found), (page.exchange,), where=shown)


@family.clause(
    Level.REPORT,
    Holds.ALWAYS,
    f"{SCHEMAS}/all_events",
    WHOLES,
    listings=ONLY,
    when=lambda whole: whole.walk.items,
    needs="an event",
    counts=lambda whole: Counter(Words(each, each, "looked at") for each in _variants(whole.walk)),
)
def all_variants_seen(_: Whole) -> Iterator[Violation]:
    """Which variants the target's data exercised, and how often."""
    yield from ()
