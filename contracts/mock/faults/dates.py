"""Faults of the date filters of the conversations."""

# ruff: noqa: D102, PLR2004 - steps keep their parameters; the class says what they do, and its numbers

import re
from collections.abc import Sequence

from contracts.mock.api import Api
from contracts.mock.errors import bad_parameter
from contracts.mock.helpers import TIMED
from contracts.mock.instants import DAY, HOUR, MINUTE, SECOND, Instant, at
from contracts.mock.queries import CONVERSATIONS, Filters, Page, Query
from contracts.mock.registry import fault

_OFFSET = re.compile(r"[+-]\d\d:?\d\d$")


class _OtherDates(Api):
    """Conversations chosen by dates that are not quite those asked for."""

    def dates(self, query: Query) -> Filters:
        return query.filters

    def conversation_rows(self, query: Query) -> Sequence[int]:
        return super().conversation_rows(query._replace(filters=self.dates(query)))


@fault(breaks="filters.dates-window", listing="conversations")
class StartIgnored(_OtherDates):
    """`date_start` is checked and then forgotten."""

    def dates(self, query: Query) -> Filters:
        return query.filters._replace(after=None)


@fault(breaks="filters.dates-window", listing="conversations")
class EndIgnored(_OtherDates):
    """`date_end` is checked and then forgotten."""

    def dates(self, query: Query) -> Filters:
        return query.filters._replace(before=None)


@fault(breaks="filters.dates-window", listing="conversations")
class DatesIgnoredUnderDescending(_OtherDates):
    """Under `desc` date filters do nothing: they were added to one of two queries."""

    def dates(self, query: Query) -> Filters:
        return Filters() if query.descending else query.filters


@fault(breaks="filters.dates-window", listing="conversations")
class StartIsTheEnd(_OtherDates):
    """`date_start` and `date_end` have changed places where one of them is given alone."""

    def dates(self, query: Query) -> Filters:
        after, before = query.filters.after, query.filters.before
        alone = (after is None) != (before is None)
        return query.filters._replace(after=before, before=after) if alone else query.filters


@fault(breaks="filters.dates-window", listing="conversations")
class TimeZoneOfTheServer(_OtherDates):
    """Dates are compared in the time zone of the server, an hour off: "Z" is cut away as decoration."""

    def dates(self, query: Query) -> Filters:
        after, before = query.filters.after, query.filters.before
        return Filters(after and after - HOUR, before and before - HOUR)


@fault(breaks="filters.dates-window", listing="conversations")
class UntilTheEndOfTheDay(Api):
    """`date_end` reaches to the end of its day: a rule meant for dates is used for date-times as well."""

    def date_end(self, instant: Instant | None) -> int | None:
        return None if instant is None else instant.milliseconds // DAY * DAY + DAY


@fault(breaks="filters.dates-window", listing="conversations")
class TheEpochIsNoDate(_OtherDates):
    """A `date_end` of 1970-01-01T00:00:00Z counts as none: nought milliseconds are taken for nothing given."""

    def dates(self, query: Query) -> Filters:
        return query.filters._replace(before=query.filters.before or None)


@fault(breaks="filters.dates-window", listing="conversations")
class FarFutureIgnored(_OtherDates):
    """A `date_start` beyond 2100 is ignored: such dates are taken for slips of the keyboard."""

    def dates(self, query: Query) -> Filters:
        after = query.filters.after
        return query.filters._replace(after=None) if after is not None and after >= at(2100) else query.filters


@fault(breaks="filters.dates-instant", listing="conversations")
class DaysOnly(Api):
    """Of a date filter only the day counts: the column has the type "date"."""

    def instant(self, name: str, text: str | None) -> Instant | None:
        return super().instant(name, text and text[:10]) if super().instant(name, text) else None


@fault(breaks="filters.dates-instant", listing="conversations")
class FractionsUnpadded(Api):
    """Half a second, written `.5`, is read as five milliseconds: the digits are taken for a number."""

    def instant(self, name: str, text: str | None) -> Instant | None:
        return super().instant(name, text and re.sub(r"\.(\d{1,2})(?!\d)", lambda found: f".{found[1]:0>3}", text))


@fault(breaks="filters.dates-instant", listing="conversations")
class OffsetDropped(Api):
    """The offset of a date-time is dropped, and what it stood behind is taken for UTC."""

    def instant(self, name: str, text: str | None) -> Instant | None:
        return super().instant(name, text and _OFFSET.sub("Z", text)) if super().instant(name, text) else None


@fault(breaks="filters.dates-instant", listing="conversations")
class OffsetsAreAhead(Api):
    """An offset west of Greenwich is taken for one east of it: the sign is not read."""

    def instant(self, name: str, text: str | None) -> Instant | None:
        west = text is not None and _OFFSET.search(text) is not None and text[10:].find("-") > 0
        return super().instant(name, text[:10] + text[10:].replace("-", "+") if west and text else text)


