"""Faults in what is done with requests that are wrong, hostile, or for nothing that there is."""

# ruff: noqa: ARG002, D102, PLR2004 - steps keep their parameters; the class says what they do, and its numbers

import re
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qs, parse_qsl

from contracts.mock.api import Api, Route
from contracts.mock.errors import Refusal, Refused
from contracts.mock.helpers import INSIDE
from contracts.mock.instants import Instant, read_instant
from contracts.mock.items import Json
from contracts.mock.queries import EVENTS, Answer, Listing, Mark, Query
from contracts.mock.registry import fault
from contracts.mock.settings import Settings


@fault(breaks="inputs.rejected")
class SizeReadLeniently(Api):
    """A page size that is no number counts as none: the parser's error is swallowed."""

    def page_size(self, text: str | None) -> int:
        return super().page_size(text if text is None or text.lstrip("-").isdecimal() else None)


@fault(breaks="inputs.rejected")
class OrderReadLeniently(Api):
    """An order that is not `desc` is `asc`: only one of two words is looked for."""

    def descending(self, text: str | None) -> bool:
        return text == "desc"


@fault(breaks="inputs.rejected", listing="conversations")
class DatesReadLeniently(Api):
    """A date that cannot be read is no date, and the filter silently off."""

    def instant(self, name: str, text: str | None) -> Instant | None:
        try:
            return super().instant(name, text)
        except Refusal:
            return None


@fault(breaks="inputs.rejected", listing="conversations")
class TextBehindDatesIgnored(Api):
    """Whatever stands behind a date that can be read is passed over: the parser stops where it is content."""

    def instant(self, name: str, text: str | None) -> Instant | None:
        ends = range(len(text or ""), len("2019-09-12") - 1, -1)
        known = next((text[:end] for end in ends if text and read_instant(text[:end])), text)
        return super().instant(name, known)


@fault(breaks="inputs.rejected", listing="events")
class IdsReadLeniently(Api):
    """`start_id` and `end_id` that are no numbers are passed over."""

    def event_number(self, name: str, text: str | None) -> int | None:
        try:
            return super().event_number(name, text)
        except Refusal:
            return None


@fault(breaks="inputs.rejected")
class ErrorsAreOk(Api):
    """Errors are answered with 200 and an error body: the gateway only knows success."""

    def refusal(self, refused: Refused, target: str) -> Answer:
        return super().refusal(refused._replace(status=200 if refused.status == 400 else refused.status), target)


@fault(breaks="inputs.no-server-error")
class SizeUnguarded(Api):
    """A page size that is no number makes the server fail: it is converted before it is checked."""

    def page_size(self, text: str | None) -> int:
        if text is not None:
            int(text)
        return super().page_size(text)


@fault(breaks="inputs.no-server-error", listing="events")
class NumbersOfSixtyFourBits(Api):
    """An id beyond 64 bits makes the server fail: it is handed to the data base as it is."""

    def event_number(self, name: str, text: str | None) -> int | None:
        if text is not None and text.lstrip("-").isdecimal():
            int(text).to_bytes(8, "big", signed=True)
        return super().event_number(name, text)


@fault(breaks="inputs.no-server-error", listing="events")
class NulInText(Api):
    """A NUL in a parameter makes the server fail: the data base takes none in text."""

    def type_asked_for(self, text: str | None) -> str | None:
        if text is not None and "\x00" in text:
            raise ValueError("a string literal cannot contain NUL (0x00) characters")
        return super().type_asked_for(text)


@fault(breaks="inputs.no-server-error", listing="conversations")
class DatesAtTheEdge(Api):
    """A date at the edge of the calendar makes the server fail: bringing it to UTC overflows."""

    def instant(self, name: str, text: str | None) -> Instant | None:
        instant = super().instant(name, text)
        if text is not None and len(text) > len("2019-09-12"):
            datetime.fromisoformat(text).astimezone(UTC)
        return instant


