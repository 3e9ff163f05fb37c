"""The pages in a browser: what broke is found in two clicks, and nothing leaves the page."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from contracts.mock import Settings
from contracts.mock.server import running
from tests.suite.browsing import FAULTS, ROOT, chromium, needed, reported, verified

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser

CLAUSES = "pages,items,events,inputs.error-body,links.first,auth"
FAILED = "pages.size-bound"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    needed()
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def mock() -> Iterator[str]:
    with running(Settings(faults=FAULTS)) as base:
        yield base


@pytest.fixture(scope="module")
def red(browser: Browser, mock: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of a run that finds several things broken."""
    assert browser
    folder = tmp_path_factory.mktemp("red")
    assert verified(folder, "--base-url", mock, "--clauses", CLAUSES, "--profile", "quick") == 1
    return folder


@pytest.fixture(scope="module")
def green(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of a run that finds nothing broken."""
    assert browser
    folder = tmp_path_factory.mktemp("green")
    assert verified(folder, "--clauses", "pages,events", "--profile", "quick") == 0
    return folder


@pytest.fixture(scope="module")
def allure(red: Path, green: Path) -> dict[str, Path]:
    """Allure's pages of both."""
    return {"red": reported(red), "green": reported(green)}


@pytest.fixture
def opened(browser: Browser) -> Iterator[Any]:
    """Opens pages, and notes whatever is on the console and whatever is fetched."""
    contexts, noise, fetched = [], list[str](), list[str]()

    def go(file: Path, *, anchor: str = "", **options: Any) -> Page:
        options = {"viewport": {"width": 1280, "height": 900}} | options
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: noise.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: noise.append(f"error: {error}"))
        page.on("request", lambda request: fetched.append(request.url))
        page.goto(f"{file.as_uri()}{anchor}")
        return page

    yield go
    for context in contexts:
        context.close()
    assert noise == []
    assert [url for url in fetched if not url.startswith(("file:", "data:", "blob:"))] == []


def shown(page: Page) -> list[str]:
    """The clauses that the matrix shows."""
    return [row.inner_text() for row in page.locator("tr.clause:visible .id").all()]


def card_of(page: Page, listing: str) -> Locator:
    """The details of the failed clause."""
    return page.locator(f'[id="v-{FAILED}-{listing}"]')


# --- the matrix ------------------------------------------------------------------------------------------------------


def test_the_front_of_a_red_page_says_so_and_leads_to_what_broke_in_one_click(red: Path, opened: Any) -> None:
    page = opened(red / "matrix.html")
    assert page.locator("h1").inner_text() == "The contract is not kept"
    page.locator(".finding", has_text=FAILED).locator("button", has_text="users").click()
    card = card_of(page, "users")
    assert card.is_visible()
    told = card.inner_text()
    assert "at most 32 items for /users with page_size=32" in told
    assert "33 items" in told
    assert card.locator("pre.command code").first.is_visible()
    assert "MUST violated" in told


def test_the_failed_clause_is_found_through_the_matrix_in_two_clicks(red: Path, opened: Any) -> None:
    page = opened(red / "matrix.html")
    page.locator(".counts a", has_text="violated").first.click()
    assert FAILED in shown(page)
    page.locator("tr.clause", has_text=FAILED).locator("td.must .cell").first.click()
    assert card_of(page, "conversations").is_visible()


def test_the_curl_line_shows_the_violation_again(red: Path, mock: str, opened: Any) -> None:
    page = opened(red / "matrix.html", anchor=f"#v-{FAILED}-users")
    line = card_of(page, "users").locator("pre.command code").first.inner_text()
    assert mock in line
    answer = subprocess.run(line, shell=True, capture_output=True, text=True, timeout=30, check=True).stdout  # noqa: S602
    assert " 200 " in answer.splitlines()[0]
    assert len(re.findall(r'"id":"USR-', answer.replace('": "', '":"'))) == 33


def test_filters_leave_what_is_asked_for(red: Path, opened: Any) -> None:
    page = opened(red / "matrix.html")
    whole = shown(page)
    page.get_by_label("SHOULD broken").check()
    assert shown(page) == ["inputs.error-body"]
    assert page.locator("#shown").inner_text() == f"1 of {len(whole)} clauses"
    page.get_by_role("button", name="Show all").click()
    assert shown(page) == whole
    page.get_by_label("SHOULD", exact=True).check()
    assert set(shown(page)) >= {"pages.full", "items.self-resolves"}
    assert FAILED not in shown(page)
    page.get_by_role("button", name="Show all").click()
    page.get_by_label("Clause or words").fill("whatever was asked")
    assert shown(page) == [FAILED]
    page.get_by_label("Clause or words").fill("no such clause")
    assert page.locator("#none").is_visible()


def test_the_page_works_by_keyboard(red: Path, opened: Any) -> None:
    page = opened(red / "matrix.html")
    opener = page.locator("td.must .cell").first
    opener.focus()
    page.keyboard.press("Enter")
    assert page.locator("dialog:popover-open").count() == 1
    assert page.evaluate("document.activeElement.textContent") == "Close"
    # The address changes in a task of its own, after the key.
    page.wait_for_function("location.hash.startsWith('#v-')")
    page.keyboard.press("Escape")
    assert page.locator("dialog:popover-open").count() == 0
    assert opener.evaluate("element => element === document.activeElement")
    page.wait_for_function("!location.href.includes('#')")


