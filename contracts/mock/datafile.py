"""Data written by hand: a file of users and conversations, each with its members and events, checked before it is served.

The links of items are not written; the mock knows them. Whatever is wrong is said with the line where it stands.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any, cast

import orjson
import yaml

from contracts.description import CONVERSATION, JsonLoader, check_depth, check_yaml, problems
from contracts.mock.instants import Instant, read_instant
from contracts.mock.items import Json
from contracts.paging.pointers import tokens

PARTS = ("members", "events")
WHOLE_ONLY = ("timestamp", "channel", "initiator", "media")
"""What only a single member shows, and the listing does not."""

_MEMBER = "/components/schemas/member"
_SAFE_ID = re.compile("[A-Za-z0-9._~-]{1,200}")
_LINK = {"self": {"href": "http://api.example/v0.2/x"}}
_LARGEST = 2**63


class DataError(ValueError):
    """A file of data that cannot be served: the file, the line from 1 (0 where there is none), and why."""

    def __init__(self, file: str, line: int, why: str, more: int = 0) -> None:
        self.file, self.line, self.why, self.more = file, line, why, more
        others = f" (and {more} more)" if more else ""
        super().__init__(f"{file}{f':{line}' if line else ''}: {' '.join(why.split())}{others}")


@dataclass(frozen=True)
class Conversation:
    """A conversation with its members, and its events in order of their ids."""

    item: Json
    created: int
    members: Sequence[Json]
    events: Sequence[Json]


@dataclass(frozen=True)
class Data:
    """Everything of a file; the conversations in order of their creation."""

    users: Sequence[Json]
    conversations: Sequence[Conversation]


def _loader() -> type[yaml.SafeLoader]:
    """A YAML loader that gives nothing but JSON, as `JsonLoader` does, and is fast where libyaml is there."""
    fast: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return type("DataLoader", (fast,), {"yaml_implicit_resolvers": JsonLoader.yaml_implicit_resolvers})


_LOADER = _loader()


@dataclass(frozen=True)
class _Fault:
    path: tuple[str | int, ...]
    why: str

    def __str__(self) -> str:
        return f"{'/'.join(map(str, self.path)) or 'the top'}: {self.why}"


def load(file: str) -> Data:
    """Read and check a file; `DataError` where it cannot be served."""
    try:
        text = Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(file, 0, error.strerror or "cannot be read") from None
    except UnicodeDecodeError:
        raise DataError(file, 0, "is not UTF-8") from None
    value = _parsed(file, text)
    faults = list(_faults(value))
    if faults:
        raise DataError(file, _line(text, faults[0].path), str(faults[0]), len(faults) - 1)
    return _data(value)


def _parsed(file: str, text: str) -> Any:  # noqa: ANN401 - whatever stands there
    if file.endswith(".json"):
        try:
            value = orjson.loads(text)
            check_depth(value)
        except orjson.JSONDecodeError as error:
            raise DataError(file, error.lineno, error.msg) from None
        except ValueError as error:
            raise DataError(file, 0, str(error)) from None
        return value
    try:
        check_yaml(text, _LOADER)
        return yaml.load(text, Loader=_LOADER)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise DataError(file, mark.line + 1 if mark else 0, error.problem or "is no YAML") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise DataError(file, 0, str(error) or "is no YAML") from None


def _line(text: str, path: Sequence[str | int]) -> int:
    """The line on which a place of the document begins, or the nearest around it that is there."""
    try:
        node = yaml.compose(text.replace("\t", " "), Loader=_LOADER)
    except yaml.YAMLError:
        return 0
    line = node.start_mark.line if node else 0
    for step in path:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == step), None)
            line, node = (found[0].start_mark.line, found[1]) if found else (line, None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line
    return int(line) + 1


# What may be wrong.


def _faults(value: object) -> Iterator[_Fault]:
    if not isinstance(value, dict) or set(value) - {"users", "conversations"}:
        yield _Fault((), "a mapping with `users` and `conversations`, and nothing else")
        return
    for name in ("users", "conversations"):
        if not isinstance(value.get(name, []), list):
            yield _Fault((name,), "a list")
            return
    users, conversations = value.get("users", []), value.get("conversations", [])
    yield from _of_items("users", (), users, "users")
    yield from _of_items("conversations", (), conversations, "conversations")
    yield from _twice(("conversations",), conversations, "name")
    names = {user.get("id") for user in users if isinstance(user, dict)}
    for place, one in enumerate(conversations):
        if isinstance(one, dict):
            yield from _inside(("conversations", place), one, names)
    yield from _twice_anywhere(conversations)


def _inside(path: tuple[str | int, ...], one: Json, users: set[object]) -> Iterator[_Fault]:
    for name in PARTS:
        if not isinstance(one.get(name, []), list):
            yield _Fault((*path, name), "a list")
            return
    members, events = (cast("list[Any]", one.get(name, [])) for name in PARTS)
    yield from _of_items("members", path, members, "members")
    yield from _of_items("events", path, events, "events")
    for place, each in enumerate(members):
        if isinstance(each, dict) and each.get("user_id") not in users:
            yield _Fault((*path, "members", place, "user_id"), f"{each.get('user_id')!r} is no user of this file")
    for place, each in enumerate(events):
        named = each.get("conversation_id") if isinstance(each, dict) else None
        if named not in (None, one.get("id")):
            yield _Fault((*path, "events", place, "conversation_id"), f"{named!r} is another conversation")


def _of_items(listing: str, path: tuple[str | int, ...], items: list[Any], name: str) -> Iterator[_Fault]:
    for place, each in enumerate(items):
        at = (*path, name, place)
        if not isinstance(each, dict):
            yield _Fault(at, "a mapping")
            continue
        for steps, why in _of_item(listing, {key: value for key, value in each.items() if key not in _parts(listing)}):
            yield _Fault((*at, *steps), why)
    yield from _twice((*path, name), items, "id")


def _parts(listing: str) -> tuple[str, ...]:
    return PARTS if listing == "conversations" else ()


def _of_item(listing: str, item: Json) -> Iterator[tuple[tuple[str | int, ...], str]]:
    whole = item | {"_links": _LINK}
    judges = [CONVERSATION.item_validator(listing, whole)]
    judges += [CONVERSATION.validator(_MEMBER)] if listing == "members" else []
    for problem in dict.fromkeys(found for judge in judges for found in problems(judge, whole)):
        yield _steps(problem.pointer), problem.message
    if "_links" in item:
        yield ("_links",), "the mock writes the links of an item itself"
    identity, least = item.get("id"), 0 if listing == "events" else None
    if least is None and isinstance(identity, str) and not _SAFE_ID.fullmatch(identity):
        yield ("id",), "an id that stands in an address as it is: letters, digits and . _ ~ -"
    if least is not None and isinstance(identity, int) and not least <= identity < 10**18:
        yield ("id",), "an id from 0 to 10^18"
    yield from (((*steps,), why) for steps, why in _unwritable(item))
    created = item.get("timestamp")
    if listing == "conversations" and isinstance(created, dict):
        instant = read_instant(str(created.get("created")))
        if instant is not None and instant.more:
            yield ("timestamp", "created"), "finer than a millisecond, which the mock does not keep"


def _steps(pointer: str) -> tuple[str | int, ...]:
    return tuple(int(token) if token.isdecimal() else token for token in tokens(pointer))


def _unwritable(value: object, steps: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What JSON cannot say: names that are no text, numbers without end, halves of characters."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(name, str):
                yield from _unwritable(inner, (*steps, name))
            else:
                yield steps, f"the name {name!r} is no text"
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _unwritable(inner, (*steps, place))
    else:
        try:
            bad = isinstance(value, float) and value - value != 0
            orjson.dumps(value)
        except (TypeError, ValueError):
            bad = True
        if bad:
            yield steps, f"{str(value)[:40]!r} is nothing that JSON can say"


def _twice(path: tuple[str | int, ...], items: Sequence[Any], name: str) -> Iterator[_Fault]:
    seen = set()
    for place, item in enumerate(items):
        found = item.get(name) if isinstance(item, dict) else None
        if isinstance(found, str | int):
            if found in seen:
                yield _Fault((*path, place, name), f"{found!r} is there already")
            seen.add(found)


def _twice_anywhere(conversations: Sequence[Any]) -> Iterator[_Fault]:
    """A member belongs to one conversation."""
    seen: dict[object, int] = {}
    for place, one in enumerate(conversations):
        members = one.get("members", []) if isinstance(one, dict) else []
        for nth, member in enumerate(members if isinstance(members, list) else []):
            found = member.get("id") if isinstance(member, dict) else None
            if isinstance(found, str) and seen.setdefault(found, place) != place:
                yield _Fault(("conversations", place, "members", nth, "id"), f"{found!r} is in another conversation")


# What is right.


def _data(value: Any) -> Data:  # noqa: ANN401 - it has been checked
    conversations = [_conversation(one) for one in value.get("conversations", [])]
    return Data(value.get("users", []), sorted(conversations, key=lambda one: one.created))


def _conversation(one: Any) -> Conversation:  # noqa: ANN401 - it has been checked
    item = {name: part for name, part in one.items() if name not in PARTS}
    created = cast("Instant", read_instant(item["timestamp"]["created"]))
    events = sorted(one.get("events", []), key=itemgetter("id"))
    return Conversation(item, created.milliseconds, one.get("members", []), events)
