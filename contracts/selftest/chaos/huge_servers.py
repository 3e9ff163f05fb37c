"""Servers whose answers are JSON, and huge or absurd."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.selftest.chaos.expected import Expected
from contracts.selftest.chaos.scripts import (
    DEEP,
    EVERYWHERE,
    ONE,
    PAGES,
    REFUSALS,
    USERS,
    bodies,
    documents,
    headed,
    items,
)
from contracts.selftest.chaos.servers import HUGE, OTHERS, OUTER, Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from contracts.mock.queries import Answer
    from contracts.selftest.chaos.scripts import Asked, Document, Step, Where

    Script = Callable[[Asked, Answer], Iterable[Step]]

RED = Expected(judged=OTHERS)
EITHER = Expected(frozenset({0, 1}))
"""Where it is legal, or a bound that is said."""

CROWD = Expected(violated=("pages.size-bound",))
"""Where there is more in a page than is looked at."""

MEGABYTE = 2**20


def _listed(document: Document) -> tuple[str, list[Document]]:
    """The name of the listing that a page shows, and its items."""
    name, found = next(iter(document["_embedded"]["data"].items()))
    return name, found


def _hrefs(document: object, change: Callable[[str], str]) -> None:
    """Change every href in a document."""
    if isinstance(document, dict):
        for key, value in document.items():
            if key == "href":
                document[key] = change(value)
            else:
                _hrefs(value, change)
    elif isinstance(document, list):
        for each in document:
            _hrefs(each, change)


def many_keys(_: Asked, document: Document) -> None:
    """A page with 20,000 members that nobody asked for."""
    document.update({f"extra-{number}": number for number in range(20_000)})


def repeated(times: int) -> Callable[[Asked, Document], None]:
    """A page on which each item comes so many times."""

    def change(_: Asked, document: Document) -> None:
        name, found = _listed(document)
        document["_embedded"]["data"][name] = found * times

    return change


def copies(times: int) -> Callable[[Asked, Document], None]:
    """A page with so many times as many items, each with an id of its own."""

    def change(_: Asked, document: Document) -> None:
        name, found = _listed(document)
        more = [{**item, "id": f"{item['id']}-{number}"} for number in range(times) for item in found]
        document["_embedded"]["data"][name] = more

    return change


def setting(name: str, value: object) -> Callable[[Asked, Document], None]:
    """Items with another value."""

    def change(_: Asked, item: Document) -> None:
        item[name] = value

    return change


def long_ids(_: Asked, item: Document) -> None:
    """Ids of a megabyte."""
    item["id"] = f"{item['id']}{'x' * MEGABYTE}"


def long_times(_: Asked, item: Document) -> None:
    """Timestamps with 5,000 digits of a fraction."""
    if isinstance(item.get("timestamp"), dict):
        item["timestamp"] = {key: f"{str(value)[:19]}.{'1' * 5_000}Z" for key, value in item["timestamp"].items()}
    elif "timestamp" in item:
        item["timestamp"] = f"{str(item['timestamp'])[:19]}.{'1' * 5_000}Z"


def written(marker: str, text: bytes) -> Callable[[Asked, bytes], bytes]:
    """Put a text, as it is, at the place of a member `extra` at the beginning of each page."""
    return lambda _, body: (
        body.replace(b"{", b'{"' + marker.encode() + b'":' + text + b",", 1) if body.startswith(b'{"page') else body
    )


def nested(depth: int, opening: bytes = b"[", closing: bytes = b"]", inner: bytes = b"") -> bytes:
    """A value so deep."""
    return opening * depth + inner + closing * depth


def _bodies() -> Iterator[tuple[str, Where, Script, Expected]]:
    yield "blanks-of-15-mb", EVERYWHERE, bodies(lambda _, body: body + b" " * (15 * MEGABYTE)), EITHER
    yield (
        "blanks-of-15-mb",
        USERS,
        bodies(lambda _, body: body + b" " * (15 * MEGABYTE)),
        Expected(frozenset({0, 1}), judged=OTHERS),
    )
    yield "blanks-of-17-mb", USERS, bodies(lambda _, body: body + b" " * (17 * MEGABYTE)), RED
    yield (
        "blanks-of-15-mb-within",
        ONE,
        bodies(lambda _, body: body.replace(b"{", b"{" + b" " * (15 * MEGABYTE), 1)),
        Expected(frozenset({0, 1}), judged=OUTER),
    )
    yield (
        "a-string-of-10-mb",
        USERS,
        bodies(written("extra", b'"' + b"x" * (10 * MEGABYTE) + b'"')),
        Expected(frozenset({0, 1}), judged=OTHERS),
    )
    yield (
        "a-refusal-of-10-mb",
        REFUSALS,
        bodies(lambda *_: b'{"title":"' + b"<b>" * (3 * MEGABYTE) + b'"}'),
        EITHER,
    )
    yield "headers-of-60-kb", EVERYWHERE, headed(*((f"x-{each}", "h" * 1_000) for each in range(60))), EITHER


def _wide_items(members: int) -> Script:
    """Items with so many members that nobody asked for."""
    return items(lambda _, item: item.update({f"m{each}": each for each in range(members)}))


def _keys() -> Iterator[tuple[str, Where, Script, Expected]]:
    yield "20000-members", EVERYWHERE, documents(many_keys), CROWD
    yield "a-name-of-5-mb", USERS, bodies(written("k" * 5 * MEGABYTE, b"1")), Expected(frozenset({0, 1}), judged=OTHERS)
    yield (
        "200000-links",
        USERS,
        documents(
            lambda _, document: document["_links"].update({f"l{each}": {"href": "x"} for each in range(200_000)})
        ),
        Expected(frozenset({0, 1}), judged=OTHERS),
    )
    yield "2000-members-in-items", EVERYWHERE, _wide_items(2_000), CROWD
    yield "900-members-in-items", USERS, _wide_items(900), EITHER


def _ids() -> Iterator[tuple[str, Where, Script, Expected]]:
    yield "ids-of-1-mb", EVERYWHERE, items(long_ids), EITHER
    yield "ids-of-1-mb", USERS, items(long_ids), Expected(frozenset({0, 1}), judged=OTHERS)
    yield "names-of-1-mb", USERS, items(setting("name", "n" * MEGABYTE)), Expected(frozenset({0, 1}), judged=OTHERS)
    yield (
        "hrefs-of-60000",
        EVERYWHERE,
        documents(lambda _, page: _hrefs(page, lambda href: f"{href}{'&' if '?' in href else '?'}x={'y' * 60_000}")),
        EITHER,
    )
    yield "hrefs-of-1-mb", USERS, documents(lambda _, page: _hrefs(page, lambda href: f"{href}#{'y' * MEGABYTE}")), RED
    yield "a-cursor-of-1-mb", USERS, documents(setting("cursor", "c" * MEGABYTE)), RED
    yield "types-of-100-kb", ONE, items(setting("type", "t" * 100_000)), Expected(frozenset({0, 1}), judged=OUTER)


def _counts() -> Iterator[tuple[str, Where, Script, Expected]]:
    users = Expected(violated=("pages.size-bound", "pages.envelope"), judged=OTHERS)
    yield "501-times-the-items", PAGES, documents(copies(501)), CROWD
    yield "501-times-the-items", USERS, documents(copies(501)), users
    yield "the-same-501-times", USERS, documents(repeated(501)), users
    yield "50000-times-the-items", DEEP, documents(repeated(50_000)), RED  # past the limit of a body
    yield (
        "a-million-nulls",
        USERS,
        documents(lambda _, page: page["_embedded"]["data"].update(users=[None] * 10**6)),
        RED,
    )


def _values() -> Iterator[tuple[str, Where, Script, Expected]]:
    yield "times-of-5000-digits", EVERYWHERE, items(long_times), EITHER
    yield "numbers-of-100000-digits", USERS, bodies(written("extra", b"1" * 100_000)), EITHER
    yield "a-fraction-of-a-megabyte", USERS, bodies(written("extra", b"0." + b"1" * MEGABYTE)), EITHER
    yield "exponents", USERS, bodies(written("extra", b"1e999999999")), EITHER
    yield (
        "a-page-size-of-5000-digits",
        USERS,
        bodies(lambda _, body: body.replace(b'"page_size":', b'"page_size":' + b"9" * 5_000)),
        RED,
    )
    yield (
        "event-ids-of-5000-digits",
        ONE,
        bodies(lambda _, body: body.replace(b'{"id":1', b'{"id":' + b"1" * 5_000)),
        EITHER,
    )
    yield "dates-in-the-year-9999", EVERYWHERE, headed(("date", "Fri, 31 Dec 9999 23:59:59 GMT")), EITHER
    yield (
        "dates-in-the-year-minus-1",
        EVERYWHERE,
        headed(("date", "Fri, 31 Dec -0001 99:99:99 GMT" + "9" * 5_000)),
        EITHER,
    )


def _depths() -> Iterator[tuple[str, Where, Script, Expected]]:
    yield "lists-100000-deep", USERS, bodies(written("extra", nested(100_000))), RED
    yield "objects-100000-deep", USERS, bodies(written("extra", nested(100_000, b'{"a":', b"}", b"1"))), RED
    yield "lists-900-deep", ONE, bodies(written("extra", nested(900))), Expected(judged=OUTER)
    yield "lists-unclosed", USERS, bodies(lambda *_: b"[" * 10**6), RED
    yield "lists-200-deep", USERS, bodies(written("extra", nested(200))), Expected(frozenset({0, 1}), judged=OTHERS)


def servers() -> Iterator[Server]:
    """All of them; the first of each kind is the one that is verified as a whole."""
    kinds = {
        "huge-bodies": _bodies,
        "huge-keys": _keys,
        "huge-ids": _ids,
        "huge-counts": _counts,
        "huge-values": _values,
        "deep": _depths,
    }
    for kind, rows in kinds.items():
        for name, where, script, expected in rows():
            yield Server(kind, name, where, script, expected, bound=HUGE)
