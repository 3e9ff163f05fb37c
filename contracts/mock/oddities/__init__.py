"""Named legal oddities: unlike the default, and allowed; importing this package registers them."""

from contracts.mock.oddities import (
    calendar,
    data,
    delivery,
    forms,
    links,
    moving,
    repeated_parameters,
    requests,
    tenants,
    variants,
)

__all__ = [
    "calendar",
    "data",
    "delivery",
    "forms",
    "links",
    "moving",
    "repeated_parameters",
    "requests",
    "tenants",
    "variants",
]
