"""Overlays are applied as their specification says, and every action of the strict overlay is needed."""

from copy import deepcopy
from functools import cache

import pytest

from contracts.description import CONVERSATION, VARIANTS, resolve
from contracts.description.errors import (
    BadOverlayTargetError,
    BadUpdateError,
    DeadTargetError,
    OverlayError,
    PointerError,
    PrimitiveTargetError,
    RootRemovalError,
)
from contracts.description.loading import Json
from contracts.description.overlay import apply_overlay, targets
from contracts.paging.pointers import pointer_to
from tests.suite.description_table import EVENTS, ROWS, judge, kebab

ACTIONS = CONVERSATION.overlay["actions"]
DOCUMENT = {"a": {"b": [1, {"x": 1}], "c": "old", "d": {"e": None}}, "f": [{"n": 1}, {"n": 2}, {"n": 3}]}


def applied(*actions: Json) -> Json:
    return apply_overlay(DOCUMENT, {"overlay": "1.0.0", "actions": actions})


@pytest.mark.parametrize(
    ("target", "update", "pointer", "value"),
    [
        pytest.param("$.a", {"g": 1}, "/a/g", 1, id="new-member"),
        pytest.param("$.a", {"c": "new"}, "/a/c", "new", id="primitive-replaced"),
        pytest.param("$.a", {"d": {"h": 2}}, "/a/d", {"e": None, "h": 2}, id="objects-merged"),
        pytest.param("$", {"a": {"d": {"e": [1]}}}, "/a/d/e", [1], id="null-replaced"),
        pytest.param("$.a", {"b": [2, 3]}, "/a/b", [1, {"x": 1}, 2, 3], id="lists-joined"),
        pytest.param("$.a.b", {"y": 2}, "/a/b", [1, {"x": 1}, {"y": 2}], id="object-appended"),
        pytest.param("$.a.b", 5, "/a/b", [1, {"x": 1}, 5], id="primitive-appended"),
        pytest.param("$.a.b", [5], "/a/b", [1, {"x": 1}, [5]], id="list-appended-as-one-entry"),
        pytest.param("$.f[?@.n > 1]", {"m": 0}, "/f", [{"n": 1}, {"n": 2, "m": 0}, {"n": 3, "m": 0}], id="many"),
        pytest.param("$['f', 'f'][0]", {"m": [0]}, "/f/0/m", [0], id="a-node-met-twice-is-changed-once"),
    ],
)
def test_update(target: str, update: Json, pointer: str, value: Json) -> None:
    assert resolve(applied({"target": target, "update": update}), pointer) == value


@pytest.mark.parametrize(
    ("target", "pointer", "value"),
    [
        pytest.param("$.a.d", "/a", {"b": [1, {"x": 1}], "c": "old"}, id="member"),
        pytest.param("$.f[?@.n < 3]", "/f", [{"n": 3}], id="entries"),
        pytest.param("$.f[2, 0]", "/f", [{"n": 2}], id="entries-out-of-order"),
        pytest.param("$.a.b", "/a", {"c": "old", "d": {"e": None}}, id="list"),
    ],
)
def test_remove(target: str, pointer: str, value: Json) -> None:
    assert resolve(applied({"target": target, "remove": True, "update": {"ignored": 1}}), pointer) == value


def test_actions_follow_one_another() -> None:
    result = applied({"target": "$", "update": {"new": {}}}, {"target": "$.new", "update": {"x": 1}})
    assert result["new"] == {"x": 1}


def test_document_and_overlay_stay_as_they_are() -> None:
    before, update = deepcopy(DOCUMENT), {"m": []}
    result = applied({"target": "$.f[*]", "update": update})
    result["f"][0]["m"].append(1)
    assert (DOCUMENT, update, result["f"][1]["m"]) == (before, {"m": []}, [])


@pytest.mark.parametrize(
    ("action", "error", "text"),
    [
        pytest.param({"target": "$.z", "update": {}}, DeadTargetError, "matches nothing", id="dead-target"),
        pytest.param({"target": "$.z", "remove": True}, DeadTargetError, "matches nothing", id="dead-removal"),
        pytest.param({"target": "a.b", "update": {}}, BadOverlayTargetError, "no JSONPath of RFC 9535", id="bad-path"),
        pytest.param({"target": "$.a.c", "update": {}}, PrimitiveTargetError, "matches 'old' at", id="primitive"),
        pytest.param({"target": "$.a", "update": [1]}, BadUpdateError, "a list into an object", id="list-into-object"),
        pytest.param(
            {"target": "$.a", "update": {"b": {}}},
            BadUpdateError,
            r"at \$\['a'\]\['b'\]",
            id="object-into-list",
        ),
        pytest.param(
            {"target": "$.a", "update": {"d": 1}}, BadUpdateError, "1 into an object", id="number-into-object"
        ),
        pytest.param(
            {"target": "$.a", "update": {"c": {}}}, BadUpdateError, "object into 'old'", id="object-into-text"
        ),
        pytest.param({"target": "$.a"}, BadUpdateError, "cannot merge nothing", id="no-update"),
        pytest.param({"target": "$", "remove": True}, RootRemovalError, "the whole document", id="remove-all"),
    ],
)
def test_action_that_cannot_be_applied_is_named(action: Json, error: type[OverlayError], text: str) -> None:
    harmless = {"target": "$.a", "update": {}}
    with pytest.raises(error, match=text) as raised:
        applied(harmless, action)
    assert (raised.value.index, raised.value.target) == (1, action["target"])
    assert str(raised.value).startswith(f"overlay action 1 (target {action['target']!r}) ")


