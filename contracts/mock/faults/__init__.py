"""Named faults, one module for each family of clauses; importing this package registers them."""

from contracts.mock.faults import (
    addresses,
    auth,
    dates,
    events,
    filtered,
    inputs,
    items,
    links,
    misnamed,
    order,
    pages,
    ranges,
    walks,
)

__all__ = [
    "addresses",
    "auth",
    "dates",
    "events",
    "filtered",
    "inputs",
    "items",
    "links",
    "misnamed",
    "order",
    "pages",
    "ranges",
    "walks",
]
