"""The reader: URLs, links that may be followed, and where a walk ends."""

from contextlib import nullcontext
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import pytest

from contracts.crawl.cache import require_complete
from contracts.crawl.crawler import EMPTY, LOOKS, Blocked, Crawler, Vanished
from contracts.paging.exchanges import Exchange
from contracts.paging.pages import Page
from contracts.paging.queries import Query
from contracts.paging.urls import origin, unusable
from contracts.transport.errors import AbsentError
from tests.suite.support import BASE, C, E, U, envelope, exchange, page, serving

ONE = Query(page_size="1")
FIRST = "/users?page_size=1"


def body(*ids: object, following: str | None = None, rel: str = "next") -> dict[str, Any]:
    href = f"{BASE}{following}" if following and following.startswith("/") else following
    return envelope(U, [{"id": each} for each in ids], {rel: href} if href else {})


def crawler(table: dict[str, Any], log: list[str] | None = None, **more: Any) -> Crawler:
    return Crawler(BASE, serving(table, log), **more)


@pytest.mark.parametrize(
    ("scope", "parameters", "written"),
    [
        (U, {}, f"{BASE}/users"),
        (U, {"page_size": ""}, f"{BASE}/users?page_size="),
        (C, {"date_start": "2023-01-01T00:00+01:00"}, f"{BASE}/conversations?date_start=2023-01-01T00%3A00%2B01%3A00"),
        (E, {"event_type": "a b/Ω&"}, f"{BASE}/conversations/CON-1/events?event_type=a%20b%2F%CE%A9%26"),
    ],
    ids=["plain", "empty", "date", "nested"],
)  # fmt: skip
def test_a_url_is_percent_encoded(scope: Any, parameters: dict[str, str], written: str) -> None:
    assert crawler({}).url(scope, parameters) == written


@pytest.mark.parametrize(
    "href",
    [
        *("http://api.test/v0.2/users", "HTTPS://api.test", "http://api.test:8080/a?b=c#d", "http://[::1]:80/a"),
        *("http://a/%2525", "http://a/?cursor=a%2Bb%3D%3D", "http://a/?x='()*;,:@", "http://1.2.3.4/~a"),
    ],
)
def test_an_absolute_url_can_be_followed(href: str) -> None:
    assert unusable(href) is None


NOT_ABSOLUTE = "it is not an absolute http or https URL"
USER = "it carries a user or an impossible port"
NEVER = "never stands in a URL unencoded (RFC 3986)"


@pytest.mark.parametrize(
    ("href", "reason"),
    [
        ("", NOT_ABSOLUTE),
        ("/v0.2/users?cursor=a", NOT_ABSOLUTE),
        ("?cursor=a", NOT_ABSOLUTE),
        ("//api.test/users", NOT_ABSOLUTE),
        ("api.test/users", NOT_ABSOLUTE),
        ("javascript:alert(1)", NOT_ABSOLUTE),
        ("ftp://api.test/users", NOT_ABSOLUTE),
        ("http:///users", NOT_ABSOLUTE),
        ("http://user:secret@api.test/users", USER),
        ("http://@api.test/users", USER),
        ("http://api.test:0/users", USER),
        ("http://api.test:99999/users", "Port out of range 0-65535"),
        ("http://[::1/users", "Invalid IPv6 URL"),
        ("http://a/b c", f"' ' {NEVER}"),
        ("http://a/b\x00", f"'\\x00' {NEVER}"),
        ("http://a/b\nc", f"'\\n' {NEVER}"),
        ("http://a/b\x7f", f"'\\x7f' {NEVER}"),
        ("http://a/é", f"'é' {NEVER}"),
        ("http://a/?b=<c>", f"'<' {NEVER}"),
        ("http://a/?b={c}", f"'{{' {NEVER}"),
        ("http://a/?b=a|b", f"'|' {NEVER}"),
        ("http://a/?b=%zz", f"'%' {NEVER}"),
        ("http://a/?b=100%", f"'%' {NEVER}"),
        ("http://a/?b=%2", f"'%' {NEVER}"),
        ("http://a\\b/", f"'\\\\' {NEVER}"),
    ],
    ids=["empty", "path", "query", "no-scheme", "bare", "javascript", "ftp", "no-host", "password", "user", "port-zero",
         "port", "ipv6", "blank", "nul", "newline", "delete", "accent", "angle", "brace", "bar", "percent",
         "percent-at-the-end", "half-encoded", "backslash"],
)  # fmt: skip
def test_what_no_client_can_follow_says_why(href: str, reason: str) -> None:
    assert unusable(href) == reason


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("http://API.test/v0.2", ("http", "api.test", 80)),
        ("HTTPS://api.test", ("https", "api.test", 443)),
        ("http://api.test:8080", ("http", "api.test", 8080)),
        ("http://[::1]:81/a", ("http", "::1", 81)),
        ("http://api.test:99999", ("http", "api.test", 0)),
        ("mailto:a@b", ("mailto", "", 0)),
        ("/path", ("", "", 0)),
    ],
    ids=["default-port", "tls", "port", "ipv6", "impossible-port", "mail", "path"],
)
def test_an_origin_is_scheme_host_and_port(written: str, found: tuple[str, str, int]) -> None:
    assert origin(urlsplit(written)) == found


