"""The exchanges of a run as an HTTP archive (HAR 1.2), which browsers' tools open.

Every process of a run keeps its exchanges in a draft, one a line, redacted as they come; at the end the drafts become
one archive. Nothing but the drafts grows with a run.
"""

from __future__ import annotations

import base64
import gzip
import io
import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from glob import escape
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Any, cast

import harfile
import orjson

from contracts import VERSION
from contracts.paging.urls import parameters_of
from contracts.reporting.files import writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

HIDDEN = "[redacted]"
MOST = 2**20
"""Bytes of a body that a draft holds."""

ALL, THEN = 64 * 2**20, 16 * 2**10
"""Bytes of all bodies in a draft, after which it holds only so many of each."""

SECRET = {"authorization", "proxy-authorization", "cookie", "set-cookie"}
"""Headers that are never shown, whatever they hold."""


class Tape:
    """The exchanges of one process.

    Args:
        archive: where the archive will be; the draft lies beside it.
        redact: hides credentials in what is written.
        run: what the drafts of the processes of one run have in common.
    """

    def __init__(self, archive: Path, redact: Callable[[str], str], run: int = 0) -> None:
        self.draft = archive.with_name(f".{archive.name}.{run}.{os.getpid()}.draft")
        self._redact = redact
        self.error: OSError | None = None
        self._noted = 0
        handle = os.open(self.draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(handle, "wb", buffering=0)  # a process that is killed has written what it read

    def note(  # noqa: PLR0913 - an exchange has that many parts, all named
        self,
        *,
        method: str,
        url: str,
        sent: Mapping[str, str],
        status: int,
        got: Mapping[str, str],
        body: bytes,
        seconds: float,
    ) -> None:
        """Keep one exchange."""
        most = MOST if self._noted < ALL else THEN
        text, encoding = self._body_text(_beginning(body, most))
        self._noted += min(len(body), most)
        entry = {
            "began": (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat(),
            "seconds": seconds,
            "method": method,
            "url": self._redact(url),
            "sent": self._headers(sent),
            "status": status,
            "got": self._headers(got),
            "text": text,
            "encoding": encoding,
            "size": len(body),
            "comment": f"the first {most:,} bytes" if len(body) > most else None,
        }
        if self.error is None:
            try:
                self._file.write(orjson.dumps(entry) + b"\n")
            except OSError as error:  # the run goes on; it says so at its end
                self.error = error

    def _body_text(self, body: bytes) -> tuple[str, str | None]:
        try:
            return self._redact(body.decode()), None
        except UnicodeDecodeError:
            hidden = self._redact(body.decode("latin-1"))
            return base64.b64encode(hidden.encode("latin-1", "replace")).decode(), "base64"

    def _headers(self, headers: Mapping[str, str]) -> list[tuple[str, str]]:
        return [
            (self._redact(name), HIDDEN if name.lower() in SECRET else self._redact(value))
            for name, value in headers.items()
        ]

    def close(self) -> None:
        """Have everything in the draft."""
        self._file.close()


def drafts(archive: Path, run: int) -> list[Path]:
    """The drafts that the processes of a run have written for an archive."""
    return sorted(archive.parent.glob(f".{escape(archive.name)}.{run}.*.draft"))


def archive(file: Path, drafts: Iterable[Path]) -> int:
    """Make one archive of the drafts, whole or not at all, readable by its owner only; how many exchanges it holds.

    One whose name ends in `.gz` is compressed.
    """
    known = [draft for draft in drafts if draft.exists()]
    count = 0
    with writing(file) as raw, _text(file, raw) as text, harfile.HarFile(text, creator=CREATOR) as written:
        for told in _in_order(known):
            written.add_entry(**_entry(told))
            count += 1
    for draft in known:
        draft.unlink()
    return count


CREATOR = harfile.Creator(name="conversation-contracts", version=VERSION)


def _text(file: Path, raw: IO[bytes]) -> IO[str]:
    """Where the text of an archive is written, compressed where its name says so."""
    compressed = file.suffix == ".gz"
    inner = gzip.GzipFile(filename=file.stem, fileobj=raw, mode="wb", mtime=0) if compressed else raw
    return io.TextIOWrapper(cast("IO[bytes]", inner), encoding="utf-8")


def _in_order(drafts: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """The exchanges of all drafts by the time they began; only where each begins is held in memory."""
    places: list[tuple[str, Path, int]] = []
    for draft in drafts:
        place = 0
        with draft.open("rb") as lines:
            for line in lines:
                with suppress(orjson.JSONDecodeError):  # the last line of a process that was killed
                    places.append((orjson.loads(line)["began"], draft, place))
                place += len(line)
    opened = {draft: draft.open("rb") for draft in drafts}
    try:
        for _, draft, place in sorted(places):
            opened[draft].seek(place)
            yield orjson.loads(opened[draft].readline())
    finally:
        for file in opened.values():
            file.close()


def _entry(told: Mapping[str, Any]) -> dict[str, Any]:
    got = dict(told["got"])
    milliseconds = round(1000 * told["seconds"], 3)
    asked = parameters_of(told["url"])
    return {
        "startedDateTime": told["began"],
        "time": milliseconds,
        "request": harfile.Request(
            method=told["method"],
            url=told["url"],
            httpVersion="HTTP/1.1",
            headers=_records(told["sent"]),
            queryString=_records(asked),
            bodySize=0,
        ),
        "response": harfile.Response(
            status=told["status"],
            statusText=_phrase(told["status"]),
            httpVersion="HTTP/1.1",
            headers=_records(told["got"]),
            content=harfile.Content(
                size=told["size"],
                mimeType=next((value for name, value in got.items() if name.lower() == "content-type"), ""),
                text=told["text"],
                encoding=told["encoding"],
                comment=told["comment"],
            ),
            redirectURL=next((value for name, value in got.items() if name.lower() == "location"), ""),
            bodySize=-1,  # what went over the wire may have been compressed
        ),
        "timings": harfile.Timings(send=0, wait=milliseconds, receive=0),
    }


def _beginning(body: bytes, most: int) -> bytes:
    """So many bytes of a body, without the beginning of a character that they may end with."""
    if len(body) <= most:
        return body
    cut = next((back for back in range(1, 5) if body[most - back] < 0x80 or body[most - back] >= 0xC0), 0)  # noqa: PLR2004 - of UTF-8
    return body[: most - cut]


def _records(pairs: Iterable[tuple[str, str]]) -> list[harfile.Record]:
    return [harfile.Record(name=name, value=value) for name, value in pairs]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
