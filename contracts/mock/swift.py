"""Pages of conversations, written several times as fast as step by step; the same answers to the byte.

Most of the time of a page goes, by the profile, into one small step after another for each of its items: numbers are
mixed, ids and times formatted, objects built and serialized. Here the numbers of all items of a page lie side by side in one
large integer, a lane for each: they are mixed, and the digits of the ids put in order, all at once. The page is one list of
pieces of text, into which columns are put from tables, each by one assignment, and joined. What an item looks like does not
change, so where there are few conversations each is written once and kept. No answer is kept.

Faults and oddities override steps. `build` takes this class only where there are none. Whatever is unusual in a request goes to
the steps as well, so that every refusal is theirs.
"""

import struct
from binascii import hexlify
from bisect import bisect_left
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple, cast

import orjson

from contracts.mock.api import Api, Route
from contracts.mock.instants import DAY, MINUTE, SECOND, read_usual
from contracts.mock.mixing import FIRST_FACTOR, MASK, SECOND_FACTOR
from contracts.mock.queries import AFTER, BEFORE, CONVERSATIONS, FROM, START, UPTO, Answer, Mark
from contracts.mock.settings import Settings
from contracts.mock.words import DISPLAY_NAMES, TOPICS
from contracts.mock.world import BEGIN, GROUP

_ID_LENGTH = 36
_LANE = 4 * _ID_LENGTH  # bits: four for each character of an id, and room for the product of two numbers of 64
_STRIDE = _LANE // 8
_HIGHEST = _STRIDE - 8  # where the highest byte of a number of 64 bits stands
_SIZES = {str(size): size for size in range(1, 101)}
_ORDERS = {"asc": False, "desc": True}
_MINUTES = [f"T{minute // 60:02}:{minute % 60:02}:".encode() for minute in range(24 * 60)]
_SECONDS = [b"%02d.%03dZ" % divmod(rest, SECOND) for rest in range(MINUTE)]
_FEW = 4096  # conversations, of which each is kept as it is written
_WINDOWS = 8192  # of dates, whose meaning is kept
_NAMES = [b'","name":"' + orjson.dumps(topic)[1:-1] + b"-" for topic in TOPICS]
_NAMES *= 256 // len(_NAMES)
_SHOWN = [
    (b'","display_name":"' + orjson.dumps(DISPLAY_NAMES[(draw >> 3) % len(DISPLAY_NAMES)])[1:-1] if draw & 1 else b"")
    + (b"" if draw & 6 else b'","image_url":"https://example.com/images/%d.png?size=2&v=%%C3%%A9' % draw)
    + b'","timestamp":{"created":"'
    for draw in range(256)
]
_KNOWN = frozenset(CONVERSATIONS.parameters)
_EPOCH = date(1970, 1, 1)
_DASHES = (8, 13, 18, 23)
_FIXED = 4 << 84 | 8 << 64  # the version in an id, and the variant, to which two bits are added
_WIDTH = 11  # pieces of an item; its columns stand among them at:
_ID, _NAME, _NUMBER, _SHOW, _DAY, _MINUTE, _SECOND, _AGAIN = 1, 2, 3, 4, 5, 6, 7, 9


@lru_cache(maxsize=1024)
def _day(number: int) -> bytes:
    return (_EPOCH + timedelta(days=number)).isoformat().encode()


class _Lanes(NamedTuple):
    """For pages of one length: a one in each lane, the places of the lanes, masks, and what takes lanes or ids apart."""

    ones: int
    places: int
    low: int
    id_masks: tuple[int, ...]
    fixed: int
    ids: struct.Struct


@lru_cache(maxsize=128)
def _lanes(length: int) -> _Lanes:
    shifts = range(0, length * _LANE, _LANE)
    ones = sum(1 << shift for shift in shifts)
    places = sum((length - 1 - nth) << shift for nth, shift in enumerate(shifts))
    # of each group of digits, how many bits it has and how many follow it
    masks = ((32, 112), (16, 92), (12, 72), (4, 60), (8, 52), (48, 0), (2, 64))
    return _Lanes(
        ones,
        places,
        ones * MASK,
        tuple(ones * ((1 << width) - 1 << place) for width, place in masks),
        ones * _FIXED,
        struct.Struct(f"{_ID_LENGTH}s" * length),
    )


def _mixed(numbers: int, low: int) -> int:
    """`mix` of the number in each lane."""
    numbers = (numbers ^ (numbers >> 30 & low)) * FIRST_FACTOR & low
    numbers = (numbers ^ (numbers >> 27 & low)) * SECOND_FACTOR & low
    return numbers ^ (numbers >> 31 & low)


