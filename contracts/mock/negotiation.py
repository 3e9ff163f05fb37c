"""What HTTP adds to an answer when a client asks for it: compression, and nothing where nothing has changed.

An answer is made before anybody asks whether the client has it already. So an ETag, which is made of a checksum and
the length of the body, cannot be stale, at the price that a 304 saves bytes and no work.
"""

import zlib
from collections.abc import Mapping

from contracts.mock.queries import Answer

_OK = 200
_NOT_MODIFIED = 304
_BODILESS = frozenset({204, _NOT_MODIFIED})
_WORTH_IT = 600  # bytes; below, compression saves no packet
_VARY = ("vary", "accept-encoding")
_ZERO = frozenset({"q=0", "q=0.0", "q=0.00", "q=0.000"})


def negotiated(answer: Answer, headers: Mapping[str, str]) -> Answer:
    """An answer with ETag, as the client wants it: not at all where it has it, compressed where it takes that."""
    if answer.status != _OK or not answer.body:
        return answer
    body = answer.body
    tag = f'W/"{zlib.crc32(body):08x}{len(body):x}"'
    known = headers.get("if-none-match")
    if known is not None and _names(known, tag):
        return Answer(_NOT_MODIFIED, (("etag", tag), _VARY), b"")
    answer = Answer(answer.status, (*answer.headers, ("etag", tag), _VARY), body)
    accepted = headers.get("accept-encoding")
    return compressed(answer) if accepted and takes_gzip(accepted) and len(answer.body) >= _WORTH_IT else answer


def _names(known: str, tag: str) -> bool:
    """Whether If-None-Match names a tag: compared weakly, as RFC 9110 wants it there."""
    if known.strip() == "*":
        return True
    return tag.removeprefix("W/") in {one.strip().removeprefix("W/") for one in known.split(",")}


def takes_gzip(accepted: str) -> bool:
    """Whether Accept-Encoding allows gzip: it is named, or `*` is, and not with a weight of zero."""
    allowed: dict[str, bool] = {}
    for one in accepted.lower().split(","):
        name, _, weight = one.partition(";")
        allowed[name.strip()] = weight.replace(" ", "") not in _ZERO
    return allowed.get("gzip", allowed.get("*", False))


def compressed(answer: Answer) -> Answer:
    """The same answer, its body compressed."""
    packer = zlib.compressobj(1, wbits=31)  # a gzip header without a time, so that equal bodies stay equal
    body = packer.compress(answer.body) + packer.flush()
    return Answer(answer.status, (*answer.headers, ("content-encoding", "gzip")), body)


def framed(method: str, answer: Answer) -> Answer:
    """The same answer as it is sent: with its length, which is that of the body even where HEAD leaves the body out."""
    status, headers, body = answer
    if status not in _BODILESS:
        headers += (("content-length", str(len(body))),)
    return Answer(status, headers, b"" if method == "HEAD" else body)
