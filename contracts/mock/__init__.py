"""A server of the whole API, with named faults, named legal oddities and named departures."""

from contracts.mock import departures, faults, oddities  # noqa: F401 - they register themselves
from contracts.mock.api import Api
from contracts.mock.queries import Answer
from contracts.mock.registry import DEPARTURES, FAULTS, ODDITIES, Departure, Fault, Oddity, UnknownNameError, build
from contracts.mock.settings import Settings

__all__ = [
    "DEPARTURES",
    "FAULTS",
    "ODDITIES",
    "Answer",
    "Api",
    "Departure",
    "Fault",
    "Oddity",
    "Settings",
    "UnknownNameError",
    "build",
]
