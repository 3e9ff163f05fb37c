"""Servers whose answers are no JSON, or JSON of another shape."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from contracts.selftest.chaos.expected import Expected
from contracts.selftest.chaos.huge_servers import setting, written
from contracts.selftest.chaos.scripts import USERS, bodies, documents, items
from contracts.selftest.chaos.servers import OTHERS, Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from contracts.selftest.chaos.scripts import Asked, Document

RED = Expected(judged=OTHERS)


def _json() -> Iterator[Server]:
    """JSON that is none, or that parsers read differently."""
    texts = {
        "nan": written("extra", b"NaN"),
        "infinity": written("extra", b"-Infinity"),
        "a-name-twice": lambda _, body: body.replace(b'{"', b'{"_links":{},"', 1),
        "a-comma-behind": lambda _, body: body[:-1] + b",}",
        "a-comment": lambda _, body: body + b"// chaosmark",
        "single-quotes": lambda _, body: body.replace(b'"', b"'"),
        "two-documents": lambda _, body: body + body,
        "jsonp": lambda _, body: b"callback(" + body + b");",
        "a-guard": lambda _, body: b")]}',\n" + body,
        "empty": lambda *_: b"",
        "blanks": lambda *_: b"   ",
        "null": lambda *_: b"null",
        "a-list": lambda *_: b"[]",
        "a-string": lambda *_: b'"chaosmark"',
        "a-number": lambda *_: b"1e400",
        "nul-behind": lambda _, body: body + b"\0\0",
        "bad-utf-8": lambda _, body: body.replace(b'"_links"', b'"\xff\xfe":1,"_links"', 1),
        "a-lone-surrogate": lambda _, body: body.replace(b'"name":"', b'"name":"\\ud800'),
        "a-lone-surrogate-in-a-name": lambda _, body: body.replace(b'{"', b'{"\\udfff":1,"', 1),
        "an-overlong-form": lambda _, body: body.replace(b'"name":"', b'"name":"\xc0\xaf'),
        "octal": written("extra", b"0777"),
        "a-control-character": lambda _, body: body.replace(b'"name":"', b'"name":"\x07'),
    }
    for name, change in texts.items():
        yield Server("no-json", name, USERS, bodies(change), RED, quick=name in ("nan", "jsonp", "a-lone-surrogate"))


def altering(change: Callable[[Asked, Document], object]) -> Callable[[Asked, Document], None]:
    """A change in place, whatever else it gives."""

    def alter(asked: Asked, page: Document) -> None:
        change(asked, page)

    return alter


def _shapes() -> Iterator[Server]:
    """JSON of another shape."""
    shapes: dict[str, Callable[[Asked, Document], object]] = {
        "no-embedded": lambda _, page: page.pop("_embedded"),
        "embedded-is-a-list": lambda _, page: page.update(_embedded=[]),
        "data-is-a-string": lambda _, page: page["_embedded"].update(data="x"),
        "items-are-an-object": lambda _, page: page["_embedded"]["data"].update(users={}),
        "items-are-strings": lambda _, page: page["_embedded"]["data"].update(users=["a", "b"]),
        "items-are-lists": lambda _, page: page["_embedded"]["data"].update(users=[[[]], [{}]]),
        "no-links": lambda _, page: page.pop("_links"),
        "links-are-null": lambda _, page: page.update(_links=None),
        "links-are-strings": lambda _, page: page.update(_links=dict.fromkeys(page["_links"], "x")),
        "a-cursor-that-is-an-object": lambda _, page: page.update(cursor={"a": []}),
        "a-page-size-that-is-a-list": lambda _, page: page.update(page_size=[10]),
    }
    for name, change in shapes.items():
        yield Server(
            "shapes",
            name,
            USERS,
            documents(altering(change)),
            RED,
            quick=name == "links-are-null",
        )


def _values() -> Iterator[Server]:
    """Ids that are none, and pages that are none."""
    values: dict[str, object] = {
        "an-object": {},
        "a-list": [[]],
        "null": None,
        "true": True,
        "a-float": 1.5,
        "minus-zero": -0.0,
        "empty": "",
        "a-bare-prefix": "USR-",
    }
    for name, value in values.items():
        yield Server("shapes", f"ids-are-{name}", USERS, items(setting("id", value)), RED)
    yield Server("shapes", "everything-is-null", USERS, documents(lambda _, page: dict.fromkeys(page)), RED)
    yield Server("shapes", "one-page-for-all", USERS, bodies(_first_page), RED)


_KEPT: dict[str, bytes] = {}


def _first_page(asked: Asked, body: bytes) -> bytes:
    """The first answer of a server again and again."""
    return _KEPT.setdefault(asked.origin, body)


def servers() -> Iterator[Server]:
    """All of them; the first of each kind is the one that is verified as a whole."""
    return chain(_json(), _shapes(), _values())
