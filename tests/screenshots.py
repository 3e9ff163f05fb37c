"""`make screenshots`: the pictures in README.md, of a run over the mock with some faults."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from contracts.mock import Settings
from contracts.mock.server import arguments, started
from tests.suite.browsing import FAULTS, ROOT, chromium, lacking, reported, verified

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PICTURES = ROOT / "docs"
PORT = 8080
"""Stands in the pictures, so it is the same each time."""


def _matrix(page: Page) -> None:
    page.get_by_label("Clause or words").fill("pages.")
    page.evaluate("document.querySelector('#filters').scrollIntoView()")


def _violation(page: Page) -> None:
    page.locator(".finding button").first.click()


def _allure(page: Page) -> None:
    page.get_by_text("never more than 100 whatever was asked (conversations)").click()
    page.get_by_text("Error", exact=True).wait_for()
    page.evaluate("scrollTo(0, 0)")


def take(browser: Browser, folder: Path) -> None:
    """Take all pictures of the pages in a folder."""
    matrix, allure = folder / "matrix.html", folder / "html" / "index.html"
    pictures = {
        "front": (matrix, "light", 720, None),
        "matrix": (matrix, "light", 720, _matrix),
        "violation": (matrix, "dark", 720, _violation),
        "allure": (allure, "light", 720, _allure),
    }
    for name, (file, scheme, height, prepare) in pictures.items():
        page = browser.new_context(viewport={"width": 1100, "height": height}, color_scheme=scheme).new_page()
        page.goto(file.as_uri())
        if prepare:
            prepare(page)
        page.wait_for_timeout(500)  # for what fades in
        page.screenshot(path=PICTURES / f"{name}.png")


def main() -> int:
    """Run, report, and take the pictures."""
    if why := lacking():
        sys.stderr.write(f"make screenshots: {why}\n")
        return 1
    PICTURES.mkdir(exist_ok=True)
    words = [*arguments(Settings(faults=FAULTS)), f"--port={PORT}"]
    with TemporaryDirectory() as name, started(words) as mock, chromium() as browser:
        verified(Path(name), "--base-url", mock.url)
        reported(Path(name))
        take(browser, Path(name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
