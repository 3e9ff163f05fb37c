"""The description is the owner's, valid and read as it is meant; what is derived from it is right."""

import hashlib
import re

import pytest
import yaml
from openapi_spec_validator import OpenAPIV30SpecValidator

from contracts.description import CONVERSATION, Parameter, path_of, problems, resolve
from contracts.description.errors import (
    CyclicReferenceError,
    DuplicateKeyError,
    MissingFileError,
    PointerError,
)
from contracts.description.loading import Json, load
from contracts.description.pointers import inlined
from contracts.description.validators import build
from contracts.paging.pointers import pointer_to

DIGEST = "c54e68f4a758ec045f509ac09f91f623c18374b920f6ae7aac647fbf1f253550"
TEXT = path_of("conversation.yaml").read_text(encoding="utf-8")


def references(value: Json) -> list[str]:
    """Collect every `$ref`."""
    if isinstance(value, list):
        return [reference for entry in value for reference in references(entry)]
    if not isinstance(value, dict):
        return []
    own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
    return own + [reference for entry in value.values() for reference in references(entry)]


def test_lines_are_the_owner_s() -> None:
    """Only indentation and blank lines may ever change in `conversation.yaml`."""
    lines = [line.strip() for line in TEXT.splitlines() if line.strip()]
    assert len(lines) == 641
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest() == DIGEST


@pytest.mark.parametrize("document", [CONVERSATION.original, CONVERSATION.effective], ids=["original", "effective"])
def test_is_valid_openapi(document: Json) -> None:
    assert [error.message for error in OpenAPIV30SpecValidator(document).iter_errors()] == []


@pytest.mark.parametrize("document", [CONVERSATION.original, CONVERSATION.effective], ids=["original", "effective"])
def test_every_reference_resolves(document: Json) -> None:
    found = references(document)
    assert len(found) == len(re.findall(r"\$ref:", TEXT)) + 3 * (document is CONVERSATION.effective)
    for reference in found:
        assert isinstance(resolve(document, reference.removeprefix("#")), dict)


def test_unquoted_timestamps_stay_text() -> None:
    assert "example: 2019-09-12T19:49:21.823Z" in TEXT
    pointer = "/components/schemas/event/properties/timestamp/example"
    assert resolve(CONVERSATION.original, pointer) == "2019-09-12T19:49:21.823Z"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("v: 2019-09-12", "2019-09-12", id="date"),
        pytest.param("v: 12:30", "12:30", id="minutes"),
        pytest.param("v: on", "on", id="on"),
        pytest.param("v: NO", "NO", id="no"),
        pytest.param("v: 1_000", "1_000", id="underscore"),
        pytest.param("v: 010", "010", id="leading-zero"),
        pytest.param("v: 1.0.1", "1.0.1", id="version"),
        pytest.param("v: 88b395c1", "88b395c1", id="hexadecimal-cursor"),
        pytest.param("v: -13", -13, id="integer"),
        pytest.param("v: 1.5", 1.5, id="fraction"),
        pytest.param("v: false", False, id="boolean"),
        pytest.param("v: ~", None, id="null"),
        pytest.param("v:", None, id="nothing"),
    ],
)
def test_yaml_is_read_as_yaml_1_2(text: str, value: object) -> None:
    assert repr(load(text)["v"]) == repr(value)


def test_reading_changes_no_other_loader() -> None:
    assert load("v: on")["v"] == "on"
    assert yaml.safe_load("v: on")["v"] is True


def test_key_given_twice_is_an_error() -> None:
    with pytest.raises(DuplicateKeyError, match="'a' stands twice in one mapping, again in line 3"):
        load("a: 1\nb: 2\na: 3\n")


def test_file_that_is_nowhere_is_an_error() -> None:
    with pytest.raises(MissingFileError, match=r"'nowhere.yaml' is in none of \["):
        path_of("nowhere.yaml")


def test_a_copy_is_the_caller_s_own() -> None:
    first = CONVERSATION.effective_copy()
    first["paths"].clear()
    assert CONVERSATION.effective_copy() == CONVERSATION.effective != first


def test_a_copy_without_security_has_no_trace_of_it() -> None:
    assert CONVERSATION.effective["security"] == [{"bearer": []}]
    copy = CONVERSATION.effective_copy(security=False)
    assert "securitySchemes" not in copy["components"]
    assert "security" not in copy
    assert copy["paths"] == CONVERSATION.effective["paths"]


def test_operations_are_the_four_listings() -> None:
    found = {
        operation.operation_id: (operation.listing, operation.path) for operation in CONVERSATION.operations.values()
    }
    assert found == {
        "get-conversations": ("conversations", "/conversations"),
        "get-users": ("users", "/users"),
        "get-members": ("members", "/conversations/{conversation_id}/members"),
        "get-events": ("events", "/conversations/{conversation_id}/events"),
    }


def test_parameters_are_the_documented_ones() -> None:
    found = {
        operation.listing: [parameter.name for parameter in operation.parameters]
        for operation in CONVERSATION.operations.values()
    }
    paging = ["page_size", "order", "cursor"]
    assert found == {
        "conversations": [*paging, "date_start", "date_end"],
        "users": paging,
        "members": ["conversation_id", *paging],
        "events": ["conversation_id", *paging, "start_id", "end_id", "event_type"],
    }


