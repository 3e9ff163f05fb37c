"""Faults of the events themselves."""

# ruff: noqa: ARG002, D102, PLR2004 - steps keep their parameters; the class says what they do, and its numbers

import orjson

from contracts.mock.api import Api
from contracts.mock.event_data import BLOCK, SLOTS
from contracts.mock.instants import HOUR, SECOND
from contracts.mock.items import Json
from contracts.mock.queries import EVENTS
from contracts.mock.registry import fault


class _OtherBody(Api):
    """Events of one kind whose body is not what it should be."""

    kind = ""

    def spoilt(self, conversation: int, event: int, body: Json) -> object:
        return body

    def event_item(self, conversation: int, event: int, root: str) -> Json:
        item = super().event_item(conversation, event, root)
        if self.event_kind(conversation, event) == self.kind:
            body = item["body"]
            assert isinstance(body, dict)
            item["body"] = self.spoilt(conversation, event, body)
        return item


@fault(breaks="events.variant", listing="events")
class TextIsTheBody(_OtherBody):
    """The body of a text event is the text itself: an older form of it."""

    kind = "text"

    def spoilt(self, conversation: int, event: int, body: Json) -> object:
        return body["text"]


@fault(breaks="events.variant", listing="events")
class DeletedTextsStay(_OtherBody):
    """About one text in forty has an empty body: it was deleted, and its event stays."""

    kind = "text"

    def spoilt(self, conversation: int, event: int, body: Json) -> object:
        return {} if event % 40 == 3 or event == 33 else body


@fault(breaks="events.variant", listing="events")
class OneBodyLost(Api):
    """One event of the longest conversation has no body: its record was cut off when a disk was full."""

    def event_item(self, conversation: int, event: int, root: str) -> Json:
        item = super().event_item(conversation, event, root)
        if (conversation, event) == (2, 133):
            del item["body"]
        return item


@fault(breaks="events.variant", listing="events")
class CustomBodyAsText(_OtherBody):
    """The body of a custom event is JSON inside a string: it is stored so, and not parsed again."""

    kind = "custom"

    def spoilt(self, conversation: int, event: int, body: Json) -> object:
        return orjson.dumps(body).decode()


@fault(breaks="events.variant", listing="events")
class InvitationHoldsAUser(_OtherBody):
    """The body of an invitation is a user, not a member: no state, and an id that is a user's."""

    kind = "member:invited"

    def spoilt(self, conversation: int, event: int, body: Json) -> object:
        return {"id": body["user_id"], "name": body["name"], "_links": body["_links"]}


@fault(breaks="items.timestamps", listing="events")
class EpochSeconds(Api):
    """The time of an event is a number of seconds: the type of the column, not of the contract."""

    def event_item(self, conversation: int, event: int, root: str) -> Json:
        seconds = self.event_time(conversation, event) // SECOND
        return super().event_item(conversation, event, root) | {"timestamp": seconds}


@fault(breaks="events.text", listing="events")
class TextOfANeighbour(Api):
    """Some texts say that they belong to another conversation: a join by position, not by id."""

    def event_item(self, conversation: int, event: int, root: str) -> Json:
        item = super().event_item(conversation, event, root)
        if "conversation_id" in item and event % 5 == 0:
            item["conversation_id"] = self.conversation_id(conversation ^ 1)
        return item


@fault(breaks="events.type-syntax", listing="events")
class NamelessCustomEvents(Api):
    """Custom events have the type `custom:` and no name behind it: it is kept in another column."""

    def event_type(self, conversation: int, event: int) -> str:
        kind = super().event_type(conversation, event)
        return "custom:" if kind.startswith("custom:") else kind


@fault(breaks="events.custom", listing="events")
class CustomOfANeighbour(Api):
    """Custom events name a conversation, and some of them another than their own: that of the sender's app."""

    def event_item(self, conversation: int, event: int, root: str) -> Json:
        item = super().event_item(conversation, event, root)
        if self.event_kind(conversation, event) == "custom":
            other = conversation ^ 1 if event % 5 == 0 else conversation
            item["conversation_id"] = self.conversation_id(other)
        return item


