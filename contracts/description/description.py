"""A description with its overlay as one value: the effective description, and what is derived from it."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from contracts.description.errors import UnknownNameError
from contracts.description.loading import load, path_of
from contracts.description.operations import operations
from contracts.description.overlay import apply_overlay
from contracts.description.pointers import inlined, resolve
from contracts.description.schemas import VARIANTS, variant_of
from contracts.description.sources import Sources
from contracts.description.validators import build
from contracts.paging.pointers import pointer_to

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jsonschema.protocols import Validator

    from contracts.description.loading import Node
    from contracts.description.operations import Operation
    from contracts.description.sources import Source


@dataclass(frozen=True)
class Description:
    """The description of one API. A process may hold several; nothing is read before it is needed.

    Everything below is shared and not to be changed. What reads a file raises `MissingFileError` where it is not
    there; what needs the effective description raises `OverlayError` where the overlay cannot be applied; what takes a
    JSON pointer raises `PointerError` where it leads nowhere, what takes a name `UnknownNameError`.

    Attributes:
        name: the file as the API's owner wrote it, a path or a name in the folder of descriptions.
        overlay_name: the overlay that says what the description's prose promises, likewise.
    """

    name: str
    overlay_name: str

    @cached_property
    def original(self) -> Node:
        """The description as its owner wrote it."""
        return load(path_of(self.name).read_text(encoding="utf-8"))

    @cached_property
    def overlay(self) -> Node:
        """The overlay."""
        return load(path_of(self.overlay_name).read_text(encoding="utf-8"))

    @cached_property
    def effective(self) -> Node:
        """The description with the overlay applied, the only one that anything is judged by."""
        return apply_overlay(self.original, self.overlay)

    def effective_copy(self, *, security: bool = True) -> dict[str, Any]:
        """An effective description of the caller's own, to change; without security, tools add no credentials."""
        document = deepcopy(dict(self.effective))
        if not security:
            del document["security"]
            del document["components"]["securitySchemes"]
        return document

    @cached_property
    def operations(self) -> Mapping[str, Operation]:
        """All operations by their `operationId`, in the description's order."""
        return operations(self.effective)

    def listing_operation(self, listing: str) -> Operation:
        """The operation that shows a listing: `conversations`, `users`, `members` or `events`."""
        if listing not in self._by_listing:
            raise UnknownNameError("listing", listing, list(self._by_listing))
        return self._by_listing[listing]

    @cached_property
    def _by_listing(self) -> Mapping[str, Operation]:
        return {operation.listing: operation for operation in self.operations.values()}

    def schema(self, pointer: str) -> Node:
        """A schema of the effective description with every `$ref` written out, a copy."""
        schema: Node = inlined(self.effective, resolve(self.effective, pointer))
        return schema

    def validator(self, pointer: str) -> Validator:
        """The validator of a schema in the effective description: OpenAPI 3.0's dialect, formats checked. It is shared."""
        return self._validators(pointer)

    @cached_property
    def _validators(self) -> Callable[[str], Validator]:
        return cache(lambda pointer: build(self.schema(pointer)))

    def page_pointer(self, listing: str) -> str:
        """The JSON pointer of the schema of a listing's page, the same in the description and the effective one."""
        path = self.listing_operation(listing).path
        return pointer_to("paths", path, "get", "responses", "200", "content", "application/json", "schema")

    def item_pointer(self, listing: str) -> str:
        """The JSON pointer of the schema of a listing's items."""
        inner = pointer_to("properties", "_embedded", "properties", "data", "properties", listing, "items")
        return self.page_pointer(listing) + inner

    def item(self, listing: str) -> Validator:
        """The validator of one item; for events the `anyOf`, `variant` says more."""
        return self.validator(self.item_pointer(listing))

    def variant(self, name: str) -> Validator:
        """The validator of one event variant, a key of `VARIANTS`."""
        if name not in VARIANTS:
            raise UnknownNameError("event variant", name, list(VARIANTS))
        return self.validator(VARIANTS[name])

    def item_validator(self, listing: str, value: object) -> Validator:
        """The validator that says most about an item: for an event, that of its own variant.

        It accepts exactly what `item(listing)` accepts.
        """
        if listing != "events":
            return self.item(listing)
        return self.variant(variant_of(value.get("type") if isinstance(value, dict) else None))

    def source(self, pointer: str) -> Source:
        """The place that a JSON pointer names in the file as its owner wrote it. References are not followed.

        Its text is the `description` that stands there; where there is none, the value itself, or the YAML, cut after
        some lines.
        """
        return self._sources.find(pointer)

    @cached_property
    def _sources(self) -> Sources:
        return Sources(path_of(self.name))


CONVERSATION = Description("conversation.yaml", "strict.overlay.yaml")
"""The description of the Conversation API that comes with this package."""
