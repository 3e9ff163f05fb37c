"""The one session for all traffic: counts, credentials, limits and redaction."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from contracts.exchanges import Exchange
from contracts.reader import origin
from contracts.target.errors import BadAddressError, UnreachableError
from contracts.target.redaction import PLACEHOLDER, redact, spoil

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests.adapters import BaseAdapter

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0
SCHEMES = ("http", "https")


class Session(requests.Session):
    """A requests session that sends the credential to the target's own origin only, and follows no redirect.

    Attributes:
        sent: requests that were sent.
        waited: seconds spent waiting for the target.
    """

    def __init__(self, base_url: str, token: str | None) -> None:
        super().__init__()
        self.home = origin(urlsplit(base_url))
        self.token = token
        self.trust_env = False
        self.sent = 0
        self.waited = 0.0
        self.headers.update({"User-Agent": "conversation-contracts", "Accept": "application/json, */*;q=0.1"})
        retry = Retry(total=2, redirect=False, status=False, allowed_methods={"GET"}, backoff_factor=0.1)
        for scheme in SCHEMES:
            self.mount(f"{scheme}://", HTTPAdapter(pool_maxsize=4, max_retries=retry))

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # noqa: ANN401
        """Send a prepared request; without a word about the credential, with the target's own."""
        own = origin(urlsplit(request.url or "")) == self.home
        if self.token and own and "Authorization" not in request.headers:
            request.headers["Authorization"] = f"Bearer {self.token}"
        if request.headers.get("Authorization") == "":
            del request.headers["Authorization"]
        options |= {"allow_redirects": False, "timeout": (CONNECT_SECONDS, READ_SECONDS)}
        self.sent += 1
        began = time.perf_counter()
        try:
            return super().send(request, **options)
        finally:
            self.waited += time.perf_counter() - began


class Target:
    """What is verified: sends requests to it and gives exchanges back.

    Args:
        base_url: where the API stands, without a slash at its end.
        token: a bearer token, sent to the base URL's origin only.
        adapter: what carries requests instead of a network.
    """

    def __init__(self, base_url: str, token: str | None = None, adapter: BaseAdapter | None = None) -> None:
        self.base_url = checked(base_url)
        self.token = token
        self.session = Session(self.base_url, token)
        if adapter is not None:
            self.session.mount("{0.scheme}://{0.netloc}".format(urlsplit(self.base_url)), adapter)

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, credential: str | None = None
    ) -> Exchange:
        """Send one request; see `contracts.reader.Send`.

        Raises:
            UnreachableError: no whole answer came.
        """
        given = dict(headers or {})
        if credential is not None:
            given["Authorization"] = f"Bearer {spoil(credential, self.token or '')}" if credential else ""
        began = time.perf_counter()
        response = self.respond(method=method, url=url, headers=given)
        return self.exchange(response, time.perf_counter() - began)

    def respond(self, *, method: str, url: str, **arguments: Any) -> requests.Response:  # noqa: ANN401
        """Send one request and give the response back; arguments as of `requests.request`.

        Raises:
            UnreachableError: no whole answer came.
        """
        try:
            return self.session.request(method, url, **arguments)
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader):
            raise
        except requests.RequestException as error:
            raise UnreachableError(redact(url, self.token), redact(cause(error), self.token)) from None

    def exchange(self, response: requests.Response, seconds: float) -> Exchange:
        """The exchange that a response ends, without any credential in it."""
        request = response.request
        body, leaked = response.content, False
        if self.token and self.token.encode() in body:
            body, leaked = body.replace(self.token.encode(), b"[redacted]"), True
        sent = {name: self._shown(name, value) for name, value in request.headers.items() if name not in _DULL}
        got = {name.lower(): redact(value, self.token) for name, value in response.headers.items()}
        url = redact(request.url or "", self.token)
        return Exchange(request.method or "", url, response.status_code, got, body, sent, seconds, leaked)

    def _shown(self, name: str, value: str | bytes) -> str:
        text = value if isinstance(value, str) else value.decode("latin-1")
        if name == "Authorization" and self.token and text == f"Bearer {self.token}":
            return f"Bearer {PLACEHOLDER}"
        return redact(text, self.token)


_DULL = {"Connection", "Accept-Encoding", "User-Agent", "Content-Length"}


def cause(error: requests.RequestException) -> str:
    """Why a request failed, without the machinery around it."""
    inner: BaseException = error
    while isinstance(inner.args[0] if inner.args else None, BaseException):
        inner = inner.args[0]
    reason = getattr(inner, "reason", None) or inner
    return str(reason).rpartition(": ")[2] or type(error).__name__


def checked(base_url: str) -> str:
    """A base URL without a slash at its end; `BadAddressError` where it is none."""
    try:
        url = urlsplit(base_url)
        usable = url.scheme in SCHEMES and bool(url.hostname) and url.port != 0
    except ValueError as error:
        raise BadAddressError(base_url, str(error)) from None
    if not usable:
        raise BadAddressError(base_url, "it needs http:// or https:// and a host")
    if url.query or url.fragment or url.username:
        raise BadAddressError(base_url, "it carries a query, a fragment or a user")
    return base_url.rstrip("/")
