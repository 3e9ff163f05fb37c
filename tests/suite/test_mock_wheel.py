"""The mock from the wheel: the description is there, the README's example passes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.suite.installing import installed, run

pytestmark = [pytest.mark.process, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
EXAMPLE = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
LOADED = "import contracts.mock, contracts.description as d; print(contracts.__file__, d.path_of(d.CONVERSATION.name))"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with the wheel."""
    return installed(tmp_path_factory.mktemp("elsewhere")) / "python"


def test_what_is_loaded_comes_from_the_wheel(python: Path, tmp_path: Path) -> None:
    places = run(python, "-c", LOADED, at=tmp_path).split()
    assert [str(python.parents[1]) in place for place in places] == [True, True]


def test_the_example_of_the_readme_passes(python: Path, tmp_path: Path) -> None:
    assert EXAMPLE is not None
    assert len(EXAMPLE[1].strip().splitlines()) <= 10
    (tmp_path / "test_example.py").write_text(EXAMPLE[1])
    assert "1 passed" in run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", at=tmp_path)
