"""What one path, a listing and a target may cost without a usable answer: the account of it, and real servers."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

import pytest

from contracts.transport import Access, Target
from contracts.transport.errors import GivenUpError, GoneError, UnreachableError
from contracts.transport.limits import Limits
from contracts.transport.patience import Losses, Place
from tests.suite import misbehaving as bad
from tests.suite.test_hostile_answers import server, whole

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

USERS = Place("GET", "/v0.2/users")
LISTS = {"users": USERS, "conversations": Place("GET", "/v0.2/conversations")}


def events(number: int) -> Place:
    return Place("GET", f"/v0.2/conversations/CON-{number}/events")


def spent(losses: Losses, place: Place) -> float:
    """The seconds that a place costs that never answers, until it is asked no more."""
    before = losses.left
    while not losses.refusal(place):
        losses.charge(place, losses.allowance(place), "silence")
    return round(before - losses.left, 2)


# --- the account ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "route"),
    [
        ("GET", "/v0.2/users", "users"), ("GET", "/v0.2/users/USR-1", "users/…"),
        ("GET", "/v0.2/conversations/CON-1/events", "events"), ("GET", "/v0.2/conversations/CON-1", "conversations/…"),
        ("GET", "/v0.2/nowhere", "other paths"), ("TRACE", "/v0.2/users", "TRACE users"),
    ],
    ids=["listing", "item", "nested", "conversation", "unknown", "method"],
)  # fmt: skip
def test_a_place_belongs_to_a_route(method: str, path: str, route: str) -> None:
    assert Place(method, path).route == route


def test_a_silent_path_is_tried_twice_and_costs_no_more_than_the_patience() -> None:
    losses = Losses(12)
    tries = [losses.allowance(USERS)]
    losses.charge(USERS, tries[0], "silence")
    tries.append(losses.allowance(USERS))
    losses.charge(USERS, tries[1], "silence")
    assert (tries, losses.refusal(USERS)) == (
        [10, 2], "GET /v0.2/users given up: 12 s without a usable answer: silence",
    )  # fmt: skip


def test_a_listing_costs_no_more_than_its_part_of_the_target() -> None:
    losses = Losses(12)
    costs = [spent(losses, events(number)) for number in range(64)]
    assert ([round(each) for each in costs[:7]], sum(costs[:7]) < 48, set(costs[7:])) == (
        [12, 9, 7, 5, 4, 2, 2], True, {0.0},
    )  # fmt: skip
    assert (losses.refusal(USERS), losses.allowance(USERS) >= 2) == ("", True)


def test_when_little_is_left_only_paths_that_have_answered_are_asked() -> None:
    losses = Losses(12)
    losses.answered(events(99), 0.1)
    for number in range(64):
        spent(losses, events(number))
    told = "events: only paths that have answered are asked, as others cost too much"
    assert (losses.refusal(events(100)), losses.refusal(events(99))) == (told, "")
    assert losses.given_up[-1] == told


def test_a_target_whose_paths_all_misbehave_is_spent() -> None:
    losses = Losses(12)
    for route in ("users", "conversations", "a", "b"):
        for number in range(20):
            place = Place("GET" if len(route) > 1 else route, f"/v0.2/{number}/users")
            losses.answered(place, 0.1)
            spent(losses, place)
    assert (losses.spent, losses.left < 1) == (True, True)


def test_usable_answers_win_back_a_tenth_of_the_time_that_they_took() -> None:
    losses = Losses(12)
    losses.charge(USERS, 5, "silence")
    losses.answered(USERS, 20)
    assert losses.left == 57


def test_a_path_that_has_answered_is_given_up_at_the_second_request_without_an_answer() -> None:
    losses = Losses(12)
    losses.answered(USERS, 0.1)
    losses.silent(USERS, "reset")
    first = losses.refusal(USERS)
    losses.silent(USERS, "reset")
    assert (first, losses.refusal(USERS)) == (
        "", "GET /v0.2/users given up: no answer, however often it was asked: reset",
    )  # fmt: skip


# --- real servers -----------------------------------------------------------------------------------------------------

PATIENCE = 1.2
IMPATIENT = Access(limits=Limits(patience=PATIENCE))
FOR_EVER = {
    "silent": (bad.silent, "1 s without a usable answer: Read timed out"),
    "dripping-body": (bad.dripping(bad.HEAD + b"Content-Length: 99999\r\n\r\n[", b" ", 0.05), "no whole answer within 1.25 s"),
    "dripping-head": (bad.dripping(bad.HEAD + b"X-Long: ", b"a", 0.05), "no whole answer within 1.25 s"),
    "closing": (bad.closing, "Remote end closed connection without response"),
    "resetting": (bad.resetting, "Connection reset by peer"),
    "always-100": (bad.endless_continue, "no whole answer within 1.25 s"),
    "always-103": (bad.early_hints, "no whole answer within 1.25 s"),
    "503-at-once": (bad.status("503 Service Unavailable", "Retry-After: 0"), "status 503, Retry-After: 0"),
    "503-in-30-s": (bad.status("503 Service Unavailable", "Retry-After: 30"), "given up: status 503, Retry-After: 30"),
    "429": (bad.status("429 Too Many Requests"), "status 429"),
    "late": (bad.late(25), "1 s without a usable answer: Read timed out"),
}  # fmt: skip


@pytest.mark.process
@pytest.mark.parametrize("name", FOR_EVER)
def test_a_bad_path_is_given_up_in_time_and_said_in_one_way(name: str) -> None:
    misbehave, why = FOR_EVER[name]
    with bad.misbehaving("/users", misbehave) as proxy:
        target, told = Target(proxy.url, IMPATIENT), set[str]()
        began = time.monotonic()
        with target.session:
            for size in range(1, 30):
                with pytest.raises(GivenUpError) as caught:
                    target.send("GET", f"{proxy.url}/users?page_size={size}")
                told.add(str(caught.value))
            took = time.monotonic() - began
            other = target.send("GET", f"{proxy.url}/conversations").status
    assert (other, len(told), took < 4 * PATIENCE, why in told.pop()) == (200, 1, True, True)


ANSWERS = {
    "a-connection-that-dies-at-every-second-request": bad.alternating(bad.closing),
    "an-answer-that-takes-nearly-a-second": bad.late(0.9),
    "503-without-a-time": bad.status("503 Service Unavailable"),
}


@pytest.mark.process
@pytest.mark.parametrize("name", ANSWERS)
def test_a_path_that_answers_is_asked_for_ever(name: str) -> None:
    with bad.misbehaving("/users", ANSWERS[name]) as proxy:
        target = Target(proxy.url, IMPATIENT)
        with target.session:
            statuses = {target.send("GET", f"{proxy.url}/users?page_size={size}").status for size in range(1, 6)}
    assert (len(statuses), target.session.losses.given_up) == (1, ())


@pytest.mark.process
def test_half_the_requests_of_a_path_may_not_hang() -> None:
    with bad.misbehaving("/users", bad.alternating(bad.silent)) as proxy:
        target = Target(proxy.url, IMPATIENT)
        with target.session:
            first = target.send("GET", f"{proxy.url}/users").status
            with pytest.raises(GivenUpError):
                deque((target.send("GET", f"{proxy.url}/users") for _ in range(9)), maxlen=0)
    assert (first, proxy.seen["GET /v0.2/users"] < 6) == (200, True)


def test_a_wait_that_the_whole_target_asks_for_is_kept() -> None:
    until = time.monotonic() + 2 * PATIENCE

    def talk(connection: socket.socket, _: str) -> None:
        busy = time.monotonic() < until
        head = "Retry-After: 1\r\n" if busy else ""
        connection.sendall(whole(b"{}", head, "429 Too Many Requests" if busy else "200 OK"))

    with server(talk) as base:
        target = Target(base, IMPATIENT)
        with target.session:
            assert target.send("GET", f"{base}/users").status == 200
    assert (target.session.losses.given_up, target.session.losses.left) == ((), 5 * PATIENCE)


def test_a_target_that_asks_to_wait_for_ever_is_given_up() -> None:
    with server(lambda connection, _: connection.sendall(whole(b"{}", "", "429 Too Many Requests"))) as base:
        target = Target(base, Access(limits=Limits(patience=0.3)))
        with target.session, pytest.raises(GivenUpError, match="status 429"):
            target.send("GET", f"{base}/users")


def test_a_target_that_goes_away_is_gone_after_one_path() -> None:
    with server(lambda connection, _: connection.sendall(whole(b"{}"))) as base:
        target = Target(base, IMPATIENT)
        with target.session:
            target.send("GET", f"{base}/users")
    with target.session:
        with pytest.raises(UnreachableError, match="Connection refused"):
            target.send("GET", f"{base}/conversations")
        with pytest.raises(GoneError):
            target.send("GET", f"{base}/users")


def without_colon(line: bytes) -> Callable[[socket.socket, str], None]:
    head = b"HTTP/1.1 200 OK\r\n" + line + b"\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    return lambda connection, _: connection.sendall(head)


@pytest.mark.parametrize(
    "line", [b"no header", b"HTTP/1.1 200 OK", b"{}", b"\xff"], ids=["words", "status", "body", "byte"]
)
def test_a_header_line_without_a_colon_is_an_answer_that_cannot_be_decoded(line: bytes) -> None:
    with server(without_colon(line)) as base:
        target = Target(base, IMPATIENT)
        with target.session:
            exchange = target.send("GET", f"{base}/users")
    why = f"the header line {line.decode('latin-1')!r} has no colon, so the body was not read"
    assert (exchange.status, exchange.garbled, exchange.media_type) == (200, why, "application/json")


def test_early_hints_are_passed_over() -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n"
    with server(lambda connection, _: connection.sendall(2 * hints + whole(b"{}"))) as base:
        target = Target(base, IMPATIENT)
        with target.session:
            statuses = [target.send("GET", f"{base}/users").status for _ in range(3)]
    assert statuses == [200, 200, 200]
