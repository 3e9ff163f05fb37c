"""Every clause, one module a family, in the order in which a person would name what broke."""

from contracts.clauses import auth, events, filters, inputs, items, links, order, pages, walks

__all__ = ["auth", "events", "filters", "inputs", "items", "links", "order", "pages", "walks"]
