"""The one seam to the outside."""

from contracts.transport.errors import BadAddressError, BadTargetError, RefusedError, TargetError, UnreachableError
from contracts.transport.session import Access, Target

__all__ = ["Access", "BadAddressError", "BadTargetError", "RefusedError", "Target", "TargetError", "UnreachableError"]
