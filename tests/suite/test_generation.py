"""What becomes of generated requests where a target does not answer, and where it shows what Schemathesis' checks say."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import requests
from hypothesis.errors import Flaky
from hypothesis.internal import charmap
from schemathesis.core.failures import MalformedJson
from schemathesis.openapi.checks import (
    ContentDeserializationError,
    JsonSchemaError,
    MalformedMediaType,
    UndefinedContentType,
)

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.crawl.cache import Choices, CrawlCache
from contracts.crawl.crawler import Blocked, Crawler, Forbidden, Lacking, Silent
from contracts.crawl.profiles import PROFILES
from contracts.evidence import characters, generation
from contracts.evidence.generation import STEPS, Batch
from contracts.evidence.schemathesis import Generated
from contracts.findings.places import Place
from contracts.mock import Settings
from contracts.paging.listings import CONVERSATIONS, EVENTS, MEMBERS, USERS, Listing
from contracts.paging.pages import Answer, Page
from contracts.selftest.in_process import verification
from contracts.transport.errors import LapsedError, UnreachableError
from tests.suite.support import BASE, C, M, U, answer, exchange

if TYPE_CHECKING:
    from collections.abc import Callable

QUICK = Choices(1, PROFILES["quick"])
SMALL = Settings(conversations=3, users=12)
UNREACHABLE, LAPSED = UnreachableError("http://x", "no answer"), LapsedError("http://x", "401")
FORBIDDEN, SILENT = Forbidden(U), Silent(U, "given up")
ONE, OTHER = Generated(answer({}, U)), Generated(answer({}, C))


def reading(*, unsafe: bool = False) -> CrawlCache:
    cache: CrawlCache = verification(SMALL, CONVERSATION_CLAUSES, QUICK).cache
    cache.crawler.unsafe = unsafe
    return cache


def giving(outcome: Generated | Exception) -> Callable[..., Generated]:
    """A function that gives or raises this."""

    def give(*_: object) -> Generated:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return give


# --- what is kept ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [FORBIDDEN, SILENT, LAPSED], ids=["forbidden", "silent", "lapsed"])
def test_what_says_nothing_of_other_requests_is_passed_over_and_the_first_of_it_is_told(error: Exception) -> None:
    batch = Batch()
    kept = [batch.keep(giving(each)) for each in (ONE, error, Silent(C, "later"), OTHER)]
    assert (kept, batch.found, batch.failure) == ([ONE, None, None, OTHER], [ONE, OTHER], error)


def test_a_target_that_does_not_answer_ends_it_and_is_what_is_told() -> None:
    batch = Batch(failure=SILENT)
    with pytest.raises(UnreachableError):
        batch.keep(giving(UNREACHABLE))
    assert (batch.found, batch.failure) == ([], UNREACHABLE)


@pytest.mark.parametrize(
    "error", [requests.exceptions.InvalidURL(), requests.exceptions.InvalidHeader(), UnicodeError()], ids=repr
)
def test_what_cannot_be_sent_is_left_out_and_nothing_is_asked_after_the_last_answer(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generation, "_asked", lambda _, case: giving(case)())
    cases: Any = [error, ONE, FORBIDDEN, OTHER, UNREACHABLE, ONE]
    batch = generation._answered(CrawlCache(Crawler(BASE, exchange)), cases)  # type: ignore[arg-type]  # noqa: SLF001
    assert (batch.found, batch.failure) == ([ONE, OTHER], UNREACHABLE)


@pytest.mark.parametrize(
    ("listing", "own", "linked", "told"),
    [
        (CONVERSATIONS, None, None, None),
        (USERS, None, None, None),
        (CONVERSATIONS, UNREACHABLE, LAPSED, UNREACHABLE),
        (CONVERSATIONS, None, LAPSED, LAPSED),
        (USERS, None, LAPSED, None),
        (CONVERSATIONS, None, FORBIDDEN, None),
        (USERS, SILENT, FORBIDDEN, SILENT),
    ],
    ids=["all", "all-users", "its-own", "links", "links-told-elsewhere", "links-forbidden", "its-own-users"],
)
def test_a_failure_is_told_of_its_own_listing_and_that_of_links_once(
    listing: Listing,
    own: Exception | None,
    linked: Exception | None,
    told: Exception | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mine, others = Generated(answer({}, C if listing == CONVERSATIONS else U)), Generated(answer({}, M))
    monkeypatch.setattr(generation, "_operation", lambda *_: [])
    monkeypatch.setattr(generation, "_answered", lambda *_: Batch([ONE], own))
    monkeypatch.setattr(generation, "_links", lambda *_: Batch([others, mine], linked))
    assert generation.generated(CrawlCache(Crawler(BASE, exchange)), listing) == ([ONE, mine], told)  # type: ignore[arg-type]


@pytest.mark.parametrize("missing", [Blocked("a.clause", "why"), Lacking("data")], ids=["blocked", "lacking"])
@pytest.mark.parametrize("listing", [USERS, MEMBERS, EVENTS], ids=repr)
def test_a_listing_in_a_conversation_is_asked_of_made_up_ones_where_there_are_none(
    listing: Listing, missing: Exception
) -> None:
    cache: Any = SimpleNamespace(chosen=giving(missing))
    assert generation._names(cache, listing) == ([None], missing if listing.nested else None)  # noqa: SLF001 - needs no target


# --- what is asked ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unsafe", [False, True])
def test_only_reading_is_generated_unless_writing_is_allowed(unsafe: bool) -> None:  # noqa: FBT001
    cases = generation._operation(reading(unsafe=unsafe), USERS, [None])  # noqa: SLF001 - before they are sent
    others = {case.method.upper() for case in cases} - {"GET"}
    assert (len(cases) > 8, bool(others), "POST" in others) == (True, unsafe, unsafe)


def test_most_requests_are_about_real_conversations_and_some_about_others() -> None:
    cases = generation._operation(reading(), EVENTS, ["CON-1", "CON-2"])  # noqa: SLF001 - likewise
    asked = [(case.path_parameters or {}).get("conversation_id") for case in cases]
    real = [name for name in asked if name in ("CON-1", "CON-2")]
    assert set(real) == {"CON-1", "CON-2"}
    assert len(asked) / 2 < len(real) < len(asked)


def test_pages_are_shown_to_whatever_watches_unless_a_cursor_was_made_up() -> None:
    """On a target that ignores cursors: else hardly any that is made up gives a page."""
    cache, seen = reading(), list[object]()
    send = cache.crawler.send
    cache.crawler.watch = seen.append
    cache.crawler.send = lambda method, url, **more: replace(
        send(method, re.sub(r"cursor=[^&]*", "", url), **more), url=url
    )
    generation.generated(cache, USERS)
    answers = [each for each in seen if isinstance(each, Answer) and each.negative]
    shown = [each.answer for each in seen if isinstance(each, Page) and each.answer.negative]
    whole = [each for each in answers if each.flaw is None]
    assert 0 < len(shown) < len(whole) < len(answers)
    assert shown == [each for each in whole if "cursor=" not in each.exchange.url]


def test_no_credential_is_made_up() -> None:
    found, _ = generation.generated(reading(), USERS)
    assert {each.answer.exchange.sent.get("Authorization") for each in found} == {None}


def test_hypothesis_gets_the_characters_that_utf_8_encodes_and_works_out_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    characters.provide()
    monkeypatch.setattr(characters, "_worked_out", lambda name: f"worked out of {name}")
    surrogates = set(range(0xD800, 0xE000))
    found, misread = charmap.intervals_from_codec("utf-8")
    assert (set(range(sys.maxunicode + 1)) - set(found), list(misread)) == (surrogates, [])
    others = [charmap.intervals_from_codec(name) for name in ("ascii", "utf-8-sig")]
    assert others == ["worked out of ascii", "worked out of utf-8-sig"]


# --- scenarios over links --------------------------------------------------------------------------------------------


def scenarios(fail: Callable[[int], Exception | None]) -> tuple[Batch, int]:
    """What scenarios give, and how often they asked, on a target whose answer to the nth request may fail."""
    cache, asked = reading(), list[str]()
    send = cache.crawler.send

    def sending(method: str, url: str, **more: Any) -> Any:
        asked.append(url)
        if error := fail(len(asked)):
            raise error
        return send(method, url, **more)

    cache.crawler.send = sending
    return generation._links(cache), len(asked)  # noqa: SLF001 - without the requests of each operation


def test_scenarios_follow_links_and_a_third_as_many_are_tried_as_other_requests() -> None:
    batch, asked = scenarios(lambda _: None)
    assert {each.answer.scope.listing for each in batch.found} >= {CONVERSATIONS, EVENTS}
    assert len(batch.found) == asked <= STEPS * 2 < STEPS * QUICK.profile.generated


@pytest.mark.parametrize("answered", [0, 3])
def test_scenarios_end_where_the_target_does_not_answer_any_more(answered: int) -> None:
    batch, _ = scenarios(lambda number: UNREACHABLE if number > answered else None)
    assert (len(batch.found), batch.failure) == (answered, UNREACHABLE)


def test_scenarios_end_also_where_the_target_answers_again_when_they_are_repeated() -> None:
    batch, _ = scenarios(lambda number: UNREACHABLE if number == 4 else None)
    assert batch.failure is UNREACHABLE


def test_scenarios_go_on_after_what_says_nothing_of_other_requests() -> None:
    batch, asked = scenarios(lambda number: LAPSED if number in (2, 3) else None)
    assert (len(batch.found), batch.failure) == (asked - 2, LAPSED)


def test_what_is_no_failure_of_the_target_is_raised() -> None:
    with pytest.raises((RuntimeError, Flaky)):
        scenarios(lambda number: RuntimeError() if number == 4 else None)


# --- where it shows --------------------------------------------------------------------------------------------------

BROKEN = exchange({"_links": {"self": 1}})
NO_TYPE = exchange({}, headers={}, media="")
SCHEMA = JsonSchemaError(
    operation="", root_schema={},
    exc=SimpleNamespace(schema_path=[], instance_path=["_links", "self", "href"], instance=1, message="no"),  # type: ignore[arg-type]
)  # fmt: skip
JSON = MalformedJson(operation="", validation_message="", document="", position=0, lineno=0, colno=0, message="")
CONTENT = ContentDeserializationError(operation="", message="")
UNDEFINED = UndefinedContentType(operation="", content_type="", defined_content_types=[], message="")
MEDIA = MalformedMediaType(operation="", actual="", defined="", message="")


@pytest.mark.parametrize(
    ("failure", "place"),
    [
        (SCHEMA, Place(pointer="/_links/self")),
        (JSON, Place(pointer="")),
        (CONTENT, Place(pointer="")),
        (UNDEFINED, Place(header="content-type")),
        (MEDIA, Place(header="content-type")),
        (SimpleNamespace(), Place()),
    ],
    ids=["schema", "json", "content", "undefined-type", "malformed-type", "another"],
)
def test_a_failure_shows_where_it_is(failure: Any, place: Place) -> None:
    assert generation._place(failure, BROKEN) == place  # noqa: SLF001 - as a report marks it


@pytest.mark.parametrize("failure", [UNDEFINED, MEDIA], ids=["undefined-type", "malformed-type"])
def test_a_missing_header_shows_in_the_status_line(failure: Any) -> None:
    missing = generation.Exchange("GET", "http://x", 200, {}, b"", {})
    assert generation._place(failure, missing) == Place()  # noqa: SLF001 - likewise


@pytest.mark.parametrize(
    ("message", "told"),
    [("one line", "T: one line"), ("  one\n\n   other \n", "T: one other"), ("", "T: ")],
    ids=["one", "two", "none"],
)
def test_a_failure_is_told_in_one_line(message: str, told: str) -> None:
    assert generation._text(SimpleNamespace(title="T", message=message)) == told  # noqa: SLF001 - likewise
