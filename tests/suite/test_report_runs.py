"""What whole runs leave: Allure's results, the matrix, JUnit's XML, an HTTP archive; and shards of a run."""

import gzip
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.cli.report import main
from contracts.mock import Settings
from contracts.mock.server import running
from contracts.reporting import load
from contracts.reporting.har import Tape, archive
from contracts.reporting.sharding import Shard

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[2]
TOKEN = "a-token-that-nobody-may-see-0123456789"  # noqa: S105 - the mock's
FAULTS = ("buffers-of-thirty-two", "deleted-texts-stay", "errors-in-html", "first-is-here")


def run(folder: Path, *arguments: str, token: str = TOKEN) -> int:
    """One run of the contract tests, with everything that it can leave, in a folder."""
    surroundings = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "GITHUB", "CI"))
    }
    command = [sys.executable, "-m", "pytest", "tests/contract", "-q", "-p", "no:cacheprovider", "--profile", "quick",
               f"--alluredir={folder}/allure-results", f"--junit-xml={folder}/junit.xml",
               f"--verdicts={folder}/verdicts.json", f"--har={folder}/run.har", "--seed", "7"]  # fmt: skip
    done = subprocess.run([*command, *arguments], cwd=ROOT, env=surroundings | {"CONVERSATION_API_TOKEN": token},
                          capture_output=True, text=True, timeout=300, check=False)  # fmt: skip
    (folder / "told").write_text(done.stdout + done.stderr)
    return done.returncode


@pytest.fixture(scope="module")
def mock() -> Iterator[str]:
    with running(Settings(faults=FAULTS, token=TOKEN)) as base:
        yield base


@pytest.fixture(scope="module")
def red(mock: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run leaves that finds several things broken."""
    folder = tmp_path_factory.mktemp("red")
    wanted = "pages.size-bound,pages.full,events.variant,inputs.error-body,pages.items,items.timestamps"
    assert run(folder, "--base-url", mock, "--clauses", wanted, "-n", "2") == 1, (folder / "told").read_text()
    return folder


def results(folder: Path) -> dict[str, dict[str, Any]]:
    """Allure's results by clause and listing."""
    found = {}
    for file in (folder / "allure-results").glob("*-result.json"):
        result = json.loads(file.read_text())
        labels = {label["name"]: label["value"] for label in result["labels"]}
        found[f"{labels['clause']} {labels['story']}"] = result
    return found


# --- Allure ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "status", "title"),
    [
        ("pages.size-bound users", "failed", "never more than 100 whatever was asked (users)"),
        ("inputs.error-body users", "skipped", "(users): SHOULD broken"),
        ("items.timestamps members", "skipped", "(members): not exercised"),
        ("pages.items events", "skipped", "(events): undecided"),
        ("pages.full users", "passed", "A page that has a next page is full (users)"),
    ],
    ids=["violated", "should-broken", "not-exercised", "undecided", "held"],
)
def test_verdicts_are_told_apart_in_allure(name: str, status: str, title: str, red: Path) -> None:
    result = results(red)[name]
    assert result["status"] == status
    assert result["name"].endswith(title)


def test_a_result_has_its_labels_its_place_in_the_description_and_its_steps(red: Path) -> None:
    result = results(red)["pages.size-bound users"]
    labels = [(label["name"], label["value"]) for label in result["labels"]]
    assert {("epic", "Conversation API"), ("feature", "pages"), ("story", "users"), ("severity", "critical"),
            ("tag", "MUST"), ("tag", "class A"), ("tag", "violated")} <= set(labels)  # fmt: skip
    (link,) = result["links"]
    assert link["name"].startswith("openapi/conversation.yaml:")
    assert link["url"].startswith("file://")
    steps = [(step["name"], step["status"]) for step in result["steps"]]
    assert steps[-1] == ("judge: violated", "failed")
    assert any(name.startswith("read ") and name.endswith(" pages") for name, _ in steps)


def test_a_violation_has_its_exchange_and_curl_line_attached(red: Path) -> None:
    result = results(red)["pages.size-bound users"]
    attached = {each["name"]: (red / "allure-results" / each["source"]).read_text() for each in result["attachments"]}
    assert set(attached) >= {"expected", "actual", "again", "exchange"}
    assert attached["again"].startswith("curl -sS -i -H ")
    assert "lines left out" in attached["exchange"]


def test_parameters_do_not_change_from_run_to_run(red: Path, mock: str, tmp_path: Path) -> None:
    run(tmp_path, "--base-url", mock, "--clauses", "pages.size-bound", "--seed", "8")
    again = results(tmp_path)
    assert {name: again[name]["historyId"] for name in again} == {
        name: results(red)[name]["historyId"] for name in again
    }


def test_the_matrix_is_attached_to_allure_and_lies_beside_it(red: Path) -> None:
    (found,) = (red / "allure-results").glob("*-globals.json")
    (attached,) = json.loads(found.read_text())["attachments"]
    assert attached["name"] == "contract matrix"
    assert (red / "allure-results" / attached["source"]).read_text() == (red / "matrix.html").read_text()


def test_no_machinery_of_pytest_stands_in_allure(red: Path) -> None:
    assert list((red / "allure-results").glob("*-container.json")) == []