@fault(breaks="events.member-invited", listing="events")
class InvitedElsewhere(_OtherBody):
    """The self link in the body of an invitation names another conversation: that of the template."""

    kind = "member:invited"

    def spoilt(self, conversation: int, event: int, body: Json) -> object:
        own, other = self.conversation_id(conversation), self.conversation_id(conversation ^ 1)
        return orjson.loads(orjson.dumps(body).replace(own.encode(), other.encode()))


@fault(breaks="events.member-invited", listing="events")
class JoinedBeforeInvited(_OtherBody):
    """An invitation shows a joining before it, of an earlier stay: the two were merged."""

    kind = "member:invited"

    def spoilt(self, conversation: int, event: int, body: Json) -> object:
        joined = self.timestamp(self.event_time(conversation, event) - HOUR)
        times = body["timestamp"]
        assert isinstance(times, dict)
        return body | {"timestamp": times | {"joined": joined}}


@fault(breaks="events.member-left", listing="events")
class LeftBeforeJoined(_OtherBody):
    """`left` and `joined` have changed places in events about leaving: two arguments of the same type."""

    kind = "member:left"

    def spoilt(self, conversation: int, event: int, body: Json) -> object:
        times = body["timestamp"]
        assert isinstance(times, dict)
        return body | {"timestamp": times | {"joined": times["left"], "left": times["joined"]}}


@fault(breaks="events.member-left", listing="events")
class LeftOnTopLevel(_OtherBody):
    """The self link in the body of a leaving knows no conversation: `/members/MEM-...`."""

    kind = "member:left"

    def spoilt(self, conversation: int, event: int, body: Json) -> object:
        part = f"/conversations/{self.conversation_id(conversation)}/members/"
        return orjson.loads(orjson.dumps(body).replace(part.encode(), b"/members/"))


@fault(breaks="events.unknown-type", listing="events")
class TextIsCalledMessage(Api):
    """Texts have the type `message`: the name of an older version."""

    def event_type(self, conversation: int, event: int) -> str:
        kind = super().event_type(conversation, event)
        return "message" if kind == "text" else kind


@fault(breaks="events.ids", listing="events")
class EventIdsAsText(Api):
    """The ids of events are strings: numbers too large for JavaScript were feared."""

    def event_item(self, conversation: int, event: int, root: str) -> Json:
        item = super().event_item(conversation, event, root)
        return item | {"id": str(item["id"])}


@fault(breaks="events.ids", listing="events")
class OneEventIdTwice(Api):
    """Two events of one conversation have the same id, twenty places apart: a sequence was set back."""

    def event_item(self, conversation: int, event: int, root: str) -> Json:
        item = super().event_item(conversation, event, root)
        twin = self.event_id(conversation, event - 1) if (conversation, event) == (2, 100) else item["id"]
        return item | {"id": twin}


@fault(breaks="events.ids", listing="events", needs="writes")
class LaterEventsGetFreedIds(Api):
    """An event that is written later gets a smaller id than those there are: gaps are filled again."""

    def event_item(self, conversation: int, event: int, root: str) -> Json:
        item = super().event_item(conversation, event, root)
        block = event - self.first_events(conversation)
        if not 0 <= block < self.first_events(conversation) // BLOCK:
            return item
        used = {self.event_id(conversation, block * BLOCK + one) for one in range(BLOCK)}
        return item | {"id": next(one for one in range(block * SLOTS + 1, block * SLOTS + 9) if one not in used)}


@fault(breaks="events.sender", listing="events")
class SentByAUser(Api):
    """`from` names the user, not the member, of those who left: the membership is gone by then."""

    def sender(self, conversation: int, event: int, kind: str) -> str | None:
        sender = super().sender(conversation, event, kind)
        if kind != "member:left" or sender is None:
            return sender
        return self.user_id(self.member_user(conversation, self.concerned(conversation, event)))


@fault(breaks="items.self", listing="events")
class EventLinksByPlace(Api):
    """The self link of an event holds its place in the conversation, which is its id until the first gap."""

    def event_item(self, conversation: int, event: int, root: str) -> Json:
        href = f"{root}{self.listing_path(EVENTS, conversation)}/{event + 1}"
        return super().event_item(conversation, event, root) | {"_links": self.self_link(href)}
