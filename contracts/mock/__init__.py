"""A server of the whole API, with named faults and named legal oddities."""

from contracts.mock import faults, oddities  # noqa: F401 - they register themselves
from contracts.mock.api import Api
from contracts.mock.queries import Answer
from contracts.mock.registry import FAULTS, ODDITIES, Fault, Oddity, UnknownNameError, build
from contracts.mock.settings import Settings

__all__ = ["FAULTS", "ODDITIES", "Answer", "Api", "Fault", "Oddity", "Settings", "UnknownNameError", "build"]
