"""Oddities of the data: how much there is, of what kind, in what order."""

# ruff: noqa: D102 - the class says what its steps do, and its numbers are part of it

import re
from collections.abc import Sequence
from dataclasses import replace
from string import ascii_letters, digits

import orjson

from contracts.mock.api import Api
from contracts.mock.base_data import BEGIN
from contracts.mock.errors import bad_request
from contracts.mock.helpers import Rearranged, Reworked
from contracts.mock.ids import MASK, mix, unmix
from contracts.mock.instants import HOUR
from contracts.mock.items import Json
from contracts.mock.queries import MEMBERS, USERS, Listing, Query
from contracts.mock.registry import oddity
from contracts.mock.settings import Settings

_DIGITS = digits + ascii_letters
_LENGTH = 20
_CHECK = 54  # bits that tell an id from other text of its form


@oddity()
class EmptyApi(Api):
    """There is nothing: no users, no conversations."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(replace(settings, conversations=0, users=0))


@oddity()
class TinyApi(Api):
    """There are three users and two conversations, one of them empty."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(replace(settings, conversations=2, users=3))

    def first_events(self, conversation: int) -> int:
        return min(5, super().first_events(conversation))


@oddity()
class OneOfEach(Api):
    """There are one user, one conversation, one member and one event."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(replace(settings, conversations=1, users=1))

    def first_events(self, conversation: int) -> int:
        return min(1, super().first_events(conversation))


@oddity()
class FullLastPages(Api):
    """Every listing holds an exact multiple of ten, so that last pages of ten are full."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(replace(settings, conversations=60, users=40))

    def first_members(self, conversation: int) -> int:
        return super().first_members(conversation) // 10 * 10

    def first_events(self, conversation: int) -> int:
        return super().first_events(conversation) // 10 * 10


@oddity()
class UsersByName(Rearranged):
    """Users come in order of their names, and under `desc` the other way round."""

    def rows(self, query: Query) -> Sequence[int]:
        rows = super().rows(query)
        return sorted(rows, key=self.user_name) if query.listing is USERS else rows


@oddity()
class MembersById(Rearranged):
    """Members come in order of their ids, which is no order of time."""

    def rows(self, query: Query) -> Sequence[int]:
        rows = super().rows(query)
        if query.listing is not MEMBERS:
            return rows
        return sorted(rows, key=lambda one: self.member_id(query.conversation, one))


@oddity()
class LeaversGone(Api):
    """Members who have left are no longer listed; their events, and their own addresses, stay."""

    def rows(self, query: Query) -> Sequence[int]:
        rows = super().rows(query)
        if query.listing is not MEMBERS:
            return rows
        return [one for one in rows if not self._has_left(query.conversation, one)]

    def _has_left(self, conversation: int, member: int) -> bool:
        joined = self.has_joined(conversation, member)
        return joined and not self.member_draw(conversation, member) & 12


@oddity()
class CreatedAtOnce(Api):
    """All conversations of the past were created at one instant, by an import."""

    def created(self, conversation: int) -> int:
        return BEGIN if conversation < self.settings.conversations else super().created(conversation)

    def created_before(self, milliseconds: int) -> int:
        if milliseconds <= BEGIN:
            return 0
        return max(self.settings.conversations, super().created_before(milliseconds))


@oddity()
class EventTimesJitter(Api):
    """The times of events do not grow with their ids: they are taken on several machines."""

    def event_time(self, conversation: int, event: int) -> int:
        time = super().event_time(conversation, event)
        old = event < self.first_events(conversation)
        return time + self.event_draw(conversation, event) % (3 * HOUR) if old else time


@oddity()
class IdsFromMillion(Api):
    """The ids of events begin at a million: one sequence serves all conversations."""

    def event_id(self, conversation: int, event: int) -> int:
        return super().event_id(conversation, event) + 1_000_000

    def events_before(self, conversation: int, number: int) -> int:
        return super().events_before(conversation, number - 1_000_000)


