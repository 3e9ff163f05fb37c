"""The data, continued: the events of a conversation as functions of the seed and an index.

Ids come in blocks of eight of which one, drawn, is missing; the seven events of a block have a drawn order
of the same seven types, so that the events of one type can be counted and found without looking at others.
"""

from collections.abc import Iterator, Sequence
from typing import overload

from contracts.mock.base_data import END, World
from contracts.mock.ids import key, mix, shuffled
from contracts.mock.instants import MINUTE
from contracts.mock.settings import Settings
from contracts.mock.words import CUSTOM_TYPES

SLOTS = 8
BLOCK = SLOTS - 1
_ORDERS = 32
DOCUMENTED = ("text", "member:invited", "member:left")
_TYPES = ["text", "text", "text", "custom", "custom", "member:invited", "member:left"]


class Happenings(World):
    """The ids, types and times of events."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.orders = [shuffled(key(settings.seed, f"order{turn}"), _TYPES) for turn in range(_ORDERS)]
        self.places = [
            {kind: [place for place, other in enumerate(order) if other == kind] for kind in _TYPES}
            for order in self.orders
        ]

    def block_draw(self, conversation: int, block: int) -> int:
        """The number that decides the gap and the order of types in a block of events."""
        return mix(self.event_key ^ conversation << 24 ^ block)

    def event_id(self, conversation: int, event: int) -> int:
        """The id of an event: from 1, growing, with gaps."""
        block, place = divmod(event, BLOCK)
        gap = self._gap(block, self.block_draw(conversation, block))
        return block * SLOTS + 1 + place + (place >= gap)

    def events_before(self, conversation: int, number: int) -> int:
        """How many events of a conversation have an id below this number."""
        block, slot = divmod(number - 1, SLOTS)
        if block < 0:
            return 0
        gap = self._gap(block, self.block_draw(conversation, block))
        return min(self.event_count(conversation), block * BLOCK + slot - (slot > gap))

    def event_of(self, conversation: int, number: int) -> int | None:
        """The event that an id names, or None."""
        event = self.events_before(conversation, number)
        if event < self.event_count(conversation) and self.event_id(conversation, event) == number:
            return event
        return None

    def event_kind(self, conversation: int, event: int) -> str:
        """The documented type of an event: `text`, `custom`, `member:invited` or `member:left`."""
        block, place = divmod(event, BLOCK)
        return self.orders[self.block_draw(conversation, block) % _ORDERS][place]

    def event_type(self, conversation: int, event: int) -> str:
        """The type of an event as clients see it: custom events have names."""
        kind = self.event_kind(conversation, event)
        if kind != "custom":
            return kind
        return CUSTOM_TYPES[self.event_draw(conversation, event) % len(CUSTOM_TYPES)]

    def event_draw(self, conversation: int, event: int) -> int:
        """The number that decides an event's other members."""
        return mix(self.event_key + (conversation << 32) + event)

    def event_time(self, conversation: int, event: int) -> int:
        """When an event happened; later than all before it."""
        first = self.first_events(conversation)
        if event >= first:
            number = self.journal.number_in(conversation, event - first)
            return self.journal.instant("events", number)
        created = self.created(conversation)
        step = max(1, min(61 * MINUTE, (END - created) // (first + 2)))
        return created + (event + 1) * step + self.event_draw(conversation, event) % step

    def events_of_type(self, conversation: int, kind: str, low: int, high: int) -> Sequence[int]:
        """The events of one type among those from index `low` up to, not including, `high`."""
        if kind not in _TYPES or kind == "custom" or low >= high:
            return ()
        first, stop = (self._typed_before(conversation, kind, event) for event in (low, high))
        return _Typed(self, conversation, kind, range(first, stop))

    def typed_event(self, conversation: int, kind: str, nth: int) -> int:
        """The index of the nth event of a type."""
        block, place = divmod(nth, _TYPES.count(kind))
        return block * BLOCK + self._places(conversation, block)[kind][place]

    def _typed_before(self, conversation: int, kind: str, event: int) -> int:
        block, place = divmod(event, BLOCK)
        inside = sum(other < place for other in self._places(conversation, block)[kind])
        return block * _TYPES.count(kind) + inside

    def _places(self, conversation: int, block: int) -> dict[str, list[int]]:
        return self.places[self.block_draw(conversation, block) % _ORDERS]

    @staticmethod
    def _gap(block: int, draw: int) -> int:
        """The slot without an event; never the first of all, so that ids begin at 1."""
        return (draw >> 32) % SLOTS or (4 if block == 0 else 0)


class _Typed(Sequence[int]):
    """The indexes of events of one type, worked out where they are looked at."""

    def __init__(self, world: Happenings, conversation: int, kind: str, numbers: range) -> None:
        self._world, self._conversation, self._kind, self._numbers = world, conversation, kind, numbers

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> int: ...
    @overload
    def __getitem__(self, place: slice) -> "_Typed": ...
    def __getitem__(self, place: int | slice) -> "int | _Typed":
        chosen = self._numbers[place]
        if isinstance(chosen, range):
            return _Typed(self._world, self._conversation, self._kind, chosen)
        return self._world.typed_event(self._conversation, self._kind, chosen)

    def __iter__(self) -> Iterator[int]:
        return (self._world.typed_event(self._conversation, self._kind, nth) for nth in self._numbers)