def test_the_environment_says_what_was_verified(red: Path, mock: str) -> None:
    told = dict(
        line.split("=", 1) for line in (red / "allure-results" / "environment.properties").read_text().splitlines()
    )
    assert {name: told[name] for name in ("target", "description", "seed", "profile")} == {
        "target": mock, "description": "Conversation API 1.0.1", "seed": "7", "profile": "quick",
    }  # fmt: skip


# --- JUnit -----------------------------------------------------------------------------------------------------------


def test_junits_xml_carries_clause_listing_level_and_verdict(red: Path) -> None:
    cases = ET.parse(red / "junit.xml").getroot().iter("testcase")  # noqa: S314 - written by pytest
    known = [{each.attrib["name"]: each.attrib["value"] for each in case.iter("property")} for case in cases]
    assert {"clause": "pages.size-bound", "listing": "users", "level": "MUST", "verdict": "violated"} in known
    assert {each["clause"] for each in known} <= CONVERSATION_CLAUSES.keys()


# --- HAR -------------------------------------------------------------------------------------------------------------


def test_the_archive_holds_every_request_in_order(red: Path) -> None:
    log = json.loads((red / "run.har").read_text())["log"]
    assert log["version"] == "1.2"
    began = [entry["startedDateTime"] for entry in log["entries"]]
    assert began == sorted(began)
    assert len(began) == load(red / "verdicts.json")[0].requests


def test_an_entry_is_as_the_format_has_it(red: Path) -> None:
    entry = json.loads((red / "run.har").read_text())["log"]["entries"][0]
    assert entry["request"]["method"] == "GET"
    assert entry["request"]["queryString"] == [{"name": "page_size", "value": "1"}]
    assert (entry["response"]["status"], entry["response"]["content"]["mimeType"]) == (200, "application/json")
    assert json.loads(entry["response"]["content"]["text"])["page_size"] == 1
    assert {"blocked", "dns", "connect", "send", "wait", "receive", "ssl"} == entry["timings"].keys()


@pytest.mark.parametrize("name", ["run.har", "run.har.gz"])
def test_an_archive_is_compressed_where_its_name_says_so(name: str, tmp_path: Path) -> None:
    tape = Tape(tmp_path / name, str)
    tape.note(method="GET", url="http://x/", sent={}, status=200, got={}, body=b"{}", seconds=0.1)
    tape.close()
    assert archive(tmp_path / name, [tape.draft]) == 1
    packed = (tmp_path / name).read_bytes()
    log = json.loads(gzip.decompress(packed) if name.endswith(".gz") else packed)["log"]
    assert [entry["request"]["url"] for entry in log["entries"]] == ["http://x/"]
    assert ((tmp_path / name).stat().st_mode & 0o777, list(tmp_path.iterdir())) == (0o600, [tmp_path / name])


def test_nothing_that_a_run_leaves_shows_the_credential(red: Path) -> None:
    files = [file for file in red.rglob("*") if file.is_file()]
    assert len(files) > 20
    assert [file for file in files if TOKEN in file.read_text(errors="replace")] == []


def test_what_shows_data_is_for_its_owner_and_no_draft_stays(red: Path) -> None:
    modes = {name: (red / name).stat().st_mode & 0o777 for name in ("run.har", "verdicts.json", "matrix.html")}
    assert set(modes.values()) == {0o600}
    assert list(red.glob(".*")) == []


# --- shards ----------------------------------------------------------------------------------------------------------

PAIRS = [(clause.id, listing.name) for clause in CONVERSATION_CLAUSES.values() for listing in clause.listings]


@pytest.mark.parametrize("of", [1, 2, 3, 7, 50, 500])
def test_every_pair_falls_to_one_part_and_parts_are_even(of: int) -> None:
    parts = [Shard(number, of).share(PAIRS) for number in range(1, of + 1)]
    assert sorted(pair for part in parts for pair in part) == sorted(PAIRS)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    assert parts == [Shard(number, of).share(reversed(PAIRS)) for number in range(1, of + 1)]


@pytest.mark.parametrize(
    ("text", "told"),
    [("2", "is not K/N"), ("0/2", "there is no part 0 of 2"), ("3/2", "there is no part 3 of 2"), ("a/b", "is not K/N"),
     ("1/2/3", "is not K/N")],
)  # fmt: skip
def test_a_shard_that_cannot_be_is_said(text: str, told: str, tmp_path: Path) -> None:
    assert run(tmp_path, "--shard", text) == 4
    assert told in (tmp_path / "told").read_text()


def test_a_shard_needs_a_seed(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "tests/contract", "-q", "--shard", "1/2", f"--alluredir={tmp_path}/a"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 4
    assert "--shard needs --seed N, the same for all parts" in done.stdout + done.stderr


def test_shards_merge_into_the_verdicts_of_an_unsharded_run(mock: str, tmp_path: Path) -> None:
    folders = {name: tmp_path / name for name in ("whole", "1", "2")}
    for folder in folders.values():
        folder.mkdir()
    run(folders["whole"], "--base-url", mock)
    for number in ("1", "2"):
        run(folders[number], "--base-url", mock, "--shard", f"{number}/2")
    parts = [str(folders[number] / "verdicts.json") for number in ("1", "2")]
    assert main(["merge", *parts, "--verdicts", str(tmp_path / "merged.json")]) == 1
    whole, merged = (load(file)[1] for file in (folders["whole"] / "verdicts.json", tmp_path / "merged.json"))
    assert [(each.clause, each.listing, each.level, each.verdict) for each in merged] == [
        (each.clause, each.listing, each.level, each.verdict) for each in whole
    ]