@pytest.mark.parametrize(
    ("href", "allowed"),
    [
        (f"{BASE}/users", True), ("http://api.test:80/else", True), ("http://other.test:81/", True),
        ("https://api.test/v0.2/users", False), ("http://api.test:8080/", False), ("http://other.test/", False),
        ("http://api.test.evil/", False), ("http://api.test@evil/", False), ("//api.test/", False),
    ],
)  # fmt: skip
def test_links_are_followed_to_named_origins_only(href: str, allowed: bool) -> None:  # noqa: FBT001 - an example
    named = frozenset({("http", "other.test", 81)})
    assert crawler({}, hosts=named).may_follow(href) is allowed


@pytest.mark.parametrize(
    ("links", "clause"),
    [
        ({}, "links.present"),
        ({"next": "/relative"}, "links.url"),
        ({"next": "http://evil.test/"}, "links.origin"),
        ({"next": f"{BASE}/gone"}, "pages.envelope"),
    ],
    ids=["missing", "relative", "elsewhere", "gone"],
)
def test_what_cannot_be_followed_blocks_and_names_the_clause(links: dict[str, str], clause: str) -> None:
    log: list[str] = []
    with pytest.raises(Blocked) as blocked:
        crawler({}, log).follow(page(1, links=links), "next")
    assert (blocked.value.clause, log) == (clause, ["GET /gone"] if clause == "pages.envelope" else [])
    assert str(blocked.value) == f"needs {clause}: {blocked.value.reason}"


def test_a_page_behind_a_link_keeps_what_was_asked() -> None:
    start = page(1, links={"next": f"{BASE}/users?cursor=a"}, query=ONE)
    answer = crawler({"/users?cursor=a": body(2)}).follow(start, "next").answer
    assert (answer.asked, answer.via, answer.negative, answer.origins) == (
        ONE,
        "next",
        False,
        {("http", "api.test", 80)},
    )


def test_a_page_is_asked_for_again_as_it_was() -> None:
    log: list[str] = []
    again = crawler({"/users?cursor=a": body(2)}, log).again(page(1, cursor="a", query=Query(), via="prev"))
    assert (log, again.ids, again.answer.via, again.asked) == (["GET /users?cursor=a"], (2,), "prev", Query())


def test_a_probe_is_hostile_and_asks_what_its_url_says() -> None:
    sent: list[Any] = []

    def send(method: str, at: str, **more: Any) -> Exchange:
        sent.append((method, at, more))
        return exchange({}, at, status=405)

    found = Crawler(BASE, send).probe(U, f"{BASE}{FIRST}", method="TRACE", credential="", headers={"a": "b"})
    assert (found.negative, found.asked, found.via) == (True, ONE, None)
    assert sent == [("TRACE", f"{BASE}{FIRST}", {"headers": {"a": "b"}, "credential": ""})]


def test_everything_that_is_read_is_shown_to_the_watcher() -> None:
    seen: list[object] = []
    crawler({FIRST: body(1), "/users": 404}, watch=seen.append).walk(U, ONE)
    assert [type(each).__name__ for each in seen] == ["Answer", "Page", "Walk"]
    with pytest.raises(Blocked):
        crawler({}, watch=seen.append).page(U, ONE)
    assert [type(each).__name__ for each in seen[3:]] == ["Answer"]


# --- where a walk ends -----------------------------------------------------------------------------------------------

TWO_PAGES = {FIRST: body(1, following="/users?cursor=a"), "/users?cursor=a": body(2)}


def counting(ids: list[int]) -> Any:
    """Answers every request with these ids and a fresh cursor."""
    count = iter(range(10**6))
    return lambda method, at, **_: exchange(body(*ids, following=f"/users?cursor={next(count)}"), at, method=method)


