"""Faults of single pages: how many items, which, in what order, in what envelope."""

# ruff: noqa: ARG002, D102, PLR2004 - steps keep their parameters; the class says what they do, and its numbers

from collections.abc import Sequence

import orjson

from contracts.mock.api import Api, Route
from contracts.mock.helpers import CURSORED, INSIDE, Edited, Rearranged
from contracts.mock.inputs import LARGEST_PAGE
from contracts.mock.items import Json
from contracts.mock.queries import CONVERSATIONS, MEMBERS, USERS, Answer, Listing, Page, Query
from contracts.mock.registry import fault
from contracts.mock.settings import Settings


@fault(breaks="walks.terminates")
class ConstantPage(Api):
    """Every listing answers one constant page: the query string is never read, as in a stub that stayed."""

    def query(self, listing: Listing, conversation: int, root: str, query_string: str) -> Query:
        return super().query(listing, conversation, root, "")


@fault(breaks="pages.size-bound")
class OneTooMany(Api):
    """A page holds one item more than asked for: the row fetched to look ahead is not dropped."""

    def limit(self, query: Query) -> int:
        return super().limit(query) + 1


@fault(breaks="pages.size-bound")
class BuffersOfThirtyTwo(Api):
    """A page of 32, 64 or 96 holds one item more: rows are read in buffers of 32, and the last is not trimmed."""

    def limit(self, query: Query) -> int:
        size = super().limit(query)
        return size if size % 32 else size + 1


@fault(breaks="pages.size-bound")
class SizeIgnored(Api):
    """Every page holds ten items: the page size is checked and echoed, but never reaches the data base."""

    def limit(self, query: Query) -> int:
        return 10


@fault(breaks="pages.size-bound")
class NoMaximum(Api):
    """A page size above 100 is served as asked: only the lower bound is checked."""

    def size_in_bounds(self, size: int) -> int:
        return size


@fault(breaks="pages.size-bound", listing="events")
class ZeroMeansAll(Api):
    """`page_size=0` gives the whole listing: the data layer takes a limit of nought for no limit."""

    def page_size(self, text: str | None) -> int:
        return 0 if text == "0" else super().page_size(text)

    def limit(self, query: Query) -> int:
        return super().limit(query) or 10**9


@fault(breaks="pages.size-bound")
class CacheWithoutSize(Api):
    """Pages are cached by everything but their size, so who asks first decides how much all others get."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.cached: dict[Query, Page] = {}

    def page(self, query: Query) -> Page:
        return self.cached.setdefault(query._replace(size=0), super().page(query))


@fault(breaks="pages.size-default")
class DefaultTwenty(Api):
    """Without `page_size` twenty items are shown: the default of the framework, not the documented one."""

    def page_size(self, text: str | None) -> int:
        return 20 if text is None else super().page_size(text)


@fault(breaks="pages.size-default")
class DefaultNine(Api):
    """Without `page_size` nine items are shown: the loop stops one early, and only there."""

    def page_size(self, text: str | None) -> int:
        return 9 if text is None else super().page_size(text)


@fault(breaks="pages.size-edges")
class SilentCap(Api):
    """Pages hold fifty items at most: an older limit is still set in the data layer, which says nothing."""

    def limit(self, query: Query) -> int:
        return min(50, super().limit(query))


@fault(breaks="pages.size-edges")
class RefusesOne(Api):
    """`page_size=1` is refused: the lower bound was written with `<=`."""

    def page_size(self, text: str | None) -> int:
        return super().page_size("0" if text == "1" else text)


@fault(breaks="pages.size-edges")
class RefusesHundred(Api):
    """`page_size=100` is refused: the upper bound was written with `>=`."""

    def size_in_bounds(self, size: int) -> int:
        return super().size_in_bounds(size + 1) - 1


@fault(breaks="pages.size-edges")
class HundredIsNinetyNine(Api):
    """A page of a hundred holds ninety-nine: one row of the largest batch is spent on looking ahead."""

    def limit(self, query: Query) -> int:
        return min(LARGEST_PAGE - 1, super().limit(query))


@fault(breaks="pages.size-echo")
class EchoesTheDefault(Api):
    """The body's `page_size` is 10 whatever was asked for: it is the constant, not the parameter."""

    def size_shown(self, query: Query, page: Page) -> int:
        return 10


@fault(breaks="pages.size-echo")
class EchoesTheTotal(Api):
    """The body's `page_size` is the number of all items: the wrong one of two counters was serialised."""

    def size_shown(self, query: Query, page: Page) -> int:
        return len(self.rows(query))


@fault(breaks="pages.size-echo")
class EchoesText(Api):
    """The body's `page_size` is a string: the parameter as it came in the query is passed through."""

    def body(self, query: Query) -> Json:
        body = super().body(query)
        return body | {"page_size": str(body["page_size"])}


@fault(breaks="pages.full")
class ShortPages(Api):
    """Pages with a next page lack an item: what was deleted softly is taken out after the limit."""

    def limit(self, query: Query) -> int:
        size = super().limit(query)
        return size - 1 if 2 < size < LARGEST_PAGE else size


@fault(breaks="pages.unique")
class JoinedTwice(Api):
    """An item stands twice on a page, and another is pushed out: a join gave two rows for one."""

    def shown(self, query: Query, rows: Sequence[int], start: int, stop: int) -> Sequence[int]:
        items = list(super().shown(query, rows, start, stop))
        return [*items[:2], *items[1:-1]] if len(items) > 2 else items


