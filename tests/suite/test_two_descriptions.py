"""Two descriptions, and the clauses bound to each, live in one process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.clauses import CONVERSATION_CLAUSES, conversation_clauses
from contracts.crawl.cache import Choices
from contracts.crawl.profiles import PROFILES
from contracts.description import CONVERSATION, Description, path_of
from contracts.mock import Settings
from contracts.reporting.coverage import Coverage
from contracts.reporting.outline import PARAMETERS
from contracts.selftest.in_process import verification

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.findings.families import Clauses


def verdicts(clauses: Clauses, settings: Settings) -> dict[str, str]:
    """The verdicts of pages.items by listing, on a mock of its own."""
    run = verification(settings, clauses.select(["pages.items"]), Choices(1, PROFILES["quick"]))
    return {each.listing: each.verdict.value for each in run.run()}


@pytest.fixture
def changed(tmp_path: Path) -> Description:
    """The description, but for a user's name being a number."""
    text = path_of(CONVERSATION.name).read_text(encoding="utf-8")
    before, found, after = text.partition("    user_name:\n      type: string\n")
    assert found
    file = tmp_path / "changed.yaml"
    file.write_text(f"{before}    user_name:\n      type: number\n{after}", encoding="utf-8")
    return Description(str(file), CONVERSATION.overlay_name)


def test_two_mocks_are_judged_by_two_descriptions_in_one_process(changed: Description) -> None:
    other = conversation_clauses(changed)
    first, second = Settings(conversations=3, users=5), Settings(seed=2, conversations=3, users=7)
    held = dict.fromkeys(("conversations", "users", "members", "events"), "held")
    found = [verdicts(CONVERSATION_CLAUSES, first), verdicts(other, second), verdicts(CONVERSATION_CLAUSES, second)]
    assert (found[0], found[2]) == (held, held)
    assert found[1] == held | {"users": "violated"}


def test_clauses_of_two_descriptions_differ_in_what_they_judge_by_only(changed: Description) -> None:
    other = conversation_clauses(changed)
    assert list(other) == list(CONVERSATION_CLAUSES)
    assert (other.description, CONVERSATION_CLAUSES.description) == (changed, CONVERSATION)


def test_a_source_is_looked_up_in_its_own_description(changed: Description) -> None:
    pointer = "/components/schemas/user_name/type"
    found = [(each.source(pointer).text, each.source(pointer).file.name) for each in (CONVERSATION, changed)]
    assert found == [("string", "conversation.yaml"), ("number", "changed.yaml")]


def test_coverage_counts_what_its_own_description_names(tmp_path: Path) -> None:
    text = path_of(CONVERSATION.name).read_text(encoding="utf-8")
    (tmp_path / "renamed.yaml").write_text(text.replace("name: page_size", "name: size"), encoding="utf-8")
    renamed = Description(str(tmp_path / "renamed.yaml"), CONVERSATION.overlay_name)
    one, other = (Coverage("http://x", each).counts[PARAMETERS] for each in (CONVERSATION, renamed))
    assert ("users: page_size" in one, "users: page_size" in other, "users: size" in other) == (True, False, True)
