"""Faults that only show where a listing is filtered: what its links lose, and how its items differ."""

# ruff: noqa: ARG002, D102 - steps keep their parameters; the class says what they do, and its numbers

from collections.abc import Sequence

from contracts.mock.api import Api
from contracts.mock.helpers import TIMED, Edited, Unbound
from contracts.mock.items import Json
from contracts.mock.queries import BEFORE, CONVERSATIONS, EVENTS, Filters, Page, Query
from contracts.mock.registry import fault


def _came_back(page: Page) -> bool:
    """Whether a page was reached by `prev`."""
    return page.mark is not None and page.mark.kind == BEFORE


class _Losing(Unbound):
    """Some links of some pages lose some filters; cursors do not know them either."""

    rels: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    def loses(self, query: Query, page: Page) -> bool:
        return True

    def links(self, query: Query, page: Page, own: str) -> Json:
        links = super().links(query, page, own)
        if not self.loses(query, page):
            return links
        given = tuple(pair for pair in query.given if pair[0] not in self.lost)
        bare = super().links(query._replace(given=given), page, own)
        return {name: bare[name] if name in self.rels else link for name, link in links.items()}


@fault(breaks="links.parameters", listing="events")
class PrevLosesTheType(_Losing):
    """`prev` loses `event_type`, so that going back shows events of every type: it is built by older code."""

    rels = ("prev",)
    lost = ("event_type",)


@fault(breaks="links.parameters", listing="events")
class PrevOfTheLastPageLosesTheType(_Losing):
    """`prev` of the last page loses `event_type`: the branch that has no `next` makes its links by itself."""

    rels = ("prev",)
    lost = ("event_type",)

    def loses(self, query: Query, page: Page) -> bool:
        return not page.followed


@fault(breaks="links.parameters", listing="events")
class NextLosesTheTypeAfterGoingBack(_Losing):
    """`next` of a page that was reached by `prev` loses `event_type`: turning round makes a new request."""

    rels = ("next",)
    lost = ("event_type",)

    def loses(self, query: Query, page: Page) -> bool:
        return _came_back(page)


@fault(breaks="links.parameters", listing="conversations")
class WindowLostWhileGoingBack(_Losing):
    """`prev` of a page that was reached by `prev` loses the dates, so that a walk back leaves its window."""

    rels = ("prev",)
    lost = ("date_start", "date_end")

    def loses(self, query: Query, page: Page) -> bool:
        return _came_back(page)


@fault(breaks="links.self", listing="events")
class SelfLosesTheType(_Losing):
    """`self` loses `event_type`, so that it leads to a page with events of every type."""

    rels = ("self",)
    lost = ("event_type",)


@fault(breaks="links.self", listing="events")
class SelfLosesTheTypeAfterGoingBack(_Losing):
    """`self` of a page that was reached by `prev` loses `event_type`: only forward links are made of the request."""

    rels = ("self",)
    lost = ("event_type",)

    def loses(self, query: Query, page: Page) -> bool:
        return _came_back(page)


@fault(breaks="links.parameters", listing=TIMED)
class FirstLosesTheFiltersAfterGoingBack(_Losing):
    """`first` of a page that was reached by `prev` leads to the whole listing: the reversed query knows no more."""

    rels = ("first",)
    lost = (*CONVERSATIONS.filters, *EVENTS.filters)

    def loses(self, query: Query, page: Page) -> bool:
        return _came_back(page)


@fault(breaks="links.parameters", listing="events")
class TypeLostOnTheFifthPage(_Losing):
    """`next` of the fifth page loses `event_type`: a batch ends there, and the next is fetched without it."""

    rels = ("next",)
    lost = ("event_type",)

    def loses(self, query: Query, page: Page) -> bool:
        return bool(page.items) and self.place(query, self.rows(query), page.items[0], past=False) == 4 * query.size


class _ForgettingBackwards(Api):
    """Behind the cursor of a `prev` filters do nothing, though the links keep them."""

    def forgets(self, query: Query) -> bool:
        return query.cursor is not None and self.mark(query, query.cursor).kind == BEFORE

    def rows(self, query: Query) -> Sequence[int]:
        return super().rows(query._replace(filters=Filters()) if self.forgets(query) else query)


@fault(breaks="filters.paged", listing="events")
class TypeForgottenGoingBack(_ForgettingBackwards):
    """`prev` shows events of every type under a link that names one: the reversed query lacks that condition."""

    def forgets(self, query: Query) -> bool:
        return query.filters.kind is not None and super().forgets(query)


@fault(breaks="filters.paged", listing="conversations")
class WindowForgottenGoingBack(_ForgettingBackwards):
    """`prev` leads on beyond the dates: the reversed query has its cursor for its only bound."""

    def forgets(self, query: Query) -> bool:
        return query.listing is CONVERSATIONS and super().forgets(query)


@fault(breaks="links.self", listing=TIMED)
class SelfOfFilteredPagesLeadsOn(Api):
    """`self` of a page behind a cursor leads to the page after it where dates or ids are asked for: it was moved on."""

    def links(self, query: Query, page: Page, own: str) -> Json:
        links = super().links(query, page, own)
        ranged = any(name != "event_type" for name, _ in query.given)
        return links | {"self": links.get("next", links["self"])} if ranged and query.cursor is not None else links


@fault(breaks="pages.agree", listing="conversations")
class NamesPaddedByTheDateIndex(Edited):
    """Under a date filter `display_name` ends with a blank: the index that serves it has columns of fixed length."""

    def edited(self, query: Query, item: Json) -> Json:
        padded = query.listing is CONVERSATIONS and query.given and "display_name" in item
        return item | {"display_name": f"{item['display_name']} "} if padded else item


@fault(breaks="pages.agree", listing="events")
class SenderMissingByType(Edited):
    """With `event_type` events have no `from`: the index by type holds fewer columns."""

    def edited(self, query: Query, item: Json) -> Json:
        if query.filters.kind is not None:
            item.pop("from", None)
        return item
