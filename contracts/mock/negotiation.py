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
_GZIP = ("content-encoding", "gzip")
_ZERO = frozenset({"q=0", "q=0.0", "q=0.00", "q=0.000"})


def negotiated(method: str, answer: Answer, headers: Mapping[str, str]) -> Answer:
    """An answer as it is sent: with an ETag and a length, not at all where the client has it, compressed where it takes that.

    The length is that of the body even where HEAD leaves the body out.
    """
    status, fields, body = answer
    if status == _OK and body:
        tag = 'W/"%08x%x"' % (zlib.crc32(body), len(body))  # noqa: UP031 - faster than an f-string
        fields += (("etag", tag), _VARY)
        if "if-none-match" in headers and _names(headers["if-none-match"], tag):
            return Answer(_NOT_MODIFIED, fields[-2:], b"")
        if "accept-encoding" in headers and len(body) >= _WORTH_IT and takes_gzip(headers["accept-encoding"]):
            fields, body = (*fields, _GZIP), compressed(body)
    if status not in _BODILESS:
        fields += (("content-length", str(len(body))),)
    return Answer(status, fields, b"" if method == "HEAD" else body)


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


def compressed(body: bytes) -> bytes:
    """A body in the form of gzip."""
    packer = zlib.compressobj(1, wbits=31)  # a gzip header without a time, so that equal bodies stay equal
    return packer.compress(body) + packer.flush()
