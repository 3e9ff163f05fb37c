"""The pages made of verdicts: the matrix, the Markdown summary, excerpts of exchanges, coverage of the description."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import VERSION
from contracts.clauses import CONVERSATION_CLAUSES
from contracts.cli.report import main
from contracts.description import CONVERSATION
from contracts.findings.places import Place
from contracts.findings.verdicts import Outcome, Verdict
from contracts.paging.pointers import pointer_to
from contracts.reporting import Run, load, write
from contracts.reporting.coverage import Coverage, added
from contracts.reporting.excerpts import MOST_PLACES, Sort, excerpt, rows
from contracts.reporting.markdown import code, plain, summary
from contracts.reporting.markup import Html, tag
from contracts.reporting.matrix import page
from contracts.reporting.outline import DIMENSIONS, Outline
from contracts.reporting.run import Exit
from contracts.reporting.states import STATES, state
from tests.suite.support import counted

ROOT = Path(__file__).parents[2]
RUN = Run("http://x/v0.2", "Conversation API 1.0.1", 7, "default", requests=1234, seconds=5.0)
EVIL = "</script><img src=x onerror=alert(1)> ``` | `a` <b>"


def made(verdict: str, level: str = "MUST", clause: str = "pages.unique", **more: Any) -> Verdict:
    return Verdict(clause, more.pop("listing", "users"), level, Outcome(verdict), "No id twice", **more)


HELD = made("held", evidence=counted(pages=3))
BROKEN = made(
    "violated", clause="links.first", listing="events", expected="every id once", actual=f"id 12 twice {EVIL}", times=3,
    curl=("curl -sS 'http://x/v0.2/users'",), exchanges=("GET http://x\nAccept: y\n\n200\na: b\n\n" + json.dumps({"a": EVIL}),),
)  # fmt: skip
EACH = [
    BROKEN,
    made("violated", "SHOULD", "pages.full"),
    made("error", clause="links.self", reason="no answer"),
    made("deviation", clause="pages.size-echo", reason="known"),
    made("undecided", clause="walks.sorted", reason="it moved"),
    made("not-exercised", clause="auth.required", reason="needs a credential"),
    HELD,
]

# --- what a verdict is to its reader ---------------------------------------------------------------------------------


def test_every_verdict_is_one_state_and_every_state_a_verdict() -> None:
    assert [state(each).name for each in EACH] == ["must", "should", "error", "deviation", "undecided",
                                                   "not-exercised", "held"]  # fmt: skip
    assert {state(each) for each in EACH} == set(STATES)


# --- the matrix ------------------------------------------------------------------------------------------------------


def test_the_page_has_a_cell_and_a_card_for_each_verdict() -> None:
    html = page(RUN, EACH, CONVERSATION_CLAUSES)
    for verdict in EACH:
        name = f"v-{verdict.clause}-{verdict.listing}"
        assert f'<td class="{state(verdict).name}" data-verdict="{state(verdict).name}"' in html
        assert html.count(f'<dialog id="{name}"') == 1
        assert f'popovertarget="{name}"' in html


def test_the_page_tells_the_run_and_what_came_of_it() -> None:
    html = page(RUN, [BROKEN, HELD], CONVERSATION_CLAUSES)
    assert "<h1>The contract is not kept</h1>" in html
    assert "http://x/v0.2" in html
    assert "1,234 requests in 5.0 s" in html
    assert "<h1>The contract is kept</h1>" in page(RUN, [HELD], CONVERSATION_CLAUSES)


@pytest.mark.parametrize(
    ("run", "verdicts", "told"),
    [
        (RUN, [made("not-exercised")], "Nothing was found out"),
        (RUN, [made("held", "SHOULD")], "No MUST held"),
        (Run("x", "y", 1, "z", interrupted=True), [HELD], "Cut short: nothing was found broken so far"),
        (Run("x", "y", 1, "z", interrupted=True), [BROKEN], "Cut short: The contract is not kept"),
        (
            Run("x", "y", 1, "z", outlived=("a.b",)),
            [HELD],
            "The contract is kept, and known deviations have to be removed",
        ),
        (Run("x", "y", 1, "z", fail_on_should=True), [HELD, EACH[1]], "The contract is not kept"),
        (Run("x", "y", 1, "z", require_exercised=True), [HELD, EACH[5]], "The contract is not kept"),
    ],
    ids=["nothing", "no-must", "cut-short", "cut-short-broken", "outlived", "on-should", "exercised"],
)
def test_the_page_never_calls_kept_what_is_not(run: Run, verdicts: list[Verdict], told: str) -> None:
    assert f"<h1>{told}</h1>" in page(run, verdicts, CONVERSATION_CLAUSES)
    assert told in summary(run, verdicts, CONVERSATION_CLAUSES)


def test_nothing_of_an_answer_becomes_markup() -> None:
    html = page(RUN, [BROKEN, HELD], CONVERSATION_CLAUSES)
    assert "<img" not in html
    assert html.count("<script>") == html.count("</script>") == 1


def test_the_page_fetches_nothing_and_handles_nothing_inline() -> None:
    html = page(RUN, EACH, CONVERSATION_CLAUSES)
    assert "default-src 'none'" in html
    assert (
        re.findall(
            r"""\b(?:src|href|action)=["'](?!#|data:,)[^"']*""",
            re.sub(r"<script>.*</script>", "", html, flags=re.DOTALL),
        )
        == []
    )
    assert not re.search(r"<[^>]+\son[a-z]+=", html)
    assert not re.search(r"<[^>]+\sstyle=", html)