@fault(breaks="inputs.no-server-error")
class FailsNowAndThen(Api):
    """Every fiftieth page fails: one worker in the pool has lost its connection."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.asked = 0

    def many(self, route: Route, root: str, query_string: str) -> Answer:
        self.asked += 1
        if self.asked % 50 == 0:
            raise ConnectionError("server closed the connection unexpectedly")
        return super().many(route, root, query_string)


@fault(breaks="inputs.cursor")
class AnyCursorFits(Api):
    """A cursor of another listing or conversation is taken, and shows some of its items under this name."""

    def bound_to(self, query: Query) -> tuple[object, ...]:
        return ()

    def cursor(self, query: Query, mark: Mark) -> str:
        return super().cursor(query, Mark(mark.kind, mark.item + (query.conversation + 1 << 32)))

    def body(self, query: Query) -> Json:
        if query.cursor is not None:
            conversation = (self.mark(query, query.cursor).item >> 32) - 1
            query = query._replace(conversation=conversation if query.conversation >= 0 else -1)
        return super().body(query)


@fault(breaks="inputs.cursor")
class CursorCrash(Api):
    """A cursor that is not one makes the server fail: it is decoded without a check."""

    def unarmour(self, cursor: str) -> bytes:
        return bytes.fromhex(cursor)


@fault(breaks="inputs.cursor")
class CutCursorFails(Api):
    """A cursor that was cut off makes the server fail; any other garbage is refused."""

    def unarmour(self, cursor: str) -> bytes:
        raw = super().unarmour(cursor)
        if 0 < len(raw) < 17:
            raise IndexError("index out of range")
        return raw


@fault(breaks="inputs.unknown-conversation", listing=INSIDE)
class UnknownIsEmpty(Api):
    """The members and events of a conversation that does not exist are empty lists: nobody looks it up."""

    def known_conversation(self, text: str) -> int:
        conversation = self.conversation_of(text)
        return 1 if conversation is None else conversation


@fault(breaks="inputs.unknown-conversation", listing=INSIDE)
class WellFormedIsKnown(Api):
    """A conversation that does not exist is empty if its id looks like one; only other text is not found."""

    def known_conversation(self, text: str) -> int:
        conversation = self.conversation_of(text)
        looks_right = text.startswith("CON-") and len(text) == 40 and text.count("-") == 5
        return 1 if conversation is None and looks_right else super().known_conversation(text)


@fault(breaks="inputs.unknown-conversation", listing="events")
class UnknownIsEmptyByType(Api):
    """With `event_type` the events of a conversation that does not exist are empty: the index is asked at once."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.by_type = False

    def dispatch(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        self.by_type = "event_type=" in target
        return super().dispatch(method, target, headers, body)

    def known_conversation(self, text: str) -> int:
        conversation = self.conversation_of(text)
        return 1 if conversation is None and self.by_type else super().known_conversation(text)


@fault(breaks="inputs.unknown-conversation", listing=INSIDE)
class FoundByItsBeginning(Api):
    """A part of a conversation's id is enough: it is looked up with `LIKE`."""

    def known_conversation(self, text: str) -> int:
        endings = "0123456789abcdef" if len(text) == 39 else ""
        found = next((text + ending for ending in endings if self.conversation_of(text + ending) is not None), text)
        return super().known_conversation(found)


@fault(breaks="inputs.unknown-conversation", listing=INSIDE)
class LongIdsAreCut(Api):
    """Whatever stands behind a conversation's id is cut off: the column holds 40 characters."""

    def known_conversation(self, text: str) -> int:
        return super().known_conversation(text[:40])


@fault(breaks="inputs.unknown-conversation", listing=INSIDE)
class UnknownFails(Api):
    """A conversation that does not exist makes the server fail: what was looked up is used unseen."""

    def known_conversation(self, text: str) -> int:
        conversation = self.conversation_of(text)
        if conversation is None:
            raise TypeError("'NoneType' object is not subscriptable")
        return conversation


@fault(breaks="inputs.unknown-conversation", listing=INSIDE)
class NullsReachTheDatabase(Api):
    """An id with a null makes the server fail: the database takes no such text."""

    def known_conversation(self, text: str) -> int:
        if "\0" in text:
            raise ValueError("A string literal cannot contain NUL (0x00) characters.")
        return super().known_conversation(text)


@fault(breaks="inputs.unknown-conversation", listing=INSIDE)
class CursorsKnowTheirConversation(Api):
    """A conversation that does not exist is looked up in the cursor: a repair for clients that lost the path."""

    def cursor(self, query: Query, mark: Mark) -> str:
        return f"{query.conversation}.{super().cursor(query, mark)}"

    def mark(self, query: Query, cursor: str) -> Mark:
        return super().mark(query, cursor.partition(".")[2])

    def serve(self, method: str, target: str, headers: Mapping[str, str]) -> Answer:
        try:
            return super().serve(method, target, headers)
        except Refusal as refusal:
            path, _, query = target.partition("?")
            home, dot, _ = dict(parse_qsl(query)).get("cursor", "").partition(".")
            if refusal.refused.status != 404 or not dot or not home.isdecimal():
                raise
            known = f"{self.prefix}conversations/{self.conversation_id(int(home))}/{path.rpartition('/')[2]}"
            return super().serve(method, f"{known}?{query}", headers)


@fault(breaks="inputs.unknown-conversation", listing="members")
class UnknownIsMoved(Api):
    """A conversation that does not exist is answered with 302 to the start page: a rule of the web server."""

    def known_conversation(self, text: str) -> int:
        try:
            return super().known_conversation(text)
        except Refusal as refusal:
            moved = (("location", "/"),)
            raise Refusal(refusal.refused._replace(status=302, headers=moved)) from None


@fault(breaks="inputs.no-server-error")
class HeadFails(Api):
    """HEAD makes the server fail: the handler reads a body that was never made."""

    def check_method(self, method: str) -> None:
        if method == "HEAD":
            raise AttributeError("'NoneType' object has no attribute 'encode'")
        super().check_method(method)


@fault(breaks="inputs.no-server-error", listing="conversations")
class DatesWithoutOffsetFail(Api):
    """A date-time without an offset makes the server fail: it is compared with times that have one."""

    def instant(self, name: str, text: str | None) -> Instant | None:
        if text and _NAIVE.fullmatch(text):
            raise TypeError("can't compare offset-naive and offset-aware datetimes")
        return super().instant(name, text)


@fault(breaks="inputs.no-server-error", listing="events")
class BackslashesBreakTheQuery(Api):
    """A backslash at the end of a type makes the server fail: it escapes the quote that ends the literal."""

    def type_asked_for(self, text: str | None) -> str | None:
        if text and text.endswith("\\"):
            raise ValueError("unterminated string literal")
        return super().type_asked_for(text)


@fault(breaks="inputs.no-server-error", listing="events")
class TypesInAList(Api):
    """An event type that is given twice makes the server fail: it is a list then, and compared with a text."""

    def parameters(self, listing: Listing, query_string: str) -> dict[str, str]:
        if len(parse_qs(query_string).get("event_type", [])) > 1:
            raise TypeError("unhashable type: 'list'")
        return super().parameters(listing, query_string)


_NAIVE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?")


@fault(breaks="inputs.method")
class AnyMethod(Api):
    """Every method is taken for GET: routes are registered without one."""

    def check_method(self, method: str) -> None:
        return


@fault(breaks="inputs.method")
class TraceEchoes(Api):
    """TRACE is answered with 200: the web server's default was left on."""

    def check_method(self, method: str) -> None:
        if method != "TRACE":
            super().check_method(method)


@fault(breaks="inputs.method")
class DeleteSucceeds(Api):
    """DELETE on a listing is answered with 204: a route of the next version is already live."""

    def dispatch(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        if method == "DELETE":
            self.authorize(headers)
            return Answer(204, (), b"")
        return super().dispatch(method, target, headers, body)


@fault(breaks="inputs.error-body")
class ErrorsInHtml(Api):
    """Errors are pages in HTML: the framework's own, as nobody wrote another."""

    def refusal(self, refused: Refused, target: str) -> Answer:
        content = f"<html><body><h1>{refused.status} {refused.title}</h1></body></html>".encode()
        return Answer(refused.status, (("content-type", "text/html"), *refused.headers), content)


@fault(breaks="inputs.error-body")
class ErrorsAreSilent(Api):
    """Errors have no body: a status was thought to be enough."""

    def refusal(self, refused: Refused, target: str) -> Answer:
        return Answer(refused.status, refused.headers, b"")


@fault(breaks="inputs.documented")
class StrangersAreSentAway(Api):
    """A parameter that is not known gives 302, to the same address without any: a rule against old bookmarks."""

    def unknown_parameter(self, name: str) -> None:
        raise Refusal(Refused(302, "http:moved", "Moved", f"There is no {name}.", headers=(("location", "?"),)))


@fault(breaks="inputs.rejected", listing="events")
class UnknownTypeIsAnError(Api):
    """An `event_type` that is not known gives 200 with an error in place of the page."""

    def body(self, query: Query) -> Json:
        kind = query.filters.kind
        if query.listing is EVENTS and kind and kind not in ("text", "member:invited", "member:left"):
            return {"error": {"message": "no such type"}}
        return super().body(query)


@fault(breaks="inputs.no-leak")
class TraceInTheError(Api):
    """Errors show where they were raised: debugging was left on."""

    def refusal(self, refused: Refused, target: str) -> Answer:
        stack = "".join(traceback.format_exc())
        return super().refusal(refused._replace(detail=f"{refused.detail}\n{stack}"), target)


@fault(breaks="inputs.no-leak")
class TraceOfTheUnknown(Api):
    """Only a page that is not found shows a stack trace: one handler of many was not set to production."""

    def error(self, refused: Refused, target: str) -> Json:
        body = super().error(refused, target)
        return body | {"detail": traceback.format_exc()} if refused.status == 404 else body


@fault(breaks="inputs.no-leak", needs="token")
class TokenInTheError(Api):
    """Errors repeat the request, its token included."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.seen = ""

    def authorize(self, headers: Mapping[str, str]) -> None:
        self.seen = headers.get("authorization", "")
        super().authorize(headers)

    def error(self, refused: Refused, target: str) -> Json:
        return super().error(refused, target) | {"request": {"target": target, "authorization": self.seen}}
