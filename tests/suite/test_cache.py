"""The reading: what is kept, what is chosen, and what is frozen where data moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from contracts.crawl.cache import Choices, CrawlCache
from contracts.crawl.crawler import EMPTY, Blocked, Crawler, Lacking
from contracts.crawl.knowledge import Knowledge, Memo, Sample
from contracts.crawl.profiles import PROFILES, Profile
from contracts.paging.listings import CONVERSATIONS, EVENTS, MEMBERS, USERS, Scope
from contracts.paging.queries import ASCENDING, Query
from tests.suite.support import BASE, C, E, M, U, conversation, envelope, exchange, listing

if TYPE_CHECKING:
    from contracts.paging.exchanges import Exchange

SMALL = Profile("small", sizes=(1, 3), thorough=3, sample=4, longest=5, deepest=4)


def lengths(table: dict[str, int], log: list[str] | None = None, **more: Any) -> CrawlCache:
    """A reading of conversations with so many members and events each."""

    def send(_method: str, at: str, **_: object) -> Any:
        path = at.removeprefix(BASE).partition("?")[0]
        if log is not None:
            log.append(at.removeprefix(BASE))
        _, _, *rest = path.split("/")
        ids: Any = range(table[rest[0]]) if rest else list(table)
        scope = C if not rest else M if rest[1] == "members" else E
        return exchange(
            envelope(scope, [{"id": each} for each in ids], {"self": at}), at, headers=more.get("headers", {})
        )

    return CrawlCache(Crawler(BASE, send), more.get("choices", Choices(profile=SMALL)), knowledge=more.get("knowledge"))


def test_a_walk_is_read_once_and_afresh_again() -> None:
    log: list[str] = []
    cache = lengths({"CON-1": 2}, log)
    first = cache.walk(C, ASCENDING)
    assert cache.walk(C, ASCENDING) is first
    assert (cache.afresh().walk(C, ASCENDING) is first, len(log)) == (False, 2)
    assert cache.read(C) == [first]


def test_a_first_page_alone_costs_one_request() -> None:
    """In a conversation of five thousand events the pages behind it would be a thousand and more."""
    log: list[str] = []
    cache = lengths({"CON-1": 40}, log)
    query = Query(page_size="3", order="asc")
    assert cache.first(E, query) is cache.first(E, query)
    assert cache.walk(E, ASCENDING).pages[0] is cache.first(E, ASCENDING)
    assert len(log) == 2


@pytest.mark.parametrize("outcome", [Blocked("links.url", "no"), Lacking("data")], ids=["blocked", "lacking"])
def test_what_could_not_be_read_is_not_tried_again(outcome: Exception) -> None:
    tried: list[int] = []

    def make() -> None:
        tried.append(1)
        raise outcome

    memo = Memo[str, None]()
    for _ in range(2):
        with pytest.raises(type(outcome)):
            memo.once("key", make)
    assert len(tried) == 1


def test_a_snapshot_that_holds_an_item_twice_is_no_model() -> None:
    cache = CrawlCache(Crawler(BASE, listing(lambda: [1, 2, 1])))
    with pytest.raises(Blocked, match=r"walks\.disjoint"):
        cache.snapshot(U)


def test_an_endless_listing_is_walked_once_only() -> None:
    count = iter(range(10**6))

    def send(_method: str, at: str, **_: object) -> Any:
        number = next(count)
        return exchange(envelope(U, [{"id": number}], {"next": f"{BASE}/users?cursor={number}"}), at)

    cache = CrawlCache(Crawler(BASE, send, page_limit=5))
    assert cache.walk(U, ASCENDING).limit == 5
    looked_from_the_other_end = 2
    for again in (cache, cache.afresh()):
        with pytest.raises(Blocked, match=r"walks\.terminates"):
            again.walk(U, Query(order="desc"))
    assert next(count) == 5 + looked_from_the_other_end


def sparse(log: list[str]) -> CrawlCache:
    """A reading of nine events; a filter leaves empty pages without end, by 100 the one event that passes."""
    count = iter(range(10**6))

    def send(_method: str, at: str, **_: object) -> Any:
        log.append(at.removeprefix(BASE))
        endless = "start_id" in at and "page_size=100" not in at
        rest = {"next": f"{at.partition('&cursor')[0]}&cursor={next(count)}"} if endless else {}
        ids = [] if endless else [9] if "start_id" in at else range(1, 10)
        return exchange(envelope(E, [{"id": each} for each in ids], rest), at)

    return CrawlCache(Crawler(BASE, send))


def test_a_filter_that_leaves_a_gap_is_asked_for_by_the_largest_size() -> None:
    log: list[str] = []
    cache = sparse(log)
    assert cache.complete_walk(E, Query(page_size="1", start_id="9")).ids == (9,)
    assert len(log) == 1 + EMPTY + 1  # what says how long the listing is, the gap, and the larger page
    assert cache.complete_walk(E, Query(page_size="2", start_id="9")).ids == (9,)
    assert len(log) == 1 + EMPTY + 1


# --- what is chosen --------------------------------------------------------------------------------------------------


def test_listings_that_are_not_nested_have_one_scope() -> None:
    cache = lengths({"CON-1": 1})
    assert [cache.every(each) for each in (CONVERSATIONS, USERS)] == [(C,), (U,)]
    assert cache.every(EVENTS) == (E,)


def test_conversations_named_by_the_user_are_read_and_no_others() -> None:
    log: list[str] = []
    cache = lengths({"CON-1": 1}, log, choices=Choices(pinned=("CON-9", "CON-8")))
    assert [scope.conversation for scope in cache.chosen(MEMBERS)] == ["CON-9", "CON-8"]
    assert log == []


def test_a_sample_of_many_conversations_is_repeated_by_the_seed() -> None:
    many = {f"CON-{number}": 1 for number in range(50)}
    found = [lengths(many, choices=Choices(seed, SMALL)).conversations for seed in (1, 1, 2)]
    assert (found[0] == found[1], found[0] == found[2], len(found[0])) == (True, False, 4)
    assert all(list(each) == sorted(each, key=list(many).index) for each in found)


def test_a_sample_prefers_variety() -> None:
    items = [conversation(number, state="ACTIVE") for number in range(60)]
    items[17]["state"] = "DELETED"
    items[31].pop("name")
    page = exchange(envelope(C, items, {"self": f"{BASE}/conversations"}), f"{BASE}/conversations")
    cache = CrawlCache(Crawler(BASE, lambda *_, **__: page), Choices(profile=SMALL))
    assert {items[index]["id"] for index in (0, 17, 31, 59)} == set(cache.conversations)
    assert str(cache.sample) == "4 of 60"


@pytest.mark.parametrize(
    ("sample", "told"),
    [(Sample(("a", "b"), 2), "all 2"), (Sample(("a",), 3000), "1 of 3,000"),
     (Sample(("a",), 5000, more=True), "1 of more than 5,000"), (Sample(("a",), None), "the 1 that were named")],
    ids=["all", "some", "of-many", "named"],
)  # fmt: skip
def test_what_is_read_of_all_conversations_is_told(sample: Sample, told: str) -> None:
    assert str(sample) == told


def test_an_empty_a_small_and_the_richest_conversation_are_looked_at_thoroughly() -> None:
    table = {"CON-1": 5, "CON-2": 0, "CON-3": 40, "CON-4": 11}
    chosen = [scope.conversation for scope in lengths(table).chosen(EVENTS)]
    assert chosen == ["CON-3", "CON-4", "CON-2"]


def test_without_a_conversation_there_is_nothing_to_choose() -> None:
    with pytest.raises(Lacking, match="a conversation"):
        _ = lengths({}).conversations


@pytest.mark.parametrize(
    ("length", "sizes"),
    [(0, ["1", "3", "1", "3", "100", None]), (4, ["1", "2", "3", "4", "1", "3", "100", None]),
     (20, ["4", "10", "19", "20", "4", "100", None]), (7, ["2", "3", "6", "7", "2", "3", "100", None]),
     (500, ["100", "100", None])],
    ids=["nothing", "few", "many", "odd", "huge"],
)  # fmt: skip
def test_walks_take_no_more_requests_than_the_profile_allows(length: int, sizes: list[str | None]) -> None:
    queries = lengths({"CON-1": length}).plain_queries(E)
    assert [query.page_size for query in queries] == sizes
    assert [query.order for query in queries][-1] is None


def test_choices_depend_on_the_seed_and_on_what_is_chosen() -> None:
    found = {Choices(seed).random(about).random() for seed in (1, 2) for about in ("a", "b")}
    assert len(found) == 4
    assert Choices(1).random("a").random() == Choices(1).random("a").random()


def test_profiles_look_more_and_more_thoroughly() -> None:
    quick, usual, deep = (PROFILES[name] for name in ("quick", "default", "deep"))
    for name in ("hops", "thorough", "sample", "longest", "examples", "generated", "steps", "values"):
        assert getattr(quick, name) < getattr(usual, name) < getattr(deep, name)


# --- what is frozen --------------------------------------------------------------------------------------------------

DATE = {"date": "Sun, 01 Jan 2023 12:00:00 GMT"}


@pytest.mark.parametrize(
    ("scope", "headers", "window"),
    [
        (E, {}, Query(end_id="2")),
        (C, DATE, Query(date_end="2023-01-01T11:59:58.000Z")),
        (C, {}, None),
        (C, {"date": "soon"}, None),
        (U, DATE, None),
        (M, DATE, None),
    ],
    ids=["events", "conversations", "no-date", "no-real-date", "users", "members"],
)
def test_a_listing_is_frozen_at_what_the_target_says_is_now(scope: Scope, headers: Any, window: Query | None) -> None:
    knowledge = Knowledge()
    cache = lengths({"CON-1": 3}, headers=headers, knowledge=knowledge)
    cache.moved(scope)
    assert (knowledge.windows.get(scope), knowledge.moving) == (window, {scope})


def test_conversations_without_a_date_are_frozen_before_the_newest() -> None:
    body = envelope(C, [conversation(2)], {})
    knowledge = Knowledge()
    CrawlCache(Crawler(BASE, lambda _, at, **__: exchange(body, at)), knowledge=knowledge).moved(C)
    assert knowledge.windows == {C: Query(date_end="2023-01-02T11:59:58.000Z")}


@pytest.mark.parametrize(
    ("date", "window"),
    [
        ("Mon, 02 Jan 2023 12:00:05 GMT", "2023-01-02T12:00:03.000Z"),
        ("Tue, 31 Dec 2019 12:00:00 GMT", "2023-01-02T11:59:58.000Z"),
    ],
    ids=["right", "years-behind-the-data"],
)
def test_a_clock_by_which_nothing_was_there_yet_freezes_no_listing(date: str, window: str) -> None:
    """Conversations of the first two days of January 2023, by a target whose clock is right, or has been set back."""

    def send(_method: str, at: str, **_: Any) -> Exchange:
        asked = dict(parse_qsl(urlsplit(at).query))
        days = (2, 1) if asked.get("order") == "desc" else (1, 2)
        known = [conversation(day) for day in days]
        found = [each for each in known if each["timestamp"]["created"] <= asked.get("date_end", "9999")][:1]
        return exchange(envelope(C, found, {}), at, headers={"date": date})

    cache = CrawlCache(Crawler(BASE, send), knowledge=(knowledge := Knowledge()))
    cache.moved(C)
    assert knowledge.windows == {C: Query(date_end=window)}


def test_a_window_stays_where_it_was_frozen_first() -> None:
    knowledge = Knowledge(windows={E: Query(end_id="1")})
    lengths({"CON-1": 3}, knowledge=knowledge).moved(E)
    assert knowledge.windows == {E: Query(end_id="1")}


def test_what_was_read_of_a_moving_listing_is_read_anew_and_nothing_else() -> None:
    cache = lengths({"CON-1": 3})
    moving, still = cache.walk(M, ASCENDING), cache.walk(C, ASCENDING)
    cache.moved(M)
    assert (cache.walk(M, ASCENDING) is moving, cache.walk(C, ASCENDING) is still) == (False, True)


@pytest.mark.parametrize(
    ("scope", "window", "asked", "sent"),
    [
        (E, Query(end_id="9"), ASCENDING, Query(page_size="100", order="asc", end_id="9")),
        (E, Query(end_id="9"), Query(end_id="10"), Query(end_id="9")),
        (E, Query(end_id="9"), Query(end_id="8", start_id="1"), Query(end_id="8", start_id="1")),
        (C, Query(date_end="2023-01-01T12:00:00Z"), Query(date_end="2023-01-01T12:30:00+01:00"),
         Query(date_end="2023-01-01T12:30:00+01:00")),
        (C, Query(date_end="2023-01-01T12:00:00Z"), Query(date_end="2023-01-01T13:30:00+01:00"),
         Query(date_end="2023-01-01T12:00:00Z")),
    ],
    ids=["plain", "later", "earlier", "earlier-elsewhere", "later-elsewhere"],
)  # fmt: skip
def test_a_frozen_listing_is_asked_within_its_window(scope: Scope, window: Query, asked: Query, sent: Query) -> None:
    cache = lengths({}, knowledge=Knowledge(dict.fromkeys((C, E)), {scope: window}))
    assert (cache.query(scope, asked), cache.query(U, asked)) == (sent, asked)


# --- what is too long to be read whole -------------------------------------------------------------------------------

BRIEF = Profile("brief", complete_pages=2, tail=1)


def events(total: int, log: list[str] | None = None, *, created: bool = False, falling: bool = True) -> Any:
    """What sends pages of 100 of so many events, or conversations a minute apart; `falling` says whether desc works."""

    def made(number: int) -> Any:
        if not created:
            return {"id": number}
        return conversation(number, timestamp={"created": f"2023-01-01T{number // 60:02}:{number % 60:02}:00.000Z"})

    def send(_method: str, at: str, **_: object) -> Any:
        if log is not None:
            log.append(at.removeprefix(BASE))
        asked = dict(parse_qsl(urlsplit(at).query))
        ids = [number for number in range(1, total + 1) if number >= int(asked.get("start_id", 0))]
        ids = ids[::-1] if falling and asked.get("order") == "desc" else ids
        start = int(asked.get("cursor", 0))
        rest = {"next": f"{at.partition('&cursor')[0]}&cursor={start + 100}"} if start + 100 < len(ids) else {}
        items = [made(number) for number in ids[start : start + 100]]
        return exchange(envelope(C if created else E, items, {"self": at, **rest}), at)

    return send


def brief(send: Any, page_limit: int = 1000) -> CrawlCache:
    return CrawlCache(Crawler(BASE, send, page_limit=page_limit), Choices(profile=BRIEF))


def test_a_listing_of_a_few_pages_is_read_whole_and_once() -> None:
    log: list[str] = []
    cache = brief(events(200, log))
    assert (len(cache.snapshot(E).ids), cache.query(E, Query()), cache.tails, len(log)) == (200, Query(), (), 2)


def test_of_a_long_listing_the_tail_is_read() -> None:
    cache = brief(events(301))
    assert cache.snapshot(E).ids == tuple(range(202, 302))
    assert cache.query(E, Query(order="desc", end_id="250")) == Query(order="desc", start_id="202", end_id="250")
    assert cache.query(E, Query(start_id="220")) == Query(start_id="220")
    assert cache.query(E, Query(start_id="9")) == Query(start_id="202")
    assert cache.everything(E) == Query(page_size="100", order="asc", start_id="202")
    assert cache.earliest(E) is cache.snapshot(E)
    assert cache.tails == (f"{E}: the first 200 and the last 100 of more than 300",)


def test_what_is_added_to_a_long_listing_belongs_to_its_tail_and_not_to_its_window() -> None:
    cache = brief(events(301))
    cache.snapshot(E)
    cache.moved(E)
    assert cache.query(E, Query()) == Query(start_id="202", end_id="301")
    assert cache.everything(E).end_id is None


def test_the_tail_of_conversations_begins_between_two_of_them() -> None:
    cache = brief(events(301, created=True))
    asked = cache.query(C, Query())
    assert asked == Query(date_start="2023-01-01T03:22:30.000Z")


@pytest.mark.parametrize(
    ("send", "scope"),
    [(events(201), E), (events(900, falling=False), E), (events(900), U)],
    ids=["the-ends-meet", "desc-is-not-kept", "no-filter"],
)
def test_a_listing_that_cannot_be_cut_is_walked_as_far_as_the_limit(send: Any, scope: Scope) -> None:
    cache = brief(send, page_limit=4)
    assert (cache.query(scope, Query()), cache.tails) == (Query(), ())


def test_a_filter_that_leaves_nothing_of_the_tail_is_not_asked() -> None:
    """A range that is upside down may be refused, and would be the suite's own."""
    with pytest.raises(Lacking, match="leaves something"):
        brief(events(301)).query(E, Query(end_id="7"))


