"""The values that pass between the mock's steps: a listing, a query, a mark in a listing, a page."""

from collections.abc import Sequence
from typing import Final, NamedTuple


class Answer(NamedTuple):
    """One HTTP answer; header names in lower case."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Closing(Answer):
    """An answer after which the connection is closed, whatever its headers say."""

    __slots__ = ()


class Listing(NamedTuple):
    """One of the four: its name in path and body, its parameters, and whether its body has `cursor`."""

    name: str
    parameters: frozenset[str]
    filters: tuple[str, ...] = ()
    shows_cursor: bool = False


_COMMON: Final = frozenset({"page_size", "order", "cursor"})
_DATES: Final = ("date_start", "date_end")
_EVENTS: Final = ("start_id", "end_id", "event_type")
CONVERSATIONS: Final = Listing("conversations", _COMMON.union(_DATES), _DATES, shows_cursor=True)
USERS: Final = Listing("users", _COMMON, shows_cursor=True)
MEMBERS: Final = Listing("members", _COMMON)
EVENTS: Final = Listing("events", _COMMON.union(_EVENTS), _EVENTS)
LISTINGS: Final = (CONVERSATIONS, USERS, MEMBERS, EVENTS)


class Filters(NamedTuple):
    """What an item must be.

    Created after and before (milliseconds, exclusive), with an id from and to (inclusive), of a type.
    """

    after: int | None = None
    before: int | None = None
    first_id: int | None = None
    last_id: int | None = None
    kind: str | None = None


class Query(NamedTuple):
    """A listing asked for, read and found good; `conversation` is -1 where the listing belongs to none.

    `given` are the filters as they were written, for the links; `root` is where every link begins.
    """

    listing: Listing
    conversation: int
    root: str
    path: str
    size: int = 10
    descending: bool = False
    filters: Filters = Filters()
    given: tuple[tuple[str, str], ...] = ()
    cursor: str | None = None


FROM: Final = 0  # the page begins with this item
AFTER: Final = 1  # the page begins behind this item
BEFORE: Final = 2  # the page ends before this item
UPTO: Final = 3  # the page ends with this item
START: Final = 4  # the page begins where the listing begins


class Mark(NamedTuple):
    """A place in a listing, named by an item's index, so that what is added elsewhere does not move it."""

    kind: int
    item: int = 0


class Page(NamedTuple):
    """The items to show, by index in the order asked for; whether others precede and follow; its mark."""

    items: Sequence[int]
    preceded: bool
    followed: bool
    mark: Mark | None
