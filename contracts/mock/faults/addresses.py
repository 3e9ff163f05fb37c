"""Faults of the addresses that links hold: their form, their host, their path, what they keep."""

# ruff: noqa: ARG002, D102 - steps keep their parameters; the class says what they do, and its numbers

from collections.abc import Mapping
from urllib.parse import quote

from contracts.mock.api import Api
from contracts.mock.helpers import INSIDE, TIMED, Base64, Unbound
from contracts.mock.items import Json
from contracts.mock.queries import CONVERSATIONS, EVENTS, MEMBERS, Page, Query
from contracts.mock.registry import fault
from contracts.mock.settings import Settings


@fault(breaks="links.url")
class CursorEncodedTwice(Base64):
    """Cursors in base64 are percent-encoded twice: for the query, and for the URL."""

    def href(self, query: Query, stem: str, cursor: str | None) -> str:
        return super().href(query, stem, None if cursor is None else quote(cursor, safe=""))


@fault(breaks="links.url")
class CursorNotEncoded(Base64):
    """Cursors in base64 stand in links as they are: a `+` arrives as a space."""

    def href(self, query: Query, stem: str, cursor: str | None) -> str:
        return stem if cursor is None else f"{stem}&cursor={cursor}"


@fault(breaks="links.url", listing=TIMED)
class FiltersEncodedTwice(Api):
    """Filters are percent-encoded twice, which only shows where they hold a colon or a plus."""

    def kept(self, query: Query) -> list[tuple[str, str]]:
        return [(name, self.encoded(value)) for name, value in super().kept(query)]


@fault(breaks="links.url", listing="conversations")
class PlusNotEncoded(Api):
    """A plus in a filter stays one in links, where it means a space: an offset such as `+02:00` is lost."""

    def encoded(self, value: str) -> str:
        return quote(value, safe="+:")


@fault(breaks="links.url")
class RelativeLinks(Api):
    """Links are paths without scheme and host: the service does not know its public address."""

    def href(self, query: Query, stem: str, cursor: str | None) -> str:
        return super().href(query, stem, cursor).removeprefix(query.root.removesuffix(self.settings.base_path))


@fault(breaks="links.ends")
class BlankLinks(Api):
    """Where no page follows or precedes, the link is there and its href is empty."""

    def links(self, query: Query, page: Page, own: str) -> Json:
        return {"next": {"href": ""}, "prev": {"href": ""}} | super().links(query, page, own)


@fault(breaks="links.origin")
class InternalHost(Api):
    """Links lead to the host behind the gateway: they are built from the name of the machine."""

    def stem(self, query: Query) -> str:
        inside = f"http://conversation-service.internal:8080{self.settings.base_path}"
        return super().stem(query._replace(root=inside))


@fault(breaks="links.origin")
class PortDropped(Api):
    """Links leave out the port that was called: the host is taken from the header without it."""

    def stem(self, query: Query) -> str:
        scheme, _, rest = query.root.partition("://")
        host, _, path = rest.partition("/")
        return super().stem(query._replace(root=f"{scheme}://{host.rpartition(':')[0] or host}/{path}"))


@fault(breaks="links.origin")
class ProductionOnPrev(Api):
    """`prev` leads to the production host: three links are built by one function, the fourth by hand."""

    def links(self, query: Query, page: Page, own: str) -> Json:
        links = super().links(query, page, own)
        previous = self.previous_mark(query, page)
        if previous is not None:
            stem = self.stem(query._replace(root="https://api.nexmo.com/v0.2"))
            links["prev"] = {"href": self.href(query, stem, self.cursor(query, previous))}
        return links


@fault(breaks="links.same-listing", listing=INSIDE)
class TopLevelLinks(Api):
    """Links of members and events leave the conversation out, as an example in the description has it."""

    def stem(self, query: Query) -> str:
        return super().stem(query._replace(path=f"/{query.listing.name}"))


