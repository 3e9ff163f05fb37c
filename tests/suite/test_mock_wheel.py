"""The wheel in an environment of its own: the mock starts, the description is there, the README's example passes."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[2]
EXAMPLE = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
LOADED = "import contracts.mock, contracts.description as d; print(contracts.__file__, d.path_of(d.CONVERSATION.name))"


def run(*words: str | Path, at: Path) -> str:
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(at), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run(words, cwd=at, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with the wheel, and with what it needs taken from this one: no registry."""
    home = tmp_path_factory.mktemp("elsewhere")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", home / "dist", at=ROOT)
    venv.create(home / "env", with_pip=True)
    interpreter = home / "env" / "bin" / "python"
    (wheel,) = (home / "dist").glob("*.whl")
    run(interpreter, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", wheel, at=home)
    (packages,) = (home / "env" / "lib").glob("python*/site-packages")
    (packages / "needed.pth").write_text(sysconfig.get_path("purelib"))
    return interpreter


def test_what_is_loaded_comes_from_the_wheel(python: Path, tmp_path: Path) -> None:
    places = run(python, "-c", LOADED, at=tmp_path).split()
    assert [str(python.parents[1]) in place for place in places] == [True, True]


def test_the_example_of_the_readme_passes(python: Path, tmp_path: Path) -> None:
    assert EXAMPLE is not None
    assert len(EXAMPLE[1].strip().splitlines()) <= 10
    (tmp_path / "test_example.py").write_text(EXAMPLE[1])
    assert "1 passed" in run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", at=tmp_path)
