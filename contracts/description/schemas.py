"""Validators for what the four listings show: each envelope, each item, each event variant."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from jsonschema.protocols import Validator

from contracts.description.documents import effective
from contracts.description.errors import UnknownNameError
from contracts.description.operations import listing_operation
from contracts.description.pointers import inlined, pointer_to, resolve
from contracts.description.validators import build, validator

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
    return build(schema)


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
