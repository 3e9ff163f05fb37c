"""Whole runs in a process of their own, and the four places that say what came of each clause and listing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
Pair = tuple[str, str]

OUTCOMES = {
    "violated": "failed",
    "error": "failed",
    "deviation": "skipped",
    "undecided": "skipped",
    "held": "passed",
    "not-exercised": "skipped",
}
"""What pytest says of a test, by the verdict of its clause and listing."""

RECORDER = """
import json, os

def pytest_runtest_logreport(report):
    if report.when == "call" and not os.environ.get("PYTEST_XDIST_WORKER"):
        with open(os.environ["REPORTS"], "a") as file:
            properties = dict(report.user_properties)
            line = [properties["clause"], properties["listing"], report.outcome, properties["verdict"]]
            file.write(json.dumps(line) + chr(10))
"""
"""A plugin that notes the outcome of every test, as pytest itself counts it."""


@dataclass(frozen=True)
class Whole:
    """What one run left: its exit code, what it printed, and the folder of its files."""

    code: int
    printed: str
    folder: Path

    @property
    def verdicts(self) -> dict[Pair, str]:
        """The verdict file."""
        found = json.loads((self.folder / "verdicts.json").read_text())["verdicts"]
        return {(each["clause"], each["listing"]): _verdict(each) for each in found}

    @property
    def reports(self) -> dict[Pair, str]:
        """What pytest's reports say, each consistent with the outcome of its test."""
        lines = map(json.loads, (self.folder / "reports").read_text().splitlines())
        return {(clause, listing): f"{verdict} {outcome}" for clause, listing, outcome, verdict in lines}

    @property
    def junit(self) -> dict[Pair, str]:
        """What JUnit's XML says, by its properties and by the element for the outcome."""
        found = {}
        for case in ET.parse(self.folder / "junit.xml").getroot().iter("testcase"):  # noqa: S314 - written by pytest
            known = {each.attrib["name"]: each.attrib["value"] for each in case.iter("property")}
            outcome = next((name for name in ("failure", "error", "skipped") if case.find(name) is not None), "passed")
            said = {"failure": "failed", "error": "failed"}.get(outcome, outcome)
            found[known["clause"], known["listing"]] = f"{known['verdict']} {said}"
        return found

    @property
    def allure(self) -> dict[Pair, str]:
        """What Allure's results say: the status, failed and broken alike, and the verdict in the tags."""
        found = {}
        for file in (self.folder / "allure-results").glob("*-result.json"):
            result: dict[str, Any] = json.loads(file.read_text())
            labels = {label["name"]: label["value"] for label in result["labels"] if label["name"] != "tag"}
            judged = next(step["name"] for step in result["steps"] if step["name"].startswith("judge: "))
            status = {"broken": "failed"}.get(result["status"], result["status"])
            found[labels["clause"], labels["story"]] = f"{judged.removeprefix('judge: ')} {status}"
        return found

    @property
    def expected(self) -> dict[Pair, str]:
        """What all of them have to say by the verdict file."""
        return {pair: f"{said.split()[0]} {_outcome(said)}" for pair, said in self.verdicts.items()}

    def disagreements(self) -> Counter[str]:
        """How many pairs each place says something else of than the verdict file; nothing where all is one truth."""
        places = {"pytest": self.reports, "junit": self.junit, "allure": self.allure}
        return Counter(
            f"{name}: {pair} {said.get(pair)} instead of {self.expected.get(pair)}"
            for name, said in places.items()
            for pair in said.keys() | self.expected.keys()
            if said.get(pair) != self.expected.get(pair)
        )


def _verdict(found: dict[str, Any]) -> str:
    return f"{found['verdict']} {found['level']}"


def _outcome(said: str) -> str:
    """The outcome of a test; a SHOULD that is violated is an expected failure, which pytest counts as skipped."""
    verdict, level = said.split()
    return "skipped" if verdict == "violated" and level != "MUST" else OUTCOMES[verdict]


def whole(folder: Path, *arguments: str, path: Path = ROOT, seed: int | None = 7) -> Whole:
    """Run the contract tests, with everything that a run can leave in a folder; plugins of `path` can be named."""
    plugins = folder / "plugins"
    plugins.mkdir(parents=True)
    (plugins / "noting.py").write_text(RECORDER)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "CONVERSATION"))}
    environment = kept | {"PYTHONPATH": f"{ROOT}:{plugins}:{path}", "REPORTS": str(folder / "reports")}
    command = [sys.executable, "-m", "pytest", "tests/contract", "-q", "-p", "noting", "--profile", "quick",
               f"--alluredir={folder}/allure-results", f"--junit-xml={folder}/junit.xml",
               f"--verdicts={folder}/verdicts.json", "-o", f"cache_dir={folder.parent}/cache"]  # fmt: skip
    choices = [] if seed is None else ["--seed", str(seed)]
    done = subprocess.run([*command, *choices, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True,
                          timeout=300, check=False)  # fmt: skip
    return Whole(done.returncode, done.stdout + done.stderr, folder)
