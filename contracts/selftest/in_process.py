"""Carries requests to a mock in the same process, without a network: the seam's other side as a plain function."""

from __future__ import annotations

import io
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import urllib3
from requests.adapters import HTTPAdapter

from contracts.mock import ODDITIES, Api, Settings, build
from contracts.runner.verification import Verification
from contracts.transport import Access, Other, Target
from contracts.transport.credentials import OTHER_VARIABLE, Ready

if TYPE_CHECKING:
    import requests

    from contracts.crawl.cache import Choices
    from contracts.findings.families import Clauses

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
        raw = urllib3.HTTPResponse(
            io.BytesIO(answer.body),
            dict(answer.headers),
            answer.status,
            preload_content=False,
            request_method=request.method,
        )
        response: requests.Response = self.build_response(request, raw)
        response.elapsed = timedelta()
        return response


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
