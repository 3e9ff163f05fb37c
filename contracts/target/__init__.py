"""The one seam to the outside."""

from contracts.target.errors import BadAddressError, RefusedError, TargetError, UnreachableError
from contracts.target.session import Target

__all__ = ["BadAddressError", "RefusedError", "Target", "TargetError", "UnreachableError"]
