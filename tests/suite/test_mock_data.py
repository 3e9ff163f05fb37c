"""The mock's data: functions of seed and index that can be turned round, and awkward enough."""

import os
import sys
import tracemalloc
from collections import Counter
from itertools import pairwise
from types import FrameType

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.mock import Api, Settings, build
from contracts.mock.base_data import BEGIN, END
from contracts.mock.ids import make_id, mix, read_id, unmix
from contracts.mock.instants import read_instant, read_usual, write_instant

LARGE = build(Settings(conversations=10_000_000, users=1_000_000))
SMALL = build()
numbers = st.integers(0, 2**64 - 1)
large_indexes = st.integers(0, 9_999_999)


@given(numbers)
def test_mixing_can_be_undone(number: int) -> None:
    assert unmix(mix(number)) == number


@given(numbers, numbers)
def test_an_id_can_be_read_with_its_own_key_only(number: int, secret: int) -> None:
    text = make_id("CON", number, secret)
    assert (read_id("CON", text, secret), read_id("CON", text, secret ^ 1)) == (number, None)


@given(st.text(max_size=45))
def test_other_text_is_no_id(text: str) -> None:
    assert read_id("CON", text, 7) is None


@given(large_indexes)
def test_a_conversation_is_found_by_its_id(index: int) -> None:
    assert LARGE.conversation_of(LARGE.conversation_id(index)) == index


@given(st.integers(10_000_000, 2**56 - 1))
def test_an_id_beyond_the_last_conversation_names_none(index: int) -> None:
    assert LARGE.conversation_of(LARGE.conversation_id(index)) is None


@given(large_indexes, st.integers(0, 39), st.sampled_from("0123456789abcdefgzCON-é"))
def test_an_id_that_was_changed_names_none_or_another(index: int, place: int, character: str) -> None:
    text = LARGE.conversation_id(index)
    changed = text[:place] + character + text[place + 1 :]
    found = LARGE.conversation_of(changed)
    assert found == index if changed == text else found is None or LARGE.conversation_id(found) == changed


@pytest.mark.parametrize("count", [1, 256, 257, 10**9])
def test_the_past_ends_before_2025_however_much_there_is(count: int) -> None:
    api = build(Settings(conversations=count))
    assert api.created(0) <= api.created(count - 1) < END
    assert [api.created_before(at) for at in (api.created(0), END)] == [0, count]


@given(large_indexes)
def test_creation_times_never_fall(index: int) -> None:
    assert BEGIN <= LARGE.created(index) <= LARGE.created(index + 1 if index < 9_999_999 else index) < END


@given(large_indexes)
def test_an_instant_splits_the_conversations_by_creation(index: int) -> None:
    instant = LARGE.created(index)
    before, upto = LARGE.created_before(instant), LARGE.created_before(instant + 1)
    assert before <= index < upto
    assert LARGE.created(before) == LARGE.created(upto - 1) == instant
    assert before == 0 or LARGE.created(before - 1) < instant


@given(large_indexes, st.integers(0, 29))
def test_a_member_is_found_in_its_own_conversation_only(conversation: int, member: int) -> None:
    text = LARGE.member_id(conversation, member)
    found = member if member < LARGE.member_count(conversation) else None
    assert (LARGE.member_of(conversation, text), LARGE.member_of(conversation ^ 1, text)) == (found, None)


@given(large_indexes)
def test_no_user_is_twice_in_a_conversation(conversation: int) -> None:
    count = LARGE.member_count(conversation)
    assert len({LARGE.member_user(conversation, member) for member in range(count)}) == count


@given(large_indexes)
def test_an_event_is_found_by_its_id(conversation: int) -> None:
    count = LARGE.event_count(conversation)
    ids = [LARGE.event_id(conversation, event) for event in range(count)]
    assert [LARGE.event_of(conversation, number) for number in ids] == list(range(count))
    assert all(earlier < later for earlier, later in pairwise(ids))


@given(large_indexes, st.integers(-5, 400))
def test_events_before_a_number_are_those_with_smaller_ids(conversation: int, number: int) -> None:
    count = LARGE.event_count(conversation)
    smaller = sum(LARGE.event_id(conversation, event) < number for event in range(count))
    assert LARGE.events_before(conversation, number) == smaller


@given(large_indexes, st.sampled_from(["text", "member:invited", "member:left"]), st.data())
def test_events_of_a_type_are_found_without_looking_at_others(
    conversation: int, kind: str, data: st.DataObject
) -> None:
    count = LARGE.event_count(conversation)
    low = data.draw(st.integers(0, count))
    high = data.draw(st.integers(low, count))
    expected = [event for event in range(low, high) if LARGE.event_type(conversation, event) == kind]
    assert list(LARGE.events_of_type(conversation, kind, low, high)) == expected


@given(large_indexes)
def test_events_happen_one_after_the_other_after_their_conversation_was_created(conversation: int) -> None:
    times = [LARGE.event_time(conversation, event) for event in range(LARGE.event_count(conversation))]
    assert all(earlier <= later for earlier, later in pairwise([LARGE.created(conversation), *times, END]))


@given(st.integers(0, 4_102_444_800_000))
def test_a_written_instant_can_be_read(milliseconds: int) -> None:
    assert read_instant(write_instant(milliseconds)) == (milliseconds, False)


