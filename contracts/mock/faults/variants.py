"""Faults of events whose type and body do not fit each other, and of how a type is written."""

# ruff: noqa: ARG002, D102, PLR2004 - steps keep their parameters; the class says what they do, and its numbers

from contracts.mock.api import Api
from contracts.mock.items import Json
from contracts.mock.registry import fault

_MEMBERSHIPS = ("member:invited", "member:left")


@fault(breaks="events.variant", listing="events")
class InvitationAsAMessage(Api):
    """The body of one invitation is the message that went with it: one of two workers wrote to the wrong table."""

    def event_body(self, conversation: int, event: int, root: str) -> Json:
        body = super().event_body(conversation, event, root)
        first = next(one for one in range(9, 99) if self.event_kind(conversation, one) == "member:invited")
        if (conversation, event) != (11, first):
            return body
        return {"text": "Join us", "language": "en", "draft": False}


@fault(breaks="events.variant", listing="events")
class BodyOfTheRowBefore(Api):
    """Now and then a membership's event shows the body of the text before it: a batch was joined one row too late."""

    def event_body(self, conversation: int, event: int, root: str) -> Json:
        return super().event_body(conversation, event - self.late(conversation, event), root)

    def late(self, conversation: int, event: int) -> bool:
        if event == 0 or event % 53 != conversation % 53:
            return False
        before, own = (self.event_kind(conversation, one) for one in (event - 1, event))
        return before == "text" and own in _MEMBERSHIPS


@fault(breaks="events.variant", listing="events")
class SystemLeavingsSaySo(Api):
    """The body of a leaving that no member caused is an empty text: the notice that clients show was its template."""

    def event_body(self, conversation: int, event: int, root: str) -> Json:
        body = super().event_body(conversation, event, root)
        left = self.event_kind(conversation, event) == "member:left"
        return {"text": ""} if left and self.sender(conversation, event, "member:left") is None else body


class _OtherType(Api):
    """Events whose type is not written as it should be."""

    def spelled(self, conversation: int, event: int, kind: str) -> str:
        return kind

    def event_type(self, conversation: int, event: int) -> str:
        return self.spelled(conversation, event, super().event_type(conversation, event))


@fault(breaks="events.type-syntax", listing="events")
class CarriageReturnOfAnImport(_OtherType):
    """One event of one conversation has a carriage return behind its type: it came from a file with other line ends."""

    def spelled(self, conversation: int, event: int, kind: str) -> str:
        return f"{kind}\r" if (conversation, event) == (11, 4) else kind


@fault(breaks="events.type-syntax", listing="events")
class ZeroByteBeforeTheType(_OtherType):
    """A type that was read from a fixed field begins with a zero byte, in about one leaving of ten."""

    def spelled(self, conversation: int, event: int, kind: str) -> str:
        return f"\0{kind}" if kind == "member:left" and event % 10 == 6 else kind


@fault(breaks="events.type-syntax", listing="events")
class SpaceBeforeTheName(_OtherType):
    """Some custom events have a space between `custom:` and their name: a formatter laid it out like a sentence."""

    def spelled(self, conversation: int, event: int, kind: str) -> str:
        return kind.replace("custom:", "custom: ") if kind == "custom:typing" and event % 3 == 0 else kind


@fault(breaks="events.type-syntax", listing="events")
class PrefixWithASpace(_OtherType):
    """Some custom events are `custom :<name>`: the prefix has its own column, and that is one character too wide."""

    def spelled(self, conversation: int, event: int, kind: str) -> str:
        return kind.replace("custom:", "custom :") if event % 9 == 2 else kind


@fault(breaks="events.type-syntax", listing="events")
class NameIsABlank(_OtherType):
    """One custom event has a no-break space for its name: a form that was sent empty was not looked at."""

    def spelled(self, conversation: int, event: int, kind: str) -> str:
        first = next(one for one in range(99) if self.event_kind(11, one) == "custom")
        return "custom:\N{NO-BREAK SPACE}" if (conversation, event) == (11, first) else kind


@fault(breaks="events.type-syntax", listing="events")
class TypesInWords(_OtherType):
    """Invitations have the type `member has been invited`: what a person reads got into what programs read."""

    def spelled(self, conversation: int, event: int, kind: str) -> str:
        return "member has been invited" if kind == "member:invited" else kind
