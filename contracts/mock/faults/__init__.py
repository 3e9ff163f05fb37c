"""Named faults, one module for each family of clauses; importing this package registers them."""

from contracts.mock.faults import (
    addresses,
    auth,
    dates,
    delivery,
    events,
    filtered,
    inputs,
    items,
    links,
    order,
    pages,
    ranges,
    walks,
)

__all__ = [
    "addresses",
    "auth",
    "dates",
    "delivery",
    "events",
    "filtered",
    "inputs",
    "items",
    "links",
    "order",
    "pages",
    "ranges",
    "walks",
]
