"""Named legal oddities: unlike the default, and allowed; importing this package registers them."""

from contracts.mock.oddities import data, delivery, forms, links, requests

__all__ = ["data", "delivery", "forms", "links", "requests"]
