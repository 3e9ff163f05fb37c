"""The wheel in an environment of its own: empty but for the wheel and the packages that it says it needs."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).parents[2]


def run(*words: str | Path, at: Path, code: int = 0, **variables: str) -> str:
    """What a command prints, started in a folder with next to no environment; it must end with this code."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(at), "PYTHONDONTWRITEBYTECODE": "1", **variables}
    done = subprocess.run(words, cwd=at, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def installed(home: Path, *more: str) -> Path:
    """The `bin` folder of a new environment with the wheel.

    What the wheel requires is linked from this environment, so that no registry is asked; what it does not require is
    not there, so that a missing requirement shows.

    Args:
        home: an empty folder.
        more: further requirements to link, with what they require.
    """
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", home / "dist", at=ROOT)
    venv.create(home / "env")
    (wheel,) = (home / "dist").glob("*.whl")
    pip(home, "--no-index", "--no-deps", str(wheel))
    (packages,) = (home / "env" / "lib").glob("python*/site-packages")
    (ours,) = packages.glob("conversation_contracts-*.dist-info")
    for needed in _needed((*(Distribution.at(ours).requires or ()), *more), set()):
        _link(needed, packages)
    return home / "env" / "bin"


def pip(home: Path, *words: str) -> None:
    """Install into the environment below a folder, by this environment's pip and its settings."""
    command = [sys.executable, "-m", "pip", "--python", home / "env" / "bin" / "python", "install", "--quiet", *words]
    done = subprocess.run(command, env=os.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _needed(requirements: Iterable[str], seen: set[str], extra: str = "") -> Iterator[Distribution]:
    """The distributions that requirements name, with those that these require."""
    for requirement in map(Requirement, requirements):
        key = f"{requirement.name}{sorted(requirement.extras)}".lower()
        if key in seen or (requirement.marker and not requirement.marker.evaluate({"extra": extra})):
            continue
        seen.add(key)
        found = distribution(requirement.name)
        yield found
        for each in requirement.extras or {""}:
            yield from _needed(found.requires or (), seen, each)


def _link(needed: Distribution, packages: Path) -> None:
    """Link the files of a distribution into another environment."""
    here = Path(sysconfig.get_path("purelib"))
    for top in {file.parts[0] for file in needed.files or ()} - {"..", "__pycache__"}:
        if not (packages / top).exists():
            (packages / top).symlink_to(here / top)
