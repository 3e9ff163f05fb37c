"""Named faults, one module for each family of clauses; importing this package registers them."""

from contracts.mock.faults import (
    addresses,
    auth,
    dates,
    events,
    filtered,
    inputs,
    items,
    leaks,
    links,
    order,
    pages,
    ranges,
    variants,
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
    "leaks",
    "links",
    "order",
    "pages",
    "ranges",
    "variants",
    "walks",
]
