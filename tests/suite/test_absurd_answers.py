"""Legal but huge or absurd answers: each costs little memory, and a bound is named. Whole runs over real sockets."""

from __future__ import annotations

import gzip
import json
import os
import sys
from typing import TYPE_CHECKING

import orjson
import pytest

from contracts.findings.clause import LONGEST, Violation
from contracts.findings.places import Place
from contracts.findings.shown import MOST, pruned, shown
from contracts.mock import Settings
from contracts.paging.exchanges import Unparsable
from contracts.paging.pages import identity
from contracts.paging.shelf import Digested, Recent, Shelf
from contracts.reporting import har
from contracts.selftest.chaos.watched import watched
from contracts.transport import Access, Target
from contracts.transport.bodies import HEADERS
from contracts.transport.codings import MEMBERS
from contracts.transport.errors import LoadError, TooLargeError
from contracts.transport.limits import Limits
from contracts.transport.load import PATH, TIMES, Load
from contracts.transport.wire import Bounds
from tests.suite.absurd_servers.absurd import ABSURD
from tests.suite.absurd_servers.proxy import before_mock
from tests.suite.runs import ROOT
from tests.suite.support import exchange
from tests.suite.test_hostile_answers import JSON, saying, server, whole

if TYPE_CHECKING:
    from pathlib import Path

TWICE = gzip.compress(gzip.compress(b"{" + b" " * 50_000_000 + b"}"))
DIGITS = "9" * 5000
MEGABYTES = 300


def answered(answer: bytes) -> object:
    """What a target gives for one answer, under a bound of 1 MiB."""
    with server(saying(answer)) as base:
        target = Target(base, Access(limits=Limits(tries=1), bounds=Bounds(pause=2.0, total=5.0, body=2**20)))
        with target.session:
            return target.send("GET", f"{base}/users")


