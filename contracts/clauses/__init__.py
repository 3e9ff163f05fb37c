"""The clauses of the Conversation API, one module a family."""

from contracts.clauses import auth, events, filters, inputs, items, links, order, pages, walks
from contracts.clauses.precedence import NAMED
from contracts.description import CONVERSATION, Description
from contracts.findings.families import Clauses

__all__ = ["CONVERSATION_CLAUSES", "conversation_clauses"]

FAMILIES = (auth, items, pages, walks, events, filters, inputs, links, order)
"""The modules in the order in which everything lists their clauses."""


def conversation_clauses(description: Description) -> Clauses:
    """The clauses of a Conversation API that keeps to this description."""
    return Clauses.of(description, (module.family for module in FAMILIES), NAMED)


CONVERSATION_CLAUSES = conversation_clauses(CONVERSATION)
"""The clauses for the description that comes with this package."""