@oddity()
class OtherConversationIds(Reworked):
    """Ids of conversations are `CON-` and twenty letters and digits; other text is a bad request."""

    conversation_form = re.compile(f"CON-[0-9A-Za-z]{{{_LENGTH}}}")

    def conversation_id(self, conversation: int) -> str:
        bits = mix((conversation + self.conversation_key) & MASK)
        number = bits << _CHECK | mix(bits ^ self.conversation_key) >> 64 - _CHECK
        text = [_DIGITS[number // len(_DIGITS) ** place % len(_DIGITS)] for place in range(_LENGTH)]
        return f"CON-{''.join(text)}"

    def conversation_of(self, text: str) -> int | None:
        if self.conversation_form.fullmatch(text) is None:
            return None
        number = sum(_DIGITS.index(one) * len(_DIGITS) ** place for place, one in enumerate(text[4:]))
        found = unmix(number >> _CHECK & MASK) - self.conversation_key & MASK
        known = found < self.conversation_count() and self.conversation_id(found) == text
        return found if known else None

    def known_conversation(self, text: str) -> int:
        if self.conversation_form.fullmatch(text) is None:
            raise bad_request("This is not the id of a conversation")
        return super().known_conversation(text)


@oddity()
class HugeGaps(Api):
    """The ids of events are thousands apart, and soon beyond a million."""

    def event_id(self, conversation: int, event: int) -> int:
        return super().event_id(conversation, event) * 7919

    def events_before(self, conversation: int, number: int) -> int:
        return super().events_before(conversation, -(-number // 7919))


@oddity()
class NoSender(Api):
    """No event says who sent it."""

    def sender(self, conversation: int, event: int, kind: str) -> str | None:  # noqa: ARG002
        return None


@oddity()
class NullSender(Api):
    """Where an event has no sender, `from` is null."""

    def event_item(self, conversation: int, event: int, root: str) -> Json:
        return {"from": None} | super().event_item(conversation, event, root)


@oddity(should="events.unknown-type")
class UndocumentedTypes(Api):
    """Some events have types that nobody documented, with bodies of their own."""

    types: tuple[str, ...] = ("text:seen", "leg:status:update", "member:media", "Text", "sip:hangup")

    def event_type(self, conversation: int, event: int) -> str:
        draw = self.event_draw(conversation, event) >> 50
        custom = self.event_kind(conversation, event) == "custom"
        return self.types[draw % len(self.types)] if custom and draw & 8 else super().event_type(conversation, event)

    def event_rows(self, query: Query) -> Sequence[int]:
        rows = super().event_rows(query)
        if query.filters.kind not in self.types:
            return rows
        every = super().event_rows(query._replace(filters=query.filters._replace(kind=None)))
        return [one for one in every if self.event_type(query.conversation, one) == query.filters.kind]


@oddity()
class MembersAsTheyAreSent(Api):
    """The body of an invitation or a leaving holds a nested user, `invited_by` and `reason`, as the real one does."""

    # Legal, and no departure: the description calls the body a member, and requires nothing of a member.

    def member_then(self, conversation: int, event: int, root: str) -> Json:
        body = super().member_then(conversation, event, root)
        user = {"id": body["user_id"], "name": body["name"], "member_id": body["id"]}
        whole: Json = {"user": user, "timestamp": body["timestamp"], "channel": body["channel"]}
        if self.event_kind(conversation, event) == "member:invited":
            return whole | {"invited_by": None, "cname": self.conversation_name(conversation)}
        return whole | {"reason": {"code": "", "text": ""}}


@oddity()
class NoConversationInTexts(Api):
    """No text says which conversation it belongs to."""

    def event_item(self, conversation: int, event: int, root: str) -> Json:
        item = super().event_item(conversation, event, root)
        item.pop("conversation_id", None)
        return item


@oddity()
class ExtraMembers(Api):
    """Items have members that nobody documented: objects, nulls, numbers, empty names."""

    def items(self, listing: Listing, conversation: int, indexes: Sequence[int], root: str) -> list[bytes]:
        texts = super().items(listing, conversation, indexes, root)
        more: Json = {"": None, "properties": {"ttl": 60.5, "tags": []}}
        numbered = zip(indexes, texts, strict=True)
        return [orjson.dumps(more | orjson.loads(text) | {"sequence_number": index}) for index, text in numbered]
