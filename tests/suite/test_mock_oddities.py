"""Every oddity changes some answer and yet keeps pages, links and walks together."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import Any

import orjson
import pytest
import requests

from contracts.mock import ODDITIES, Answer, Api, Settings, UnknownNameError, build
from contracts.mock.registry import Oddity, oddity
from contracts.selftest.in_process import InProcess

pytestmark = pytest.mark.slow

HOST = {"host": "mock.example:8080", "accept-encoding": "gzip, deflate"}
TENANTS = ("one", "two")
ORIGIN = "http://mock.example:8080"
LISTINGS = ("conversations", "users", "members", "events")
PAIRS = [pair for number, pair in enumerate(combinations(ODDITIES, 2)) if number % 47 == 0]


def ask(api: Api, target: str, method: str = "GET", tenant: str = TENANTS[0]) -> Answer:
    headers = {**HOST, "authorization": f"Bearer {tenant}"}
    return api.answer(method, target.removeprefix(ORIGIN), headers)


def place(api: Api, name: str) -> str:
    if name in ("conversations", "users"):
        return f"/v0.2/{name}"
    count = api.conversation_count()
    return f"/v0.2/conversations/{api.conversation_id(min(2, count - 1))}/{name}"


def body(api: Api, target: str) -> dict[str, Any]:
    """The body of a page, as a client has it that undoes chunks and compression."""
    headers = {**HOST, "authorization": f"Bearer {TENANTS[0]}"}
    asked = requests.Request("GET", f"{ORIGIN}{target.removeprefix(ORIGIN)}", headers).prepare()
    answer = InProcess(api).send(asked)
    assert answer.status_code == 200, (target, answer)
    found: dict[str, Any] = orjson.loads(answer.content)
    return found


def ids(page: dict[str, Any]) -> list[Any]:
    (items,) = (value for value in page["_embedded"]["data"].values() if isinstance(value, list))
    return [item["id"] for item in items]


def walk(api: Api, target: str, way: str = "next") -> Iterator[dict[str, Any]]:
    while target:
        page = body(api, target)
        yield page
        target = page["_links"].get(way, {}).get("href", "")


def queries(name: str) -> list[str]:
    more = {
        "conversations": ["date_start=2023-02-01T00:00:00%2B01:00&page_size=7&order=desc"],
        "events": ["event_type=text&start_id=3&page_size=7", "order=desc&start_id=9&end_id=99"],
    }
    return ["", "page_size=9&order=desc", "page_size=100", *more.get(name, [])]


def check(api: Api) -> None:
    """Walk every listing forward and back, and follow the links on the way."""
    for name in LISTINGS if api.conversation_count() else LISTINGS[:2]:
        for query in queries(name):
            pages = list(walk(api, f"{place(api, name)}?{query}"))
            last = pages[-1]["_links"]["self"]["href"]
            assert [ids(page) for page in walk(api, last, "prev")] == [ids(page) for page in pages][::-1]
            seen = [one for page in pages for one in ids(page)]
            assert len(set(seen)) == len(seen)
            for page in pages:
                assert ids(body(api, page["_links"]["self"]["href"])) == ids(page)
                assert ids(body(api, page["_links"]["first"]["href"])) == ids(pages[0])


def talk(api: Api) -> Iterator[Answer]:
    """Answers to requests of every kind, some of them twice."""
    targets = ["/v0.2/users?x=1", "/v0.2/users?order=DESC", "/v0.2/users?page_size=0", "/v0.2/users?page_size=101"]
    targets += ["/v0.2/users?order="]
    targets += ["/v0.2/users?cursor=x", "/v0.2/conversations/CON-1/members", "/v0.2/conversations?page_size=8"]
    targets += [f"{place(api, name)}?{query}" for name in LISTINGS for query in queries(name)]
    targets += [f"{place(api, 'events')}?event_type={one}" for one in ("custom:text", "unknown")]
    targets += [f"/v0.2/conversations?date_{side}={at}" for side in ("start", "end") for at in INSTANTS]
    for target in (*targets, *targets):
        yield ask(api, target)
        yield from (ask(api, page["_links"]["self"]["href"]) for page in _pages(api, target))
    yield from (ask(api, "/v0.2/users", method) for method in ("HEAD", "OPTIONS", "POST"))
    yield from _back_to_what_was_written(api)
    yield from (ask(api, f"/v0.2/users/{api.user_id(0)}", tenant=tenant) for tenant in TENANTS)
    yield from (ask(api, place(api, name), tenant=tenant) for name in LISTINGS for tenant in TENANTS)


def _back_to_what_was_written(api: Api) -> Iterator[Answer]:
    href = body(api, "/v0.2/users?order=desc&page_size=20")["_links"]["self"]["href"]
    api.journal.advance(24)
    before = body(api, href)["_links"].get("prev", {}).get("href")
    yield from [ask(api, before)] if before else ()


def _pages(api: Api, target: str) -> Iterator[dict[str, Any]]:
    return walk(api, target) if ask(api, target).status == 200 else iter(())


API = build()
INSTANTS = [str(orjson.loads(API.conversation_text(one, ""))["timestamp"]["created"]) for one in (5, 50)]
INSTANTS += ["2023-02-01T00:00:00.1234Z", "1899-12-31T23:59:59.999Z"]


@pytest.mark.parametrize("name", ODDITIES)
def test_every_oddity_keeps_pages_together(name: str) -> None:
    check(build(Settings(oddities=(name,))))


@pytest.mark.parametrize("names", PAIRS, ids="-and-".join)
def test_oddities_go_together(names: tuple[str, str]) -> None:
    check(build(Settings(oddities=names)))


WITH_TENANTS = Settings(token=TENANTS[0], tenants=TENANTS[1:])


@pytest.fixture(scope="module")
def plain() -> list[Answer]:
    """What a mock without oddities says."""
    return list(talk(build(WITH_TENANTS)))


@pytest.mark.parametrize("name", ODDITIES)
def test_every_oddity_changes_an_answer_and_fails_on_none(name: str, plain: list[Answer]) -> None:
    odd = list(talk(build(replace(WITH_TENANTS, oddities=(name,)))))
    assert odd != plain
    assert {answer[0] for answer in odd} <= {200, 400, 403, 404, 405}


@pytest.mark.parametrize("one", ODDITIES.values(), ids=list(ODDITIES))
def test_every_oddity_is_described(one: Oddity) -> None:
    assert re.fullmatch(r"[a-z]+[0-9]*(-[a-z]+)*", one.name)
    assert re.fullmatch(r"[A-Z`][^\n]{15,200}\.", " ".join(one.doc.split()))
    milder = {
        "pages.full",
        "links.ends",
        "links.parameters",
        "events.unknown-type",
        "filters.ids-range",
        "inputs.cursor",
    }
    assert {*one.should} <= milder


@pytest.mark.parametrize("name", ["empty-api", "tiny-api", "full-last-pages", "one-of-each"])
def test_the_size_of_an_api_may_be_odd(name: str) -> None:
    api = build(Settings(oddities=(name,)))
    counts = {"empty-api": (0, 0), "tiny-api": (2, 3), "full-last-pages": (60, 40), "one-of-each": (1, 1)}
    assert (api.conversation_count(), api.user_count()) == counts[name]


def test_an_unknown_oddity_is_refused_with_those_that_are_near() -> None:
    with pytest.raises(UnknownNameError, match="unknown oddity 'tiny': did you mean tiny-api"):
        build(Settings(oddities=("tiny",)))


def test_two_oddities_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two oddities are called tiny-api"):
        oddity()(type("TinyApi", (Api,), {}))


def test_an_only_conversation_at_the_ends_of_time_is_the_first_one() -> None:
    api = build(Settings(conversations=1, oddities=("created-at-the-ends-of-time",)))
    year_one = api.created(0) + 14 * 3_600_000
    assert (api.created_before(year_one), api.created_before(api.created(0))) == (1, 0)
