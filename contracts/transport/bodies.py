"""The body of an answer: read to its end under bounds, and decoded as its headers say."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING, Any

from urllib3.exceptions import HTTPError, ReadTimeoutError

from contracts.transport.codings import QUOTED, TooMuchError, UndecodableError, check_size, decoded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader

    import requests

    from contracts.paging.units import Bytes

CHUNK: Bytes = 65_536
_HEXADECIMAL = re.compile(rb"[0-9A-Fa-f]{1,16}")
BODILESS = (204, 304)
INTERIM = range(102, 200)
"""Statuses that come before another one; 101 would end HTTP."""
LENGTH, CHUNKS = "content-length", "transfer-encoding"

HEADERS: Bytes = 32 * 2**10
"""Of all headers of an answer; http.client reads no more than a hundred, which may have 64 KiB each."""

DIGITS = 18
"""Of a length. Python reads no number of more than 4,300 digits, and http.client then waits for the connection to end."""


@dataclass(frozen=True, slots=True)
class Body:
    """The body of an answer.

    Attributes:
        content: the decoded bytes; the bytes as they came where they cannot be decoded.
        flaw: why they cannot be decoded as the headers say; empty where they can.
        header: the name of the header that says otherwise; empty where there is none.
        short: whether the body ended before its end; another try may give all of it.
    """

    content: bytes
    flaw: str = ""
    header: str = ""
    short: bool = False


class Reply(HTTPResponse):
    """What `http.client` reads an answer with. It notices what contradicts the length that the headers give.

    Attributes:
        surplus: bytes that follow the end of the body. No request is sent before an answer is read, so nothing may.
        lengths: the value of Content-Length where it is no single number; empty where it is one, or is not there.
    """

    surplus = b""
    lengths = ""

    def __init__(self, sock: Any, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - as http.client has it
        super().__init__(sock, *arguments, **options)
        self._carrier = sock

    def begin(self) -> None:
        """Read status and headers; a length that is none is taken out, as urllib3 gives no answer then.

        Raises:
            TooMuchError: there are more headers than allowed, or longer ones.
        """
        try:
            super().begin()
        except HTTPException as error:
            if str(error).startswith("got more than"):
                raise TooMuchError(f"headers without end: {error}") from None
            raise
        if sum(len(name) + len(value) for name, value in self.headers.items()) > HEADERS:
            raise TooMuchError(f"headers of more than {HEADERS:,} bytes")
        given = ", ".join(self.headers.get_all("content-length") or ())
        distinct = {each.strip() for each in given.split(",")}
        if given and (len(distinct) > 1 or not all(map(_is_length, distinct))):
            self.lengths = given
            del self.headers["content-length"]

    def _read_status(self) -> tuple[str, int, str]:
        """The status line of the final answer. http.client passes over 100 alone (RFC 9110, section 15.2)."""
        while True:
            line: tuple[str, int, str] = super()._read_status()  # type: ignore[misc]  # no other method reads it
            if line[1] not in INTERIM:
                return line
            while self.fp.readline(CHUNK).strip():
                pass

    def _close_conn(self) -> None:
        if self.length == 0:
            self.surplus = _waiting(self.fp, self._carrier)
        super()._close_conn()  # type: ignore[misc]  # http.client has no other moment at which an answer ends


def _is_length(text: str) -> bool:
    return text.isdecimal() and len(text) <= DIGITS


def _waiting(file: BufferedReader, carrier: Any) -> bytes:  # noqa: ANN401 - a socket, or what stands for one
    """Bytes that have come already; an empty line and another answer count as none."""
    came = b""
    with suppress(OSError, ValueError):
        usual = carrier.gettimeout()
        carrier.settimeout(0)
        try:
            came = file.peek(1)
        finally:
            carrier.settimeout(usual)
    return b"" if came.startswith(b"HTTP/") or not came.strip(b"\r\n") else came


WHOLE = Body(b"")


def of(response: requests.Response) -> Body:
    """What `read` gave for a response."""
    found: Body = getattr(response, "came", WHOLE)
    return found


def read(response: requests.Response, most: Bytes) -> Body:
    """The body of an answer that was asked for as a stream; what cannot be decoded comes as it is, with the reason.

    Raises:
        TooMuchError: it is larger than allowed, as it came or decompressed.
    """
    body = response.came = _body(response, most)  # type: ignore[attr-defined]  # it goes where the response goes
    return body


def _body(response: requests.Response, most: Bytes) -> Body:
    raw, came = response.raw, bytearray()
    reply: Reply | None = getattr(raw, "_original_response", None)
    try:
        _check_lengths(response, getattr(reply, "lengths", ""))
        for piece in _pieces(response, reply):
            came += piece
            check_size(len(came), most)
        _check_end(response, came, getattr(reply, "surplus", b""))
        content = decoded(bytes(came), response.headers.get("content-encoding", ""), most)
    except UndecodableError as error:
        raw.close()
        return Body(bytes(came), str(error), error.header, error.short)
    except (HTTPError, OSError, EOFError) as error:
        raw.close()
        return _interrupted(response, came, error)
    except BaseException:
        raw.close()
        raise
    raw.release_conn()
    return Body(content)


def _check_lengths(response: requests.Response, lengths: str) -> None:
    if lengths:
        response.headers["content-length"] = lengths  # shown as it came
        said = repr(lengths) if len(lengths) <= QUOTED else f"{lengths[:QUOTED]!r}… ({len(lengths):,} characters)"
        raise UndecodableError(LENGTH, f"Content-Length is {said}, which is no length")


def _pieces(response: requests.Response, reply: Reply | None) -> Iterator[bytes]:
    """What the connection gives of a body, without the frames of chunks."""
    raw = response.raw
    if response.status_code in BODILESS or response.request.method == "HEAD":
        raw.close()
    elif reply is not None and reply.chunked:
        yield from _unchunked(reply.fp)
        reply.close()
    else:
        while piece := raw.read1(CHUNK, decode_content=False):
            yield piece


def _unchunked(file: BufferedReader) -> Iterator[bytes]:
    """What chunks hold (RFC 9112, section 7.1). http.client does not look whether a chunk ends where its size says."""
    while left := _size(file.readline(CHUNK)):
        while piece := file.read1(min(left, CHUNK)):
            yield piece
            left -= len(piece)
        _check_line_end(b"" if left else file.read(2))
    while file.readline(CHUNK).strip():  # the trailer
        pass


def _size(line: bytes) -> int:
    written = line.partition(b";")[0].strip()
    if not line.endswith(b"\n"):
        raise EOFError
    if not _HEXADECIMAL.fullmatch(written):
        raise UndecodableError(CHUNKS, f"{_printed(written)} where the size of a chunk must be")
    return int(written, 16)


def _check_line_end(end: bytes) -> None:
    if end != b"\r\n" and b"\r\n".startswith(end):
        raise EOFError
    if end != b"\r\n":
        raise UndecodableError(CHUNKS, f"{_printed(end)} where a chunk must end, by its size")


def _printed(text: bytes) -> str:
    return repr(text[:QUOTED].decode("latin-1"))


def _check_end(response: requests.Response, came: bytearray, surplus: bytes) -> None:
    if not surplus:
        return
    length = len(came)
    came += surplus
    if response.status_code in BODILESS or response.request.method == "HEAD":
        what = "the answer to HEAD" if response.request.method == "HEAD" else f"an answer with {response.status_code}"
        raise UndecodableError("", f"a body of {len(surplus):,} bytes or more, which {what} must not have")
    raise UndecodableError(LENGTH, f"Content-Length is {length:,}, and {len(surplus):,} bytes or more follow")


def _interrupted(response: requests.Response, came: bytearray, error: Exception) -> Body:
    """The body of an answer whose connection gave no more."""
    stalled = isinstance(error, ReadTimeoutError | TimeoutError)
    flaw = f"the body {'stopped' if stalled else 'ended'} after {len(came):,} bytes{_wanted(response)}"
    header = CHUNKS if response.raw.chunked else LENGTH if LENGTH in response.headers else ""
    return Body(bytes(came), flaw, header, short=True)


def _wanted(response: requests.Response) -> str:
    """How long a body had to be, in words."""
    length = response.headers.get("content-length", "")
    if response.raw.chunked:
        return ", before its last chunk"
    return f" of the {int(length):,} that Content-Length says" if _is_length(length) else ""
