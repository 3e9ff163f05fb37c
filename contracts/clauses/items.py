"""items: conversations, users, members and events as they stand in a listing."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from contracts.evidence import MEMBERSHIPS, MENTIONS, RESOLUTIONS, WHOLES, Mentions, Resolved, Whole, succeeded
from contracts.findings.clause import PAGES, WALKS, Holds, Level, Violation
from contracts.findings.families import Family
from contracts.findings.places import STATUS, Place, places
from contracts.paging import instants
from contracts.paging.clipping import clipped
from contracts.paging.listings import CONVERSATIONS, EVENTS, MEMBERS, USERS, Item, member
from contracts.paging.pages import abbreviate, canonical, identity
from contracts.paging.pointers import nearest
from contracts.paging.urls import split

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping

    from contracts.paging.pages import Page
    from contracts.paging.walks import Walk

family = Family(__name__, __doc__)

SCHEMAS = "/components/schemas"


def _items(page: Page) -> bool:
    return bool(page.items)


@family.clause(
    Level.MUST, Holds.ALWAYS, SCHEMAS, PAGES, when=_items, needs="an item", listings=(CONVERSATIONS, USERS, MEMBERS)
)
def ids(page: Page) -> Iterator[Violation]:
    """Ids have the documented prefix: CON-, USR- or MEM-."""
    prefix = page.scope.listing.prefix
    for index, item in enumerate(page.items):
        value = member(item, "id")
        if not isinstance(value, str) or not value.startswith(prefix) or value == prefix:
            shown = places(page.item_pointer(index, "id"))
            yield Violation(f"an id that begins with {prefix}", abbreviate(value), (page.exchange,), where=shown)


def _timestamps(item: Item) -> Mapping[tuple[str, ...], Item]:
    """Every timestamp of an item by its path; those of an event's body are there for members only."""
    told: dict[tuple[str, ...], Item] = {}
    for path in (("timestamp",), ("body", "timestamp")):
        value = member(item, *path)
        if isinstance(value, dict):
            told |= {(*path, name): each for name, each in value.items()}
        elif value is not None and path == ("timestamp",):
            told[path] = value
    return told


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    f"{SCHEMAS}/event/properties/timestamp",
    PAGES,
    when=lambda page: any(_timestamps(item) for item in page.items),
    needs="a timestamp",
    listings=(CONVERSATIONS, EVENTS, MEMBERS),
)
def timestamps(page: Page) -> Iterator[Violation]:
    """Timestamps are date-times of RFC 3339."""
    for index, item in enumerate(page.items):
        custom = str(member(item, "type")).startswith("custom:")
        for path, value in _timestamps(item).items():
            if instants.parse(value) is None and not (custom and path[0] == "body") and value is not None:
                wanted = f"an RFC 3339 date-time as {'.'.join(path)} of {identity(item)!r}"
                shown = places(page.item_pointer(index, *path))
                yield Violation(wanted, abbreviate(value), (page.exchange,), where=shown)


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    SCHEMAS,
    WHOLES,
    when=lambda whole: len(whole.walk.ids) > 1,
    needs="two items",
    listings=(CONVERSATIONS, USERS, MEMBERS),
)
def unique(whole: Whole) -> Iterator[Violation]:
    """Ids are unique in the listing: no two different items share one."""
    yield from shared(whole)


def shared(whole: Whole) -> Iterator[Violation]:
    """Ids that different items of a listing share; an item that comes again is the walk's fault, not its id's."""
    owners: dict[Hashable, tuple[Page, int, bytes]] = {}
    for page in whole.walk.pages:
        for index, item in enumerate(page.items):
            first, position, text = owners.setdefault(identity(item), (page, index, canonical(item)))
            if text != canonical(item):
                wanted = f"the id {identity(item)!r} for one item only, in {whole.walk.scope}"
                actual = f"another item has it: {abbreviate(item)}"
                shown = (first.item_pointer(position, "id"), page.item_pointer(index, "id"))
                yield Violation(wanted, actual, (first.exchange, page.exchange), where=_each_in_its_own(*shown))


def _each_in_its_own(*pointers: str) -> tuple[Place, ...]:
    """One place in each exchange of a violation."""
    return tuple(Place(exchange, pointer) for exchange, pointer in enumerate(pointers))


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    f"{SCHEMAS}/member",
    MEMBERSHIPS,
    needs="two conversations with members",
    listings=(MEMBERS,),
    requires=("items.ids",),
)
def membership(walks: tuple[Walk, ...]) -> Iterator[Violation]:
    """A member belongs to one conversation: no id stands among the members of two, or in the events of another one."""
    owners: dict[Hashable, Page] = {}
    for page in _pages(walks):
        for name in page.ids:
            first = owners.setdefault(name, page)
            if first.scope != page.scope:
                actual = f"{name!r} also stands in {first.scope}"
                wanted = f"in {page.scope} members of this conversation"
                shown = _each_in_its_own(first.id_pointers({name})[0], page.id_pointers({name})[0])
                yield Violation(wanted, actual, (first.exchange, page.exchange), where=shown)
                break


