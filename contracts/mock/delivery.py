"""What faults and oddities of delivery share: answers are changed on their last step, when all headers are there."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, cycle, repeat

from contracts.mock.api import Api
from contracts.mock.queries import Answer

Headers = tuple[tuple[str, str], ...]
CHUNKED = ("transfer-encoding", "chunked")


class Redelivered(Api):
    """For answers that travel in another way; those without a body travel as they are.

    Attributes:
        coding: the Content-Encoding that a client must accept for it; empty for any client.
        packed: whether bodies may be compressed before.
    """

    coding = ""
    packed = True

    def answer(self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """The answer to a request, delivered in the other way."""
        headers = headers or {}
        if self.coding not in headers.get("accept-encoding", ""):
            return super().answer(method, target, headers, body)
        accepted = {} if self.packed else {"accept-encoding": "identity"}
        answer = super().answer(method, target, {**headers, **accepted}, body)
        return self.delivered(answer, target) if answer.body else answer

    def delivered(self, answer: Answer, target: str) -> Answer:  # noqa: ARG002 - some look at it
        """An answer with a body as it travels."""
        return answer


class Plain(Redelivered):
    """For bodies that are not compressed before."""

    packed = False


def without(answer: Answer, *names: str) -> Headers:
    """The headers of an answer but for these."""
    return tuple(header for header in answer.headers if header[0] not in names)


def sent(answer: Answer, body: bytes, *more: tuple[str, str]) -> Answer:
    """The answer with another body, its length, and more headers."""
    kept = without(answer, "content-length", *(name for name, _ in more))
    return answer._replace(headers=(*kept, *more, ("content-length", str(len(body)))), body=body)


def in_chunks(body: bytes, sizes: Sequence[int]) -> Iterator[bytes]:
    """A body in parts of these sizes, by turns."""
    start = 0
    for size in cycle(sizes):
        if start >= len(body):
            return
        yield body[start : start + size]
        start += size


def chunked(body: bytes, sizes: Sequence[int], *, form: str = "{:x}", extension: str = "", trailer: str = "") -> bytes:
    """A body in chunks (RFC 9112, section 7.1); `form` is how their sizes are written."""
    parts = chain(in_chunks(body, sizes), repeat(b"", 1))
    lines = (f"{form.format(len(part))}{extension}\r\n".encode() + part + b"\r\n" * bool(part) for part in parts)
    return b"".join(lines) + trailer.encode() + b"\r\n"
