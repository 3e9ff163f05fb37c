"""The recipes for CI: they lint clean, pin what they use, and name commands and options that exist."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
GITLAB = ROOT / ".gitlab-ci.yml"
RECIPES = [*WORKFLOWS, GITLAB]


def tool(name: str) -> str:
    """A program of this environment."""
    found = shutil.which(name, path=str(Path(sys.executable).parent))
    assert found, f"{name} is not installed: run make install"
    return found


def recipe(file: Path) -> dict[Any, Any]:
    """What a recipe says. YAML 1.1 reads the key `on` as true."""
    found: dict[Any, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize(
    "command",
    [["zizmor", "--offline", "--persona", "pedantic", "--no-progress", "--format", "plain"],
     ["actionlint", "-no-color", "-shellcheck=", "-pyflakes="]],
    ids=["zizmor", "actionlint"],
)  # fmt: skip
def test_the_workflows_lint_clean(command: list[str]) -> None:
    name, *options = command
    done = subprocess.run(
        [tool(name), *options, *map(str, WORKFLOWS)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("text", ["on: push\njobs: {a: {runs-on: x, steps: [{run: 'echo ${{ github.ref_name }}'}]}}\n"])
def test_the_linters_find_something_where_there_is_something(text: str, tmp_path: Path) -> None:
    file = tmp_path / ".github" / "workflows" / "bad.yml"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    for command in (["zizmor", "--offline", str(file)], ["actionlint", "-shellcheck=", str(file)]):
        done = subprocess.run([tool(command[0]), *command[1:]], capture_output=True, timeout=60, check=False)
        assert done.returncode != 0


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
def test_every_action_is_pinned_by_its_digest_with_its_tag_beside_it(file: Path) -> None:
    used = re.findall(r"uses: (.*)", file.read_text(encoding="utf-8"))
    assert used
    assert [each for each in used if not re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each)] == []


def test_an_action_is_pinned_to_one_version_everywhere() -> None:
    used = {each for file in WORKFLOWS for each in re.findall(r"uses: (.*)", file.read_text(encoding="utf-8"))}
    assert len(used) == len({each.partition("@")[0] for each in used})


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
def test_permissions_are_given_by_job_and_least(file: Path) -> None:
    told = recipe(file)
    assert told["permissions"] == {}
    given = [job.get("permissions", {}) for job in told["jobs"].values()]
    wide = [each for each in given if set(each) - {"contents", "pages", "id-token"} or each.get("contents") == "write"]
    assert wide == []


def test_the_secrets_are_out_of_reach_of_pull_requests() -> None:
    told = recipe(ROOT / ".github" / "workflows" / "staging.yml")
    assert set(told[True]) == {"schedule", "workflow_dispatch"}
    assert told["concurrency"] == {"group": "staging", "cancel-in-progress": False}
    with_secrets = {name for name, job in told["jobs"].items() if "secrets." in str(job)}
    assert {name: told["jobs"][name].get("environment") for name in with_secrets} == {"verify": "staging"}


def test_gitlab_verifies_a_live_target_neither_on_a_push_nor_for_a_merge_request() -> None:
    first, second = recipe(GITLAB)["staging"]["rules"]
    assert first == {"if": '$CI_PIPELINE_SOURCE == "merge_request_event"', "when": "never"}
    assert "push" not in second["if"]


@pytest.mark.parametrize("file", RECIPES, ids=lambda file: file.stem)
def test_commands_and_options_of_recipes_exist(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    goals = set(re.findall(r"\bmake ([a-z]+)\b", text))
    assert goals
    assert goals <= set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    options = (ROOT / "contracts" / "pytest_plugin" / "options.py").read_text(encoding="utf-8")
    reporting = (ROOT / "contracts" / "cli" / "report.py").read_text(encoding="utf-8")
    known = set(re.findall(r'"(--[a-z-]+)"', options + reporting)) | {"--junit-xml"}
    commands = re.findall(r"(?:contracts verify|PYTEST_FLAGS|contracts report)((?:[^\n]|\\\n)*)", text)
    named = {option for command in commands for option in re.findall(r"(?<!\S)'?(--[a-z-]+)", command)}
    assert named
    assert named <= known


@pytest.mark.parametrize("file", RECIPES, ids=lambda file: file.stem)
def test_recipes_name_no_target_and_no_secret(file: Path) -> None:
    assert re.findall(r"https?://", file.read_text(encoding="utf-8")) == []
