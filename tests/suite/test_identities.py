"""A second identity: how it asks, what it is asked to see, and what a leak looks like on servers of other kinds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.cli.target import main
from contracts.crawl.cache import Choices, CrawlCache
from contracts.crawl.crawler import Crawler
from contracts.evidence import identities
from contracts.evidence.identities import CROSSINGS
from contracts.findings.verdicts import Outcome, Verdict
from contracts.mock import Settings
from contracts.mock.server import running
from contracts.paging.listings import LISTINGS, USERS, Scope
from contracts.paging.queries import Query
from contracts.runner.evaluator import Evaluator
from contracts.runner.replay import Replay
from contracts.selftest.in_process import verification
from contracts.transport import OTHER, Access, Other, Target
from contracts.transport.credentials import Ready
from tests.suite.support import BASE, C, E, M, U, conversation, envelope, event, exchange, page
from tests.suite.test_target import away, home  # noqa: F401 - fixtures

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.paging.exchanges import Exchange
    from contracts.paging.listings import Listing
    from tests.suite.test_target import Server

ISOLATED = CONVERSATION_CLAUSES["auth.isolated"]
OWN, SECOND = "s3cret-Token", "s3cond-Secret"
Row = tuple[str, str]
"""Whose it is, and its id."""


@dataclass(frozen=True)
class Rows:
    """Users of two applications in one table, in order of creation; cursors are places in that table.

    Attributes:
        rows: the table.
        leaks: whether an answer forgets whose the rows are, by the query.
        item: whether a single row is given to whoever asks.
        status: of whatever the second application asks for.
    """

    rows: tuple[Row, ...]
    leaks: Callable[[dict[str, str]], bool] = lambda _: False
    item: bool = False
    status: int = 200

    def send(self, _method: str, at: str, *, credential: str | None = None, **_: object) -> Exchange:
        """The answer to a GET of the listing, or of one row."""
        who = "second" if credential == OTHER else "first"
        if who == "second" and self.status != 200:
            return exchange({}, at, status=self.status)
        url = urlsplit(at)
        name = url.path.rpartition("/users/")[2]
        if name != url.path:
            found = any(each == (who, name) or (self.item and each[1] == name) for each in self.rows)
            return exchange({"id": name} if found else {}, at, status=200 if found else 404)
        return exchange(self._page(who, dict(parse_qsl(url.query))), at)

    def _page(self, who: str, asked: dict[str, str]) -> dict[str, Any]:
        way = -1 if asked.get("order") == "desc" else 1
        seen = [(place, name) for place, (owner, name) in enumerate(self.rows) if owner == who or self.leaks(asked)]
        behind = int(asked.get("cursor", -way * len(self.rows)))
        left = [each for each in seen[::way] if way * each[0] > way * behind]
        shown = left[: int(asked.get("page_size", 10))]
        items = [{"id": name, "_links": {"self": {"href": f"{BASE}/users/{name}"}}} for _, name in shown]
        kept = "&".join(f"{key}={value}" for key, value in asked.items() if key != "cursor")
        links = {"first": f"{BASE}/users?{kept}", "self": f"{BASE}/users?{kept}&cursor={behind}"}
        return envelope(
            Scope(USERS),
            items,
            links | ({"next": f"{BASE}/users?{kept}&cursor={shown[-1][0]}"} if len(shown) < len(left) else {}),
        )


def owned(who: str, count: int) -> tuple[Row, ...]:
    return tuple((who, f"USR-{who}-{number}") for number in range(count))


def verdict(server: Rows, shared: frozenset[str] | None = frozenset()) -> Verdict:
    crawler = Crawler(BASE, server.send, shared=shared)
    return Evaluator([ISOLATED]).examine(ISOLATED, USERS, CrawlCache(crawler))


FIRST, OLD, LATE = owned("first", 12), owned("second", 3), owned("second", 5)
MIXED = tuple(each for pair in zip(FIRST, owned("second", 12), strict=True) for each in pair)
LEGAL = {
    "mixed": MIXED,
    "the-second-before": OLD + FIRST,
    "the-second-behind": FIRST + LATE,
    "the-second-with-one": owned("second", 1) + FIRST,
    "the-second-with-nothing": FIRST,
    "one-each": owned("first", 1) + owned("second", 1),
}


@pytest.mark.parametrize("rows", LEGAL.values(), ids=LEGAL)
def test_places_as_cursors_lead_to_ones_own_and_are_legal(rows: tuple[Row, ...]) -> None:
    assert verdict(Rows(rows)).verdict == Outcome.HELD


LEAKS: dict[str, Callable[[dict[str, str]], bool]] = {
    "everywhere": lambda _: True,
    "behind-next": lambda asked: "cursor" in asked,
    "in-ascending-order": lambda asked: asked.get("order") == "asc",
    "in-descending-order": lambda asked: asked.get("order") == "desc",
}


@pytest.mark.parametrize("leaks", LEAKS.values(), ids=LEAKS)
@pytest.mark.parametrize("rows", [MIXED, OLD + FIRST, FIRST + LATE], ids=["mixed", "before", "behind"])
def test_a_query_that_forgets_the_tenant_is_seen_wherever_its_rows_are(
    leaks: Callable[[dict[str, str]], bool], rows: tuple[Row, ...]
) -> None:
    assert verdict(Rows(rows, leaks)).verdict == Outcome.VIOLATED


def test_a_row_that_is_given_to_whoever_asks_is_a_leak() -> None:
    found = verdict(Rows(MIXED, item=True))
    assert (found.verdict, found.actual) == (Outcome.VIOLATED, "1 item [USR-first-3]")


def test_without_a_second_identity_the_verdict_names_the_setting() -> None:
    found = verdict(Rows(MIXED), None)
    assert (found.verdict, found.reason) == (
        Outcome.NOT_EXERCISED,
        "needs a second identity: `other` in the description of the target",
    )


def test_a_listing_that_is_shared_on_purpose_is_not_judged() -> None:
    found = verdict(Rows(MIXED, lambda _: True), frozenset({"users"}))
    assert (found.verdict, found.reason) == (
        Outcome.NOT_EXERCISED,
        "a listing that one identity has alone; other.shared names users",
    )


@pytest.mark.parametrize("status", [401, 403])
def test_a_second_identity_that_is_refused_decides_nothing(status: int) -> None:
    found = verdict(Rows(MIXED, status=status))
    assert found.verdict == Outcome.ERROR
    assert found.reason.endswith(f" refuses the credential of the other identity: status {status}")


@pytest.mark.parametrize("status", [400, 402, 404, 500])
def test_a_second_identity_that_gets_no_page_blocks(status: int) -> None:
    found = verdict(Rows(MIXED, status=status))
    assert found.verdict == Outcome.UNDECIDED
    assert f"asked for by the other identity, gave status {status}" in found.reason


def test_where_the_first_identity_has_nothing_there_is_nothing_to_see() -> None:
    assert verdict(Rows(OLD)).reason == "an item"


@pytest.mark.parametrize(
    ("items", "asked"),
    [
        ([], []),
        ([conversation(1, "some day")], []),
        ([conversation(1), conversation(2)], [
            {"date_start": "2023-01-01T11:59:59.000Z", "page_size": "100"},
            {"date_end": "2023-01-01T12:00:01.000Z", "order": "desc", "page_size": "100"},
        ]),
        ([conversation(1, "9999-12-31T23:59:59.999Z")], [
            {"date_start": "9999-12-31T23:59:58.999Z", "page_size": "100"},
            {"date_end": "9999-12-31T00:01:00.999-23:59", "order": "desc", "page_size": "100"},
        ]),
        ([event(7, "member:left"), event(8)], [{"start_id": "7"}, {"end_id": "7"}, {"event_type": "member:left"}]),
        ([event(7, "custom"), event(8)], [{"start_id": "7"}, {"end_id": "7"}]),
        ([event("7")], []),
    ],
    ids=["nothing", "no-time", "around-the-first", "at-the-end-of-time", "id-and-type",
         "unknown-type", "no-number"],
)  # fmt: skip
def test_filters_are_made_so_that_an_item_of_the_first_identity_comes_first(
    items: list[Any], asked: list[dict[str, str]]
) -> None:
    scope = E if items and "body" in items[0] else C
    assert list(identities._filters(page(*items, scope=scope))) == asked  # noqa: SLF001 - needs no target


@pytest.mark.parametrize("scope", [U, M])
def test_listings_without_filters_are_asked_without_any(scope: Scope) -> None:
    shown = page(conversation(1), event(7), scope=scope)
    assert list(identities._filters(shown)) == []  # noqa: SLF001 - likewise


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("?a=1&b=2", "?b=2&a=1", True),
        ("?a=%31", "?a=1", True),
        ("?a=1", "?a=2", False),
        ("/1?a=1", "/2?a=1", False),
    ],
    ids=["in-another-order", "encoded", "another-value", "another-path"],
)
def test_requests_are_one_where_they_ask_for_the_same(one: str, other: str, *, same: bool) -> None:
    keys = {identities._Request("what", U, f"{BASE}/users{each}").key for each in (one, other)}  # noqa: SLF001 - likewise
    assert len(keys) == (1 if same else 2)


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (2, 2), (3, 2), (8, 2)])
def test_the_second_identity_walks_its_own_listing_in_two_pages(count: int, pages: int) -> None:
    server = Rows(owned("second", count) + FIRST)
    read = CrawlCache(Crawler(BASE, server.send, shared=frozenset()))
    assert CROSSINGS.trials
    crossings = [trial.observe(read) for trial in CROSSINGS.trials(read, U) if "order=" in trial.name]
    assert [len(each.answers) for each in crossings[:2]] == [pages, pages]


def test_a_walk_of_the_second_identity_ends_after_four_pages_where_others_come_behind() -> None:
    server = Rows(owned("second", 2) + FIRST, lambda asked: "cursor" in asked)
    read = CrawlCache(Crawler(BASE, server.send, shared=frozenset()))
    assert CROSSINGS.trials
    assert max(len(trial.observe(read).answers) for trial in CROSSINGS.trials(read, U)) == 4


@pytest.mark.parametrize("last", ["users?cursor=1", "http://elsewhere.test/users?cursor=1"])
def test_a_walk_of_the_second_identity_ends_at_a_link_that_cannot_be_followed(last: str) -> None:
    shown = envelope(U, [{"id": "USR-1"}], {"self": f"{BASE}/users", "next": last})
    read = CrawlCache(Crawler(BASE, lambda _method, at, **_: exchange(shown, at)))
    assert len(identities._walked(read, U, Query())) == 1  # noqa: SLF001 - likewise


@pytest.mark.parametrize(
    ("rel", "requests"),
    [
        ("next", ["its own users by a cursor of /users"]),
        ("self", ["its own users by a cursor of /users"]),
        ("first", []),
    ],
)
def test_a_cursor_of_the_first_identity_is_used_where_it_has_one(rel: str, requests: list[str]) -> None:
    read = CrawlCache(Crawler(BASE, exchange))  # type: ignore[arg-type]  # nothing is sent
    shown = page("USR-1", links={rel: f"{BASE}/users?cursor=abc"})
    found = list(identities._cursors(read, shown, shown))  # noqa: SLF001 - likewise
    assert [each.what for each in found] == requests
    assert all(each.url.endswith("cursor=abc") for each in found)


# --- how it asks -----------------------------------------------------------------------------------------------------

APART = Access(Ready(OWN), other=Other(Ready(SECOND, variable="SECOND")))
BY_HEADER = Access(
    Ready(OWN), {"X-Key": ("KEY", "k3y-of-the-first")}, other=Other(headers={"x-key": ("KEY_TWO", "k3y-two-two")})
)


def test_the_second_credential_goes_to_the_target_and_nowhere_else(home: Server, away: Server) -> None:  # noqa: F811
    target = Target(home.url, APART)
    for url in (f"{home.url}/users", f"{away.url}/users"):
        target.send("GET", url, credential=OTHER)
    assert (home.seen, away.seen) == ([("GET", "/users", f"Bearer {SECOND}")], [("GET", "/users", None)])


def test_a_second_identity_without_a_token_never_sends_the_first_ones(home: Server) -> None:  # noqa: F811
    shown = Target(home.url, BY_HEADER).send("GET", f"{home.url}/users", credential=OTHER)
    assert home.seen == [("GET", "/users", None)]
    assert {name: value for name, value in shown.sent.items() if name != "Accept"} == {"x-key": "$KEY_TWO"}


def test_the_second_credential_is_shown_as_its_variable(home: Server) -> None:  # noqa: F811
    shown = Target(home.url, APART).send("GET", f"{home.url}/users", credential=OTHER)
    assert '-H "Authorization: Bearer $SECOND"' in shown.curl
    assert APART.other
    assert (APART.other.asked(shown.sent), APART.other.asked({"Authorization": "Bearer $TOKEN"})) == (True, False)


@pytest.mark.parametrize(("access", "secret"), [(APART, SECOND), (BY_HEADER, "k3y-two-two")], ids=["token", "header"])
def test_what_the_second_identity_is_known_by_is_hidden_and_its_leak_seen(
    home: Server,  # noqa: F811
    access: Access,
    secret: str,
) -> None:
    home.usual = (200, {}, f'{{"echo": "{secret}"}}'.encode())
    target = Target(home.url, access)
    assert target.redact(f"x {secret} y") == "x [redacted] y"
    assert target.send("GET", f"{home.url}/users").leaked


# --- on the mock -----------------------------------------------------------------------------------------------------

LEAKY = Settings(token=OWN, tenants=(SECOND,), faults=("items-of-anybody",))


@pytest.mark.parametrize("listing", LISTINGS, ids=repr)
def test_the_plan_asks_for_each_kind_of_thing_once(listing: Listing) -> None:
    read = verification(Settings(token=OWN, tenants=(SECOND,)), CONVERSATION_CLAUSES, Choices()).cache
    assert CROSSINGS.trials
    trials = list(CROSSINGS.trials(read, read.chosen(listing)[0]))
    assert trials
    assert len({each.name for each in trials}) == len(trials)


@pytest.mark.parametrize("recorded", [False, True], ids=["gathered-anew", "as-recorded"])
def test_a_leak_is_asked_for_again_as_the_second_identity(recorded: bool) -> None:  # noqa: FBT001
    run = verification(LEAKY, CONVERSATION_CLAUSES.select(["auth.isolated"]), Choices())
    (found,) = (each for each in run.run() if each.listing == "users")
    again = replace(found, recipe=None) if recorded else found
    assert Replay(run.target, CONVERSATION_CLAUSES, Choices()).ask(again).words == "still there"


@pytest.mark.process
@pytest.mark.parametrize(
    ("second", "said"),
    [
        (SECOND, "probe: it answers, and takes the credential, also that of the other identity"),
        ("wrong", "/v0.2 refuses the credential of the other identity: status 401"),
    ],
    ids=["taken", "refused"],
)
def test_the_command_asks_as_both(
    second: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONE", OWN)
    monkeypatch.setenv("TWO", second)
    with running(LEAKY) as base:
        lines = [f'base-url = "{base}"', 'token-env = "ONE"', 'other = { token-env = "TWO" }']
        (tmp_path / "t.toml").write_text("\n".join(["[tool.conversation-contracts.targets.t]", *lines]))
        main(["t", "--targets", str(tmp_path / "t.toml")])
    assert capsys.readouterr().out.rstrip().endswith(said)
