"""Data of a file: served as they are written, checked with the line of what is wrong, and read from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.cli.mock import main
from contracts.crawl.cache import Choices
from contracts.crawl.profiles import PROFILES
from contracts.mock import Api, Settings, build, export
from contracts.mock.datafile import DataError, load
from contracts.mock.server import running
from contracts.selftest.in_process import now, verification

if TYPE_CHECKING:
    from pathlib import Path

SMALL = """\
users:
  - id: USR-1
    name: ashley
conversations:
  - id: CON-b
    name: second
    timestamp: {created: 2024-01-02T00:00:00.500Z}
  - id: CON-a
    name: first
    display_name: The first
    timestamp:
      created: 2024-01-01T01:00:00+01:00
    members:
      - id: MEM-1
        name: ashley
        user_id: USR-1
        state: JOINED
        channel: {type: app}
    events:
      - id: 7
        type: member:left
        timestamp: 2024-01-01T00:02:00Z
        body: {id: MEM-1, name: ashley}
      - id: 3
        type: text
        from: MEM-1
        timestamp: 2024-01-01T00:01:00Z
        conversation_id: CON-a
        body: {text: "on"}
      - {id: 9, type: custom:x, timestamp: 2024-01-01T00:03:00Z, body: {}}
      - {id: 11, type: member:joined, timestamp: 2024-01-01T00:04:00Z}
