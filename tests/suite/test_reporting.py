"""Reporting: exit codes, verdict files, and the summary on a terminal."""

import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.findings.verdicts import Outcome, Verdict
from contracts.reporting import Run, exit_code, lines, read, write
from contracts.reporting.run import Exit
from tests.suite.support import counted

RUN = Run("http://x/v0.2", "Conversation API v0.2", 7, "default", requests=1234, seconds=5.06, waiting=1.25)


def made(verdict: str, level: str = "MUST", clause: str = "pages.unique", **more: Any) -> Verdict:
    return Verdict(clause, more.pop("listing", "users"), level, Outcome(verdict), **more)


HELD, VIOLATED, MILD = made("held"), made("violated"), made("violated", "SHOULD")
IDLE, ERROR, OPEN = made("not-exercised"), made("error"), made("undecided")


@pytest.mark.parametrize(
    ("verdicts", "plain", "on_should", "exercised"),
    [
        ([HELD], 0, 0, 0),
        ([], 1, 1, 1),
        ([made("held", "SHOULD"), made("held", "REPORT")], 1, 1, 1),
        ([HELD, VIOLATED], 1, 1, 1),
        ([HELD, MILD], 0, 1, 0),
        ([HELD, ERROR], 1, 1, 1),
        ([HELD, made("error", "SHOULD")], 1, 1, 1),
        ([HELD, IDLE], 0, 0, 1),
        ([HELD, made("not-exercised", "SHOULD")], 0, 0, 0),
        ([HELD, OPEN], 0, 0, 0),
        ([IDLE, OPEN], 1, 1, 1),
    ],
    ids=["held", "nothing", "no-must-held", "violated", "should-violated", "error", "should-error", "not-exercised",
         "should-not-exercised", "undecided", "nothing-held"],
)  # fmt: skip
def test_a_run_comes_to_an_exit_code(verdicts: list[Verdict], plain: int, on_should: int, exercised: int) -> None:
    assert exit_code(verdicts) == plain
    assert exit_code(verdicts, fail_on_should=True) == on_should
    assert exit_code(iter(verdicts), require_exercised=True) == exercised


def test_exit_codes_are_what_the_manual_says() -> None:
    assert {each.name: each.value for each in Exit} == {
        "KEPT": 0, "BROKEN": 1, "INTERRUPTED": 2, "UNREACHABLE": 3, "USAGE": 4,
    }  # fmt: skip


# --- verdict files ---------------------------------------------------------------------------------------------------


EMPTY: dict[str, list[str]] = {
    "exchanges": [],
    "deviations": [],
    "counts": [],
    "where": [],
    "requests": [],
    "because": [],
}


def test_a_verdict_file_has_a_format_a_run_and_verdicts(tmp_path: Path) -> None:
    write(tmp_path / "v.json", RUN, [VIOLATED, HELD])
    found = orjson.loads((tmp_path / "v.json").read_bytes())
    assert found == {
        "format": 2,
        "run": {
            "target": "http://x/v0.2", "description": "Conversation API v0.2", "seed": 7, "profile": "default",
            "requests": 1234, "seconds": 5.06, "waiting": 1.25, "interrupted": False, "read": "", "tails": [], "variants": {},
            "name": "", "started": "", "suite": "", "fail_on_should": False, "require_exercised": False, "coverage": {},
            "plain": {}, "fill": "", "severed": 0, "refused": 0, "retried": 0, "held": 0.0, "budget": None, "outlived": [],
            "given_up": [],
        },
        "verdicts": [VIOLATED.as_json | EMPTY, HELD.as_json | EMPTY],
    }  # fmt: skip
    assert read(tmp_path / "v.json") == found


def test_a_verdict_file_is_for_its_owner_and_replaces_another_whole(tmp_path: Path) -> None:
    file = tmp_path / "v.json"
    file.write_text("older")
    file.chmod(0o644)
    write(file, RUN, [HELD])
    assert (stat.S_IMODE(file.stat().st_mode), list(tmp_path.iterdir())) == (0o600, [file])


def test_what_fails_while_it_is_written_leaves_the_older_file(tmp_path: Path) -> None:
    file = tmp_path / "v.json"
    file.write_text("older")
    with pytest.raises(TypeError):
        write(file, RUN, [made("held", reason=object())])
    assert file.read_text() == "older"


def test_what_fails_while_it_is_written_leaves_no_draft(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        write(tmp_path / "v.json", RUN, [made("held", reason=object())])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["{}", "[]", '{"format": 1}', "null"])
def test_another_file_is_no_verdict_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "v.json").write_text(text)
    with pytest.raises(ValueError, match=r"v\.json is no verdict file of format 2"):
        read(tmp_path / "v.json")


# --- the terminal ----------------------------------------------------------------------------------------------------


