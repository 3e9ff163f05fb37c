"""Faults on the last step of an answer: its coding, its charset, its length, its chunks, and its end."""

# ruff: noqa: ARG002, D102, PLR2004 - steps keep their parameters; the class says what they do, and its numbers

import zlib
from collections.abc import Mapping

import orjson

from contracts.mock.api import Api
from contracts.mock.delivery import CHUNKED, Plain, Redelivered, chunked, sent, without
from contracts.mock.items import Json
from contracts.mock.queries import Answer, Closing
from contracts.mock.registry import fault
from contracts.mock.settings import Settings

GZIP = ("content-encoding", "gzip")


@fault(breaks="pages.decodable")
class UnzippedByTheProxy(Plain):
    """Long pages say gzip and are plain: a proxy unpacked them to look inside, and passed the header on."""

    def delivered(self, answer: Answer, target: str) -> Answer:
        return sent(answer, answer.body, GZIP) if len(answer.body) > 4_000 else answer


@fault(breaks="pages.decodable")
class ChecksumOfTheFirstPart(Plain):
    """The checksum of gzip is that of the first 1,000 bytes: long pages are packed in parts, and one part is summed up."""

    def delivered(self, answer: Answer, target: str) -> Answer:
        packed = zlib.compress(answer.body, wbits=31)
        summed = zlib.crc32(answer.body[:1_000]).to_bytes(4, "little")
        return sent(answer, packed[:-8] + summed + packed[-4:], GZIP)


@fault(breaks="pages.decodable", listing="users")
class OtherCodingThanAskedFor(Redelivered):
    """Users come by the coding `br` whatever a client accepts: the cache in front was filled by a browser."""

    def delivered(self, answer: Answer, target: str) -> Answer:
        if "/users?" not in target:
            return answer
        headers = (*without(answer, "content-encoding"), ("content-encoding", "br"))
        return answer._replace(headers=headers)


@fault(breaks="pages.decodable", listing="events")
class CharactersCounted(Plain):
    """The length of events is that in characters, and a text that is not ASCII has more bytes: the end is cut off."""

    def delivered(self, answer: Answer, target: str) -> Answer:
        if "/events" not in target:
            return answer
        length = len(answer.body.decode())
        return answer._replace(headers=(*without(answer, "content-length"), ("content-length", str(length))))


@fault(breaks="pages.decodable")
class ChunkSizesInDecimal(Plain):
    """The sizes of chunks are written in decimal, and read as hexadecimal: the writer was tried with short texts."""

    def delivered(self, answer: Answer, target: str) -> Answer:
        body = chunked(answer.body, (999,), form="{}")
        return Closing(answer.status, (*without(answer, "content-length"), CHUNKED), body)


@fault(breaks="pages.decodable")
class ChunksCountTheirEnds(Plain):
    """A chunk's size counts the line end behind it, so the next size is looked for two bytes too late."""

    def delivered(self, answer: Answer, target: str) -> Answer:
        parts = (answer.body[:300], answer.body[300:])
        body = b"".join(b"%x\r\n%b\r\n" % (len(part) + 2, part) for part in parts if part) + b"0\r\n\r\n"
        return Closing(answer.status, (*without(answer, "content-length"), CHUNKED), body)


@fault(breaks="pages.decodable", listing="members")
class LastChunkForgotten(Plain):
    """Members come in chunks, the connection is closed behind the last item, and the chunk that ends a body never comes."""

    def delivered(self, answer: Answer, target: str) -> Answer:
        if "/members" not in target:
            return answer
        body = chunked(answer.body, (512,)).removesuffix(b"0\r\n\r\n")
        return Closing(answer.status, (*without(answer, "content-length"), CHUNKED), body)


@fault(breaks="pages.decodable", listing="conversations")
class NamesInAnotherCharset(Redelivered):
    """One conversation has a name in ISO 8859-1 on every page that shows it: it was imported as bytes."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.imported = self.conversation_name(3).encode()

    def json(self, status: int, body: Json | orjson.Fragment, *more: tuple[str, str]) -> Answer:
        answer = super().json(status, body, *more)
        return answer._replace(body=answer.body.replace(self.imported, self.imported[:-1] + "é".encode("latin-1")))


@fault(breaks="pages.decodable")
class DefaultCharset(Api):
    """Answers say ISO-8859-1, which the framework adds where nobody names a charset, and are UTF-8."""

    def json(self, status: int, body: Json | orjson.Fragment, *more: tuple[str, str]) -> Answer:
        answer = super().json(status, body, *more)
        named = ("content-type", "application/json;charset=ISO-8859-1")
        return answer._replace(headers=(named, *answer.headers[1:]))


@fault(breaks="pages.decodable")
class BodiesOfHead(Api):
    """HEAD is answered with a body, as the route is that of GET."""

    def answer(self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        return super().answer("GET" if method == "HEAD" else method, target, headers, body)


class _Severed(Plain):
    """Some answers break off."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.count = 0

    def delivered(self, answer: Answer, target: str) -> Answer:
        kept = self.length(answer, target)
        return answer if kept >= len(answer.body) else Closing(answer.status, answer.headers, answer.body[:kept])

    def length(self, answer: Answer, target: str) -> int:
        """How much of the body is sent."""
        return len(answer.body)


@fault(breaks="pages.delivered")
class WorkersRecycled(_Severed):
    """After 47 answers a worker process is replaced, and does not wait until its last answer is out."""

    def length(self, answer: Answer, target: str) -> int:
        self.count += 1
        return len(answer.body) if self.count % 47 else len(answer.body) // 3


@fault(breaks="pages.delivered", listing="events")
class LongAnswersCutOnce(_Severed):
    """A long page of events ends after 1,024 bytes when it is first asked for: the cache passes on what it stores."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.cached: set[str] = set()

    def length(self, answer: Answer, target: str) -> int:
        if "/events?" not in target or target in self.cached or len(answer.body) < 6_000:
            return len(answer.body)
        self.cached.add(target)
        return 1_024


@fault(breaks="pages.decodable", listing="users")
class BufferOfTheProxy(_Severed):
    """Of a page of users 2,048 bytes come and no more: the disk that the proxy buffers longer answers on is full."""

    def length(self, answer: Answer, target: str) -> int:
        return 2_048 if "/users?" in target else len(answer.body)
