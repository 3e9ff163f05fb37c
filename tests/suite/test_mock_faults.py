"""Every named fault changes some answer, names one clause, and says how it comes about."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import orjson
import pytest

from contracts.mock import FAULTS, Answer, Api, Settings, UnknownNameError, build
from contracts.mock.instants import write_instant
from contracts.mock.registry import ALL_LISTINGS, Fault, fault

HOST = {"host": "mock.example:8080"}
ORIGIN = "http://mock.example:8080"
TOKEN = "correct-horse"  # noqa: S105
OTHER = "battery-staple"
NAMES = {
    "pages": "envelope decodable delivered items size-bound size-default size-edges size-echo full unique sorted cursor"
    " repeatable agree",
    "links": "present url origin same-listing parameters self first next-prev ends cursor-fresh cursor-replay",
    "walks": "terminates disjoint complete changing-size sorted backward append any-path",
    "order": "default ascending descending mirror",
    "filters": "dates-window dates-model dates-instant ids-range type-exact type-complete conjunction paged",
    "events": "variant type-syntax text custom member-invited member-left unknown-type ids sender",
    "items": "unique membership self conversation-name-unique timestamps member-user ids self-resolves",
    "inputs": "documented rejected cursor unknown-conversation method no-server-error error-body no-leak",
    "auth": "required checked isolated",
}
CLAUSES = {f"{family}.{name}" for family, names in NAMES.items() for name in names.split()}
API = build()
PLACES = {
    "conversations": ["/v0.2/conversations"],
    "users": ["/v0.2/users"],
    **{
        name: [f"/v0.2/conversations/{API.conversation_id(one)}/{name}" for one in (0, 1, 2, 4, 11)]
        for name in ("members", "events")
    },
}
SINGLES = [f"/v0.2/users/{API.user_id(one)}" for one in range(12)]
SINGLES += [f"{PLACES['members'][2]}/{API.member_id(2, one)}" for one in range(12)]
SINGLES += [f"{PLACES['events'][2]}/{one}" for one in range(12)]
MOMENTS = [API.created(one) for one in (5, 20, 33, 50)]
BOUNDS = [
    "2023-02-11T12:00:00Z",
    "2023-01-02T16:48:25.5Z",
    "2023-02-11T14:00:00%2B02:00",
    "2023-02-11T06:30:00-05:30",
    "2023-03-01",
]
BOUNDS += [write_instant(one + off) for one in MOMENTS for off in (-1, 0, 500, 1_800_000)]
BOUNDS += [f"{write_instant(one + 7_200_000)[:-1]}%2B02:00" for one in MOMENTS]
BOUNDS += [f"{write_instant(one - 19_800_000)[:19]}-05:30" for one in MOMENTS]
BOUNDS += ["2024-02-29", "2023-01-31T12:00:00Z", "2023-03-26T02:30:00%2B01:00", "2023-01-01T00:30:00%2B02:00"]
QUERIES = {
    "conversations": [f"date_start={one}" for one in BOUNDS]
    + [f"date_end={one}&page_size=3" for one in BOUNDS]
    + [f"date_start={BOUNDS[0]}&date_end={BOUNDS[4]}&page_size=4", f"order=desc&date_end={BOUNDS[0]}"]
    + [f"date_start={BOUNDS[4]}&date_end={BOUNDS[0]}", "date_end=1970-01-01T00:00:00Z", "date_start=2200-01-01"]
    + ["order=desc&date_start=2023-05-01&page_size=15"],
    "users": [],
    "members": [],
    "events": [
        "start_id=9&end_id=19",
        "start_id=100",
        "end_id=133",
        "start_id=2&end_id=100&order=desc",
        "end_id=9",
        "end_id=-1",
        "start_id=19&end_id=9",
        f"end_id={2**63 - 1}",
        "event_type=member",
    ]
    + [f"event_type={one}&page_size=6" for one in ("text", "member:left", "member:invited", "nothing")]
    + [f"event_type=text&order=desc&{more}" for more in ("start_id=30", "start_id=2&end_id=40", "page_size=7")]
    + [*(f"start_id={one}&page_size=2" for one in range(1, 9))],
}
COMMON = [
    "",
    *(f"page_size={size}" for size in (1, 5, 8, 9, 32, 100)),
    "order=desc&page_size=7",
    "order=asc&page_size=50",
]
WRONG = [
    "page_size=0",
    "page_size=101",
    "page_size=x",
    "order=up",
    "date_start=soon",
    "date_start=2024-01-15T99zz",
    "start_id=x",
    "cursor=00",
]
WRONG += ["date_start=2024-01-15T10:00:00", "event_type=a%5C", "event_type=text&event_type=other"]
WRONG += ["cursor=zz", "event_type=a%00", f"start_id={9**40}", "date_start=0001-01-01T00:00:00%2B10:00"]


def ask(api: Api, target: str, method: str = "GET", token: str | None = TOKEN) -> Answer:
    headers = HOST if token is None else {**HOST, "authorization": f"Bearer {token}"}
    return api.answer(method, target.removeprefix(ORIGIN), headers)


def links(answer: Answer) -> dict[str, Any]:
    """The links of a page, or none where it has none that can be followed."""
    try:
        found = orjson.loads(answer.body).get("_links", {})
    except (ValueError, AttributeError):
        return {}
    return {name: link["href"] for name, link in found.items() if link["href"].startswith(ORIGIN)}


def conversation(api: Api, listings: tuple[str, ...]) -> Iterator[Answer]:
    """The answers in a long talk: every page of many walks, and where their links lead."""
    for name in listings:
        for place in PLACES[name]:
            for query in [*COMMON, *QUERIES[name], *WRONG]:
                yield from pages(api, f"{place}?{query}")
            yield from interleaved(api, place)
        yield from one_by_one(api, PLACES[name][-1])


def interleaved(api: Api, place: str) -> Iterator[Answer]:
    """Two walks of different page sizes, in turns."""
    targets = [f"{place}?page_size={size}" for size in (3, 5)]
    for turn in range(6):
        answer = ask(api, targets[turn % 2])
        yield answer
        targets[turn % 2] = links(answer).get("next", targets[turn % 2])


def one_by_one(api: Api, place: str) -> Iterator[Answer]:
    """A long walk by single items."""
    target = f"{place}?page_size=1"
    for _ in range(42):
        answer = ask(api, target)
        yield answer
        target = links(answer).get("next", target)


def pages(api: Api, target: str) -> Iterator[Answer]:
    for _ in range(12):
        answer = ask(api, target)
        yield answer
        around = links(answer)
        yield from (ask(api, around[name]) for name in ("self", "first", "prev") if name in around)
        if "next" not in around:
            return
        target = around["next"]


def others(api: Api) -> Iterator[Answer]:
    """Single items, other methods, unknown conversations, other tokens, other cursors."""
    yield from (ask(api, single, token=token) for single in SINGLES for token in (TOKEN, None))
    yield ask(api, f"{PLACES['events'][4]}?page_size=100")
    for place in ("/v0.2/users", *PLACES["members"][2:3], *PLACES["events"][2:3]):
        answer = ask(api, place)
        yield from (ask(api, place, method) for method in ("HEAD", "TRACE", "DELETE", "POST"))
        yield ask(api, place, "HEAD", token=None)
        cursor = links(answer).get("next", "").rpartition("=")[2]
        more = [
            ask(api, f"{place}{query}", token=None)
            for query in ("", f"?cursor={cursor}", "?event_type=text", "?order=desc")
        ]
        yield from [*more, *more]
        yield api.answer("GET", place, {"host": "mock.test:8080", "authorization": "Basic eDp5"})
        for token in (TOKEN[:-1], f"{TOKEN}x", TOKEN.upper(), "other"):
            yield from (ask(api, f"{place}{query}", token=token) for query in ("", f"?cursor={cursor}"))
        yield from (ask(api, f"{one}?cursor={cursor}") for one in PLACES["members"])
        yield ask(api, f"{place}?cursor={cursor[:12]}")
    for unknown in (
        "CON-1",
        "CON-%00",
        API.conversation_id(64),
        API.conversation_id(3)[:-1],
        f"{API.conversation_id(3)}0",
    ):
        places = [f"/v0.2/conversations/{unknown}/{name}" for name in ("members", "events", "events?event_type=text")]
        yield from (ask(api, place) for place in places)


def moving(api: Api, listings: tuple[str, ...]) -> Iterator[Answer]:
    """Walks while data are written."""
    for name in listings:
        for order in ("asc", "desc"):
            target = f"{PLACES[name][2 if name in ('members', 'events') else 0]}?order={order}&page_size=5"
            for _ in range(9):
                answer = ask(api, target)
                yield answer
                api.journal.advance(6)
                target = links(answer).get("next", target)


def crossing(api: Api) -> Iterator[Answer]:
    """What one tenant gets for what another one was just given."""
    for place in ("/v0.2/users", PLACES["members"][2], PLACES["events"][2]):
        for query in ("page_size=2", "order=desc&page_size=2", "event_type=text"):
            followed = [f"{place}?{query}", *links(ask(api, f"{place}?{query}")).values()]
            yield from (ask(api, target, token=token) for target in followed for token in (TOKEN, OTHER))
    yield from (ask(api, single, token=token) for single in SINGLES for token in (TOKEN, OTHER))
    theirs = orjson.loads(ask(api, "/v0.2/users", token=OTHER).body)["_embedded"]["data"]["users"][0]
    yield ask(api, f"/v0.2/users/{theirs['id']}")


def talk(api: Api, listings: tuple[str, ...]) -> Iterator[Answer]:
    yield from others(api)
    yield from conversation(api, listings)
    yield from moving(api, listings)
    yield from crossing(api)


@cache
def correct(listings: tuple[str, ...]) -> list[Answer]:
    return list(talk(build(Settings(token=TOKEN, tenants=(OTHER,))), listings))


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_changes_an_answer(name: str) -> None:
    listings = FAULTS[name].listings
    api = build(Settings(faults=(name,), token=TOKEN, tenants=(OTHER,)))
    assert any(one != other for one, other in zip(talk(api, listings), correct(listings), strict=False))


def test_the_correct_answers_are_always_the_same() -> None:
    api = build(Settings(token=TOKEN, tenants=(OTHER,)))
    assert list(talk(api, ("users", "members"))) == correct(("users", "members"))


LIMITED = [name for name, one in FAULTS.items() if one.listings != ALL_LISTINGS]


@pytest.mark.parametrize("name", LIMITED)
def test_a_fault_of_one_listing_leaves_others_served(name: str) -> None:
    api = build(Settings(faults=(name,), token=TOKEN))
    others = [other for other in ALL_LISTINGS if other not in FAULTS[name].listings]
    answers = [ask(api, f"{PLACES[other][0]}?page_size={size}") for other in others for size in (3, 100)]
    assert {answer.status for answer in answers} <= {200}


@pytest.mark.parametrize(("needs", "count"), [(("token",), 25), (("writes",), 5), (("token", "tenants"), 11)])
def test_some_faults_show_only_where_something_is_switched_on(needs: tuple[str, ...], count: int) -> None:
    assert len([name for name, one in FAULTS.items() if one.needs == needs]) == count


@pytest.mark.parametrize("one", FAULTS.values(), ids=list(FAULTS))
def test_every_fault_is_described(one: Fault) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", one.name)
    assert re.fullmatch(r"[A-Z`][^\n]{20,200}\.", " ".join(one.doc.split()))
    assert set(one.listings) <= set(ALL_LISTINGS)
    assert one.breaks in CLAUSES


@pytest.mark.parametrize("clause", sorted(CLAUSES))
def test_every_clause_has_a_fault(clause: str) -> None:
    assert clause in {one.breaks for one in FAULTS.values()}


def test_an_unknown_fault_is_refused_with_those_that_are_near() -> None:
    with pytest.raises(UnknownNameError) as caught:
        build(Settings(faults=("one-too-manny",)))
    assert (caught.value.name, caught.value.near[0]) == ("one-too-manny", "one-too-many")


def test_two_faults_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two faults are called one-too-many"):
        fault(breaks="pages.size-bound")(type("OneTooMany", (Api,), {}))


def test_faults_can_be_put_together() -> None:
    api = build(Settings(faults=("one-too-many", "default-descending")))
    items = orjson.loads(api.answer("GET", "/v0.2/users").body)["_embedded"]["data"]["users"]
    assert [item["id"] for item in items] == [API.user_id(one) for one in range(44, 33, -1)]
