"""inputs and auth: what each clause accepts and rejects of answers to hostile requests."""

from typing import Any

import pytest

from contracts.evidence.negative import Probe
from contracts.evidence.schemathesis import Generated
from contracts.findings.places import Place
from contracts.paging.exchanges import Leak
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


def failed(body: bytes, status: int = 500) -> Any:
    return answer(raw=body, status=status, media="text/plain")


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
]


@pytest.mark.parametrize(("clause", "part", "evidence", "found"), CASES)
def test_a_clause_finds_what_is_broken_and_nothing_else(
    clause: str, part: int, evidence: object, found: list[str] | None
) -> None:
    assert judged(clause, part, evidence) == found


@pytest.mark.parametrize("family", ["inputs", "auth"])
def test_every_way_to_decide_is_tried_on_good_and_on_bad_evidence(family: str) -> None:
    assert uncovered(family, CASES) == []
