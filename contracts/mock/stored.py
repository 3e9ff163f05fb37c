"""The API over the data of a file instead of data that are worked out."""

# ruff: noqa: D102 - the steps are those of the classes below, over stored items

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from contracts.mock.api import Api
from contracts.mock.datafile import WHOLE_ONLY, load
from contracts.mock.happenings import DOCUMENTED
from contracts.mock.instants import Instant, read_instant
from contracts.mock.items import Json
from contracts.mock.settings import Settings


class Stored(Api):
    """Serves a file. Faults and oddities go on top of it as they go on top of the data that are worked out."""

    conversation_form = re.compile("CON-.+")

    def __init__(self, settings: Settings) -> None:
        assert settings.data is not None
        data = load(settings.data)
        self.stored, self.users = data.conversations, data.users
        self.times = [one.created for one in self.stored]
        self.numbers = [[cast("int", event["id"]) for event in one.events] for one in self.stored]
        self.conversation_places = {one.item["id"]: place for place, one in enumerate(self.stored)}
        self.user_places = {user["id"]: place for place, user in enumerate(self.users)}
        self.member_places = [{each["id"]: place for place, each in enumerate(one.members)} for one in self.stored]
        super().__init__(replace(settings, conversations=len(self.stored), users=len(self.users)))

    # Counts and times.

    def conversation_count(self) -> int:
        return len(self.stored)

    def user_count(self) -> int:
        return len(self.users)

    def first_members(self, conversation: int) -> int:
        return len(self.stored[conversation].members)

    def first_events(self, conversation: int) -> int:
        return len(self.stored[conversation].events)

    def created(self, conversation: int) -> int:
        return self.times[conversation]

    def created_before(self, milliseconds: int) -> int:
        return bisect_left(self.times, milliseconds)

    def event_time(self, conversation: int, event: int) -> int:
        found = read_instant(str(self.stored[conversation].events[event]["timestamp"]))
        return cast("Instant", found).milliseconds

    # Ids and names.

    def conversation_id(self, conversation: int) -> str:
        return str(self.stored[conversation].item["id"])

    def conversation_of(self, text: str) -> int | None:
        return self.conversation_places.get(text)

    def conversation_name(self, conversation: int) -> str:
        return str(self.stored[conversation].item["name"])

    def user_id(self, user: int) -> str:
        return str(self.users[user]["id"])

    def user_of(self, text: str) -> int | None:
        return self.user_places.get(text)

    def user_name(self, user: int) -> str:
        return str(self.users[user]["name"])

    def member_id(self, conversation: int, member: int) -> str:
        return str(self.stored[conversation].members[member]["id"])

    def member_of(self, conversation: int, text: str) -> int | None:
        return self.member_places[conversation].get(text)

    def member_user(self, conversation: int, member: int) -> int:
        return self.user_places[self.stored[conversation].members[member]["user_id"]]

    def has_joined(self, conversation: int, member: int) -> bool:
        return self.stored[conversation].members[member]["state"] == "JOINED"

    def event_id(self, conversation: int, event: int) -> int:
        return self.numbers[conversation][event]

    def events_before(self, conversation: int, number: int) -> int:
        return bisect_left(self.numbers[conversation], number)

    def event_type(self, conversation: int, event: int) -> str:
        return str(self.stored[conversation].events[event]["type"])

    def event_kind(self, conversation: int, event: int) -> str:
        kind = str(self.stored[conversation].events[event]["type"])
        return kind if kind in DOCUMENTED else "custom"

    def events_of_type(self, conversation: int, kind: str, low: int, high: int) -> Sequence[int]:
        events = self.stored[conversation].events
        return [event for event in range(low, high) if events[event]["type"] == kind]

    def sender(self, conversation: int, event: int, kind: str) -> str | None:  # noqa: ARG002 - as it is overridden
        return cast("str | None", self.stored[conversation].events[event].get("from"))

    def concerned(self, conversation: int, event: int) -> int:
        body = self.stored[conversation].events[event].get("body")
        named = body.get("id") if isinstance(body, dict) else None
        return self.member_places[conversation].get(named, 0)

    # Items.

    def conversation_item(self, conversation: int, root: str) -> Json:
        identity = self.conversation_id(conversation)
        link = self.self_link(f"{root}/conversations/{identity}")
        return {**self.stored[conversation].item, "id": identity, "_links": link}

    def user_item(self, user: int, root: str) -> Json:
        identity = self.user_id(user)
        return {**self.users[user], "id": identity, "_links": self.self_link(f"{root}/users/{identity}")}

    def member_item(self, conversation: int, member: int, root: str) -> Json:
        item = self.whole_member(conversation, member, root)
        return {name: value for name, value in item.items() if name not in WHOLE_ONLY}

    def whole_member(self, conversation: int, member: int, root: str) -> Json:
        identity = self.member_id(conversation, member)
        home = f"{root}/conversations/{self.conversation_id(conversation)}"
        link = self.self_link(f"{home}/members/{identity}")
        return {**self.stored[conversation].members[member], "id": identity, "_links": link}

    def event_item(self, conversation: int, event: int, root: str) -> Json:
        stored = self.stored[conversation].events[event]
        number, home = self.event_id(conversation, event), f"{root}/conversations/{self.conversation_id(conversation)}"
        item = {**stored, "id": number, "type": self.event_type(conversation, event)}
        if "body" in stored:
            item["body"] = self.event_body(conversation, event, root)
        if "conversation_id" in stored:
            item["conversation_id"] = self.conversation_id(conversation)
        return item | {"_links": self.self_link(f"{home}/events/{number}")}

    def event_body(self, conversation: int, event: int, root: str) -> Json:
        """The body as it is stored; that of a member with the link that a member has."""
        stored = self.stored[conversation].events[event]
        body = cast("Json", stored["body"])
        if not str(stored["type"]).startswith("member:") or "_links" in body or "id" not in body:
            return body
        home = f"{root}/conversations/{self.conversation_id(conversation)}"
        return {**body, "_links": self.self_link(f"{home}/members/{body['id']}")}
