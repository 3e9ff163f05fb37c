"""Validators for the parts of the effective description: each envelope, each item, each event variant."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, cast

from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from openapi_schema_validator import OAS30Validator

from contracts.description.documents import effective
from contracts.description.errors import UnknownNameError
from contracts.description.formats import format_checker
from contracts.description.loading import Node
from contracts.description.operations import listing_operation
from contracts.description.pointers import inlined, pointer_to, resolve

VARIANTS: Mapping[str, str] = MappingProxyType(
    {
        "text": "/components/schemas/text_event",
        "custom": "/components/schemas/custom_event",
        "member:invited": "/components/schemas/member_invited_event",
        "member:left": "/components/schemas/member_left_event",
        "other": "/components/schemas/other_event",
    },
)
"""The event variants by name, each with the JSON pointer of its schema in the effective description."""

_ANNOTATIONS = frozenset({"description", "example", "title", "default"})
_FORMATS = format_checker()


@dataclass(frozen=True, slots=True)
class Problem:
    """One way in which a value breaks a schema: where in the value (a JSON pointer), and what is wrong."""

    pointer: str
    message: str

    def __str__(self) -> str:
        return f"at {self.pointer or 'the top'}: {self.message}"


@cache
def validator(pointer: str) -> Validator:
    """Build the validator of a schema in the effective description: OpenAPI 3.0's dialect, formats checked.

    Args:
        pointer: the schema's JSON pointer in the effective description.

    Returns:
        A jsonschema validator, shared; its schema has every `$ref` written out and no annotations, which is
        fast.

    Raises:
        PointerError: nothing stands there.
    """
    return _build(resolve(effective(), pointer))


@cache
def page(listing: str) -> Validator:
    """Build the validator of a listing's whole page, with all that its items must be.

    Args:
        listing: `conversations`, `users`, `members` or `events`.

    Returns:
        A jsonschema validator, shared.

    Raises:
        UnknownNameError: there is no such listing.
    """
    return validator(page_pointer(listing))


@cache
def envelope(listing: str) -> Validator:
    """Build the validator of a listing's page without its items, which `item` judges one by one.

    Args:
        listing: `conversations`, `users`, `members` or `events`.

    Returns:
        A jsonschema validator, shared.

    Raises:
        UnknownNameError: there is no such listing.
    """
    schema = inlined(effective(), resolve(effective(), page_pointer(listing)))
    del schema["properties"]["_embedded"]["properties"]["data"]["properties"][listing]["items"]
    return _build(schema)


@cache
def item(listing: str) -> Validator:
    """Build the validator of one item of a listing. For events it is the `anyOf`; `variant` says more.

    Args:
        listing: `conversations`, `users`, `members` or `events`.

    Returns:
        A jsonschema validator, shared.

    Raises:
        UnknownNameError: there is no such listing.
    """
    return validator(item_pointer(listing))


@cache
def variant(name: str) -> Validator:
    """Build the validator of one event variant.

    Args:
        name: a key of `VARIANTS`.

    Returns:
        A jsonschema validator, shared.

    Raises:
        UnknownNameError: there is no such variant.
    """
    if name not in VARIANTS:
        raise UnknownNameError("event variant", name, list(VARIANTS))
    return validator(VARIANTS[name])


def variant_of(type_: object) -> str:
    """Say which variant's schema an event of this type must satisfy.

    Args:
        type_: the event's `type`, whatever it is.

    Returns:
        A key of `VARIANTS`; `custom` for whatever begins with `custom:`, `other` for what is documented
        nowhere and for what is no text at all. Source: /components/schemas/all_events.
    """
    if not isinstance(type_, str):
        return "other"
    if type_.startswith("custom:"):
        return "custom"
    return type_ if type_ in VARIANTS and type_ != "custom" else "other"


def item_validator(listing: str, value: object) -> Validator:
    """Choose the validator that says most about an item: for an event, the one of its own variant.

    Args:
        listing: `conversations`, `users`, `members` or `events`.
        value: the item.

    Returns:
        A jsonschema validator, shared. It accepts exactly what `item(listing)` accepts.

    Raises:
        UnknownNameError: there is no such listing.
    """
    if listing != "events":
        return item(listing)
    return variant(variant_of(value.get("type") if isinstance(value, dict) else None))


def problems(judge: Validator, value: object) -> tuple[Problem, ...]:
    """Say everything that is wrong with a value.

    Args:
        judge: a validator.
        value: the JSON value.

    Returns:
        The problems in the order of their places, each once; none for a valid value. Of an `anyOf` that
        nothing satisfies, the problems of the branch that came nearest.
    """
    found = {
        Problem(_place(error), error.message) for error in _leaves(judge.iter_errors(cast("Any", value)))
    }
    return tuple(sorted(found, key=lambda problem: (problem.pointer, problem.message)))


@cache
def page_pointer(listing: str) -> str:
    """Say where the schema of a listing's page stands.

    Args:
        listing: `conversations`, `users`, `members` or `events`.

    Returns:
        Its JSON pointer, the same in the description and in the effective description.

    Raises:
        UnknownNameError: there is no such listing.
    """
    path = listing_operation(listing).path
    return pointer_to("paths", path, "get", "responses", "200", "content", "application/json", "schema")


@cache
def item_pointer(listing: str) -> str:
    """Say where the schema of a listing's items stands.

    Args:
        listing: `conversations`, `users`, `members` or `events`.

    Returns:
        Its JSON pointer, the same in the description and in the effective description.

    Raises:
        UnknownNameError: there is no such listing.
    """
    inner = pointer_to("properties", "_embedded", "properties", "data", "properties", listing, "items")
    return page_pointer(listing) + inner


def _build(schema: Node) -> Validator:
    bare = _bare(inlined(effective(), schema))
    return cast("Validator", OAS30Validator(bare, format_checker=_FORMATS))


def _bare(schema: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Leave annotations out of a schema: validators visit every keyword. Property names are no keywords."""
    if isinstance(schema, list):
        return [_bare(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _bare(inner) for name, inner in value.items()} if key == "properties" else _bare(value)
        for key, value in schema.items()
        if key not in _ANNOTATIONS and not key.startswith("x-")
    }


def _leaves(errors: Iterator[ValidationError]) -> Iterator[ValidationError]:
    for error in errors:
        if error.context:
            yield from _leaves(iter(_nearest(error.context)))
        elif error.message != "None for not nullable":  # said twice: the next error says it better
            yield error


def _nearest(context: list[ValidationError]) -> list[ValidationError]:
    """Choose the branch of an `anyOf` with the fewest errors."""
    branches: dict[Any, list[ValidationError]] = {}
    for error in context:
        branches.setdefault(error.schema_path[0], []).append(error)
    return min(branches.values(), key=len)


def _place(error: ValidationError) -> str:
    return pointer_to(*error.absolute_path)