def test_strict_overlay_is_an_overlay_1_0() -> None:
    assert CONVERSATION.overlay["overlay"] == "1.0.0"
    assert set(CONVERSATION.overlay["info"]) == {"title", "version"}
    assert len(ACTIONS) > 20
    for action in ACTIONS:
        assert set(action) == {"target", "description", "update"}


def action_id(index: int) -> str:
    target, update = ACTIONS[index]["target"], ACTIONS[index]["update"]
    return kebab(f"{target} {next(iter(update))}")


each_action = pytest.mark.parametrize("index", range(len(ACTIONS)), ids=action_id)


@each_action
def test_action_says_what_it_rests_on(index: int) -> None:
    """It quotes the description or its examples, word for word, or names the public evidence."""
    text = ACTIONS[index]["description"]
    quoted = [part for part in text.replace("`", '"').split('"')[1::2] if part in words()]
    assert quoted or "ublic evidence of the live service" in text


@cache
def words() -> str:
    """Write out all that the description says, code marks as quotation marks."""
    return " ".join(str(CONVERSATION.original).replace("\\n", " ").replace("`", '"').split())


@each_action
def test_action_is_needed(index: int) -> None:
    """Without it, some value is judged otherwise, some fact is gone, or the rest cannot be applied."""
    actions = [action for number, action in enumerate(ACTIONS) if number != index]
    assert outcome(actions) != outcome(ACTIONS)


def outcome(actions: Json) -> Json:
    try:
        document = apply_overlay(CONVERSATION.original, {"actions": actions})
        return verdicts(document), facts(document)
    except (DeadTargetError, PointerError) as error:
        return type(error)


def verdicts(document: Json) -> dict[str, bool]:
    """Judge every row of the table by a document, and every event by every branch."""
    judges = {pointer: judge(document, pointer) for pointer in {row.schema for row in ROWS}}
    found = {row.id: judges[row.schema].is_valid(row.value) for row in ROWS}
    for name, pointer in {**VARIANTS, "any": CONVERSATION.item_pointer("events")}.items():
        branch = judge(document, pointer)
        found |= {f"{row.id} as {name}": branch.is_valid(row.value) for row in EVENTS}
    return found


def facts(document: Json) -> dict[str, Json]:
    """Collect what the overlay says and no value can show."""
    responses = {path: methods["get"]["responses"] for path, methods in document["paths"].items()}
    return {
        "refusals": {path: found.get("4XX", {}).get("content") for path, found in responses.items()},
        "links": responses["/conversations"]["200"].get("links", {}),
        "schemes": document["components"].get("securitySchemes"),
        "security": document.get("security"),
    }


def test_every_operation_may_refuse_with_any_media_type() -> None:
    assert facts(CONVERSATION.effective)["refusals"] == {path: {"*/*": {}} for path in CONVERSATION.original["paths"]}


def test_every_operation_takes_a_bearer_token() -> None:
    scheme = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    assert facts(CONVERSATION.effective)["schemes"] == {"bearer": scheme}
    assert facts(CONVERSATION.effective)["security"] == [{"bearer": []}]


def test_links_lead_from_the_first_ten_conversations() -> None:
    expected = {
        f"{listing}-of-item-{index}": {
            "operationId": CONVERSATION.listing_operation(listing).operation_id,
            "parameters": {"conversation_id": f"$response.body#/_embedded/data/conversations/{index}/id"},
        }
        for listing in ("members", "events")
        for index in range(10)
    }
    assert facts(CONVERSATION.effective)["links"] == expected


def test_nothing_described_is_lost() -> None:
    """The overlay adds; what the description says stays, but for the three values that it has to replace."""
    changed = [
        pointer for pointer, value in leaves(CONVERSATION.original) if resolve(CONVERSATION.effective, pointer) != value
    ]
    assert changed == [
        f"{CONVERSATION.item_pointer('members')}/$ref",
        "/components/parameters/start_id_parameter/schema/type",
        "/components/parameters/end_id_parameter/schema/type",
    ]


def leaves(value: Json, *path: str | int) -> list[tuple[str, Json]]:
    """Collect the pointers to all primitive values, with the values."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if children is None:
        return [(pointer_to(*path), value)]
    return [leaf for key, child in children for leaf in leaves(child, *path, key)]


def test_targets_are_found_once() -> None:
    assert [match.path for match in targets(DOCUMENT, "$['f', 'f'][0]")] == ["$['f'][0]"]