TOO_MUCH = {
    "gzip-twice": (whole(TWICE, f"{JSON}Content-Encoding: gzip, gzip\r\n"), "a body of more than 1,048,576 bytes"),
    "gzip-in-a-redirect": (
        whole(TWICE, "Location: /a\r\nContent-Encoding: gzip, gzip\r\n", "302 Found"),
        "a body of more than 1,048,576 bytes",
    ),
    "gzip-members": (
        whole(gzip.compress(b" ") * (MEMBERS + 1), f"{JSON}Content-Encoding: gzip\r\n"),
        f"a gzip stream of more than {MEMBERS} members",
    ),
    "a-long-header": (whole(b"{}", f"{JSON}X-A: {'x' * 60_000}\r\n"), f"headers of more than {HEADERS:,} bytes"),
    "a-longer-header": (whole(b"{}", f"{JSON}X-A: {'x' * 70_000}\r\n"), "headers without end: got more than"),
    "many-headers": (whole(b"{}", JSON + "X-A: x\r\n" * 10_000), "headers without end: got more than 100 headers"),
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_too_much_of_an_answer_is_an_error_that_names_the_bound(name: str) -> None:
    answer, why = TOO_MUCH[name]
    with pytest.raises(TooLargeError, match=why):
        answered(answer)


UNDECODABLE = {
    "a-length-of-5000-digits": (
        f"HTTP/1.1 200 OK\r\n{JSON}Content-Length: {DIGITS}\r\n\r\n{{}}".encode(),
        f"Content-Length is {DIGITS[:40]!r}… (5,000 characters), which is no length",
    ),
    "4000-codings": (
        whole(b"{}", f"{JSON}Content-Encoding: {', '.join(['gzip'] * 4000)}\r\n"),
        "Content-Encoding names 4,000 codings; 3 are undone at most",
    ),
}


@pytest.mark.parametrize("name", UNDECODABLE)
def test_a_header_that_nobody_can_decode_by_breaks_decodable(name: str) -> None:
    answer, why = UNDECODABLE[name]
    assert answered(answer).garbled == why  # type: ignore[attr-defined]


UNPARSABLE = {
    "a-number-of-a-million-digits": (b'{"a":1' + b"0" * 10**6 + b"}", "not JSON"),
    "100000-brackets": (b"[" * 100_000 + b"]" * 100_000, "not JSON"),
    "200000-names-twice": (b"{" + b",".join(b'"a%d":1' % (each // 2) for each in range(400_000)) + b"}", "twice"),
}


@pytest.mark.parametrize("name", UNPARSABLE)
def test_json_that_is_absurd_is_read_in_time_and_is_none(name: str) -> None:
    body, why = UNPARSABLE[name]
    found = exchange(raw=body).json
    assert isinstance(found, Unparsable)
    assert why in found.reason


def test_numbers_of_any_length_beside_a_name_that_comes_twice_do_no_harm() -> None:
    body = b'{"a": 0.1' + b"0" * 5000 + b', "b": 1, "b": 2}'
    assert exchange(raw=body).json == Unparsable("the body names 'b' twice in one object (RFC 8259, 4)")


def test_a_path_that_sent_too_much_too_often_is_not_asked_any_more() -> None:
    load = Load()
    for _ in range(TIMES):
        load.check("http://a/b?c")
        load.refused("http://a/b?d", "a body of more than 4 bytes")
    with pytest.raises(TooLargeError, match="an answer past a bound of size 8 times, and is not asked any more"):
        load.check("http://a/b?e")
    load.check("http://a/c")


def test_a_path_that_sent_as_much_as_is_read_is_not_asked_any_more() -> None:
    load = Load()
    load.add("http://a/b?c", PATH)
    with pytest.raises(LoadError, match="/b has sent 536,870,912 bytes, and is not asked any more"):
        load.check("http://a/b?d")
    load.check("http://a/c")


def test_what_lies_on_the_shelf_comes_back() -> None:
    shelf, bodies = Shelf(), [b"", b"a", b"b" * 5000, b"c" * 100_000]
    assert [shelf.get(place) for place in [shelf.put(body) for body in bodies]] == bodies


def test_the_values_of_the_last_bodies_are_kept() -> None:
    recent, made = Recent(most=3 * 2000), list[bytes]()
    for key in (1, 2, 1, 3, 1, 2):
        recent.once(key, lambda key=key: bytes([key]) * 900, lambda body: made.append(body[:1]) or body)  # type: ignore[misc]
    assert made == [b"\x01", b"\x02", b"\x03"]


def test_a_value_of_a_body_that_went_is_made_again() -> None:
    recent, made = Recent(most=2000), list[int]()
    for key in (1, 2, 1):
        recent.once(key, lambda: b"x" * 900, lambda _, key=key: made.append(key) or key)  # type: ignore[misc]
    assert made == [1, 2, 1]


def test_what_follows_from_a_long_text_is_worked_out_once() -> None:
    known, made = Digested(), list[int]()
    for _ in range(2):
        known.once("a", b"x" * 10**6, lambda: made.append(1))
    assert made == [1]


def test_a_long_id_is_known_by_its_digest() -> None:
    ids = [identity({"id": "x" * 10**6 + end}) for end in ("a", "b", "a")]
    assert (ids[0] == ids[2], ids[0] == ids[1], len(str(ids[0])) < 200) == (True, False, True)


def test_a_message_is_cut_in_its_middle() -> None:
    found = Violation("x" * 10**6, "short")
    assert (found.expected, found.actual) == (f"{'x' * (LONGEST // 2)} … {'x' * (LONGEST // 2)}", "short")


def test_a_pointer_of_a_million_characters_ends_before_what_is_too_much() -> None:
    assert Place(pointer="/a/b/" + "x" * 10**6) == Place(pointer="/a/b")


def test_a_long_exchange_shows_what_is_pointed_to() -> None:
    items = [{"id": number, "text": "x" * 5000} for number in range(1000)]
    text = shown(exchange(raw=orjson.dumps({"items": items})), [Place(pointer="/items/500/id")])
    body = json.loads(text.rpartition("\n\n")[2])
    assert (body["items"][500]["id"], body["items"][400], len(text) < MOST) == (500, "…", True)


def test_a_long_body_that_is_no_json_is_shown_in_part() -> None:
    text = shown(exchange(raw=b"x" * 10**6), [])
    assert text.endswith("xxx\n… 1,000,000 bytes in all\n")


def test_a_pruned_value_keeps_its_first_members_and_those_on_the_way() -> None:
    value = {f"k{number}": number for number in range(20_000)}
    assert list(pruned(value, [("k9999",)]))[99:] == ["k99", "k9999"]


def test_an_archive_holds_the_beginning_of_a_body_without_half_a_character(tmp_path: Path) -> None:
    tape = har.Tape(tmp_path / "run.har", str)
    body = b"x" + "é".encode() * 2**20
    tape.note(method="GET", url="http://a/", sent={}, status=200, got={}, body=body, seconds=0.0)
    tape.close()
    har.archive(tmp_path / "run.har", [tape.draft])
    content = json.loads((tmp_path / "run.har").read_text())["log"]["entries"][0]["response"]["content"]
    assert (content["size"], content["comment"]) == (len(body), f"the first {har.MOST:,} bytes")
    assert content["text"] == "x" + "é" * (len(content["text"]) - 1)


WANTED = {
    "nothing": (0, "The contract is kept"),
    "300-kB": (0, "The contract is kept"),
    "blanks": (1, "a body of more than 4,194,304 bytes"),
    "long-ids": (1, "are sent at most"),
    "many-items": (1, "1,000 are looked at, 100 allowed"),
    "twice-gzipped": (1, "a body of more than 4,194,304 bytes"),
    "long-length": (1, "which is no length"),
    "long-number": (1, "not JSON"),
    "nested": (1, "not JSON"),
    "doubled-keys": (1, "twice"),
}


@pytest.mark.process
@pytest.mark.slow
@pytest.mark.parametrize("name", WANTED)
def test_a_run_over_absurd_answers_takes_little_memory_and_says_why(name: str, tmp_path: Path) -> None:
    code, said = WANTED[name]
    small = Settings(conversations=3, users=12, members_per_conversation=(2, 4), events_per_conversation=(12, 15))
    with before_mock(ABSURD.get(name, lambda _: None), small) as url:
        options = ["--har", "run.har", "--profile", "quick", "--clauses", "pages,walks", "--verdicts", "verdicts.json"]
        command = [sys.executable, "-m", "contracts", "verify", url, "-p", "no:cacheprovider", *options]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        with watched(command, tmp_path, environment, tmp_path / "out") as run:
            ended = run.end(120)
    told = ended.printed + (tmp_path / "verdicts.json").read_text()
    assert (ended.code, said in told, ended.megabytes < MEGABYTES) == (code, True, True)
