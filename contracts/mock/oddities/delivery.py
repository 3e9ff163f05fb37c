"""How answers may travel: in chunks, compressed in several ways, up to the end of a connection."""

# ruff: noqa: ARG002, D102 - steps keep their parameters; the class says what they do

import zlib

import orjson

from contracts.mock.api import Api
from contracts.mock.delivery import CHUNKED, Plain, Redelivered, chunked, sent, without
from contracts.mock.items import Json
from contracts.mock.queries import Answer, Closing
from contracts.mock.registry import oddity


@oddity()
class ChunkedAnswers(Redelivered):
    """Bodies come in chunks of odd sizes, with a chunk extension and a trailer, and no length."""

    def delivered(self, answer: Answer, target: str) -> Answer:
        body = chunked(answer.body, (7, 61, 1009), extension=";part=1", trailer="x-checked: yes\r\n")
        return answer._replace(headers=(*without(answer, "content-length"), CHUNKED), body=body)


@oddity()
class ClosedAtTheEnd(Redelivered):
    """Bodies have no length: each ends where its connection does, as HTTP/1.0 has it."""

    def delivered(self, answer: Answer, target: str) -> Answer:
        headers = (*without(answer, "content-length"), ("connection", "close"))
        return Closing(answer.status, headers, answer.body)


@oddity()
class CharsetSpelledOddly(Api):
    """The charset is UTF-8, in capitals and quotes, with white space around."""

    def json(self, status: int, body: Json | orjson.Fragment, *more: tuple[str, str]) -> Answer:
        answer = super().json(status, body, *more)
        return answer._replace(headers=(("content-type", 'Application/JSON ; Charset="Utf-8"'), *answer.headers[1:]))


@oddity()
class Deflated(Plain):
    """Bodies are compressed by deflate, in the zlib format, however small they are; the coding is in capitals."""

    coding = "deflate"

    def delivered(self, answer: Answer, target: str) -> Answer:
        return sent(answer, zlib.compress(answer.body), ("content-encoding", "DEFLATE"))


@oddity()
class GzipInMembers(Plain):
    """Gzip comes in two members, as two parts of a body that were compressed apart."""

    coding = "gzip"

    def delivered(self, answer: Answer, target: str) -> Answer:
        middle = len(answer.body) // 2
        parts = (answer.body[:middle], answer.body[middle:])
        body = b"".join(zlib.compress(part, wbits=31) for part in parts)
        return sent(answer, body, ("content-encoding", "gzip"))
