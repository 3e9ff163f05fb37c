"""Places where reports cannot be written: what is there is never replaced, and what is wrong is said in a line."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from contracts.selftest.chaos.cases import COMMAND, GRACE, Bound, Case, Found, Place, SkippedError
from contracts.selftest.chaos.watched import watched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

USAGE = 4
SOON = Bound(60.0, 400.0)
REPORTS = {"verdicts": "--verdicts", "har": "--har", "junit": "--junit-xml", "deviations": "--write-deviations"}
QUICK = ("verify", "--profile=quick", "--clauses=pages.envelope,pages.size-bound")


def device(file: Path) -> None:
    """A device that is always full, as /dev/full; the real one stays out of it."""
    try:
        os.mknod(file, 0o666 | stat.S_IFCHR, os.makedev(1, 7))
        with file.open("rb"):
            pass
    except OSError as error:
        raise SkippedError(f"no device can be made: {error}") from None


def folder(file: Path) -> None:
    """A folder with something in it."""
    file.mkdir()
    (file / "kept").write_text("kept", encoding="utf-8")


def fifo(file: Path) -> None:
    """A pipe that nobody reads."""
    os.mkfifo(file)


def loop(file: Path) -> None:
    """A link to itself."""
    file.symlink_to(file)


def below_a_file(file: Path) -> None:
    """A file in place of the folder that it would be in."""
    file.write_text("kept", encoding="utf-8")


def there(file: Path) -> tuple[int, int, int]:
    """What is at a place, so that a change of it shows."""
    found = os.lstat(file)
    return stat.S_IFMT(found.st_mode), found.st_ino, found.st_rdev


def onto(option: str, make: Callable[[Path], None], below: str = "") -> Callable[[Place], Found]:
    """Have a report written to where it cannot be; whatever is there has to stay, without a draft beside it."""

    def run(place: Place) -> Found:
        target = place.work / "target"
        make(target)
        before = there(target)
        ended = place.command([*QUICK, f"{option}=target{below}"])
        problems = [] if ended.code in (1, USAGE) else [f"exit code {ended.code} instead of 4: {ended.printed[-200:]}"]
        problems += (
            [] if target.is_symlink() | target.exists() and there(target) == before else ["it replaced what was there"]
        )
        drafts = [each.name for each in place.work.iterdir() if each.name not in ("target", "reports")]
        return Found(ended, (*problems, *(f"it leaves {name}" for name in drafts)))

    return run


@contextmanager
def mounted(folder_: Path, options: str) -> Iterator[None]:
    """A small file system in memory at a folder; only root can have one."""
    folder_.mkdir(exist_ok=True)
    done = subprocess.run(  # noqa: S603 - of the system
        ["/bin/mount", "-t", "tmpfs", "-o", options, "chaos", str(folder_)], capture_output=True, check=False
    )
    if done.returncode:
        raise SkippedError(f"no tmpfs can be mounted: {done.stderr.decode(errors='replace').strip()}")
    try:
        yield
    finally:
        subprocess.run(["/bin/umount", "-l", str(folder_)], capture_output=True, check=False)  # noqa: S603


def on_a_disk(
    options: str, words: tuple[str, ...], codes: tuple[int, ...], *, inside: bool
) -> Callable[[Place], Found]:
    """Have reports written to a disk that is full or cannot be written; with `inside`, it is the working folder."""

    def run(place: Place) -> Found:
        disk = place.work / "disk"
        with mounted(disk, options):
            if inside:
                with watched([*COMMAND, *QUICK, *words], disk, place.environment(), place.said()) as running:
                    ended = running.end(60.0 + GRACE)
            else:
                ended = place.command([*QUICK, *words])
        wrong = ended.code not in codes
        return Found(ended, (f"exit code {ended.code} instead of {codes}: {ended.printed[-300:]}",) if wrong else ())

    return run


def limited(limit: int, most: int, *words: str) -> Callable[[Place], Found]:
    """A run in a process that may not have more of something."""

    def run(place: Place) -> Found:
        command = [*COMMAND, *QUICK, *words]
        with watched(
            command, place.work, place.environment(), place.said(), f"resource.setrlimit({limit}, ({most}, {most}))"
        ) as running:
            ended = running.end(60.0 + GRACE)
        return Found(
            ended, (f"exit code {ended.code}: {ended.printed[-300:]}",) if ended.code not in (0, 1, 2, USAGE) else ()
        )

    return run


def without_a_folder(place: Place) -> Found:
    """The working folder is gone when the run begins."""
    command = f'mkdir gone && cd gone && rmdir ../gone && exec "{sys.executable}" -m contracts {" ".join(QUICK)}'
    with watched(["/bin/sh", "-c", command], place.work, place.environment(), place.said()) as running:
        ended = running.end(60.0 + GRACE)
    return Found(
        ended, (f"exit code {ended.code} instead of 4: {ended.printed[-300:]}",) if ended.code != USAGE else ()
    )


def unprivileged(place: Place) -> Found:
    """The working folder belongs to somebody else."""
    if os.getuid():
        raise SkippedError("only root can be somebody else")
    place.folder.chmod(0o755)
    place.work.chmod(0o755)
    with watched(
        [*COMMAND, *QUICK], place.work, place.environment(HOME="/nonexistent"), place.said(), "os.setuid(65_534)"
    ) as running:
        ended = running.end(60.0 + GRACE)
    if "<string>" in ended.printed or "No module named" in ended.printed:
        raise SkippedError("nobody else can read this installation")
    return Found(
        ended, (f"exit code {ended.code} instead of 4: {ended.printed[-300:]}",) if ended.code not in (0, USAGE) else ()
    )


def together(place: Place) -> Found:
    """Two runs at once in one folder: both are green, and the results of neither are cleaned away by the other."""
    command = [*COMMAND, "verify", "--profile=quick", "-v"]
    with watched(command, place.work, place.environment(), place.said("first")) as first:
        first.until(lambda: "collected" in first.printed, 60.0)
        with watched(command, place.work, place.environment(), place.said("second")) as second:
            first.until(lambda: second.process.poll() is not None or not second.alive(), place.bound.seconds)
            endings = [second.end(place.bound.seconds * 2), first.end(place.bound.seconds * 2)]
    codes = [each.code for each in endings]
    problems = (
        [] if codes == [0, 0] else [f"exit codes {codes}: {endings[0].printed[-200:]} {endings[1].printed[-200:]}"]
    )
    results, tests = len([*place.work.rglob("*-result.json")]), sum(each.printed.count("PASSED") for each in endings)
    problems += [f"{results} results of {tests} tests that passed"] if results < tests else []
    return Found(replace(endings[1], megabytes=sum(each.megabytes for each in endings)), tuple(problems))


def cases() -> Iterator[Case]:
    """All of them."""
    kinds = {"a-device": device, "a-folder": folder, "a-pipe": fifo, "a-link-to-itself": loop}
    for report, option in REPORTS.items():
        for name, make in kinds.items():
            yield Case(
                "report-paths",
                f"{report}-is-{name}",
                onto(option, make),
                SOON,
                quick=(report, name) == ("har", "a-folder"),
            )
        yield Case("report-paths", f"{report}-below-a-file", onto(option, below_a_file, "/v.json"), SOON)
    yield Case("report-paths", "reports-is-a-file", _reports_is_a_file, SOON)
    har, verdicts = "--har=disk/h.har", "--verdicts=disk/v.json"
    for name, words in {"har": (har,), "verdicts": (verdicts,), "junit": ("--junit-xml=disk/j.xml",)}.items():
        yield Case("full-disks", f"full-{name}", on_a_disk("size=64k", words, (0, 1, USAGE), inside=False), SOON)
        yield Case("full-disks", f"read-only-{name}", on_a_disk("ro,size=1m", words, (1, USAGE), inside=False), SOON)
    yield Case("full-disks", "full-working-folder", on_a_disk("size=64k", (), (0, 1, USAGE), inside=True), SOON)
    yield Case("full-disks", "read-only-working-folder", on_a_disk("ro,size=1m", (), (0, 1, USAGE), inside=True), SOON)
    yield Case("full-disks", "no-inodes-left", on_a_disk("nr_inodes=3", (har,), (0, 1, USAGE), inside=False), SOON)
    for size in (0, 10_000, 200_000):
        yield Case(
            "limits", f"files-of-{size}", limited(resource.RLIMIT_FSIZE, size, "--har=h.har", "--verdicts=v.json"), SOON
        )
    yield Case("limits", "30-open-files", limited(resource.RLIMIT_NOFILE, 30), SOON)
    yield Case("limits", "600-mb-of-addresses", limited(resource.RLIMIT_AS, 600 * 2**20), SOON)
    yield Case("folders", "gone", without_a_folder, SOON, quick=True)
    yield Case("folders", "of-somebody-else", unprivileged, SOON)
    yield Case("folders", "two-runs-at-once", together, Bound(120.0, 800.0))


def _reports_is_a_file(place: Place) -> Found:
    (place.work / "reports").write_text("kept", encoding="utf-8")
    ended = place.command(QUICK)
    kept = (place.work / "reports").is_file() and (place.work / "reports").read_text(encoding="utf-8") == "kept"
    said = ended.code == 0 and "cannot write" in ended.printed  # nobody asked for the reports
    problems = (
        [] if said else [f"exit code {ended.code} instead of 0, and a word on the reports: {ended.printed[-300:]}"]
    )
    return Found(ended, (*problems, *([] if kept else ["it replaced the file"])))
