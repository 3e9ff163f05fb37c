"""What can go wrong with a description: one class for each cause, the data in fields, the text derived."""

from collections.abc import Sequence
from dataclasses import dataclass


class DescriptionError(Exception):
    """Something is wrong with the description, the overlay or a question about them; never with a target."""


@dataclass(eq=False)
class MissingFileError(DescriptionError):
    """A file of the description is in none of the places where it may be installed."""

    name: str
    places: Sequence[str]

    def __str__(self) -> str:
        return f"{self.name!r} is in none of {list(self.places)!r}"


@dataclass(eq=False)
class DuplicateKeyError(DescriptionError):
    """A YAML mapping gives a key twice, so that the second would silently replace the first."""

    key: str
    line: int

    def __str__(self) -> str:
        return f"the key {self.key!r} stands twice in one mapping, again in line {self.line}"


@dataclass(eq=False)
class PointerError(DescriptionError):
    """A JSON pointer leads nowhere; `known` holds what stands where the pointer goes astray."""

    pointer: str
    token: str
    known: Sequence[str]

    def __str__(self) -> str:
        return f"the JSON pointer {self.pointer!r} ends at {self.token!r}: there is only {list(self.known)!r}"


@dataclass(eq=False)
class CyclicReferenceError(DescriptionError):
    """A `$ref` leads back to itself, so that it cannot be written out."""

    reference: str

    def __str__(self) -> str:
        return f"{self.reference!r} refers to itself"


@dataclass(eq=False)
class OverlayError(DescriptionError):
    """An action of an overlay cannot be applied: which one, and what it aims at. Its subclasses say why."""

    index: int
    target: str

    def __str__(self) -> str:
        return f"overlay action {self.index} (target {self.target!r}) {self.cause}"

    @property
    def cause(self) -> str:
        """What is wrong with the action, to stand behind its name."""
        return "cannot be applied"


@dataclass(eq=False)
class BadOverlayTargetError(OverlayError):
    """The target is no JSONPath of RFC 9535."""

    reason: str

    @property
    def cause(self) -> str:
        """What the JSONPath library says."""
        return f"is no JSONPath of RFC 9535: {self.reason}"


@dataclass(eq=False)
class DeadTargetError(OverlayError):
    """The target matches nothing in the document."""

    @property
    def cause(self) -> str:
        """That there is nothing to change, and a hint."""
        return "matches nothing; is it spelled as the description spells it?"


@dataclass(eq=False)
class PrimitiveTargetError(OverlayError):
    """The target matches a primitive value; the Overlay format wants an object or a list."""

    path: str
    value: object

    @property
    def cause(self) -> str:
        """What was met, and what to aim at instead."""
        return f"matches {self.value!r} at {self.path}; aim at the object or list that holds it"


@dataclass(eq=False)
class RootRemovalError(OverlayError):
    """The action removes the whole document."""

    @property
    def cause(self) -> str:
        """What would be left."""
        return "would remove the whole document"


@dataclass(eq=False)
class BadUpdateError(OverlayError):
    """The update cannot be merged into what the target matches, or there is no update at all."""

    path: str
    found: str
    given: str

    @property
    def cause(self) -> str:
        """Which kinds of values do not go together."""
        return f"cannot merge {self.given} into {self.found} at {self.path}"


@dataclass(eq=False)
class UnknownNameError(DescriptionError):
    """A listing, operation, parameter or variant was asked for that the description does not have."""

    kind: str
    name: str
    known: Sequence[str]

    def __str__(self) -> str:
        return f"no {self.kind} is called {self.name!r}; there are {list(self.known)!r}"
