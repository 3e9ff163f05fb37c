"""Every clause, one module a family."""

from contracts.clauses import auth, events, filters, inputs, items, links, order, pages, walks

__all__ = ["auth", "events", "filters", "inputs", "items", "links", "order", "pages", "walks"]
