"""links: what each clause accepts and rejects of the links between answers."""

from dataclasses import replace
from typing import Any

import pytest

from contracts.evidence import Bracket, Hop, Paths, Twins
from contracts.paging.pages import Page
from contracts.paging.queries import Query
from tests.suite.support import (
    BASE,
    E,
    M,
    answer,
    breaks,
    chain,
    holds,
    judged,
    page,
    silent,
    uncovered,
    walk,
)
from tests.suite.test_clauses_parameters import CASES as PARAMETERS

TWO = Query(page_size="2")
NEXT = f"{BASE}/users?cursor=a"
HERE = f"{BASE}/conversations/CON-1/events"


def linked(href: str, rel: str = "next", **more: Any) -> Page:
    return page(1, links={rel: href}, **more)


def hop(landed: Page, *path: str) -> Hop:
    return Hop(page(1, 2, query=TWO), path, landed, page(3, 4, query=TWO, cursor="t"))


def bracket(*between: Any, query: Query = TWO, after: tuple[int, ...] = (1, 2, 3)) -> Bracket:
    return Bracket(chain([1, 2, 3]), chain(*between, query=query), chain(after))


EMPTY_END = walk(page(1, links="first self next"), page(via="next", cursor="x"))
REFUSED_END = walk(page(1, 2, links="first self next"), broken=answer({}, cursor="y", via="next", status=404))
BROKEN_END = walk(page(1, 2, links="first self next"), broken=answer({}, cursor="y", via="next", status=500))
FULL_END = walk(page(1, 2, query=TWO, links="next"), broken=answer({}, cursor="y", via="next", status=400))
LATER_END = walk(
    page(1, 2, query=TWO, links="next"),
    page(3, 4, query=TWO, links="next", cursor="x", via="next"),
    broken=answer({}, cursor="y", via="next", status=400),
)


BEHIND = page(2, links="first self prev", via="next", cursor="x")


def repeated(*hrefs: str) -> Any:
    pages = [linked(href, cursor=f"p{index}") for index, href in enumerate(hrefs, 1)]
    return walk(*pages)


