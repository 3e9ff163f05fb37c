"""Carries requests to a mock in the same process, without a network: the seam's other side as a plain function."""

from __future__ import annotations

import io
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import urllib3
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict

from contracts.mock import ODDITIES, Api, Settings, build
from contracts.runner.verification import Verification
from contracts.transport import Access, Other, Target
from contracts.transport.bodies import Reply
from contracts.transport.credentials import OTHER_VARIABLE, Ready

if TYPE_CHECKING:
    from collections.abc import Iterable

    import requests

    from contracts.crawl.cache import Choices
    from contracts.findings.families import Clauses
    from contracts.mock.queries import Answer

ORIGIN = "http://mock.test:8080"
BASE_URL = f"{ORIGIN}/v0.2"


class InProcess(HTTPAdapter):
    """Hands a prepared request to an `Api` and makes a response of its answer."""

    def __init__(self, api: Api) -> None:
        super().__init__()
        self.api = api

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]  # noqa: ANN401
        """The answer to a request; options of a network mean nothing here."""
        url = urlsplit(request.url or "")
        headers = {name.lower(): str(value) for name, value in request.headers.items()} | {"host": url.netloc}
        target = (url.path or "/") + (f"?{url.query}" if url.query else "")
        body = request.body if isinstance(request.body, bytes) else (request.body or "").encode()
        answer = self.api.answer(request.method or "GET", target, headers, body)
        response: requests.Response = self.build_response(request, _received(answer, request.method or "GET"))
        response.elapsed = timedelta()
        return response


def _received(answer: Answer, method: str) -> urllib3.HTTPResponse:
    """An answer as it comes out of a connection; it is only read as from one where its headers do not fit its body."""
    if method != "HEAD" and ("content-length", str(len(answer.body))) in answer.headers:
        return _response(io.BytesIO(answer.body), answer.headers, answer.status, method)
    reply = Reply(_Connection(answer), method=method)
    reply.begin()
    return _response(reply, reply.headers.items(), answer.status, method, original_response=reply)


def _response(
    body: Any,  # noqa: ANN401 - a file, or what http.client makes
    headers: Iterable[tuple[str, str]],
    status: int,
    method: str,
    **more: Any,  # noqa: ANN401 - as urllib3 has it
) -> urllib3.HTTPResponse:
    known = HTTPHeaderDict()
    for header in headers:
        known.add(*header)  # one by one: urllib3 looks long at what a whole of them is
    return urllib3.HTTPResponse(body, known, status, preload_content=False, request_method=method, **more)


class _Connection:
    """What stands for a socket: gives an answer, and then ends."""

    def __init__(self, answer: Answer) -> None:
        lines = (f"{name}: {value}\r\n" for name, value in answer.headers)
        self._bytes = f"HTTP/1.1 {answer.status} \r\n{''.join(lines)}\r\n".encode("latin-1") + answer.body

    def makefile(self, _: str) -> io.BufferedReader:
        return io.BufferedReader(io.BytesIO(self._bytes))

    def gettimeout(self) -> None:
        return None

    def settimeout(self, _: float | None) -> None:
        """Wait for nothing: all is there."""


def now() -> int:
    """The local time in milliseconds since 1970, for a mock that begins to write now."""
    return time.time_ns() // 1_000_000


def verification(settings: Settings, clauses: Clauses, choices: Choices) -> Verification:
    """A run over a mock with these settings, in this process."""
    target = Target(BASE_URL, access(settings), InProcess(build(settings)))
    return Verification(target, clauses, choices, unsafe=True)


def access(settings: Settings) -> Access:
    """How a mock with these settings is reached: as its first tenant, and by its second one where it has one."""
    shared = frozenset(name for each in settings.oddities for name in ODDITIES[each].shared)
    others = [Other(Ready(token, variable=OTHER_VARIABLE), shared=shared) for token in settings.tenants[:1]]
    return Access(Ready(settings.token) if settings.token else None, other=others[0] if others else None)
