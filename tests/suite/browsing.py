"""What the tests of pages and `make screenshots` share: runs over a faulty mock, the pages of them, a browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
REPORTS = ROOT / "reports"
FAULTS = ("buffers-of-thirty-two", "deleted-texts-stay", "errors-in-html", "first-is-here")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip
OLDEST = 20
"""The Node.js that Allure needs."""


def lacking() -> str:
    """What is missing to look at pages in a browser; empty for nothing."""
    if not shutil.which("chromium"):
        return "chromium is not installed"
    if not shutil.which("node") or not shutil.which("npm"):
        return "Node.js with npm is not installed"
    told = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S607
    return "" if int(told[1:].partition(".")[0]) >= OLDEST else f"Node.js is {told.strip()}, not {OLDEST} or newer"


def needed() -> None:
    """Skip, saying what is missing; fail where the surroundings say that nothing may be."""
    if why := lacking():
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(f"{why}, and REQUIRE_BROWSER is set")
        pytest.skip(why)


def verified(folder: Path, *arguments: str) -> int:
    """A run of the contract tests that leaves its results and the matrix in a folder; the exit code."""
    surroundings = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "CONVERSATION"))
    }
    command = [sys.executable, "-m", "pytest", "tests/contract", "-q", "-p", "no:cacheprovider", "--seed", "7",
               f"--alluredir={folder}/allure-results", f"--verdicts={folder}/verdicts.json"]  # fmt: skip
    done = subprocess.run(
        [*command, *arguments], cwd=ROOT, env=surroundings, capture_output=True, timeout=300, check=False
    )
    return done.returncode


def reported(folder: Path) -> Path:
    """Allure's page of what a run left, made as `make report` makes it, in the same folder."""
    if not (REPORTS / "node_modules" / ".bin" / "allure").exists():
        options = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
        subprocess.run(["npm", "ci", "--prefix", str(REPORTS), *options], check=True)  # noqa: S607
    for name in ("allurerc.mjs", "finish.mjs"):
        shutil.copy(REPORTS / name, folder)
    (folder / "node_modules").symlink_to(REPORTS / "node_modules")
    for command in (["node_modules/.bin/allure", "generate", "--config", "allurerc.mjs", "allure-results"],
                    ["node", "finish.mjs"]):  # fmt: skip
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder / "html" / "index.html"


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        yield browser
        browser.close()
