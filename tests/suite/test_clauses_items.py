"""items and events: what each clause accepts and rejects of what stands in a listing."""

from typing import Any

import pytest

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.evidence import Mentions, Paths, Resolved, Whole
from contracts.paging.listings import MEMBERS, Scope
from tests.suite.support import (
    BASE,
    C,
    E,
    M,
    U,
    answer,
    breaks,
    chain,
    conversation,
    event,
    holds,
    judged,
    page,
    silent,
    uncovered,
)

ELSEWHERE = Scope(MEMBERS, "CON-9")
OWN = {"_links": {"self": {"href": f"{BASE}/conversations/CON-1/events/5"}}}
GOOD = {**event(5), **OWN}
BODY_LINK = {"_links": {"self": {"href": f"{BASE}/conversations/CON-2/members/MEM-1"}}}
HOME_LINK = {"_links": {"self": {"href": f"{BASE}/conversations/CON-1/members/MEM-1"}}}
EARLY, LATE = "2023-01-01T12:00:00Z", "2023-01-01T12:30:00+00:00"


def of(kind: str, **more: Any) -> Any:
    return page(event(5, kind, **more), scope=E)


def mentioned(*events: Any) -> Mentions:
    """Events of one conversation, beside its member, MEM-1, and that of another one, MEM-2."""
    members = (chain(["MEM-1"], scope=M), chain(["MEM-2"], scope=ELSEWHERE))
    return Mentions(members, (chain([*events], scope=E),))


def left(**body: Any) -> Any:
    return page(event(5, "member:left", body=body) | OWN, scope=E)


def timed(kind: str, **times: str) -> Any:
    return of(kind, body={"timestamp": times})


def whole(*pages: list[Any], scope: Any = U, users: frozenset[str] | None = None) -> Whole:
    return Whole(chain(*pages, scope=scope), users)


def grown(*later: Any) -> Paths:
    return Paths(chain([1, 5], scope=E), chain([1, 5], list(later), scope=E))


def linked(scope: Any, name: str, href: object) -> Any:
    return page({"id": name, "_links": {"self": {"href": href}}}, scope=scope)


def resolved(body: object, **more: Any) -> Resolved:
    return Resolved({"id": "USR-1"}, answer(body, at=f"{BASE}/users/USR-1", negative=True, **more))


EVENTS = "/conversations/CON-1/events"
ENDS = "a type without white space or control characters at its ends"
BEFORE = "a custom type without white space or control characters before its name"
NAME = "a name behind custom:"
UNUSUAL = "a type of letters, digits, _, -, . and :, unless it is custom:<name>"
WELL_WRITTEN = (
    "text",
    "custom:my event",
    "custom:a\nb: c",
    "custom:é🏴",
    "leg:status:update",
    "rtc.v2_new-1",
    "Custom:a",
    "",
)
WRITTEN_BADLY = (
    ("text ", ENDS, '"text "'), ("\ttext", ENDS, '"\\ttext"'), ("member:left\x00", ENDS, '"member:left\\u0000"'),
    ("text\u00a0", ENDS, '"text\\u00a0"'), ("\ufefftext", ENDS, '"\\ufefftext"'), (" ", ENDS, '" "'),
    ("custom:a ", ENDS, '"custom:a "'), (" custom:a", ENDS, '" custom:a"'), ("custom: a", BEFORE, '"custom: a"'),
    ("custom :a", BEFORE, '"custom :a"'), ("cus\x7ftom:a", BEFORE, '"cus\\u007ftom:a"'), ("custom:", NAME, '"custom:"'),
    ("custom:\x85", NAME, '"custom:\\u0085"'),
)  # fmt: skip
MEMBER = {"id": "MEM-1", "user_id": "USR-1"}