CASES = [
    # links.present
    holds("links.present", "first-and-self", page(1)),
    breaks(
        "links.present",
        "no-self",
        page(1, links="first"),
        "first and self on /users with no parameters | no self | /users",
    ),
    breaks(
        "links.present",
        "nothing",
        page(1, links=""),
        "first and self on /users with no parameters | no first, self | /users",
    ),
    breaks(
        "links.present",
        "null-instead-of-nothing",
        page(1, body={"_links": {"first": {"href": "x"}, "self": {"href": "x"}, "next": None}}),
        "next with an href, or left out, on /users with no parameters | next is missing or null | /users",
    ),
    holds("links.present", "next-on-all-but-the-last", bracket([1, 2], [3]), part=1),
    holds("links.present", "a-shorter-last-page", bracket([1]), part=1),
    holds("links.present", "nothing-at-all", bracket([]), part=1),
    holds("links.present", "data-that-moved", bracket([1, 2], after=(1, 2, 4, 5)), part=1),
    holds("links.present", "other-items", bracket([1, 3]), part=1),
    breaks(
        "links.present",
        "no-next-while-more-follow",
        bracket([1, 2]),
        "next on /users with page_size=2: 1 items follow | no next | /users?page_size=2",
        part=1,
    ),
    holds("links.present", "prev-behind-next", walk(page(1, links="first self next"), BEHIND), part=2),
    holds("links.present", "no-prev-on-an-empty-page", EMPTY_END, part=2),
    holds(
        "links.present",
        "no-prev-behind-empty-pages",
        walk(page(links="first self next"), page(1, via="next", cursor="x")),
        part=2,
    ),
    breaks(
        "links.present",
        "no-prev-on-an-empty-page-between",
        walk(page(1, links="next"), page(links="next", via="next", cursor="x"), page(2, links="prev", cursor="y")),
        "prev on /users with no parameters, behind next: items precede | no prev | /users?cursor=x",
        part=2,
    ),
    silent("links.present", "a-way-back", walk(page(1, via="next"), rel="prev"), part=2),
    breaks(
        "links.present",
        "no-prev-behind-next",
        walk(page(1, links="first self next"), page(2, via="next", cursor="x")),
        "prev on /users with no parameters, behind next: items precede | no prev | /users?cursor=x",
        part=2,
    ),
    holds("links.present", "next-behind-prev", hop(page(3, 4, links="first self next", via="prev"), "prev"), part=3),
    holds("links.present", "another-page-behind-prev", hop(page(5, 6, via="prev"), "prev"), part=3),
    breaks(
        "links.present",
        "no-next-behind-prev",
        hop(page(3, 4, via="prev", links="first self prev"), "prev"),
        "next on /users with no parameters, behind prev: items follow | no next | /users",
        part=3,
    ),
    breaks(
        "links.present",
        "no-prev-behind-prev-and-next",
        hop(page(3, 4, via="next"), "prev", "next"),
        "prev on /users with no parameters, behind next: items precede | no prev | /users",
        part=3,
    ),
    holds("links.present", "next-on-the-way-back", Paths(chain([1], [2]), walk(page(1, links="next"), BEHIND)), part=4),
    breaks(
        "links.present",
        "no-next-on-the-way-back",
        Paths(chain([1], [2]), walk(page(1, via="prev", cursor="y"), BEHIND)),
        "next on /users with no parameters, behind prev: items follow | no next | /users?cursor=y",
        part=4,
    ),
    # links.url
    holds("links.url", "as-it-is", linked(f"{BASE}/users?cursor=a%2Bb%253D")),
    silent("links.url", "no-link", page(1, links="")),
    breaks(
        "links.url",
        "relative",
        linked("/v0.2/users"),
        (
            "a URL as next of /users with no parameters | "
            "'/v0.2/users': it is not an absolute http or https URL | "
            "/users"
        ),
    ),
    breaks(
        "links.url",
        "a-blank",
        linked(f"{BASE}/users?cursor=a b"),
        (
            "a URL as next of /users with no parameters | "
            "'http://api.test/v0.2/users?cursor=a b': ' ' never stands in a URL unencoded (RFC 3986) | "
            "/users"
        ),
    ),
    holds("links.url", "a-page-behind-it", page(1, via="next").answer, part=1),
    silent("links.url", "no-link-was-followed", answer({}, status=404), part=1),
    breaks(
        "links.url",
        "nothing-behind-it",
        answer({}, via="next", status=404),
        "a page behind the link next | status 404 from http://api.test/v0.2/users | /users",
        part=1,
    ),
    holds("links.url", "the-same-page-encoded-anew", Twins(page(1), page(1)), part=2),
    breaks(
        "links.url",
        "another-page-encoded-anew",
        Twins(page(1), page(2)),
        (
            "the page behind next, also with its parameters taken out and encoded anew: 1 item [1] | "
            "1 item [2] for /users with no parameters | "
            "/users, /users"
        ),
        part=2,
    ),
    # links.origin
    holds("links.origin", "on-its-own", linked(f"{BASE}/users")),
    holds("links.origin", "the-port-spelled-out", linked("http://API.test:80/v0.2/users")),
    silent("links.origin", "no-url", linked("/users")),
    breaks(
        "links.origin",
        "another-scheme",
        linked("https://api.test/v0.2/users"),
        "next on http://api.test:80 | https://api.test/v0.2/users | /users",
    ),
    breaks(
        "links.origin",
        "another-port",
        linked("http://api.test:81/v0.2/users", "self"),
        "self on http://api.test:80 | http://api.test:81/v0.2/users | /users",
    ),
    breaks(
        "links.origin",
        "another-host",
        linked("http://evil.test/v0.2/users"),
        "next on http://api.test:80 | http://evil.test/v0.2/users | /users",
    ),
    # links.same-listing
    holds("links.same-listing", "there", linked(f"{HERE}/?page_size=2", scope=E)),
    holds("links.same-listing", "percent-encoded", linked(f"{BASE}/conversations/CON%2D1/events", scope=E)),
    silent("links.same-listing", "no-link", page(1, links="")),
    holds("links.same-listing", "no-url", linked("/elsewhere")),
    breaks(
        "links.same-listing",
        "another-listing",
        linked(HERE, scope=M),
        (
            "next to /conversations/CON-1/members | "
            "http://api.test/v0.2/conversations/CON-1/events | "
            "/conversations/CON-1/members"
        ),
    ),
    breaks(
        "links.same-listing",
        "another-conversation",
        linked(f"{BASE}/conversations/CON-2/events", scope=E),
        (
            "next to /conversations/CON-1/events | "
            "http://api.test/v0.2/conversations/CON-2/events | "
            "/conversations/CON-1/events"
        ),
    ),
    # links.self, links.first, links.next-prev
    holds("links.self", "this-page", hop(page(3, 4), "self")),
    breaks(
        "links.self",
        "another-page",
        hop(page(3, 5, cursor="o"), "self"),
        (
            "the page that self stands on: 2 items [3, 4] | "
            "2 items [3, 5] behind self of /users with page_size=2 | "
            "/users?page_size=2, /users?cursor=o"
        ),
    ),
    holds("links.first", "the-first-page", hop(page(3, 4), "first")),
    breaks(
        "links.first",
        "another-page",
        hop(page(5), "first"),
        (
            "the first page: 2 items [3, 4] | "
            "1 item [5] behind first of /users with page_size=2 | "
            "/users?page_size=2, /users"
        ),
    ),
    holds("links.next-prev", "from-behind-the-end", Hop(page(), ("prev",), page(2, 3), page(3))),
    breaks(
        "links.next-prev",
        "the-last-one-lost",
        Hop(page(), ("prev",), page(1, 2), page(2, 3)),
        "the last items behind prev of /users with no parameters: 1 item [3] | 1 item [2] as the last | /users, /users",
    ),
    holds("links.next-prev", "back-again", hop(page(3, 4), "prev", "next")),
    breaks(
        "links.next-prev",
        "not-the-neighbour",
        hop(page(4, 3), "prev"),
        (
            "the page next to it: 2 items [3, 4] | "
            "2 items [4, 3] behind prev of /users with page_size=2 | "
            "/users?page_size=2, /users"
        ),
    ),
    breaks(
        "links.next-prev",
        "not-back-again",
        hop(page(), "prev", "next"),
        (
            "the page where the way began: 2 items [3, 4] | "
            "0 items [] behind prev, then next of /users with page_size=2 | "
            "/users?page_size=2, /users"
        ),
    ),
    # links.ends
    holds("links.ends", "two-pages", chain([1], [2])),
    holds("links.ends", "one-empty-page", chain([])),
    silent("links.ends", "a-walk-back", walk(page(1, links="prev"), rel="prev")),
    silent("links.ends", "no-page", walk()),
    silent("links.ends", "a-walk-from-a-later-page", walk(page(1, links="prev", via="next"))),
    holds("links.ends", "a-failing-server", BROKEN_END),
    holds("links.ends", "a-full-page-whose-cursor-nobody-takes", FULL_END),
    breaks(
        "links.ends",
        "prev-on-the-first",
        walk(page(1, links="first self prev")),
        ("no prev on /users with no parameters, the first page | http://api.test/v0.2/users?cursor=before-1 | /users"),
    ),
    breaks(
        "links.ends",
        "a-refusal-behind-the-last",
        REFUSED_END,
        ("no next on /users with no parameters, or a page behind it | status 404 | /users, /users?cursor=y"),
    ),
    breaks(
        "links.ends",
        "a-refusal-after-two-pages",
        LATER_END,
        (
            "no next on /users with page_size=2, behind next, or a page behind it | "
            "status 400 | "
            "/users?page_size=2&cursor=x, /users?cursor=y"
        ),
    ),
    breaks(
        "links.ends",
        "an-empty-page-behind-the-last",
        EMPTY_END,
        (
            "no next on /users with no parameters: nothing follows | "
            "a next that leads to an empty page | "
            "/users | "
            "SHOULD"
        ),
    ),
    holds("links.ends", "an-empty-page-between", chain([1], [], [2])),
    holds("links.ends", "an-empty-page-as-far-as-somebody-wanted", walk(page(links="first self next"))),
    breaks(
        "links.ends",
        "an-empty-page-with-a-next-that-comes-again",
        replace(walk(page(links="first self next")), cycle="http://api.test/v0.2/users?cursor=after"),
        (
            "no next on /users with no parameters, which is empty, or one to a page behind it | "
            "http://api.test/v0.2/users?cursor=after, once more | /users"
        ),
    ),
    breaks(
        "links.ends",
        "an-empty-page-that-leads-back",
        walk(page(1, links="first self next"), page(links="next", via="next", cursor="x"), cycle=f"{BASE}/users"),
        (
            "no next on /users with no parameters, behind next, which is empty, or one to a page behind it | "
            "http://api.test/v0.2/users?cursor=after, once more | /users?cursor=x"
        ),
    ),
    breaks(
        "links.ends",
        "two-empty-pages-behind-the-last",
        chain([1], [], []),
        (
            "no next on /users with no parameters: nothing follows | "
            "a next that leads to an empty page | /users | SHOULD"
        ),
    ),
    breaks(
        "links.ends",
        "nothing-but-empty-pages",
        chain([], []),
        (
            "no next on /users with no parameters: nothing follows | "
            "a next that leads to an empty page | /users | SHOULD"
        ),
    ),
    holds(
        "links.ends",
        "an-empty-page-before-others",
        walk(page(links="first self next"), page(1, links="next", via="next", cursor="x"), page(2, via="next")),
    ),
    holds("links.ends", "no-prev-on-the-first-behind-prev", Paths(chain([1], [2]), chain([1], [2])), part=1),
    holds(
        "links.ends",
        "prev-behind-empty-first-pages",
        Paths(walk(page(1, via="next", cursor="b")), walk(page(1, links="prev", via="prev", cursor="a"))),
        part=1,
    ),
    holds("links.ends", "an-empty-listing-backward", Paths(chain([]), walk(page(links="prev"))), part=1),
    breaks(
        "links.ends",
        "prev-on-the-first-behind-prev",
        Paths(chain([1], [2]), walk(page(1, links="prev next", via="prev", cursor="a"), page(2, links="prev"))),
        (
            "no prev on /users with no parameters, behind prev: it is the first page | "
            "http://api.test/v0.2/users?cursor=before-1 | /users, /users?cursor=a"
        ),
        part=1,
    ),
    # links.cursor-fresh
    holds("links.cursor-fresh", "always-another", chain([1], [2], [3])),
    silent("links.cursor-fresh", "one-page", chain([1])),
    holds("links.cursor-fresh", "other-urls-without-cursors", repeated(f"{BASE}/users?page=1", f"{BASE}/users?page=2")),
    breaks(
        "links.cursor-fresh",
        "the-same-cursor",
        repeated(NEXT, f"{BASE}/users?cursor=b", f"{NEXT}&page_size=2"),
        (
            "another cursor in next on every page | "
            "the same on pages 1 and 3 of /users with no parameters: a | "
            "/users?cursor=p3"
        ),
    ),
    breaks(
        "links.cursor-fresh",
        "the-same-url",
        repeated(f"{BASE}/users?page=1", f"{BASE}/users?page=1"),
        (
            "another cursor in next on every page | "
            "the same on pages 1 and 2 of /users with no parameters: http://api.test/v0.2/users?page=1 | "
            "/users?cursor=p2"
        ),
    ),
    # links.cursor-replay
    holds("links.cursor-replay", "the-same-page", Twins(page(1), page(1))),
    breaks(
        "links.cursor-replay",
        "another-page",
        Twins(page(1), page(2, cursor="x")),
        (
            "the page that this next led to before: 1 item [1] | "
            "1 item [2] for /users with no parameters | "
            "/users, /users?cursor=x"
        ),
    ),
    breaks(
        "links.cursor-replay",
        "refused",
        Twins(page(1), answer({}, status=410)),
        "the page that this next led to before: 1 item [1] | status 410 | /users, /users",
    ),
]


@pytest.mark.parametrize(("clause", "part", "evidence", "found"), CASES)
def test_a_clause_finds_what_is_broken_and_nothing_else(
    clause: str, part: int, evidence: object, found: list[str] | None
) -> None:
    assert judged(clause, part, evidence) == found


def test_every_way_to_decide_is_tried_on_good_and_on_bad_evidence() -> None:
    assert uncovered("links", [*CASES, *PARAMETERS]) == []
