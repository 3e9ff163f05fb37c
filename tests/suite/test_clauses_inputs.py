"""inputs and auth: what each clause accepts and rejects of answers to hostile requests."""

from typing import Any

import pytest

from contracts.evidence.identities import Crossing
from contracts.evidence.negative import Probe
from contracts.evidence.reused_cursors import Reused
from contracts.evidence.schemathesis import Generated
from contracts.findings.places import Place
from contracts.paging.exchanges import Leak
from contracts.paging.listings import EVENTS, Scope
from contracts.paging.queries import Query
from tests.suite.support import (
    BASE,
    U,
    answer,
    breaks,
    envelope,
    holds,
    judged,
    page,
    silent,
    uncovered,
)

OLD = {"code": "http:error:not-found", "description": "Not found."}
NEW = {"type": "https://api.test/errors", "title": "Bad", "detail": "No such order.", "instance": "f00"}
EMPTY = envelope(U, [], {"first": "x", "self": "x"})


def probe(status: int, body: object = None, **more: Any) -> Probe:
    legal = {name: more.pop(name) for name in ("legal_page", "own", "well_formed") if name in more}
    return Probe("it", answer({} if body is None else body, negative=True, status=status, **more), **legal)


def shown(*ids: str, own: tuple[str, ...] = ("USR-1", "USR-2")) -> Probe:
    return Probe("a stolen cursor", page(*ids, negative=True).answer, own=frozenset(own))


def reused(*ids: str, own: tuple[str, ...] = ("USR-1", "USR-2"), **more: bool) -> Reused:
    """A cursor of a descending walk, sent with two as page size."""
    asked = page(*ids, query=Query(page_size="2"), negative=True).answer
    return Reused(Probe("it", asked, legal_page=True, own=frozenset(own)), Query(order="desc"), **more)


def resent(status: int) -> Reused:
    return Reused(probe(status, legal_page=True), Query())


def failed(body: bytes, status: int = 500) -> Any:
    return answer(raw=body, status=status, media="text/plain")


LEAK = "nothing of the first identity in it, asked for by the second"
SHOWN = "| /users, /users"
EVENT_SHOWN = "| /users, /conversations/CON-1/events"
OWNED = {name: page("USR-1", "USR-2") for name in ("USR-1", "USR-2", "CON-1")}


def crossing(*answers: Any, backwards: bool = False) -> Crossing:
    return Crossing("it", answers, OWNED, backwards)


def sent(conversation: str, link: str | None = None, **more: Any) -> tuple[Any, ...]:
    """A page of a conversation's events, with one event that may name another."""
    links = {"_links": {"self": {"href": link}}} if link else {}
    return (page({"id": 1, **links, **more}, scope=Scope(EVENTS, conversation)).answer,)