@family.also(membership, MENTIONS, when=lambda mentions: any(walk.ids for walk in mentions.events))
def _in_events(mentions: Mentions) -> Iterator[Violation]:
    homes: dict[str, dict[str | None, Page]] = {}
    for page in _pages(mentions.members):
        for name in page.ids:
            homes.setdefault(str(name), {})[page.scope.conversation] = page
    for page in _pages(mentions.events):
        for index, path, name in _members_named(page):
            known = homes.get(name, {})
            if known and page.scope.conversation not in known:
                home = next(iter(known.values()))
                wanted = f"{'.'.join(path)} of event {identity(page.items[index])} not a member of {home.scope}"
                shown = _each_in_its_own(home.id_pointers({name})[0], page.item_pointer(index, *path))
                yield Violation(wanted, name, (home.exchange, page.exchange), where=shown)


def _pages(walks: Iterable[Walk]) -> Iterator[Page]:
    """The pages of several walks."""
    return (page for walk in walks for page in walk.pages)


def _members_named(page: Page) -> Iterator[tuple[int, tuple[str, ...], str]]:
    """The members whom events name, as their sender or in what is told of a member: index, path and id."""
    for index, event in enumerate(page.items):
        told = str(member(event, "type")).startswith("member:")
        for path in (("from",), ("body", "id")) if told else (("from",),):
            name = member(event, *path)
            if isinstance(name, str):
                yield index, path, name


def _leads_home(page: Page, item: Item, href: str) -> bool:
    wanted = f"{unquote(page.scope.path)}/{member(item, 'id')}"  # an id may hold what looks like an escape
    return unquote(split(href).path).rstrip("/").endswith(wanted)


@family.clause(
    Level.MUST, Holds.ALWAYS, f"{SCHEMAS}/conversation_list/properties/_links", PAGES, when=_items, needs="an item"
)
def self_(page: Page) -> Iterator[Violation]:
    """The self link of an item names the item itself, under the right conversation."""
    for index, item in enumerate(page.items):
        href = member(item, "_links", "self", "href")
        if isinstance(href, str) and not _leads_home(page, item, href):
            wanted = f"a self link that ends in {page.scope.path}/{member(item, 'id')}"
            shown = places(page.item_pointer(index, "_links", "self", "href"))
            yield Violation(wanted, clipped(href), (page.exchange,), where=shown)


@family.clause(
    Level.MUST,
    Holds.ALWAYS,
    f"{SCHEMAS}/conversation_name",
    WALKS,
    listings=(CONVERSATIONS,),
    when=lambda walk: len(walk.ids) > 1,
    needs="two conversations",
)
def conversation_name_unique(walk: Walk) -> Iterator[Violation]:
    """No two conversations have the same name."""
    owners: dict[str, Item] = {}
    for page in walk.pages:
        for index, item in enumerate(page.items):
            name = member(item, "name")
            if isinstance(name, str) and owners.setdefault(name, identity(item)) != identity(item):
                actual = f"{owners[name]} and {identity(item)!r} are both named {abbreviate(name)}"
                shown = places(page.item_pointer(index, "name"))
                yield Violation("a name for one conversation only", actual, (page.exchange,), where=shown)


@family.clause(
    Level.SHOULD,
    Holds.QUIESCENT,
    f"{SCHEMAS}/member_list/properties/user_id",
    WHOLES,
    listings=(MEMBERS,),
    when=lambda whole: whole.users,
    needs="a member and a user",
)
def member_user(whole: Whole) -> Iterator[Violation]:
    """The user_id of a member is in the users listing, read after the member."""
    for page in whole.walk.pages:
        for index, item in enumerate(page.items):
            user = member(item, "user_id")
            if not isinstance(user, str) or user not in (whole.users or ()):
                wanted = f"user_id of {identity(item)!r} among the {len(whole.users or ())} users"
                shown = places(page.item_pointer(index, "user_id"))
                yield Violation(wanted, abbreviate(user), (page.exchange,), where=shown)


@family.clause(
    Level.SHOULD,
    Holds.ALWAYS,
    f"{SCHEMAS}/conversation_list/properties/_links",
    RESOLUTIONS,
    when=lambda resolved: any(succeeded(each.answer) for each in resolved),
    needs="an item, and a target that serves single items",
    requires=("items.self",),
)
def self_resolves(resolved: tuple[Resolved, ...]) -> Iterator[Violation]:
    """Following the self link of an item gives the item."""
    for each in resolved:
        body = each.answer.exchange.json if succeeded(each.answer) else None
        if identity(body) != identity(each.item):
            wanted = f"{identity(each.item)!r} behind its self link"
            actual = abbreviate(body) if body is not None else each.answer.flaw
            shown = places(nearest(each.answer.exchange.json, "id")) if succeeded(each.answer) else STATUS
            yield Violation(wanted, f"{actual}", (each.answer.exchange,), where=shown)
