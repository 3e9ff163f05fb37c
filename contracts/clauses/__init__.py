"""The clauses of the Conversation API, one module a family."""

from contracts.clauses import auth, events, filters, inputs, items, links, order, pages, walks
from contracts.clauses.precedence import NAMED
from contracts.findings.families import Clauses

__all__ = ["CONVERSATION_CLAUSES"]

FAMILIES = (auth, items, pages, walks, events, filters, inputs, links, order)
"""The modules in the order in which everything lists their clauses."""

CONVERSATION_CLAUSES = Clauses.of((module.family for module in FAMILIES), NAMED)
