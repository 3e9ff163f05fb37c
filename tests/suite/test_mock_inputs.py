"""What the mock refuses and how it says so; nothing that is sent to it makes it fail."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.description import CONVERSATION
from contracts.mock import Answer, Settings, build
from contracts.mock.queries import LISTINGS, Listing

API = build()
RICH, SMALL = API.conversation_id(2), API.conversation_id(0)
BASE = "/v0.2"


def ask(target: str, method: str = "GET", **headers: str) -> Answer:
    return API.answer(method, BASE + target, {"host": "mock.example", **headers})


def cursor_of(target: str) -> str:
    links = orjson.loads(ask(target).body)["_links"]
    return str(links["next"]["href"].rpartition("cursor=")[2])


@pytest.mark.parametrize(
    "query",
    [
        *[f"page_size={size}" for size in ("0", "101", "-1", "abc", "", "1.5", "1e1", "9" * 400, "%2B5")],
        *[f"page_size={size}" for size in (" 5", "5+", "5%00", "0x5", "\u0665")],
        *[f"order={order}" for order in ("ASC", "Desc", "", "ascending", "asc,desc", "asc%00")],
        *[f"date_start={date}" for date in ("", "yesterday", "2023-13-01", "10000-01-01", "2023-02-30")],
        *[f"date_end=2023-01-01{time}" for time in ("T25:00:00Z", " 00:00:00Z", "T00:00:00+02:00", "T")],
        *[f"cursor={cursor}" for cursor in ("", "x", "00" * 17, "é", "a" * 100_000)],
        "page_size=5&page_size=5",
        "order=asc&order=desc",
        "page_size=%zz",
        "page_size=%ff",
        "unknown=%",
        "order=\xe9",
    ],
)  # fmt: skip
def test_a_bad_parameter_is_refused(query: str) -> None:
    answer = ask(f"/conversations?{query}")
    body = orjson.loads(answer.body)
    assert (answer.status, body["title"], set(body)) in [
        (400, "Bad request", {"type", "title", "detail", "instance", "code", *more})
        for more in ((), ("invalid_parameters",))
    ]


@pytest.mark.parametrize(
    "query",
    ["start_id=a", "end_id=", "start_id=1.0", "start_id=%2B1", "end_id=0x1", "start_id=1_0", "event_type=",
     "event_type=custom:my_event", "event_type=text%00", "event_type=a%20b", "end_id=\u0663"],
)  # fmt: skip
def test_a_bad_event_filter_is_refused(query: str) -> None:
    assert ask(f"/conversations/{RICH}/events?{query}").status == 400


@pytest.mark.parametrize("query", ["event_type=text:seen", f"start_id={9 * 10**399}", "start_id=9&end_id=3"])
def test_a_filter_that_fits_nothing_gives_an_empty_page(query: str) -> None:
    answer = ask(f"/conversations/{RICH}/events?{query}")
    assert (answer.status, orjson.loads(answer.body)["_embedded"]) == (200, {"data": {"events": []}})


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda one: str(one.name))
def test_the_mock_knows_the_parameters_of_the_description_and_no_others(listing: Listing) -> None:
    described = CONVERSATION.listing_operation(listing.name).parameters
    assert listing.parameters == {one.name for one in described if one.location == "query"}


@pytest.mark.parametrize("query", ["unknown=1", "unknown=1&unknown=2", "&&", "PAGE_SIZE=0", "date_start=never", "="])
def test_what_is_no_parameter_of_the_listing_is_passed_over(query: str) -> None:
    assert ask(f"/users?{query}") == ask("/users")


def test_an_unknown_conversation_is_not_found() -> None:
    answers = [ask(f"/conversations/{one}/members") for one in ("CON-1", "%00", "CON-" + "0" * 36, RICH.lower(), "%ff")]
    assert {answer.status for answer in answers} == {404}


@pytest.mark.parametrize(
    "path",
    ["", "/", "/conversations/", "/Users", "/users/USR-1", f"/conversations/{'CON-1'}", "/x", "/users/a/b"],
)
def test_an_unknown_path_is_not_found(path: str) -> None:
    assert ask(path).status == 404


@pytest.mark.parametrize("name", ["0", "6", "01", "-1", "1.0", "9" * 400, "x", "\u0661"])
def test_an_unknown_event_is_not_found(name: str) -> None:
    answers = [
        ask(f"/conversations/{RICH}/events/{name}").status,
        ask(f"/conversations/{RICH}/events/1").status,
    ]
    assert answers == [404, 200]


def test_a_path_may_be_percent_encoded() -> None:
    assert ask(f"/conversations/{RICH.replace('-', '%2D')}/%65vents") == ask(f"/conversations/{RICH}/events")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "INVENTED", "get", ""])
def test_a_wrong_method_is_refused_with_what_is_allowed(method: str) -> None:
    answer = ask("/users", method)
    assert (answer.status, ("allow", "GET, HEAD") in answer.headers) == (405, True)


@pytest.mark.parametrize("target", ["/users", "/nothing", "/users?page_size=0"])
def test_head_is_get_without_the_body(target: str) -> None:
    assert ask(target, "HEAD") == ask(target)._replace(body=b"")


@pytest.mark.parametrize(
    "other",
    [
        "/users",
        "/conversations",
        f"/conversations/{SMALL}/events",
        f"/conversations/{RICH}/members",
        f"/conversations/{RICH}/events?order=desc",
        f"/conversations/{RICH}/events?start_id=2",
        f"/conversations/{RICH}/events?event_type=text",
    ],
)
def test_a_cursor_belongs_to_its_listing_order_and_filters(other: str) -> None:
    cursor = cursor_of(f"/conversations/{RICH}/events")
    assert ask(f"{other}{'&' if '?' in other else '?'}cursor={cursor}").status == 400


@given(st.data())
def test_a_changed_cursor_is_refused(data: st.DataObject) -> None:
    cursor = cursor_of("/users")
    place = data.draw(st.integers(0, len(cursor) - 1))
    digit = data.draw(st.sampled_from("0123456789abcdefABCDEF "))
    changed = cursor[:place] + digit + cursor[place + 1 :]
    assert changed == cursor or ask(f"/users?cursor={changed}").status == 400


def test_a_cursor_can_be_used_again_and_on_another_mock_of_the_same_seed() -> None:
    target = f"{BASE}/users?cursor={cursor_of('/users')}"
    assert build().answer("GET", target) == build().answer("GET", target)


@pytest.mark.parametrize("host", ["a b", 'x"y', "<script>", "h/..", "h?x", "a\x00b", "x" * 400])
def test_what_is_no_host_does_not_get_into_links(host: str) -> None:
    assert ask("/users", host=host).status == 400


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer wrong", "Basic c2VjcmV0", "secret", "Bearer sécret"])
def test_without_the_token_nothing_is_shown(header: str | None) -> None:
    api = build(Settings(token="secret"))  # noqa: S106
    answer = api.answer("GET", "/v0.2/users", {} if header is None else {"authorization": header})
    assert (answer.status, ("www-authenticate", "Bearer") in answer.headers) == (401, True)


def test_with_the_token_everything_is_shown() -> None:
    api = build(Settings(token="secret"))  # noqa: S106
    assert api.answer("GET", "/v0.2/users", {"authorization": "bearer secret"}).status == 200


@pytest.mark.parametrize("path", ["", "/api/v9"])
def test_the_base_path_may_be_another(path: str) -> None:
    answer = build(Settings(base_path=path)).answer("GET", f"{path}/users", {"host": "h"})
    href = orjson.loads(answer.body)["_links"]["first"]["href"]
    assert href == f"http://h{path}/users?order=asc&page_size=10"


@pytest.mark.parametrize(
    "settings",
    [
        {"conversations": -1},
        {"users": 10**10},
        {"base_path": "v"},
        {"writes_per_second": float("nan")},
        {"seed": -1},
    ],
)
def test_settings_that_make_no_mock_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(settings))):
        Settings(**settings)  # type: ignore[arg-type]


names = st.sampled_from(
    ["page_size", "order", "cursor", "date_start", "date_end", "start_id", "end_id", "event_type", "x", ""]
)
values = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["%", "%00", "%ed%a0%80", "%zz", "+", "&", "=", "9" * 400, "10000-01-01", "desc", "10", "\ud800"]),
    st.from_regex(r"-?\d{1,30}", fullmatch=True),
    st.from_regex(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|%2B[0-9]{2}:[0-9]{2}))?"
    ),
)
queries = st.lists(st.tuples(names, values), max_size=4).map(lambda many: "&".join("=".join(one) for one in many))
paths = st.one_of(
    st.sampled_from(["/conversations", "/users", f"/conversations/{RICH}/events", f"/conversations/{RICH}/members"]),
    st.text(max_size=20).map(lambda text: f"/conversations/{text}"),
    st.lists(st.sampled_from(["conversations", "users", "members", "events", RICH, "", ".."]), max_size=5).map(
        lambda parts: "/" + "/".join(parts)
    ),
)


@given(paths, queries)
def test_nothing_in_an_address_makes_the_mock_fail(path: str, query: str) -> None:
    answer = ask(f"{path}?{query}")
    assert answer.status in (200, 400, 404)
    assert isinstance(orjson.loads(answer.body), dict)


@given(st.text(max_size=9), st.text(max_size=60), st.dictionaries(st.text(max_size=9), st.text(max_size=40)))
def test_nothing_at_all_makes_the_mock_fail(method: str, target: str, headers: dict[str, str]) -> None:
    assert API.answer(method, target, headers).status < 500


def test_a_thousand_parameters_and_a_megabyte_are_answered() -> None:
    statuses = [ask(f"/users?{query}").status for query in ("a=1&" * 1000, "x=" + "y" * 10**6, "order=" + "y" * 10**6)]
    assert statuses == [200, 200, 400]


def test_what_fails_inside_is_answered_without_saying_what(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(API, "page", lambda _: 1 // 0)
    answer = ask("/users")
    assert (answer.status, b"Zero" in answer.body) == (500, False)