def test_a_sample_of_a_long_listing_has_conversations_from_both_ends() -> None:
    cache = brief(events(6000, created=True))
    assert {"CON-1", "CON-6000"} <= set(cache.conversations)


# --- what is known ---------------------------------------------------------------------------------------------------


def test_what_is_worked_out_anew_comes_after_what_was_there() -> None:
    memo = Memo[str, int]()
    for key in ("a", "b"):
        memo.once(key, lambda: 1)
    memo.forget(lambda key: key == "a")
    memo.once("a", lambda: 2)
    assert (memo.items(), memo.before("b", "a"), memo.before("a", "b")) == ([("b", 1), ("a", 2)], True, False)


def test_a_value_that_is_there_is_not_replaced() -> None:
    memo = Memo[str, int]()
    memo.once("a", lambda: 1)
    memo.keep("a", 2)
    memo.keep("b", 3)
    assert memo.items() == [("a", 1), ("b", 3)]


def test_an_outcome_that_says_why_not_has_no_value() -> None:
    memo = Memo[str, int]()
    with pytest.raises(Lacking):
        memo.once("a", _lacking)
    assert (memo.get("a"), memo.items()) == (None, [])


def test_an_error_is_no_outcome_and_tried_again() -> None:
    memo = Memo[str, float]()
    with pytest.raises(ZeroDivisionError):
        memo.once("a", lambda: 1 / 0)
    assert memo.once("a", lambda: 5) == 5


