"""Listings read whole, twice, and while they grow: what is read again, what is compared, and what is lacking."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from contracts.crawl.cache import Choices, CrawlCache
from contracts.crawl.crawler import Blocked, Crawler, Lacking
from contracts.evidence import (
    BACK_STRADDLED,
    GROWTH,
    MEMBERSHIPS,
    MENTIONS,
    RESOLUTIONS,
    SIGHTINGS,
    STRADDLED,
    WHOLES,
    whole_listings,
)
from contracts.mock import Settings
from contracts.paging.listings import CONVERSATIONS, EVENTS, MEMBERS, USERS, Scope
from contracts.paging.queries import ASCENDING, DESCENDING, Query
from contracts.selftest.in_process import verification
from tests.suite.support import BASE, NO_CLAUSES, M, U, answer, chain, envelope, exchange, page

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.findings.clause import EvidenceKind
    from contracts.paging.exchanges import Exchange
    from contracts.paging.walks import Walk


@dataclass
class Growing:
    """Users in order of creation, to whom others are added.

    Attributes:
        rows: how many there are.
        grows: whether there is one more whenever somebody waits for it.
        hurries: whether there is one more at every request.
        seen: how many there were at each request, and what was asked.
        waited: whether that was over when somebody began to wait, and whether it was over then.
    """

    rows: int
    grows: bool = False
    hurries: bool = False
    seen: list[tuple[int, str]] = field(default_factory=list)
    waited: list[tuple[bool, bool]] = field(default_factory=list)

    def until(self, changed: Callable[[], bool]) -> None:
        """Wait for a change."""
        before = changed()
        self.rows += self.grows
        self.waited.append((before, changed()))

    def send(self, _method: str, at: str, **_: object) -> Exchange:
        """A page; a cursor names the row that it leads away from, after it or before it."""
        self.rows += self.hurries
        self.seen.append((self.rows, at.removeprefix(BASE)))
        asked = dict(parse_qsl(urlsplit(at).query))
        size, cursor = int(asked.get("page_size", 10)), asked.pop("cursor", "")
        rows = [f"USR-{number:04}" for number in range(self.rows)][:: -1 if asked.get("order") == "desc" else 1]
        place = rows.index(cursor[1:]) if cursor else -1
        start = place + 1 if cursor[:1] != "-" else max(0, place - size)
        shown = rows[start : start + size] if cursor[:1] != "-" else rows[start:place]
        kept = "&".join(f"{name}={value}" for name, value in asked.items())
        links = {"first": f"{BASE}/users?{kept}", "self": at}
        links |= {"prev": f"{BASE}/users?{kept}&cursor=-{shown[0]}"} if start and shown else {}
        links |= {"next": f"{BASE}/users?{kept}&cursor=%2B{shown[-1]}"} if start + len(shown) < len(rows) else {}
        return exchange(envelope(U, [{"id": each} for each in shown], links), at)


def reading(target: Growing, *, moving: bool = False) -> CrawlCache:
    """A reading of such users, which were found growing if they are moving."""
    crawler = Crawler(BASE, target.send)
    crawler.until = target.until  # type: ignore[assignment, method-assign]
    cache = CrawlCache(crawler)
    if moving:
        cache.note_moving(U)
    return cache


def observed(kind: EvidenceKind, cache: CrawlCache, scope: Scope = U) -> list[Any]:
    """What all trials of a kind observe."""
    assert kind.trials is not None
    return [trial.observe(cache) for trial in kind.trials(cache, scope)]


# --- while data is added ---------------------------------------------------------------------------------------------


def test_a_listing_that_was_found_growing_is_given_time_to_grow_between_two_readings() -> None:
    moving, still = Growing(12, grows=True), Growing(12, grows=True)
    (grown,), (same,) = observed(GROWTH, reading(moving, moving=True)), observed(GROWTH, reading(still))
    assert (len(grown.one.ids), len(grown.other.ids)) == (12, 13)
    assert grown.other.ids[:12] == grown.one.ids
    assert same.one.ids == same.other.ids
    assert (moving.waited, still.waited, len(still.seen)) == ([(False, True)], [], 2)


@pytest.mark.parametrize(("rows", "pages"), [(4, 2), (24, 8), (200, 40), (410, 41)])
def test_data_is_added_behind_the_first_page_of_a_walk_in_either_order(rows: int, pages: int) -> None:
    target = Growing(rows, grows=True)
    for bracket, order in zip(observed(STRADDLED, reading(target, moving=True)), ["asc", "desc"], strict=True):
        before, between, after = (each.ids for each in (bracket.before, bracket.between, bracket.after))
        assert (before, len(after)) == (after[:-1], len(before) + 1)
        assert (bracket.between.query.order, bracket.between.rel) == (order, "next")
        assert list(between) == sorted(between, reverse=order == "desc")
        assert set(between) == set(before) | (set(after) if order == "asc" else set())
        assert len(bracket.between.pages) in (pages, pages + 1)
    assert target.waited == [(False, True)] * 2


@pytest.mark.parametrize("rows", [4, 24, 200])
def test_data_is_added_behind_the_last_page_of_a_walk_and_then_it_goes_back(rows: int) -> None:
    target = Growing(rows, grows=True)
    for bracket, order in zip(observed(BACK_STRADDLED, reading(target, moving=True)), ["asc", "desc"], strict=True):
        before, after = bracket.before.ids, bracket.after.ids
        ends = {"asc": before[-1], "desc": before[0]}
        assert (before, len(after)) == (after[:-1], len(before) + 1)
        assert (bracket.between.query.order, bracket.between.rel) == (order, "prev")
        assert bracket.between.pages[0].ids[-1] == ends[order]
        assert set(before) <= set(bracket.between.ids)
    assert target.waited == [(False, True)] * 2


@pytest.mark.parametrize("kind", [STRADDLED, BACK_STRADDLED], ids=["onward", "back"])
def test_a_listing_that_does_not_grow_is_not_walked_while_it_grows(kind: EvidenceKind) -> None:
    with pytest.raises(Lacking, match="added while they are read"):
        observed(kind, reading(Growing(24)))


def test_there_is_no_way_back_over_one_page() -> None:
    with pytest.raises(Lacking, match="two pages"):
        observed(BACK_STRADDLED, reading(Growing(3), moving=True))


@pytest.mark.parametrize("elsewhere", [False, True], ids=["alone", "as-another-does"])
@pytest.mark.parametrize(
    ("target", "alone", "waited"),
    [(Growing(12, hurries=True), True, True), (Growing(12), False, False), (Growing(12, grows=True), False, True)],
    ids=["quickly", "never", "slowly"],
)
def test_a_listing_is_given_time_to_grow_where_another_one_grows(
    target: Growing, *, alone: bool, waited: bool, elsewhere: bool
) -> None:
    cache = reading(replace(target, seen=[], waited=[]))
    if elsewhere:
        cache.note_moving(M)
    assert whole_listings._grows(cache, U) is (waited if elsewhere else alone)  # noqa: SLF001 - what a plan rests on
    assert cache.moves(U) is (waited if elsewhere else alone)


# --- read in one way and in another ----------------------------------------------------------------------------------

A, B, MORE, LESS = (chain(ids) for ids in ([1, 2], [2, 1], [1, 2, 3], [1]))


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize(
    ("first", "again", "turn", "anew"),
    [
        ((A, A), A, True, None),
        ((A, B), A, True, False),
        ((A, B), A, False, True),
        ((A, B), MORE, True, True),
        ((A, B), LESS, True, True),
    ],
    ids=["alike", "in-turn", "out-of-turn", "grown", "shrunk"],
)
def test_walks_that_differ_are_bracketed_by_two_that_are_alike_or_are_all_read_anew(
    first: tuple[Walk, Walk], again: Walk, order: str, *, turn: bool, anew: bool | None
) -> None:
    standard = {"asc": ASCENDING, "desc": DESCENDING}[order]
    one, other, last = chain([5]), chain([6]), chain([7])
    readings = iter([(again, again), (one, other), (last, last)])

    def reading_of(walks: tuple[Walk, Walk]) -> Any:
        return SimpleNamespace(
            complete_walk=lambda _, query: walks[query != standard],
            afresh=lambda: reading_of(next(readings)),
            in_turn=lambda *_: turn,
        )

    bracket = whole_listings._bracket(reading_of(first), U, Query(order=order, page_size="2"))  # noqa: SLF001
    wanted = {None: (*first, first[0]), False: (*first, again), True: (one, other, last)}[anew]
    assert (bracket.before, bracket.between, bracket.after) == wanted


@pytest.mark.parametrize(("length", "most", "least"), [(1, 1, 1), (12, 6, 1), (200, 6, 5), (400, 6, 5)])
def test_a_listing_that_is_not_chosen_is_compared_by_one_walk_of_six_pages_at_most(
    length: int, most: int, least: int
) -> None:
    snapshot = chain(range(length))
    for name in ("CON-1", "CON-2", "CON-3"):
        cache: Any = SimpleNamespace(
            choices=Choices(), chosen=lambda _: (), plain_queries=lambda _: (), snapshot=lambda _: snapshot
        )
        (trial,) = whole_listings._brackets(cache, Scope(EVENTS, name))  # noqa: SLF001 - needs no target
        size = trial.observe.keywords["query"].size  # type: ignore[attr-defined]
        assert least <= -(-length // size) <= most


@pytest.mark.parametrize(
    ("hops", "length", "chosen"),
    [
        (1, 20, [0]),
        (2, 20, [0, 19]),
        (3, 20, [0, 1, 19]),
        (4, 20, [0, 1, 18, 19]),
        (5, 20, [0, 1, 3, 18, 19]),
        (6, 20, [0, 1, 2, 3, 18, 19]),
        (40, 20, list(range(20))),
        (5, 3, [0, 1, 2]),
        (5, 2, [0, 1]),
        (5, 1, [0]),
        (5, 0, []),
    ],
)
def test_pages_are_looked_at_from_both_ends_before_any_between(hops: int, length: int, chosen: list[int]) -> None:
    cache: Any = SimpleNamespace(choices=Choices(profile=replace(Choices().profile, hops=hops)))
    assert whole_listings.sampled(cache, U, "pages", length) == chosen


def test_of_a_long_walk_other_pages_are_drawn_too() -> None:
    cache: Any = SimpleNamespace(choices=Choices(profile=replace(Choices().profile, hops=9)))
    drawn = whole_listings.sampled(cache, U, "pages", 1000)
    assert (len(drawn), drawn) == (9, sorted(set(drawn)))
    assert {0, 1, 2, 3, 998, 999} < set(drawn) < set(range(1000))


# --- items -----------------------------------------------------------------------------------------------------------


def item(name: str, told: str) -> dict[str, str]:
    return {"id": name, "name": told}


ONCE, AGAIN, OTHERWISE = (
    page(item("a", "n"), item("b", "n")),
    page(item("a", "n")),
    page(item("c", "n"), item("a", "m")),
)


@pytest.mark.parametrize(
    ("pages", "met", "differing"),
    [
        ((ONCE,), 0, ()),
        ((ONCE, AGAIN), 1, ()),
        ((ONCE, AGAIN, AGAIN), 1, ()),
        ((ONCE, AGAIN, OTHERWISE), 1, ((ONCE, OTHERWISE, item("a", "n"), item("a", "m")),)),
        ((OTHERWISE, ONCE, AGAIN), 1, ((OTHERWISE, ONCE, item("a", "m"), item("a", "n")),)),
        ((page(item("a", "n"), item("a", "n")),), 0, ()),
    ],
    ids=["once", "twice", "thrice", "otherwise-later", "otherwise-before", "twice-on-a-page"],
)
def test_items_are_compared_wherever_they_are_met_again(pages: Any, met: int, differing: Any) -> None:
    walks = [SimpleNamespace(pages=[each]) for each in pages]
    found = whole_listings._compare(walks)  # type: ignore[arg-type]  # noqa: SLF001 - needs no target
    assert (found.met, found.differing) == (met, differing)


def shown(tells: Callable[[int, str], object]) -> Any:
    """What is seen of three users that tell something by the number of the request and by its URL."""
    asked = list[str]()

    def send(_method: str, at: str, **_: object) -> Exchange:
        asked.append(at)
        users = [{"id": name, "told": tells(len(asked), at)} for name in "abc"]
        return exchange(envelope(U, users, {"self": at}), at)

    (found,) = observed(SIGHTINGS, CrawlCache(Crawler(BASE, send)))
    return found


def test_an_item_that_looks_otherwise_on_one_page_does_so_when_it_is_read_again() -> None:
    found = shown(lambda _, at: "page_size=100" in at)
    assert [item["id"] for *_, item in found.differing] == ["a", "b", "c"]


@pytest.mark.parametrize(
    "tells", [lambda number, _: number, lambda number, _: number > 3], ids=["always-changing", "changed-once"]
)
def test_an_item_that_changes_itself_is_not_compared(tells: Callable[[int, str], object]) -> None:
    found = shown(tells)
    assert (found.met, found.differing) == (3, ())


def test_where_items_differ_few_pages_are_read_again() -> None:
    pages = [page(item("a", str(number))) for number in range(9)]
    asked = list[str]()

    def send(_method: str, at: str, **_: object) -> Exchange:
        asked.append(at)
        return exchange(None, at, status=500)

    differing = [(pages[0], other, *pages[0].items, *other.items) for other in pages[1:]]
    cache = CrawlCache(Crawler(BASE, send))
    kept = list(whole_listings._steady(cache, differing))  # noqa: SLF001 - needs no listing
    assert len(asked) == whole_listings.AGAIN
    assert kept == differing[: whole_listings.AGAIN - 1], "what cannot be read again stays as it was seen"


def resolved(*hrefs: object) -> Any:
    """What comes of the self links of items with these hrefs."""
    items = [{"id": f"USR-{number}", "_links": {"self": {"href": href}}} for number, href in enumerate(hrefs)]

    def send(_method: str, at: str, **_: object) -> Exchange:
        return exchange(envelope(U, items, {"self": at}) if "page_size" in at else {"id": "one"}, at)

    (found,) = observed(RESOLUTIONS, CrawlCache(Crawler(BASE, send)))
    return found


def test_self_links_of_two_items_at_either_end_are_followed() -> None:
    assert [each.answer.exchange.url for each in resolved(*[f"{BASE}/users/{number}" for number in range(9)])] == [
        f"{BASE}/users/{number}" for number in (0, 1, 7, 8)
    ]


@pytest.mark.parametrize("href", [None, 7, "/users/1", "http://elsewhere.test/users/1"], ids=repr)
def test_a_self_link_that_leads_nowhere_blocks_what_it_is_needed_for(href: object) -> None:
    with pytest.raises(Blocked, match=r"items\.self"):
        resolved(href)


@pytest.mark.parametrize(("status", "success"), [(200, True), (199, False), (201, False), (404, False)])
def test_only_200_is_a_success(status: int, *, success: bool) -> None:
    assert whole_listings.succeeded(answer({}, status=status)) is success


# --- conversations and users -----------------------------------------------------------------------------------------


def run(**more: Any) -> CrawlCache:
    found: CrawlCache = verification(Settings(**more), NO_CLAUSES, Choices()).cache
    return found


def forbidding(cache: CrawlCache, name: str) -> CrawlCache:
    """The reading, of a target that forbids what has this in its path."""
    send = cache.crawler.send

    def sending(method: str, url: str, **more: Any) -> Exchange:
        found = send(method, url, **more)
        return replace(found, status=403) if name in urlsplit(url).path else found

    cache.crawler.send = sending
    return cache


def test_members_are_read_beside_all_users_unless_those_are_forbidden() -> None:
    scope = run(conversations=2).chosen(MEMBERS)[0]
    for cache, known in ((run(conversations=2), 45), (forbidding(run(conversations=2), "/users"), None)):
        (whole,) = observed(WHOLES, cache, scope)
        assert (None if whole.users is None else len(whole.users)) == known


@pytest.mark.parametrize("listing", [CONVERSATIONS, USERS, EVENTS], ids=repr)
def test_no_other_listing_is_read_beside_users(listing: Any) -> None:
    cache = run(conversations=2)
    assert [whole.users for whole in observed(WHOLES, cache, cache.chosen(listing)[0])] == [None]


def test_memberships_of_one_conversation_alone_show_nothing() -> None:
    cache = run(conversations=1, members_per_conversation=(3, 3))
    with pytest.raises(Lacking, match="two conversations"):
        observed(MEMBERSHIPS, cache, cache.chosen(MEMBERS)[0])


def test_memberships_are_read_of_all_conversations_that_may_be_read() -> None:
    cache = run(conversations=4, members_per_conversation=(3, 3))
    scope = cache.chosen(MEMBERS)[0]
    forbidding(cache, cache.conversations[1])
    (walks,) = observed(MEMBERSHIPS, cache.afresh(), scope)
    assert {walk.scope.conversation for walk in walks} == {*cache.conversations} - {cache.conversations[1]}
    (mentions,) = observed(MENTIONS, cache.afresh(), scope)
    for walks in (mentions.members, mentions.events):
        assert {walk.scope.conversation for walk in walks} == {*cache.conversations} - {cache.conversations[1]}
    assert {walk.scope.listing for walk in mentions.events} == {EVENTS}
    assert observed(MENTIONS, cache, cache.chosen(MEMBERS)[1]) == []
