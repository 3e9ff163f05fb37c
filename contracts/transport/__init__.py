"""The one seam to the outside."""

from contracts.transport.errors import BadAddressError, ConfigurationError, RefusedError, TargetError, UnreachableError
from contracts.transport.session import Access, Target

__all__ = [
    "Access",
    "BadAddressError",
    "ConfigurationError",
    "RefusedError",
    "Target",
    "TargetError",
    "UnreachableError",
]
