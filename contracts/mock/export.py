"""Writes files of data: from this mock, or from an API that is read with the suite's own walks."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import orjson

from contracts.crawl.crawler import Crawler
from contracts.description import dump
from contracts.mock import Api, queries
from contracts.mock.datafile import PARTS, load
from contracts.mock.items import Json
from contracts.paging.listings import CONVERSATIONS, EVENTS, MEMBERS, USERS, Scope, member
from contracts.paging.queries import ASCENDING
from contracts.transport import Target, TargetError

_PAGES = 10**7
_OK = 200


class UnreadableError(Exception):
    """A listing could not be read to its end."""


# From this mock.


def document(api: Api) -> Json:
    """Everything that a mock serves, as a file of data has it."""
    return {
        "users": [bare(api.user_item(one, "")) for one in range(api.user_count())],
        "conversations": [_conversation(api, one) for one in range(api.conversation_count())],
    }


def _conversation(api: Api, one: int) -> Json:
    members = [bare(api.whole_member(one, each, "")) for each in range(api.member_count(one))]
    events = [_event(api.event_item(one, each, "")) for each in range(api.event_count(one))]
    item = orjson.loads(api.single(queries.CONVERSATIONS, -1, one, ""))
    return {**bare(item), **dict(zip(PARTS, (members, events), strict=True))}


def bare(item: Any) -> Json:  # noqa: ANN401 - whatever an API gives
    """An item without its links, which the mock knows."""
    return {name: value for name, value in item.items() if name != "_links"}


def _event(item: Any) -> Json:  # noqa: ANN401 - likewise
    """An event without links; the body of a member loses the link that every member has, and no other."""
    event = bare(item)
    body = event.get("body")
    href = str(member(body, "_links", "self", "href"))
    if str(event.get("type")).startswith("member:") and href.endswith(f"/members/{member(body, 'id')}"):
        event["body"] = bare(body)
    return event


# From an API.


def read(base_url: str, token: str | None) -> Json:
    """Everything that an API serves, as a file of data has it; without the token, wherever it stands."""
    target = Target(base_url, token)
    reader = Crawler(target.base_url, target.send, page_limit=_PAGES)
    try:
        found: Json = {
            "users": [bare(item) for item in _items(reader, Scope(USERS))],
            "conversations": [_read_one(reader, item) for item in _items(reader, Scope(CONVERSATIONS))],
        }
    except TargetError as error:
        error.url, error.cause = target.redact(error.url), target.redact(error.cause)
        raise
    except UnreadableError as error:
        raise UnreadableError(target.redact(str(error))) from None
    return cast("Json", _redacted(found, target)) if token else found


def _read_one(reader: Crawler, item: Json) -> Json:
    name = str(item.get("id"))
    members = [_alone(reader, each) for each in _items(reader, Scope(MEMBERS, name))]
    events = [_event(each) for each in _items(reader, Scope(EVENTS, name))]
    return {**bare(item), **dict(zip(PARTS, (members, events), strict=True))}


def _items(reader: Crawler, scope: Scope) -> Iterator[Json]:
    walk = reader.walk(scope, ASCENDING)
    if not walk.complete:
        why = walk.broken.flaw if walk.broken else walk.foreign or walk.cycle or f"more than {walk.limit} pages"
        raise UnreadableError(f"{scope} cannot be read to its end: {why}")
    for item in walk.items:
        if not isinstance(item, dict):
            raise UnreadableError(f"{scope} holds something that is no object")
        yield item


def _alone(reader: Crawler, item: Json) -> Json:
    """A member as its own address shows it, where that is served; else as the listing does."""
    href = member(item, "_links", "self", "href")
    if isinstance(href, str) and reader.may_follow(href):
        exchange = reader.send("GET", href)
        if exchange.status == _OK and member(exchange.json, "id") == item.get("id"):
            return bare(exchange.json)
    return bare(item)


def _redacted(value: object, target: Target) -> object:
    if isinstance(value, dict):
        return {target.redact(str(name)): _redacted(inner, target) for name, inner in value.items()}
    if isinstance(value, list):
        return [_redacted(inner, target) for inner in value]
    return target.redact(value) if isinstance(value, str) else value


# Into a file.


def save(found: Json, file: str | None) -> None:
    """Write a file of data, JSON where its name says so and YAML otherwise; to standard output without a name."""
    if file is None:
        sys.stdout.write(dump(found, json=False, printed=True))
        return
    Path(file).write_text(dump(found, json=file.endswith(".json")), encoding="utf-8")
    load(file)  # whoever is given a file that cannot be served should know it now
