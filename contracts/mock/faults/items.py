"""Faults of conversations, users and members themselves."""

# ruff: noqa: ARG002, D102, PLR2004 - steps keep their parameters; the class says what they do, and its numbers

from collections.abc import Sequence

import orjson

from contracts.mock.api import Api, Route
from contracts.mock.helpers import Reworked, rewritten
from contracts.mock.instants import DAY, HOUR
from contracts.mock.items import Json
from contracts.mock.queries import MEMBERS, Listing
from contracts.mock.registry import fault


class _OneConversation(Api):
    """One conversation that is not what it should be."""

    index = 22

    def spoilt(self, root: str) -> Json:
        """The members that are wrong."""
        return {}

    def conversation_text(self, conversation: int, root: str) -> bytes:
        text = super().conversation_text(conversation, root)
        return rewritten(text, self.spoilt(root)) if conversation == self.index else text


@fault(breaks="pages.items", listing="conversations")
class OneNameIsNull(_OneConversation):
    """The 23rd conversation has `null` for a name: it was made before names were demanded."""

    def spoilt(self, root: str) -> Json:
        return {"name": None}


@fault(breaks="pages.items", listing="conversations")
class OneWithoutCreation(_OneConversation):
    """The 58th conversation does not say when it was created: an import left the time out."""

    index = 57

    def spoilt(self, root: str) -> Json:
        return {"timestamp": {}}


@fault(breaks="pages.items", listing=("conversations", "members"))
class NullsForMissing(Api):
    """Optional members that are not there are `null`: the serialiser writes every field."""

    def items(self, listing: Listing, conversation: int, indexes: Sequence[int], root: str) -> list[bytes]:
        texts = super().items(listing, conversation, indexes, root)
        if listing.name not in ("conversations", "members"):
            return texts
        return [orjson.dumps({"display_name": None} | orjson.loads(text)) for text in texts]


@fault(breaks="pages.items", listing="members")
class StatesInLowerCase(Api):
    """The state of a member is `joined` or `invited`: the name of the enum's value, not its text."""

    def member_item(self, conversation: int, member: int, root: str) -> Json:
        item = super().member_item(conversation, member, root)
        return item | {"state": str(item["state"]).lower()}


@fault(breaks="pages.items", listing="members")
class MembersInsideUsers(Api):
    """A member's user is an object, not `user_id`: the shape of a newer version."""

    def member_item(self, conversation: int, member: int, root: str) -> Json:
        item = super().member_item(conversation, member, root)
        return {"user": {"id": item.pop("user_id"), "name": item["name"]}, **item}


@fault(breaks="pages.items", listing="users")
class UsersWithoutLinks(Api):
    """Users have no `_links`: what is shown is the record of another service."""

    def user_item(self, user: int, root: str) -> Json:
        item = super().user_item(user, root)
        del item["_links"]
        return item


@fault(breaks="items.unique", listing="conversations")
class OneIdTwice(_OneConversation):
    """The 41st conversation has the id of the 13th: the same import ran twice."""

    index = 40

    def spoilt(self, root: str) -> Json:
        return {"id": self.conversation_id(12)}


@fault(breaks="items.unique", listing="members")
class MemberIdsComeAgain(Api):
    """Member ids come again in one conversation: they are drawn from too small a space."""

    def member_item(self, conversation: int, member: int, root: str) -> Json:
        item = super().member_item(conversation, member, root)
        return item | {"id": self.member_id(conversation, member % 32)}


@fault(breaks="items.membership", listing="members")
class OneMemberOfTwoConversations(Api):
    """One member stands in two conversations, with the same id: a join leaks a row into the next conversation."""

    def member_item(self, conversation: int, member: int, root: str) -> Json:
        item = super().member_item(conversation, member, root)
        if (conversation, member) != (11, 3):
            return item
        return super().member_item(conversation - 1, member, root) | {"_links": item["_links"]}


@fault(breaks="items.membership", listing="members")
class SendersOfTheConversationBefore(Api):
    """Some events of a conversation were sent by a member of another one: a cache of members has a key of the request before."""

    def sender(self, conversation: int, event: int, kind: str) -> str | None:
        found = super().sender(conversation, event, kind)
        return self.member_id(conversation - 1, 0) if found and conversation == 11 and event % 5 == 2 else found


@fault(breaks="items.membership", listing="members")
class LeaversOfAnotherConversation(Api):
    """Who left one conversation is told in another one too: the message was delivered to two queues."""

    def member_then(self, conversation: int, event: int, root: str) -> Json:
        item = super().member_then(conversation, event, root)
        stray = conversation == 11 and self.event_kind(conversation, event) == "member:left"
        return item | {"id": self.member_id(conversation + 1, 1)} if stray else item