@pytest.mark.parametrize(
    ("table", "ids", "stop"),
    [
        (TWO_PAGES, (1, 2), {}),
        ({FIRST: body()}, (), {}),
        ({FIRST: body(following="/users?cursor=a")}, (), {}),
        ({FIRST: body(following="/users?cursor=a"), "/users?cursor=a": body()}, (), {}),
        ({FIRST: body(1, following="/users?cursor=a"), "/users?cursor=a": body(following="/users?cursor=b"),
          "/users?cursor=b": body(2)}, (1, 2), {}),
        ({FIRST: body(following=FIRST)}, (), {"cycle": f"{BASE}{FIRST}"}),
        ({FIRST: body(1, following=FIRST)}, (1, 1), {"cycle": f"{BASE}{FIRST}"}),
        ({FIRST: body(1, following="/users?cursor=a"), "/users?cursor=a": body(2, following=FIRST)}, (1, 2, 1),
         {"cycle": f"{BASE}/users?cursor=a"}),
        ({FIRST: body(1, following="http://evil.test/")}, (1,), {"foreign": "http://evil.test/"}),
        ({FIRST: body(1, following="relative")}, (1,), {"foreign": "relative"}),
    ],
    ids=["end", "nothing", "an-empty-page-that-leads-nowhere", "nothing-twice", "an-empty-page-between",
         "an-empty-page-itself", "itself", "a-circle", "another-host", "no-url"],
)  # fmt: skip
def test_a_walk_ends_where_a_client_would_end_it(
    table: dict[str, Any], ids: tuple[int, ...], stop: dict[str, str]
) -> None:
    walk = crawler(table).walk(U, ONE)
    assert walk.ids == ids
    assert {"foreign": walk.foreign, "cycle": walk.cycle, "limit": walk.limit} == {
        "foreign": None, "cycle": None, "limit": None, **stop,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("table", "ids", "flaw"),
    [({}, (), "status 404"), ({FIRST: body(1, following="/users?cursor=x")}, (1,), "status 404"),
     ({FIRST: []}, (), "the body is not an object: []")],
    ids=["at-once", "on-the-second-page", "no-object"],
)  # fmt: skip
def test_an_answer_that_is_no_page_breaks_a_walk(table: dict[str, Any], ids: tuple[int, ...], flaw: str) -> None:
    walk = crawler(table).walk(U, ONE)
    assert walk.broken is not None
    assert (walk.ids, walk.broken.flaw, walk.complete) == (ids, flaw, False)


def test_a_walk_that_shows_the_same_under_fresh_cursors_is_a_circle() -> None:
    walk = Crawler(BASE, counting([1, 2])).walk(U, ONE)
    assert (len(walk.pages), walk.cycle is not None) == (4, True)


@pytest.mark.parametrize(
    ("query", "ahead"),
    [(ONE, True), (Query(page_size="100"), False), (Query(page_size="100", start_id="9"), True)],
    ids=["small-pages", "large-pages", "a-filter-of-a-listing-without-end"],
)
def test_a_walk_is_cut_after_many_empty_pages_in_a_row(query: Query, ahead: bool) -> None:  # noqa: FBT001
    walk = Crawler(BASE, counting([])).walk(U, query)
    assert (len(walk.pages), walk.limit, walk.hollow, walk.ahead) == (EMPTY, EMPTY, EMPTY, ahead)


def test_what_follows_many_empty_pages_under_a_filter_is_no_more_than_the_listing_has() -> None:
    """A listing that is read whole within as many pages has nothing behind them."""
    empty, plain = counting([]), f"{BASE}/users?page_size=100"
    send = lambda method, at, **_: exchange(body(1), at) if at == plain else empty(method, at)  # noqa: E731
    walk = Crawler(BASE, send).walk(U, Query(page_size="100", start_id="9"))
    assert (walk.hollow, walk.ahead) == (EMPTY, False)


def test_a_walk_that_was_cut_among_empty_pages_leaves_its_reader_undecided() -> None:
    with pytest.raises(Blocked, match=f"{EMPTY} empty pages in a row"):
        require_complete(Crawler(BASE, counting([])).walk(U, ONE))


def test_a_walk_is_cut_at_the_limit_of_pages() -> None:
    count = iter(range(100))
    send = lambda method, at, **_: exchange(body(n := next(count), following=f"/users?cursor={n}"), at, method=method)  # noqa: E731
    walk = Crawler(BASE, send, page_limit=3).walk(U, ONE)
    assert (walk.ids, walk.limit, walk.cycle) == ((0, 1, 2), 3, None)


def numbered(last: int, *, falling: bool = True, moves: int = 0) -> Any:
    """What sends one number a page, up or down; the last one grows by `moves` with every request."""
    asked = count()

    def send(_method: str, at: str, **_: Any) -> Any:
        end = last + moves * next(asked)
        down = falling and "order=desc" in at
        at_number = int(at.rpartition("cursor=")[2]) if "cursor=" in at else end if down else 1
        following = at_number - 1 if down else at_number + 1
        order = "desc" if down else "asc"
        more = f"/users?order={order}&cursor={following}" if 1 <= following <= end else None
        return exchange(body(at_number, following=more), at)

    return send


