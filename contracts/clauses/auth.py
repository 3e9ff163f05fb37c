"""auth: only where the target is asked with a credential."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import unquote

from contracts.evidence.identities import CROSSINGS, Crossing
from contracts.evidence.negative import NO_TOKEN, WRONG_TOKEN, Probe
from contracts.findings.clause import Holds, Level, Violation
from contracts.findings.families import Family
from contracts.findings.places import STATUS, places
from contracts.paging.listings import EVENTS, Item, Scope, member
from contracts.paging.pages import MOST_POINTERS, Answer, abbreviate_ids, identity
from contracts.paging.pointers import pointer_to
from contracts.paging.urls import split

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from contracts.findings.counts import Words

family = Family(__name__, __doc__)

UNAUTHORIZED = 401
REFUSALS = range(400, 600)
NEEDS = "a target with a credential"


def _refused(probe: Probe) -> Iterator[Violation]:
    exchange = probe.answer.exchange
    unknown_method = exchange.method != "GET" and exchange.status in REFUSALS
    if exchange.status != UNAUTHORIZED and not unknown_method:
        yield Violation(f"401 with {probe.what}", f"status {exchange.status}", (exchange,), where=STATUS)


@family.clause(Level.MUST, Holds.ALWAYS, None, NO_TOKEN, needs=NEEDS)
def required(probe: Probe) -> Iterator[Violation]:
    """A request without a token is refused with 401, also for later pages and for single items."""
    yield from _refused(probe)


@family.clause(Level.MUST, Holds.ALWAYS, None, WRONG_TOKEN, needs=NEEDS)
def checked(probe: Probe) -> Iterator[Violation]:
    """A request with a wrong token is refused with 401, also for later pages and for single items."""
    yield from _refused(probe)


def _requests(crossing: Crossing) -> Mapping[Words, int]:
    return {CROSSINGS.words: len(crossing.answers)}


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    None,
    CROSSINGS,
    needs="a second identity: `other` in the description of the target",
    counts=_requests,
)
def isolated(crossing: Crossing) -> Iterator[Violation]:
    """What one application has, another one never sees: not in its listings, nor by a cursor, a link or an id."""
    for answer in crossing.answers:
        seen = [(index, name) for index, item in enumerate(_items(answer)) for name in _names(answer.scope, item)]
        leaked = [(index, name) for index, name in seen if name in crossing.owned]
        if leaked:
            owner, asker = ("second", "first") if crossing.backwards else ("first", "second")
            wanted = f"nothing of the {owner} identity in {crossing.what}, asked for by the {asker}"
            pointers = (_pointer(answer, index) for index, _ in leaked[:MOST_POINTERS])
            names = list(dict.fromkeys(name for _, name in leaked))
            actual = f"events of {names[0]}" if answer.scope.listing == EVENTS else abbreviate_ids(names)
            owned = crossing.owned[leaked[0][1]]
            yield Violation(wanted, actual, (owned.exchange, answer.exchange), where=places(*pointers, exchange=1))


def _items(answer: Answer) -> list[Item]:
    """What an answer shows: the items of a page, or one by itself."""
    body = answer.exchange.json
    if answer.exchange.status >= REFUSALS.start:
        return []
    found = member(body, "_embedded", "data", answer.scope.listing.name)
    return found if isinstance(found, list) else [body] if isinstance(member(body, "id"), str | int) else []


def _pointer(answer: Answer, index: int) -> str:
    listed = member(answer.exchange.json, "_embedded", "data", answer.scope.listing.name) is not None
    return pointer_to("_embedded", "data", answer.scope.listing.name, index, "id") if listed else pointer_to("id")


def _names(scope: Scope, item: Item) -> set[Hashable]:
    """By what it is known whose an item is: by its id, and an event by its conversation, for its id is a mere number."""
    if scope.listing != EVENTS:
        return {identity(item)}
    href = member(item, "_links", "self", "href")
    parts = split(href).path.split("/") if isinstance(href, str) else []
    linked = {unquote(name) for before, name in pairwise(parts) if before == "conversations"}
    named = member(item, "conversation_id")
    return linked | ({named} if isinstance(named, str) else set()) or {scope.conversation}
