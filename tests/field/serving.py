"""What the adapters share: the data in SQLite, all of a request but its page, and the form of an answer.

Adapters run in environments where this project is not installed, so this needs nothing but the standard library.
"""

from __future__ import annotations

import json
import re
import socket
import sqlite3
import sys
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

FILE = Path(sys.argv[1], "field.sqlite") if len(sys.argv) > 1 else Path("field.sqlite")
ROOT = "v0.2"
SMALLEST, DEFAULT, LARGEST = 1, 10, 100
WRITING = 120
"""Seconds for which rows are written: a slow run would make its own listings longer and longer."""
ORDER = {"conversations": ("created", "seq"), "users": ("seq",), "members": ("seq",), "events": ("number",)}
"""The columns that each listing is ordered by. Conversations share times, so their order needs a second column."""
COLUMNS = ("seq", "id", "conversation", "number", "type", "created", "item")

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d))?")
_NUMBER = re.compile(r"-?[0-9]{1,1000}")
_BIGGEST = 2**63 - 1


class Refused(Exception):  # noqa: N818 - it is an answer, not an error of the adapter
    """A request that is refused, with the status and the words of the answer."""

    def __init__(self, detail: str, status: int = 400) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


# The request.


@dataclass(frozen=True)
class Wanted:
    """What a request asks for, but for its page.

    Attributes:
        listing: the name of the listing.
        conversation: the id of its conversation; None for conversations and users.
        descending: whether the newest come first.
        conditions: column, operator (as Django names lookups) and value of each filter.
    """

    listing: str
    conversation: str | None
    descending: bool
    conditions: tuple[tuple[str, str, Any], ...]

    @property
    def ordering(self) -> tuple[str, ...]:
        """The columns to order by, descending ones with a minus, as Django writes them."""
        return tuple(f"{'-' if self.descending else ''}{name}" for name in ORDER[self.listing])


def wanted(listing: str, conversation: str | None, values: Mapping[str, str]) -> Wanted:
    """What the parameters of a request ask for; `Refused` where one is wrong or the conversation does not exist."""
    if conversation is not None and not _exists(conversation):
        raise Refused("There is no such conversation.", 404)
    if values.get("order", "asc") not in {"asc", "desc"}:
        raise Refused("order: must be asc or desc.")
    conditions = tuple(_conditions(listing, conversation, values))
    return Wanted(listing, conversation, values.get("order") == "desc", conditions)


def _conditions(listing: str, conversation: str | None, values: Mapping[str, str]) -> Iterator[tuple[str, str, Any]]:
    if conversation is not None:
        yield "conversation", "exact", conversation
    if listing == "conversations":
        bounds = {"date_start": "gt", "date_end": "lt"}
        yield from (("created", how, _instant(name, values[name])) for name, how in bounds.items() if name in values)
    if listing == "events":
        bounds = {"start_id": "gte", "end_id": "lte"}
        yield from (("number", how, _number(name, values[name])) for name, how in bounds.items() if name in values)
        if "event_type" in values:
            yield "type", "exact", _type(values["event_type"])


def _instant(name: str, text: str) -> datetime:
    try:
        read = datetime.fromisoformat(text.upper() if _INSTANT.fullmatch(text) else "")
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(f"{name}: must be an ISO 8601 date or date-time.") from None


