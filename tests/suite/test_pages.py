"""Pages: what makes an answer a page, and what stands in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.paging.clipping import clipped
from contracts.paging.exchanges import Exchange
from contracts.paging.listings import CONVERSATIONS, EVENTS, MEMBERS, USERS, Item, Listing, Scope, member
from contracts.paging.pages import abbreviate, abbreviate_ids, canonical, identity
from contracts.paging.queries import Query
from contracts.paging.urls import cursor_of
from tests.suite.support import BASE, E, U, answer, conversation, envelope, exchange, page

GOOD = envelope(U, [], {"first": "x", "self": "y"})


@pytest.mark.parametrize(
    ("more", "flaw"),
    [
        ({}, None),
        ({"media": "Application/JSON;charset=utf-8"}, None),
        ({"status": 201}, "status 201"),
        ({"status": 500, "media": "text/html"}, "status 500"),
        ({"media": "text/html"}, "content type 'text/html'"),
        ({"media": "application/hal+json"}, "content type 'application/hal+json'"),
        ({"raw": b""}, "the body is not JSON: Input is a zero-length, empty document: line 1 column 1 (char 0)"),
        ({"raw": b"[1, 2]"}, "the body is not an object: [1,2]"),
        ({"raw": b"null"}, "the body is not an object: missing or null"),
        ({"raw": b"{}"}, "_embedded.data.users is missing or null"),
        ({"raw": b'{"_embedded": {"data": {"users": {}}}}'}, "_embedded.data.users is {}"),
        ({"raw": b'{"_embedded": {"data": {"events": []}}}'}, "_embedded.data.users is missing or null"),
        ({"raw": b'{"_embedded": []}'}, "_embedded.data.users is missing or null"),
    ],
    ids=["page", "charset", "created", "failed", "html", "hal", "empty", "list", "null", "object", "no-list",
         "another-listing", "no-data"],
)  # fmt: skip
def test_an_answer_is_a_page_or_says_why_not(more: dict[str, object], flaw: str | None) -> None:
    assert answer(GOOD, **more).flaw == flaw


def test_an_answer_without_a_content_type_is_no_page() -> None:
    bare = Exchange("GET", BASE, 200, {}, b"{}", {})
    assert answer().__class__(bare, U, Query()).flaw == "content type 'missing'"


@pytest.mark.parametrize("body", [b"NaN", b"{", b'{"a": NaN}', b'"\\ud800"', b"[1,]", b"\xef\xbb\xbf{}"])
def test_what_is_not_json_is_not_parsed(body: bytes) -> None:
    assert (answer(raw=body).flaw or "").startswith("the body is not JSON: ")


def test_what_is_not_utf_8_is_no_json_either() -> None:
    assert answer(raw=b"\xff").flaw == "the body is not UTF-8: byte 0xff at 0"


def test_only_an_answer_without_a_flaw_has_a_page() -> None:
    with pytest.raises(AssertionError, match="status 404"):
        _ = answer({}, status=404).page


def test_a_page_shows_items_ids_and_links() -> None:
    made = page("USR-1", {"name": "x"}, 7, links={"next": "n", "self": "s"})
    body = {"_links": {"first": {"href": 5}, "last": {"href": "l"}, "prev": "p"}}
    assert (made.ids, made.links, made.ends) == (("USR-1", b'{"name":"x"}', 7), {"next": "n", "self": "s"}, False)
    assert page(1, body=body).links == {}


@pytest.mark.parametrize(
    ("made", "ends"),
    [(page(1, links="next"), False), (page(1), True), (page(links="next"), False), (page(1, links="prev"), True)],
    ids=["next", "no-next", "nothing-with-a-next", "prev"],
)
def test_a_client_stops_where_nothing_is_said_to_follow(made: object, ends: bool) -> None:  # noqa: FBT001
    assert made.ends is ends  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("item", "name"),
    [({"id": "a"}, "a"), ({"id": 0}, 0), ({"id": None, "b": 1}, b'{"b":1,"id":null}'), ({"id": [1]}, b'{"id":[1]}'),
     ({}, b"{}"), (None, b"null"), ("a", b'"a"'), ({"id": 1.5}, b'{"id":1.5}')],
    ids=["text", "zero", "null", "list", "nothing", "no-object", "a-text", "a-fraction"],
)  # fmt: skip
def test_an_item_without_an_id_is_known_by_its_text(item: Item, name: object) -> None:
    assert identity(item) == name


def test_equal_values_have_the_same_text() -> None:
    assert canonical({"b": [1, {"d": 2, "c": "é"}], "a": None}) == '{"a":null,"b":[1,{"c":"é","d":2}]}'.encode()


@given(st.text(st.characters(codec="utf-8")), st.booleans())
def test_a_cursor_is_what_it_was_before_it_was_encoded(cursor: str, last: bool) -> None:  # noqa: FBT001
    made = exchange(at=page(1, cursor=cursor, query=Query(page_size="2")).exchange.url)
    assert cursor_of(made.url + ("&cursor=z" if last else "")) == ("z" if last else cursor)


@pytest.mark.parametrize(
    ("href", "cursor"),
    [("http://x/u", None), ("http://x/u?Cursor=a", None), ("http://x/u?cursor=", ""), ("http://x/u?cursor=a+b", "a b"),
     ("", None), ("?cursor=%ff", "\ufffd")],
    ids=["none", "case", "empty", "plus", "nothing", "no-utf-8"],
)  # fmt: skip
def test_a_link_without_a_cursor_has_none(href: str, cursor: str | None) -> None:
    assert cursor_of(href) == cursor


def test_values_are_shown_whole_or_cut() -> None:
    whole, cut = "x" * 118, "x" * 119
    assert [abbreviate(None), abbreviate([]), abbreviate(whole), abbreviate(cut), abbreviate("abc", 2)] == [
        "missing or null", "[]", f'"{whole}"', f'"{cut[:119]}… (121 characters)', '"a… (5 characters)',
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("ids", "text"),
    [
        ((), "0 items []"),
        (("a",), "1 item [a]"),
        (tuple(range(12)), "12 items [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]"),
        (tuple(range(13)), "13 items [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …, 11, 12]"),
        ((b"{}",), "1 item [b'{}']"),
    ],
    ids=["none", "one", "twelve", "thirteen", "without-an-id"],
)
def test_ids_are_shown_by_number_first_and_last(ids: tuple[object, ...], text: str) -> None:
    assert abbreviate_ids(ids) == text


def test_pages_and_answers_name_themselves() -> None:
    made = page(1, 2, scope=E, query=Query(order="asc"), via="prev")
    assert repr(made) == "/conversations/CON-1/events with order=asc, behind prev: 2 items [1, 2]"
    assert repr(made.answer.exchange) == f"<GET {BASE}/conversations/CON-1/events?order=asc -> 200, 231 bytes>"


@pytest.mark.parametrize(
    ("listing", "item", "key"),
    [
        (CONVERSATIONS, conversation(1, "1970-01-01T00:00:01Z"), 10**9),
        (CONVERSATIONS, {"id": 5, "timestamp": {"created": "now"}}, None),
        (EVENTS, {"id": 5}, 5),
        (EVENTS, {"id": True}, None),
        (EVENTS, {"id": "5"}, None),
        (USERS, {"id": 5}, None),
        (MEMBERS, {"id": "MEM-1", "timestamp": {"created": "1970-01-01T00:00:01Z"}}, None),
    ],
    ids=["created", "no-time", "an-id", "a-boolean", "text", "a-user", "a-member"],
)
def test_items_are_sorted_by_what_the_listing_says(listing: Listing, item: Item, key: int | None) -> None:
    assert listing.key(item) == key


def test_a_scope_is_a_path() -> None:
    assert [Scope(USERS).path, Scope(EVENTS, "a/b é").path] == ["/users", "/conversations/a%2Fb%20%C3%A9/events"]
    assert [each.nested for each in (CONVERSATIONS, USERS, MEMBERS, EVENTS)] == [False, False, True, True]


def test_members_are_found_as_far_as_the_way_goes() -> None:
    value = {"a": {"b": [1]}}
    assert [member(value, "a", "b"), member(value, "a", "x", "y"), member(5, "a"), member(value)] == [
        [1],
        None,
        None,
        value,
    ]


@pytest.mark.parametrize(
    ("length", "shown"), [(300, "a" * 300), (301, f"{'a' * 300}… (301 characters)")], ids=["fits", "cut"]
)
def test_a_long_text_is_clipped_and_says_how_long_it_was(length: int, shown: str) -> None:
    assert clipped("a" * length) == shown
