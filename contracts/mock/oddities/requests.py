"""Oddities in what is taken, and what is refused."""

# ruff: noqa: ARG002, D102 - steps keep their parameters; the class says what they do

import re
from collections.abc import Mapping, Sequence

from contracts.mock.api import Api, Route
from contracts.mock.errors import Refusal, Refused, bad_parameter, bad_request, wrong_method
from contracts.mock.event_data import DOCUMENTED
from contracts.mock.inputs import DEFAULT_PAGE, LARGEST_PAGE
from contracts.mock.instants import Instant
from contracts.mock.queries import START, Answer, Listing, Mark, Query
from contracts.mock.registry import oddity

_INTEGER = re.compile("-?[0-9]+")


@oddity()
class UnknownParametersRefused(Api):
    """A parameter that the listing does not have is refused."""

    def unknown_parameter(self, name: str) -> None:
        raise bad_request("There is a parameter that is not known here")


@oddity()
class OrderInAnyCase(Api):
    """`order` may be written in capitals."""

    def descending(self, text: str | None) -> bool:
        return super().descending(text and text.lower())


@oddity()
class SizesClamped(Api):
    """A page size that is too large counts as a hundred, one that is too small as ten."""

    def page_size(self, text: str | None) -> int:
        if text is None or _INTEGER.fullmatch(text) is None:
            return super().page_size(text)
        digits = text.lstrip("0")[:4]
        if not digits or digits[0] == "-":
            return DEFAULT_PAGE
        return min(LARGEST_PAGE, int(digits))


@oddity()
class DatesInclusive(Api):
    """A conversation created at the very instant of a date filter passes it."""

    def date_start(self, instant: Instant | None) -> int | None:
        return None if instant is None else instant.milliseconds - (not instant.more)

    def date_end(self, instant: Instant | None) -> int | None:
        return None if instant is None else instant.milliseconds + 1


@oddity()
class StartInclusive(Api):
    """A conversation created at the instant of `date_start` passes it, one at that of `date_end` does not."""

    def date_start(self, instant: Instant | None) -> int | None:
        return None if instant is None else instant.milliseconds - (not instant.more)


@oddity()
class UnknownTypesRefused(Api):
    """An event type that is not documented is refused."""

    def type_asked_for(self, text: str | None) -> str | None:
        if text is not None and text not in DOCUMENTED:
            raise bad_parameter("event_type", f"must be one of {', '.join(DOCUMENTED)}")
        return super().type_asked_for(text)


@oddity()
class CustomTypesServed(Api):
    """Custom event types may be asked for, and are found."""

    def type_asked_for(self, text: str | None) -> str | None:
        return text if text and text.startswith("custom:") else super().type_asked_for(text)

    def event_rows(self, query: Query) -> Sequence[int]:
        kind = query.filters.kind
        if kind is None or not kind.startswith("custom:"):
            return super().event_rows(query)
        every = super().event_rows(query._replace(filters=query.filters._replace(kind=None)))
        return [one for one in every if self.event_type(query.conversation, one) == kind]


@oddity(should="filters.ids-range")
class IdsFollowTheOrder(Api):
    """Under `desc` listing starts at `start_id` and goes down to `end_id`, so that the greater comes first."""

    def event_rows(self, query: Query) -> Sequence[int]:
        if query.descending:
            filters = query.filters
            turned = filters._replace(first_id=filters.last_id, last_id=filters.first_id)
            query = query._replace(filters=turned)
        return super().event_rows(query)


@oddity()
class EmptyIsNotGiven(Api):
    """A parameter with an empty value counts as not given, and links leave it out."""

    def parameters(self, listing: Listing, query_string: str) -> dict[str, str]:
        values = super().parameters(listing, query_string)
        return {name: value for name, value in values.items() if value}


@oddity()
class MalformedIdsAreBad(Api):
    """A conversation id that does not look like one is a bad request; one that does is not found."""

    def known_conversation(self, text: str) -> int:
        if self.conversation_form.fullmatch(text) is None:
            raise bad_request("This is not the id of a conversation")
        return super().known_conversation(text)


@oddity()
class GarbageCursorsStartOver(Api):
    """A cursor that is not one leads to the first page."""

    def mark(self, query: Query, cursor: str) -> Mark:
        try:
            return super().mark(query, cursor)
        except Refusal:
            return Mark(START)


@oddity()
class ForbiddenInPlainText(Api):
    """A wrong method is answered with 403 and plain text, by the gateway."""

    def refusal(self, refused: Refused, target: str) -> Answer:
        if refused.status != 405:  # noqa: PLR2004
            return super().refusal(refused, target)
        return Answer(403, (("content-type", "text/plain"),), b"Forbidden")


@oddity()
class HeadRefused(Api):
    """HEAD is refused, though GET is served."""

    def check_method(self, method: str) -> None:
        if method != "GET":
            raise wrong_method("GET")


@oddity()
class OptionsAnswered(Api):
    """OPTIONS is answered with what is allowed."""

    def dispatch(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        if method == "OPTIONS":
            return Answer(200, (("allow", "GET, HEAD, OPTIONS"),), b"")
        return super().dispatch(method, target, headers, body)


@oddity()
class NoSingleItems(Api):
    """Single items are not served; their self links lead to nothing."""

    def find(self, route: Route) -> int | None:
        return None