def test_details_open_without_a_script(red: Path, opened: Any) -> None:
    page = opened(red / "matrix.html", java_script_enabled=False)
    assert not page.locator("#filters").is_visible()
    page.locator("td.must .cell").first.click()
    assert page.locator("dialog:visible").count() == 1
    page.locator("dialog:visible .close").click()
    assert page.locator("dialog:visible").count() == 0


@pytest.mark.parametrize("width", [1600, 1024, 390, 320])
def test_nothing_sticks_out_at_any_width(red: Path, opened: Any, width: int) -> None:
    page = opened(red / "matrix.html", viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("td.must .cell").first.click()
    box = page.locator("dialog:popover-open").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


CONTRAST = """() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((each) => {
      const part = each / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (!/, 0\\)$|transparent/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const poor = new Set();
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility() || element.closest("script, style")) continue;
    const [one, other] = [light(getComputedStyle(element).color), light(ground(element))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) poor.add(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
  }
  return [...poor];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_stands_out_from_its_ground(red: Path, opened: Any, scheme: str) -> None:
    page = opened(red / "matrix.html", color_scheme=scheme, anchor=f"#v-{FAILED}-users")
    assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") == (scheme == "dark")
    assert page.evaluate(CONTRAST) == []


SIGNS = """[...document.querySelectorAll("td[data-verdict]")].map(
    (cell) => [cell.dataset.verdict, cell.querySelector("path").getAttribute("d")])"""


def test_no_verdict_is_told_by_colour_alone(red: Path, opened: Any) -> None:
    page = opened(red / "matrix.html")
    cells = page.locator("td[data-verdict] .cell")
    told = {cell.inner_text().split("\\n")[0] for cell in cells.all()}
    assert "" not in told
    signs = dict(page.evaluate(SIGNS))
    assert len(set(signs.values())) == len(signs)


def test_a_green_page_says_so(green: Path, opened: Any) -> None:
    page = opened(green / "matrix.html")
    assert page.locator("h1").inner_text() == "The contract is kept"
    assert page.locator(".finding").count() == 0
    assert page.locator(".good").inner_text() == "No promise was found broken."
    page.locator("td.held .cell").first.click()
    assert "held" in page.locator("dialog:popover-open .top").inner_text()


# --- Allure ----------------------------------------------------------------------------------------------------------


def test_allures_front_page_leads_to_the_failed_clause_in_two_clicks(allure: dict[str, Path], opened: Any) -> None:
    page = opened(allure["red"])
    page.get_by_text("Failed", exact=True).first.click()
    page.get_by_text("never more than 100 whatever was asked (conversations)").click()
    page.get_by_text("Error", exact=True).wait_for()
    told = page.locator("body").inner_text()
    assert "expected: at most 32 items for /conversations with page_size=32" in told
    assert "actual:   33 items" in told
    assert "again:    curl -sS -i -H " in told


def test_allures_page_holds_the_matrix(allure: dict[str, Path], opened: Any) -> None:
    page = opened(allure["red"])
    page.get_by_text("Global Attachments").click()
    page.get_by_text("contract matrix").click()
    page.locator("iframe").wait_for()
    frame = page.frame_locator("iframe")
    frame.locator("td.must .cell").first.click()
    assert frame.locator("dialog:visible pre.command").first.inner_text().startswith("curl ")


def test_allures_categories_tell_verdicts_apart(allure: dict[str, Path], opened: Any) -> None:
    page = opened(allure["red"])
    page.get_by_text("Categories", exact=True).first.click()
    for name in ("MUST violated", "SHOULD broken", "Undecided", "Not exercised"):
        page.get_by_text(name, exact=True).first.wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_allures_green_page_opens_from_disk(allure: dict[str, Path], opened: Any, scheme: str) -> None:
    page = opened(allure["green"], color_scheme=scheme)
    page.locator("#app").get_by_text("Contract of the Conversation API").first.wait_for()
    assert page.get_by_text("Failed", exact=True).count() == 0
    assert (allure["green"].parent / "matrix.html").exists()


# --- make report -----------------------------------------------------------------------------------------------------


def make_report(folder: Path, **surroundings: str) -> str:
    """What `make report` says in a folder without results."""
    shutil.copy(ROOT / "Makefile", folder)
    command = [shutil.which("make") or "make", "report"]
    done = subprocess.run(command, cwd=folder, env={**os.environ, **surroundings}, capture_output=True, text=True, timeout=60,
                          check=False)  # fmt: skip
    assert done.returncode == 2
    return done.stderr.splitlines()[0]


def test_make_report_wants_results(tmp_path: Path) -> None:
    needed()
    assert make_report(tmp_path) == "no results in reports/allure-results: run make verify first"


def test_make_report_says_in_one_line_that_node_is_missing(tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "ls"):
        (programs / name).symlink_to(shutil.which(name) or name)
    told = make_report(tmp_path, PATH=str(programs))
    assert told == "make report needs Node.js 20 or newer with npm; the results stay in reports/allure-results"
