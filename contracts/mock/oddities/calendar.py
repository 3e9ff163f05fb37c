"""Oddities of dates, and of cursors that are sent with another query than the one that they were given for."""

# ruff: noqa: D102 - steps keep their parameters; the class says what they do

import re

from contracts.mock.api import Api
from contracts.mock.errors import bad_parameter
from contracts.mock.helpers import Carrying, rewritten
from contracts.mock.instants import DAY, HOUR, Instant, at, write_instant
from contracts.mock.queries import START, Listing, Mark, Query
from contracts.mock.registry import oddity

_FIRST = at(1) - 14 * HOUR
_LAST = at(9999, 12, 31) + DAY - 1 + 14 * HOUR
_FINE = re.compile(r"\.\d{4}")


@oddity()
class CreatedAtTheEndsOfTime(Api):
    """The first conversation was created at `0001-01-01T00:00:00.000+14:00`, the last at `9999-12-31T23:59:59.999-14:00`."""

    def created(self, conversation: int) -> int:
        if conversation == 0:
            return _FIRST
        return _LAST if self.is_last(conversation) else super().created(conversation)

    def is_last(self, conversation: int) -> bool:
        """Whether a conversation is the last, and not the first too; none is where more are being written."""
        return not self.settings.writes_per_second and 0 < conversation == self.settings.conversations - 1

    def created_before(self, milliseconds: int) -> int:
        count = self.conversation_count()
        if milliseconds > _LAST or not count:
            return count
        found = max(super().created_before(milliseconds), int(milliseconds > _FIRST))
        return found - 1 if found == count and self.is_last(count - 1) else found

    def timestamp(self, milliseconds: int) -> str:
        milliseconds = min(milliseconds, _LAST)  # what happened in the last conversation came no later
        if milliseconds < at(1):
            return write_instant(milliseconds + 14 * HOUR).replace("Z", "+14:00")
        if milliseconds >= at(9999, 12, 31) + DAY:
            return write_instant(milliseconds - 14 * HOUR).replace("Z", "-14:00")
        return super().timestamp(milliseconds)


@oddity()
class AThousandDigits(Api):
    """The seconds of a creation time have a thousand digits behind the point."""

    def conversation_text(self, conversation: int, root: str) -> bytes:
        created = self.timestamp(self.created(conversation)).replace("Z", f"{'0' * 996}7Z")
        return rewritten(super().conversation_text(conversation, root), {"timestamp": {"created": created}})


@oddity()
class FinerThanMillisecondsRefused(Api):
    """A date with more than three digits of a second's fraction is refused: the service shows no more than that."""

    def instant(self, name: str, text: str | None) -> Instant | None:
        if text is not None and _FINE.search(text):
            raise bad_parameter(name, "has at most three digits of a second's fraction")
        return super().instant(name, text)


@oddity()
class OtherErasRefused(Api):
    """Dates before 1900 and after 2999 are refused, whatever their offset: the data base holds no others."""

    def instant(self, name: str, text: str | None) -> Instant | None:
        instant = super().instant(name, text)
        if instant is not None and not at(1900) <= instant.milliseconds < at(3000):
            raise bad_parameter(name, "must lie in the years 1900 to 2999")
        return instant


@oddity(should="inputs.cursor")
class CursorsCarryTheirQuery(Carrying):
    """A cursor carries order, page size and filters; those sent beside it are checked and passed over."""

    def query(self, listing: Listing, conversation: int, root: str, query_string: str) -> Query:
        query = super().query(listing, conversation, root, query_string)
        return query if query.cursor is None else self.given_for(query)


@oddity()
class CursorsNameAPlace(Api):
    """A cursor names a place in a listing and nothing else, and is taken beside any order, page size and filter."""

    def bound_to(self, query: Query) -> tuple[object, ...]:
        return query.listing.name, query.conversation


@oddity()
class OtherQueriesStartOver(Carrying):
    """A cursor that was given for another order or other filters leads to the first page of the query that it comes with."""

    def mark(self, query: Query, cursor: str) -> Mark:
        given = self.given_for(query._replace(cursor=cursor))
        mark = super().mark(query, cursor)
        same = (given.descending, given.filters) == (query.descending, query.filters)
        return mark if same else Mark(START)