def _number(name: str, text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise Refused(f"{name}: must be an integer.")
    return max(-_BIGGEST, min(int(text), _BIGGEST))


def _type(text: str) -> str:
    if not text or text.startswith("custom:"):
        raise Refused("event_type: must be a type of event; custom events are not supported.")
    return text


def size(values: Mapping[str, str]) -> int:
    """The page size asked for, for libraries that do not read it themselves."""
    text = values.get("page_size", str(DEFAULT))
    if not re.fullmatch("[0-9]{1,4}", text) or not SMALLEST <= int(text) <= LARGEST:
        raise Refused(f"page_size: must be an integer from {SMALLEST} to {LARGEST}.")
    return int(text)


# The answer.


def page(asked: Wanted, items: Iterable[str], size: int, hrefs: Mapping[str, str | None]) -> dict[str, Any]:
    """A page as the description has it: items as the data file has them, links that are None left out."""
    address = urlsplit(str(hrefs["self"]))
    root = f"{address.scheme}://{address.netloc}/{ROOT}"
    return {
        "page_size": size,
        "_embedded": {"data": {asked.listing: [_linked(asked, json.loads(item), root) for item in items]}},
        "_links": {name: {"href": href} for name, href in hrefs.items() if href is not None},
    }


def _linked(asked: Wanted, item: dict[str, Any], root: str) -> dict[str, Any]:
    parent = f"/conversations/{asked.conversation}" if asked.conversation else ""
    return {**item, "_links": {"self": {"href": f"{root}{parent}/{asked.listing}/{item['id']}"}}}


def hrefs(url: str, following: object | None, preceding: object | None) -> dict[str, str | None]:
    """The links of a page: its own address with other cursors; None for a cursor where no page is."""
    return {
        "first": turned(url, None),
        "self": url,
        "next": None if following is None else turned(url, following),
        "prev": None if preceding is None else turned(url, preceding),
    }


def turned(url: str, cursor: object | None) -> str:
    """An address with this cursor in place of its own; without one for None."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "cursor"]
    query = urlencode([*kept, *([] if cursor is None else [("cursor", str(cursor))])])
    return parts._replace(query=query).geturl()


def error(status: int, detail: str = "") -> dict[str, str]:
    """The body of an error, in the newest of the three forms that the service has."""
    title = HTTPStatus(status).phrase
    return {"type": "about:blank", "title": title, "detail": detail or title, "instance": "about:blank"}


# The data.


def store(written: Callable[[datetime], str]) -> Path:
    """Fill a new SQLite file from the data file beside it, times in the form that the adapter's library writes."""
    found = json.loads(FILE.with_name("data.json").read_text(encoding="utf-8"))
    FILE.unlink(missing_ok=True)
    with sqlite3.connect(FILE) as database:
        database.execute("PRAGMA journal_mode = WAL")
        for listing in ORDER:
            database.execute(
                f"CREATE TABLE {listing} (seq INTEGER PRIMARY KEY, id TEXT, conversation TEXT, number INTEGER,"
                " type TEXT, created DATETIME, item TEXT)"
            )
            database.execute(f"CREATE INDEX {listing}_id ON {listing} (id)")
        for user in found["users"]:
            _add(database, "users", user)
        for item in found["conversations"]:
            _add_conversation(database, item, written)
    if len(sys.argv) > 2 and float(sys.argv[2]):
        threading.Thread(target=_write, args=(float(sys.argv[2]), written), daemon=True).start()
    return FILE


def _add_conversation(database: sqlite3.Connection, item: dict[str, Any], written: Callable[[datetime], str]) -> None:
    parts = {name: item.pop(name, []) for name in ("members", "events")}
    created = written(datetime.fromisoformat(item["timestamp"]["created"]).replace(tzinfo=None))
    _add(database, "conversations", item, created=created)
    for listing, items in parts.items():
        for each in items:
            _add(database, listing, each, item["id"])


def _add(database: sqlite3.Connection, listing: str, item: dict[str, Any], parent: str = "", created: str = "") -> None:
    number = item["id"] if listing == "events" else None
    row = (str(item["id"]), parent, number, item.get("type"), created or None, json.dumps(item))
    database.execute(f"INSERT INTO {listing} ({', '.join(COLUMNS[1:])}) VALUES (?, ?, ?, ?, ?, ?)", row)  # noqa: S608


def _exists(conversation: str) -> bool:
    database = sqlite3.connect(FILE)
    try:
        return bool(database.execute("SELECT 1 FROM conversations WHERE id = ?", (conversation,)).fetchone())
    finally:
        database.close()


def _write(rate: float, written: Callable[[datetime], str]) -> None:
    """Add users, conversations, members and events by turns, so many a second, for two minutes."""
    database = sqlite3.connect(FILE, isolation_level=None)
    busy = "SELECT conversation FROM events GROUP BY conversation ORDER BY count(*) DESC LIMIT 4"
    conversations = [name for (name,) in database.execute(busy)]
    for turn in range(int(rate * WRITING)):
        time.sleep(1 / rate)
        now = datetime.now(UTC).replace(tzinfo=None)
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        shown = f"{now.isoformat(timespec='milliseconds')}Z"
        parent, name = conversations[turn // 4 % len(conversations)], f"{turn:012d}"
        if turn % 4 == 0:
            _add(database, "users", {"id": f"USR-{name}", "name": f"new-{name}"})
        elif turn % 4 == 1:
            item = {"id": f"CON-{name}", "name": f"new-{name}", "timestamp": {"created": shown}}
            _add(database, "conversations", item, created=written(now))
        elif turn % 4 == 2:
            user = {"user_id": f"USR-{turn - 2:012d}", "name": f"new-{turn - 2:012d}", "state": "JOINED"}
            _add(database, "members", {"id": f"MEM-{name}", **user}, parent)
        else:
            last = "SELECT max(number) FROM events WHERE conversation = ?"
            (number,) = database.execute(last, (parent,)).fetchone()
            event = {"id": number + 1, "type": "text", "timestamp": shown, "body": {"text": "Hello"}}
            _add(database, "events", event, parent)


# The server.


def listening() -> socket.socket:
    """A socket on a free port of this machine; its address is printed, for whoever started the adapter."""
    listener = socket.socket(proto=socket.IPPROTO_TCP)  # named, so that asyncio does not wait with small answers
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    sys.stdout.write(f"http://127.0.0.1:{listener.getsockname()[1]}/{ROOT}\n")
    sys.stdout.flush()
    return listener


def serve(application: Any) -> None:
    """Serve a WSGI application until the process is ended."""
    from waitress import serve as forever

    def answer(environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
        body = application(environ, start)
        if environ["REQUEST_METHOD"] != "HEAD":
            return body  # type: ignore[no-any-return]
        getattr(body, "close", str)()
        return []  # Django leaves it to the server to send no body here, and waitress to the application

    forever(answer, sockets=[listening()], threads=8)