@given(st.integers(-62_135_596_800_000, 2 * 10**14))
def test_the_usual_form_of_an_instant_is_read_as_any_other(milliseconds: int) -> None:
    text = write_instant(milliseconds)
    longer = read_instant(f"{text[:-1]}0Z")
    assert longer is not None
    assert read_usual(text) == longer


@pytest.mark.parametrize("seed", range(20))
def test_creation_times_tie_across_page_boundaries(seed: int) -> None:
    api = build(Settings(seed=seed))
    assert api.created(9) == api.created(10)
    assert len({api.created(conversation) for conversation in range(50, 62)}) == 1
    assert len({api.created(conversation) for conversation in range(64)}) > 16


@pytest.mark.parametrize("seed", range(20))
def test_the_default_data_are_rich_and_awkward(seed: int) -> None:
    api = build(Settings(seed=seed))
    sizes = [(api.member_count(one), api.event_count(one)) for one in range(api.conversation_count())]
    assert (api.conversation_count(), api.user_count()) == (64, 45)
    assert {(0, 0), (1, 1), (10, 20), (4, 0)} <= set(sizes)
    assert max(members for members, _ in sizes) > 30
    assert max(events for _, events in sizes) > 200


def test_every_documented_type_is_in_every_block_of_eight_ids() -> None:
    kinds = Counter(SMALL.event_kind(2, event) for event in range(7 * 30))
    assert kinds == {"text": 90, "custom": 60, "member:invited": 30, "member:left": 30}


def test_optional_members_are_there_and_not_there() -> None:
    shapes = {tuple(orjson.loads(SMALL.conversation_text(one, ""))) for one in range(64)}
    middle = [(), ("display_name",), ("image_url",), ("display_name", "image_url")]
    assert shapes == {("id", "name", *names, "timestamp", "_links") for names in middle}


def test_conversation_and_user_names_are_unique() -> None:
    names = {SMALL.conversation_name(one) for one in range(64)}
    assert (len(names), len({SMALL.user_name(one) for one in range(45)})) == (64, 45)


def test_a_member_is_invited_before_it_joins_and_joins_before_it_leaves() -> None:
    wholes = [SMALL.whole_member(2, member, "")["timestamp"] for member in range(36)]
    wholes += [SMALL.event_body(2, event, "").get("timestamp", {}) for event in range(240)]
    assert all(list(times.values()) == sorted(times.values()) for times in wholes)  # type: ignore[attr-defined]
    assert {tuple(times) for times in wholes} >= {("invited",), ("invited", "joined", "left")}  # type: ignore[call-overload]


def test_another_seed_makes_other_data() -> None:
    bodies = {build(Settings(seed=seed)).answer("GET", "/v0.2/conversations").body for seed in range(5)}
    assert len(bodies) == 5


def test_equal_settings_answer_alike() -> None:
    assert build().answer("GET", "/v0.2/users") == SMALL.answer("GET", "/v0.2/users")


def _last_page(api: Api) -> bytes:
    return api.answer("GET", "/v0.2/conversations?page_size=100&order=desc").body


def test_ten_million_conversations_cost_no_more_memory_than_sixty() -> None:
    tracemalloc.start()
    api = build(Settings(conversations=10_000_000, users=10_000_000))
    items = orjson.loads(_last_page(api))["_embedded"]["data"]["conversations"]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (len(items), peak < 3_000_000) == (100, True)


def _steps(settings: Settings, target: str) -> list[str]:
    """The functions of the mock that the first answer to a request calls, when nothing of its page is remembered."""
    build(settings).answer("GET", target, {"host": "h"})  # days and encoded values are remembered for all mocks
    api = build(settings)
    seen: list[str] = []
    sys.setprofile(lambda frame, event, _: seen.append(frame.f_code.co_name) if _is_step(frame, event) else None)
    try:
        api.answer("GET", target, {"host": "h"})
    finally:
        sys.setprofile(None)
    return seen


def _is_step(frame: FrameType, event: str) -> bool:
    return event == "call" and f"{os.sep}mock{os.sep}" in frame.f_code.co_filename


@pytest.mark.parametrize("query", ["", "&order=desc", "&date_start=2023-01-05T00:00:00.000Z"])
def test_a_page_of_ten_million_conversations_takes_as_many_steps_as_one_of_sixty(query: str) -> None:
    target = f"/v0.2/conversations?page_size=20{query}"
    few, many = (_steps(Settings(conversations=count), target) for count in (64, 10**7))
    assert (many, len(few) > 100) == (few, True)


def test_members_and_events_are_as_many_as_asked_for() -> None:
    api = build(Settings(members_per_conversation=(2, 9), events_per_conversation=(0, 300)))
    members, events = ({count(one) for one in range(64)} for count in (api.member_count, api.event_count))
    assert (members, min(events) < 30, max(events) > 270, max(events) <= 300) == (set(range(2, 10)), True, True, True)


def test_members_are_no_more_than_users_and_without_members_nothing_happens() -> None:
    api = build(Settings(users=3, members_per_conversation=(5, 5), events_per_conversation=(7, 7)))
    empty = build(Settings(members_per_conversation=(0, 0), events_per_conversation=(7, 7)))
    assert (api.member_count(0), api.event_count(0), empty.event_count(0)) == (3, 7, 0)
