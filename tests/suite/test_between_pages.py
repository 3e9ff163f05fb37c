"""Steps between pages: of a listing that shrank, of a target that refuses sizes, and of one whose links go wrong."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from contracts import evidence
from contracts.crawl.cache import Choices, CrawlCache
from contracts.crawl.crawler import Blocked, Crawler, Lacking
from contracts.crawl.knowledge import Knowledge
from contracts.evidence import BACKWARD, EDGES, NEIGHBOURS, RESIZED, SELVES, SIZES
from contracts.mock import Settings
from contracts.paging.queries import Query
from contracts.selftest.in_process import verification
from tests.suite.support import BASE, NO_CLAUSES, C, U, envelope, exchange

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.findings.clause import EvidenceKind
    from contracts.paging.exchanges import Exchange
    from contracts.paging.listings import Scope

Asked = dict[str, str]
STEPS = ("SELVES", "FIRSTS", "NEIGHBOURS", "RECODED", "REPEATS", "REPLAYS", "BACKWARD")


@dataclass
class Users:
    """Users on pages by offset.

    Attributes:
        rows: how many there are.
        refuses: the status of an answer to a query, where it is not 200.
        moved: a link as it is shown, by its relation, its URL and the offset of the page that it stands on; empty for none.
        padding: empty pages behind the last one.
        asked: the queries, in their order.
    """

    rows: int
    refuses: Callable[[Asked], int] = lambda _: 200
    moved: Callable[[str, str, int], str] = lambda _rel, url, _at: url
    padding: int = 0
    asked: list[Asked] = field(default_factory=list)

    def send(self, _method: str, at: str, **_: object) -> Exchange:
        """A page."""
        asked = dict(parse_qsl(urlsplit(at).query))
        self.asked.append(asked)
        if (status := self.refuses(asked)) != 200:
            return exchange({}, at, status=status)
        size, start = int(asked.get("page_size", 10)), int(asked.get("cursor", 0))
        rows = range(self.rows)[:: -1 if asked.get("order") == "desc" else 1]
        offsets: dict[str, int | None] = {"first": 0, "self": start}
        offsets["prev"] = start - size if start else None
        offsets["next"] = start + size if start + size < self.rows + self.padding * size else None
        links = {
            rel: "" if to is None else f"{BASE}/users?{urlencode({**asked, 'cursor': to})}"
            for rel, to in offsets.items()
        }
        moved = {rel: self.moved(rel, url, start) for rel, url in links.items()}
        shown = [{"id": f"USR-{number}"} for number in rows[start : start + size]]
        return exchange(envelope(U, shown, {rel: url for rel, url in moved.items() if url}), at)

    @property
    def cache(self) -> CrawlCache:
        """A reading of them."""
        return CrawlCache(Crawler(BASE, self.send))


def planned(kind: EvidenceKind, cache: CrawlCache, scope: Scope = U) -> list[Any]:
    """The trials of a kind."""
    assert kind.trials is not None
    return list(kind.trials(cache, scope))


def observed(kind: EvidenceKind, cache: CrawlCache, scope: Scope = U) -> list[Any]:
    """What they observe."""
    return [trial.observe(cache) for trial in planned(kind, cache, scope)]


@pytest.mark.parametrize("rows", [1, 3, 7, 8, 14, 15, 21])
@pytest.mark.parametrize("name", STEPS)
def test_a_step_from_a_page_that_is_not_there_any_more_lacks_it(name: str, rows: int) -> None:
    """A reading that confirms a violation may find fewer pages than that for which the steps were planned."""
    shrunk, seen = Users(rows).cache, 0
    trials = planned(getattr(evidence, name), Users(40).cache)
    for trial in trials:
        with suppress(Lacking):
            trial.observe(shrunk)
            seen += 1
    if name in ("RECODED", "BACKWARD"):
        assert seen == (len(trials) if rows > 7 else 0)
    else:
        assert (seen < len(trials), seen > 0) == (True, rows > 7 or name in ("SELVES", "FIRSTS", "REPEATS"))


@pytest.mark.parametrize("name", STEPS)
def test_a_step_from_a_page_that_is_there_is_taken(name: str) -> None:
    assert len(observed(getattr(evidence, name), Users(40).cache)) > 1


def test_steps_lead_where_a_plain_walk_leads() -> None:
    cache = Users(40).cache
    hops = [each for name in ("SELVES", "FIRSTS", "NEIGHBOURS") for each in observed(getattr(evidence, name), cache)]
    assert {each.path for each in hops} == {("self",), ("prev", "self"), ("first",), ("prev",), ("prev", "next")}
    assert [each for each in hops if each.landed.ids != each.target.ids] == []
    twins = [each for name in ("RECODED", "REPEATS", "REPLAYS") for each in observed(getattr(evidence, name), cache)]
    assert [each for each in twins if each.one.ids != each.other.ids] == []


def test_a_way_back_from_an_empty_page_is_tried_where_it_has_prev_and_none_to_it() -> None:
    found = observed(NEIGHBOURS, Users(14, padding=1).cache)
    assert {each.path for each in found if not each.start.items} == {("prev",)}
    assert {each.path for each in found if each.start.items} == {("prev",), ("prev", "next")}


def test_a_way_back_is_missed_where_items_stand_on_both_sides_of_it() -> None:
    """An empty page need not have prev."""
    target = Users(14, padding=1, moved=lambda rel, url, _: "" if rel == "prev" else url)
    trials = planned(NEIGHBOURS, target.cache)
    assert {trial.name.partition(": ")[2] for trial in trials} == {
        f"{way} of page {page}" for way in ("prev", "prev, next") for page in (2, 3, 4)
    }
    with pytest.raises(Blocked, match=r"links\.present"):
        trials[0].observe(target.cache)


def test_no_way_leads_back_from_a_first_page_whatever_it_says() -> None:
    target = Users(14, moved=lambda rel, url, at: url or (f"{BASE}/users?cursor=0" if rel == "prev" and not at else ""))
    assert [trial.name for trial in planned(NEIGHBOURS, target.cache) if trial.name.endswith("of page 1")] == []


@pytest.mark.parametrize("padding", [0, 1, 3])
def test_a_way_back_is_compared_without_empty_pages(padding: int) -> None:
    for paths in observed(BACKWARD, Users(40, padding=padding).cache):
        assert paths.one.ids == paths.other.ids
        assert all(page.items for walk in (paths.one, paths.other) for page in walk.pages)


def test_a_way_back_that_goes_in_a_circle_is_shown() -> None:
    circle = Users(40, moved=lambda rel, url, at: url.replace("cursor=7", "cursor=14") if rel == "prev" and at else url)
    assert {paths.other.cycle is not None for paths in observed(BACKWARD, circle.cache)} == {True}


def test_a_way_back_that_breaks_is_blocked() -> None:
    broken = Users(40, moved=lambda rel, url, at: "nowhere" if rel == "prev" and at > 7 else url)
    with pytest.raises(Blocked, match=r"links\.url"):
        observed(BACKWARD, broken.cache)


# --- sizes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rows", "pages"), [(4, 2), (11, 4), (60, 17), (300, 18), (3_000, 18)])
def test_the_page_size_changes_at_every_step(rows: int, pages: int) -> None:
    target = Users(rows)
    (resized,) = observed(RESIZED, target.cache)
    sizes = [each.asked.size for each in resized.pages]
    assert len(sizes) == pages
    assert rows > 100 or all(one != other for one, other in pairwise(sizes))
    assert [int(asked["page_size"]) for asked in target.asked[-pages:]] == sizes
    assert [len(each.ids) for each in resized.pages[:-1]] == sizes[:-1]
    assert rows // 40 <= max(sizes) <= 100


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_sizes_do_not_change_on_one_small_page(rows: int) -> None:
    with pytest.raises(Lacking, match="one small page"):
        observed(RESIZED, Users(rows).cache)


def by_cursor(status: int) -> Callable[[Asked], int]:
    """Refuses a cursor with another size than the first one."""
    return lambda asked: status if "cursor" in asked and asked["page_size"] != "3" else 200


@pytest.mark.parametrize("status", [400, 422, 499])
def test_a_size_that_is_bound_to_the_cursor_is_no_failure(status: int) -> None:
    with pytest.raises(Lacking, match="page_size"):
        observed(RESIZED, Users(20, by_cursor(status)).cache)


@pytest.mark.parametrize("status", [302, 399, 500, 503])
def test_a_failure_behind_a_cursor_blocks(status: int) -> None:
    with pytest.raises(Blocked, match=f"status {status}"):
        observed(RESIZED, Users(20, by_cursor(status)).cache)


@pytest.mark.parametrize("href", ["users?cursor=3", "http://elsewhere.test/users?cursor=3"])
def test_a_next_link_that_cannot_be_followed_blocks(href: str) -> None:
    target = Users(20, moved=lambda rel, url, _: href if rel == "next" and "page_size=3&" in url else url)
    with pytest.raises(Blocked, match=r"links\.url or links\.origin"):
        observed(RESIZED, target.cache)


@pytest.mark.parametrize("status", [400, 404])
@pytest.mark.parametrize("size", ["1", "100"])
def test_a_size_at_the_edge_that_is_refused_is_shown(size: str, status: int) -> None:
    def refuse(asked: Asked) -> int:
        return status if asked.get("page_size") == size and "order" in asked else 200

    edges = observed(EDGES, Users(20, refuse).cache)
    assert [(each.walk.query.page_size, each.walk.query.order) for each in edges] == [
        ("1", "asc"), ("1", "desc"), ("100", "asc"), ("100", "desc"),
    ]  # fmt: skip
    assert [each.walk.query.page_size for each in edges if each.walk.broken] == [size, size]
    assert [len(each.walk.pages) for each in edges if not each.walk.broken] == [{"1": 1, "100": 2}[size]] * 2
    assert {(each.length, each.gaps) for each in edges} == {(10, False)}


def test_a_walk_by_the_largest_size_is_read_to_its_end_and_one_by_the_smallest_is_not() -> None:
    assert [len(each.walk.pages) for each in observed(EDGES, Users(250).cache)] == [2, 2, 3, 3]


def test_pages_at_the_edges_of_size_are_compared_with_one_of_the_same_window() -> None:
    """Within a window that holds nothing there is nothing to show by any size."""
    crawler = verification(Settings(conversations=12), NO_CLAUSES, Choices()).cache.crawler
    window = Query(date_end="2001-01-01T00:00:00.000Z")
    cache = CrawlCache(crawler, knowledge=Knowledge(windows={C: window}))
    assert [edge.length for edge in observed(EDGES, cache, C)] == [0] * 4


@pytest.mark.parametrize(
    "refuse",
    [
        lambda asked: 500 if asked.get("page_size") == "1" else 200,
        lambda asked: 400 if asked.get("page_size") == "1" and "cursor" in asked else 200,
    ],
    ids=["failed", "refused-behind-the-first-page"],
)
def test_a_walk_at_the_edge_that_fails_is_blocked(refuse: Callable[[Asked], int]) -> None:
    with pytest.raises(Blocked, match="status"):
        observed(EDGES, Users(20, refuse).cache)


def test_first_pages_are_asked_for_by_sizes_of_all_kinds_once() -> None:
    cache = Users(20).cache
    sizes = [each.page.asked.size for each in observed(SIZES, cache)]
    assert (len(set(sizes)), len(sizes)) == (len(sizes), 9 + cache.choices.profile.values)
    assert set(sizes) <= set(range(1, 101))
    assert planned(SIZES, Users(0).cache) == []
    every = Choices(profile=replace(Choices().profile, values=91))
    assert {each.page.asked.size for each in observed(SIZES, CrawlCache(Crawler(BASE, Users(20).send), every))} == set(
        range(1, 101)
    )


@pytest.mark.parametrize("kind", [SELVES, NEIGHBOURS], ids=["selves", "neighbours"])
def test_a_long_walk_is_looked_at_by_pages_that_keep_it_short(kind: EvidenceKind) -> None:
    choices = Choices(profile=replace(Choices().profile, longest=10))
    target = Users(500)
    cache = CrawlCache(Crawler(BASE, target.send), choices)
    observed(kind, cache)
    assert {asked["page_size"] for asked in target.asked} == {"50", "100"}