@fault(breaks="filters.dates-instant", listing="conversations")
class SignForTheHoursOnly(Api):
    """The sign of an offset counts for its hours only, so that -03:30 is read as -02:30."""

    def instant(self, name: str, text: str | None) -> Instant | None:
        instant, found = super().instant(name, text), _OFFSET.search(text or "")
        if instant is None or found is None or found[0][0] == "+":
            return instant
        return instant._replace(milliseconds=instant.milliseconds - 2 * int(found[0][-2:]) * MINUTE)


@fault(breaks="filters.dates-instant", listing="conversations")
class MinutesOfTheOffsetDropped(Api):
    """Of an offset only the hours count, so that half-hour zones are wrong."""

    def instant(self, name: str, text: str | None) -> Instant | None:
        return super().instant(name, text and re.sub(r"([+-]\d\d):?\d\d$", r"\1:00", text))


@fault(breaks="filters.dates-instant", listing="conversations")
class MillisecondsDemanded(Api):
    """A date-time without a fraction is refused: it is parsed with one fixed pattern."""

    def instant(self, name: str, text: str | None) -> Instant | None:
        if text is not None and "T" in text and "." not in text:
            raise bad_parameter(name, "does not look like 2019-09-12T19:49:21.823Z")
        return super().instant(name, text)


@fault(breaks="filters.dates-instant", listing="conversations")
class DatesAsText(Api):
    """Dates are compared as text, which works for those written just as the service writes them."""

    def conversation_rows(self, query: Query) -> Sequence[int]:
        given = dict(query.given)
        low, high = given.get("date_start", ""), given.get("date_end", "~")
        return [one for one in range(self.conversation_count()) if low < self.timestamp(self.created(one)) < high]


@fault(breaks="filters.dates-window", listing="conversations")
class FractionDropped(_OtherDates):
    """Of a date filter whole seconds count: its fraction is cut off, the item's is not."""

    def dates(self, query: Query) -> Filters:
        after, before = query.filters.after, query.filters.before
        return Filters(after and after - after % SECOND, before and before - before % SECOND)


@fault(breaks="filters.dates-model", listing="conversations")
class StartSkipsOne(Api):
    """`date_start` leaves out one conversation too many: the place of the bound is found, then passed."""

    def conversation_rows(self, query: Query) -> Sequence[int]:
        rows = super().conversation_rows(query)
        return rows[1:] if query.filters.after is not None else rows


@fault(breaks="filters.dates-model", listing="conversations")
class EndLosesAnHour(_OtherDates):
    """`date_end` leaves out the last hour before it, which the index does not cover yet."""

    def dates(self, query: Query) -> Filters:
        return query.filters._replace(before=query.filters.before and query.filters.before - HOUR)


@fault(breaks="filters.dates-model", listing="conversations")
class OneConversationIsNotIndexed(Api):
    """The 23rd conversation is missing wherever dates are asked for: their index lost it."""

    def conversation_rows(self, query: Query) -> Sequence[int]:
        rows = super().conversation_rows(query)
        return rows if query.filters == Filters() else [row for row in rows if row != 22]


@fault(breaks="filters.conjunction", listing="conversations")
class OneDateOnly(_OtherDates):
    """With both dates only `date_start` counts: the second branch is an `elif`."""

    def dates(self, query: Query) -> Filters:
        return query.filters if query.filters.after is None else Filters(after=query.filters.after)


@fault(breaks="filters.conjunction", listing="conversations")
class WindowTurnedRound(_OtherDates):
    """A window that ends before it begins is turned round: the query helper sorts its two bounds."""

    def dates(self, query: Query) -> Filters:
        after, before = query.filters.after, query.filters.before
        turned = after is not None and before is not None and after > before
        return Filters(after=before, before=after) if turned else query.filters


@fault(breaks="filters.dates-model", listing="conversations")
class LastOneLostUnderDescending(Api):
    """Under `desc` with a date filter the last page is lost where it holds one item: `>` was written for `>=`."""

    def followed(self, query: Query, rows: Sequence[int], stop: int) -> bool:
        alone = query.descending and query.listing is CONVERSATIONS and query.given and len(rows) - stop == 1
        return super().followed(query, rows, stop) and not alone


@fault(breaks="pages.full", listing="conversations")
class DatesFilteredAfterPaging(Api):
    """Date filters are used on each page after it was cut, so that some are short or empty."""

    def conversation_rows(self, query: Query) -> Sequence[int]:
        return super().conversation_rows(query._replace(filters=Filters()))

    def texts(self, query: Query, page: Page) -> list[bytes]:
        if query.listing is CONVERSATIONS:
            kept = set(super().conversation_rows(query))
            page = page._replace(items=[item for item in page.items if item in kept])
        return super().texts(query, page)


@fault(breaks="filters.paged", listing=TIMED)
class FiltersForgottenBehindTheCursor(Api):
    """Behind a cursor filters do nothing: they are read where the first page is made."""

    def rows(self, query: Query) -> Sequence[int]:
        return super().rows(query if query.cursor is None else query._replace(filters=Filters()))
