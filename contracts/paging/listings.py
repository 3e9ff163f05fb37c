"""The four paged listings as values, and a listing of one conversation as a scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from contracts.paging import instants

if TYPE_CHECKING:
    from contracts.paging.units import Nanoseconds

Item = Any
"""One element of a page, as JSON gives it: an object, where the API keeps its contract."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One paged listing: where it is, what it is sorted by, and how its items are named.

    `prefix` is that of its items' ids; empty where ids are integers. `filters` are the query parameters beside
    page_size, order and cursor.
    """

    name: str
    operation: str
    path: str
    prefix: str
    sorted_by: str | None
    filters: tuple[str, ...] = ()

    @property
    def nested(self) -> bool:
        """Whether every conversation has a listing of its own."""
        return "{conversation_id}" in self.path

    @property
    def key_path(self) -> tuple[str, ...]:
        """The path in an item to what it is sorted by; to its id where no order is documented."""
        return tuple((self.sorted_by or "id").split("."))

    def key(self, item: Item) -> Nanoseconds | int | None:
        """What an item is sorted by: nanoseconds for conversations, the id for events, nothing documented else."""
        if self.sorted_by == "timestamp.created":
            created = instants.parse(member(item, "timestamp", "created"))
            return created.nanoseconds if created else None
        value = member(item, "id") if self.sorted_by else None
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def __repr__(self) -> str:
        return self.name


CONVERSATIONS = Listing(
    "conversations", "get-conversations", "/conversations", "CON-", "timestamp.created", ("date_start", "date_end")
)
USERS = Listing("users", "get-users", "/users", "USR-", None)
MEMBERS = Listing("members", "get-members", "/conversations/{conversation_id}/members", "MEM-", None)
EVENTS = Listing(
    "events",
    "get-events",
    "/conversations/{conversation_id}/events",
    "",
    "id",
    ("start_id", "end_id", "event_type"),
)
LISTINGS = (CONVERSATIONS, USERS, MEMBERS, EVENTS)


@dataclass(frozen=True, slots=True)
class Scope:
    """What one walk can read: a listing, of one conversation where it is nested."""

    listing: Listing
    conversation: str | None = None

    @property
    def path(self) -> str:
        """The path below the base URL, percent-encoded."""
        return self.listing.path.replace("{conversation_id}", quote(self.conversation or "", safe=""))

    def __repr__(self) -> str:
        return self.path


def member(value: Item, *names: str) -> Item:
    """The member of nested JSON objects that `names` lead to, or None where the way ends before."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value
