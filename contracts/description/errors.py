"""What can go wrong with a description: one class for each cause, the data in fields, the text derived."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


class DescriptionError(Exception):
    """Something is wrong with the description, the overlay or a question about them; never with a target.

    `text` is the message, with the names of fields in braces.
    """

    text: ClassVar[str]

    def __str__(self) -> str:
        return self.text.format_map(vars(self))


@dataclass(eq=False)
class MissingFileError(DescriptionError):
    """A file of the description is in none of the places where it may be installed."""

    text = "{name!r} is in none of {places!r}"
    name: str
    places: Sequence[str]


@dataclass(eq=False)
class DuplicateKeyError(DescriptionError):
    """A YAML mapping gives a key twice, so that the second would silently replace the first."""

    text = "the key {key!r} stands twice in one mapping, again in line {line}"
    key: str
    line: int


@dataclass(eq=False)
class PointerError(DescriptionError):
    """A JSON pointer leads nowhere; `known` holds what stands where the pointer goes astray."""

    text = "the JSON pointer {pointer!r} ends at {token!r}: there is only {known!r}"
    pointer: str
    token: str
    known: Sequence[str]


@dataclass(eq=False)
class CyclicReferenceError(DescriptionError):
    """A `$ref` leads back to itself, so that it cannot be written out."""

    text = "{reference!r} refers to itself"
    reference: str


@dataclass(eq=False)
class UnknownNameError(DescriptionError):
    """A listing or variant was asked for that the description does not have."""

    text = "no {kind} is called {name!r}; there are {known!r}"
    kind: str
    name: str
    known: Sequence[str]


@dataclass(eq=False)
class OverlayError(DescriptionError):
    """An action of an overlay cannot be applied: which one, and what it aims at. Its subclasses say why, in `text`."""

    index: int
    target: str

    def __str__(self) -> str:
        return f"overlay action {self.index} (target {self.target!r}) {super().__str__()}"


@dataclass(eq=False)
class BadOverlayTargetError(OverlayError):
    """The target is no JSONPath of RFC 9535."""

    text = "is no JSONPath of RFC 9535: {reason}"
    reason: str


@dataclass(eq=False)
class DeadTargetError(OverlayError):
    """The target matches nothing in the document."""

    text = "matches nothing; is it spelled as the description spells it?"


@dataclass(eq=False)
class PrimitiveTargetError(OverlayError):
    """The target matches a primitive value; the Overlay format wants an object or a list."""

    text = "matches {value!r} at {path}; aim at the object or list that holds it"
    path: str
    value: object


@dataclass(eq=False)
class RootRemovalError(OverlayError):
    """The action removes the whole document."""

    text = "would remove the whole document"


@dataclass(eq=False)
class BadUpdateError(OverlayError):
    """The update cannot be merged into what the target matches, or there is no update at all."""

    text = "cannot merge {given} into {found} at {path}"
    path: str
    found: str
    given: str
