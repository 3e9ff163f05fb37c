"""The effective description accepts every example of the description, alone and put together."""

import re

import pytest

from contracts.description import CONVERSATION, path_of, problems, resolve
from contracts.description.loading import Json
from contracts.paging.pointers import pointer_to
from tests.suite.description_table import kebab


def examples(value: Json, *path: str | int) -> list[tuple[str, str, Json]]:
    """Collect every `example` with its own pointer and the pointer of the schema that it must satisfy."""
    children: Json = ()
    if isinstance(value, dict):
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    found = [entry for key, child in children if key != "example" for entry in examples(child, *path, key)]
    if isinstance(value, dict) and "example" in value:
        schema = (*path, "schema") if "schema" in value else path
        found.append((pointer_to(*path, "example"), pointer_to(*schema), value["example"]))
    return found


EXAMPLES = examples(CONVERSATION.original)
BARE = {"type", "description", "required"}


def test_no_example_is_overlooked() -> None:
    lines = re.findall(r"^ +example:", path_of("conversation.yaml").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(EXAMPLES) == len(lines) > 60


@pytest.mark.parametrize("example", EXAMPLES, ids=[kebab(pointer) for pointer, _, _ in EXAMPLES])
def test_example_is_accepted(example: tuple[str, str, Json]) -> None:
    _, schema, value = example
    assert problems(CONVERSATION.validator(schema), value) == ()


def composed(schema: Json) -> list[Json]:
    """Put the examples of a schema's parts together to whole values, one for each branch of an `anyOf`."""
    if "$ref" in schema:
        return composed(resolve(CONVERSATION.effective, schema["$ref"].removeprefix("#")))
    if "example" in schema:
        return [schema["example"]]
    if "anyOf" in schema:
        return [value for branch in schema["anyOf"] for value in composed(branch)]
    if "items" in schema:
        return [composed(schema["items"])]
    value = {name: composed(inner)[0] for name, inner in schema.get("properties", {}).items() if set(inner) - BARE}
    for part in schema.get("allOf", ()):
        value = {**composed(part)[0], **value}
    return [value]


@pytest.mark.parametrize("listing", [operation.listing for operation in CONVERSATION.operations.values()])
def test_examples_together_make_a_page(listing: str) -> None:
    (value,) = composed(resolve(CONVERSATION.effective, CONVERSATION.page_pointer(listing)))
    assert len(value["_embedded"]["data"][listing]) == (5 if listing == "events" else 1)
    assert problems(CONVERSATION.validator(CONVERSATION.page_pointer(listing)), value) == ()
