"""Each setting of the mock is declared once: command line, process, control port and documentation follow from it."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import example, given, seed
from hypothesis import strategies as st

from contracts.cli import mock as command
from contracts.mock import Settings
from contracts.mock.control import changed
from contracts.mock.handle import Mock, controlled
from contracts.mock.options import Group, Option
from contracts.mock.server import arguments
from contracts.mock.settings import CHANGEABLE, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator


def kebab(name: str) -> str:
    return name.replace("_", "-")


PAGE = (Path(__file__).parents[2] / "docs" / "mock.md").read_text(encoding="utf-8")
NOW = 1_700_000_000_000
OTHERS: dict[str, tuple[list[str], Any]] = {
    "seed": (["--seed=7"], 7),
    "conversations": (["--conversations", "0"], 0),
    "users": (["--users=1000000000"], 10**9),
    "members_per_conversation": (["--members-per-conversation=3"], (3, 3)),
    "events_per_conversation": (["--events-per-conversation", "0-50"], (0, 50)),
    "data": (["--data=-data.yaml"], "-data.yaml"),
    "writes_per_second": (["--writes-per-second=0.25"], 0.25),
    "faults": (["--fault=one-too-many", "--fault", "no-prev"], ("one-too-many", "no-prev")),
    "oddities": (["--oddity=tiny-api"], ("tiny-api",)),
    "departures": (["--departure=users-always-by-name"], ("users-always-by-name",)),
    "rate_limit": (["--rate-limit=100/h"], 100 / 3600),
    "latency": (["--latency", "0.5ms-1.5s"], (0.5, 1500.0)),
    "flaky": (["--flaky=7%"], 0.07),
    "flaky_kinds": (["--flaky-kind=unavailable"], ("unavailable",)),
    "token": (["--token= a=b%"], " a=b%"),
    "tenants": (["--tenants=other-token", "--tenants", "app-3"], ("other-token", "app-3")),
    "jwt_public_key": (["--jwt-public-key=key.pem"], "key.pem"),
    "base_path": (["--base-path="], ""),
    "origin": (["--origin=https://api.example.com"], "https://api.example.com"),
    "trust_forwarded": (["--trust-forwarded"], True),
    "access_log": (["--access-log"], True),
}
"""For each setting, the words for another value than the default, and that value."""

CASES = [pytest.param(name, *other, id=kebab(name)) for name, other in OTHERS.items()]
BOUNDED = {
    name: each
    for name, each in command.OPTIONS.items()
    if each.metavar and each.form.word not in ("text", "a name", "a token")
}
OUTSIDE: dict[str, tuple[str, Any]] = {
    "true-as-a-number": ("seed", True),
    "above-the-most": ("seed", 2**63),
    "below-zero": ("writes_per_second", -1),
    "a-float-as-a-count": ("users", 1.0),
    "a-range-backwards": ("members_per_conversation", (2, 1)),
    "a-range-of-floats": ("events_per_conversation", (0.0, 1.0)),
    "too-long-a-time": ("latency", (0, 60_001)),
    "not-a-number": ("rate_limit", float("nan")),
    "more-than-all": ("flaky", 1.01),
    "a-list-for-a-tuple": ("faults", ["one-too-many"]),
    "no-kind": ("flaky_kinds", ()),
    "a-slash-at-the-end": ("base_path", "/v0.2/"),
}


@pytest.fixture(scope="module")
def running() -> Iterator[Mock]:
    with controlled() as mock:
        yield mock


@pytest.fixture
def mock(running: Mock) -> Mock:
    running.reset()
    return running


def read(words: list[str]) -> Settings:
    """The settings on a command line."""
    return command.settings(command.parser().parse_args(words), NOW)


def other(name: str, value: Any) -> Settings:
    """The default settings but for one."""
    return replace(Settings(), **{name: value}, started=NOW if name == "writes_per_second" else None)


def test_every_field_but_the_start_of_writing_has_an_option_and_is_tested() -> None:
    assert [each.name for each in fields(Settings)] == [*SETTINGS, "started"]
    assert list(SETTINGS) == list(OTHERS)
    assert [name for name, (_, value) in OTHERS.items() if value == getattr(Settings(), name)] == []


# --- the command line ------------------------------------------------------------------------------------------------


def test_no_words_are_the_defaults() -> None:
    assert read([]) == Settings()


@pytest.mark.parametrize(("name", "words", "value"), CASES)
def test_an_option_sets_its_field_and_no_other(name: str, words: list[str], value: Any) -> None:
    assert read(words) == other(name, value)


@pytest.mark.parametrize(("name", "words", "value"), CASES)
def test_the_words_for_settings_are_read_as_these_settings(name: str, words: list[str], value: Any) -> None:  # noqa: ARG001
    settings = other(name, value)
    assert read(arguments(settings)) == settings


def test_all_settings_together_are_read_again() -> None:
    settings = Settings(**{name: value for name, (_, value) in OTHERS.items()}, started=NOW)
    assert read(arguments(settings)) == settings


@seed(1)
@given(rate=st.floats(0, 10**6), share=st.floats(0, 1), times=st.tuples(st.floats(0, 60_000), st.floats(0, 60_000)))
@example(rate=1e-7, share=5e-324, times=(0.1 + 0.2, 1e-300))
def test_any_amount_is_read_again_exactly(rate: float, share: float, times: tuple[float, float]) -> None:
    low, high = sorted(times)
    settings = Settings(rate_limit=rate, flaky=share, latency=(low, high))
    assert read(arguments(settings)) == settings


@pytest.mark.parametrize("option", BOUNDED.values(), ids=map(kebab, BOUNDED))
def test_a_wrong_word_is_said_with_what_is_allowed(option: Option, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"^4$"):
        command.main([f"{option.name}=~"])
    said = f"{command.PROGRAM}: argument {option.name}: '~' must be {option.form.word}\n"
    assert capsys.readouterr().err == said


@pytest.mark.parametrize(
    "words",
    [["dump", "--seed=7"], ["--seed=7", "dump"], ["--seed=3", "dump", "--seed=7", "data.yaml"]],
    ids=["behind-the-command", "before-it", "both"],
)
def test_dump_takes_the_options_of_the_data(words: list[str]) -> None:
    assert read(words) == Settings(seed=7)


# --- values in Python and on the control port ------------------------------------------------------------------------


@pytest.mark.parametrize("name", SETTINGS, ids=kebab)
def test_a_value_of_a_wrong_type_is_said_with_what_is_allowed(name: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"{name} 0j must be {SETTINGS[name].form.value}")):
        Settings(**{name: 0j})


@pytest.mark.parametrize(("name", "value"), OUTSIDE.values(), ids=OUTSIDE)
def test_a_value_that_is_out_of_bounds_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=re.escape(f"{name} {value!r} must be ")):
        Settings(**{name: value})


@pytest.mark.parametrize("name", CHANGEABLE, ids=kebab)
def test_the_control_port_changes_a_setting_and_no_other(name: str, mock: Mock) -> None:
    value = orjson.loads(orjson.dumps(OTHERS[name][1]))
    before = mock.change()
    after = mock.change(**{name: value})
    assert {**after, "started": None} == {**before, name: value}


@pytest.mark.parametrize("name", CHANGEABLE, ids=kebab)
def test_a_wrong_value_on_the_control_port_is_said_with_what_is_allowed(name: str, mock: Mock) -> None:
    before = mock.change()
    with pytest.raises(ValueError, match=re.escape(f"{name}: {{}} must be {SETTINGS[name].form.value}")):
        mock.change(**{name: {}})
    assert mock.change() == before


@pytest.mark.parametrize("name", [*(name for name in SETTINGS if name not in CHANGEABLE), "started"], ids=kebab)
def test_a_fixed_setting_cannot_be_changed(name: str, mock: Mock) -> None:
    with pytest.raises(ValueError, match=f"'{name}' cannot be changed; these can: {', '.join(sorted(CHANGEABLE))}"):
        mock.change(**{name: OTHERS.get(name, (None, 1))[1]})


@pytest.mark.parametrize("name", [name for name, option in CHANGEABLE.items() if option.form.units], ids=kebab)
def test_the_control_port_reads_amounts_as_the_command_line_does(name: str) -> None:
    words, value = OTHERS[name]
    assert changed(Settings(), {name: re.split("[= ]", words[-1])[-1]}, NOW) == other(name, value)


# --- the documentation -----------------------------------------------------------------------------------------------


def test_the_page_holds_the_table_of_options(capsys: pytest.CaptureFixture[str]) -> None:
    held = PAGE.partition("<!-- mock-options -->\n")[2].partition("<!-- /mock-options -->")[0]
    assert command.main(["--markdown"]) == 0
    assert held == capsys.readouterr().out, "conversation-contracts mock --markdown prints it"


@pytest.mark.parametrize("name", command.OPTIONS, ids=kebab)
def test_the_table_says_of_an_option_what_it_does_and_whether_it_can_be_changed(name: str) -> None:
    option = command.OPTIONS[name]
    (row,) = (line for line in PAGE.splitlines() if line.startswith(f"| `{option.spelling}` |") and option.help in line)
    assert (f"| `{name}` |" in row) == (name in CHANGEABLE)


def test_help_has_every_option_of_the_table_and_no_other() -> None:
    named = re.findall(r"^  (--[a-z-]+)", command.parser().format_help(), re.MULTILINE)
    by_group = [option.name for group in Group for option in command.OPTIONS.values() if option.group == group]
    assert named == by_group


def test_commands_on_the_page_are_right() -> None:
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL))
    lines = re.findall(r"^conversation-contracts mock\b([^#\n]*)", blocks, re.MULTILINE)
    for line in lines:
        command.settings(command.parser().parse_args(line.split()), NOW)
    assert len(lines) == 6


def test_options_on_the_page_exist() -> None:
    text = PAGE.partition("<!-- /mock-options -->")[2]
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text))
    assert named <= {option.name for option in command.OPTIONS.values()}
