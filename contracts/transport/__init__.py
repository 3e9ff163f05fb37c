"""The one seam to the outside."""

from contracts.transport.access import Access
from contracts.transport.errors import BadAddressError, ConfigurationError, RefusedError, TargetError, UnreachableError
from contracts.transport.identities import OTHER, Other
from contracts.transport.target import Target

__all__ = [
    "OTHER",
    "Access",
    "BadAddressError",
    "ConfigurationError",
    "Other",
    "RefusedError",
    "Target",
    "TargetError",
    "UnreachableError",
]
