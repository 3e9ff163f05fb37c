"""Instants: what RFC 3339 allows, read and written exactly."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.paging.instants import DAY, SECOND, Instant, parse, text

NEW_YEAR = 1_672_531_200 * SECOND
"""2023-01-01T00:00:00Z."""


@pytest.mark.parametrize(
    ("written", "nanoseconds", "precision"),
    [
        ("2023-01-01T00:00:00Z", NEW_YEAR, SECOND),
        ("2023-01-01t00:00:00z", NEW_YEAR, SECOND),
        ("2023-01-01T00:00:00.5Z", NEW_YEAR + SECOND // 2, SECOND // 10),
        ("2023-01-01T00:00:00.001Z", NEW_YEAR + 1_000_000, 1_000_000),
        ("2023-01-01T00:00:00.0010Z", NEW_YEAR + 1_000_000, 100_000),
        ("2023-01-01T00:00:00.123456789999Z", NEW_YEAR + 123_456_789, 1),
        ("2023-01-01T05:30:00+05:30", NEW_YEAR, SECOND),
        ("2022-12-31T16:00:00-08:00", NEW_YEAR, SECOND),
        ("2023-01-01T00:00:00-00:00", NEW_YEAR, SECOND),
        ("2016-12-31T23:59:60Z", 1_483_228_800 * SECOND, SECOND),
        ("1969-12-31T23:59:59.750Z", -SECOND // 4, 1_000_000),
        ("0001-01-01T00:00:00Z", -62_135_596_800 * SECOND, SECOND),
        ("0001-01-01T00:00:00+14:00", -62_135_647_200 * SECOND, SECOND),
        ("0000-02-29T00:00:00Z", -62_162_121_600 * SECOND, SECOND),
        ("9999-12-31T23:59:59.999-14:00", 253_402_351_200 * SECOND - 1_000_000, 1_000_000),
        (f"2023-01-01T00:00:00.{'0' * 5000}1Z", NEW_YEAR, 1),
    ],
)
def test_a_date_time_names_an_instant_and_a_precision(written: str, nanoseconds: int, precision: int) -> None:
    assert parse(written) == Instant(nanoseconds, precision)


@pytest.mark.parametrize(
    "written",
    [
        *("", "2023-01-01", "2023-01-01T00:00:00", "2023-01-01 00:00:00Z", "2023-01-01T00:00Z", "20230101T000000Z"),
        *("2023-13-01T00:00:00Z", "2023-02-29T00:00:00Z", "2023-01-01T24:00:00Z", "2023-01-01T00:60:00Z"),
        *("2023-01-01T00:00:61Z", "2023-01-01T00:00:00.Z", "2023-01-01T00:00:00+0530", "2023-01-01T00:00:00+24:00"),
        *(" 2023-01-01T00:00:00Z", "2023-01-01T00:00:00Z\n", "٢٠٢٣-01-01T00:00:00Z"),
        *("0000-02-30T00:00:00Z", "2023-01-01T00:00:00+13:60", "2023-01-01T00:00:60.5+24:00"),
        *("0001-01-01T00:00:00+14:00x", None, 5, True, {}, ["2023-01-01T00:00:00Z"]),
    ],
    ids=repr,
)
def test_what_is_no_date_time_names_none(written: object) -> None:
    assert parse(written) is None


@given(
    st.integers(-(10**9), 4 * 10**9),
    st.integers(0, SECOND - 1),
    st.integers(1, 9),
    st.integers(-14 * 60, 14 * 60),
)
def test_an_instant_is_read_as_it_was_written(seconds: int, rest: int, digits: int, offset: int) -> None:
    """What is written is read again, as far as the precision goes, whatever the offset."""
    precision = SECOND // 10**digits
    shown = rest // precision * precision
    assert parse(text(seconds * SECOND + rest, digits=digits, offset=offset)) == Instant(
        seconds * SECOND + shown, precision
    )


@given(st.datetimes(datetime(1600, 1, 1), datetime(2400, 1, 1)), st.integers(-720, 720))  # noqa: DTZ001 - zones follow
def test_the_standard_library_agrees(moment: datetime, minutes: int) -> None:
    there = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    found = parse(there.isoformat())
    assert found == Instant((there - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1) * SECOND, SECOND)


@pytest.mark.parametrize(
    ("digits", "offset", "written"),
    [
        (3, 0, "2023-01-01T00:00:00.250Z"),
        (0, 0, "2023-01-01T00:00:00Z"),
        (1, 330, "2023-01-01T05:30:00.2+05:30"),
        (3, -485, "2022-12-31T15:55:00.250-08:05"),
    ],
    ids=["milliseconds", "no-fraction", "east", "west"],
)
def test_an_instant_is_written_with_digits_and_an_offset(digits: int, offset: int, written: str) -> None:
    assert text(NEW_YEAR + SECOND // 4, digits=digits, offset=offset) == written


ENDS = ["0000-01-01T00:00:00.000+23:59", "0001-01-01T00:00:00.000+14:00", "9999-12-31T23:59:59.999-23:59"]


@pytest.mark.parametrize("written", ENDS)
@pytest.mark.parametrize("offset", [0, 330, 14 * 60, -12 * 60])
def test_an_instant_at_the_ends_of_time_is_written_with_an_offset_that_has_it(written: str, offset: int) -> None:
    instant = parse(written)
    assert instant is not None
    assert parse(text(instant.nanoseconds, offset=offset)) == instant


@pytest.mark.parametrize(
    ("nanoseconds", "written"),
    [(-(10**21), "0000-01-01T00:00:00.000Z"), (10**21, "9999-12-31T23:59:59.999Z")],
    ids=["before-all-time", "after-all-time"],
)
def test_an_instant_that_no_text_has_is_written_as_the_nearest(nanoseconds: int, written: str) -> None:
    assert text(nanoseconds) == written


@pytest.mark.parametrize(("written", "digits"), [("Z", 0), (".25Z", 2), (f".{'0' * 5000}Z", 9)], ids=["0", "2", "9"])
def test_an_instant_knows_the_digits_that_it_is_shown_with(written: str, digits: int) -> None:
    instant = parse(f"2023-01-01T00:00:00{written}")
    assert instant is not None
    assert instant.digits == digits


def test_a_day_has_86400_seconds() -> None:
    assert (SECOND, DAY) == (10**9, 86_400 * 10**9)


def test_instants_are_ordered_by_time() -> None:
    assert sorted([Instant(2), Instant(1, 5), Instant(1)]) == [Instant(1), Instant(1, 5), Instant(2)]
