"""Named faults, one module for each family of clauses; importing this package registers them."""

from contracts.mock.faults import (
    addresses,
    auth,
    calendar,
    dates,
    events,
    filtered,
    foreign_cursors,
    inputs,
    items,
    links,
    moving,
    order,
    pages,
    ranges,
    tenants,
    walks,
)

__all__ = [
    "addresses",
    "auth",
    "calendar",
    "dates",
    "events",
    "filtered",
    "foreign_cursors",
    "inputs",
    "items",
    "links",
    "moving",
    "order",
    "pages",
    "ranges",
    "tenants",
    "walks",
]
