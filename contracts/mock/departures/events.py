"""Departures of events."""

# ruff: noqa: D102 - steps keep their parameters; the class says what they do

from contracts.mock.api import Api
from contracts.mock.items import Json
from contracts.mock.oddities.data import UndocumentedTypes
from contracts.mock.registry import departure

_CHANNELS = ("phone", "sip", "websocket")


@departure(breaks="events.variant", listing="events")
class OtherChannels(Api):
    """The channel of a member is a phone, SIP or a websocket as well, and not `app` alone."""

    def member_then(self, conversation: int, event: int, root: str) -> Json:
        body = super().member_then(conversation, event, root)
        draw = self.event_draw(conversation, event) >> 44
        return body | {"channel": {"type": _CHANNELS[draw % 3]}} if draw & 8 else body

    def whole_member(self, conversation: int, member: int, root: str) -> Json:
        item = super().whole_member(conversation, member, root)
        draw = self.member_draw(conversation, member) >> 44
        return item | {"channel": {"type": _CHANNELS[draw % 3]}} if draw & 8 else item


@departure(breaks="events.variant", listing="events")
class DeletedTextsStayWithoutText(Api):
    """A text that was deleted stays, and its body holds the time of that and no text."""

    def event_body(self, conversation: int, event: int, root: str) -> Json:
        body = super().event_body(conversation, event, root)
        if self.event_kind(conversation, event) != "text" or self.event_draw(conversation, event) >> 52 & 7:
            return body
        return {"timestamp": {"deleted": self.timestamp(self.event_time(conversation, event))}}


@departure(breaks="events.unknown-type", listing="events")
class MoreEventTypes(UndocumentedTypes):
    """Some events have types of which the description knows nothing, such as `text:seen` and `member:joined`."""

    types = (
        "text:seen", "text:delivered", "member:joined", "member:media", "audio:play", "sip:ringing", "rtc:new",
        "leg:status:update", "conversation:updated", "event:delete",
    )  # fmt: skip