@fault(breaks="pages.unique")
class TwiceOnTheFourthPage(Api):
    """The last item of the fourth page stands there twice: two batches overlap there."""

    def shown(self, query: Query, rows: Sequence[int], start: int, stop: int) -> Sequence[int]:
        items = list(super().shown(query, rows, start, stop))
        return [*items[:-2], *items[-1:] * 2] if start == 3 * query.size and len(items) > 1 else items


@fault(breaks="pages.sorted", listing="conversations")
class SortedById(Api):
    """Conversations of a page stand in order of their ids: they are read with `id IN (...)`, order lost."""

    def shown(self, query: Query, rows: Sequence[int], start: int, stop: int) -> Sequence[int]:
        items = super().shown(query, rows, start, stop)
        return sorted(items, key=self.conversation_id) if query.listing is CONVERSATIONS else items


@fault(breaks="pages.sorted", listing="events")
class NumbersAsText(Rearranged):
    """Events stand in the order 1, 10, 11, 2: their ids are kept, and sorted, as text."""

    def event_rows(self, query: Query) -> Sequence[int]:
        return sorted(super().event_rows(query), key=lambda one: str(self.event_id(query.conversation, one)))


@fault(breaks="pages.sorted", listing="conversations")
class OneOutOfPlace(Rearranged):
    """One conversation, the 31st or near it, stands before an older one: it was restored from a backup, elsewhere."""

    def conversation_rows(self, query: Query) -> Sequence[int]:
        rows = super().conversation_rows(query)
        others = range(30, self.conversation_count())
        late = next((one for one in others if self.created(one - 1) < self.created(one)), 0)
        places = {late - 1: late, late: late - 1} if {late - 1, late} <= {*rows} else {}
        return [places.get(row, row) for row in rows]


@fault(breaks="pages.cursor", listing=CURSORED)
class CursorOfTheNext(Api):
    """The body's `cursor` is the one of the next page: two meanings of "cursor" in one code base."""

    def body(self, query: Query) -> Json:
        body = super().body(query)
        following = self.next_mark(query, self.page(query))
        return body | {"cursor": self.cursor(query, following)} if following and "cursor" in body else body


@fault(breaks="pages.cursor", listing=CURSORED)
class CursorOfAnotherRequest(Api):
    """The body's `cursor` is that of the request before: the serialiser is shared and filled too late."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.latest = ""

    def body(self, query: Query) -> Json:
        body = super().body(query)
        before, self.latest = self.latest, str(body.get("cursor", self.latest))
        return body | {"cursor": before} if "cursor" in body and before else body


@fault(breaks="pages.cursor", listing=CURSORED)
class CursorAsAnObject(Api):
    """The body's `cursor` is an object: the serialiser takes the fields of the class that the cursor is."""

    def body(self, query: Query) -> Json:
        body = super().body(query)
        return body | {"cursor": {"value": body["cursor"], "page": []}} if "cursor" in body else body


@fault(breaks="pages.cursor", listing="users")
class CursorAsANumberBehindNext(Api):
    """Behind `next` the body's `cursor` of users is a number, its length: the field is filled by two functions."""

    def body(self, query: Query) -> Json:
        body = super().body(query)
        return body | {"cursor": len(query.cursor)} if query.cursor and query.listing is USERS else body


@fault(breaks="pages.repeatable")
class OneOfThreeReplicas(Api):
    """Every third answer lacks the last item of its page: one of three replicas is behind."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.asked = 0

    def shown(self, query: Query, rows: Sequence[int], start: int, stop: int) -> Sequence[int]:
        self.asked += 1
        items = super().shown(query, rows, start, stop)
        return items[:-1] if self.asked % 3 == 0 else items


@fault(breaks="pages.agree", listing=("conversations", "members"))
class LargePagesTrimmed(Edited):
    """On pages of more than fifty items `display_name` is left out, to keep answers small."""

    def edited(self, query: Query, item: Json) -> Json:
        if query.size > 50:
            item.pop("display_name", None)
        return item


@fault(breaks="pages.agree", listing="members")
class StateFromAnotherIndex(Edited):
    """Under `desc` every member is `JOINED`: its index is a copy that is not renewed."""

    def edited(self, query: Query, item: Json) -> Json:
        return item | {"state": "JOINED"} if query.listing is MEMBERS and query.descending else item


@fault(breaks="pages.envelope", listing=INSIDE)
class NilSlice(Api):
    """An empty listing is `null` and no array: a list that nobody made is serialised as nothing."""

    def body(self, query: Query) -> Json:
        body = super().body(query)
        if not self.page(query).items:
            body["_embedded"] = {"data": {query.listing.name: None}}
        return body


@fault(breaks="pages.envelope")
class FlatEnvelope(Api):
    """The items stand in `_embedded` without `data`, as HAL has them: the envelope of another version."""

    def body(self, query: Query) -> Json:
        embedded = {query.listing.name: self.embedded(query, self.page(query))}
        return super().body(query) | {"_embedded": embedded}


@fault(breaks="pages.envelope")
class HtmlType(Api):
    """Pages are sent as `text/html`: the default of the web framework, as the body was serialised by hand."""

    def json(self, status: int, body: Json | orjson.Fragment, *more: tuple[str, str]) -> Answer:
        answer = super().json(status, body, *more)
        return answer._replace(headers=(("content-type", "text/html"), *answer.headers[1:]))


@fault(breaks="pages.envelope")
class PartialContent(Api):
    """A page that others follow is answered with 206: a listing taken for a range of bytes."""

    def many(self, route: Route, root: str, query_string: str) -> Answer:
        answer = super().many(route, root, query_string)
        return answer._replace(status=206) if b'"next"' in answer.body else answer
