"""Servers that are odd in every way that HTTP and JSON allow: nothing may be said against them."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import TYPE_CHECKING

from contracts.mock.queries import Answer
from contracts.selftest.chaos.broken_servers import chunk, framed, lengthy
from contracts.selftest.chaos.coded_servers import coded
from contracts.selftest.chaos.expected import Expected
from contracts.selftest.chaos.scripts import EVERYWHERE, PAGES, SEVENTH, End, bodies, documents, headed, sent, without
from contracts.selftest.chaos.servers import ALL_LISTINGS, Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from contracts.selftest.chaos.scripts import Asked, Document, Step

    Script = Callable[[Asked, Answer], Iterable[Step]]

FINE = Expected(frozenset({0}), judged=ALL_LISTINGS, sound=True)


def in_pieces(_: Asked, answer: Answer) -> Iterator[Step]:
    """Each answer in many packets."""
    data = sent(answer)
    for start in range(0, len(data), 97):
        yield data[start : start + 97]


def late(_: Asked, answer: Answer) -> Iterator[Step]:
    """Each answer after a moment."""
    yield 0.15
    yield sent(answer)


def to_the_end(_: Asked, answer: Answer) -> Iterator[Step]:
    """Each body ends with the connection."""
    yield sent(Answer(answer.status, without(answer, "content-length"), answer.body), version="HTTP/1.0")
    yield End.CLOSE


def hinted(_: Asked, answer: Answer) -> Iterator[Step]:
    """Each answer behind three interim ones."""
    yield b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n" * 2 + b"HTTP/1.1 102 Processing\r\n\r\n"
    yield sent(answer)


def closing(_: Asked, answer: Answer) -> Iterator[Step]:
    """Each connection once."""
    yield sent(Answer(answer.status, (*answer.headers, ("connection", "close")), answer.body))
    yield End.CLOSE


def shouting(_: Asked, answer: Answer) -> Iterator[Step]:
    """Names of headers in capitals, values with blanks around them."""
    headers = tuple((name.upper(), f"  {value} \t") for name, value in answer.headers)
    yield sent(Answer(answer.status, headers, answer.body), reason="Æverything is \xe9ine")


def bare(_: Asked, answer: Answer) -> Iterator[Step]:
    """Lines that end with a line feed alone, which a recipient may take for a line end (RFC 9112, section 2.2)."""
    head, _crlf, body = sent(answer).partition(b"\r\n\r\n")
    yield head.replace(b"\r\n", b"\n") + b"\n\n" + body


def in_bytes(body: bytes) -> bytes:
    """Chunks of one byte."""
    return b"".join(chunk(bytes([byte])) for byte in body) + b"0\r\n\r\n"


def extended(body: bytes) -> bytes:
    """Chunks with extensions, and a trailer."""
    return chunk(body, b'%X;a=b;c="d"' % len(body)) + b"000;e\r\nX-Trailer: f\r\n\r\n"


def escaped(_: Asked, body: bytes) -> bytes:
    """Every letter of a string as an escape, which is the same string."""
    text = json.dumps(json.loads(body), ensure_ascii=True) if body.startswith(b"{") else ""
    return text.replace("page_size", "\\u0070age_size").replace("_links", "\\u005flinks").encode() or body


def laid_out(_: Asked, body: bytes) -> bytes:
    """JSON for people."""
    return (
        json.dumps(json.loads(body), indent="\t", sort_keys=True).encode() + b"\r\n" if body.startswith(b"{") else body
    )


def _raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


def extra(_: Asked, page: Document) -> None:
    """Members that nobody knows."""
    page["x-null"], page["x-deep"], page["x-emoji"] = None, [[[{}]]], "\U0001f980\u0301"


def servers() -> Iterator[Server]:
    """All of them; the first is the one that is verified as a whole."""
    scripts: dict[str, Script] = {
        "in-pieces": in_pieces,
        "ends-with-the-connection": to_the_end,
        "early-hints": hinted,
        "connection-close": closing,
        "capitals": shouting,
        "line-feeds": bare,
        "chunks-of-a-byte": framed(in_bytes),
        "extensions-and-trailers": framed(extended),
        "gzip": coded("gzip", gzip.compress),
        "gzip-by-its-old-name": coded("x-gzip", gzip.compress),
        "gzip-in-two-members": coded("gzip", lambda body: gzip.compress(body[:7]) + gzip.compress(body[7:])),
        "deflate": coded("deflate", zlib.compress),
        "deflate-without-a-header": coded("deflate", _raw_deflate),
        "identity": coded("identity", bytes),
        "both-codings": coded("deflate, gzip", lambda body: gzip.compress(zlib.compress(body))),
        "a-length-twice": lengthy(b"%d", b"%d"),
        "a-length-with-zeros": lengthy(b"000%d"),
        "escapes": bodies(escaped),
        "laid-out": bodies(laid_out),
        "further-members": documents(extra),
        "media-type-in-capitals": headed(("content-type", 'Application/JSON ; Charset="UTF-8"')),
        "empty-headers": headed(("x-a", ""), ("x-b", "   "), ("vary", "*"), ("server", "")),
        "the-same-header-often": headed(*[("x-a", str(each)) for each in range(50)]),
        "keep-alive": headed(("connection", "keep-alive"), ("keep-alive", "timeout=0, max=1")),
        "upgrade": headed(("upgrade", "h2c"), ("connection", "upgrade"), ("alt-svc", 'h3=":443"')),
        "hsts": headed(("strict-transport-security", "max-age=1"), ("content-security-policy", "sandbox")),
    }
    for name, script in scripts.items():
        where = PAGES if name == "further-members" else EVERYWHERE
        yield Server("legal", name, where, script, FINE, quick=name in ("early-hints", "escapes", "chunks-of-a-byte"))
    yield Server("legal", "late", SEVENTH, late, FINE)