def _ids(length: int, bits: int, check: int) -> tuple[bytes, ...]:
    """What `make_id` writes behind the prefix, of the two numbers in each lane."""
    lanes = _lanes(length)
    eight, four, three, one, two, twelve, variant = lanes.id_masks
    digits = (bits << 80 & eight) | (bits << 76 & four) | (bits << 68 & three) | (bits << 60 & one)
    digits |= (check >> 4 & two) | (check >> 8 & twelve) | (check << 64 & variant) | lanes.fixed
    text = bytearray(hexlify(digits.to_bytes(length * _STRIDE, "big")))
    for place in _DASHES:
        text[place::_ID_LENGTH] = b"-" * length
    return lanes.ids.unpack(text)


@lru_cache(maxsize=256)
def _pieces(length: int, home: str) -> tuple[bytes | None, ...]:
    """The text of a page of this length, with None wherever something is to be put in; `home` stands before ids in links."""
    link = f'"}},"_links":{{"self":{{"href":"{home}CON-'.encode()
    return (b'{"id":"CON-', *[None] * 7, link, None, b'"}}},') * length


_Rows = tuple[int, int, int, bool, Mark | None]
"""The rows that pass, from the first to behind the last, the size of a page, whether the order falls, and a cursor."""


def _values(query_string: str) -> dict[str, str] | None:
    """The parameters of a query string, their values still encoded; None where a name is encoded or given twice."""
    values: dict[str, str] = {}
    if "+" in query_string or not query_string.isascii():
        return None
    for part in query_string.split("&"):
        name, _, value = part.partition("=")
        if name in _KNOWN:
            if name in values:
                return None
            values[name] = value
        elif "%" in part:
            return None
    return values


def _cut(rows: _Rows) -> tuple[int, int]:
    """The first item of the page by creation, and the one behind its last."""
    low, high, size, descending, mark = rows
    if mark is None or mark.kind == START:
        return (max(low, high - size), high) if descending else (low, min(high, low + size))
    place = min(high, max(low, mark.item + ((mark.kind in (AFTER, UPTO)) != descending)))
    if (mark.kind in (BEFORE, UPTO)) != descending:
        return max(low, place - size), place
    return place, min(high, place + size)


