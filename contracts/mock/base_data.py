"""The data: conversations, users and members as functions of the seed and an index.

Nothing is stored, so ten million conversations cost what sixty cost. Indexes run from 0 in order of
creation. The data of the past end in 2024; what is written while the mock runs follows, see `journal`.

Conversations come in periods of 256, of equal length. The place in its period decides how the id of a conversation
starts, how long after the beginning of the period it was created, its topic, whether it has a display name and an image. So these
are looked up, and not worked out for each.
"""

import re
from bisect import bisect_left
from functools import lru_cache
from math import gcd

from contracts.mock.ids import draws, key, make_end, make_id, mix, read_end, read_id, widened
from contracts.mock.instants import DAY, MINUTE, at
from contracts.mock.journal import Journal
from contracts.mock.settings import Settings
from contracts.mock.words import FIRST_NAMES, TOPICS

PERIOD = 256
BEGIN = at(2023, 1, 2)
END = at(2025)
_GROUP = 16  # conversations: part of a period
_LONGEST = 40 * DAY  # that a group takes
_IMPORTS = (3, 11)  # the groups whose conversations were, most of them, created at one instant
_MEMBER_BITS = 30
_STRIDES = 400
_BUSY = (2, 0, 5, 3)
# Members and events of a conversation, by its index: none, one, many, exact multiples of ten and not.
SHAPES = (
    (5, 23), (0, 0), (36, 241), (1, 1), (10, 20), (11, 37), (2, 4), (20, 100),
    (0, 0), (3, 10), (21, 9), (45, 64), (4, 0), (30, 110), (12, 101), (7, 50),
)  # fmt: skip
_FORM = re.compile("CON-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_START = len("CON-92a44c64-7e4e-485f-a0c4-")
_ENDS = 1024  # ends of ids that are remembered


class World:
    """The counts, ids and relations of conversations, users and members."""

    conversation_form = _FORM  # what their ids look like

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        seed = settings.seed
        self.conversation_key, self.user_key = key(seed, "CON"), key(seed, "USR")
        self.member_key, self.event_key = key(seed, "MEM"), key(seed, "events")
        self.time_key = key(seed, "created")
        self.conversation_secret, self.user_secret = widened(self.conversation_key), widened(self.user_key)
        self.member_secret = widened(self.member_key)
        periods = -(-settings.conversations // PERIOD) or 1
        self.span = max(MINUTE, min(_LONGEST * PERIOD // _GROUP, (END - BEGIN) // periods))
        self.begin = min(BEGIN, END - periods * self.span)
        self.offsets = self._offsets()
        self.draws = draws(self.conversation_key, PERIOD)
        self.name_starts = [TOPICS[(draw >> 56) % len(TOPICS)] + "-" for draw in self.draws]
        self.name_ends = [f"{place:02x}" for place in range(PERIOD)]
        self.id_starts = [make_id("CON", place, self.conversation_secret)[:_START] for place in range(PERIOD)]
        self.id_places = {start: place for place, start in enumerate(self.id_starts)}
        self.ends = lru_cache(_ENDS)(self._ends)
        steps = range(1, min(settings.users, _STRIDES) + 1)
        self.strides = [step for step in steps if gcd(step, settings.users) == 1]
        started = END if settings.started is None else settings.started
        busy = [one for one in _BUSY if one < settings.conversations] if settings.users else []
        self.journal = Journal(settings.writes_per_second, started, busy)

    # How many there are.

    def conversation_count(self) -> int:
        """How many conversations there are now."""
        return self.settings.conversations + self.journal.total("conversations")

    def user_count(self) -> int:
        """How many users there are now."""
        return self.settings.users + self.journal.total("users")

    def member_count(self, conversation: int) -> int:
        """How many members a conversation has now."""
        return self.first_members(conversation) + self.journal.total_in("members", conversation)

    def event_count(self, conversation: int) -> int:
        """How many events a conversation has now."""
        return self.first_events(conversation) + self.journal.total_in("events", conversation)

    def first_members(self, conversation: int) -> int:
        """How many members a conversation had before anything was written."""
        if conversation >= self.settings.conversations:
            return 0
        bounds = self.settings.members_per_conversation
        wanted = SHAPES[conversation % len(SHAPES)][0] if bounds is None else self._between(bounds, conversation, 1)
        return min(wanted, self.settings.users)

    def first_events(self, conversation: int) -> int:
        """How many events a conversation had before anything was written; none where nobody is there."""
        if not self.first_members(conversation):
            return 0
        bounds = self.settings.events_per_conversation
        if bounds is not None:
            return self._between(bounds, conversation, 2)
        turn, shape = divmod(conversation, len(SHAPES))
        return max(0, SHAPES[shape][1] - (turn % 4 if conversation % 3 else 0))

    def _between(self, bounds: tuple[int, int], conversation: int, turn: int) -> int:
        least, most = bounds
        return least + mix(conversation ^ self.time_key ^ turn << 60) % (most - least + 1)

    # Creation times.

    def created(self, conversation: int) -> int:
        """When a conversation was created: never before its predecessor, sometimes at the same instant."""
        if conversation >= self.settings.conversations:
            return self.journal.instant("conversations", conversation - self.settings.conversations)
        return self.begin + conversation // PERIOD * self.span + self.offsets[conversation % PERIOD]

    def created_before(self, milliseconds: int) -> int:
        """How many conversations were created strictly before an instant."""
        count, first = self.conversation_count(), self.settings.conversations
        if count > first and milliseconds > self.created(first):
            return bisect_left(range(count), milliseconds, lo=first, key=self.created)
        period, rest = divmod(milliseconds - self.begin, self.span)
        return min(first, period * PERIOD + bisect_left(self.offsets, rest)) if period >= 0 else 0

    def _offsets(self) -> list[int]:
        """How many milliseconds after its beginning the conversations of a period were created."""
        span = self.span * _GROUP // PERIOD
        groups = [
            self._imported(span) if turn in _IMPORTS else self._drawn(span, turn) for turn in range(PERIOD // _GROUP)
        ]
        return [turn * span + offset for turn, offsets in enumerate(groups) for offset in offsets]

    def _drawn(self, span: int, turn: int) -> list[int]:
        """Growing offsets of a group: steps of nothing, a millisecond, or days; the ninth to twelfth tie."""
        widest = span // (_GROUP + 1)
        steps = (0, 1, min(999, widest), widest // 1440, widest // 24, widest // 3, widest)
        offset, offsets = 0, []
        for place, draw in enumerate(draws(self.time_key + turn, _GROUP)):
            if place not in (9, 10, 11):
                step = steps[draw % len(steps)]
                offset += step - (draw >> 8) % (step // 3 + 1)
            offsets.append(offset)
        return offsets

    def _imported(self, span: int) -> list[int]:
        """Offsets of a group of which twelve are the same, more than a page of ten."""
        unit = span // (_GROUP + 1)
        return [0, unit, *[2 * unit + unit // 7] * 12, 3 * unit, 4 * unit]

    # Ids and names.

    def conversation_id(self, conversation: int) -> str:
        """The id of a conversation: it starts as its place in the period says, and ends as the period says."""
        return self.id_starts[conversation % PERIOD] + self.ends(conversation // PERIOD)[0].decode()

    def _ends(self, period: int) -> tuple[bytes, bytes]:
        """What the ids of a period end with, and how its number is written in names."""
        return make_end(period, self.conversation_secret).encode(), b"%x" % period

    def conversation_of(self, text: str) -> int | None:
        """The conversation that an id names, or None."""
        place = self.id_places.get(text[:_START])
        if place is None:
            return None
        found = read_end(text[_START:], self.conversation_secret) * PERIOD + place
        return found if found < self.conversation_count() and self.conversation_id(found) == text else None

    def conversation_name(self, conversation: int) -> str:
        """The name of a conversation, which no other has."""
        period, place = divmod(conversation, PERIOD)
        return f"{self.name_starts[place]}{period:x}{self.name_ends[place]}"

    def user_id(self, user: int) -> str:
        """The id of a user."""
        return make_id("USR", user, self.user_secret)

    def user_of(self, text: str) -> int | None:
        """The user that an id names, or None."""
        found = read_id("USR", text, self.user_secret)
        return found if found is not None and found < self.user_count() else None

    def user_name(self, user: int) -> str:
        """The name of a user."""
        return f"{FIRST_NAMES[mix(user ^ self.user_key) % len(FIRST_NAMES)]}{user or ''}"

    def member_id(self, conversation: int, member: int) -> str:
        """The id of a member of a conversation."""
        return make_id("MEM", conversation << _MEMBER_BITS | member, self.member_secret)

    def member_of(self, conversation: int, text: str) -> int | None:
        """The member of this conversation that an id names, or None."""
        found = read_id("MEM", text, self.member_secret)
        if found is None or found >> _MEMBER_BITS != conversation:
            return None
        member = found & ((1 << _MEMBER_BITS) - 1)
        return member if member < self.member_count(conversation) else None

    def member_user(self, conversation: int, member: int) -> int:
        """The user that a member is; no user is twice in a conversation."""
        first = self.first_members(conversation)
        if member >= first:
            return self.settings.users + self.journal.number_in(conversation, member - first)
        draw = mix(conversation ^ self.member_key)
        return (draw + member * self.strides[(draw >> 32) % len(self.strides)]) % self.settings.users
