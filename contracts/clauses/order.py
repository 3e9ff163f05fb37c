"""order: ascending, descending, and which where none is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.clauses.pages import ORDER, keys, out_of_order, same, turns
from contracts.clauses.walks import difference
from contracts.evidence import DEFAULT_ORDERS, MIRRORS, Match, Twins
from contracts.evidence import property_based as exploration
from contracts.evidence.filters import FILTERED
from contracts.findings.clause import PAGES, Holds, Level, Violation
from contracts.findings.families import Family
from contracts.findings.places import places
from contracts.paging.listings import CONVERSATIONS, EVENTS
from contracts.paging.pages import abbreviate_ids

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from contracts.paging.pages import Page

family = Family(__name__, __doc__)


def _asked(*orders: str | None) -> Callable[[Page], bool]:
    return lambda page: page.answer.via is None and page.asked.order in orders and len(set(keys(page))) > 1


def _backwards(page: Page) -> Iterator[Violation]:
    found = keys(page)
    if found != sorted(found, reverse=page.asked.descending):
        wanted = f"the {'most' if page.asked.descending else 'least'} recently created first on {page.answer}"
        turned = found == sorted(found, reverse=not page.asked.descending)
        how = "the other way round" if turned else "another order"
        shown = places(*map(page.key_pointer, out_of_order(page)))
        yield Violation(wanted, f"{how}: {abbreviate_ids(page.ids)}", (page.exchange,), where=shown)


DATED = (CONVERSATIONS, EVENTS)
TWO = "a page with two creation times or ids"


@family.clause(Level.MUST, Holds.ALWAYS, ORDER, PAGES, listings=DATED, when=_asked("asc"), needs=TWO, reads=FILTERED)
def ascending(page: Page) -> Iterator[Violation]:
    """With order=asc the least recently created come first."""
    yield from _backwards(page)


@family.clause(Level.MUST, Holds.ALWAYS, ORDER, PAGES, listings=DATED, when=_asked("desc"), needs=TWO, reads=FILTERED)
def descending(page: Page) -> Iterator[Violation]:
    """With order=desc the most recently created come first."""
    yield from _backwards(page)


@family.clause(
    Level.MUST,
    Holds.QUIESCENT,
    ORDER,
    DEFAULT_ORDERS,
    when=lambda twins: len(twins.one.ids) > 1,
    needs="two items",
    requires=("pages.repeatable", "pages.size-default"),
)
def default(twins: Twins) -> Iterator[Violation]:
    """Leaving order out is asc."""
    yield from same(twins, "the items of order=asc where order is left out")


@family.clause(
    Level.MUST,
    Holds.QUIESCENT,
    ORDER,
    MIRRORS,
    when=lambda match: not turns(match.walk),
    needs="two items",
    requires=(
        "order.descending",
        "pages.sorted",
        "walks.sorted",
        "walks.disjoint",
        "walks.complete",
        "links.present",
        "links.parameters",
        "pages.repeatable",
    ),
)
def mirror(match: Match) -> Iterator[Violation]:
    """The whole listing in descending order is the ascending one reversed."""
    yield from _modelled(match)


def _modelled(match: Match) -> Iterator[Violation]:
    if not match.expected.accepts(match.walk.ids):
        actual = difference(match.expected.ids, match.walk.ids)
        how = "reversed" if match.walk.query.descending else "as in any other walk"
        wanted = f"the items of {match.walk.scope}, {how}, for {match.walk.query}"
        first = match.walk.pages[0]
        shown = places(first.differing_pointer(match.expected.ids))
        yield Violation(wanted, actual, (first.exchange,), where=shown)


family.also(mirror, exploration.PLAIN, when=mirror.parts[0].concerns)(_modelled)
