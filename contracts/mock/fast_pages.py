"""Pages of conversations, written several times as fast as step by step; the same answers to the byte.

Most of the time of a page goes, by the profile, into one small step after another for each of its items: numbers are
mixed, ids and times formatted, objects built and serialized. Here the text of a whole period of conversations lies ready in
pieces, with holes for what periods differ in (see `world`): the end of ids, the number of the period, the beginning of times. A
page is a run of these pieces, into which what is missing is put, a column by one assignment, and joined. Where there are few
conversations each is written once and kept. No answer is kept.

Faults and oddities override steps. `build` takes this class only where there are none. Whatever is unusual in a request goes to
the steps as well, so that every refusal is theirs.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain
from typing import NamedTuple, cast

import orjson

from contracts.mock.api import JSON_TYPE, Api, Route
from contracts.mock.base_data import FEW, PERIOD
from contracts.mock.instants import DAY, HOUR, MINUTE, read_usual, write_instant
from contracts.mock.queries import AFTER, BEFORE, CONVERSATIONS, FROM, START, UPTO, Answer, Mark
from contracts.mock.settings import Settings

_SIZES = {str(size): size for size in range(1, 101)}
_ORDERS = {"asc": False, "desc": True}
_WINDOWS = 8192  # of dates, whose meaning is kept
_ROOTS = 8  # addresses that links begin with, for which the pieces are kept
_LONGEST_ROOT = 300  # characters: a name of 253, a port, a path
_CLOSED = b'"}}}'  # what follows the id in the link of an item
_KNOWN = frozenset(CONVERSATIONS.parameters)
_EPOCH = date(1970, 1, 1)
_DATE = len("2023-01-02")
_ALIKE = {DAY: "2023-01-02T", HOUR: "2023-01-02T03:", 10 * MINUTE: "2023-01-02T03:0", MINUTE: "2023-01-02T03:04:"}
_WIDTH = 8  # pieces of an item; the holes among them are:
_ID, _PERIOD, _WHEN, _LINK = 1, 3, 5, 7


@lru_cache(maxsize=1024)
def _day(number: int) -> bytes:
    return (_EPOCH + timedelta(days=number)).isoformat().encode()


class _Texts(NamedTuple):
    """What is known of the text of conversations under an address: a period rising and falling, or those written so far."""

    root: str
    rising: list[bytes]
    falling: list[bytes]
    written: list[bytes | None]


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
        self.texts_of = lru_cache(maxsize=_ROOTS)(self._texts)
        self.alike = len(_ALIKE.get(self.span, ""))  # characters of a time that are those of its whole period
        self.hours = [write_instant(time)[_DATE : self.alike].encode() for time in range(0, DAY, self.span)]
        self.listing_route = f"{settings.base_path}/conversations"
        self.top = Route(CONVERSATIONS)
        self.window = lru_cache(maxsize=_WINDOWS)(self._window)

    def route(self, path: str) -> Route:
        """What a path leads to; the one that is asked for most is known."""
        return self.top if path == self.listing_route else super().route(path)

    def many(self, route: Route, root: str, query_string: str) -> Answer:
        """The answer with a page; of conversations at once, where nothing is unusual."""
        if route.listing is CONVERSATIONS and not self.journal.done:
            body = self._page(root, query_string)
            if body is not None:
                return Answer(200, (JSON_TYPE,), body)
        return super().many(route, root, query_string)

    def _texts(self, root: str) -> _Texts | None:
        """The texts for an address that links begin with; None where it is long, or does not stand in JSON as it is."""
        if len(root) > _LONGEST_ROOT or not root.isascii() or orjson.dumps(root) != b'"%b"' % root.encode():
            return None
        if self.settings.conversations <= FEW:
            return _Texts(root, [], [], [None] * self.settings.conversations)
        items = [tuple(self._pieces(place, root)) for place in range(PERIOD)]
        rising, falling = (list(chain.from_iterable(row)) for row in (items, reversed(items)))
        return _Texts(root, rising, falling, [])

    def _pieces(self, place: int, root: str) -> Iterator[bytes]:
        """The pieces of a conversation of the first period."""
        text, end = self._written(place, root), self.id_end(0).encode()
        first, _, text = text.partition(end)
        text = text.removesuffix(end + _CLOSED)
        name, number, text = text.partition(b'-%03x"' % place)
        others, created, text = text.partition(b'"created":"')
        yield from (first, end, name + b"-", b"0", number[2:] + others + created)
        yield from (text[: self.alike], text[self.alike :], end + _CLOSED)

    def _written(self, conversation: int, root: str) -> bytes:
        """A comma, and the JSON of a conversation."""
        return b"," + orjson.dumps(self.conversation_item(conversation, root))

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
        texts = self.texts_of(root)
        if texts is None:
            return None
        low, high, binding, filters = window
        stem = f"{root}/conversations?order={'desc' if descending else 'asc'}&page_size={size}{filters}"
        mark, own = None, values.get("cursor")
        if own is not None:
            mark = self.opened(binding, own)
            if mark is None:
                return None
        return self._body(stem, binding, own, (low, high, size, descending, mark), texts)

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
            high = self.created_before(before)
            filters += f"&date_end={text.replace(':', '%3A')}"
        binding = self.binding(f"conversations -1 {descending} {after} {before} None None None")
        return low, max(low, high), binding, filters

    def _body(self, stem: str, binding: int, own: str | None, rows: _Rows, texts: _Texts) -> bytes:
        """The body of the page that is wanted, by the address of its links, what binds its cursors, and its own cursor."""
        low, high, size, descending, mark = rows
        first, last = _cut(rows)
        there = first < last
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
        pieces = self._items(first, last, descending, texts) if there else [b","]
        head = f'{{"page_size":{size},"cursor":"{own}","_embedded":{{"data":{{"conversations":['
        pieces[0] = head.encode() + pieces[0][1:]
        pieces.append(f']}}}},"_links":{links}}}}}'.encode())
        return b"".join(pieces)

    def _items(self, first: int, last: int, descending: bool, texts: _Texts) -> list[bytes]:  # noqa: FBT001
        """The JSON of the conversations from the first up to, not including, the last, in pieces; a comma before each."""
        if not texts.written:
            return self._filled(first, last, descending, texts)
        kept = texts.written[first:last]
        if None in kept:
            kept = texts.written[first:last] = [self._written(one, texts.root) for one in range(first, last)]
        return cast("list[bytes]", kept[::-1] if descending else kept)

    def _filled(self, first: int, last: int, descending: bool, texts: _Texts) -> list[bytes]:  # noqa: FBT001
        """The pieces of conversations, nothing missing."""
        period, place = divmod(first, PERIOD)
        length, edge = last - first, first - place + PERIOD
        if last > edge:
            lower, upper = (self._filled(*ends, descending, texts) for ends in ((first, edge), (edge, last)))
            return upper + lower if descending else lower + upper
        start = PERIOD - place - length if descending else place
        pieces = (texts.falling if descending else texts.rising)[start * _WIDTH : (start + length) * _WIDTH]
        end = self.id_end(period).encode()
        day, rest = divmod(self.begin + period * self.span, DAY)
        pieces[_ID::_WIDTH] = [end] * length
        pieces[_PERIOD::_WIDTH] = [b"%x" % period] * length
        pieces[_WHEN::_WIDTH] = [_day(day) + self.hours[rest // self.span]] * length
        pieces[_LINK::_WIDTH] = [end + _CLOSED] * length
        return pieces
