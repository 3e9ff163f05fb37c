"""Named legal oddities: unlike the default, and allowed; importing this package registers them."""

from contracts.mock.oddities import data, forms, links, moving, requests

__all__ = ["data", "forms", "links", "moving", "requests"]