def parameter(name: str) -> Parameter:
    return next(each for each in CONVERSATION.listing_operation("events").parameters if each.name == name)


def test_parameter_knows_what_is_said_of_it() -> None:
    size = parameter("page_size")
    assert (size.location, size.required) == ("query", False)
    assert size.schema == {"type": "integer", "default": 10, "maximum": 100, "minimum": 1}
    assert parameter("conversation_id").required


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("page_size", 100, id="integer"),
        pytest.param("order", "desc", id="enum"),
        pytest.param("start_id", 0, id="zero"),
        pytest.param("end_id", int("9" * 30), id="large-integer"),
        pytest.param("cursor", "100", id="digits-as-text"),
        pytest.param("event_type", "", id="empty-text"),
    ],
)
def test_parameter_allows_what_its_schema_allows(name: str, value: object) -> None:
    assert problems(build(parameter(name).schema), value) == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("page_size", 0, id="size-zero"),
        pytest.param("page_size", 101, id="size-too-large"),
        pytest.param("page_size", "", id="size-empty"),
        pytest.param("order", "ASC", id="order-upper-case"),
        pytest.param("conversation_id", "USR-1", id="id-of-user"),
    ],
)
def test_parameter_refuses_what_its_schema_does_not_allow(name: str, value: object) -> None:
    assert len(problems(build(parameter(name).schema), value)) == 1


@pytest.mark.parametrize(
    ("pointer", "line", "text"),
    [
        pytest.param("/openapi", 1, "3.0.0", id="value"),
        pytest.param("/components/parameters/order", 338, "Show the most (`desc`)", id="description"),
        pytest.param(
            "/paths/~1conversations/get/parameters/1",
            26,
            '- $ref: "#/components/parameters/order"',
            id="entry",
        ),
        pytest.param("/components/parameters/order/schema", 342, "schema:\n  type: string", id="yaml"),
        pytest.param("/components/schemas/custom_event/allOf/0/properties/body/example", 409, "example: {", id="flow"),
    ],
)
def test_source_is_where_it_stands(pointer: str, line: int, text: str) -> None:
    found = CONVERSATION.source(pointer)
    assert (found.pointer, found.file.name, found.line) == (pointer, "conversation.yaml", line)
    assert found.text.startswith(text)
    assert str(found).startswith(f"conversation.yaml:{line}: ")


def test_every_place_of_the_description_has_a_source() -> None:
    places = pointers(CONVERSATION.original)
    assert len(places) > 641
    for place in places:
        own = place.rpartition("/")[2].replace("~1", "/")
        standing = TEXT.splitlines()[CONVERSATION.source(place).line - 1].strip().removeprefix("- ").replace('"', "")
        assert own.isdecimal() or not place or re.search(rf"(^|[ {{]){re.escape(own)}:", standing)


def pointers(value: Json, *path: str | int) -> list[str]:
    """Collect the pointers to everything in a document."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [pointer_to(*path), *(deep for key, child in children for deep in pointers(child, *path, key))]


def test_source_of_much_is_cut() -> None:
    assert CONVERSATION.source("").line == 1
    assert CONVERSATION.source("/paths").text.endswith("\n...")
    assert len(CONVERSATION.source("/paths").text.splitlines()) < 20


@pytest.mark.parametrize(
    "look", [CONVERSATION.source, lambda pointer: resolve(CONVERSATION.effective, pointer)], ids=["source", "resolve"]
)
def test_pointer_that_leads_nowhere_says_what_is_there(look: Json) -> None:
    with pytest.raises(PointerError, match=r"ends at 'ordr': there is only \[.*'order'"):
        look("/components/parameters/ordr")


@pytest.mark.parametrize(
    "pointer",
    [
        pytest.param("components", id="without-slash"),
        pytest.param("#/components", id="fragment"),
        pytest.param("/servers/1", id="past-the-end"),
        pytest.param("/servers/-1", id="from-the-end"),
        pytest.param("/servers/00", id="leading-zero"),
        pytest.param("/openapi/3", id="into-text"),
    ],
)
def test_pointer_that_is_wrong_is_an_error(pointer: str) -> None:
    with pytest.raises(PointerError):
        resolve(CONVERSATION.original, pointer)
    with pytest.raises(PointerError):
        CONVERSATION.source(pointer)


def test_pointers_are_escaped_and_unescaped() -> None:
    document = {"a/b": {"m~n": [1, 2]}, "": 3}
    assert pointer_to("a/b", "m~n", 1) == "/a~1b/m~0n/1"
    assert resolve(document, "/a~1b/m~0n/1") == 2
    assert resolve(document, "/") == 3
    assert resolve(document, "") is document


def test_references_are_written_out() -> None:
    document = {"a": {"$ref": "#/b", "ignored": 1}, "b": [{"$ref": "#/c"}], "c": 5}
    assert inlined(document, document) == {"a": [5], "b": [5], "c": 5}


def test_reference_to_itself_is_an_error() -> None:
    document = {"a": {"$ref": "#/b"}, "b": {"x": {"$ref": "#/a"}}}
    with pytest.raises(CyclicReferenceError, match="'#/b' refers to itself"):
        inlined(document, document["a"])