def test_the_tables_heads_are_heads() -> None:
    html = page(RUN, EACH, CONVERSATION_CLAUSES)
    assert '<th scope="col"><span class="long">events</span></th>' in html
    assert html.count('scope="row"') == len(EACH)
    assert html.count('scope="rowgroup"') == len({each.clause.partition(".")[0] for each in EACH})


def test_a_clause_that_this_suite_does_not_know_is_shown_too() -> None:
    verdicts = [made("held", clause="pages.future"), made("held", clause="a.b", listing="x")]
    assert 'id="v-pages.future-users"' in page(RUN, verdicts, CONVERSATION_CLAUSES)


@pytest.mark.parametrize("verdict", [each.value for each in Outcome])
def test_the_same_verdicts_give_the_same_page_from_a_file(verdict: str, tmp_path: Path) -> None:
    verdicts = [made(verdict, evidence=counted(pages=2), curl=("a", "b"), exchanges=("x",), reason="r")]
    write(tmp_path / "v.json", RUN, verdicts)
    assert load(tmp_path / "v.json") == (RUN, verdicts)


def test_elements_escape_what_they_hold() -> None:
    assert tag("p", "<a>", Html("<b>"), None, class_="x", data_a='"', hidden=True, id=None) == (
        '<p class="x" data-a="&quot;" hidden>&lt;a&gt;<b></p>'
    )


# --- Markdown --------------------------------------------------------------------------------------------------------


def test_the_summary_shows_what_broke_and_how_to_see_it() -> None:
    told = summary(RUN, EACH, CONVERSATION_CLAUSES)
    assert told.startswith("## ❌ The contract is not kept\n")
    for words in ("<b>links.first</b> (events), 3 times", "curl -sS 'http://x/v0.2/users'", "every id once",
                  "needs a credential", "it moved", "no answer"):  # fmt: skip
        assert words in told


def test_the_summary_holds_the_matrix() -> None:
    table = summary(RUN, [BROKEN, HELD], CONVERSATION_CLAUSES).partition("| clause | level |")[2].splitlines()[:4]
    assert table == [
        " users | events |",
        "|---|---|---|---|",
        "| pages.unique | MUST | ✅ 3 pages | · |",
        "| links.first | MUST | · | ❌ violated |",
    ]


def test_the_summary_fences_what_holds_fences() -> None:
    assert "\n````text\nid 12 twice " in summary(RUN, [BROKEN], CONVERSATION_CLAUSES)


def test_text_is_text_in_markdown() -> None:
    assert plain("a|b <i> *c* `d`\ne") == r"a\|b &lt;i> \*c\* \`d\` e"
    assert (code("a"), code("a `b`")) == ("`a`", "`` a `b` ``")


# --- excerpts --------------------------------------------------------------------------------------------------------

LONG = "GET http://x\nAccept: y\n\n200\na: b\n\n" + json.dumps({"items": [{"id": each} for each in range(100)]})


def marked(exchange: str, *places: Place) -> list[str]:
    found = excerpt(exchange, places)
    return [line.text.strip() for line in (*found.head, *found.body) if line.sort == Sort.MARKED]


def test_a_short_answer_is_shown_whole_and_laid_out() -> None:
    found = excerpt('GET http://x\n\n\n200\na: b\n\n{"id": 7}', ())
    assert not found.cut
    assert (found.request, [line.text for line in found.head], [line.text for line in found.body]) == (
        "GET http://x", ["200", "a: b"], ["{", '  "id": 7', "}"],
    )  # fmt: skip


def test_a_long_answer_is_cut_around_what_is_pointed_to() -> None:
    body = excerpt(LONG, [Place(pointer="/items/57/id")]).body
    assert [line.text.strip() for line in body if line.sort == Sort.MARKED] == ['"id": 57']
    assert [line.text for line in body if line.sort == Sort.CUT] == ["… 170 lines left out", "… 126 lines left out"]


def test_a_long_answer_without_places_is_cut_behind_its_beginning() -> None:
    found = excerpt(LONG, ())
    assert (len(found.body), found.body[-1].sort, found.cut) == (38, Sort.CUT, True)


