"""Requests, read strictly: what is not understood is refused, what is not a parameter is passed over."""

import re
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

from contracts.mock.errors import bad_parameter, bad_request
from contracts.mock.instants import Instant, read_instant
from contracts.mock.items import Items
from contracts.mock.queries import CONVERSATIONS, EVENTS, Filters, Listing, Query

LARGEST_PAGE = 100
DEFAULT_PAGE = 10
_NOT_ENCODED = re.compile("%(?![0-9A-Fa-f]{2})")
_SIZES = {str(size): size for size in range(1, 1000)}
_NUMBER = re.compile("-?[0-9]+")
_TYPE = re.compile("[A-Za-z][A-Za-z0-9_.:-]{0,127}")
_MOST_DIGITS = 18
_NO_ADDRESS = "The address is not percent-encoded"


def unquote(text: str) -> str:
    """Percent-encoding undone; 400 where it is broken or hides no UTF-8."""
    if "%" not in text and text.isascii():
        return text
    if not text.isascii() or _NOT_ENCODED.search(text):
        raise bad_request(_NO_ADDRESS)
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise bad_request("The address is not UTF-8") from None


class Inputs(Items):
    """Reads a query string into a `Query`, or refuses it."""

    def query(self, listing: Listing, conversation: int, root: str, query_string: str) -> Query:
        """The query that this request makes of a listing."""
        values = self.parameters(listing, query_string) if query_string else {}
        return Query(
            listing,
            conversation,
            root,
            self.listing_path(listing, conversation),
            self.page_size(values.get("page_size")),
            self.descending(values.get("order")),
            self.filters(listing, values),
            tuple([(name, values[name]) for name in listing.filters if name in values]) if values else (),
            values.get("cursor"),
        )

    def listing_path(self, listing: Listing, conversation: int) -> str:
        """The path of a listing behind the root."""
        if conversation < 0:
            return f"/{listing.name}"
        return f"/conversations/{self.conversation_id(conversation)}/{listing.name}"

    def parameters(self, listing: Listing, query_string: str) -> dict[str, str]:
        """The listing's parameters as they were sent, each at most once; others are passed over."""
        if not query_string.isascii():
            raise bad_request(_NO_ADDRESS)
        text = query_string.replace("+", " ").replace("%3A", ":")  # times hold colons, and rarely more that is encoded
        values: dict[str, str] = {}
        for part in text.split("&"):
            name, _, value = part.partition("=")
            if "%" in part:
                name, value = unquote(name), unquote(value)
            if name not in listing.parameters:
                self.unknown_parameter(name)
            elif name in values:
                raise bad_parameter(name, "is given twice")
            else:
                values[name] = value
        return values

    def unknown_parameter(self, name: str) -> None:
        """What becomes of a parameter that the listing does not have: nothing."""

    def page_size(self, text: str | None) -> int:
        """How many items a page shows at most."""
        if text is None:
            return DEFAULT_PAGE
        size = _SIZES.get(text)
        if size is None:
            raise bad_parameter("page_size", f"must be an integer from 1 to {LARGEST_PAGE}")
        return self.size_in_bounds(size)

    def size_in_bounds(self, size: int) -> int:
        """A page size that is not too large."""
        if size > LARGEST_PAGE:
            raise bad_parameter("page_size", f"must be an integer from 1 to {LARGEST_PAGE}")
        return size

    def descending(self, text: str | None) -> bool:
        """Whether the newest come first."""
        if text is None:
            return False
        if text not in ("asc", "desc"):
            raise bad_parameter("order", "must be asc or desc")
        return text == "desc"

    def filters(self, listing: Listing, values: Mapping[str, str]) -> Filters:
        """The filters of a listing that has some."""
        if listing is CONVERSATIONS and ("date_start" in values or "date_end" in values):
            start = self.instant("date_start", values.get("date_start"))
            end = self.instant("date_end", values.get("date_end"))
            return Filters(self.date_start(start), self.date_end(end))
        if listing is EVENTS and values:
            first, last = (self.event_number(name, values.get(name)) for name in ("start_id", "end_id"))
            return Filters(first_id=first, last_id=last, kind=self.type_asked_for(values.get("event_type")))
        return Filters()

    def instant(self, name: str, text: str | None) -> Instant | None:
        """The instant that a date filter names."""
        if text is None:
            return None
        instant = read_instant(text)
        if instant is None:
            raise bad_parameter(name, "must be an ISO 8601 date or date-time")
        return instant

    def date_start(self, instant: Instant | None) -> int | None:
        """The whole millisecond after which a conversation must have been created."""
        return None if instant is None else instant.milliseconds

    def date_end(self, instant: Instant | None) -> int | None:
        """The whole millisecond before which a conversation must have been created."""
        return None if instant is None else instant.milliseconds + instant.more

    def event_number(self, name: str, text: str | None) -> int | None:
        """The number that an id filter names; beyond 18 digits all are alike."""
        if text is None:
            return None
        if _NUMBER.fullmatch(text) is None:
            raise bad_parameter(name, "must be an integer")
        digits = text.lstrip("-0")
        number = int(digits or 0) if len(digits) <= _MOST_DIGITS else 10**_MOST_DIGITS
        return -number if text[0] == "-" else number

    def type_asked_for(self, text: str | None) -> str | None:
        """The event type asked for; custom types are documented as unsupported, so they are refused."""
        if text is None:
            return None
        if text.startswith("custom:"):
            raise bad_parameter("event_type", "does not support custom events")
        if _TYPE.fullmatch(text) is None:
            raise bad_parameter("event_type", "must be the name of an event type")
        return text
