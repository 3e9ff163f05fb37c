"""pages: what each clause accepts and rejects of a single answer."""

from dataclasses import replace

import pytest

from contracts.clauses.pages import differences
from contracts.evidence import Edge, Sightings, Sized, Twins
from contracts.evidence.negative import Probe
from contracts.paging.queries import Query
from tests.suite.support import (
    BASE,
    C,
    E,
    U,
    answer,
    breaks,
    chain,
    conversation,
    envelope,
    event,
    holds,
    judged,
    page,
    silent,
    uncovered,
    url,
    walk,
)

TWO, THREE, ASC, DESC = Query(page_size="2"), Query(page_size="3"), Query(order="asc"), Query(order="desc")
LINKS = {"self": {"href": "http://api.test/v0.2/users/USR-1"}}
USER = {"id": "USR-1", "name": "Ann", "_links": LINKS}
BARE = envelope(U, [], {"first": "x", "self": "x"})


def sized(said: object, *, items: int, query: Query) -> object:
    return page(*range(items), query=query, body={"page_size": said})


def probed(items: int, *, legal: bool = True) -> Probe:
    return Probe("page_size=101", page(*range(items), negative=True).answer, legal_page=legal)


def cursors(said: object, linked: str | None) -> object:
    own = {"self": url(U, cursor=linked)} if linked is not None else {"self": url(U)}
    return page(1, links=own, body={"cursor": said})


def edge(*pages: object, size: int, length: int = 4) -> Edge:
    return Edge(chain(*pages, query=Query(page_size=str(size))), length)


def short_of(size: int) -> Edge:
    """Pages of one item less than the size, each with a next."""
    return edge(range(size - 1), range(size, 2 * size - 1), [999], size=size)


ANN, BEN = {"id": 1, "name": "a"}, {"id": 1, "name": "b"}
REFUSED = walk(query=Query(page_size="100"), broken=answer({}, query=Query(page_size="100"), status=400))
DAYS = [conversation(day) for day in (1, 2, 3)]
TIED = [conversation(1), conversation(2, "2023-01-01T12:00:00.000Z"), conversation(3)]

MANY = {f"m{number}": number for number in range(1_000)}