def summary(*verdicts: Verdict, run: Run = RUN, kept: bool = True, **more: Any) -> list[tuple[str, str]]:
    return list(lines(run, verdicts, CONVERSATION_CLAUSES, kept=kept, **more))


PACE = "Conversation API v0.2 at http://x/v0.2: 1,234 requests in 5.1 s, 1.2 s of them"


def row(*verdicts: Verdict) -> tuple[str, str]:
    """The first row of the table."""
    told = summary(*verdicts)
    return told[next(index for index, (text, _) in enumerate(told) if text.startswith("family")) + 1]


def test_the_summary_is_whole() -> None:
    told = [text for text, _ in summary(made("held", evidence=counted(pages=3, walks=1)))]
    assert told == [
        "The contract is kept: 1 verdicts held (1 clauses).",
        "",
        "family   listing        held  violated  not ex.  undecided  error  evidence",
        "pages    users             1         ·        ·          ·      ·  3 pages",
        "",
        PACE,
        "  waiting for the target. Repeat with --seed 7.",
    ]


BROKEN = made("violated", statement="No id twice", expected="every id once", actual="1 item [1] more than once",
              curl=("curl -sS 'http://x/users?page_size=2&order=asc'", "curl b"), times=2)  # fmt: skip


def test_a_violation_shows_statement_expected_actual_and_how_to_see_it_again() -> None:
    told = [text for text, _ in summary(BROKEN, kept=False)]
    assert told[2:8] == [
        "MUST violated: pages.unique (users)",
        "  No id twice.",
        "  expected: every id once",
        "  users, 2 times: 1 item [1] more than once",
        "  again: curl -sS 'http://x/users?page_size=2&order=asc'",
        "  again: curl b",
    ]


@pytest.mark.parametrize(
    ("verdicts", "more", "text", "colour"),
    [
        ([HELD], {}, "The contract is kept: 1 verdicts held (1 clauses).", "green"),
        ([HELD, VIOLATED], {"kept": False},
         "The contract is not kept: 1 verdicts held (1 clauses), 1 violated.", "red"),
        ([HELD, IDLE, OPEN, MILD], {},
         "The contract is kept: 1 verdicts held (1 clauses), 1 violated.", "green"),
        ([HELD, ERROR], {"kept": False}, "The contract is not kept: 1 verdicts held (1 clauses), 1 error.", "red"),
        ([IDLE], {"kept": False}, "Nothing was found out: 0 verdicts held (0 clauses).", "red"),
        ([HELD], {"run": Run("x", "y", 1, "z", interrupted=True)},
         "Cut short; so far: The contract is kept: 1 verdicts held (1 clauses).", "red"),
    ],
    ids=["kept", "violated", "mild", "error", "nothing", "cut-short"],
)  # fmt: skip
def test_the_conclusion_says_what_came_of_it(
    verdicts: list[Verdict], more: dict[str, Any], text: str, colour: str
) -> None:
    assert (text, colour) in summary(*verdicts, **more)


def test_reasons_are_grouped_and_told_once() -> None:
    verdicts = [
        made("not-exercised", clause="auth.required", listing="users", reason="needs a target with a credential"),
        made("not-exercised", clause="auth.required", listing="events", reason="needs a target with a credential"),
        made("undecided", clause="links.self", reason="it moved"),
        made("error", clause="links.url", reason="no answer"),
    ]
    told = summary(*verdicts, kept=False, verbose=True)
    assert ("Not exercised", "bold") in told
    assert ("  auth.required (users, events): needs a target with a credential", "") in told
    assert ("  links.self (users): it moved", "yellow") in told
    assert told[2:4] == [("Could not find out: 1 verdict", "red"), ("  links.url (users): no answer", "")]


@pytest.mark.parametrize(("verbose", "shown"), [(False, 5), (True, 9)])
def test_of_many_reasons_why_nothing_was_found_out_a_few_are_said(verbose: bool, shown: int) -> None:  # noqa: FBT001
    errors = [made("error", clause=f"a.{number}", reason=f"no answer from /{number}") for number in range(9)]
    told = [text for text, _ in summary(*errors, kept=False, verbose=verbose)]
    assert sum("no answer from" in line for line in told) == shown
    assert ("  … and 4 more; -v says them" in told) is not verbose


def test_what_is_open_is_counted_and_explained_on_demand_only() -> None:
    told = [text for text, _ in summary(IDLE, OPEN, HELD)]
    assert told[2:4] == ["Undecided: 1 verdict; -v says why.", "Not exercised: 1 verdict; -v says why."]


