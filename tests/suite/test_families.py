"""Clauses are a value: declared family by family, put together, selected, ordered."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from contracts.clauses import CONVERSATION_CLAUSES, FAMILIES
from contracts.description import CONVERSATION
from contracts.findings.clause import PAGES, Holds, Level, Violation
from contracts.findings.families import Clauses, Family, UnknownClauseError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.paging.pages import Page


def declared(name: str) -> Family:
    """A family with one clause, `NAME.kept`."""
    family = Family(f"package.{name}", f"{name}: what {name} promise.\n\nMore.")

    @family.clause(Level.MUST, Holds.ALWAYS, None, PAGES)
    def kept(_: Page) -> Iterator[Violation]:
        """It is kept."""
        yield from ()

    return family


def test_two_apis_have_clauses_of_their_own() -> None:
    one, other = (
        Clauses.of(CONVERSATION, [declared("users")]),
        Clauses.of(CONVERSATION, [declared("users"), declared("calls")]),
    )
    assert (list(one), list(other)) == (["users.kept"], ["users.kept", "calls.kept"])


def test_a_clause_that_is_declared_later_is_not_in_clauses_made_before() -> None:
    family = declared("users")
    before = Clauses.of(CONVERSATION, [family])
    family.also(before["users.kept"], PAGES)(lambda _: ())
    assert len(before["users.kept"].parts) == 1


def test_a_selection_keeps_the_order_and_everything_else() -> None:
    chosen = CONVERSATION_CLAUSES.select(["links.present", "auth"])
    assert list(chosen) == ["auth.required", "auth.checked", "auth.isolated", "links.present"]
    assert (chosen.naming, chosen.subjects) == (CONVERSATION_CLAUSES.naming, CONVERSATION_CLAUSES.subjects)


def test_nothing_named_selects_everything() -> None:
    assert list(CONVERSATION_CLAUSES.select([])) == list(CONVERSATION_CLAUSES)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        pytest.param("link", "did you mean links?", id="family"),
        pytest.param("linkz.present", "did you mean links.present", id="clause"),
        pytest.param("auth.nothing", "of that family: auth.required, auth.checked", id="in-a-family"),
        pytest.param("zzz", "families: auth, events, filters, inputs, items, links, order, pages, walks", id="far"),
    ],
)
def test_an_unknown_name_gets_a_hint(name: str, hint: str) -> None:
    with pytest.raises(UnknownClauseError, match=hint):
        CONVERSATION_CLAUSES.select([name])


def test_a_family_is_named_after_its_module_and_says_what_it_is_about() -> None:
    family = declared("users")
    assert (family.name, family.subject) == ("users", "what users promise")


@pytest.mark.parametrize("module", FAMILIES, ids=lambda module: module.family.name)
def test_every_family_has_a_subject(module: object) -> None:
    assert CONVERSATION_CLAUSES.subject(module.family.name)


def test_unknown_clauses_come_last_in_every_order() -> None:
    for place in (CONVERSATION_CLAUSES.position, CONVERSATION_CLAUSES.precedence):
        assert place("pages.future") == 1 + max(map(place, CONVERSATION_CLAUSES))


def test_the_listing_order_is_that_of_the_modules() -> None:
    positions = [CONVERSATION_CLAUSES.position(name) for name in CONVERSATION_CLAUSES]
    assert all(one + 1 == other for one, other in pairwise(positions))
