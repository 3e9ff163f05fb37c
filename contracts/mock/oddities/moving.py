"""Oddities of pages with gaps, and of walks while items come in."""

# ruff: noqa: D102 - steps keep their parameters; the class says what they do

from bisect import bisect_left
from collections.abc import Sequence

from contracts.mock.api import Api
from contracts.mock.base_data import BEGIN
from contracts.mock.errors import bad_parameter
from contracts.mock.helpers import Edited, FilteredLate
from contracts.mock.items import Json
from contracts.mock.queries import BEFORE, CONVERSATIONS, EVENTS, MEMBERS, USERS, Listing, Mark, Page, Query
from contracts.mock.registry import oddity
from contracts.mock.settings import Settings

_REACH = 2  # times the page size: how many rows a page may be looked for in
_HIDDEN = (24, 20)  # the last four of 24 rows


@oddity(should=("pages.full", "links.ends"))
class FiltersAfterCutting(FilteredLate):
    """Pages are cut first and filtered then: some are short, some empty, and the last ones may be empty too."""


@oddity(should=("pages.full", "links.ends"))
class ScansAFewRows(FilteredLate):
    """A page is looked for in so many rows only, twice its size: where few items pass a filter, it is short or empty."""

    def cut(self, query: Query, rows: Sequence[int], mark: Mark | None) -> tuple[int, int]:
        start, stop = super().cut(query, rows, mark)
        if mark is not None and mark.kind == BEFORE:
            return self._page_before(query, rows, stop), stop
        return start, self._scanned(query, rows, start)

    def _scanned(self, query: Query, rows: Sequence[int], start: int) -> int:
        """Where the scan for a page that starts here stops."""
        passing = self.passing(query)
        left, reach = self.limit(query), min(len(rows), start + _REACH * self.limit(query))
        for place, item in enumerate(self.shown(query, rows, start, reach), start + 1):
            left -= item in passing
            if not left:
                return place
        return reach

    def _page_before(self, query: Query, rows: Sequence[int], stop: int) -> int:
        """Where the page starts that a walk from the beginning reads before this place."""
        start = end = 0
        while end < stop:
            start, end = end, self._scanned(query, rows, end)
        return start


@oddity(should="pages.full")
class DeletedRowsLeaveGaps(Api):
    """Conversations and events that were deleted are cut into pages like others and left out then: pages have gaps."""

    def texts(self, query: Query, page: Page) -> list[bytes]:
        return super().texts(query, page._replace(items=[one for one in page.items if self._there(query, one)]))

    def preceded(self, query: Query, rows: Sequence[int], start: int) -> bool:
        return any(self._there(query, one) for one in self.shown(query, rows, 0, start))

    def followed(self, query: Query, rows: Sequence[int], stop: int) -> bool:
        return any(self._there(query, one) for one in self.shown(query, rows, stop, len(rows)))

    def _there(self, query: Query, item: int) -> bool:
        every, first = _HIDDEN
        return query.listing in (USERS, MEMBERS) or item % every < first


@oddity()
class FullFirstPageOnTheWayBack(Api):
    """Going back ends with a full first page: where too few items are left, it repeats some of the page behind it."""

    def cut(self, query: Query, rows: Sequence[int], mark: Mark | None) -> tuple[int, int]:
        start, stop = super().cut(query, rows, mark)
        short = mark is not None and mark.kind == BEFORE and start == 0 < stop < self.limit(query)
        return (0, min(self.limit(query), len(rows))) if short else (start, stop)


@oddity()
class WalksSeeTheirBeginning(Api):
    """What is added after a walk began stays out of it, forward and back: its cursors carry when that was."""

    def rows(self, query: Query) -> Sequence[int]:
        rows = super().rows(query)
        if query.cursor is None:
            return rows
        return rows[: bisect_left(rows, self._began(query))]

    def cursor(self, query: Query, mark: Mark) -> str:
        began = self._began(query) if query.cursor else self._counts(query)[query.listing]
        return f"{super().cursor(query, mark)}{began:08x}"

    def mark(self, query: Query, cursor: str) -> Mark:
        return super().mark(query, cursor[:-8])

    def _began(self, query: Query) -> int:
        """How many items the listing had when the walk of a cursor began."""
        try:
            return int((query.cursor or "")[-8:], 16)
        except ValueError:
            raise bad_parameter("cursor", "is not one of this listing") from None

    def _counts(self, query: Query) -> dict[Listing, int]:
        """How many items the listings have now."""
        return {
            CONVERSATIONS: self.conversation_count(),
            USERS: self.user_count(),
            MEMBERS: self.member_count(query.conversation),
            EVENTS: self.event_count(query.conversation),
        }


@oddity()
class UsersSeenJustNow(Edited):
    """Users and members say when they were last seen, which is written again with every request: they never look the same."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.requests = 0

    def texts(self, query: Query, page: Page) -> list[bytes]:
        self.requests += 1
        return super().texts(query, page)

    def edited(self, query: Query, item: Json) -> Json:
        seen = {"last_seen": self.timestamp(BEGIN + 30 * self.requests)}
        return item | seen if query.listing in (USERS, MEMBERS) else item
