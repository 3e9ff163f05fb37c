"""Servers whose bodies are in another coding than they say, or larger in it than anybody can hold."""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING

from contracts.selftest.chaos.broken_servers import ANY_FAILURE
from contracts.selftest.chaos.expected import Expected
from contracts.selftest.chaos.scripts import EVERYWHERE, USERS, holding, plain, sent
from contracts.selftest.chaos.servers import HUGE, OTHERS, UNDECODABLE, Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from contracts.mock.queries import Answer
    from contracts.selftest.chaos.scripts import Asked, Step

    Script = Callable[[Asked, Answer], Iterable[Step]]


def coded(coding: str, encode: Callable[[bytes], bytes]) -> Script:
    """Answer with a body in another coding than is said."""

    def script(_: Asked, answer: Answer) -> Iterator[Step]:
        yield sent(holding(answer, encode(plain(answer)), ("content-encoding", coding)))

    return script


def bomb(layers: int, megabytes: int = 200) -> bytes:
    """Blanks without end in so many layers of gzip, within a document."""
    packer = zlib.compressobj(9, wbits=31)
    data = packer.compress(b'{"a":1') + b"".join(packer.compress(b" " * 2**20) for _ in range(megabytes))
    data += packer.compress(b"}") + packer.flush()
    for _ in range(layers - 1):
        data = gzip.compress(data)
    return data


def bombed(coding: str, layers: int) -> Script:
    """Answer with a bomb."""
    made: list[bytes] = []

    def script(_: Asked, answer: Answer) -> Iterator[Step]:
        if not made:
            made.append(bomb(layers))
        yield sent(holding(answer, made[0], ("content-encoding", coding)))

    return script


def servers() -> Iterator[Server]:
    """All of them; the first of each kind is the one that is verified as a whole."""
    codings: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
        "gzip-that-is-none": ("gzip", lambda body: body),
        "gzip-cut": ("gzip", lambda body: gzip.compress(body)[:-12]),
        "gzip-wrong-sum": ("gzip", lambda body: gzip.compress(body)[:-8] + bytes(8)),
        "gzip-said-twice": ("gzip, gzip", gzip.compress),
        "deflate-that-is-none": ("deflate", lambda body: body),
        "brotli": ("br", lambda body: body),
        "unknown": ("x-chaos", lambda body: body),
        "a-thousand": (", ".join(["gzip"] * 1_000), gzip.compress),
    }
    for name, (coding, encode) in codings.items():
        yield Server("codings", name, USERS, coded(coding, encode), UNDECODABLE, quick=name == "brotli")
    either = Expected(frozenset({0, 1}), judged=OTHERS)
    members = coded("gzip", lambda body: gzip.compress(body) + gzip.compress(b"") * 50_000)
    yield Server("codings", "many-members", USERS, members, either, bound=HUGE)
    behind = coded("gzip", lambda body: gzip.compress(body) + b"\x1f\x8b" + b"x" * 1_000)
    yield Server("codings", "something-behind", USERS, behind, either)
    for layers, coding in enumerate(("gzip", "gzip, gzip", "gzip, gzip, gzip"), 1):
        yield Server("bombs", f"{layers}-layers", USERS, bombed(coding, layers), ANY_FAILURE, bound=HUGE)
    yield Server("bombs", "2-layers", EVERYWHERE, bombed("gzip, gzip", 2), Expected(frozenset({1, 3})), bound=HUGE)
