"""Objects with very many members: what clauses look at stays, and what differs still does."""

import pytest

from contracts.description import CONVERSATION
from contracts.paging.folding import MANY, NAMED, folded
from contracts.paging.listings import LISTINGS, USERS
from contracts.paging.pages import MEMBERS, canonical
from tests.suite.support import page


def _properties(schema: object) -> set[str]:
    if isinstance(schema, list):
        return {name for each in schema for name in _properties(each)}
    if not isinstance(schema, dict):
        return set()
    return {*schema.get("properties", {}), *(name for each in schema.values() for name in _properties(each))}


def test_the_named_members_are_those_that_the_description_gives_to_items() -> None:
    of_pages = {*MEMBERS, *(each.name for each in LISTINGS), "data", "first", "next", "prev"}
    assert NAMED - {"_embedded", "_links"} == _properties(CONVERSATION.original) - of_pages


@pytest.mark.parametrize("value", [None, 1, "text", [1], {}, {"id": 1, "other": 2}, {f"m{n}": n for n in range(MANY)}])
def test_what_is_usual_stays_as_it_is(value: object) -> None:
    assert folded(value) is value


def _wide(**more: object) -> dict[str, object]:
    return {"id": 7, **{f"m{n}": n for n in range(MANY)}, **more}


def test_of_very_many_members_the_named_ones_stay() -> None:
    assert folded(_wide())["id"] == 7
    assert len(folded(_wide())) == 2
    assert folded(_wide(body=_wide()))["body"]["id"] == 7


@pytest.mark.parametrize("other", [_wide(m3=4), _wide(more=1), _wide(id=8), _wide(body={}), {**_wide(), "m1": "1"}])
def test_what_differs_differs_still(other: dict[str, object]) -> None:
    assert folded(_wide()) != folded(other)
    assert folded(_wide()) == folded(dict(reversed(_wide().items())))


def test_a_page_holds_its_items_folded() -> None:
    made = page(_wide(), {"id": 8})
    assert made.scope.listing == USERS
    assert [len(item) for item in made.items] == [2, 1]
    assert len(canonical(made.items[0])) < 100
