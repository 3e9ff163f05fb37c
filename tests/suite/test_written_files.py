"""Files that a run writes: what cannot be written is refused or said, what was there stays, and runs keep to themselves."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from contracts.reporting.files import put, try_out
from contracts.reporting.run import Exit

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
BARE = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "CONVERSATION"))}
VERIFY = [sys.executable, "-m", "contracts", "verify", "--clauses", "pages.unique", "--profile", "quick", "--seed", "7"]


def run(folder: Path, *words: str, largest: int = -1) -> tuple[int, list[str]]:
    """Exit code and last lines of a run in a folder, which may write files of so many bytes."""
    done = subprocess.run(
        [*VERIFY, *words], cwd=folder, env={**BARE, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest)), check=False,
    )  # fmt: skip
    return done.returncode, [line for line in (done.stdout + done.stderr).splitlines() if line]


def device(folder: Path) -> Path:
    """A device like /dev/full, or a pipe where only root may make devices."""
    place = folder / "device"
    try:
        os.mknod(place, 0o600 | 0o020000, os.makedev(1, 7))
    except PermissionError:
        os.mkfifo(place)
    return place


# --- one file --------------------------------------------------------------------------------------------------------


def test_a_device_is_never_replaced(tmp_path: Path) -> None:
    place = device(tmp_path)
    with pytest.raises(OSError, match="it is a device, pipe or socket, not a regular file"):
        put(place, b"x")
    assert (list(tmp_path.iterdir()), place.is_file()) == ([place], False)


def test_a_link_stays_and_what_it_leads_to_is_written(tmp_path: Path) -> None:
    link, file = tmp_path / "link", tmp_path / "file"
    link.symlink_to(file)
    put(link, b"x")
    assert (link.is_symlink(), file.read_bytes()) == (True, b"x")


@pytest.mark.parametrize("name", ["folder", "device", "n" * 300], ids=["folder", "device", "name-too-long"])
def test_trying_out_leaves_nothing(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    device(tmp_path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(OSError, match=r"regular file|too long"):
        try_out(tmp_path / name)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("write", [try_out, lambda path: put(path, b"x")], ids=["try-out", "put"])
def test_a_link_that_leads_to_itself_is_told(write: Callable[[Path], None], tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(link)
    with pytest.raises(OSError, match="Too many levels of symbolic links"):
        write(link)


# --- a run -----------------------------------------------------------------------------------------------------------

REFUSED = {
    "device": (
        ["--har", "device"],
        "--har device: cannot write it: it is a device, pipe or socket, not a regular file",
    ),
    "folder": (["--verdicts", "."], "--verdicts .: cannot write it: it is a folder, not a regular file"),
    "no-folder": (["--har", "no/x"], "--har no/x: there is no folder {}/no"),
    "junit-a-device": (
        ["--junit-xml", "device"],
        "--junit-xml device: cannot write it: it is a device, pipe or socket,",
    ),
    "twice": (["--har", "x", "--verdicts", "./x"], "--verdicts and --har both name x; give each a file of its own"),
}


@pytest.mark.process
@pytest.mark.parametrize(("words", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_a_file_that_cannot_be_written_is_refused_first(words: list[str], said: str, tmp_path: Path) -> None:
    place = device(tmp_path)
    code, lines = run(tmp_path, *words)
    assert (code, len(lines), said.format(tmp_path) in lines[0], list(tmp_path.iterdir())) == (4, 1, True, [place])


@pytest.mark.process
def test_a_probe_that_fails_leaves_no_draft(tmp_path: Path) -> None:
    code, _ = run(tmp_path, "http://127.0.0.1:9/v0.2", "--har", "x.har", "--verdicts", "v.json")
    assert (code, list(tmp_path.iterdir())) == (Exit.UNREACHABLE, [])


@pytest.mark.process
def test_an_archive_that_outgrows_the_disk_is_no_success_and_costs_no_other_file(tmp_path: Path) -> None:
    code, lines = run(tmp_path, "--har", "x.har", "--verdicts", "v.json", largest=400_000)
    assert (code, lines[-1]) == (Exit.USAGE, "error: cannot write x.har: File too large")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["reports", "v.json"]


@pytest.mark.process
@pytest.mark.skipif(sys.platform != "linux", reason="nobody can write in /proc")
def test_a_run_in_a_folder_that_cannot_be_written_goes_on_without_reports() -> None:
    code, lines = run(Path("/proc"))
    assert (code, lines[-1]) == (Exit.KEPT, "error: cannot write /proc/reports: No such file or directory")
    assert not [line for line in lines if line.startswith(("Matrix", "Allure"))]


@pytest.mark.process
def test_a_run_leaves_the_results_of_another_one_alone(tmp_path: Path) -> None:
    results = tmp_path / "reports" / "allure-results"
    results.mkdir(parents=True)
    (results / "x-result.json").write_text("{}")
    with FileLock(tmp_path / "reports" / ".lock"):
        code, lines = run(tmp_path, "-n", "2")
    assert (code, [each.name for each in results.iterdir()]) == (Exit.KEPT, ["x-result.json"])
    assert "Allure results: reports/2/allure-results" in lines
    assert len(list((tmp_path / "reports" / "2" / "allure-results").glob("*-result.json"))) == 4