"""
HOST = {"host": "h"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "data.yaml"
    path.write_text(SMALL)
    return path


@pytest.fixture
def api(file: Path) -> Api:
    return build(Settings(data=str(file)))


def got(api: Api, path: str) -> Any:
    answer = api.answer("GET", f"/v0.2{path}", HOST)
    assert answer.status == 200
    return orjson.loads(answer.body)


def listed(api: Api, path: str) -> list[dict[str, Any]]:
    (items,) = got(api, path)["_embedded"]["data"].values()
    assert isinstance(items, list)
    return items


def self_link(path: str) -> dict[str, Any]:
    return {"self": {"href": f"http://h/v0.2{path}"}}


# --- served ----------------------------------------------------------------------------------------------------------


def test_items_are_as_they_are_written_with_links(api: Api) -> None:
    assert listed(api, "/conversations") == [
        {
            "id": "CON-a",
            "name": "first",
            "display_name": "The first",
            "timestamp": {"created": "2024-01-01T01:00:00+01:00"},
            "_links": self_link("/conversations/CON-a"),
        },
        {
            "id": "CON-b",
            "name": "second",
            "timestamp": {"created": "2024-01-02T00:00:00.500Z"},
            "_links": self_link("/conversations/CON-b"),
        },
    ]


def test_a_member_shows_more_at_its_own_address(api: Api) -> None:
    member = {"id": "MEM-1", "name": "ashley", "user_id": "USR-1", "state": "JOINED"}
    links = {"_links": self_link("/conversations/CON-a/members/MEM-1")}
    assert listed(api, "/conversations/CON-a/members") == [member | links]
    assert got(api, "/conversations/CON-a/members/MEM-1") == member | {"channel": {"type": "app"}} | links


def test_events_are_in_order_of_their_ids_and_members_in_them_have_links(api: Api) -> None:
    events = listed(api, "/conversations/CON-a/events")
    assert [event["id"] for event in events] == [3, 7, 9, 11]
    assert events[0]["body"] == {"text": "on"}
    assert events[1]["body"]["_links"] == self_link("/conversations/CON-a/members/MEM-1")
    assert "body" not in events[3]


@pytest.mark.parametrize(
    ("path", "ids"),
    [
        ("/conversations?date_start=2024-01-01T00:00:00Z", ["CON-b"]),
        ("/conversations?date_end=2024-01-02T00:00:00.501Z&order=desc", ["CON-b", "CON-a"]),
        ("/conversations/CON-a/events?start_id=7&end_id=9", [7, 9]),
        ("/conversations/CON-a/events?event_type=text", [3]),
        ("/conversations/CON-a/events?event_type=member:joined", [11]),
        ("/conversations/CON-b/events", []),
        ("/users", ["USR-1"]),
    ],
)
def test_filters_filter(api: Api, path: str, ids: list[object]) -> None:
    assert [item["id"] for item in listed(api, path)] == ids


def test_faults_go_on_top(file: Path) -> None:
    api = build(Settings(data=str(file), faults=("text-is-the-body",)))
    assert listed(api, "/conversations/CON-a/events")[0]["body"] == "on"


def test_what_is_dumped_is_served_alike(tmp_path: Path) -> None:
    plain = build(Settings(seed=3, conversations=6))
    for name in ("data.json", "data.yaml"):
        assert main(["dump", "--seed=3", "--conversations=6", str(tmp_path / name)]) == 0
        stored = build(Settings(seed=3, data=str(tmp_path / name)))
        for one in range(6):
            home = f"/v0.2/conversations/{plain.conversation_id(one)}"
            for target in (f"{home}/events?page_size=100", f"{home}/members?order=desc", home):
                assert stored.answer("GET", target, HOST) == plain.answer("GET", target, HOST)


# --- read from an API ------------------------------------------------------------------------------------------------


def test_what_is_imported_is_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(seed=5, conversations=4, users=12, token="TEXT-secret-1")  # noqa: S106
    monkeypatch.setenv("CONVERSATION_API_TOKEN", "TEXT-secret-1")
    with running(settings) as base:
        assert main(["import", base, str(tmp_path / "data.json")]) == 0
    assert orjson.loads((tmp_path / "data.json").read_bytes()) == export.document(build(settings))


def test_a_credential_in_the_data_is_hidden(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(SMALL.replace('text: "on"', "text: my TEXT-secret-1"))
    monkeypatch.setenv("CONVERSATION_API_TOKEN", "TEXT-secret-1")
    with running(Settings(data=str(file), token="TEXT-secret-1")) as base:  # noqa: S106
        assert main(["import", base, str(file)]) == 0
    written = file.read_text()
    assert ("TEXT-secret-1" in written, "my [redacted]" in written) == (False, True)


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        ("links elsewhere", 1, "cannot be read to its end"),
        (None, 3, "no answer from"),
    ],
)
def test_an_api_that_cannot_be_read_is_said_in_one_line(
    fault: str | None, code: int, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    with running(Settings(departures=("links-on-a-regional-host",))) as base, pytest.raises(SystemExit) as ended:
        main(["import", base if fault else "http://127.0.0.1:9/v0.2"])
    error = capsys.readouterr().err
    assert (ended.value.code, said in error, error.count("\n")) == (code, True, 1)


# --- what is wrong ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("id: USR-1\n    name", "id: USX-1\n    name", 2, "'USX-1' does not match"),
        ("    name: ashley\nconv", "    nam: ashley\nconv", 2, "'name' is a required property"),
        ("created: 2024-01-01T01:00:00+01:00", "created: soon", 12, "conversations/1/timestamp/created: 'soon'"),
        ("created: 2024-01-01T01:00:00+01:00", "created: 2024-01-01T00:00:00.0001Z", 12, "finer than a millisecond"),
        ("state: JOINED", "state: LEFT", 17, "'LEFT' is not one of"),
        ("channel: {type: app}", "channel: {type: phone}", 18, "'phone' is not one of"),
        ("user_id: USR-1", "user_id: USR-2", 16, "'USR-2' is no user of this file"),
        ("id: 3", "id: 7", 24, "7 is there already"),
        ("id: 3", "id: -3", 24, "an id from 0 to 10^18"),
        ("id: CON-b", "id: CON-b/c", 5, "letters, digits"),
        ("name: second", "name: first", 9, "'first' is there already"),
        ("conversation_id: CON-a", "conversation_id: CON-b", 28, "'CON-b' is another conversation"),
        ('text: "on"', "text: on, n: 1.0e999", 29, "body/n"),
        ('text: "on"', 'text: "\\ud800"', 29, ""),
        ("body: {text", "body: {5: x, text", 29, "the name 5 is no text"),
        ("name: second", "name: second\n    _links: {self: {href: x}}", 7, "the mock writes the links"),
        ("    members:\n", "    members: 5\n    others:\n", 13, "a list"),
        ("  - id: USR-1\n    name: ashley", "  - 5", 2, "a mapping"),
        ("users:", "people:", 1, "a mapping with `users` and `conversations`"),
        ("users:\n  - id: USR-1\n    name: ashley", "users: 5", 1, "users: a list"),
        ("users:", "users: [", 2, ""),
    ],
)
def test_what_is_wrong_is_said_with_its_line(file: Path, old: str, new: str, line: int, said: str) -> None:
    assert old in SMALL
    file.write_text(SMALL.replace(old, new, 1))
    with pytest.raises(DataError) as raised:
        load(str(file))
    assert (raised.value.file, raised.value.line, said in str(raised.value)) == (str(file), line, True)


def test_json_has_lines_too(tmp_path: Path) -> None:
    file = tmp_path / "data.json"
    file.write_text('{\n\t"users": [\n\t\t{"id": "USR-1",\n\t\t"name": 5}]}')
    with pytest.raises(DataError, match=r"data.json:4: users/0/name: 5 is not of type 'string'"):
        load(str(file))
    file.write_text('{\n"users": [}')
    with pytest.raises(DataError, match=r"data.json:2: "):
        load(str(file))


def test_a_member_stands_in_one_conversation(file: Path) -> None:
    member = "    members:\n      - {id: MEM-1, user_id: USR-1, state: INVITED}\n"
    file.write_text(SMALL.replace("  - id: CON-a", f"{member}  - id: CON-a"))
    with pytest.raises(DataError, match="'MEM-1' is in another conversation"):
        load(str(file))


@pytest.mark.parametrize(("content", "said"), [(None, "No such file"), (b"\xff", "is not UTF-8"), (b"", "a mapping")])
def test_a_file_that_is_none_is_said(tmp_path: Path, content: bytes | None, said: str) -> None:
    if content is not None:
        (tmp_path / "x.yaml").write_bytes(content)
    with pytest.raises(DataError, match=said):
        load(str(tmp_path / "x.yaml"))


def test_several_mistakes_are_counted(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(SMALL.replace("USR-1", "USX-1"))
    with pytest.raises(SystemExit, match=r"^4$"):
        main([f"--data={file}"])
    error = capsys.readouterr().err
    assert (f"conversation-contracts mock: {file}:2: users/0/id: 'USX-1'" in error, " more)\n" in error) == (True, True)


def items(api: Api, path: str) -> list[dict[str, Any]]:
    """Everything of a listing that fits on a page."""
    (found,) = orjson.loads(api.answer("GET", f"/v0.2{path}?page_size=100", HOST).body)["_embedded"]["data"].values()
    return found


def test_what_is_written_comes_behind_the_data_of_a_file(file: Path) -> None:
    file.write_text(SMALL.replace("name: second", "name: first-2"))
    api = build(Settings(data=str(file)))
    api.journal.advance(24)
    assert [len(names := [each["name"] for each in items(api, "/conversations")]), len({*names})] == [6, 6]
    assert [each["id"] for each in items(api, "/conversations/CON-a/events")] == [3, 7, 9, 11, *range(12, 24)]
    assert len(items(api, "/conversations/CON-a/members")) == 5
    for path in ("/conversations", "/users", "/conversations/CON-a/members", "/conversations/CON-a/events"):
        for item in items(api, path):
            found = orjson.loads(api.answer("GET", item["_links"]["self"]["href"].removeprefix("http://h"), HOST).body)
            assert found["id"] == item["id"]


def test_a_name_that_a_file_took_is_not_given_again(file: Path) -> None:
    taken = build(Settings(conversations=3)).conversation_name(2)
    file.write_text(SMALL.replace("name: second", f"name: {taken}"))
    assert build(Settings(data=str(file))).conversation_name(2) == f"{taken}-again"


@pytest.mark.slow
def test_a_file_that_is_written_to_keeps_the_contract(tmp_path: Path) -> None:
    assert main(["dump", "--conversations=12", str(tmp_path / "data.json")]) == 0
    settings = Settings(data=str(tmp_path / "data.json"), writes_per_second=20, started=now())
    verdicts = verification(
        settings, CONVERSATION_CLAUSES.select(["pages", "walks", "events", "items"]), Choices(3, PROFILES["quick"])
    ).run()
    assert [each for each in verdicts if each.verdict in ("violated", "error")] == []
