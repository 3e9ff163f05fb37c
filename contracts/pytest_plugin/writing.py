"""The files that a run writes: refused before anything is sent where they cannot be, and said where they could not."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import pytest
from allure_commons import hookimpl
from filelock import FileLock, Timeout

from contracts.reporting.files import led_to, try_out

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

FILES = ("verdicts", "har", "write-deviations")
"""Options that name a file of ours."""

HOME = "reports"
"""Where a run writes what it is not asked for, in the current folder."""


def check_files(config: pytest.Config) -> None:
    """Refuse a file that cannot be written, or is named twice."""
    given = {f"--{option}": config.getoption(option.replace("-", "_")) for option in FILES}
    given["--junit-xml"] = config.option.xmlpath
    seen: dict[Path, str] = {}
    for option, name in given.items():
        if name:
            file = _checked(option, Path(name))
            if other := seen.get(file):
                raise pytest.UsageError(f"{other} and {option} both name {name}; give each a file of its own")
            seen[file] = option


def _checked(option: str, file: Path) -> Path:
    folder = file.absolute().parent
    if option == "--junit-xml" and not folder.exists():
        return led_to(file)  # pytest makes the folder
    if not folder.is_dir():
        raise pytest.UsageError(f"{option} {file}: there is no folder {folder}")
    try:
        try_out(file)
        return led_to(file)
    except (OSError, ValueError) as error:
        raise pytest.UsageError(
            f"{option} {file}: cannot write it: {getattr(error, 'strerror', None) or error}"
        ) from None


class Unwritten:
    """What a run could not write, in lines.

    Attributes:
        lines: each a file and why.
        asked: whether one of the files was asked for.
        spare: whether what is always written goes to a folder that is thrown away.
    """

    def __init__(self) -> None:
        self.spare = False
        self.lines: list[str] = []
        self.asked = False

    def note(self, path: object, error: OSError, *, asked: bool) -> None:
        """Keep why a file could not be written, once."""
        line = f"cannot write {path}: {error.strerror or error}"
        self.lines += [] if line in self.lines else [line]
        self.asked |= asked

    @contextmanager
    def file(self, path: object, *, asked: bool = True) -> Iterator[None]:
        """Go on where this file cannot be written, and keep why."""
        try:
            yield
        except OSError as error:
            self.note(path, error, asked=asked)


UNWRITTEN = pytest.StashKey[Unwritten]()


def results(config: pytest.Config) -> Path:
    """The folder for Allure's results, beside which the matrix goes, of this run alone.

    It is one that is thrown away where the current folder cannot be written.
    """
    try:
        return _own(config) / "allure-results"
    except OSError as error:
        config.stash[UNWRITTEN].note(Path(HOME).absolute(), error, asked=False)
        config.stash[UNWRITTEN].spare = True
        spare = Path(mkdtemp(prefix="contracts-"))
        config.add_cleanup(lambda: shutil.rmtree(spare, ignore_errors=True))
        return spare / "allure-results"


def _own(config: pytest.Config) -> Path:
    """The first of `reports`, `reports/2`, `reports/3` … that no other run writes to now."""
    number, home = 1, Path(HOME).absolute()
    while True:
        home.mkdir(parents=True, exist_ok=True)
        (home / "allure-results").mkdir(exist_ok=True)
        try_out(home / "allure-results" / "x")
        try_out(home / "matrix.html")
        lock = FileLock(home / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            number += 1
            home = Path(HOME, str(number)).absolute()
            continue
        config.add_cleanup(lock.release)
        return home


class Lenient:
    """Lets a run go on where Allure's results cannot be written: a plugin of allure-pytest's own hooks."""

    def __init__(self, unwritten: Unwritten, folder: Path) -> None:
        self._unwritten, self._folder = unwritten, folder

    @hookimpl(wrapper=True)
    def report_result(self) -> Generator[None]:
        """Around a result, what is common to several, and an attachment, as a file or as data."""
        with self._unwritten.file(self._folder, asked=False):
            yield

    report_container = report_attached_file = report_attached_data = report_result
