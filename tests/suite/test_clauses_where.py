"""Where violations show: every place of every violation is in its exchanges, and the exact places of some."""

from typing import Any

import pytest

from contracts.evidence import Edge, Hop, Sightings, Twins, Whole
from contracts.evidence.identities import Crossing
from contracts.evidence.negative import Probe
from contracts.findings.places import STATUS, Place
from contracts.paging.exchanges import Leak
from contracts.paging.queries import Query
from tests.suite import (
    test_clauses_filters,
    test_clauses_inputs,
    test_clauses_items,
    test_clauses_links,
    test_clauses_otherwise,
    test_clauses_pages,
    test_clauses_parameters,
    test_clauses_walks,
)
from tests.suite.support import C, E, U, answer, chain, conversation, event, misplaced, page, url, violations, walk

TABLES = (
    test_clauses_filters,
    test_clauses_inputs,
    test_clauses_items,
    test_clauses_links,
    test_clauses_pages,
    test_clauses_parameters,
    test_clauses_walks,
)
BROKEN = [
    *(pytest.param(*case.values[:3], id=case.id) for table in TABLES for case in table.CASES if case.values[3]),
    *(pytest.param(*row, id=f"{row[0].replace('.', '-')}-otherwise-{number}")
      for number, row in enumerate(test_clauses_otherwise.REJECTED)),
]  # fmt: skip


@pytest.mark.parametrize(("clause", "part", "evidence"), BROKEN)
def test_every_violation_shows_in_its_exchanges(clause: str, part: int, evidence: Any) -> None:
    found = [each for each in violations(clause, part, evidence) or [] if each.exchanges]
    assert [each for each in found if not each.where] == []
    assert [place for each in found for place in misplaced(each)] == []


# --- exact places ----------------------------------------------------------------------------------------------------

DATA = "/_embedded/data"
ASC = Query(order="asc")
TEXTS = Query(event_type="text")
LEFT = test_clauses_items.GOOD | {"type": "member:left", "body": {"text": "bye"}}
ANN, BEN = {"id": 1, "name": "a"}, {"id": 1, "name": "b"}


def of_item(path: str, exchange: int = 0) -> Place:
    """A place in an item: listing, index and names, as a pointer has them."""
    return Place(exchange, f"{DATA}/{path}")


def of_user(path: str, exchange: int = 0) -> Place:
    return of_item(f"users/{path}", exchange)


FOUR_FLAWS = {"id": 5, "name": 5, "display_name": 5, "image_url": 5}

CASES = [
    ("status-of-a-refusal", "auth.required", 0, Probe("no token", answer({})), STATUS),
    ("leaked-item", "auth.isolated", 0, Crossing("it", (page(1, 2).answer,), {2: page(2)}), (of_user("1/id", 1),)),
    ("status-of-an-envelope", "pages.envelope", 0, answer({}, status=503), STATUS),
    ("content-type", "pages.envelope", 0, answer({}, media="text/html"), (Place(header="content-type"),)),
    ("empty-content-type", "pages.envelope", 0, answer({}, media=""), (Place(header="content-type"),)),
    ("no-json", "pages.envelope", 0, answer(raw=b"{"), (Place(pointer=""),)),
    ("no-listing", "pages.envelope", 0, answer({"_embedded": {"data": {}}}), (Place(pointer=DATA),)),
    ("schema", "pages.items", 0, page({"id": "USR-1", "name": 5}), (of_user("0"), of_user("0/name"))),
    ("schema-in-many-places", "pages.items", 0, page(FOUR_FLAWS), (of_user("0"), of_user("0/id"), of_user("0/name"))),
    ("same-id-twice", "pages.unique", 0, page(1, 2, 1), (of_user("0/id"), of_user("2/id"))),
    ("one-item-too-many", "pages.size-bound", 0, page(1, 2, 3, query=Query("2")), (of_user("2"),)),
    ("page-size", "pages.size-echo", 0, page(1, body={"page_size": "1"}), (Place(pointer="/page_size"),)),
    ("both-cursors", "pages.cursor", 0, page(1, links={"self": url(U, cursor="b")}, body={"cursor": "a"}),
     (Place(pointer="/cursor"), Place(pointer="/_links/self/href"))),
    ("neighbours", "pages.sorted", 0, page(*map(conversation, (1, 3, 2)), scope=C, query=ASC),
     (of_item("conversations/1/timestamp/created"), of_item("conversations/2/timestamp/created"))),
    ("missing-item", "pages.repeatable", 0, Twins(page(1, 2), page(1)), (of_user("1/id"), Place(1, f"{DATA}/users"))),
    ("answer-that-is-no-page", "pages.repeatable", 0, Twins(page(1), answer({}, status=500)), (Place(1),)),
    ("name-in-both", "pages.agree", 0, Sightings(1, ((page(2, ANN), page(BEN), ANN, BEN),)),
     (of_user("1/name"), of_user("0/name", 1))),
    ("refused-size", "pages.size-edges", 0, Edge(walk(query=Query("1"), broken=answer({}, status=400)), 4), STATUS),
    ("id-of-an-item", "items.ids", 0, page("USR-1", "x"), (of_user("1/id"),)),
    ("missing-id", "items.ids", 0, page({"name": "x"}), (of_user("0"),)),
    ("shared-id", "items.unique", 0, Whole(chain([ANN], [2, BEN])), (of_user("0/id"), of_user("1/id", 1))),
    ("sender", "events.sender", 0, page(event(1), event(2, **{"from": "x"}), scope=E), (of_item("events/1/from"),)),
    ("type", "filters.type-exact", 0, page(event(1), event(2, "other"), scope=E, query=TEXTS), (of_item("events/1/type"),)),
    ("another-variant", "events.variant", 0, page(test_clauses_items.GOOD, LEFT, scope=E), (of_item("events/1/body/text"),)),
    ("missing-link", "links.present", 0, page(1, links="self"), (Place(pointer="/_links"),)),
    ("href", "links.url", 0, page(1, links={"next": "x"}), (Place(pointer="/_links/next/href"),)),
    ("link-and-landing", "links.self", 0, Hop(page(1), ("self",), page(2), page(1)),
     (Place(0, "/_links/self/href"), of_user("0/id", 1))),
    ("step-back-between-pages", "walks.sorted", 0, chain([event(1), event(3)], [event(2), event(4)], scope=E, query=ASC),
     (of_item("events/1/id"), of_item("events/0/id", 1))),
    ("item-on-two-pages", "walks.disjoint", 0, chain([1, 2], [3], [4, 2]), (of_user("1/id"), of_user("1/id", 1))),
    ("error-body", "inputs.error-body", 0, answer({"code": "x"}, status=404), (Place(pointer=""),)),
    ("stack-trace", "inputs.no-leak", 0, answer({"a": [{"b": "Traceback (most recent call last)"}, 2]}, status=500),
     (Place(pointer="/a/0/b"),)),
    ("credential", "inputs.no-leak", 0, answer({"a": 1}, headers={"x-a": "1"}, leaked=(Leak("x-a"), Leak(pointer="/a"))),
     (Place(header="x-a"), Place(pointer="/a"))),
]  # fmt: skip


@pytest.mark.parametrize(("clause", "part", "evidence", "where"), [pytest.param(*row, id=name) for name, *row in CASES])
def test_a_violation_names_its_places(clause: str, part: int, evidence: Any, where: tuple[Place, ...]) -> None:
    (found,) = violations(clause, part, evidence) or ()
    assert found.where == where
