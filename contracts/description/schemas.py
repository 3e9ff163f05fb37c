"""The event variants of the Conversation API, and which of them an event is."""

from collections.abc import Mapping
from types import MappingProxyType

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


def variant_of(type_: object) -> str:
    """The key in `VARIANTS` of the schema that an event of this type must satisfy.

    `custom` for what begins with `custom:`; `other` for what is documented nowhere and for what is no text. Source:
    /components/schemas/all_events.
    """
    if not isinstance(type_, str):
        return "other"
    if type_.startswith("custom:"):
        return "custom"
    return type_ if type_ in VARIANTS and type_ != "custom" else "other"