class Swift(Api):
    """The API without faults and oddities."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.plain_root = ""
        self.written: list[bytes | None] = []
        self.listing_route = f"{settings.base_path}/conversations"
        self.top = Route(CONVERSATIONS)
        self.window = lru_cache(maxsize=_WINDOWS)(self._window)

    def route(self, path: str) -> Route:
        """What a path leads to; the one that is asked for most is known."""
        return self.top if path == self.listing_route else super().route(path)

    def many(self, route: Route, root: str, query_string: str) -> Answer:
        """The answer with a page; of conversations at once, where nothing is unusual."""
        if route.listing is CONVERSATIONS and not self.journal.done and self._plain(root):
            body = self._page(root, query_string)
            if body is not None:
                return Answer(200, (("content-type", "application/json"), ("content-length", str(len(body)))), body)
        return super().many(route, root, query_string)

    def _plain(self, root: str) -> bool:
        """Whether the address that links begin with stands in JSON as it is."""
        if root != self.plain_root:
            if not root.isascii() or orjson.dumps(root) != b'"%b"' % root.encode():
                return False
            self.plain_root = root
            self.written = [None] * self.settings.conversations if self.settings.conversations <= _FEW else []
        return True

    def _page(self, root: str, query_string: str) -> bytes | None:
        """The body for a query; None where the steps have to look at it."""
        values = _values(query_string)
        if values is None:
            return None
        size, descending = _SIZES.get(values.get("page_size", "10")), _ORDERS.get(values.get("order", "asc"))
        if size is None or descending is None:
            return None
        window = self.window(descending, values.get("date_start"), values.get("date_end"))
        if window is None:
            return None
        low, high, binding, filters = window
        stem = f"{root}/conversations?order={'desc' if descending else 'asc'}&page_size={size}{filters}"
        mark, own = None, values.get("cursor")
        if own is not None:
            mark = self.opened(binding, own)
            if mark is None:
                return None
        return self._body(stem, binding, own, (low, high, size, descending, mark))

    def _window(self, descending: bool, start: str | None, end: str | None) -> tuple[int, int, int, str] | None:  # noqa: FBT001 - cached by it
        """What a window of dates means: its first row and the one behind its last, what binds its cursors, how links have it.

        None where a date is written in an unusual way. Whoever pages asks for the same window again and again.
        """
        low, high, after, before, filters = 0, self.settings.conversations, None, None, ""
        if start is not None:
            text = start.replace("%3A", ":")
            after = read_usual(text)
            if after is None:
                return None
            low = self.created_before(after + 1)
            filters = f"&date_start={text.replace(':', '%3A')}"
        if end is not None:
            text = end.replace("%3A", ":")
            before = read_usual(text)
            if before is None:
                return None
            high = max(low, self.created_before(before))
            filters += f"&date_end={text.replace(':', '%3A')}"
        binding = self.binding(f"conversations -1 {descending} {after} {before} None None None")
        return low, max(low, high), binding, filters

    def _body(self, stem: str, binding: int, own: str | None, rows: _Rows) -> bytes:
        """The body of the page that is wanted, by the address of its links, what binds its cursors, and its own cursor."""
        low, high, size, descending, mark = rows
        first, last = _cut(rows)
        there = first < last
        items = b""
        if there:
            kept = self.written[first:last]
            if not kept:
                items = self._items(first, last, descending=descending)[:-1]
            else:
                if None in kept:
                    kept = self.written[first:last] = [self._items(one, one + 1) for one in range(first, last)]
                items = b"".join(cast("list[bytes]", kept[::-1] if descending else kept))[:-1]
        top, bottom = (last - 1, first) if descending else (first, last - 1)
        if own is None:
            own = (self.sealed(binding, FROM, top) if there else self.sealed(binding, START, 0)).hex()
        links = f'{{"first":{{"href":"{stem}"}},"self":{{"href":"{stem}&cursor={own}"}}'
        if there and (first > low if descending else last < high):
            links += f',"next":{{"href":"{stem}&cursor={self.sealed(binding, AFTER, bottom).hex()}"}}'
        if last < high if descending else first > low:
            kind = UPTO if not there and mark and mark.kind == AFTER else BEFORE
            item = top if there else mark.item if mark else 0
            links += f',"prev":{{"href":"{stem}&cursor={self.sealed(binding, kind, item).hex()}"}}'
        head = f'{{"page_size":{size},"cursor":"{own}","_embedded":{{"data":{{"conversations":['
        return b"".join((head.encode(), items, f']}}}},"_links":{links}}}}}'.encode()))

    def _items(self, first: int, last: int, *, descending: bool = False) -> bytes:
        """The JSON of the conversations from the first up to, not including, the last; a comma behind each."""
        length = last - first
        ones, places, low = _lanes(length)[:3]
        secret = ones * self.conversation_key
        index = ones * (last - 1) - places if descending else ones * first + places
        bits = _mixed(index + secret & low, low)
        pieces = [*_pieces(length, f"{self.plain_root}/conversations/")]
        pieces[_ID::_WIDTH] = pieces[_AGAIN::_WIDTH] = _ids(length, bits, _mixed(bits ^ secret, low))
        draws = bits.to_bytes(length * _STRIDE, "big")
        pieces[_NAME::_WIDTH] = [_NAMES[draw] for draw in draws[_HIGHEST::_STRIDE]]
        row = range(last - 1, first - 1, -1) if descending else range(first, last)
        pieces[_NUMBER::_WIDTH] = [b"%d" % number for number in row]
        pieces[_SHOW::_WIDTH] = [_SHOWN[draw] for draw in draws[_STRIDE - 1 :: _STRIDE]]
        day, times = self._times(first, last)
        if descending:
            times.reverse()
        if times[0 if descending else -1] < DAY:
            pieces[_DAY::_WIDTH] = [_day(day)] * length
        else:
            pieces[_DAY::_WIDTH] = [_day(day + time // DAY) for time in times]
            times = [time % DAY for time in times]
        pieces[_MINUTE::_WIDTH] = [_MINUTES[time // MINUTE] for time in times]
        pieces[_SECOND::_WIDTH] = [_SECONDS[time % MINUTE] for time in times]
        return b"".join(cast("list[bytes]", pieces))

    def _times(self, first: int, last: int) -> tuple[int, list[int]]:
        """A day, and how many milliseconds after its beginning conversations were created."""
        group, place = divmod(first, GROUP)
        day, begun = divmod(BEGIN + group * self.group_span, DAY)
        times: list[int] = []
        wanted = last - first
        while wanted > 0:
            found = self.patterns[self._pattern_of(group)][place : place + wanted]
            times += [begun + offset for offset in found]
            wanted -= len(found)
            group, begun, place = group + 1, begun + self.group_span, 0
        return day, times

    def created_before(self, milliseconds: int) -> int:
        """How many conversations were created strictly before an instant."""
        group, rest = divmod(milliseconds - BEGIN, self.group_span)
        if self.journal.done or group < 0:
            return super().created_before(milliseconds)
        return min(
            self.settings.conversations, group * GROUP + bisect_left(self.patterns[self._pattern_of(group)], rest)
        )
