"""Items as clients see them.

An item leaves this module as JSON text. Conversations are written as text at once, because there may be ten million of them;
users, members and events are built as objects first.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

import orjson

from contracts.mock.base_data import PERIOD
from contracts.mock.event_data import Happenings
from contracts.mock.ids import mix
from contracts.mock.instants import HOUR, MINUTE, write_instant
from contracts.mock.queries import CONVERSATIONS, MEMBERS, USERS, Listing
from contracts.mock.settings import Settings
from contracts.mock.words import CUSTOM_BODIES, DISPLAY_NAMES, FULL_NAMES, TEXTS

Json = dict[str, object]
_STAGES = ("invited", "joined", "left")
_FORMS = 2048  # that are remembered: those of eight roots
_TEXTS = 1 << 16  # of conversations that are remembered for a root, some 30 MB
_ROOTS = 2  # whose conversations are remembered
_HOLE = "<hole>"  # where something is filled in; no id, name or address holds such text


class Form(NamedTuple):
    """What all conversations at one place of a period have in common: JSON text, cut where they differ.

    In between belong the end of the id, the period in the name, the time, and the end of the id between any two `links`.
    """

    begin: bytes
    name: bytes
    time: bytes
    links: list[bytes]


def _particulars(draw: int) -> Json:
    """The optional members of a conversation: two in four have a display name, one in four an image."""
    some: Json = {}
    if draw & 1:
        some["display_name"] = DISPLAY_NAMES[(draw >> 3) % len(DISPLAY_NAMES)]
    if not draw & 6:
        some["image_url"] = f"https://example.com/images/{draw}.png?size=2&v=%C3%A9"
    return some


class Items(Happenings):
    """Renders one item; `root` is the address that links begin with, without a slash at its end."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.form = lru_cache(_FORMS)(self._form)
        self.written = lru_cache(_ROOTS)(self._written)

    def items(self, listing: Listing, conversation: int, indexes: Sequence[int], root: str) -> list[bytes]:
        """Items as their listing shows them, each as JSON text."""
        if listing is CONVERSATIONS:
            return list(map(self.written(root), indexes))
        if listing is USERS:
            return [orjson.dumps(self.user_item(one, root)) for one in indexes]
        if listing is MEMBERS:
            return [orjson.dumps(self.member_item(conversation, one, root)) for one in indexes]
        return [orjson.dumps(self.event_item(conversation, one, root)) for one in indexes]

    def single(self, listing: Listing, conversation: int, index: int, root: str) -> bytes:
        """An item as its own address shows it, as JSON text; only a member has more there."""
        if listing is MEMBERS:
            return orjson.dumps(self.whole_member(conversation, index, root))
        return self.items(listing, conversation, (index,), root)[0]

    def self_link(self, href: str) -> Json:
        """The `_links` of an item."""
        return {"self": {"href": href}}

    def timestamp(self, milliseconds: int) -> str:
        """An instant as clients see it."""
        return write_instant(milliseconds)

    def conversation_text(self, conversation: int, root: str) -> bytes:
        """`conversation_list` as JSON text: the form of its place, filled in."""
        period, place = divmod(conversation, PERIOD)
        end, number = self.ends(period)
        begin, name, time, links = self.form(place, root)
        created = self.timestamp(self.created(conversation))
        return b"".join((begin, end, name, number, time, created.encode(), end.join(links)))

    def _written(self, root: str) -> Callable[[int], bytes]:
        return lru_cache(_TEXTS)(lambda conversation: self.conversation_text(conversation, root))

    def _form(self, place: int, root: str) -> Form:
        identity, name = f"{self.id_starts[place]}{_HOLE}", f"{self.name_starts[place]}{_HOLE}{self.name_ends[place]}"
        item: Json = {"id": identity, "name": name, **_particulars(self.draws[place] & 0xFF)}
        item |= {"timestamp": {"created": _HOLE}, "_links": self.self_link(f"{root}/conversations/{identity}")}
        begin, name_text, time, *links = orjson.dumps(item).split(_HOLE.encode())
        return Form(begin, name_text, time, links)

    def user_item(self, user: int, root: str) -> Json:
        """`user_list`."""
        identity = self.user_id(user)
        links = self.self_link(f"{root}/users/{identity}")
        return {"id": identity, "name": self.user_name(user), "_links": links}

    def member_item(self, conversation: int, member: int, root: str) -> Json:
        """`member_list`; three members in four have a display name."""
        user = self.member_user(conversation, member)
        identity = self.member_id(conversation, member)
        item: Json = {"id": identity, "name": self.user_name(user)}
        draw = mix(user + self.user_key)
        if draw & 3:
            item["display_name"] = FULL_NAMES[(draw >> 8) % len(FULL_NAMES)]
        item["user_id"] = self.user_id(user)
        item["state"] = "JOINED" if self.has_joined(conversation, member) else "INVITED"
        root = f"{root}/conversations/{self.conversation_id(conversation)}"
        item["_links"] = self.self_link(f"{root}/members/{identity}")
        return item

    def whole_member(self, conversation: int, member: int, root: str) -> Json:
        """`member`: also when it was invited, joined and left, by whom, and how."""
        invited = self.invited(conversation, member)
        draw = self.member_draw(conversation, member)
        times = {"invited": self.timestamp(invited)}
        initiator: Json = {"invited": {"is_system": draw & 16 == 0}}
        if self.has_joined(conversation, member):
            joined = invited + draw % HOUR
            times["joined"] = self.timestamp(joined)
            initiator["joined"] = {"is_system": draw & 32 == 0}
            if not draw & 12:
                times["left"] = self.timestamp(joined + (draw >> 16) % HOUR)
        item = self.member_item(conversation, member, root)
        return self._with_particulars(item, times, initiator, draw)

    def _with_particulars(self, item: Json, times: dict[str, str], initiator: Json, draw: int) -> Json:
        links = item.pop("_links")
        item |= {"timestamp": times, "channel": {"type": "app"}, "initiator": initiator}
        if draw & 64:
            flags = {"enabled": draw & 128 == 0, "earmuffed": draw & 256 == 0, "muted": draw & 512 == 0}
            item["media"] = {"audio_settings": flags}
        return item | {"_links": links}

    def member_draw(self, conversation: int, member: int) -> int:
        """The number that decides a member's state and particulars."""
        return mix(self.member_key + (conversation << 32) + member)

    def invited(self, conversation: int, member: int) -> int:
        """When a member was invited."""
        first = self.first_members(conversation)
        if member >= first:
            return self.journal.instant("members", self.journal.number_in(conversation, member - first))
        return self.created(conversation) + member * MINUTE

    def has_joined(self, conversation: int, member: int) -> bool:
        """Whether a member has joined; who was invited just now has not."""
        old = member < self.first_members(conversation)
        return old and self.member_draw(conversation, member) & 3 != 0

    def event_item(self, conversation: int, event: int, root: str) -> Json:
        """One of the four documented events."""
        kind = self.event_kind(conversation, event)
        draw = self.event_draw(conversation, event)
        number = self.event_id(conversation, event)
        home = f"{root}/conversations/{self.conversation_id(conversation)}"
        item: Json = {"id": number, "type": self.event_type(conversation, event)}
        sender = self.sender(conversation, event, kind)
        if sender is not None:
            item["from"] = sender
        item["timestamp"] = self.timestamp(self.event_time(conversation, event))
        item["body"] = self.event_body(conversation, event, root)
        if kind == "text" and draw & 0x700:
            item["conversation_id"] = self.conversation_id(conversation)
        item["_links"] = self.self_link(f"{home}/events/{number}")
        return item

    def sender(self, conversation: int, event: int, kind: str) -> str | None:
        """The member who sent an event; every text has one, what the system does may have none."""
        draw = self.event_draw(conversation, event)
        if kind != "text" and draw & 0x1800 == 0:
            return None
        return self.member_id(conversation, self.concerned(conversation, event))

    def concerned(self, conversation: int, event: int) -> int:
        """The member whom an event is about."""
        draw = self.event_draw(conversation, event) >> 20
        return draw % (self.first_members(conversation) or 1)

    def event_body(self, conversation: int, event: int, root: str) -> Json:
        """What an event carries."""
        kind = self.event_kind(conversation, event)
        draw = self.event_draw(conversation, event)
        if kind == "text":
            return {"text": TEXTS[(draw >> 40) % len(TEXTS)]}
        if kind == "custom":
            return CUSTOM_BODIES[(draw >> 40) % len(CUSTOM_BODIES)]
        return self.member_then(conversation, event, root)

    def member_then(self, conversation: int, event: int, root: str) -> Json:
        """The `member` as it was when it was invited, or left: invited, then joined, then left."""
        draw, time = self.event_draw(conversation, event), self.event_time(conversation, event)
        item = self.member_item(conversation, self.concerned(conversation, event), root)
        if self.event_kind(conversation, event) == "member:invited":
            item["state"] = "INVITED"
            invitation: Json = {"invited": {"is_system": draw & 16 == 0}}
            return self._with_particulars(item, {"invited": self.timestamp(time)}, invitation, draw)
        item["state"] = "JOINED"
        created = self.created(conversation)
        joined = time - (draw >> 8) % (min(HOUR, time - created) + 1)
        invited = joined - (draw >> 30) % (min(HOUR, joined - created) + 1)
        times = {name: self.timestamp(one) for name, one in zip(_STAGES, (invited, joined, time), strict=True)}
        initiator: Json = {name: {"is_system": draw & 16 == 0} for name in _STAGES[:2]}
        return self._with_particulars(item, times, initiator, draw)