def test_a_copy_and_its_original_learn_apart() -> None:
    memo = Memo[str, int]()
    memo.keep("a", 1)
    copy = memo.copy()
    memo.keep("b", 2)
    copy.keep("c", 3)
    assert (memo.items(), copy.items()) == ([("a", 1), ("b", 2)], [("a", 1), ("c", 3)])


def test_walks_are_in_turn_until_the_listing_moves() -> None:
    cache = lengths({"CON-1": 3})
    descending = Query(order="desc")
    for query in (ASCENDING, descending):
        cache.walk(M, query)
    assert (cache.in_turn(M, ASCENDING, descending), cache.in_turn(M, descending, ASCENDING)) == (True, False)
    cache.moved(M)
    for query in (descending, ASCENDING):
        cache.walk(M, query)
    assert cache.in_turn(M, descending, ASCENDING)


def test_every_reading_of_a_run_knows_what_moves() -> None:
    cache = lengths({"CON-1": 3})
    fresh = cache.afresh()
    cache.moved(E)
    assert (fresh.moves(E), fresh.moves(M), fresh.query(E, Query())) == (True, False, Query(end_id="2"))


def _lacking() -> int:
    raise Lacking("data")


def test_a_listing_is_given_time_to_grow_once_in_a_run_and_only_where_another_one_grows() -> None:
    cache = lengths({"CON-1": 2})
    assert not cache.may_wait(E)
    cache.note_moving(C)
    assert (cache.may_wait(E), cache.may_wait(E), cache.afresh().may_wait(E), cache.may_wait(M)) == (
        True,
        False,
        False,
        True,
    )