@fault(breaks="links.same-listing", listing=INSIDE)
class FirstConversationRemembered(Api):
    """Links lead to the conversation that was asked for first: the link builder is shared."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.remembered: dict[str, str] = {}

    def stem(self, query: Query) -> str:
        path = self.remembered.setdefault(query.listing.name, query.path)
        return super().stem(query._replace(path=path))


@fault(breaks="links.same-listing", listing="events")
class EventsLeadToMembers(Api):
    """`first` of the events leads to the members: a copied line, half changed."""

    def links(self, query: Query, page: Page, own: str) -> Json:
        links = super().links(query, page, own)
        if query.listing is EVENTS:
            stem = self.stem(query._replace(path=self.listing_path(MEMBERS, query.conversation)))
            links["first"] = {"href": self.href(query, stem, None)}
        return links


@fault(breaks="links.url")
class BasePathLost(Api):
    """Links leave out the base path: a gateway takes it off before the service sees the request."""

    def stem(self, query: Query) -> str:
        return super().stem(query._replace(root=query.root.removesuffix(self.settings.base_path)))


class _Without(Unbound):
    """Links that lose some parameters; cursors do not know them either."""

    lost: tuple[str, ...] = ()

    def kept(self, query: Query) -> list[tuple[str, str]]:
        return [(name, value) for name, value in super().kept(query) if name not in self.lost]


@fault(breaks="links.parameters")
class SizeNotKept(_Without):
    """Links lose the page size, so that whoever follows them goes on with ten items a page."""

    lost = ("page_size",)


@fault(breaks="links.parameters")
class OrderNotKept(_Without):
    """Links lose the order, and the cursor holds none, so that whoever follows them turns round."""

    lost = ("order",)


@fault(breaks="links.parameters", listing="conversations")
class DateEndNotKept(_Without):
    """Links lose `date_end`, so that a walk leaves its window at the end."""

    lost = ("date_end",)


@fault(breaks="links.parameters", listing="events")
class TypeNotKept(_Without):
    """Links lose `event_type`, so that events of every type come from the second page on."""

    lost = ("event_type",)


@fault(breaks="links.parameters", listing="events")
class EndIdNotKept(_Without):
    """Links lose `end_id`, so that a walk goes on behind it."""

    lost = ("end_id",)


@fault(breaks="links.parameters")
class DefaultSizeInLinks(Api):
    """Links always say `page_size=10`: the constant, not the parameter."""

    def kept(self, query: Query) -> list[tuple[str, str]]:
        return super().kept(query._replace(size=10))


@fault(breaks="links.parameters")
class SizeFromTheItems(Api):
    """Links say the number of items on the page for its size, which differs on the last page only."""

    def links(self, query: Query, page: Page, own: str) -> Json:
        return super().links(query._replace(size=len(page.items) or query.size), page, own)


@fault(breaks="links.parameters")
class OrderLostOnTheFourthPage(_Without):
    """On the fourth page links lose the order: a batch ends there."""

    def links(self, query: Query, page: Page, own: str) -> Json:
        rows = self.rows(query)
        place = self.place(query, rows, page.items[0], past=False) if page.items else 0
        self.lost = ("order",) if place == 3 * query.size else ()
        return super().links(query, page, own)


@fault(breaks="links.parameters", listing=TIMED)
class FirstLosesTheFilters(Api):
    """`first` leads to the first page of the whole listing: it is the bare address of the listing."""

    def links(self, query: Query, page: Page, own: str) -> Json:
        bare = self.stem(query._replace(given=()))
        return super().links(query, page, own) | {"first": {"href": self.href(query, bare, None)}}


@fault(breaks="links.parameters", listing="conversations")
class DatesRewritten(Api):
    """Links write date filters anew, in UTC and without fraction, which moves them."""

    def kept(self, query: Query) -> list[tuple[str, str]]:
        if query.listing is not CONVERSATIONS:
            return super().kept(query)
        bounds = {"date_start": query.filters.after, "date_end": query.filters.before}
        texts = [(name, self.timestamp(one)[:19] + "Z") for name, one in bounds.items() if one is not None]
        return super().kept(query._replace(given=tuple(texts)))

    def bound_to(self, query: Query) -> tuple[object, ...]:
        return (query.listing.name,)


@fault(breaks="inputs.no-leak", needs="token")
class TokenInLinks(Api):
    """Links carry the caller's token as a parameter, so that they "just work", also in logs and histories."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.shown_token = ""

    def authorize(self, headers: Mapping[str, str]) -> None:
        super().authorize(headers)
        self.shown_token = headers.get("authorization", "").partition(" ")[2]

    def kept(self, query: Query) -> list[tuple[str, str]]:
        more = [("access_token", self.shown_token)] if self.shown_token else []
        return super().kept(query) + more
