"""The one seam to the outside."""

from contracts.target.errors import BadAddressError, BadTargetError, RefusedError, TargetError, UnreachableError
from contracts.target.session import Access, Target

__all__ = ["Access", "BadAddressError", "BadTargetError", "RefusedError", "Target", "TargetError", "UnreachableError"]
