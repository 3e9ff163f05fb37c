"""The mock's pages: what a walk shows equals what an enumeration gives, in both directions."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.mock import Api, Settings, build
from contracts.mock.instants import write_instant

HOST = {"host": "mock.example:8080"}
ORIGIN = "http://mock.example:8080"
API = build()
RICH, SMALL, EMPTY = (API.conversation_id(one) for one in (2, 0, 1))
PATHS = {
    "conversations": "/v0.2/conversations",
    "users": "/v0.2/users",
    "members": f"/v0.2/conversations/{RICH}/members",
    "events": f"/v0.2/conversations/{RICH}/events",
}
TOTALS = {"conversations": 64, "users": 45, "members": 36, "events": 241}
names = st.sampled_from(sorted(PATHS))
sizes = st.integers(1, 100)
orders = st.sampled_from(["asc", "desc"])


def get(target: str, api: Api = API) -> dict[str, Any]:
    """The body of a 200 answer."""
    answer = api.answer("GET", target.removeprefix(ORIGIN), HOST)
    assert answer.status == 200, (target, answer)
    body: dict[str, Any] = orjson.loads(answer.body)
    return body


def ids(body: dict[str, Any]) -> list[Any]:
    """The ids of a page."""
    (items,) = body["_embedded"]["data"].values()
    return [item["id"] for item in items]


def walk(target: str, way: str = "next", api: Api = API) -> Iterator[dict[str, Any]]:
    """The pages from a target on."""
    while target:
        body = get(target, api)
        yield body
        target = body["_links"].get(way, {}).get("href", "")


def everything(name: str) -> list[Any]:
    """Every id of a listing, from the data."""
    api, total = API, range(TOTALS[name])
    return {
        "conversations": [api.conversation_id(one) for one in total],
        "users": [api.user_id(one) for one in total],
        "members": [api.member_id(2, one) for one in total],
        "events": [api.event_id(2, one) for one in total],
    }[name]


@given(names, sizes, orders)
def test_a_walk_shows_everything_in_order(name: str, size: int, order: str) -> None:
    pages = [ids(page) for page in walk(f"{PATHS[name]}?page_size={size}&order={order}")]
    expected = everything(name)[:: 1 if order == "asc" else -1]
    assert pages == [expected[at : at + size] for at in range(0, len(expected), size)]


@given(names, sizes, orders)
def test_walking_back_from_the_last_page_gives_the_same_pages(name: str, size: int, order: str) -> None:
    pages = list(walk(f"{PATHS[name]}?page_size={size}&order={order}"))
    back = list(walk(pages[-1]["_links"]["self"]["href"], "prev"))
    assert [ids(page) for page in back] == [ids(page) for page in pages][::-1]


@given(names, sizes, orders)
def test_first_and_self_lead_to_the_first_page_and_to_this(name: str, size: int, order: str) -> None:
    pages = list(walk(f"{PATHS[name]}?page_size={size}&order={order}"))
    for page in pages:
        assert ids(get(page["_links"]["first"]["href"])) == ids(pages[0])
        assert get(page["_links"]["self"]["href"]) == page


@given(names, st.lists(sizes, min_size=1, max_size=6), orders)
def test_the_page_size_may_change_on_the_way(name: str, changes: list[int], order: str) -> None:
    target, seen, turn = f"{PATHS[name]}?page_size={changes[0]}&order={order}", [], 0
    while target:
        body = get(target)
        seen += ids(body)
        turn, old = turn + 1, f"page_size={body['page_size']}"
        following = body["_links"].get("next", {}).get("href", "")
        target = following.replace(old, f"page_size={changes[turn % len(changes)]}")
    assert seen == everything(name)[:: 1 if order == "asc" else -1]


@given(names, st.data())
def test_next_and_prev_undo_each_other_even_where_sizes_changed(name: str, data: st.DataObject) -> None:
    body = get(f"{PATHS[name]}?page_size={data.draw(sizes)}")
    following = body["_links"].get("next", {}).get("href", "")
    while following:
        body = get(following.replace("page_size=", f"page_size={data.draw(sizes)}&unknown="))
        before = get(body["_links"]["prev"]["href"])
        assert ids(get(before["_links"]["next"]["href"])) == ids(body)
        following = body["_links"].get("next", {}).get("href", "")


@given(sizes, orders, st.data())
def test_dates_choose_what_was_created_between_them(size: int, order: str, data: st.DataObject) -> None:
    moments = st.integers(0, 63).flatmap(lambda one: st.integers(-1, 1).map(lambda off: API.created(one) + off))
    start, end = data.draw(moments), data.draw(moments)
    query = f"date_start={write_instant(start)}&date_end={write_instant(end)}&page_size={size}&order={order}"
    seen = [one for page in walk(f"{PATHS['conversations']}?{query}") for one in ids(page)]
    expected = [API.conversation_id(one) for one in range(64) if start < API.created(one) < end]
    assert seen == expected[:: 1 if order == "asc" else -1]


@given(sizes, orders, st.integers(-3, 290), st.integers(-3, 290), st.sampled_from(["text", "member:left", ""]))
def test_ids_and_type_choose_events(size: int, order: str, first: int, last: int, kind: str) -> None:
    query = f"start_id={first}&end_id={last}&page_size={size}&order={order}"
    query += f"&event_type={kind}" if kind else ""
    seen = [one for page in walk(f"{PATHS['events']}?{query}") for one in ids(page)]
    chosen = [one for one in range(241) if kind in ("", API.event_type(2, one))]
    expected = [number for number in (API.event_id(2, one) for one in chosen) if first <= number <= last]
    assert seen == expected[:: 1 if order == "asc" else -1]


@pytest.mark.parametrize(
    ("way", "same"),
    [
        ("2023-02-01T00:00:00Z", "2023-02-01"),
        ("2023-02-01T00:00:00Z", "2023-02-01T00:00:00.000000000Z"),
        ("2023-02-01T00:00:00Z", "2023-02-01T02:00:00%2B02:00"),
        ("2023-02-01T00:00:00Z", "2023-01-31T18:30-0530"),
        ("2023-02-01T00:00:00Z", "2023-02-01t00:00:00z"),
    ],
)
def test_an_instant_may_be_written_in_many_ways(way: str, same: str) -> None:
    one, other = (get(f"{PATHS['conversations']}?date_start={text}") for text in (way, same))
    assert ids(one) == ids(other)


def test_bounds_are_compared_beyond_milliseconds() -> None:
    text = write_instant(API.created(0)).rstrip("Z")
    found = [ids(get(f"{PATHS['conversations']}?date_end={text}{more}Z")) for more in ("", "0001")]
    assert found == [[], [API.conversation_id(0)]]


def test_an_empty_listing_is_one_page_without_neighbours() -> None:
    body = get(f"/v0.2/conversations/{EMPTY}/members")
    assert (ids(body), sorted(body["_links"])) == ([], ["first", "self"])
    assert get(body["_links"]["self"]["href"]) == body


def test_links_are_absolute_and_keep_size_order_and_filters() -> None:
    stem = f"{ORIGIN}{PATHS['events']}?order=desc&page_size=7&start_id=3&event_type=member%3Ainvited"
    links = get(f"{PATHS['events']}?event_type=member:invited&start_id=3&page_size=7&order=desc")["_links"]
    assert links["first"]["href"] == stem
    assert {name: link["href"].partition("&cursor=")[0] for name, link in links.items()} == dict.fromkeys(
        ("first", "self", "next"), stem
    )


@pytest.mark.parametrize("name", ["conversations", "users"])
def test_the_cursor_of_the_body_is_the_one_of_self(name: str) -> None:
    body = get(PATHS[name])
    assert body["_links"]["self"]["href"].endswith(f"cursor={body['cursor']}")


@pytest.mark.parametrize("name", sorted(PATHS))
def test_self_links_of_items_lead_to_the_items(name: str) -> None:
    for item in get(f"{PATHS[name]}?page_size=100")["_embedded"]["data"][name]:
        assert item.items() <= get(item["_links"]["self"]["href"]).items()


@given(orders, sizes, st.data())
def test_what_is_written_meanwhile_makes_nothing_come_twice_or_be_skipped(
    order: str, size: int, data: st.DataObject
) -> None:
    api = build()
    name = data.draw(names)
    target, seen = f"{PATHS[name]}?page_size={size}&order={order}", []
    while target:
        body = get(target, api)
        seen += ids(body)
        api.journal.advance(data.draw(st.integers(0, 3)))
        target = body["_links"].get("next", {}).get("href", "")
    old = everything(name)[:: 1 if order == "asc" else -1]
    assert len(set(seen)) == len(seen)
    assert [one for one in seen if one in set(old)] == old


@given(st.integers(0, 200))
def test_what_is_written_comes_after_all_before(writes: int) -> None:
    api = build()
    api.journal.advance(writes)
    times = [api.created(one) for one in range(api.conversation_count())]
    moments = [api.event_time(2, one) for one in range(api.event_count(2))]
    assert (times, moments) == (sorted(times), sorted(moments))


@pytest.mark.parametrize(("kind", "count"), [("conversations", 65), ("users", 46), ("members", 37), ("events", 242)])
def test_what_is_written_is_listed(kind: str, count: int) -> None:
    api = build()
    api.journal.advance(6)
    assert sum(len(ids(page)) for page in walk(PATHS[kind], api=api)) == count


def test_a_page_costs_the_same_in_ten_million_conversations() -> None:
    calls = []
    for count in (64, 10_000_000):
        api = build(Settings(conversations=count))
        made, created = [], api.created
        api.created = lambda one, made=made, created=created: made.append(one) or created(one)  # type: ignore[assignment, misc]
        get("/v0.2/conversations?order=desc&date_end=2024-12-31&page_size=20", api)
        calls.append(len(made))
    assert calls == [20, 20]
