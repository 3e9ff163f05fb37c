"""`conversation-contracts replay`: what is still there, gone, or there now and then; and one violation as a test."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import cycle
from pathlib import Path
from threading import Thread
from typing import Any

import orjson
import pytest

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.cli.replay import main
from contracts.findings.places import Place, Request, value_at
from contracts.findings.recipes import Recipe
from contracts.findings.verdicts import Outcome, Verdict
from contracts.mock.handle import Mock, controlled
from contracts.paging.exchanges import Exchange
from contracts.reporting import Run, write
from contracts.runner.replay import Replay, moved
from contracts.transport import Target
from tests.suite.replaying import AT, FAULTY, ONE, QUICK, TOKEN, TWO, record, violated
from tests.suite.support import BASE, U, envelope, exchange


class Scripted(Target):
    """A target that gives prepared answers one after the other, the last one for good."""

    def __init__(self, *answers: Exchange) -> None:
        super().__init__(BASE)
        self.answers, self.asked = list(answers), list[tuple[str, str, dict[str, str]]]()

    def send(self, method: str, url: str, *, headers: Any = None, credential: str | None = None) -> Exchange:  # noqa: ARG002, D102
        self.asked.append((method, url, dict(headers or {})))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def words(verdict: Verdict, *answers: Exchange, **more: Any) -> str:
    """What comes of asking a scripted target again for a violation."""
    return Replay(Scripted(*answers), CONVERSATION_CLAUSES, QUICK, **more).ask(verdict).words


WRONG, RIGHT = exchange(TWO, AT), exchange(ONE, AT)
COMPARED = violated(recipe=None)
FULL = exchange({**TWO, "more": 1}, AT)


# --- what decides ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "wanted"),
    [
        ((WRONG,), "still there"),
        ((RIGHT,), "gone"),
        ((WRONG, RIGHT, WRONG, RIGHT), "now and then (2 of 5)"),
        ((exchange({}, AT, status=404),), "cannot be asked again: status 404"),
        ((exchange({}, AT, status=404), WRONG), "now and then (4 of 5)"),
        ((exchange({}, AT, status=404), RIGHT), "cannot be asked again: status 404"),
    ],
    ids=["wrong", "right", "in-turn", "not-there", "not-there-at-first", "right-at-last"],
)
@pytest.mark.parametrize("verdict", [violated(), COMPARED], ids=["judged", "compared"])
def test_a_violation_is_asked_for_five_times(verdict: Verdict, answers: tuple[Exchange, ...], wanted: str) -> None:
    assert words(verdict, *answers) == wanted


@pytest.mark.parametrize(
    ("verdict", "wanted"), [(violated(), "still there"), (COMPARED, "gone")], ids=["judged", "compared"]
)
def test_the_clause_judges_other_data_which_a_comparison_cannot(verdict: Verdict, wanted: str) -> None:
    three = envelope(U, [{"id": f"USR-{each}"} for each in (7, 8, 9)], {})
    assert words(verdict, exchange(three, AT)) == wanted


def test_only_the_recorded_places_are_compared() -> None:
    assert words(COMPARED, FULL) == "still there"


def test_what_there_is_now_is_said() -> None:
    three = exchange(envelope(U, [{"id": f"USR-{each}"} for each in (7, 8, 9)], {}), AT)
    assert Replay(Scripted(three), CONVERSATION_CLAUSES, QUICK).ask(violated()).actual == "3 items"


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (Request("GET", "http://elsewhere.test/users"), "http://elsewhere.test/users is on another host"),
        (Request("GET", "http://[/users"), "Invalid IPv6 URL"),
        (Request("POST", AT), "POST could write; --unsafe-methods allows it"),
        (Request("GET", AT, (("X-Key", "[redacted]"),)), "the file hides what was sent as X-Key"),
    ],
    ids=["another-host", "no-url", "a-method-that-writes", "a-hidden-header"],
)
def test_what_must_not_or_cannot_be_sent_is_not(request_: Request, reason: str) -> None:
    target = Scripted(WRONG)
    found = Replay(target, CONVERSATION_CLAUSES, QUICK).ask(violated(requests=(request_,)))
    assert (found.words, found.left, target.asked) == (f"cannot be asked again: {reason}", True, [])


@pytest.mark.parametrize(
    "more",
    [{"requests": ()}, {"exchanges": ("no exchange",)}, {"exchanges": ()}],
    ids=["no-request", "no-answer", "fewer-answers"],
)
def test_a_file_without_its_exchanges_cannot_be_asked_again(more: dict[str, Any]) -> None:
    assert words(violated(**more), WRONG).startswith("cannot be asked again: the file")


def test_a_recipe_that_somebody_changed_ends_nothing() -> None:
    changed = violated(recipe=Recipe(0, asked=(("no-parameter", "1"),)))
    assert words(changed, WRONG).startswith("cannot be asked again: a bug of the suite, or a changed file: TypeError")


def test_requests_go_out_with_the_headers_that_were_sent_and_no_other_credential() -> None:
    target = Scripted(RIGHT)
    sent = Request("GET", AT, (("Accept", "text/html"), ("Authorization", "Bearer wrong")))
    Replay(target, CONVERSATION_CLAUSES, QUICK).ask(violated(requests=(sent,)))
    assert target.asked == [("GET", AT, {"Accept": "text/html", "Authorization": "Bearer wrong"})] * 5


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        (f"{BASE}/users?a=%20b", "https://new.test/x/users?a=%20b"),
        ("http://region.test/v0.2/users", "https://new.test/x/users"),
        ("http://api.test/users", "http://api.test/users"),
        ("http://api.test/v0.20/users", "http://api.test/v0.20/users"),
    ],
    ids=["own", "a-link-host", "without-base-path", "like-the-base-path"],
)
def test_another_base_url_takes_the_place_of_origin_and_base_path(url: str, wanted: str) -> None:
    verdict = moved(violated(requests=(Request("GET", url),)), BASE, "https://new.test/x")
    assert verdict.requests == (Request("GET", wanted),)


# --- what a verdict file keeps ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shown",
    [
        exchange({"a": [1]}),
        exchange({}, sent={"Accept": "a: b"}, status=404),
        exchange(raw=b""),
        exchange(raw=b"a\n\nb"),
    ],
    ids=["plain", "with-headers", "empty", "lines"],
)
def test_an_exchange_is_read_from_its_text(shown: Exchange) -> None:
    found = Exchange.of_text(shown.text)
    fields = ("method", "url", "status", "headers", "body", "sent")
    assert [getattr(found, each) for each in fields] == [getattr(shown, each) for each in fields]


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        (Place(), 200),
        (Place(header="content-type"), "application/json"),
        (Place(header="x"), None),
        (Place(pointer="/a/1"), 2),
        (Place(pointer="/a/b"), None),
        (Place(pointer="/0"), "nought"),
        (Place(pointer=""), {"a": [1, 2], "0": "nought"}),
    ],
    ids=["status", "header", "no-header", "index", "no-index", "a-name-of-digits", "all"],
)
def test_a_place_has_a_value(place: Place, wanted: object) -> None:
    assert value_at(exchange({"a": [1, 2], "0": "nought"}), place) == wanted


def test_a_verdict_keeps_how_its_evidence_is_gathered() -> None:
    recipe = Recipe(1, "CON-1", "a trial", (("order", "asc"),), "next", negative=True, rel="prev", start="http://a")
    verdict = violated(recipe=recipe)
    assert Verdict.unpack(verdict.pack()) == verdict


# --- the command, on a mock ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with controlled([f"--token={TOKEN}"]) as running:
        yield running


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVERSATION_API_TOKEN", TOKEN)


def heads(printed: str) -> list[str]:
    """What is said of each violation, in one line each."""
    return [line for line in printed.splitlines() if ": " in line and not line.startswith("  ")]


@pytest.mark.process
@pytest.mark.usefixtures("token")
@pytest.mark.parametrize("fault", FAULTY)
def test_a_violation_is_still_there_until_it_is_mended(
    fault: str, mock: Mock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "verdicts.json"
    names = [f"{each.clause} ({each.listing})" for each in record(mock, file, fault)]
    assert (main([str(file)]), heads(capsys.readouterr().out)) == (1, [f"{each}: still there" for each in names])
    mock.change(faults=[])
    assert (main([str(file)]), heads(capsys.readouterr().out)) == (0, [f"{each}: gone" for each in names])


@pytest.mark.process
@pytest.mark.usefixtures("token")
def test_each_violation_is_a_block_and_the_last_line_counts(
    mock: Mock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(mock, tmp_path / "v.json", "echoes-text", "descending-ignored")
    mock.change(faults=["echoes-text"])
    assert main([str(tmp_path / "v.json"), "--listing", "events"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "order.descending (events): gone",
        "pages.size-echo (events): still there",
        "  expected: page_size 100 (asked for) or 23 (items on the page)",
        '  actual:   page_size "100"',
        "1 of 2 violations left.",
    ]


@pytest.mark.process
@pytest.mark.usefixtures("token")
def test_one_clause_is_asked_for(mock: Mock, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(mock, tmp_path / "v.json", "echoes-text", "descending-ignored")
    assert main([str(tmp_path / "v.json"), "order.descending", "--listing=events"]) == 1
    assert heads(capsys.readouterr().out) == ["order.descending (events): still there"]


@pytest.mark.process
@pytest.mark.usefixtures("token")
def test_another_place_is_asked_the_same(mock: Mock, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(mock, tmp_path / "v.json", "echoes-text")
    with controlled(["--base-path=/staging/v9"]) as staging:
        code = main([str(tmp_path / "v.json"), "--base-url", staging.url, "--listing=users"])
        asked = {each["target"].partition("?")[0] for each in staging.requests()}
    assert (code, heads(capsys.readouterr().out), asked) == (
        0,
        ["pages.size-echo (users): gone"],
        {"/staging/v9/users"},
    )


@pytest.mark.process
def test_the_token_comes_from_a_configured_target_too(
    mock: Mock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    record(mock, tmp_path / "v.json", "echoes-text")
    described = f'[tool.conversation-contracts.targets.mine]\nbase-url = "{mock.url}"\ntoken-env = "MINE"\n'
    (tmp_path / "t.toml").write_text(described)
    monkeypatch.setenv("MINE", TOKEN)
    code = main([str(tmp_path / "v.json"), "--target=mine", f"--targets={tmp_path / 't.toml'}", "--listing=users"])
    printed = capsys.readouterr().out
    assert (code, heads(printed), TOKEN in printed) == (1, ["pages.size-echo (users): still there"], False)


def every_second(*bodies: object) -> type[BaseHTTPRequestHandler]:
    """A server's handler that gives these bodies in turn to whoever asks for more than one user."""
    turn = cycle(map(orjson.dumps, bodies))

    class Turning(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = next(turn)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    return Turning


def test_a_violation_that_shows_now_and_then_is_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with HTTPServer(("127.0.0.1", 0), every_second(ONE, TWO)) as server:  # the first one is the probe's
        Thread(target=server.serve_forever, daemon=True).start()
        here = f"http://127.0.0.1:{server.server_port}"
        code = main([written(tmp_path, violated()), "--base-url", here])
        server.shutdown()
    assert (code, capsys.readouterr().out.splitlines()) == (
        1,
        [
            "pages.size-bound (users): now and then (3 of 5)",
            "  expected: at most 1 item",
            "  actual:   2 items",
            "1 of 1 violation left.",
        ],
    )


# --- what cannot be --------------------------------------------------------------------------------------------------


def written(folder: Path, *verdicts: Verdict, target: str = BASE) -> str:
    """A verdict file."""
    write(folder / "v.json", Run(target, "Conversation API 1.0.1", 7, "quick"), verdicts)
    return str(folder / "v.json")


def refused(*words: str) -> int:
    """The exit code of a command that ends at once."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    return int(str(ended.value.code))


WITH_TOKEN = violated(requests=(Request("GET", AT, (("Authorization", "Bearer $CONVERSATION_API_TOKEN"),)),))
WITH_HOME = violated(requests=(Request("GET", AT, (("Authorization", "Bearer $HOME"),)),))
WITH_KEY = violated(requests=(Request("GET", AT, (("X-Key", "$KEY"),)),))


@pytest.mark.parametrize(
    ("verdicts", "words", "said"),
    [
        ([WITH_TOKEN], [], "$CONVERSATION_API_TOKEN: the environment variable is not set; requests were sent with this token"),
        ([WITH_HOME], [], "$HOME: that is the token of a configured target; give --target NAME"),
        ([WITH_KEY], [], "the header X-Key: requests were sent with $KEY; give --header X-Key=KEY, or --target NAME"),
        ([violated()], ["pages.size-bund"], "no clause or family is named 'pages.size-bund'; did you mean pages.size-bound"),
        ([violated()], ["pagse"], "no clause or family is named 'pagse'; did you mean pages?"),
        ([violated()], ["--header=x"], "--header: 'x' is not NAME=VARIABLE, a header and an environment variable"),
        ([violated()], ["--base-url=x"], "'x' is no base URL: it needs http:// or https:// and a host"),
        ([violated()], ["--base-url=http://a", "--target=b"], "--target and --base-url: both say where the API is"),
        ([], ["--pytest=x.py"], "holds no such violation"),
        ([violated(), violated(listing="events")], ["--pytest=x.py"], "pages.size-bound --listing users, pages.size-bound --"),
        ([violated()], ["--pytest=/no/such/folder/x.py"], "cannot write /no/such/folder/x.py: No such file or directory"),
    ],
    ids=["no-token", "another-variable", "another-header", "a-clause-of-a-family", "an-unknown-clause", "no-header",
         "no-base-url", "two-places", "nothing-to-write", "two-to-write", "no-folder"],
)  # fmt: skip
def test_what_cannot_be_is_said_in_one_line(  # noqa: PLR0913, PLR0917 - three of them are fixtures
    verdicts: list[Verdict],
    words: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("CONVERSATION_API_TOKEN", raising=False)
    assert refused(written(tmp_path, *verdicts), *words) == 4
    printed = capsys.readouterr()
    assert (printed.out, len(printed.err.splitlines()), said in printed.err) == ("", 1, True)


@pytest.mark.parametrize("content", ["{", "[]", '{"format": 0}'], ids=["no-json", "a-list", "another-format"])
def test_what_is_no_verdict_file_is_refused(content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "v.json").write_text(content)
    assert (refused(str(tmp_path / "v.json")), len(capsys.readouterr().err.splitlines())) == (4, 1)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(str(tmp_path / "no.json")) == 4
    assert capsys.readouterr().err.endswith("no.json: No such file or directory\n")


def test_a_target_that_is_not_there_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    away = "http://127.0.0.1:9/v0.2"
    assert main([written(tmp_path, violated(), target=away)]) == 3
    assert capsys.readouterr().err.splitlines() == [
        f"no answer from {away}/users?page_size=1: [Errno 111] Connection refused"
    ]


def test_nothing_is_asked_where_nothing_is_violated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([written(tmp_path, violated(verdict=Outcome.HELD))]) == 0
    assert capsys.readouterr().out == "No violation to ask for.\n"
