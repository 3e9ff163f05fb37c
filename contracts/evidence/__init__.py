"""Evidence about relations between answers (metamorphic relations), and the plans that gather it.

A plan yields trials; a trial reads what it needs, and can read it again where a violation has to be confirmed.
"""

from contracts.evidence.pieces import Bracket, Edge, Hop, Match, Paths, Resized, Resolved, Sightings, Twins, Whole
from contracts.evidence.steps import (
    BACKWARD,
    DEFAULT_ORDERS,
    DEFAULT_SIZES,
    EDGES,
    FIRSTS,
    NEIGHBOURS,
    RECODED,
    REPEATS,
    REPLAYS,
    RESIZED,
    SELVES,
)
from contracts.evidence.wholes import (
    BRACKETS,
    GROWTH,
    MIRRORS,
    RESOLUTIONS,
    SIGHTINGS,
    STRADDLED,
    WHOLES,
    found,
    matching,
)

__all__ = [
    "BACKWARD",
    "BRACKETS",
    "DEFAULT_ORDERS",
    "DEFAULT_SIZES",
    "EDGES",
    "FIRSTS",
    "GROWTH",
    "MIRRORS",
    "NEIGHBOURS",
    "RECODED",
    "REPEATS",
    "REPLAYS",
    "RESIZED",
    "RESOLUTIONS",
    "SELVES",
    "SIGHTINGS",
    "STRADDLED",
    "WHOLES",
    "Bracket",
    "Edge",
    "Hop",
    "Match",
    "Paths",
    "Resized",
    "Resolved",
    "Sightings",
    "Twins",
    "Whole",
    "found",
    "matching",
]