def test_the_middle_of_a_long_line_is_left_out() -> None:
    (line,) = excerpt(f"GET x\na: b\n\n200\na: b\n\n{'x' * 5000}", ()).body
    assert len(line.text) == 603


BODY = {"a": [1, {"b/c": "\u2028", "d": []}, {}], "": {"e": None}, "f~": [1] * 20}
SHORT = "GET x\n\n200\ncontent-type: y\na: b\n\n" + json.dumps(BODY, ensure_ascii=False)


@pytest.mark.parametrize(
    ("places", "lines"),
    [
        ([], []),
        ([Place()], ["200"]),
        ([Place(header="content-type")], ["content-type: y"]),
        ([Place(pointer="/a/0")], ["1,"]),
        ([Place(pointer="/a/1/b~1c")], ['"b/c": "\u2028",']),
        ([Place(pointer="/a/1/d")], ['"d": []']),
        ([Place(pointer="/a/1")], ["{", '"b/c": "\u2028",', '"d": []', "},"]),
        ([Place(pointer="/a/2"), Place(pointer="//e")], ["{}", '"e": null']),
        ([Place(pointer="/f~0")], ['"f~": [']),
        ([Place(pointer="/f~0/19")], ["1"]),
        ([Place(pointer="")], ["{"]),
        ([Place(pointer="/a/3"), Place(pointer="/a/x"), Place(header="b")], []),
    ],
    ids=["none", "status", "header", "item", "escaped", "empty", "object", "two", "long-value", "last", "body",
         "nothing-there"],
)  # fmt: skip
def test_exactly_the_places_are_marked(places: list[Place], lines: list[str]) -> None:
    assert marked(SHORT, *places) == lines


def test_what_is_no_json_has_no_marks() -> None:
    assert marked("GET x\n\n500\n\n<html>\n</html>", Place(pointer=""), Place(pointer="/a")) == []


def test_so_many_places_are_marked_at_most() -> None:
    assert len(marked(LONG, *(Place(pointer=f"/items/{each}/id") for each in range(50)))) == MOST_PLACES


@given(
    st.recursive(st.none() | st.integers() | st.text(), lambda more: st.lists(more) | st.dictionaries(st.text(), more))
)
def test_a_value_takes_the_lines_that_its_pointer_says(value: Any) -> None:
    lines = json.dumps(value, indent=2, ensure_ascii=False).split("\n")
    assert rows(value, "") == range(len(lines))
    for token, inside in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        found = "\n".join(lines[index] for index in rows(value, pointer_to(token))).strip().removesuffix(",")
        name = f"{json.dumps(token, ensure_ascii=False)}: " if isinstance(value, dict) else ""
        assert json.loads(found.removeprefix(name)) == inside


def test_an_excerpt_as_text_shows_its_marks() -> None:
    shown = str(excerpt('GET x\n\n200\na: b\n\n{"id": 7}', [Place(), Place(pointer="/id")]))
    assert shown == 'GET x\n\n> 200\n  a: b\n\n  {\n>   "id": 7\n  }\n'


# --- coverage --------------------------------------------------------------------------------------------------------


def test_coverage_begins_with_everything_never_seen() -> None:
    counts = Coverage("http://x/v0.2", CONVERSATION).counts
    assert tuple(counts) == DIMENSIONS
    assert {count for inside in counts.values() for count in inside.values()} == {0}
    assert len(counts["operations"]) == len(CONVERSATION.operations)


def test_coverage_looks_into_large_bodies_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contracts.reporting.coverage.ALL", 100_000)
    coverage = Coverage("http://x/v0.2", CONVERSATION)
    events = {"_embedded": {"data": {"events": [{"id": 1, "type": "text"}]}}}
    small, large = (json.dumps(events | {"more": "m" * size}).encode() for size in (10, 70_000))
    for body in (large, large, large, small):
        coverage.note("GET", "http://x/v0.2/conversations/CON-1/events", 200, body)
    assert (coverage.counts["operations"]["get-events"], coverage.counts["event variants"]["text"]) == (4, 3)


