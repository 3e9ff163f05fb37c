"""How to gather the evidence of a violation again, as a verdict file keeps it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from contracts.paging.pages import Page
from contracts.paging.walks import Walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.paging.pages import Answer
    from contracts.paging.queries import Query


@dataclass(frozen=True, slots=True)
class Recipe:
    """What to gather: a trial by its name, else a walk by its first URL, else the answer to the violation's request.

    Attributes:
        part: the index of the clause's part that decides it.
        conversation: the conversation whose listing it is; None for a listing that is not nested.
        trial: the name of the trial; empty for an answer or a walk that was met on the way.
        asked: the names and values of the query parameters that the client wanted.
        via: the relation of the link that led to the answer, or to the walk's first page.
        negative: whether the description promises no page for the request.
        rel: the relation that the walk follows; empty for an answer.
        start: the URL of the walk's first page.
    """

    part: int
    conversation: str | None = None
    trial: str = ""
    asked: tuple[tuple[str, str], ...] = ()
    via: str | None = None
    negative: bool = False
    rel: str = ""
    start: str = ""

    def rewritten(self, rewrite: Callable[[str], str]) -> Self:
        """The recipe with everything that came from a target rewritten."""
        return replace(
            self,
            conversation=self.conversation and rewrite(self.conversation),
            trial=rewrite(self.trial),
            asked=tuple((name, rewrite(value)) for name, value in self.asked),
            start=rewrite(self.start),
        )


def recipe_of(part: int, evidence: Answer | Page | Walk) -> Recipe:
    """The recipe for an answer, a page or a walk that was met on the way."""
    conversation = evidence.scope.conversation
    if not isinstance(evidence, Walk):
        answer = evidence.answer if isinstance(evidence, Page) else evidence
        return Recipe(part, conversation, "", _pairs(answer.asked), answer.via, answer.negative)
    asked, first = _pairs(evidence.query), evidence.pages[0] if evidence.pages else None
    if first is None:
        return Recipe(part, conversation, asked=asked, rel=evidence.rel)
    return Recipe(part, conversation, "", asked, first.answer.via, rel=evidence.rel, start=first.exchange.url)


def _pairs(query: Query) -> tuple[tuple[str, str], ...]:
    return tuple(query.parameters.items())
