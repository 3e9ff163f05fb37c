"""The API's description and its strict overlay, and what follows from the two.

`effective()` is the description that everything is judged by; `original()` is the one its owner wrote.
Nothing here speaks to a target.
"""

from contracts.description.documents import effective, effective_copy, original, overlay
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
from contracts.description.formats import format_checker, is_date, is_date_time
from contracts.description.loading import Json, Node, load, path_of
from contracts.description.operations import Operation, Parameter, listing_operation, operations
from contracts.description.overlay import apply_overlay
from contracts.description.pointers import inlined, pointer_to, resolve
from contracts.description.schemas import (
    VARIANTS,
    envelope,
    item,
    item_pointer,
    item_validator,
    page,
    page_pointer,
    variant,
    variant_of,
)
from contracts.description.sources import Source, source
from contracts.description.validators import Problem, build, problems, validator

__all__ = [
    "VARIANTS",
    "BadOverlayTargetError",
    "BadUpdateError",
    "CyclicReferenceError",
    "DeadTargetError",
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
    "UnknownNameError",
    "apply_overlay",
    "build",
    "effective",
    "effective_copy",
    "envelope",
    "format_checker",
    "inlined",
    "is_date",
    "is_date_time",
    "item",
    "item_pointer",
    "item_validator",
    "listing_operation",
    "load",
    "operations",
    "original",
    "overlay",
    "page",
    "page_pointer",
    "path_of",
    "pointer_to",
    "problems",
    "resolve",
    "source",
    "validator",
    "variant",
    "variant_of",
]
