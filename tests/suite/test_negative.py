"""Hostile requests: what is sent, byte by byte, and what is never sent."""

from typing import Any

import pytest

from contracts.crawl.cache import Choices
from contracts.evidence import negative, wrong_cursors
from contracts.findings.clause import EvidenceKind
from contracts.mock import Settings
from contracts.paging.listings import CONVERSATIONS, EVENTS, LISTINGS, MEMBERS, USERS, Listing, Scope
from contracts.selftest.in_process import verification
from tests.suite.support import NO_CLAUSES

TOKEN = "Hostile-token-1"  # noqa: S105 - the mock's


def run(**more: Any) -> Any:
    return verification(Settings(token=more.pop("token", None), **more), NO_CLAUSES, Choices())


def planned(
    kind: EvidenceKind, listing: Listing, *, token: str | None = None, unsafe: bool = False
) -> list[negative.Probe]:
    """What all trials of a kind observe on the mock, for the first chosen scope of a listing."""
    read = run(token=token).cache
    object.__setattr__(read.crawler, "unsafe", unsafe)
    assert kind.trials is not None
    return [trial.observe(read) for trial in kind.trials(read, read.chosen(listing)[0])]


@pytest.mark.parametrize("listing", LISTINGS, ids=repr)
def test_every_parameter_of_a_listing_gets_wrong_values(listing: Listing) -> None:
    probes = planned(negative.REJECTIONS, listing)
    queries = {each.answer.exchange.url.partition("?")[2].partition("=")[0] for each in probes}
    assert queries == {"page_size", "order", "cursor", *listing.filters}
    assert {each.answer.negative for each in probes} == {True}


def test_wrong_values_go_out_as_they_are() -> None:
    probes = planned(negative.REJECTIONS, EVENTS)
    sent = [each.answer.exchange.url.partition("?")[2] for each in probes]
    assert {"page_size=10abc", "order=sideways", "start_id=1.5", "event_type=%00", "cursor=", "page_size=101"} <= set(
        sent
    )
    assert [each.legal_page for each in probes if "page_size=abc" in each.what or "page_size=0" in each.what] == [
        False, True,
    ]  # fmt: skip


def test_values_that_servers_read_in_more_than_one_way_may_be_refused_or_served() -> None:
    events = {each.what: each for each in planned(negative.REJECTIONS, EVENTS)}
    sent = {what: each.answer.exchange.url.partition("?")[2] for what, each in events.items()}
    assert sent["event_type twice"] == "event_type=text&event_type=no-such-type"
    assert sent["cursor twice"] == "cursor=a&cursor=b"
    assert sent["event_type=b'\\xff'"] == "event_type=%FF"
    dates = {each.what: each for each in planned(negative.REJECTIONS, CONVERSATIONS)}
    odd = ["date_start='2024-01-15T10:00:00'", "date_end='2024-01-15T24:00:00Z'", "cursor twice"]
    assert [(dates[each].legal_page, dates[each].start) for each in odd] == [(True, None)] * 3


