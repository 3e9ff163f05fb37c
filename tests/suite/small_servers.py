"""Small servers as people write them first: four listings without filters, and one more thing wrong in each."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

BASE_PATH = "/v0.2"
SIZE = 10
Reply = tuple[int, str, bytes]
"""Status, content type and body."""


def problem(status: int, title: str) -> Reply:
    """A refusal in JSON."""
    return status, "application/json", json.dumps({"type": "about:blank", "title": title, "code": title}).encode()


def html(status: int, title: str) -> Reply:
    """A page for people, as a proxy or a web application gives it."""
    return status, "text/html; charset=utf-8", f"<!doctype html><title>{title}</title><h1>{title}</h1>".encode()


def _user(number: int) -> dict[str, Any]:
    return {"id": f"USR-{number:04}", "name": f"user-{number}", "display_name": f"User {number}"}


def _linked(item: dict[str, Any], url: str) -> dict[str, Any]:
    return {**item, "_links": {"self": {"href": f"{url}/{item['id']}"}}}


def _conversation(number: int) -> dict[str, Any]:
    created = f"2024-01-{1 + number // 24:02}T{number % 24:02}:00:00.000Z"
    return {
        "id": f"CON-{number:04}",
        "name": f"conversation-{number}",
        "display_name": f"Conversation {number}",
        "timestamp": {"created": created},
    }


def _member(conversation: str, number: int) -> dict[str, Any]:
    return {
        "id": f"MEM-{conversation[4:]}-{number}",
        "state": "JOINED",
        "user_id": f"USR-{number:04}",
        "_embedded": {"user": {"id": f"USR-{number:04}", "name": f"user-{number}"}},
    }


def _event(conversation: str, number: int) -> dict[str, Any]:
    return {"id": number, "type": "text", "from": f"MEM-{conversation[4:]}-1", "body": {"text": f"text {number}"},
            "timestamp": f"2024-02-01T00:00:{number % 60:02}.000Z"}  # fmt: skip


@dataclass(frozen=True)
class Small:
    """A server over 33 conversations and users, five members and 25 events each.

    Attributes:
        step: how far `next` goes on from a page, in items, by the page's size: what is not the size loses or doubles.
        prev: whether pages have the link prev.
        answers: what comes instead of anything else, by the listing's name; by "" for every path.
    """

    step: Callable[[int], int] = int
    prev: bool = True
    answers: Mapping[str, Reply] = field(default_factory=dict)

    def reply(self, origin: str, target: str) -> Reply:
        """The answer to a GET."""
        url = urlsplit(target)
        parts = url.path.removeprefix(BASE_PATH).strip("/").split("/")
        name = parts[2] if len(parts) > 2 else parts[0]
        if found := self.answers.get(name, self.answers.get("")):
            return found
        items = self._items(parts)
        if items is None or not url.path.startswith(BASE_PATH):
            return problem(404, "not-found")
        if isinstance(items, dict):
            return 200, "application/json", json.dumps(items).encode()
        asked = {key: values[-1] for key, values in parse_qs(url.query, keep_blank_values=True).items()}
        return self._page(f"{origin}{url.path}", name, items, asked)

    def _items(self, parts: list[str]) -> list[dict[str, Any]] | dict[str, Any] | None:
        """All items of a listing, one item, or None for neither."""
        listings: dict[str, list[dict[str, Any]]] = {
            "conversations": [_conversation(number) for number in range(33)],
            "users": [_user(number) for number in range(33)],
        }
        if len(parts) == 1:
            return listings.get(parts[0])
        one = next((item for item in listings.get(parts[0], ()) if item["id"] == parts[1]), None)
        if one is None or len(parts) == 2:
            return one
        inside = {"members": [_member(parts[1], number) for number in range(1, 6)],
                  "events": [_event(parts[1], number) for number in range(1, 26)]}.get(parts[2])  # fmt: skip
        if inside is None or len(parts) == 3:
            return inside
        return next((item for item in inside if str(item["id"]) == parts[3]), None)

    def _page(self, path: str, name: str, items: list[dict[str, Any]], asked: Mapping[str, str]) -> Reply:
        try:
            size, at = int(asked.get("page_size", SIZE)), int(asked.get("cursor") or 0)
        except ValueError:
            return problem(400, "bad-request")
        if not 0 < size <= 100 or at < 0 or asked.get("order", "asc") not in ("asc", "desc"):
            return problem(400, "bad-request")
        rows = items[::-1] if asked.get("order") == "desc" else items

        def link(cursor: int) -> dict[str, str]:
            return {"href": f"{path}?{urlencode({**asked, 'page_size': size, 'cursor': cursor})}"}

        links = {"first": {"href": f"{path}?{urlencode({**asked, 'page_size': size, 'cursor': 0})}"}, "self": link(at)}
        if at + size < len(rows):
            links["next"] = link(at + self.step(size))
        if self.prev and at:
            links["prev"] = link(max(0, at - size))
        body = {
            "page_size": size,
            "_embedded": {"data": {name: [_linked(row, path) for row in rows[at : at + size]]}},
            "_links": links,
        }
        return 200, "application/json", json.dumps(body).encode()


@contextmanager
def serving(small: Small) -> Iterator[str]:
    """A small server on a free port; its base URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65536  # one packet an answer: two wait for each other

        def do_GET(self) -> None:
            self._send(small.reply(f"http://{self.headers['Host']}", self.path))

        def _refuse(self) -> None:
            self._send(problem(405, "method-not-allowed"))

        do_POST = do_PUT = do_PATCH = do_DELETE = do_TRACE = do_OPTIONS = do_HEAD = _refuse  # noqa: N815 - names of http.server

        def _send(self, reply: Reply) -> None:
            status, kind, body = reply
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}{BASE_PATH}"
        server.shutdown()


NOT_FOUND = problem(404, "not-found")
OFFSET = Small(step=lambda size: size + 1, prev=False, answers={"members": NOT_FOUND, "events": NOT_FOUND})
"""Two routes missing, paging by offset that loses an item at every step, and no prev."""
REFUSING_EVERYTHING = Small(answers={"": problem(401, "unauthorized")})
REFUSING_MEMBERS = Small(answers={"members": problem(403, "forbidden")})
REFUSING_USERS = Small(answers={"users": problem(403, "forbidden")})
WRONG_BASE = Small(answers={"": html(404, "Not found")})
ANY_PATH = Small(answers={"": html(200, "The app")})
FAILING = Small(answers={"users": problem(500, "internal")})
