"""Every fault of the mock is caught, by the clause that it names, and no judge fails on the way."""

import pytest

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.clauses.precedence import NAMED
from contracts.findings.clause import Level
from contracts.mock import FAULTS
from contracts.selftest import fault_detection as killers
from contracts.selftest.fault_detection import Trialled

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", list(FAULTS))
def test_a_fault_is_caught_by_the_clause_that_it_breaks(name: str) -> None:
    """The quick profile catches nearly all of them; `make killers` tries whole runs of the default one."""
    found = killers.conviction(name, "quick")
    if not found.by_its_clause:
        found = killers.conviction(name)
    assert (found.by_its_clause, found.errors, found.leaked) == (True, (), False)


MISNAMED = (
    "answers-cached-without-size",
    "answers-cached-without-ids",
    "prev-ends-with-its-own-row",
    "ties-lost-under-descending",
    "search-shows-twenty",
    "filters-forgotten-behind-the-cursor",
)
"""Faults that break many clauses, one of each kind."""


@pytest.mark.parametrize("name", MISNAMED)
def test_what_a_person_would_mend_is_named_first(name: str) -> None:
    assert killers.trial(name, CONVERSATION_CLAUSES, profile="quick").caught[0] == FAULTS[name].breaks


def test_every_clause_that_can_be_broken_has_a_fault_that_breaks_it() -> None:
    broken = {fault.breaks for fault in FAULTS.values()}
    assert broken == {each.id for each in CONVERSATION_CLAUSES.values() if each.level != Level.REPORT}


@pytest.mark.parametrize("name", list(CONVERSATION_CLAUSES))
def test_what_a_clause_rests_on_exists_and_does_not_rest_on_it(name: str) -> None:
    """Two clauses that rest on each other would both be undecided, and a fault would pass."""
    below = CONVERSATION_CLAUSES[name].requires
    assert set(below) <= set(CONVERSATION_CLAUSES)
    assert [other for other in below if name in CONVERSATION_CLAUSES[other].requires or other == name] == []


def test_every_clause_has_one_place_in_the_order_of_naming() -> None:
    assert sorted(NAMED) == sorted(CONVERSATION_CLAUSES)


def test_what_was_caught_stands_as_a_reader_sees_it() -> None:
    caught = ("walks.sorted", "pages.full", "pages.envelope")
    assert killers.in_order(caught) == ("pages.envelope", "walks.sorted", "pages.full")


def test_the_matrix_lists_faults_by_clause() -> None:
    trials = [Trialled("one", "pages.unique", ("pages.unique", "walks.disjoint")), Trialled("two", "pages.full", ())]
    assert {name: faults for name, faults in killers.matrix(trials).items() if faults} == {
        "pages.unique": ["one"], "walks.disjoint": ["one"],
    }  # fmt: skip
    assert [each.by_its_clause for each in trials] == [True, False]
    assert set(killers.without_killer(trials)) == {
        each.id for each in CONVERSATION_CLAUSES.values() if each.level != Level.REPORT
    } - {"pages.unique", "walks.disjoint"}
