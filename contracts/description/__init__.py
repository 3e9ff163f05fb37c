"""The API's description and its strict overlay, and what follows from the two.

A `Description` is a value that is passed to whatever needs one: `effective` is what everything is judged by, `original`
what its owner wrote. Nothing here speaks to a target.
"""

from contracts.description.description import CONVERSATION, Description
from contracts.description.event_types import TypeFlaw, type_flaw
from contracts.description.loading import JsonLoader, Node, check_depth, check_yaml, dump, path_of
from contracts.description.operations import Operation, Parameter
from contracts.description.pointers import resolve
from contracts.description.schemas import VARIANTS, described, variant_of
from contracts.description.sources import Source
from contracts.description.validators import Problem, problems
from contracts.description.variants import of_another_variant

__all__ = [
    "CONVERSATION",
    "VARIANTS",
    "Description",
    "JsonLoader",
    "Node",
    "Operation",
    "Parameter",
    "Problem",
    "Source",
    "TypeFlaw",
    "check_depth",
    "check_yaml",
    "described",
    "dump",
    "of_another_variant",
    "path_of",
    "problems",
    "resolve",
    "type_flaw",
    "variant_of",
]
