"""The API's description and its strict overlay, and what follows from the two.

A `Description` is a value that is passed to whatever needs one: `effective` is what everything is judged by, `original`
what its owner wrote. Nothing here speaks to a target.
"""

from contracts.description.description import CONVERSATION, Description
from contracts.description.errors import (
    BadOverlayTargetError,
    BadUpdateError,
    CyclicReferenceError,
    DeadTargetError,
    DescriptionError,
    DuplicateKeyError,
    MissingFileError,
    OverlayError,
    PointerError,
    PrimitiveTargetError,
    RefusedValueError,
    RootRemovalError,
    UnknownNameError,
)
from contracts.description.event_types import TypeFlaw, type_flaw
from contracts.description.formats import format_checker, is_date, is_date_time
from contracts.description.loading import Json, Node, load, path_of
from contracts.description.operations import Operation, Parameter
from contracts.description.overlay import apply_overlay
from contracts.description.pointers import inlined, pointer_to, resolve
from contracts.description.schemas import VARIANTS, described, variant_of
from contracts.description.sources import Source
from contracts.description.validators import Problem, build, problems
from contracts.description.variants import of_another_variant

__all__ = [
    "CONVERSATION",
    "VARIANTS",
    "BadOverlayTargetError",
    "BadUpdateError",
    "CyclicReferenceError",
    "DeadTargetError",
    "Description",
    "DescriptionError",
    "DuplicateKeyError",
    "Json",
    "MissingFileError",
    "Node",
    "Operation",
    "OverlayError",
    "Parameter",
    "PointerError",
    "PrimitiveTargetError",
    "Problem",
    "RefusedValueError",
    "RootRemovalError",
    "Source",
    "TypeFlaw",
    "UnknownNameError",
    "apply_overlay",
    "build",
    "described",
    "format_checker",
    "inlined",
    "is_date",
    "is_date_time",
    "load",
    "of_another_variant",
    "path_of",
    "pointer_to",
    "problems",
    "resolve",
    "type_flaw",
    "variant_of",
]