@fault(breaks="items.self", listing="conversations")
class SelfOfANeighbour(_OneConversation):
    """The self link of the 23rd conversation leads to the 24th: two rows changed places after a merge."""

    def spoilt(self, root: str) -> Json:
        return {"_links": self.self_link(f"{root}/conversations/{self.conversation_id(23)}")}


@fault(breaks="items.self", listing="members")
class MemberLinksOnTopLevel(Api):
    """The self link of a member leaves its conversation out, where no such address is served."""

    def member_item(self, conversation: int, member: int, root: str) -> Json:
        href = f"{root}/members/{self.member_id(conversation, member)}"
        return super().member_item(conversation, member, root) | {"_links": self.self_link(href)}


@fault(breaks="items.self", listing="users")
class UserLinksByName(Api):
    """The self link of a user holds the name, not the id."""

    def user_item(self, user: int, root: str) -> Json:
        href = f"{root}/users/user-{user}"
        return super().user_item(user, root) | {"_links": self.self_link(href)}


@fault(breaks="items.conversation-name-unique", listing="conversations")
class NamesCutOff(Reworked):
    """Names of conversations are cut off after nine characters, which makes some the same."""

    def conversation_name(self, conversation: int) -> str:
        return super().conversation_name(conversation)[:9]


@fault(breaks="items.conversation-name-unique", listing="conversations")
class OneNameTwice(Reworked):
    """The last conversation but one has the name of the first: uniqueness is checked, not enforced."""

    def conversation_name(self, conversation: int) -> str:
        return super().conversation_name(0 if conversation == 62 else conversation)


@fault(breaks="items.timestamps", listing=("conversations", "events"))
class NoZone(Api):
    """Times have no offset: `2023-01-02T03:04:05.678`, in a zone that the server knows."""

    def timestamp(self, milliseconds: int) -> str:
        return super().timestamp(milliseconds).removesuffix("Z")


@fault(breaks="items.timestamps", listing=("conversations", "events"))
class MidnightIsTwentyFour(Api):
    """Times in the first hour of a day are written with hour 24: a clock from 1 to 24."""

    def timestamp(self, milliseconds: int) -> str:
        text = super().timestamp(milliseconds)
        return text.replace("T00:", "T24:") if milliseconds % DAY < HOUR else text


@fault(breaks="items.timestamps", listing="conversations")
class OneTimeInAnotherForm(_OneConversation):
    """The 37th conversation was created at `12/03/2023 14:05`: it came from a spreadsheet."""

    index = 36

    def spoilt(self, root: str) -> Json:
        return {"timestamp": {"created": "12/03/2023 14:05"}}


@fault(breaks="items.member-user", listing="members")
class UserDeleted(Api):
    """The third member of a conversation is a user who is not listed: the account is gone."""

    def member_item(self, conversation: int, member: int, root: str) -> Json:
        item = super().member_item(conversation, member, root)
        gone = self.user_id(10**12 + conversation)
        return item | {"user_id": gone} if member == 2 else item


@fault(breaks="items.ids", listing="users")
class UserIdsWithoutPrefix(Api):
    """The ids of users have no `USR-`: it is an ornament of the front end."""

    def user_id(self, user: int) -> str:
        return super().user_id(user).removeprefix("USR-")

    def user_of(self, text: str) -> int | None:
        return super().user_of(f"USR-{text}") if not text.startswith("USR-") else None


@fault(breaks="items.ids", listing="members")
class MemberIdsAreUserIds(Api):
    """A member's `id` is the id of its user, which tells members of two conversations no longer apart."""

    def member_item(self, conversation: int, member: int, root: str) -> Json:
        item = super().member_item(conversation, member, root)
        return item | {"id": item["user_id"]}


@fault(breaks="items.self-resolves")
class SingleIsAnother(Api):
    """A self link gives another item, the next one: single items are looked up by place, counted from one."""

    def find(self, route: Route) -> int | None:
        index = super().find(route)
        return index if index is None else index ^ 1


@fault(breaks="items.self-resolves", listing="members")
class JoinedMembersOnly(Api):
    """Single members are found only if they have joined: the address predates invitations."""

    def find(self, route: Route) -> int | None:
        index = super().find(route)
        invited = route.listing is MEMBERS and index and not self.has_joined(route.conversation, index)
        return None if invited else index