CASES = [
    # events.variant
    holds("events.variant", "a-text", page(GOOD, scope=E)),
    holds("events.variant", "an-undocumented-type-beside-it", page(GOOD, event(6, "audio:mute:on"), scope=E)),
    silent("events.variant", "undocumented-types-only", of("audio:mute:on")),
    silent("events.variant", "no-event", page(scope=E)),
    breaks(
        "events.variant",
        "a-text-without-text",
        page(event(5, body={}) | OWN, scope=E),
        (
            "a text event as its schema has it | "
            "at /body: 'text' is a required property in "
            '{"_links":{"self":{"href":"http://api.test/v0.2/conversations/CON-1/events/5"}},"body":{},"id":'
            '5,"timestamp":"2023-01-01… (146 characters) | '
            "/conversations/CON-1/events"
        ),
    ),
    breaks(
        "events.variant",
        "a-member-event-without-a-body",
        page(event(5, "member:left", body=1) | OWN, scope=E),
        (
            "a member:left event as its schema has it | "
            "at /body: 1 is not of type 'object' in "
            '{"_links":{"self":{"href":"http://api.test/v0.2/conversations/CON-1/events/5"}},"body":1,"id":5'
            ',"timestamp":"2023-01-01T… (152 characters) | '
            "/conversations/CON-1/events"
        ),
    ),
    holds("events.variant", "a-body-with-a-text-beside-the-member", left(text="bye", id="MEM-1")),
    holds("events.variant", "a-body-that-says-something-else", left(reason={"text": "bye"})),
    holds("events.variant", "an-empty-body", left()),
    holds("events.variant", "a-text-that-no-text-event-could-have", left(text=5)),
    holds("events.variant", "a-custom-body-like-a-text", page({**GOOD, "type": "custom:a"}, scope=E)),
    holds("events.variant", "a-custom-type-without-a-name", page(GOOD, {**GOOD, "type": "custom:"}, scope=E)),
    holds("events.variant", "an-undocumented-type-with-a-text", page(GOOD, {**GOOD, "type": "member:joined"}, scope=E)),
    breaks(
        "events.variant",
        "a-body-of-another-variant",
        left(text="bye", reason="kicked"),
        (
            "a member:left event as its schema has it | "
            "at /body/text: 'text' is of a text event, and nothing of a member:left event is beside it in "
            '{"_links":{"self":{"href":"http://api.test/v0.2/conversations/CON-1/events/5"}},"body":{"reason'
            '":"kicked","text":"bye"},… (183 characters) | '
            "/conversations/CON-1/events"
        ),
    ),
    # events.text, events.custom
    holds("events.text", "names-this-conversation", of("text", conversation_id="CON-1", body=HOME_LINK)),
    holds("events.text", "names-none", of("text")),
    holds("events.text", "a-link-that-is-no-text", of("text", body={"_links": {"self": {"href": 5}}})),
    silent("events.text", "a-custom-event", of("custom:text", conversation_id="CON-2")),
    breaks(
        "events.text",
        "names-another",
        of("text", conversation_id="CON-2"),
        'conversation_id of event 5 names CON-1 | "CON-2" | /conversations/CON-1/events',
    ),
    breaks(
        "events.text",
        "its-body-names-another",
        of("text", body={"conversation_id": "CON-2"}),
        'body.conversation_id of event 5 names CON-1 | "CON-2" | /conversations/CON-1/events',
    ),
    breaks(
        "events.text",
        "its-link-leads-elsewhere",
        of("text", body=BODY_LINK),
        (
            "body._links.self.href of event 5 names CON-1 | "
            '"http://api.test/v0.2/conversations/CON-2/members/MEM-1" | '
            "/conversations/CON-1/events"
        ),
    ),
    holds("events.custom", "names-this-conversation", of("custom:a", body={"conversation_id": "CON-1"})),
    silent("events.custom", "a-text", of("text", conversation_id="CON-2")),
    breaks(
        "events.custom",
        "names-another",
        of("custom:a", conversation_id="CON-2"),
        'conversation_id of event 5 names CON-1 | "CON-2" | /conversations/CON-1/events',
    ),
    # events.member-invited, events.member-left
    holds("events.member-invited", "times-in-order", timed("member:invited", invited=EARLY, joined=LATE)),
    holds("events.member-invited", "one-time", timed("member:invited", left=LATE)),
    holds("events.member-invited", "at-once", timed("member:invited", invited=EARLY, joined=EARLY, left=EARLY)),
    silent("events.member-invited", "another-variant", timed("member:left", invited=LATE, joined=EARLY)),
    breaks(
        "events.member-invited",
        "joined-first",
        timed("member:invited", invited=LATE, joined=EARLY),
        (
            "joined not before invited in the body of event 5 | "
            "invited 2023-01-01T12:30:00+00:00, joined 2023-01-01T12:00:00Z | "
            "/conversations/CON-1/events"
        ),
    ),
    breaks(
        "events.member-invited",
        "a-link-elsewhere",
        of("member:invited", body=BODY_LINK),
        (
            "body._links.self.href of event 5 names CON-1 | "
            '"http://api.test/v0.2/conversations/CON-2/members/MEM-1" | '
            "/conversations/CON-1/events"
        ),
    ),
    holds("events.member-left", "no-time-that-can-be-read", timed("member:left", joined="later", left=EARLY)),
    silent("events.member-left", "another-variant", timed("member:invited", joined=LATE, left=EARLY)),
    breaks(
        "events.member-left",
        "left-before-joined",
        timed("member:left", joined=LATE, left=EARLY),
        (
            "left not before joined in the body of event 5 | "
            "joined 2023-01-01T12:30:00+00:00, left 2023-01-01T12:00:00Z | "
            "/conversations/CON-1/events"
        ),
    ),
    breaks(
        "events.member-left",
        "left-before-invited",
        timed("member:left", invited=LATE, left=EARLY),
        (
            "left not before invited in the body of event 5 | "
            "invited 2023-01-01T12:30:00+00:00, left 2023-01-01T12:00:00Z | "
            "/conversations/CON-1/events"
        ),
    ),
    # events.type-syntax
    *(holds("events.type-syntax", f"well-written-{number}", of(kind)) for number, kind in enumerate(WELL_WRITTEN)),
    silent("events.type-syntax", "no-type", page({"id": 1}, event(2, None), scope=E)),
    *(
        breaks("events.type-syntax", f"written-badly-{number}", of(kind), f"{wanted} | type {shown} | {EVENTS}")
        for number, (kind, wanted, shown) in enumerate(WRITTEN_BADLY)
    ),
    *(
        breaks("events.type-syntax", f"unusual-{number}", of(kind), f"{UNUSUAL} | type {shown} | {EVENTS} | SHOULD")
        for number, (kind, shown) in enumerate(
            (("member has left", '"member has left"'), ("t\u00e9xt", '"t\\u00e9xt"'))
        )
    ),
    # events.unknown-type
    *(
        holds("events.unknown-type", f"written-badly-{number}", of(kind))
        for number, (kind, *_) in enumerate(WRITTEN_BADLY)
    ),
    holds("events.unknown-type", "unusual", of("member has left")),
    holds("events.unknown-type", "documented", of("custom:")),
    silent("events.unknown-type", "no-event", page(scope=E)),
    breaks(
        "events.unknown-type",
        "undocumented",
        of("audio:mute:on"),
        ('text, custom:<name>, member:invited or member:left | type "audio:mute:on" | /conversations/CON-1/events'),
    ),
    # events.ids
    holds("events.ids", "integers", whole([event(1)], [event(2)], scope=E)),
    silent("events.ids", "no-event", whole([], scope=E)),
    breaks(
        "events.ids",
        "text",
        whole([event("1")], scope=E),
        'an integer as the id of an event | "1" | /conversations/CON-1/events',
    ),
    breaks(
        "events.ids",
        "a-boolean",
        whole([{**event(1), "id": True}], scope=E),
        "an integer as the id of an event | true | /conversations/CON-1/events",
    ),
    breaks(
        "events.ids",
        "shared",
        whole([event(1)], [event(1, "custom:a")], scope=E),
        (
            "the id 1 for one item only, in /conversations/CON-1/events | "
            'another item has it: {"body":{},"id":1,"timestamp":"2023-01-01T12:00:00Z","type":"custom:a"} | '
            "/conversations/CON-1/events, /conversations/CON-1/events?cursor=p2"
        ),
    ),
    holds("events.ids", "greater-later", grown(6), part=1),
    holds("events.ids", "nothing-added", grown(5), part=1),
    silent("events.ids", "nothing-before", Paths(chain([], scope=E), chain([1], scope=E)), part=1),
    silent(
        "events.ids",
        "one-gone-meanwhile",
        Paths(chain([event(1), event(5)], scope=E), chain([event(1), event(3)], scope=E)),
        part=1,
    ),
    breaks(
        "events.ids",
        "less-later",
        grown(7, 3),
        "added events with ids above 5 | id 3 | /conversations/CON-1/events?cursor=p2",
        part=1,
    ),
    # events.sender
    holds("events.sender", "a-member", of("text", **{"from": "MEM-1"})),
    silent("events.sender", "nobody", of("text", **{"from": None})),
    breaks(
        "events.sender",
        "a-user",
        of("text", **{"from": "USR-1"}),
        'from with the id of a member, MEM-… | "USR-1" | /conversations/CON-1/events',
    ),
    breaks(
        "events.sender",
        "a-number",
        page(event(1, **{"from": 7}), event(2), scope=E),
        "from with the id of a member, MEM-… | 7 | /conversations/CON-1/events",
    ),
    # events.all-variants-seen
    holds("events.all-variants-seen", "whatever-comes", whole([event(1, "strange")], scope=E)),
    silent("events.all-variants-seen", "nothing", whole([], scope=E)),
    # items.ids
    holds("items.ids", "the-prefix", page("MEM-1", scope=M)),
    silent("items.ids", "no-item", page(scope=M)),
    breaks(
        "items.ids",
        "another-prefix",
        page("USR-1", scope=M),
        'an id that begins with MEM- | "USR-1" | /conversations/CON-1/members',
    ),
    breaks("items.ids", "a-number", page(1), "an id that begins with USR- | 1 | /users"),
    breaks(
        "items.ids", "only-the-prefix", page("CON-", scope=C), 'an id that begins with CON- | "CON-" | /conversations'
    ),
    # items.timestamps
    holds("items.timestamps", "of-rfc-3339", page(conversation(1), scope=C)),
    holds("items.timestamps", "null", page({"id": 1, "timestamp": {"left": None}}, scope=M)),
    holds("items.timestamps", "whatever-a-custom-body-calls-so", of("custom:a", body={"timestamp": {"mine": "now"}})),
    silent("items.timestamps", "none", page("MEM-1", scope=M)),
    breaks(
        "items.timestamps",
        "no-zone",
        page(conversation(1, "2023-01-01T12:00:00"), scope=C),
        ("an RFC 3339 date-time as timestamp.created of 'CON-1' | \"2023-01-01T12:00:00\" | /conversations"),
    ),
    breaks(
        "items.timestamps",
        "seconds",
        page(event(1, timestamp=1672531200), scope=E),
        "an RFC 3339 date-time as timestamp of 1 | 1672531200 | /conversations/CON-1/events",
    ),
    breaks(
        "items.timestamps",
        "in-a-body",
        timed("member:left", left="2023-01-01"),
        ('an RFC 3339 date-time as body.timestamp.left of 5 | "2023-01-01" | /conversations/CON-1/events'),
    ),
    breaks(
        "items.timestamps",
        "of-a-custom-event",
        of("custom:a", timestamp="now"),
        'an RFC 3339 date-time as timestamp of 5 | "now" | /conversations/CON-1/events',
    ),
    # items.membership
    holds("items.membership", "one-conversation-each", (chain(["MEM-1"], scope=M), chain(["MEM-2"], scope=ELSEWHERE))),
    holds("items.membership", "twice-in-one", (chain(["MEM-1"], ["MEM-1"], scope=M), chain([], scope=ELSEWHERE))),
    breaks(
        "items.membership",
        "in-two-conversations",
        (chain(["MEM-1"], ["MEM-2"], scope=M), chain(["MEM-3", "MEM-2", "MEM-1"], scope=ELSEWHERE)),
        (
            "in /conversations/CON-9/members members of this conversation | "
            "'MEM-2' also stands in /conversations/CON-1/members | "
            "/conversations/CON-1/members?cursor=p2, /conversations/CON-9/members"
        ),
    ),
    holds("items.membership", "senders-of-this-conversation", mentioned(event(1, **{"from": "MEM-1"})), part=1),
    holds(
        "items.membership",
        "a-sender-whom-nobody-knows",
        mentioned(event(1, **{"from": "MEM-5"}), event(2, **{"from": 3})),
        part=1,
    ),
    holds("items.membership", "a-body-that-is-free", mentioned(event(5, "custom:a", body={"id": "MEM-2"})), part=1),
    silent("items.membership", "no-event", mentioned(), part=1),
    breaks(
        "items.membership",
        "a-sender-of-another-conversation",
        mentioned(event(1), event(2, **{"from": "MEM-2"})),
        (
            "from of event 2 not a member of /conversations/CON-9/members | MEM-2 | "
            "/conversations/CON-9/members, /conversations/CON-1/events"
        ),
        part=1,
    ),
    breaks(
        "items.membership",
        "who-left-another-conversation",
        mentioned(event(5, "member:left", body={"id": "MEM-2"})),
        (
            "body.id of event 5 not a member of /conversations/CON-9/members | MEM-2 | "
            "/conversations/CON-9/members, /conversations/CON-1/events"
        ),
        part=1,
    ),
    # items.unique
    holds("items.unique", "another-id-each", whole(["USR-1"], ["USR-2"])),
    holds("items.unique", "the-same-item-again", whole(["USR-1"], ["USR-1"])),
    silent("items.unique", "one-item", whole(["USR-1"])),
    breaks(
        "items.unique",
        "two-items",
        whole([{"id": "USR-1", "name": "a"}], [{"id": "USR-1", "name": "b"}]),
        (
            "the id 'USR-1' for one item only, in /users | "
            'another item has it: {"id":"USR-1","name":"b"} | '
            "/users, /users?cursor=p2"
        ),
    ),
    # items.self
    holds("items.self", "itself", linked(E, "5", f"{BASE}/conversations/CON-1/events/5/")),
    holds("items.self", "percent-encoded", linked(U, "USR-1", f"{BASE}/users/USR%2D1?x=1")),
    holds("items.self", "an-id-like-an-escape", linked(U, "USR-%41", f"{BASE}/users/USR-%2541")),
    holds("items.self", "an-id-with-a-slash", linked(U, "USR-a/b", f"{BASE}/users/USR-a%2Fb")),
    holds("items.self", "no-link", page("USR-1")),
    silent("items.self", "no-item", page()),
    breaks(
        "items.self",
        "another-item",
        linked(U, "USR-1", f"{BASE}/users/USR-11"),
        "a self link that ends in /users/USR-1 | http://api.test/v0.2/users/USR-11 | /users",
    ),
    breaks(
        "items.self",
        "another-conversation",
        linked(E, "5", f"{BASE}/conversations/CON-2/events/5"),
        (
            "a self link that ends in /conversations/CON-1/events/5 | "
            "http://api.test/v0.2/conversations/CON-2/events/5 | "
            "/conversations/CON-1/events"
        ),
    ),
    # items.conversation-name-unique
    holds("items.conversation-name-unique", "names", chain([conversation(1)], [conversation(2)], scope=C)),
    holds("items.conversation-name-unique", "a-conversation-again", chain([conversation(1)] * 2, scope=C)),
    holds(
        "items.conversation-name-unique",
        "no-names",
        chain([conversation(1, name=None), conversation(2, name=None)], scope=C),
    ),
    silent("items.conversation-name-unique", "one", chain([conversation(1)], scope=C)),
    breaks(
        "items.conversation-name-unique",
        "a-name-for-two",
        chain([conversation(1)], [conversation(2, name="name 1")], scope=C),
        ("a name for one conversation only | CON-1 and 'CON-2' are both named \"name 1\" | /conversations?cursor=p2"),
    ),
    # items.member-user
    holds("items.member-user", "a-user", whole([MEMBER], scope=M, users=frozenset({"USR-1"}))),
    silent("items.member-user", "no-users", whole([MEMBER], scope=M, users=frozenset())),
    silent("items.member-user", "users-that-nobody-read", whole([MEMBER], scope=M)),
    breaks(
        "items.member-user",
        "nobody",
        whole([MEMBER], scope=M, users=frozenset({"USR-2"})),
        "user_id of 'MEM-1' among the 1 users | \"USR-1\" | /conversations/CON-1/members",
    ),
    breaks(
        "items.member-user",
        "no-user-id",
        whole(["MEM-1"], scope=M, users=frozenset({"USR-2"})),
        "user_id of 'MEM-1' among the 1 users | missing or null | /conversations/CON-1/members",
    ),
    # items.self-resolves
    holds("items.self-resolves", "itself", (resolved({"id": "USR-1"}),)),
    silent(
        "items.self-resolves", "a-target-without-single-items", (resolved({}, status=404), resolved({}, status=405))
    ),
    breaks(
        "items.self-resolves",
        "another",
        (resolved({"id": "USR-2"}),),
        '\'USR-1\' behind its self link | {"id":"USR-2"} | /users/USR-1',
    ),
    breaks(
        "items.self-resolves",
        "one-of-two-missing",
        (resolved({"id": "USR-1"}), resolved({}, status=404)),
        "'USR-1' behind its self link | status 404 | /users/USR-1",
    ),
]


@pytest.mark.parametrize(("clause", "part", "evidence", "found"), CASES)
def test_a_clause_finds_what_is_broken_and_nothing_else(
    clause: str, part: int, evidence: object, found: list[str] | None
) -> None:
    assert judged(clause, part, evidence) == found


@pytest.mark.parametrize("family", ["items", "events"])
def test_every_way_to_decide_is_tried_on_good_and_on_bad_evidence(family: str) -> None:
    assert uncovered(family, CASES) == []


@pytest.mark.parametrize(
    ("clause", "evidence", "counts"),
    [
        ("events.variant", page(GOOD, GOOD, event(6, "x"), scope=E), {"text events": 2, "other events": 1}),
        ("events.all-variants-seen", whole([event(1), event(2, "custom:a")], scope=E), {"text": 1, "custom": 1}),
    ],
    ids=["variant", "all-variants-seen"],
)
def test_events_are_counted_by_variant(clause: str, evidence: object, counts: dict[str, int]) -> None:
    tell = CONVERSATION_CLAUSES[clause].parts[0].counts
    assert tell is not None
    assert {words.many: count for words, count in tell(evidence).items()} == counts
