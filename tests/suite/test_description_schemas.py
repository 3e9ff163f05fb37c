"""The table of accepted and rejected instances, row by row, and that the table leaves no schema out."""

import re
from collections import Counter
from copy import deepcopy
from dataclasses import replace

import pytest
from jsonschema.protocols import Validator

from contracts.description import (
    CONVERSATION,
    VARIANTS,
    Problem,
    described,
    of_another_variant,
    problems,
    variant_of,
)
from contracts.description.errors import UnknownNameError
from contracts.description.loading import Json
from tests.suite.description_table import EVENTS, ROWS, Row, judge

LISTINGS = ("conversations", "users", "members", "events")
ACCEPTED = tuple(row for row in ROWS if row.accepted)
REJECTED = tuple(row for row in ROWS if not row.accepted)
BROKEN_EVENTS = tuple(row for row in EVENTS if not row.accepted)


def rows(table: tuple[Row, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", table, ids=[row.id for row in table])


def page(listing: str) -> Validator:
    return CONVERSATION.validator(CONVERSATION.page_pointer(listing))


@rows(ACCEPTED)
def test_accepted(row: Row) -> None:
    assert problems(CONVERSATION.validator(row.schema), row.value) == ()


@rows(REJECTED)
def test_rejected_at_its_place(row: Row) -> None:
    found = problems(CONVERSATION.validator(row.schema), row.value)
    assert set(row.at) <= {problem.pointer for problem in found}


@rows(tuple(row for row in EVENTS if row.accepted))
def test_event_is_accepted_by_its_own_branch_alone(row: Row) -> None:
    assert [name for name in VARIANTS if CONVERSATION.variant(name).is_valid(row.value)] == [row.base]
    assert CONVERSATION.item("events").is_valid(row.value)
    assert variant_of(row.value["type"]) == row.base


@rows(BROKEN_EVENTS)
def test_broken_event_is_rejected_by_every_branch(row: Row) -> None:
    assert [name for name in VARIANTS if CONVERSATION.variant(name).is_valid(row.value)] == []
    assert not CONVERSATION.item("events").is_valid(row.value)


@rows(BROKEN_EVENTS)
def test_broken_event_is_blamed_by_the_branch_of_its_type(row: Row) -> None:
    """The type decides which branch speaks, and that branch names the broken place."""
    assert row.branch is not None
    chosen = CONVERSATION.item_validator("events", row.value)
    assert chosen is CONVERSATION.variant(row.branch)
    assert set(row.at) <= {problem.pointer for problem in problems(chosen, row.value)}


@rows(tuple(row for row in ROWS if row.base in LISTINGS))
def test_page_and_items_are_judged_by_one_schema(row: Row) -> None:
    assert row.base is not None
    found = problems(page(row.base), row.value)
    inside = [re.match(r"/_embedded/data/\w+/\d", each.pointer) for each in found]
    assert (not found, bool(found) and all(inside)) == (row.accepted, row.item)


def test_table_covers_every_schema() -> None:
    """Each variant, item, envelope and documented parameter has values of both kinds."""
    wanted = [*VARIANTS.values()]
    wanted += [
        pointer
        for listing in LISTINGS
        for pointer in (CONVERSATION.page_pointer(listing), CONVERSATION.item_pointer(listing))
    ]
    wanted.remove(CONVERSATION.item_pointer("events"))  # judged through its branches
    verdicts = {(row.schema, row.accepted) for row in ROWS}
    assert {(pointer, verdict) for pointer in wanted for verdict in (True, False)} <= verdicts


def test_table_covers_every_constrained_parameter() -> None:
    taken = {parameter.pointer for operation in CONVERSATION.operations.values() for parameter in operation.parameters}
    free = {"/components/parameters/cursor", "/components/parameters/event_type_parameter"}
    assert {f"{pointer}/schema" for pointer in taken - free} <= {row.schema for row in REJECTED}


def test_table_is_large_enough() -> None:
    broken = Counter(row.base for row in BROKEN_EVENTS)
    assert sum(broken.values()) >= 15
    assert set(broken) == set(VARIANTS)
    assert min(broken.values()) >= 5


def test_table_ids_are_unique() -> None:
    assert [row_id for row_id, count in Counter(row.id for row in ROWS).items() if count > 1] == []


def test_original_description_lets_most_broken_events_pass() -> None:
    """The control: what rejects the broken events is the overlay."""
    written = judge(CONVERSATION.original, CONVERSATION.item_pointer("events"))
    passed = [row.id for row in BROKEN_EVENTS if written.is_valid(row.value)]
    assert len(passed) > 2 * len(BROKEN_EVENTS) / 3


@pytest.mark.parametrize("name", VARIANTS)
def test_extra_members_are_allowed_everywhere(name: str) -> None:
    (value,) = (deepcopy(row.value) for row in EVENTS if row.id == f"{name.removeprefix('member:')}-event")
    assert add_extra_members(value) >= 4
    assert problems(CONVERSATION.variant(name), value) == ()


def add_extra_members(value: Json) -> int:
    """Put a member that nobody described into every object; say how many there were."""
    if not isinstance(value, dict):
        return 0
    added = 1 + sum(add_extra_members(inner) for inner in list(value.values()))
    value["x-extra"] = [None]
    return added


@pytest.mark.parametrize(
    ("type_", "name"),
    [
        pytest.param("text", "text", id="text"),
        pytest.param("custom:my_event", "custom", id="custom-with-a-name"),
        pytest.param("custom:", "custom", id="custom-without-a-name"),
        pytest.param("custom", "other", id="custom-without-a-colon"),
        pytest.param("member:invited", "member:invited", id="invited"),
        pytest.param("member:left", "member:left", id="left"),
        pytest.param("member:joined", "other", id="undocumented"),
        pytest.param("other", "other", id="called-other"),
        pytest.param(None, "other", id="no-text"),
    ],
)
def test_type_chooses_the_variant(type_: object, name: str) -> None:
    assert variant_of(type_) == name


@rows(tuple(row for row in EVENTS if row.accepted))
def test_a_good_event_holds_nothing_of_another_variant(row: Row) -> None:
    assert of_another_variant(CONVERSATION, row.value) == ()


@pytest.mark.parametrize("name", ["member:invited", "member:left"])
def test_a_member_body_with_a_text_alone_is_another_variant_s(name: str) -> None:
    (value,) = (deepcopy(row.value) for row in EVENTS if row.id == f"{name.removeprefix('member:')}-event")
    said = f"'text' is of a text event, and nothing of a {name} event is beside it"
    assert of_another_variant(CONVERSATION, value | {"body": {"text": "bye", "x": 1}}) == (Problem("/body/text", said),)


@pytest.mark.parametrize(
    ("path", "names"),
    [((), {"a", "b"}), (("a",), {"c", "d"}), (("a", "c"), set()), (("b",), set()), (("x", "y"), set())],
    ids=["top", "in-two-parts", "no-object", "left-open", "nowhere"],
)
def test_a_schema_describes_properties_in_all_of_its_parts(path: tuple[str, ...], names: set[str]) -> None:
    inner = {"properties": {"a": {"oneOf": [{"properties": {"c": {"type": "string"}}}]}, "b": {"type": "object"}}}
    schema = {"allOf": [inner, {"anyOf": [{"properties": {"a": {"properties": {"d": {}}}}}]}]}
    assert described(schema, path) == names


@pytest.mark.parametrize("listing", ["conversations", "users", "members"])
def test_item_validator_of_other_listings_is_the_item_s(listing: str) -> None:
    assert CONVERSATION.item_validator(listing, {"type": "text"}) is CONVERSATION.item(listing)


def test_item_validator_of_no_object_is_the_other_branch() -> None:
    assert CONVERSATION.item_validator("events", [5]) is CONVERSATION.variant("other")


def test_problems_name_place_and_cause() -> None:
    (row,) = (row for row in ROWS if row.id == "text-body-text-null")
    found = problems(CONVERSATION.variant("text"), row.value)
    assert found == (Problem("/body/text", "None is not of type 'string'"),)
    assert str(found[0]) == "at /body/text: None is not of type 'string'"


def test_problems_of_a_list_of_branches_are_those_of_the_nearest() -> None:
    (row,) = (row for row in ROWS if row.id == "text-body-text-number")
    assert problems(CONVERSATION.item("events"), row.value) == (Problem("/body/text", "5 is not of type 'string'"),)


def test_problems_stay_short() -> None:
    (problem,) = problems(page("users"), ["x" * 10_000])
    assert problem.pointer == ""
    assert len(problem.message) < 400
    assert problem.message.endswith("is not of type 'object'")


@pytest.mark.parametrize("ask", ["page_pointer", "item"])
def test_unknown_listing_is_an_error(ask: str) -> None:
    with pytest.raises(UnknownNameError, match=r"no listing is called 'legs'; there are \['conversations'"):
        getattr(CONVERSATION, ask)("legs")


def test_unknown_variant_is_an_error() -> None:
    with pytest.raises(UnknownNameError, match="no event variant is called 'audio'"):
        CONVERSATION.variant("audio")


def test_validators_are_built_once() -> None:
    assert page("events") is page("events")
    assert CONVERSATION.item("events") is CONVERSATION.validator(CONVERSATION.item_pointer("events"))


def test_building_a_validator_leaves_the_description_alone() -> None:
    fresh = replace(CONVERSATION)
    before = deepcopy(fresh.effective)
    for listing in LISTINGS:
        fresh.validator(fresh.page_pointer(listing))
    assert fresh.effective == before
