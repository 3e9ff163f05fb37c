"""Oddities of form: of bodies, times, errors and headers."""

# ruff: noqa: ARG002, D102 - steps keep their parameters; the class says what they do

import orjson

from contracts.mock.api import Api
from contracts.mock.errors import Refused
from contracts.mock.instants import HOUR
from contracts.mock.items import Json
from contracts.mock.queries import Answer, Page, Query
from contracts.mock.registry import oddity


@oddity()
class TimesWithOffset(Api):
    """Times are written with an offset other than Z."""

    def timestamp(self, milliseconds: int) -> str:
        return super().timestamp(milliseconds + 2 * HOUR).removesuffix("Z") + "+02:00"


@oddity()
class TimesWithoutFraction(Api):
    """Times are written in whole seconds."""

    def timestamp(self, milliseconds: int) -> str:
        return super().timestamp(milliseconds).partition(".")[0] + "Z"


@oddity()
class TimesInNanoseconds(Api):
    """Times are written with nine fraction digits."""

    def timestamp(self, milliseconds: int) -> str:
        return super().timestamp(milliseconds).replace("Z", "000000Z")


@oddity()
class SizeAsCount(Api):
    """The body's `page_size` is the number of items on the page."""

    def size_shown(self, query: Query, page: Page) -> int:
        return len(page.items)


@oddity()
class NoCursorInTheBody(Api):
    """The body has no `cursor`; the links have."""

    def body(self, query: Query) -> Json:
        body = super().body(query)
        body.pop("cursor", None)
        return body


@oddity()
class CursorInEveryBody(Api):
    """The body has a `cursor` for members and events too."""

    def links(self, query: Query, page: Page, own: str) -> Json:
        self.latest = own
        return super().links(query, page, own)

    def body(self, query: Query) -> Json:
        body = super().body(query)
        return {"cursor": self.latest} | body


@oddity()
class ExtraInTheEnvelope(Api):
    """Bodies hold a total, and more beside `data`."""

    def body(self, query: Query) -> Json:
        body = super().body(query)
        embedded = body["_embedded"]
        assert isinstance(embedded, dict)
        embedded |= {"meta": {"cached": False}, "data": {"count": None, **embedded["data"]}}
        return {"total_items": len(self.rows(query)), **body}


@oddity()
class OlderErrors(Api):
    """Errors have the older form: `code` and `description`."""

    def error(self, refused: Refused, target: str) -> Json:
        return {"code": refused.code, "description": refused.detail}


@oddity()
class OlderErrorsWithFields(Api):
    """Errors have the older form with `error`: the fields that are wrong."""

    def error(self, refused: Refused, target: str) -> Json:
        body: Json = {"code": refused.code, "description": refused.detail}
        fields = {refused.parameter: ["is not valid"]} if refused.parameter else {}
        return body | ({"error": fields} if fields else {})


@oddity()
class GatewayErrors(Api):
    """Errors have the form of the gateway: `type`, `title`, `detail`, `instance`."""

    def error(self, refused: Refused, target: str) -> Json:
        body = super().error(refused, target)
        return {name: body[name] for name in ("type", "title", "detail", "instance")}


@oddity()
class ProblemJson(Api):
    """Errors are sent as `application/problem+json`."""

    def refusal(self, refused: Refused, target: str) -> Answer:
        answer = super().refusal(refused, target)
        return answer._replace(headers=(("content-type", "application/problem+json"), *answer.headers[1:]))


@oddity()
class CharsetInTheType(Api):
    """The content type names a charset, in capitals."""

    def json(self, status: int, body: Json | orjson.Fragment, *more: tuple[str, str]) -> Answer:
        answer = super().json(status, body, *more)
        headers = (("content-type", "application/json;charset=UTF-8"), *answer.headers[1:])
        return answer._replace(headers=headers)