CASES = [
    # inputs.no-server-error
    holds("inputs.no-server-error", "a-refusal", answer({}, status=499)),
    holds("inputs.no-server-error", "a-method-that-is-not-implemented", answer({}, status=501, method="TRACE")),
    silent("inputs.no-server-error", "a-made-up-cursor", answer({}, status=500, negative=True, cursor="x")),
    breaks(
        "inputs.no-server-error",
        "behind-a-link",
        answer({}, status=500, via="next", cursor="x"),
        "no server error for GET http://api.test/v0.2/users?cursor=x | status 500 | /users?cursor=x",
    ),
    breaks(
        "inputs.no-server-error",
        "five-hundred",
        answer({}, status=500),
        "no server error for GET http://api.test/v0.2/users | status 500 | /users",
    ),
    breaks(
        "inputs.no-server-error",
        "five-nine-nine",
        answer({}, query=Query(order="1"), status=599),
        "no server error for GET http://api.test/v0.2/users?order=1 | status 599 | /users?order=1",
    ),
    breaks(
        "inputs.no-server-error",
        "a-get-that-is-not-implemented",
        answer({}, status=501),
        "no server error for GET http://api.test/v0.2/users | status 501 | /users",
    ),
    breaks(
        "inputs.no-server-error",
        "a-failing-trace",
        answer({}, status=502, method="TRACE"),
        "no server error for TRACE http://api.test/v0.2/users | status 502 | /users",
    ),
    # inputs.rejected
    holds("inputs.rejected", "refused", probe(400)),
    holds("inputs.rejected", "a-failing-server", probe(500)),
    holds("inputs.rejected", "a-legal-page", probe(200, EMPTY, legal_page=True)),
    breaks("inputs.rejected", "served", probe(200, EMPTY), "a 4xx for it | status 200 | /users"),
    breaks("inputs.rejected", "a-redirect", probe(302), "a 4xx for it | status 302 | /users"),
    breaks(
        "inputs.rejected",
        "no-page",
        probe(200, {}, legal_page=True),
        "a 4xx for it, or a page | _embedded.data.users is missing or null | /users",
    ),
    breaks(
        "inputs.rejected", "no-content", probe(204, legal_page=True), "a 4xx for it, or a page | status 204 | /users"
    ),
    # inputs.cursor
    holds("inputs.cursor", "refused", probe(400)),
    holds("inputs.cursor", "made-up-and-refused", answer({}, status=400, negative=True, cursor="x"), part=1),
    breaks(
        "inputs.cursor",
        "made-up-and-too-much",
        answer({}, status=500, negative=True, cursor="x"),
        "no server error for http://api.test/v0.2/users?cursor=x | status 500 | /users?cursor=x",
        part=1,
    ),
    holds("inputs.cursor", "its-own-items", shown("USR-2")),
    holds("inputs.cursor", "nothing", shown()),
    breaks("inputs.cursor", "a-failing-server", probe(503), "no server error for it | status 503 | /users"),
    breaks(
        "inputs.cursor",
        "items-from-elsewhere",
        shown("USR-1", "CON-1", "CON-2"),
        ("a refusal, or items of /users, for a stolen cursor | 2 items [CON-1, CON-2] from elsewhere | /users"),
    ),
    holds("inputs.cursor", "reused-and-refused", resent(400), part=2),
    holds("inputs.cursor", "reused-for-what-is-asked", reused("USR-1"), part=2),
    holds("inputs.cursor", "reused-for-nothing", reused(), part=2),
    holds("inputs.cursor", "reused-for-no-page", resent(302), part=2),
    holds("inputs.cursor", "reused-where-queries-are-broken", reused("USR-1", fits_asked=False, sound=False), part=2),
    breaks("inputs.cursor", "reused-and-failing", resent(500), "no server error for it | status 500 | /users", part=2),
    breaks(
        "inputs.cursor",
        "reused-for-items-from-elsewhere",
        reused("CON-1", fits_asked=False, fits_given=False),
        "a refusal, or items of /users, for it | 1 item [CON-1] from elsewhere | /users?page_size=2",
        part=2,
    ),
    breaks(
        "inputs.cursor",
        "reused-for-its-own-query",
        reused("USR-2", fits_asked=False),
        "a refusal, or a page of page_size=2, for it | 1 item [USR-2], a page of order=desc | /users?page_size=2 | SHOULD",
        part=2,
    ),
    breaks(
        "inputs.cursor",
        "reused-for-neither-query",
        reused("USR-2", fits_asked=False, fits_given=False),
        "a refusal, or a page of page_size=2, for it | 1 item [USR-2], not even a page of order=desc | /users?page_size=2",
        part=2,
    ),
    holds("inputs.rejected", "a-cursor", probe(400, legal_page=True), part=1),
    breaks(
        "inputs.rejected",
        "a-cursor-redirected",
        probe(302, legal_page=True),
        "a 4xx for it, or a page | status 302 | /users",
        part=1,
    ),
    holds("inputs.rejected", "a-reused-cursor", reused("USR-1"), part=2),
    breaks(
        "inputs.rejected",
        "a-reused-cursor-redirected",
        resent(302),
        "a 4xx for it, or a page | status 302 | /users",
        part=2,
    ),
    # inputs.unknown-conversation
    holds("inputs.unknown-conversation", "not-found", probe(404)),
    holds("inputs.unknown-conversation", "a-bad-id", probe(400, well_formed=False)),
    holds("inputs.unknown-conversation", "a-bad-id-unprocessable", probe(422, well_formed=False)),
    breaks("inputs.unknown-conversation", "a-bad-request", probe(400), "404 for it | status 400 | /users"),
    breaks(
        "inputs.unknown-conversation",
        "an-empty-page",
        probe(200, EMPTY, well_formed=False),
        "400 or 404 or 422 for it | status 200 | /users",
    ),
    breaks("inputs.unknown-conversation", "a-failing-server", probe(500), "404 for it | status 500 | /users"),
    # inputs.method
    holds("inputs.method", "not-allowed", probe(405, method="POST")),
    holds("inputs.method", "not-implemented", probe(501, method="TRACE")),
    holds("inputs.method", "a-failing-server", probe(500, method="TRACE")),
    breaks("inputs.method", "served", probe(200, method="FROBNICATE"), "a refusal of FROBNICATE | status 200 | /users"),
    breaks("inputs.method", "redirected", probe(301, method="TRACE"), "a refusal of TRACE | status 301 | /users"),
    # inputs.error-body
    holds("inputs.error-body", "the-older-family", answer(OLD, status=404)),
    holds("inputs.error-body", "the-newer-family-and-more", answer({**NEW, "more": 1}, status=400)),
    silent("inputs.error-body", "a-success", answer({})),
    silent("inputs.error-body", "a-failing-server", answer({}, status=500)),
    silent("inputs.error-body", "another-method", answer({}, status=405, method="POST")),
    breaks(
        "inputs.error-body",
        "half-a-family",
        answer({"code": "x", "title": "y"}, status=499),
        (
            "an error body with {code, description} or {type, title, detail, instance} | "
            '{"code":"x","title":"y"} | '
            "/users"
        ),
    ),
    breaks(
        "inputs.error-body",
        "a-number-for-a-code",
        answer({**OLD, "code": 404}, status=404),
        (
            "an error body with {code, description} or {type, title, detail, instance} | "
            '{"code":404,"description":"Not found."} | '
            "/users"
        ),
    ),
    breaks(
        "inputs.error-body",
        "a-list",
        answer([OLD], status=400),
        (
            "an error body with {code, description} or {type, title, detail, instance} | "
            '[{"code":"http:error:not-found","description":"Not found."}] | '
            "/users"
        ),
    ),
    breaks(
        "inputs.error-body",
        "no-json",
        answer(raw=b"<h1>Not found</h1>", status=404),
        ("an error body with {code, description} or {type, title, detail, instance} | b'<h1>Not found</h1>' | /users"),
    ),
    # inputs.no-leak
    holds("inputs.no-leak", "a-plain-error", failed(b"Internal Server Error")),
    holds("inputs.no-leak", "data-that-look-like-a-trace", failed(b"goroutine 1 [running]", 200)),
    breaks(
        "inputs.no-leak",
        "python",
        failed(b"x Traceback (most recent call last):\n"),
        "no stack trace in an error | Traceback (most recent call last) | /users",
    ),
    breaks(
        "inputs.no-leak",
        "a-file-and-line",
        failed(b'{"e": "File \\"/app/a.py\\", line 3"}'),
        'no stack trace in an error | File \\"/app/a.py\\", line 3 | /users',
    ),
    breaks(
        "inputs.no-leak",
        "java",
        failed(b"\tat com.acme.Api.get(Api.java:42)", 404),
        "no stack trace in an error | at com.acme.Api.get(Api.java:42 | /users",
    ),
    breaks(
        "inputs.no-leak",
        "javascript",
        failed(b"    at Layer.handle (/srv/app/router.js:95:5)"),
        "no stack trace in an error | at Layer.handle (/srv/app/router.js:95:5 | /users",
    ),
    breaks(
        "inputs.no-leak",
        "go",
        failed(b"goroutine 19 [running]:"),
        "no stack trace in an error | goroutine 19 [ | /users",
    ),
    breaks(
        "inputs.no-leak",
        "ruby",
        failed(b"/app/users.rb:12:in `show'"),
        "no stack trace in an error | .rb:12:in  | /users",
    ),
    breaks(
        "inputs.no-leak",
        "php",
        failed(b"#0 /var/www/html/index.php(12): run()"),
        "no stack trace in an error | #0 /var/www/html/index.php(12) | /users",
    ),
    breaks(
        "inputs.no-leak",
        "a-database",
        failed(b"SQLSTATE[42P01]: undefined table"),
        "no stack trace in an error | SQLSTATE[ | /users",
    ),
    breaks(
        "inputs.no-leak",
        "a-stack-member",
        failed(b'{"stacktrace": "..."}'),
        'no stack trace in an error | stacktrace": | /users',
    ),
    breaks(
        "inputs.no-leak",
        "a-credential",
        answer(EMPTY, leaked=(Leak(pointer="/_links"),)),
        "no credential in an answer | the token of this run, shown here as [redacted] | /users",
    ),
    breaks(
        "inputs.no-leak",
        "a-credential-in-headers",
        answer(EMPTY, headers={"x-a": "1", "x-b": "2"}, leaked=(Leak(header="x-a"), Leak(header="x-b"))),
        (
            "no credential in an answer | "
            "the token of this run in the header x-a and x-b, shown here as [redacted] | /users"
        ),
    ),
    # inputs.documented
    holds("inputs.documented", "what-no-check-finds-wrong", Generated(answer({}))),
    breaks(
        "inputs.documented",
        "what-a-check-finds",
        Generated(answer({}), (("Undocumented status: 418", Place()),)),
        f"an answer as the description documents it, for GET {BASE}/users | Undocumented status: 418 | /users",
    ),
    # auth
    holds("auth.required", "refused", probe(401)),
    breaks("auth.required", "served", probe(200, EMPTY), "401 with it | status 200 | /users"),
    breaks("auth.required", "forbidden", probe(403), "401 with it | status 403 | /users"),
    holds("auth.checked", "refused", probe(401)),
    breaks("auth.checked", "served", probe(200, EMPTY), "401 with it | status 200 | /users"),
    holds("auth.isolated", "its-own", crossing(page("USR-9").answer)),
    holds("auth.isolated", "nothing", crossing(page().answer)),
    holds("auth.isolated", "refused", crossing(answer({"id": "USR-1"}, status=404))),
    holds("auth.isolated", "no-json", crossing(answer(raw=b"USR-1"))),
    breaks("auth.isolated", "on-a-page", crossing(page("USR-9", "USR-2").answer), f"{LEAK} | 1 item [USR-2] {SHOWN}"),
    breaks("auth.isolated", "by-itself", crossing(answer({"id": "USR-1"})), f"{LEAK} | 1 item [USR-1] {SHOWN}"),
    breaks(
        "auth.isolated",
        "the-other-way-round",
        crossing(page("USR-1").answer, backwards=True),
        f"nothing of the second identity in it, asked for by the first | 1 item [USR-1] {SHOWN}",
    ),
    holds("auth.isolated", "an-event-of-its-own", crossing(*sent("CON-9"))),
    holds(
        "auth.isolated",
        "an-event-of-its-own-by-the-link",
        crossing(*sent("CON-1", f"{BASE}/conversations/CON-9/events/1")),
    ),
    breaks("auth.isolated", "an-event", crossing(*sent("CON-1")), f"{LEAK} | events of CON-1 {EVENT_SHOWN}"),
    breaks(
        "auth.isolated",
        "an-event-by-its-conversation",
        crossing(*sent("CON-9", conversation_id="CON-1")),
        f"{LEAK} | events of CON-1 | /users, /conversations/CON-9/events",
    ),
]


@pytest.mark.parametrize(("clause", "part", "evidence", "found"), CASES)
def test_a_clause_finds_what_is_broken_and_nothing_else(
    clause: str, part: int, evidence: object, found: list[str] | None
) -> None:
    assert judged(clause, part, evidence) == found


@pytest.mark.parametrize("family", ["inputs", "auth"])
def test_every_way_to_decide_is_tried_on_good_and_on_bad_evidence(family: str) -> None:
    assert uncovered(family, CASES) == []