@pytest.mark.parametrize("cursor", ["abcdefgh", "AAAA", "BBBB", "a", "ab", "12345678901", "1234567890" * 3])
def test_a_broken_cursor_is_never_the_cursor_itself(cursor: str) -> None:
    broken = wrong_cursors._broken(cursor)  # noqa: SLF001 - no other way to see what it makes
    assert cursor not in broken.values()
    assert broken["a cursor twice"] == cursor * 2
    assert len(broken["a changed cursor"]) == len(cursor)
    cut = {name: len(cursor) - len(text) for name, text in broken.items() if cursor.startswith(text)}
    length = len(cursor)
    assert {name: least for name, least in cut.items() if "last" in name} == {
        "a cursor without its last character": 1,
        "a cursor without its last two": min(2, length),
        "a cursor without its last four": min(4, length),
    }
    half = length - cut["half a cursor"]
    assert half in range(0, length // 2 + 1, 4), "Base64 comes in fours"
    assert half + 4 > length // 2


def test_cursors_are_garbage_broken_or_of_another_listing() -> None:
    probes = planned(wrong_cursors.CURSORS, USERS)
    told = [each.what for each in probes]
    assert {"cursor=garbage", "half a cursor", "a changed cursor", "the cursor of /conversations"} <= set(told)
    assert all(each.legal_page and len(each.own) == 45 for each in probes)
    assert {each.answer.exchange.status for each in probes} == {400}


@pytest.mark.parametrize("listing", [MEMBERS, EVENTS], ids=repr)
def test_conversations_that_nobody_has_are_asked_for(listing: Listing) -> None:
    probes = planned(negative.UNKNOWN, listing)
    ids = 13
    assert [each.well_formed for each in probes[: ids + 1]] == [True] * 2 + [False] * (ids - 1)
    asked = [each.answer.exchange.url.partition("/conversations/")[2].partition(f"/{listing.name}") for each in probes]
    known = {"page_size": "5", "order": "desc", "start_id": "1", "end_id": "9", "event_type": "text"}
    names = ("page_size", "order", *listing.filters)
    assert asked[ids][0] == asked[0][0]
    assert asked[ids][2].startswith("?page_size=3&cursor=")
    assert [query for _, _, query in asked[ids + 1 :]] == [f"?{name}={known[name]}" for name in names]
    assert {each.well_formed for each in probes[ids + 1 :]} == {True}
    asked = [name for name, _, _ in asked]
    assert "CON-a%2Fb" in asked
    real = run().cache.chosen(listing)[0].conversation
    assert {real[:-1], f"{real}0", f"{real[:-1]}_", "CON-%25", "%2A", "CON-%00"} <= set(asked)


@pytest.mark.parametrize(
    ("unsafe", "methods"),
    [
        (False, ["HEAD", "OPTIONS", "TRACE", "FROBNICATE"]),
        (True, ["HEAD", "OPTIONS", "TRACE", "FROBNICATE", "POST", "PUT", "PATCH", "DELETE"]),
    ],
    ids=["safe", "unsafe"],
)
def test_methods_that_could_write_are_sent_with_leave_only(unsafe: bool, methods: list[str]) -> None:  # noqa: FBT001
    assert [each.answer.exchange.method for each in planned(negative.METHODS, USERS, unsafe=unsafe)] == methods


@pytest.mark.parametrize(
    "kind", [negative.UNKNOWN, negative.METHODS, negative.NO_TOKEN], ids=["unknown", "methods", "token"]
)
def test_the_other_scopes_are_not_asked_again(kind: EvidenceKind) -> None:
    read = run(token=TOKEN).cache
    assert kind.trials is not None
    assert list(kind.trials(read, read.chosen(EVENTS)[1])) == []


@pytest.mark.parametrize(
    ("kind", "credentials"),
    [(negative.NO_TOKEN, {None}),
     (negative.WRONG_TOKEN, {"Bearer wrong", "Bearer ${CONVERSATION_API_TOKEN%?}", "Bearer ${CONVERSATION_API_TOKEN}x",
                            "Bearer $(printf %.7s $CONVERSATION_API_TOKEN)", "Basic c3RyYW5nZXI6d3Jvbmc=",
                            "Bearer $(printf %s $CONVERSATION_API_TOKEN | tr a-zA-Z A-Za-z)"})],
    ids=["none", "wrong"],
)  # fmt: skip
def test_every_page_is_asked_with_bad_credentials(kind: EvidenceKind, credentials: set[str | None]) -> None:
    probes = planned(kind, USERS, token=TOKEN)
    assert {each.answer.exchange.sent.get("Authorization") for each in probes} == credentials
    assert {"cursor=" in each.answer.exchange.url for each in probes} == {True, False}
    assert {each.answer.exchange.status for each in probes} == {401}
    assert {each.answer.exchange.method for each in probes} == {"GET", "HEAD"}
    assert any("/users/USR-" in each.answer.exchange.url for each in probes)


def test_a_target_without_a_credential_is_not_asked_for_one() -> None:
    assert planned(negative.NO_TOKEN, USERS) == []


def test_a_made_up_id_differs_in_every_character() -> None:
    other = negative._other  # noqa: SLF001 - no other way to see what it makes
    known = "0123456789abcdefghxyzABCDEFGZ"
    assert [each for each in known if other(each) == each] == []
    assert [other(each) for each in "09afAZ"] == ["3", "2", "d", "c", "D", "C"]


def test_a_scope_named_by_a_stranger_is_not_a_real_one() -> None:
    read = run().cache
    stranger = {each.answer.scope for each in planned(negative.UNKNOWN, EVENTS)}
    assert stranger.isdisjoint({Scope(EVENTS, each) for each in read.conversations})
