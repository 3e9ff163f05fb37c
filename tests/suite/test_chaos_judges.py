"""What chaos looks for in all that a run leaves: credentials, strings that act, and verdicts that are not as expected."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from contracts.selftest.chaos.expected import Expected
from contracts.selftest.chaos.traces import TOKEN, acting, in_json, in_markdown, in_page, in_xml, injections, leaks
from contracts.selftest.chaos.watched import Ended

if TYPE_CHECKING:
    from pathlib import Path

ENDED = Ended(1, 1.0, 50.0)


# --- what is seen ----------------------------------------------------------------------------------------------------

SPELT = {
    "clear": TOKEN,
    "hex": TOKEN.encode().hex().upper(),
    "base64": b64encode(TOKEN.encode()).decode(),
    "base64-behind-one": b64encode(f"a{TOKEN}b".encode()).decode(),
    "escapes": "".join(f"\\u{ord(each):04x}" for each in TOKEN),
    "escapes-twice": "".join(f"\\\\u{ord(each):04X}" for each in TOKEN),
    "percent": "".join(f"%{ord(each):02x}" for each in TOKEN),
    "percent-twice": "".join(f"%25{ord(each):02x}" for each in TOKEN),
    "html": "".join(f"&#{ord(each)};" for each in TOKEN),
    "html-hexadecimal": "".join(f"&#x{ord(each):x};" for each in TOKEN),
    "percent-in-html": "".join(f"&#37;{ord(each):02x}" for each in TOKEN),
}


@pytest.mark.parametrize("name", SPELT)
def test_a_credential_is_seen_in_every_spelling(name: str) -> None:
    assert (leaks(f"<{SPELT[name]}>".encode()), leaks(b"<[redacted]> %41 \\u0041 &#65;")) == (True, False)


@pytest.mark.parametrize(
    "text",
    ["\x1b[31m", "\x9b", "a\rb", "\x08", "\u202e", "\n  ::error::a", "x ##[error]a", "##vso[a]", "\n ##teamcity[a"],
    ids=["esc", "c1", "cr", "bs", "bidi", "github", "azure", "azure-vso", "teamcity"],
)
def test_what_acts_on_a_terminal_or_in_a_log_is_seen(text: str) -> None:
    assert (bool([*acting(f"a{text}")]), [*acting("tests/a.py::test_b PASSED\n## a [b]\n")]) == (True, [])


@pytest.mark.parametrize(
    "text",
    [
        "<chaosmark>",
        "<p onclick='chaosmark()'>",
        "<a href=' javascript:a'>",
        "<img src='http://chaos.invalid/x'>",
        "\x1b",
    ],
    ids=["element", "attribute", "script", "image", "esc"],
)
def test_what_acts_in_a_page_is_seen(text: str) -> None:
    quoted = "<p title='&lt;chaosmark&gt; http://chaos.invalid'>&lt;chaosmark onclick=chaosmark&gt;</p>"
    assert (bool([*in_page(text)]), [*in_page(quoted)]) == (True, [])


@pytest.mark.parametrize(
    "text",
    ["[a](http://chaos.invalid)", "| a | chaosmark | b |", "<chaosmark>", "\n# chaosmark"],
    ids=["link", "table", "element", "heading"],
)
def test_what_acts_in_markdown_is_seen(text: str) -> None:
    quoted = (
        r"\[a\](http://chaos.invalid) \| chaosmark \| &lt;chaosmark>"
        "\n````text\n```\n<chaosmark>\n````\n``<chaosmark> ` ``"
    )
    assert (bool([*in_markdown(text)]), [*in_markdown(quoted)]) == (True, [])


def test_json_and_xml_that_are_none_are_seen() -> None:
    assert [
        bool([*in_json('{"a": NaN}')]),
        bool([*in_json("{}")]),
        bool([*in_xml("<a>\x1b</a>")]),
        bool([*in_xml("<a/>")]),
    ] == [
        True,
        False,
        True,
        False,
    ]


def test_a_file_is_looked_through_by_its_name(tmp_path: Path) -> None:
    found = {}
    for name in ("a.html", "a.md", "a.xml", "a.json", "a.said", "a.har", "a.txt"):
        (tmp_path / name).write_text("\x1b<chaosmark>", encoding="utf-8")
        found[name] = bool([*injections(tmp_path / name)])
    assert found == {name: name != "a.txt" for name in found}


# --- verdicts --------------------------------------------------------------------------------------------------------

HELD = [{"clause": "a.b", "listing": "users", "level": "MUST", "verdict": "held", "reason": "", "actual": ""}] * 20
VIOLATED = {"clause": "c.d", "listing": "users", "level": "MUST", "verdict": "violated", "reason": "", "actual": "7"}
ERROR = {**VIOLATED, "verdict": "error", "reason": "no answer"}


def problems(expected: Expected, ended: Ended, verdicts: list[dict[str, str]], folder: Path) -> list[str]:
    (folder / "v.json").write_text(
        json.dumps({"run": {"given_up": ["/users given up"]}, "verdicts": verdicts}), encoding="utf-8"
    )
    return [*expected.problems(ended, folder / "v.json")]


@pytest.mark.parametrize(
    "expected",
    [
        Expected(),
        Expected(violated=("c",)),
        Expected(violated=("c.d",)),
        Expected(errors="no"),
        Expected(errors="given up"),
        Expected(judged=("users",)),
    ],
    ids=["code", "family", "clause", "error", "given-up", "judged"],
)
def test_a_run_that_says_what_is_expected_has_no_problems(expected: Expected, tmp_path: Path) -> None:
    assert problems(expected, ENDED, [*HELD, VIOLATED, ERROR], tmp_path) == []


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        (Expected(frozenset({0})), "exit code 1 instead of 0; it ended with: "),
        (Expected(violated=("a.b",)), "none of a.b is violated, only c.d"),
        (Expected(errors="silent"), "no error says 'silent', only ['no answer 7', '/users given up']"),
        (Expected(judged=("events",)), "too few verdicts held: events 0"),
        (Expected(sound=True), "c.d (users):  7"),
    ],
    ids=["code", "violated", "error", "judged", "sound"],
)
def test_a_run_that_says_something_else_has_a_problem(expected: Expected, said: str, tmp_path: Path) -> None:
    assert problems(expected, ENDED, [*HELD, VIOLATED, ERROR], tmp_path)[:1] == [said]


def test_a_target_that_was_not_reached_leaves_no_verdicts(tmp_path: Path) -> None:
    gone = replace(ENDED, code=3)
    assert [*Expected(frozenset({1, 3})).problems(gone, tmp_path / "v.json")] == []
    assert next(iter(Expected().problems(gone, tmp_path / "v.json"))).startswith("exit code 3 instead of 1; ")


def test_a_run_without_verdicts_has_a_problem(tmp_path: Path) -> None:
    assert next(Expected().problems(ENDED, tmp_path / "v.json")).startswith("no verdict file: ")
