"""Dates and times: every form that RFC 3339 allows, and no other, by format and by pattern."""

import re

import pytest

from contracts.description import CONVERSATION, resolve
from contracts.description.formats import format_checker, is_date, is_date_time

PATTERN = resolve(CONVERSATION.effective, "/components/schemas/event/properties/timestamp/pattern")
LEGAL = {
    "described": "2019-09-12T19:49:21.823Z",
    "no-fraction": "2019-09-12T19:49:21Z",
    "one-fraction-digit": "2019-09-12T19:49:21.8Z",
    "many-fraction-digits": "2019-09-12T19:49:21.823456789012345Z",
    "offset-east": "2019-09-12T19:49:21+05:30",
    "offset-west": "2019-09-12T19:49:21.823-11:00",
    "offset-unknown": "2019-09-12T19:49:21-00:00",
    "offset-largest": "2019-09-12T19:49:21+23:59",
    "small-letters": "2019-09-12t19:49:21z",
    "midnight": "2019-09-12T00:00:00Z",
    "leap-day": "2024-02-29T00:00:00Z",
    "leap-day-of-a-fourth-century": "2000-02-29T00:00:00Z",
    "leap-second": "1998-12-31T23:59:60Z",
    "leap-second-with-fraction": "1998-12-31T23:59:60.5Z",
    "leap-second-in-the-west": "1998-12-31T15:59:60.123-08:00",
    "leap-second-in-the-east": "1999-01-01T05:29:60+05:30",
    "year-zero": "0000-01-01T00:00:00Z",
    "year-last": "9999-12-31T23:59:59Z",
}
ILLEGAL = {
    "empty": "",
    "word": "yesterday",
    "date-only": "2019-09-12",
    "time-only": "19:49:21Z",
    "no-zone": "2019-09-12T19:49:21.823",
    "no-seconds": "2019-09-12T19:49Z",
    "no-fraction-digit": "2019-09-12T19:49:21.Z",
    "comma": "2019-09-12T19:49:21,823Z",
    "space": "2019-09-12 19:49:21Z",
    "basic-form": "20190912T194921Z",
    "basic-offset": "2019-09-12T19:49:21+0530",
    "hour-offset": "2019-09-12T19:49:21+05",
    "offset-too-large": "2019-09-12T19:49:21+24:00",
    "two-zones": "2019-09-12T19:49:21Z+05:30",
    "month-zero": "2019-00-12T19:49:21Z",
    "month-thirteen": "2019-13-12T19:49:21Z",
    "day-zero": "2019-09-00T19:49:21Z",
    "day-thirty-two": "2019-10-32T19:49:21Z",
    "hour-twenty-four": "2019-09-12T24:00:00Z",
    "minute-sixty": "2019-09-12T19:60:21Z",
    "second-sixty-one": "2019-09-12T23:59:61Z",
    "one-digit-month": "2019-9-12T19:49:21Z",
    "two-digit-year": "19-09-12T19:49:21Z",
    "five-digit-year": "12019-09-12T19:49:21Z",
    "week-date": "2019-W37-4T19:49:21Z",
    "space-before": " 2019-09-12T19:49:21Z",
    "space-after": "2019-09-12T19:49:21Z ",
    "other-digits": "२०१९-09-12T19:49:21Z",
    "epoch": "1568317761",
}
ILLEGAL_BY_THE_CALENDAR = {
    "no-leap-day": "2019-02-29T00:00:00Z",
    "no-leap-day-in-a-century": "1900-02-29T00:00:00Z",
    "thirty-first-of-april": "2019-04-31T00:00:00Z",
    "leap-second-at-noon": "2019-09-12T11:59:60Z",
    "leap-second-elsewhere": "1998-12-31T23:59:60-08:00",
    "line-break-after": "2019-09-12T19:49:21Z\n",
}


@pytest.mark.parametrize("text", LEGAL.values(), ids=LEGAL)
def test_legal_by_format_and_by_pattern(text: str) -> None:
    assert is_date_time(text)
    assert re.search(PATTERN, text)


@pytest.mark.parametrize("text", ILLEGAL.values(), ids=ILLEGAL)
def test_illegal_by_format_and_by_pattern(text: str) -> None:
    assert not is_date_time(text)
    assert not re.search(PATTERN, text)


@pytest.mark.parametrize("text", ILLEGAL_BY_THE_CALENDAR.values(), ids=ILLEGAL_BY_THE_CALENDAR)
def test_illegal_by_format_alone(text: str) -> None:
    """What no pattern can see, and what Python's `$` lets pass."""
    assert not is_date_time(text)


@pytest.mark.parametrize(
    ("text", "legal"),
    [
        pytest.param("2019-09-12", True, id="a-date"),
        pytest.param("2024-02-29", True, id="a-leap-day"),
        pytest.param("2023-02-29", False, id="not-a-leap-day"),
        pytest.param("2019-09-12T19:49:21Z", False, id="a-date-and-a-time"),
        pytest.param("2019-9-12", False, id="not-two-digits"),
        pytest.param("2019-09", False, id="a-month"),
    ],
)
def test_date(text: str, *, legal: bool) -> None:
    assert is_date(text) is legal


def test_formats_judge_text_alone() -> None:
    assert is_date(5)
    assert is_date_time(None)


def test_every_format_that_is_used_is_checked() -> None:
    used = formats(CONVERSATION.effective)
    assert used == {"date", "date-time"}
    assert used <= set(format_checker().checkers)


def formats(value: object) -> set[str]:
    """Collect every `format` of a document."""
    if isinstance(value, list):
        return set().union(*map(formats, value))
    if not isinstance(value, dict):
        return set()
    own = {value["format"]} if "format" in value else set()
    return own.union(*map(formats, value.values()))
