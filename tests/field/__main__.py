"""`make field`: verify servers that are built on published paging libraries, and write what is violated into docs/field.md.

Each release is installed into an environment of its own below `.field/`, by name, and its adapter is started there.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

import orjson

from contracts.findings.clause import Level
from contracts.findings.verdicts import Outcome
from contracts.mock import Settings, build
from contracts.mock.export import document
from contracts.reporting.files import load
from contracts.selftest.fault_detection import in_order
from tests.field.libraries import DAY, HERE, RELEASES, ROOT, Release, Row, put

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FIELD = ROOT / ".field"
WRITES = 20.0
"""Writes a second, for what only shows while data moves."""


def installed(release: Release) -> Path:
    """The interpreter of the release's environment, which is made unless it is there; nothing is installed twice."""
    home = FIELD / release.name
    done, wanted = home / "packages.json", json.dumps([DAY, *release.packages])
    python = home / "bin" / "python"
    if not done.exists() or done.read_text(encoding="utf-8") != wanted:
        uv = Path(sys.executable).with_name("uv")
        _quietly(uv, "venv", "--quiet", "--clear", "--python", sys.executable, home)
        _quietly(uv, "pip", "install", "--quiet", "--python", python, "--exclude-newer", DAY, *release.packages)
        done.write_text(wanted, encoding="utf-8")
    return python


def _quietly(*words: str | Path) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"make field: {' '.join(map(str, words))}\n{done.stderr}")


@contextmanager
def served(release: Release, writes: float) -> Iterator[str]:
    """The base URL of the release's server, over the data of the mock, as long as the context lasts."""
    folder = FIELD / "runs" / f"{release.name}-{writes:g}"
    rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "data.json").write_bytes(orjson.dumps(document(build(Settings()))))
    words = [installed(release), HERE / f"{release.adapter}.py", folder, str(writes)]
    with (folder / "errors.txt").open("wb") as errors:
        server = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=errors, text=True)
        try:
            address = server.stdout.readline().strip() if server.stdout else ""
            if not address:
                sys.exit(f"make field: {release.name} does not start; see {errors.name}")
            yield address
        finally:
            server.kill()
            server.communicate()


def _file(release: Release, writes: float) -> Path:
    return FIELD / f"{release.name}-{writes:g}.json"


def violated(release: Release, writes: float, seed: int) -> tuple[str, ...]:
    """The clauses that a release violates, the one to be named first before the others; verifies it now."""
    with served(release, writes) as address:
        words = ["-m", "contracts", "verify", address, "--seed", str(seed), "--verdicts", str(_file(release, writes))]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, *words], cwd=FIELD, env=environment, capture_output=True, check=False)
    return found(release, writes)


def found(release: Release, writes: float) -> tuple[str, ...]:
    """The clauses that the last run over a release found violated, in the order of their naming; prints them."""
    try:
        run, verdicts = load(_file(release, writes))
    except (OSError, ValueError) as error:
        sys.exit(f"make field: no verdicts of {release.name} with {writes:g} writes a second: {error}")
    violations = [each for each in verdicts if each.verdict == Outcome.VIOLATED]
    broken = {each.clause for each in violations if each.level == Level.MUST}
    names = tuple(
        name if name in broken else f"{name} (SHOULD)" for name in in_order({each.clause for each in violations})
    )
    errors = sum(each.verdict == Outcome.ERROR for each in verdicts)
    data = f"{writes:g} writes a second" if writes else "still data"
    sys.stdout.write(f"{release.library} {release.version}, {data}: {run.requests:,} requests, {run.seconds:.0f} s, ")
    sys.stdout.write(f"{errors} errors; violated: {', '.join(names) or 'nothing'}\n")
    sys.stdout.flush()
    return names


def main(words: Sequence[str] | None = None) -> int:
    """Verify the releases that the words name, or all, whose table is written."""
    parser = argparse.ArgumentParser(prog="python -m tests.field", description=__doc__, allow_abbrev=False)
    parser.add_argument("--adapter", metavar="NAME", help="only the releases of this adapter; writes no table")
    parser.add_argument("--release", metavar="VERSION", help="only this release; writes no table")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="seed of the runs; default: 1")
    parser.add_argument("--again", action="store_true", help="run nothing; make the table of the last runs again")
    parser.add_argument("--serve", action="store_true", help="verify nothing; serve one release until Enter is pressed")
    options = parser.parse_args(words)
    chosen = [
        each for each in RELEASES if options.adapter in {None, each.adapter} and options.release in {None, each.version}
    ]
    if not chosen:
        parser.error(f"no such release; there are {', '.join(f'{each.adapter} {each.version}' for each in RELEASES)}")
    if options.serve:
        with served(chosen[0], 0) as address:
            sys.stdout.write(f"{address}\n")
            sys.stdout.flush()
            sys.stdin.readline()
        return 0
    look = found if options.again else partial(violated, seed=options.seed)
    rows = [Row(each, *(look(each, writes) for writes in (0.0, WRITES))) for each in chosen]
    if len(rows) == len(RELEASES):
        put(rows)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("make field: interrupted")
