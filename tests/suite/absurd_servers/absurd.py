"""Legal but huge or absurd answers: each a change of what the mock answers."""

from __future__ import annotations

import gzip
import zlib
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.suite.absurd_servers.proxy import Reply

MB = 10**6


def _page(change: Callable[[dict[str, Any], list[Any]], None]) -> Callable[[Reply], None]:
    """A change of the pages only: of their JSON value, and of their items."""

    def apply(reply: Reply) -> None:
        if reply.is_page:
            value = orjson.loads(reply.body)
            change(value, next(iter(value["_embedded"]["data"].values())))
            reply.body = orjson.dumps(value)

    return apply


def _text(change: Callable[[bytes], bytes]) -> Callable[[Reply], None]:
    """A change of the text of pages, for what `orjson` does not write."""

    def apply(reply: Reply) -> None:
        if reply.is_page:
            reply.body = change(reply.body)

    return apply


def _append(make: Callable[[], bytes]) -> Callable[[Reply], None]:
    """A change of pages: more members before the end of the JSON object, made once."""
    made = cache(make)
    return _text(lambda body: body.rstrip()[:-1] + b"," + made() + b"}")


def _members(name: str, number: int) -> bytes:
    """Members of an object, as JSON; the name holds the place of each one's number."""
    return b",".join(f'"{name.format(each)}":{each}'.encode() for each in range(number))


def many_items(_: dict[str, Any], items: list[Any]) -> None:
    items *= 501


def blanks(reply: Reply) -> None:
    reply.body += b" " * (15 * MB)


def extra_item_keys(_: dict[str, Any], items: list[Any]) -> None:
    for item in items:
        item.update({f"further_{number}": number for number in range(5_000)})


def long_ids(_: dict[str, Any], items: list[Any]) -> None:
    for item in items[:10]:
        item["id"] = f"{item['id']}{'x' * MB}"


def long_hrefs(value: dict[str, Any], _: list[Any]) -> None:
    for link in value["_links"].values():
        link["href"] += ("&" if "?" in link["href"] else "?") + "pad=" + "x" * 60_000


def long_timestamps(_: dict[str, Any], items: list[Any]) -> None:
    for item in items:
        at = item.get("timestamp")
        if isinstance(at, dict) and "created" in at:
            at["created"] = at["created"].replace("Z", "") + "0" * 5_000 + "Z"
        elif isinstance(at, str):
            item["timestamp"] = at.replace("Z", "") + "0" * 5_000 + "Z"


def long_years(_: dict[str, Any], items: list[Any]) -> None:
    for item in items:
        at = item.get("timestamp")
        if isinstance(at, dict) and "created" in at:
            at["created"] = "9" * 5_000 + at["created"][4:]
        elif isinstance(at, str):
            item["timestamp"] = "9" * 5_000 + at[4:]


@cache
def _bomb() -> bytes:
    engine = zlib.compressobj(9, wbits=31)
    body = b'{"page_size":10,"_embedded":{"data":{"users":[]}},"_links":{}}'
    once = engine.compress(body) + b"".join(engine.compress(b" " * MB) for _ in range(200)) + engine.flush()
    return gzip.compress(once, 9)


def twice_gzipped(reply: Reply) -> None:
    reply.headers.append(("Content-Encoding", "gzip, gzip"))
    reply.body = _bomb()


def gzipped_often(reply: Reply) -> None:
    reply.headers.append(("Content-Encoding", ", ".join(["gzip"] * 4_000)))


def long_length(reply: Reply) -> None:
    reply.headers.append(("Content-Length", "9" * 5_000))


def long_header(reply: Reply) -> None:
    reply.headers.append(("X-Long", "x" * 60_000))


def many_headers(reply: Reply) -> None:
    reply.headers += [(f"X-Further-{number}", "x") for number in range(10_000)]


def long_type(_: dict[str, Any], items: list[Any]) -> None:
    for item in items[:10]:
        item["type"] = "custom:" + "x" * MB


def long_names(_: dict[str, Any], items: list[Any]) -> None:
    for item in items[:10]:
        item["name"] = "\\%é" * (MB // 4)


def long_cursors(value: dict[str, Any], _: list[Any]) -> None:
    value["cursor"] = "x" * 10 * MB


def refusals(reply: Reply) -> None:
    if not reply.is_page:
        value = orjson.loads(reply.body or b"{}")
        reply.body = orjson.dumps({**value, "detail": "x" * 10 * MB})


ABSURD: dict[str, Callable[[Reply], None]] = {
    "blanks": blanks,
    "extra-keys": _append(lambda: _members("further_{}", 20_000)),
    "extra-item-keys": _page(extra_item_keys),
    "long-ids": _page(long_ids),
    "long-hrefs": _page(long_hrefs),
    "many-items": _page(many_items),
    "long-timestamps": _page(long_timestamps),
    "long-years": _page(long_years),
    "twice-gzipped": twice_gzipped,
    "gzipped-often": gzipped_often,
    "long-length": long_length,
    "long-header": long_header,
    "many-headers": many_headers,
    "million-links": _append(lambda: b'"links":{' + _members("l{}", 1_000_000) + b"}"),
    "long-type": _page(long_type),
    "long-names": _page(long_names),
    "long-cursors": _page(long_cursors),
    "long-refusals": refusals,
    "nested": _append(lambda: b'"deep":' + b"[" * 100_000 + b"]" * 100_000),
    "long-number": _append(lambda: b'"number":1' + b"0" * MB),
    "long-page-size": _text(lambda body: body.replace(b'"page_size":', b'"page_size":' + b"9" * MB, 1)),
    "long-fraction": _append(lambda: b'"number":0.1' + b"0" * MB),
    "doubled-keys": _append(lambda: _members("twice", 200_000)),
    "300-kB": _append(lambda: b'"further":"' + b"x" * 300_000 + b'"'),
}
