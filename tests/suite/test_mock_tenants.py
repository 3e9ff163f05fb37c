"""Tenants of the mock: who holds a token sees data of its own, and nothing that belongs to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from contracts.mock import Answer, Api, Settings, build
from tests.suite.test_mock_tokens import file, token  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from pathlib import Path

FIRST, SECOND, THIRD = "first-token", "second-token", "third-token"
ORIGIN = "http://mock.test:8080"
API = build(Settings(token=FIRST, tenants=(SECOND, THIRD)))


def ask(target: str, given: str, api: Api = API) -> Answer:
    return api.answer(
        "GET", target.removeprefix(ORIGIN), {"host": "mock.test:8080", "authorization": f"Bearer {given}"}
    )


def page(target: str, given: str, api: Api = API) -> Any:
    return orjson.loads(ask(target, given, api).body)


def ids(target: str, given: str, api: Api = API) -> list[Any]:
    (items,) = page(target, given, api)["_embedded"]["data"].values()
    return [item["id"] for item in items]


@pytest.mark.parametrize("name", ["conversations", "users"])
def test_each_tenant_has_ids_of_its_own(name: str) -> None:
    found = [ids(f"/v0.2/{name}?page_size=100", given) for given in (FIRST, SECOND, THIRD)]
    assert len({each for one in found for each in one}) == sum(map(len, found))


def test_members_differ_and_ids_of_events_may_coincide() -> None:
    homes = [f"/v0.2/conversations/{ids('/v0.2/conversations', given)[0]}" for given in (FIRST, SECOND)]
    members, events = (
        [set(ids(f"{home}/{name}?page_size=100", given)) for home, given in zip(homes, (FIRST, SECOND), strict=True)]
        for name in ("members", "events")
    )
    assert (members[0] & members[1], bool(events[0] & events[1])) == (set(), True)


def test_the_first_tenant_has_what_the_mock_has_without_others() -> None:
    assert ask("/v0.2/users", FIRST) == build(Settings(token=FIRST)).answer(
        "GET", "/v0.2/users", {"host": "mock.test:8080", "authorization": f"Bearer {FIRST}"}
    )


@pytest.mark.parametrize("name", ["conversations", "users", "members", "events"])
def test_what_belongs_to_another_is_not_found(name: str) -> None:
    home = "/v0.2" if name in ("conversations", "users") else f"/v0.2/conversations/{API.conversation_id(0)}"
    body = page(f"{home}/{name}?page_size=2", FIRST)
    item = body["_embedded"]["data"][name][0]["_links"]["self"]["href"]
    asked = [item, body["_links"]["next"]["href"], body["_links"]["self"]["href"]]
    assert [ask(each, FIRST).status for each in asked] == [200, 200, 200]
    assert {ask(each, SECOND).status for each in asked} <= {400, 404}


def test_a_token_of_no_tenant_opens_nothing() -> None:
    assert ask("/v0.2/users", "another").status == 401


def test_tenants_alone_need_no_first_token() -> None:
    api = build(Settings(tenants=(SECOND,)))
    assert [ask("/v0.2/users", given, api).status for given in (SECOND, FIRST)] == [200, 401]


def test_an_application_is_a_tenant_too(file: str) -> None:  # noqa: F811
    api = build(Settings(jwt_public_key=file, tenants=("a-2",)))
    one, two, three = (ids("/v0.2/users", token(application_id=each), api) for each in ("a-1", "a-2", "a-3"))
    assert (one == three, one == two) == (True, False)


def test_the_data_of_a_file_are_the_first_tenants(tmp_path: Path) -> None:
    (tmp_path / "data.yaml").write_text("users: [{id: USR-1, name: a}]\nconversations: []")
    api = build(Settings(data=str(tmp_path / "data.yaml"), token=FIRST, tenants=(SECOND,)))
    assert (ids("/v0.2/users", FIRST, api), "USR-1" in ids("/v0.2/users", SECOND, api)) == (["USR-1"], False)


def test_every_tenant_is_written_to() -> None:
    api = build(Settings(token=FIRST, tenants=(SECOND,), writes_per_second=1000.0, started=0))
    newest = ids("/v0.2/users?order=desc&page_size=1", SECOND, api)
    assert newest != ids("/v0.2/users?order=desc&page_size=1", SECOND)