CASES = [
    # pages.envelope
    holds("pages.envelope", "an-empty-page", answer(BARE)),
    holds("pages.envelope", "with-a-charset", answer(BARE, media="application/json; charset=utf-8")),
    silent("pages.envelope", "an-answer-to-a-hostile-request", answer({}, negative=True, status=400)),
    silent("pages.envelope", "a-refusal-behind-a-link", answer({}, via="next", status=404)),
    breaks(
        "pages.envelope",
        "no-page-behind-a-link",
        answer({}, via="next"),
        (
            "200, application/json, an object with an array _embedded.data.users for /users with no "
            "parameters, behind next | "
            "_embedded.data.users is missing or null | "
            "/users"
        ),
    ),
    breaks(
        "pages.envelope",
        "a-refusal",
        answer({}, status=404),
        (
            "200, application/json, an object with an array _embedded.data.users for /users with no "
            "parameters | "
            "status 404 | "
            "/users"
        ),
    ),
    breaks(
        "pages.envelope",
        "another-type",
        answer(BARE, query=TWO, media="text/html"),
        (
            "200, application/json, an object with an array _embedded.data.users for /users with "
            "page_size=2 | "
            "content type 'text/html' | "
            "/users?page_size=2"
        ),
    ),
    # pages.decodable
    *(
        holds("pages.decodable", what, answer(USER | {"name": "Ä"}, media=f"application/json{charset}"))
        for what, charset in {
            "no-charset": "",
            "utf-8": "; charset=utf-8",
            "in-capitals-and-quotes": ' ;CHARSET = "UTF-8"',
            "without-its-hyphen": ";charset=utf8",
        }.items()
    ),
    holds("pages.decodable", "ascii-that-is-ascii", answer(USER, media="application/json; charset=us-ascii")),
    holds("pages.decodable", "no-json-at-all", answer(raw=b"{", status=500)),
    holds("pages.decodable", "another-type-in-its-own-charset", answer(raw=b"\xe4", media="text/html; charset=latin1")),
    silent("pages.decodable", "no-body", answer(raw=b"", status=204)),
    breaks(
        "pages.decodable",
        "not-what-a-header-says",
        answer(raw=b"{", undecodable="the body ended", contradicted="content-length", severed=3),
        "a body as its headers say, for /users with no parameters | the body ended, 3 times in a row | /users",
    ),
    breaks(
        "pages.decodable",
        "latin-1",
        answer(raw=b'{"name":"\xc4"}', media="application/json; charset=utf-8"),
        ("a body as its headers say, for /users with no parameters | the body is not UTF-8: byte 0xc4 at 9 | /users"),
    ),
    breaks(
        "pages.decodable",
        "utf-16-that-says-so",
        answer(raw="{}".encode("utf-16-le"), media="application/json; charset=utf-16-le", status=400),
        "a body as its headers say, for /users with no parameters | the body is utf-16-le, not UTF-8 | /users",
    ),
    *(
        breaks(
            "pages.decodable",
            f"utf-8-that-says-{charset}",
            answer({"name": "Ä"}, media=f"application/problem+json; charset={charset}"),
            (
                "a body as its headers say, for /users with no parameters | "
                f"charset '{charset}', and the body is UTF-8 | /users | SHOULD"
            ),
        )
        for charset in ("iso-8859-1", "us-ascii", "klingon")
    ),
    breaks(
        "pages.decodable",
        "ascii-that-says-utf-16",
        answer(USER, media="application/json; charset=utf-16"),
        (
            "a body as its headers say, for /users with no parameters | "
            "charset 'utf-16', and the body is UTF-8 | /users | SHOULD"
        ),
    ),
    # pages.delivered
    holds("pages.delivered", "at-once", answer(USER)),
    silent("pages.delivered", "never", answer(raw=b"{", undecodable="the body ended", severed=3)),
    breaks(
        "pages.delivered",
        "at-the-third-time",
        answer(USER, severed=2),
        "an answer that arrives whole | it broke off 2 times before it did | /users",
    ),
    # pages.items
    holds("pages.items", "a-user", page(USER)),
    silent("pages.items", "no-item", page()),
    breaks(
        "pages.items",
        "a-user-without-a-name",
        page(USER, {"id": "USR-2", "_links": LINKS}),
        (
            "an item of users as the description has it | "
            "at the top: 'name' is a required property in "
            '{"_links":{"self":{"href":"http://api.test/v0.2/users/USR-1"}},"id":"USR-2"} | '
            "/users"
        ),
    ),
    breaks(
        "pages.items",
        "two-bad-items",
        page({"id": "USR-3"}, 4),
        (
            "an item of users as the description has it | "
            "at the top: '_links' is a required property; at the top: 'name' is a required property in "
            '{"id":"USR-3"} | '
            "/users"
        ),
        (
            "an item of users as the description has it | "
            "at the top: '_links' is a required property; at the top: 'name' is a required property; at "
            "/id: 4 is not of type 'string' in {\"id\":4} | "
            "/users"
        ),
    ),
    # pages.size-bound
    holds("pages.size-bound", "as-many-as-asked-for", page(1, 2, query=TWO)),
    holds("pages.size-bound", "a-hundred", page(*range(100), query=Query(page_size="100"))),
    holds("pages.size-bound", "a-hundred-for-a-thousand", page(*range(100), query=Query(page_size="1000"))),
    silent("pages.size-bound", "nothing-asked-for", page(*range(101))),
    silent(
        "pages.size-bound",
        "behind-a-link-that-lost-the-size",
        page(1, 2, 3, query=TWO, via="next", at=f"{BASE}/users?cursor=a"),
    ),
    breaks(
        "pages.size-bound",
        "one-too-many",
        page(1, 2, 3, query=TWO),
        "at most 2 items for /users with page_size=2 | 3 items | /users?page_size=2",
    ),
    breaks(
        "pages.size-bound",
        "a-hundred-and-one",
        page(*range(101), query=Query(page_size="1000")),
        "at most 100 items for /users with page_size=1000 | 101 items | /users?page_size=1000",
    ),
    holds("pages.size-bound", "a-hundred-for-a-bad-size", probed(100), part=1),
    silent("pages.size-bound", "where-no-page-is-legal", probed(101, legal=False), part=1),
    silent("pages.size-bound", "a-refusal", Probe("0", answer({}, status=400), legal_page=True), part=1),
    breaks(
        "pages.size-bound",
        "too-many-for-a-bad-size",
        probed(101),
        "never more than 100 items | 101 items for page_size=101 | /users",
        part=1,
    ),
    holds("pages.size-bound", "a-page", page(1, 2, query=TWO).answer, part=2),
    breaks(
        "pages.size-bound",
        "a-crowd",
        answer(envelope(U, [{"id": number} for number in range(1001)], {}), query=TWO),
        "at most 2 items for /users with page_size=2, 1,000 members in the page and in each item | "
        "_embedded.data.users holds 1,001 items; 1,000 are looked at, 100 allowed | /users?page_size=2",
        part=2,
    ),
    holds("pages.size-bound", "many-members", answer(envelope(U, [MANY], {})), part=2),
    breaks(
        "pages.size-bound",
        "an-item-with-too-many-members",
        answer(envelope(U, [{"id": 1}, MANY | {"more": 1}], {})),
        "at most 10 items for /users with no parameters, 1,000 members in the page and in each item | "
        "an item holds 1,001 members; 1,000 are looked at | /users",
        part=2,
    ),
    breaks(
        "pages.size-bound",
        "a-page-with-too-many-members",
        answer(envelope(U, [{"id": 1}], {}) | MANY),
        "at most 10 items for /users with no parameters, 1,000 members in the page and in each item | "
        "the page holds 1,003 members; 1,000 are looked at | /users",
        part=2,
    ),
    # pages.size-default
    holds("pages.size-default", "the-same", Twins(page(1, 2), page(1, 2))),
    breaks(
        "pages.size-default",
        "others",
        Twins(page(1, 2, query=TWO), page(1, 3)),
        (
            "the items of page_size=10 where page_size is left out: 2 items [1, 2] | "
            "2 items [1, 3] for /users with no parameters | "
            "/users?page_size=2, /users"
        ),
    ),
    breaks(
        "pages.size-default",
        "no-page",
        Twins(page(1), answer({}, status=500)),
        ("the items of page_size=10 where page_size is left out: 1 item [1] | status 500 | /users, /users"),
    ),
    holds("pages.size-default", "ten", page(*range(10)), part=1),
    silent("pages.size-default", "a-size-was-asked-for", page(*range(11), query=TWO), part=1),
    silent("pages.size-default", "another-cursor", page(*range(11), cursor="x"), part=1),
    breaks(
        "pages.size-default",
        "eleven",
        page(*range(11)),
        "at most 10 items without page_size for /users with no parameters | 11 items | /users",
        part=1,
    ),
    breaks(
        "pages.size-default",
        "eleven-behind-a-link",
        page(*range(11), cursor="x", via="next"),
        ("at most 10 items without page_size for /users with no parameters, behind next | 11 items | /users?cursor=x"),
        part=1,
    ),
    # pages.size-edges
    holds("pages.size-edges", "one-by-one", edge([1], [2], [3], size=1)),
    holds("pages.size-edges", "a-hundred", edge(range(100), [100], size=100)),
    holds("pages.size-edges", "all-on-one-page", edge([1, 2, 3, 4], size=100)),
    holds("pages.size-edges", "a-short-page-among-full-ones", edge(range(99), range(100, 200), [1], size=100)),
    holds("pages.size-edges", "a-last-page-before-an-empty-one", edge(range(62), [], size=100)),
    holds("pages.size-edges", "an-empty-page-before-others", edge([], [1], size=1)),
    holds("pages.size-edges", "gaps-in-pages-of-any-size", replace(short_of(100), gaps=True)),
    silent("pages.size-edges", "an-empty-listing", edge([], size=1, length=0)),
    holds("pages.size-edges", "more-than-asked-for-among-others", edge(range(5), [6], [7], size=3)),
    holds("pages.size-edges", "the-beginning", Sized(chain([1, 2, 3]), page(1, 2)), part=1),
    breaks(
        "pages.size-edges",
        "another-beginning",
        Sized(chain([1, 2, 3]), page(2, 3)),
        "what /users with no parameters: 3 items on 1 pages begins with, for /users with no parameters | 2 items [2, 3] | /users",
        part=1,
    ),
    breaks(
        "pages.size-edges",
        "no-beginning",
        Sized(chain([1, 2, 3]), page()),
        "what /users with no parameters: 3 items on 1 pages begins with, for /users with no parameters | 0 items [] | /users",
        part=1,
    ),
    breaks(
        "pages.size-edges",
        "pages-of-ninety-nine",
        short_of(100),
        (
            "pages of 100 for /users with page_size=100, with 4 items to show | "
            "at most 99 on any page that others follow | "
            "/users?page_size=100"
        ),
    ),
    breaks(
        "pages.size-edges",
        "nothing",
        edge([], size=1),
        (
            "pages of 1 for /users with page_size=1, with 4 items to show | "
            "at most 0 on any page that others follow | "
            "/users?page_size=1"
        ),
    ),
    breaks(
        "pages.size-edges",
        "refused",
        Edge(REFUSED, 4),
        "a page for page_size=100, as without page_size | status 400 | /users?page_size=100",
    ),
    # pages.size-echo
    holds("pages.size-echo", "the-size-asked-for", sized(2, items=1, query=TWO)),
    holds("pages.size-echo", "the-number-of-items", sized(1, items=1, query=TWO)),
    holds("pages.size-echo", "the-default", sized(10, items=1, query=Query())),
    holds("pages.size-echo", "any-legal-size-for-a-bad-one", sized(100, items=1, query=Query(page_size="0"))),
    breaks(
        "pages.size-echo",
        "another",
        sized(3, items=1, query=TWO),
        "page_size 2 (asked for) or 1 (items on the page) | page_size 3 | /users?page_size=2",
    ),
    breaks(
        "pages.size-echo",
        "text",
        sized("2", items=1, query=TWO),
        'page_size 2 (asked for) or 1 (items on the page) | page_size "2" | /users?page_size=2',
    ),
    breaks(
        "pages.size-echo",
        "a-boolean",
        sized(said=True, items=1, query=TWO),
        "page_size 2 (asked for) or 1 (items on the page) | page_size true | /users?page_size=2",
    ),
    breaks(
        "pages.size-echo",
        "above-a-hundred",
        sized(101, items=1, query=Query(page_size="0")),
        ("page_size of 1 to 100 (asked for) or 1 (items on the page) | page_size 101 | /users?page_size=0"),
    ),
    breaks(
        "pages.size-echo",
        "zero-for-a-bad-size",
        sized(0, items=1, query=Query(page_size="0")),
        ("page_size of 1 to 100 (asked for) or 1 (items on the page) | page_size 0 | /users?page_size=0"),
    ),
    breaks(
        "pages.size-echo",
        "nothing",
        sized(None, items=1, query=Query()),
        "page_size 10 (asked for) or 1 (items on the page) | page_size missing or null | /users",
    ),
    # pages.full
    holds("pages.full", "full", chain([1, 2], [3], query=TWO)),
    silent("pages.full", "one-page", chain([1], query=TWO)),
    silent("pages.full", "a-size-out-of-range", chain([1], [2], query=Query(page_size="0"))),
    silent("pages.full", "before-an-empty-page", chain([1], [], query=TWO)),
    breaks(
        "pages.full",
        "an-empty-page-between",
        chain([1, 2], [], [3], query=TWO),
        (
            "2 items for /users with page_size=2, behind next, which has a next page | "
            "0 items | /users?page_size=2&cursor=p2"
        ),
    ),
    breaks(
        "pages.full",
        "one-short-before-an-empty-page",
        chain([1], [], [3], query=TWO),
        "2 items for /users with page_size=2, which has a next page | 1 items | /users?page_size=2",
    ),
    silent("pages.full", "backward", walk(page(3, query=TWO), page(1, query=TWO), rel="prev")),
    breaks(
        "pages.full",
        "one-short",
        chain([1], [2, 3], query=TWO),
        "2 items for /users with page_size=2, which has a next page | 1 items | /users?page_size=2",
    ),
    # pages.unique
    holds("pages.unique", "two-ids", page(1, 2)),
    silent("pages.unique", "one-item", page(1)),
    breaks(
        "pages.unique",
        "an-id-twice",
        page(1, 2, 1, 3, 3),
        "every id once | 2 items [1, 3] more than once on /users with no parameters | /users",
    ),
    # pages.sorted
    holds("pages.sorted", "in-order", page(*DAYS, scope=C)),
    holds("pages.sorted", "descending", page(*DAYS[::-1], scope=C, query=DESC)),
    holds("pages.sorted", "ties-in-any-order", page(TIED[1], TIED[0], TIED[2], scope=C, query=ASC)),
    holds("pages.sorted", "the-other-way-round", page(*DAYS[::-1], scope=C)),
    silent("pages.sorted", "one-time", page(*TIED[:2], scope=C)),
    silent("pages.sorted", "an-unknown-order", page(*DAYS, scope=C, query=Query(order="up"))),
    breaks(
        "pages.sorted",
        "mixed",
        page(DAYS[1], DAYS[2], DAYS[0], scope=C),
        (
            "asc by timestamp.created on /conversations with no parameters | "
            '"2023-01-03T12:00:00.000Z" before "2023-01-01T12:00:00.000Z" | '
            "/conversations"
        ),
    ),
    breaks(
        "pages.sorted",
        "mixed-events",
        page(event(3), event(10), event(2), scope=E, query=DESC),
        (
            "desc by id on /conversations/CON-1/events with order=desc | "
            "3 before 10 | "
            "/conversations/CON-1/events?order=desc"
        ),
    ),
    # pages.cursor
    holds("pages.cursor", "the-same", cursors("a b", "a b")),
    breaks("pages.cursor", "an-object", cursors({"a": []}, "a"), 'cursor: a string | cursor {"a":[]} | /users'),
    breaks("pages.cursor", "a-number", cursors(5, "5"), "cursor: a string | cursor 5 | /users"),
    breaks("pages.cursor", "a-number-alone", cursors(5, None), "cursor: a string | cursor 5 | /users"),
    breaks("pages.cursor", "null", cursors(None, None), "cursor: a string | cursor null | /users"),
    silent("pages.cursor", "a-number-where-none-is-described", page(1, scope=E, body={"cursor": 5})),
    silent("pages.cursor", "none-in-the-link", cursors("a", None)),
    silent("pages.cursor", "none-in-the-body", page(1, links={"self": url(U, cursor="a")})),
    silent("pages.cursor", "no-self", page(1, links="first", body={"cursor": "a"})),
    breaks("pages.cursor", "another", cursors("b", "a"), "cursor 'a', as in _links.self | cursor 'b' | /users"),
    # pages.repeatable
    holds("pages.repeatable", "the-same", Twins(page(1, 2), page(1, 2))),
    silent("pages.repeatable", "nothing-twice", Twins(page(), page())),
    breaks(
        "pages.repeatable",
        "another-order",
        Twins(page(1, 2), page(2, 1)),
        (
            "the same items for the same URL: 2 items [1, 2] | "
            "2 items [2, 1] for /users with no parameters | "
            "/users, /users"
        ),
    ),
    breaks(
        "pages.repeatable",
        "nothing-any-more",
        Twins(page(1), page()),
        ("the same items for the same URL: 1 item [1] | 0 items [] for /users with no parameters | /users, /users"),
    ),
    breaks(
        "pages.repeatable",
        "something-all-at-once",
        Twins(page(), page(1)),
        ("the same items for the same URL: 0 items [] | 1 item [1] for /users with no parameters | /users, /users"),
    ),
    # pages.agree
    holds("pages.agree", "no-difference", Sightings(3, ())),
    silent("pages.agree", "nothing-met-again", Sightings(0, ())),
    breaks(
        "pages.agree",
        "another-name",
        Sightings(1, ((page(ANN), page(BEN, query=TWO), ANN, BEN),)),
        (
            'name of 1 as on /users with no parameters: "a" | '
            '"b" on /users with page_size=2 | '
            "/users, /users?page_size=2"
        ),
    ),
]


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [(("a",), 1, 2)]),
        ({"a": {"b": [1]}, "c": 1}, {"a": {"b": [2]}}, [(("a", "b"), [1], [2]), (("c",), 1, None)]),
        (1, {"a": 2}, [((), 1, {"a": 2})]),
    ],
    ids=["none", "one", "nested-and-missing", "no-object"],
)
def test_differences_have_their_paths(one: object, other: object, found: list[object]) -> None:
    assert list(differences(one, other)) == found


@pytest.mark.parametrize(("clause", "part", "evidence", "found"), CASES)
def test_a_clause_finds_what_is_broken_and_nothing_else(
    clause: str, part: int, evidence: object, found: list[str] | None
) -> None:
    assert judged(clause, part, evidence) == found


def test_every_way_to_decide_is_tried_on_good_and_on_bad_evidence() -> None:
    assert uncovered("pages", CASES) == []
