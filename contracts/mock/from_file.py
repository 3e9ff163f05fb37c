"""The API over the data of a file; what is written while it runs is worked out, as it is everywhere, and comes behind them."""

# ruff: noqa: D102 - the steps are those of the classes below, over stored items

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import orjson

from contracts.mock.api import Api
from contracts.mock.datafile import WHOLE_ONLY, load
from contracts.mock.event_data import DOCUMENTED
from contracts.mock.instants import Instant, read_instant
from contracts.mock.items import Json
from contracts.mock.journal import Journal
from contracts.mock.settings import Settings

_BUSY = 4  # conversations that are written to: the first with members, so that somebody is there to send


class Stored(Api):
    """Serves a file. Faults and oddities go on top of it as they go on top of the data that are worked out."""

    conversation_form = re.compile("CON-.+")

    def __init__(self, settings: Settings) -> None:
        assert settings.data is not None
        data = load(settings.data)
        self.stored, self.users = data.conversations, data.users
        self.times = [one.created for one in self.stored]
        self.numbers = [[cast("int", event["id"]) for event in one.events] for one in self.stored]
        self.names = {one.item["name"] for one in self.stored}
        self.conversation_places = {one.item["id"]: place for place, one in enumerate(self.stored)}
        self.user_places = {user["id"]: place for place, user in enumerate(self.users)}
        self.member_places = [{each["id"]: place for place, each in enumerate(one.members)} for one in self.stored]
        super().__init__(replace(settings, conversations=len(self.stored), users=len(self.users)))
        peopled = [place for place, one in enumerate(self.stored) if one.members][:_BUSY]
        self.journal = Journal(settings.writes_per_second, max(self.journal.started, self._newest()), peopled)

    def _newest(self) -> int:
        """The latest instant of the file, behind which writing begins."""
        events = (self.event_time(place, len(one.events) - 1) for place, one in enumerate(self.stored) if one.events)
        return max((*self.times, *events), default=0)

    def _is_stored(self, conversation: int) -> bool:
        return conversation < len(self.stored)

    def _member(self, conversation: int, member: int) -> Json | None:
        """A member as the file has it; None for one that was written since."""
        members = self.stored[conversation].members if self._is_stored(conversation) else ()
        return members[member] if member < len(members) else None

    def _event(self, conversation: int, event: int) -> Json | None:
        """An event as the file has it; None for one that was written since."""
        events = self.stored[conversation].events if self._is_stored(conversation) else ()
        return events[event] if event < len(events) else None

    # Counts and times.

    def first_members(self, conversation: int) -> int:
        return len(self.stored[conversation].members) if self._is_stored(conversation) else 0

    def first_events(self, conversation: int) -> int:
        return len(self.stored[conversation].events) if self._is_stored(conversation) else 0

    def created(self, conversation: int) -> int:
        return self.times[conversation] if self._is_stored(conversation) else super().created(conversation)

    def created_before(self, milliseconds: int) -> int:
        return bisect_left(range(self.conversation_count()), milliseconds, key=self.created)

    def event_time(self, conversation: int, event: int) -> int:
        stored = self._event(conversation, event)
        if stored is None:
            return super().event_time(conversation, event)
        return cast("Instant", read_instant(str(stored["timestamp"]))).milliseconds

    # Ids and names.

    def conversation_id(self, conversation: int) -> str:
        if not self._is_stored(conversation):
            return super().conversation_id(conversation)
        return str(self.stored[conversation].item["id"])

    def conversation_of(self, text: str) -> int | None:
        return _written(self.conversation_places.get(text), super().conversation_of(text), len(self.stored))

    def conversation_name(self, conversation: int) -> str:
        if self._is_stored(conversation):
            return str(self.stored[conversation].item["name"])
        name = super().conversation_name(conversation)
        while name in self.names:
            name += "-again"
        return name

    def user_id(self, user: int) -> str:
        return str(self.users[user]["id"]) if user < len(self.users) else super().user_id(user)

    def user_of(self, text: str) -> int | None:
        return _written(self.user_places.get(text), super().user_of(text), len(self.users))

    def user_name(self, user: int) -> str:
        return str(self.users[user]["name"]) if user < len(self.users) else super().user_name(user)

    def member_id(self, conversation: int, member: int) -> str:
        stored = self._member(conversation, member)
        return super().member_id(conversation, member) if stored is None else str(stored["id"])

    def member_of(self, conversation: int, text: str) -> int | None:
        known = self.member_places[conversation].get(text) if self._is_stored(conversation) else None
        return _written(known, super().member_of(conversation, text), self.first_members(conversation))

    def member_user(self, conversation: int, member: int) -> int:
        stored = self._member(conversation, member)
        return super().member_user(conversation, member) if stored is None else self.user_places[stored["user_id"]]

    def has_joined(self, conversation: int, member: int) -> bool:
        stored = self._member(conversation, member)
        return stored is not None and stored["state"] == "JOINED"

    def event_id(self, conversation: int, event: int) -> int:
        if self._event(conversation, event) is not None:
            return self.numbers[conversation][event]
        return self._last_number(conversation) + 1 + event - self.first_events(conversation)

    def events_before(self, conversation: int, number: int) -> int:
        count = self.event_count(conversation)
        return bisect_left(range(count), number, key=lambda event: self.event_id(conversation, event))

    def _last_number(self, conversation: int) -> int:
        numbers = self.numbers[conversation] if self._is_stored(conversation) else ()
        return numbers[-1] if numbers else 0

    def event_type(self, conversation: int, event: int) -> str:
        stored = self._event(conversation, event)
        return super().event_type(conversation, event) if stored is None else str(stored["type"])

    def event_kind(self, conversation: int, event: int) -> str:
        stored = self._event(conversation, event)
        if stored is None:
            return super().event_kind(conversation, event)
        kind = str(stored["type"])
        return kind if kind in DOCUMENTED else "custom"

    def events_of_type(self, conversation: int, kind: str, low: int, high: int) -> Sequence[int]:
        return [event for event in range(low, high) if self.event_type(conversation, event) == kind]

    def sender(self, conversation: int, event: int, kind: str) -> str | None:
        stored = self._event(conversation, event)
        return super().sender(conversation, event, kind) if stored is None else cast("str | None", stored.get("from"))

    def concerned(self, conversation: int, event: int) -> int:
        stored = self._event(conversation, event)
        if stored is None:
            return super().concerned(conversation, event)
        body = stored.get("body")
        named = body.get("id") if isinstance(body, dict) else None
        return self.member_places[conversation].get(named, 0)

    # Items.

    def conversation_text(self, conversation: int, root: str) -> bytes:
        if not self._is_stored(conversation):
            name = self.conversation_name(conversation)
            return orjson.dumps(orjson.loads(super().conversation_text(conversation, root)) | {"name": name})
        identity = self.conversation_id(conversation)
        link = self.self_link(f"{root}/conversations/{identity}")
        return orjson.dumps({**self.stored[conversation].item, "id": identity, "_links": link})

    def user_item(self, user: int, root: str) -> Json:
        if user >= len(self.users):
            return super().user_item(user, root)
        identity = self.user_id(user)
        return {**self.users[user], "id": identity, "_links": self.self_link(f"{root}/users/{identity}")}

    def member_item(self, conversation: int, member: int, root: str) -> Json:
        if self._member(conversation, member) is None:
            return super().member_item(conversation, member, root)
        item = self.whole_member(conversation, member, root)
        return {name: value for name, value in item.items() if name not in WHOLE_ONLY}

    def whole_member(self, conversation: int, member: int, root: str) -> Json:
        stored = self._member(conversation, member)
        if stored is None:
            return super().whole_member(conversation, member, root)
        identity = self.member_id(conversation, member)
        home = f"{root}/conversations/{self.conversation_id(conversation)}"
        return {**stored, "id": identity, "_links": self.self_link(f"{home}/members/{identity}")}

    def event_item(self, conversation: int, event: int, root: str) -> Json:
        stored = self._event(conversation, event)
        if stored is None:
            return super().event_item(conversation, event, root)
        number, home = self.event_id(conversation, event), f"{root}/conversations/{self.conversation_id(conversation)}"
        item = {**stored, "id": number, "type": self.event_type(conversation, event)}
        if "body" in stored:
            item["body"] = self.event_body(conversation, event, root)
        if "conversation_id" in stored:
            item["conversation_id"] = self.conversation_id(conversation)
        return item | {"_links": self.self_link(f"{home}/events/{number}")}

    def event_body(self, conversation: int, event: int, root: str) -> Json:
        """The body as it is stored; that of a member with the link that a member has."""
        stored = self._event(conversation, event)
        if stored is None:
            return super().event_body(conversation, event, root)
        body = cast("Json", stored["body"])
        if not str(stored["type"]).startswith("member:") or "_links" in body or "id" not in body:
            return body
        home = f"{root}/conversations/{self.conversation_id(conversation)}"
        return {**body, "_links": self.self_link(f"{home}/members/{body['id']}")}


def _written(stored: int | None, worked_out: int | None, first: int) -> int | None:
    """The place that an id names: in the file, or behind its end, where ids are worked out."""
    if stored is not None or worked_out is None or worked_out < first:
        return stored
    return worked_out
