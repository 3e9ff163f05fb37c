"""Verdict files: a run as JSON, for programs."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from dataclasses import asdict, fields
from typing import IO, TYPE_CHECKING, Any

import orjson

from contracts.description import check_depth
from contracts.display import stored
from contracts.findings.verdicts import Verdict
from contracts.reporting.run import Run
from contracts.reporting.shapes import check_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

FORMAT = 2


def write(path: Path, run: Run, verdicts: Iterable[Verdict]) -> None:
    """Write a verdict file; see `put`."""
    known = asdict(run)
    document = {"format": FORMAT, "run": known, "verdicts": [each.as_json for each in verdicts]}
    put(path, stored(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()).encode())


def put(path: Path, content: bytes) -> None:
    """Write a file; see `writing`."""
    with writing(path) as file:
        file.write(content)


@contextmanager
def writing(path: Path) -> Iterator[IO[bytes]]:
    """Write a file, whole or not at all, readable by its owner only: it may show a live service's data.

    A link stays, and what it leads to is written. Anything but a regular file is left alone.

    Raises:
        OSError: it cannot be written; nothing is left of it, and what was there before stays.
    """
    path = led_to(path)
    require_regular(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            yield file
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def led_to(path: Path) -> Path:
    """Where a path leads, through all links; `OSError` where these go in a circle."""
    try:
        return path.resolve()
    except RuntimeError:  # what Python has for it before 3.13
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path)) from None


def require_regular(path: Path) -> None:
    """Raise `OSError` where something is that is no regular file, or one that must not be written."""
    if path.exists() and not path.is_file():
        kind = "a folder" if path.is_dir() else "a device, pipe or socket"
        raise OSError(errno.EINVAL, f"it is {kind}, not a regular file", str(path))
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def try_out(path: Path) -> None:
    """Find out whether a file can be written, and leave nothing; `OSError` where it cannot."""
    path = led_to(path)
    require_regular(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(b" ")  # a disk that is full lets an empty file be made
    finally:
        draft.unlink(missing_ok=True)


def read(path: Path) -> dict[str, Any]:
    """What a verdict file holds; `ValueError` where it is none of this format."""
    try:
        found: dict[str, Any] = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise ValueError(f"{path} is no JSON: {error}") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ValueError(f"{path} is no verdict file of format {FORMAT}")
    try:
        check_depth(found)
    except ValueError as error:
        raise ValueError(f"{path} is no verdict file: {error}") from None
    return found


def load(path: Path) -> tuple[Run, list[Verdict]]:
    """The run and the verdicts of a verdict file; `ValueError` where it is none of this format."""
    found = read(path)
    try:
        run = _fields_of(Run, found["run"])
        run["tails"] = tuple(run.get("tails", ()))
        run["outlived"] = tuple(run.get("outlived", ()))
        run["given_up"] = tuple(run.get("given_up", ()))
        loaded = Run(**run), [_verdict(each) for each in found["verdicts"]]
        for each in (loaded[0], *loaded[1]):
            check_fields(each)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"{path} is no whole verdict file: {type(error).__name__} {error}") from None
    return loaded


def _fields_of(kind: type, told: Mapping[str, Any]) -> dict[str, Any]:
    """What this version of the suite knows of what another may have written."""
    names = {each.name for each in fields(kind)}
    return {name: value for name, value in told.items() if name in names}


def _verdict(told: Mapping[str, Any]) -> Verdict:
    known = _fields_of(Verdict, told)
    known["evidence"] = told["counts"]
    known["curl"] = known["curl"].split("\n") if known["curl"] else ()
    return Verdict.of_json(known)