def test_coverage_counts_what_was_sent_and_what_came() -> None:
    coverage = Coverage("http://x/v0.2", CONVERSATION)
    body = {"_embedded": {"data": {"events": [{"id": 1, "type": "text", "body": {"text": "a", "other": 1}}]}}}
    coverage.note(
        "GET", "http://x/v0.2/conversations/CON-1/events?order=asc&event_type=text", 200, json.dumps(body).encode()
    )
    coverage.note("GET", "http://x/v0.2/conversations/CON-1/events?page_size=1", 404, b"")
    coverage.note("GET", "http://x/v0.2/elsewhere", 200, b"{}")
    coverage.note("POST", "http://x/v0.2/users", 200, b"{}")
    seen = {name: {each: count for each, count in inside.items() if count} for name, inside in coverage.counts.items()}
    assert seen == {
        "operations": {"get-events": 2},
        "answers": {"events: 200": 1, "events: 4XX": 1},
        "parameters": {"events: conversation_id": 2, "events: page_size": 1, "events: order": 1, "events: event_type": 1},
        "parameter values": {
            "events: page_size left out": 1, "events: page_size=1": 1, "events: order left out": 1,
            "events: cursor left out": 2, "events: start_id left out": 2, "events: end_id left out": 2,
            "events: event_type left out": 1, "events: event_type=text": 1,
        },
        "enum values": {"events: order=asc": 1},
        "response members": {
            "events: _embedded": 1, "events: _embedded.data": 1, "events: _embedded.data.events": 1,
            "events: text.body": 1, "events: text.body.text": 1, "events: text.type": 1, "events: text.id": 1,
        },
        "event variants": {"text": 1},
    }  # fmt: skip


@pytest.mark.parametrize("body", [b"", b"no", b"[]", b'{"_embedded": 1}', b'{"_embedded": {"data": {"users": [1]}}}'])
def test_coverage_takes_any_answer(body: bytes) -> None:
    coverage = Coverage("http://x", CONVERSATION)
    coverage.note("GET", "http://x/users", 200, body)
    assert coverage.counts["operations"]["get-users"] == 1


def test_counts_of_workers_and_shards_are_added() -> None:
    assert added({"a": {"x": 1, "y": 0}}, {}, {"a": {"x": 2}, "b": {"z": 0}}) == {"a": {"x": 3, "y": 0}, "b": {"z": 0}}


def test_the_page_says_what_was_never_seen() -> None:
    counts = {name: dict.fromkeys(inside, 0) for name, inside in Outline(CONVERSATION).names.items()}
    html = page(Run("x", "y", 1, "z", coverage=counts), [HELD], CONVERSATION_CLAUSES)
    assert "never seen: 4" in html
    assert "<li>member:left</li>" in html


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_makes_both_pages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "v.json", RUN, EACH)
    html, markdown = tmp_path / "a.html", tmp_path / "a.md"
    assert main(["matrix", str(tmp_path / "v.json"), "--html", str(html), "--markdown", str(markdown)]) == Exit.KEPT
    assert (html.read_text(), markdown.read_text()) == (
        page(RUN, EACH, CONVERSATION_CLAUSES),
        summary(RUN, EACH, CONVERSATION_CLAUSES),
    )
    assert main(["matrix", str(tmp_path / "v.json"), "--markdown", "-"]) == Exit.KEPT
    assert capsys.readouterr().out == summary(RUN, EACH, CONVERSATION_CLAUSES)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["matrix", "{0}/none.json", "--html", "x"], "cannot read {0}/none.json: No such file or directory"),
        (["matrix", "{0}/other.json", "--html", "x"], "{0}/other.json is no verdict file of format 2"),
        (["matrix", "{0}/torn.json", "--html", "x"], "{0}/torn.json is no JSON: "),
        (["matrix", "{0}/half.json", "--html", "x"], "{0}/half.json is no whole verdict file: KeyError 'verdicts'"),
        (["matrix", "{0}/v.json"], "say where to write"),
        (["matrix", "{0}/v.json", "--html", "{0}/no/x"], "cannot write {0}/no/x: No such file or directory"),
        (["diff", "{0}/v.json"], "the following arguments are required: NEW.json"),
        (["merge", "{0}/v.json", "{0}/w.json", "--verdicts", "x"], "these are not parts of one run: the seed is 7, 8"),
        ([], "the following arguments are required: COMMAND"),
    ],
    ids=["missing", "other", "torn", "half", "nowhere", "no-folder", "one-file", "seeds", "no-command"],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_line(
    words: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "v.json", RUN, [HELD])
    write(tmp_path / "w.json", Run("http://x/v0.2", RUN.description, 8, "default"), [HELD])
    (tmp_path / "other.json").write_text("{}")
    (tmp_path / "torn.json").write_text("{")
    (tmp_path / "half.json").write_text(
        '{"format": 2, "run": {"target": "", "description": "", "seed": 1, "profile": ""}}'
    )
    with pytest.raises(SystemExit) as raised:
        main([word.format(tmp_path) for word in words])
    assert raised.value.code == Exit.USAGE
    said = capsys.readouterr().err
    assert told.format(tmp_path) in said
    assert said.count("\n") == 1


def test_the_version_is_that_of_the_project() -> None:
    assert f'\nversion = "{VERSION}"\n' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_clauses_of_the_examples_exist() -> None:
    assert {each.clause for each in EACH} <= CONVERSATION_CLAUSES.keys()
