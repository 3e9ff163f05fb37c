"""Two runs compared, and shards of one run put together."""

from dataclasses import replace
from pathlib import Path

import pytest

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.cli.report import main
from contracts.findings.verdicts import Outcome, Verdict
from contracts.reporting import Run, load, write
from contracts.reporting.diff import TITLES, compared
from contracts.reporting.run import Exit
from contracts.reporting.shards import UnequalError, together

RUN = Run("http://x/v0.2", "Conversation API 1.0.1", 7, "default", requests=10, seconds=5.0, waiting=1.5)


def made(told: str, clause: str = "pages.unique") -> Verdict | None:
    """A verdict told as `violated`, `SHOULD violated`, ...; None for nothing."""
    level, _, kind = told.rpartition(" ")
    return Verdict(clause, "users", level or "MUST", Outcome(kind), actual="what came") if told else None


@pytest.mark.parametrize(
    ("was", "now", "sort", "fails"),
    [
        ("held", "violated", "violated", True),
        ("", "violated", "violated", True),
        ("undecided", "violated", "violated", True),
        ("deviation", "violated", "violated", True),
        ("SHOULD violated", "violated", "violated", True),
        ("held", "SHOULD violated", "violated", False),
        ("violated", "SHOULD violated", "other", False),
        ("held", "error", "unknown", True),
        ("violated", "held", "fixed", False),
        ("error", "held", "fixed", False),
        ("deviation", "held", "fixed", False),
        ("held", "not-exercised", "idle", False),
        ("violated", "not-exercised", "idle", False),
        ("held", "", "idle", False),
        ("not-exercised", "held", "other", False),
        ("held", "undecided", "other", False),
        ("violated", "undecided", "other", False),
        ("held", "deviation", "other", False),
        ("", "held", "other", False),
        ("held", "held", None, False),
        ("violated", "violated", None, False),
    ],
)
def test_a_change_is_of_one_sort(was: str, now: str, sort: str | None, fails: bool) -> None:  # noqa: FBT001 - a row
    old, new = made(was), made(now)
    found = compared([old] if old else [], [new] if new else [], CONVERSATION_CLAUSES)
    assert {name: len(getattr(found, name)) for name in TITLES} == {name: int(name == sort) for name in TITLES}
    assert found.fails() is fails


def test_a_newly_broken_should_fails_where_that_is_asked() -> None:
    held, broken = made("held"), made("SHOULD violated")
    assert held
    assert broken
    assert compared([held], [broken], CONVERSATION_CLAUSES).fails(on_should=True)


def test_the_command_says_what_changed_and_fails_on_what_is_newly_violated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    write(old, RUN, [each for each in (made("held"), made("violated", "links.self")) if each])
    write(new, RUN, [each for each in (made("violated"), made("held", "links.self")) if each])
    assert main(["diff", str(old), str(new)]) == Exit.BROKEN
    assert capsys.readouterr().out.splitlines() == [
        "Newly violated: 1",
        "  MUST pages.unique (users): held -> violated",
        "      what came",
        "Fixed: 1",
        "  MUST links.self (users): violated -> held",
        "      what came",
        "Newly an error: could not find out: nothing",
        "Newly not exercised: nothing",
        "Otherwise changed: nothing",
    ]
    assert main(["diff", str(new), str(new)]) == Exit.KEPT


def test_parts_of_a_run_become_one(tmp_path: Path) -> None:
    held, broken = made("held"), made("violated", "links.self")
    assert held
    assert broken
    other = Run("http://x/v0.2", RUN.description, 7, "default", requests=5, seconds=9.0, waiting=1.0, read="all 2",
                variants={"text": 3}, coverage={"a": {"b": 1}}, started="2026-01-01T00:00:00Z")  # fmt: skip
    run, verdicts = together([(RUN, [held]), (other, [broken, held])], CONVERSATION_CLAUSES)
    assert run == Run("http://x/v0.2", RUN.description, 7, "default", requests=15, seconds=9.0, waiting=2.5,
                      read="all 2", variants={"text": 3}, coverage={"a": {"b": 1}},
                      started="2026-01-01T00:00:00Z")  # fmt: skip
    assert [(each.clause, each.verdict) for each in verdicts] == [("links.self", "violated"), ("pages.unique", "held")]
    write(tmp_path / "a.json", RUN, [held])
    write(tmp_path / "b.json", other, [broken])
    words = ["merge", str(tmp_path / "a.json"), str(tmp_path / "b.json"), "--verdicts", str(tmp_path / "m.json")]
    assert main(words) == Exit.BROKEN
    assert len(load(tmp_path / "m.json")[1]) == 2


def test_a_deviation_to_be_removed_fails_the_merged_run_as_it_fails_its_part(tmp_path: Path) -> None:
    write(tmp_path / "a.json", replace(RUN, outlived=("pages.unique (users): it was not met",)), [made("held")])
    assert main(["merge", str(tmp_path / "a.json"), "--verdicts", str(tmp_path / "m.json")]) == Exit.BROKEN


def test_parts_of_different_runs_are_refused() -> None:
    with pytest.raises(UnequalError, match="the seed is 7, 8; give all parts the same options and --seed"):
        together([(RUN, []), (Run("http://x/v0.2", RUN.description, 8, "default"), [])], CONVERSATION_CLAUSES)
