"""For any text of a server no output holds what controls a terminal, a log or a page: one function for each output."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from contracts.arguments import Parser
from contracts.clauses import CONVERSATION_CLAUSES
from contracts.description.loading import dump, load
from contracts.display import printed, say, stored
from contracts.findings.places import Place, Request
from contracts.findings.verdicts import Outcome, Verdict
from contracts.paging.exchanges import Exchange
from contracts.pytest_plugin.allure_results import _described
from contracts.pytest_plugin.records import failure_message
from contracts.reporting import Run, lines
from contracts.reporting.deviations import deviations
from contracts.reporting.files import load as loaded
from contracts.reporting.files import write
from contracts.reporting.markdown import code, plain, summary
from contracts.reporting.markup import tag
from contracts.reporting.matrix import page
from tests.suite.hostile_strings import ALL, HALVES, PIECES, Elements, harmful, texts

if TYPE_CHECKING:
    from pathlib import Path

MARKDOWN = MarkdownIt("gfm-like", {"html": True, "linkify": False})


@pytest.mark.parametrize("piece", PIECES)
def test_what_is_tried_is_harmful_or_markup(piece: str) -> None:
    assert harmful(piece) or re.search(r"[<>&|\[\]`~#@\"'$\\{:=]|\d\.|www", piece)


@given(texts)
def test_a_terminal_and_a_log_get_nothing_that_controls_them(text: str) -> None:
    assert harmful(printed(text)) == []


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="#:st")))
def test_text_that_controls_nothing_is_printed_as_it_is(text: str) -> None:
    assert printed(text) == text


ESCAPED = {
    "a-command-of-github": ("a\n  ::error::b", "a\n  \\x3a:error::b"),
    "colons-in-a-line": ("a ::b", "a ::b"),
    "a-command-of-azure": ("x ##[error]", "x \\x23#[error]"),
    "a-command-of-azure-pipelines": ("##vso[a]", "\\x23#vso[a]"),
    "a-heading": ("## a", "## a"),
    "an-escape-of-terminals": ("\x1b[1mé 😀\tb", "\\x1b[1mé 😀\tb"),
    "a-turn-and-half-a-character": ("\u202e\ud800", "\\u202e\\ud800"),
    "a-section-of-gitlab": (" section_start:1:a\r", " \\x73ection_start:1:a\\r"),
    "a-section-in-a-line": ("my section_start:1", "my section_start:1"),
}


@pytest.mark.parametrize("name", ESCAPED)  # their names alone: Allure writes parameters, and no half of a character
def test_what_controls_is_printed_as_an_escape(name: str) -> None:
    text, shown = ESCAPED[name]
    assert printed(text) == shown


@given(texts)
def test_xml_of_a_text_can_be_read_and_says_the_same(text: str) -> None:
    assert ET.fromstring(f"<a>{escape(printed(text))}</a>").text in (printed(text), printed(text) or None)  # noqa: S314


@given(texts)
def test_html_of_a_text_has_no_element_and_no_attribute_of_its_own(text: str) -> None:
    made = tag("p", text, title=text)
    read = Elements(made)
    assert (read.found, "".join(read.words), harmful(made)) == ([("p", {"title": printed(text)})], printed(text), [])


@given(texts.filter(str.strip), st.sampled_from(["{}", "- {}", "word {} word", "**{}**"]))
def test_markdown_of_a_text_is_text_and_code_and_nothing_else(text: str, around: str) -> None:
    written = around.format(plain(text))
    tokens = [each for token in MARKDOWN.parse(written) for each in (token, *(token.children or ()))]
    allowed = {"paragraph_open", "paragraph_close", "inline", "text", "text_special", "code_inline", "strong_open", "strong_close",
               "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"}  # fmt: skip
    assert ({each.type for each in tokens} - allowed, harmful(written)) == (set(), [])
    assert max((each.level for each in tokens if each.type == "list_item_open"), default=1) == 1


@given(texts)
def test_a_text_in_a_table_of_markdown_is_one_cell(text: str) -> None:
    made = MARKDOWN.render(f"| a |\n|---|\n| {plain(text)} |\n")
    assert (made.count("<td>"), set(re.findall(r"<(\w+)", made)) - {"code"}) == (
        1, {"table", "thead", "tr", "th", "tbody", "td"},
    )  # fmt: skip


@given(texts.filter(str.strip))
def test_code_in_markdown_is_one_piece(text: str) -> None:
    (paragraph,) = [each for each in MARKDOWN.parse(f"a {code(text)} b") if each.type == "inline"]
    assert [each.type for each in paragraph.children or ()] == ["text", "code_inline", "text"]


@given(texts)
def test_a_json_file_holds_the_same_values_and_shows_what_cannot_be_seen(text: str) -> None:
    written = stored(json.dumps({text: [text]}, ensure_ascii=False))
    same = text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "surrogatepass")  # two halves are a character
    assert json.loads(written) == {same: [same]}
    assert [each for each in written if not each.isprintable()] == []


@given(texts.map(lambda text: re.sub("[\ud800-\udfff]", "", text)))
def test_yaml_on_a_terminal_holds_the_same_values_and_controls_nothing(text: str) -> None:
    written = dump({"users": [{"id": text, text: "a"}]}, json=False, printed=True)
    assert (load(written), harmful(written)) == ({"users": [{"id": text, text: "a"}]}, [])


@given(texts)
def test_a_command_for_a_shell_quotes_an_address(text: str) -> None:
    url = f"http://x/{text}"
    assert shlex.split(Exchange("GET", url, 200, {}, b"", {}).curl)[-1] == url


def test_an_error_of_a_command_line_controls_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        Parser(prog="p").error(ALL)
    assert harmful(capsys.readouterr().err) == []


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_lines_are_printed_in_whatever_encoding(encoding: str) -> None:
    out = TextIOWrapper(BytesIO(), encoding=encoding)
    say(f"€ {HALVES}", "é", file=out)
    out.seek(0)
    assert out.readline().endswith(" \\ud800 \\udfff\n")


# --- a run with such texts in every field ----------------------------------------------------------------------------


def verdict(text: str, clause: str, listing: str, kind: Outcome) -> Verdict:
    body = json.dumps({"a": text, text: [text]})
    shown = f"GET http://x/{text}\nAccept: y\n\n200\nx: {text}\n\n{body}\n"
    return Verdict(
        clause, listing, "MUST", kind, statement=f"A page {text}", reason=text, expected=text, actual=text,
        curl=(f"curl {shlex.quote(text)}",), exchanges=(shown, shown), times=2, deviations=(text,), alike=True,
        where=(Place(pointer="/a"), Place(1, header="x")), requests=(Request("GET", f"http://x/{text}", (("x", text),)),),
    )  # fmt: skip


def run(text: str) -> Run:
    return Run(
        f"http://x/{text}", f"API {text}", 1, "quick", read=text, tails=(text,) * 2, variants={text: 1}, outlived=(text,),
        name=text, fill=text, suite=text, started=text, plain={"users": {f"200 {text}": 3}},
        coverage={"operations": {text: 0, "a": 1}},
    )  # fmt: skip


def verdicts(text: str) -> list[Verdict]:
    pairs = zip(("links.self", "pages.items", "pages.full", "links.first", text, "order.mirror"), Outcome, strict=True)
    return [verdict(text, clause, "users", kind) for clause, kind in pairs]


hard = settings(max_examples=10)


@hard
@example(ALL)
@given(texts)
def test_the_matrix_of_any_run_has_the_elements_of_any_other(text: str) -> None:
    def elements(said: str) -> list[str]:
        return [name for name, _ in Elements(page(run(said), verdicts(said), CONVERSATION_CLAUSES)).found]

    made = page(run(text), verdicts(text), CONVERSATION_CLAUSES)
    assert harmful(made) == []
    assert set(elements(text)) <= set(elements("a"))
    assert (elements(text).count("script"), elements(text).count("img")) == (1, 0)


@hard
@example(ALL)
@given(texts)
def test_the_summary_and_the_terminal_of_any_run_control_nothing(text: str) -> None:
    said = (run(text), verdicts(text), CONVERSATION_CLAUSES)
    shown = [printed(line) for verbose in (False, True) for line, _ in lines(*said, kept=False, verbose=verbose)]
    assert (harmful(summary(*said)), harmful("\n".join(shown))) == ([], [])


@hard
@example(ALL)
@example("\n# head@everyone<script>alert(1)</script>")
@given(texts)
def test_what_a_test_says_and_what_allure_is_told_control_nothing(text: str) -> None:
    one = verdict(text, "links.self", "users", Outcome.VIOLATED)
    described = "\n\n".join(_described(CONVERSATION_CLAUSES["links.self"], one, CONVERSATION_CLAUSES.description))
    elements = {name for name, _ in Elements(MARKDOWN.render(described)).found}  # as code it is text: `<script>`
    assert (harmful(failure_message(one)), harmful(described), "script" in elements) == ([], [], False)


@hard
@example(ALL)
@given(texts)
def test_deviations_of_any_run_are_toml(text: str) -> None:
    written = deviations(
        replace(run(text), name="t"), [verdict(text, "links.self", "users", Outcome.VIOLATED)], date(2026, 1, 1)
    )
    (target,) = tomllib.loads(written)["tool"]["conversation-contracts"]["targets"].values()
    assert [each["clause"] for each in target["deviations"]] == ["links.self"]
    assert harmful(written) == []


def test_a_verdict_file_gives_back_what_was_said(tmp_path: Path) -> None:
    file = tmp_path / "verdicts.json"
    write(file, run(ALL), verdicts(ALL))
    unseen = [each for each in file.read_text() if not each.isprintable() and each != "\n"]
    assert ({each.actual for each in loaded(file)[1]}, unseen) == ({ALL}, [])