def test_what_breaks_a_must_is_shown_first() -> None:
    told = summary(made("violated", "SHOULD", "pages.full"), made("violated", clause="walks.sorted"), kept=False)
    assert [(text, colour) for text, colour in told if "violated:" in text] == [
        ("MUST violated: walks.sorted (users)", "red"),
        ("SHOULD violated: pages.full (users)", "yellow"),
    ]


def test_a_broken_should_is_red_where_it_fails_the_run() -> None:
    assert ("SHOULD violated: pages.unique (users)", "red") in summary(
        MILD, run=replace(RUN, fail_on_should=True), kept=False
    )


@pytest.mark.parametrize(
    ("verdict", "colour"), [(HELD, ""), (VIOLATED, "red"), (ERROR, "red"), (MILD, "yellow"), (OPEN, "")],
    ids=["held", "violated", "error", "mild", "undecided"],
)  # fmt: skip
def test_a_row_of_the_table_is_coloured_by_its_gravest_verdict(verdict: Verdict, colour: str) -> None:
    assert row(verdict, HELD)[1] == colour


def test_a_row_shows_the_largest_count_of_each_kind_of_evidence() -> None:
    parts = [counted(pages=3, walks=9), counted(pages=5, answers=1, probes=2)]
    verdicts = [made("held", evidence=each) for each in parts]
    assert [line for line, _ in summary(*verdicts, width=110)][3].endswith("  9 walks, 5 pages, 2 probes")
    assert row(*verdicts)[0].endswith("  9 walks")


def test_how_many_conversations_were_read_is_told() -> None:
    told = summary(HELD, run=Run("x", "y", 1, "z", read="40 of 3,000"))
    assert ("Conversations whose members and events were read: 40 of 3,000.", "") in told


def test_what_was_read_of_long_listings_is_told_of_three_of_them() -> None:
    tails = tuple(f"/{name}: the first 9 and the last 3 of more than 12" for name in "abcde")
    told = [line for line, _ in summary(HELD, run=Run("x", "y", 1, "z", tails=tails))]
    assert [line for line in told if line.startswith("Read of")] == [f"Read of {each}." for each in tails[:3]]
    assert "And in the same way of 2 more." in told


def test_event_variants_that_were_met_are_told() -> None:
    run = Run("x", "y", 1, "z", variants={"text": 1200, "custom": 3})
    assert ("Event variants met: custom 3, text 1,200.", "") in summary(HELD, run=run)


LONG = made("violated", expected="word " * 90, actual="b", curl=("curl " + "x" * 300,))


@pytest.mark.parametrize("width", [20, 80, 110])
def test_long_texts_are_wrapped_and_commands_are_not(width: int) -> None:
    told = [text for text, _ in summary(LONG, kept=False, verbose=True, width=width)]
    assert [text for text in told if len(text) > max(width, 80)] == ["  again: curl " + "x" * 300]
    assert sum(text.count("word") for text in told) == 90


def test_long_values_are_cut_unless_everything_is_asked_for() -> None:
    told = [text for text, _ in summary(LONG, kept=False)]
    assert told[3:7] == [
        "  .",
        "  expected: word word word word word word word word word word word word word",
        "    word word word word word word word word word word word word word word word …",
        "  users: b",
    ]


def test_a_clause_that_is_broken_alike_is_one_block_with_a_line_for_each_listing() -> None:
    alike = [made("violated", listing=name, actual=f"{name} twice") for name in ("users", "events")]
    told = [text for text, _ in summary(*alike, kept=False)]
    assert told[2] == "MUST violated: pages.unique (users, events)"
    assert told[5:7] == ["  users: users twice", "  events: events twice"]


def test_causes_that_fill_more_than_a_screen_are_listed_first() -> None:
    names = ("walks.complete", "links.present", "links.self", "pages.full", "pages.unique", "order.mirror")
    many = [made("violated", clause=name, actual="b", statement="S", expected="E") for name in names]
    told = [text for text, _ in summary(*many, kept=False)]
    assert told[2:5] == [
        "6 causes, in the order to mend them:",
        "  1. MUST pages.unique (users): b",
        "  2. MUST order.mirror (users): b",
    ]


def test_what_was_written_is_said_at_the_end_from_here_where_that_is_shorter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    files = [("Verdicts", Path("v.json")), ("Matrix", tmp_path / "m.html"), ("JUnit", Path("/j.xml"))]
    told = [text for text, _ in summary(HELD, written=files)]
    assert told[-3:] == ["Verdicts: v.json", "Matrix: ../m.html", "JUnit: /j.xml"]


def test_how_to_fill_the_variable_of_the_commands_is_said_where_there_are_any() -> None:
    run = Run("x", "y", 1, "z", fill="TOKEN=$(vault read)")
    line = ("Before the commands above: TOKEN=$(vault read)", "")
    assert line in summary(BROKEN, run=run, kept=False)
    assert line not in summary(HELD, run=run)
