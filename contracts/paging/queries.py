"""What a client asks of a listing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from contracts.paging.urls import parameters_of

if TYPE_CHECKING:
    from contracts.paging.listings import Listing

DEFAULT_SIZE = 10
LARGEST_SIZE = 100
DOCUMENTED_ORDERS = ("asc", "desc")


@dataclass(frozen=True, slots=True)
class Query:
    """The query parameters of a listing as a client writes them; None where one is left out.

    The cursor is no part of it: cursors come from links and are never made up.
    """

    page_size: str | None = None
    order: str | None = None
    date_start: str | None = None
    date_end: str | None = None
    start_id: str | None = None
    end_id: str | None = None
    event_type: str | None = None

    @classmethod
    def of_url(cls, url: str, listing: Listing) -> Query:
        """The query that a URL spells to a listing, by the parameters that it has; of one that comes twice, the last."""
        known = {"page_size", "order", *listing.filters}
        return cls(**{name: value for name, value in parameters_of(url) if name in known})

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters that are there, by name."""
        return {name: value for name in PARAMETERS if (value := getattr(self, name)) is not None}

    @property
    def filters(self) -> dict[str, str]:
        """The parameters that choose items, by name."""
        return {name: value for name in FILTERS if (value := getattr(self, name)) is not None}

    @property
    def size(self) -> int | None:
        """The page size asked for, the default where none is; None where it is not one of 1 to 100."""
        if self.page_size is None:
            return DEFAULT_SIZE
        plain = self.page_size.isascii() and self.page_size.isdecimal()
        number = int(self.page_size) if plain and len(self.page_size) <= len(str(LARGEST_SIZE)) else 0
        return number if 1 <= number <= LARGEST_SIZE else None

    @property
    def descending(self) -> bool:
        """Whether the most recently created come first."""
        return self.order == "desc"

    def sized(self, size: int) -> Query:
        """The same with another page size, the nearest that is allowed."""
        return replace(self, page_size=str(max(1, min(size, LARGEST_SIZE))))

    def __repr__(self) -> str:
        return "&".join(f"{name}={value}" for name, value in self.parameters.items()) or "no parameters"


PARAMETERS: tuple[str, ...] = Query.__slots__
"""The names of all parameters."""

FILTERS = tuple(name for name in PARAMETERS if name not in {"page_size", "order"})
"""The names of the parameters that choose items."""

ASCENDING = Query(page_size="100", order="asc")
"""How a snapshot is read: few requests, and where data is only added, what is added comes last."""

DESCENDING = replace(ASCENDING, order="desc")
"""The same from the other end."""