@pytest.mark.parametrize(
    ("send", "query", "ahead"),
    [
        (numbered(9), ONE, True),
        (numbered(9), Query(page_size="1", order="desc"), True),
        (numbered(9, falling=False), ONE, False),
        (numbered(9, moves=1), ONE, False),
    ],
    ids=["long", "long-and-falling", "no-other-end", "an-end-that-runs-away"],
)
def test_a_walk_that_is_cut_says_whether_its_end_lies_ahead(send: Any, query: Query, *, ahead: bool) -> None:
    walk = Crawler(BASE, send, page_limit=3).walk(U, query)
    assert (walk.limit, walk.ahead) == (3, ahead)


def test_a_caller_that_wants_no_more_gets_a_whole_walk() -> None:
    walk = crawler(TWO_PAGES).walk(U, ONE, limit=1)
    assert (walk.ids, walk.complete) == ((1,), True)


def test_a_walk_goes_back_from_where_it_is_told_to() -> None:
    start = page(3, links={"prev": f"{BASE}/users?cursor=b"})
    walk = crawler({"/users?cursor=b": body(2)}).walk(U, ONE, start=start, rel="prev")
    assert (walk.ids, walk.rel, [each.answer.via for each in walk.pages]) == ((3, 2), "prev", [None, "prev"])


@pytest.mark.parametrize(
    ("table", "limit", "clause"),
    [
        ({}, 9, "pages.envelope"),
        ({FIRST: body(1, following="http://evil.test/")}, 9, "links.url or links.origin"),
        ({FIRST: body(1, following=FIRST)}, 9, "walks.terminates"),
        (TWO_PAGES, 1, "walks.terminates"),
    ],
    ids=["broken", "foreign", "cycle", "limit"],
)
def test_a_walk_that_did_not_end_blocks(table: dict[str, Any], limit: int, clause: str) -> None:
    walk = crawler(table, page_limit=limit).walk(U, ONE)
    with pytest.raises(Blocked) as blocked:
        require_complete(walk)
    assert blocked.value.clause == clause


def test_a_walk_that_ended_is_whole() -> None:
    walk = crawler(TWO_PAGES).walk(U, ONE)
    assert require_complete(walk) is walk
    assert all(isinstance(each, Page) for each in walk.pages)


ALL = "/conversations?page_size=100&order=asc"


def listed(*names: str) -> dict[str, Any]:
    return {ALL: envelope(C, [{"id": name} for name in names], {})}


def test_events_of_a_conversation_that_is_not_listed_any_more_say_nothing() -> None:
    made = crawler(listed("CON-2") | {"/conversations": envelope(C, [{"id": "CON-1"}], {})})
    made.answer(f"{BASE}/conversations", C, Query())
    with pytest.raises(Vanished, match="CON-1, which was deleted while it was read"):
        made.ask(E, ONE)


def test_a_conversation_that_was_named_and_never_listed_is_an_error() -> None:
    with pytest.raises(AbsentError, match="no conversation CON-1, which was named: it is not listed"):
        crawler(listed("CON-2")).ask(E, ONE)


def test_events_that_are_not_found_are_an_answer_where_the_conversation_is_listed() -> None:
    log: list[str] = []
    made = crawler(listed("CON-1"), log)
    assert {made.ask(E, ONE).flaw for _ in range(5)} == {"status 404"}
    assert log.count(f"GET {ALL}") == LOOKS


@pytest.mark.parametrize("table", [{}, listed()], ids=["no-listing", "an-empty-one"])
def test_without_a_listing_that_shows_others_what_is_not_found_is_an_answer(table: dict[str, Any]) -> None:
    assert crawler(table).ask(E, ONE).flaw == "status 404"


@pytest.mark.parametrize("seen", ["CON-1", "CON-2"], ids=["seen", "never-seen"])
def test_of_a_long_listing_both_ends_are_looked_at(seen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a conversation that the suite never saw listed nothing is known: it may stand in the middle."""
    monkeypatch.setattr("contracts.crawl.crawler.END", 1)
    more = f"{BASE}/conversations?cursor=2"
    ends = {order: f"/conversations?page_size=100&order={order}" for order in ("asc", "desc")}
    table = {url: envelope(C, [{"id": f"CON-{order}"}], {"next": more}) for order, url in ends.items()}
    log: list[str] = []
    made = crawler({**table, "/conversations?cursor=1": envelope(C, [{"id": seen}], {})}, log)
    made.answer(f"{BASE}/conversations?cursor=1", C, Query())
    with pytest.raises(Vanished) if seen == "CON-1" else nullcontext():
        assert made.ask(E, ONE).flaw == "status 404"
    assert [each.removeprefix("GET ") for each in log[-2:]] == [*ends.values()]
