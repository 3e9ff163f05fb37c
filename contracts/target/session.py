"""The one session for all traffic: counts, credentials, limits, bounds and redaction."""

from __future__ import annotations

import time
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests

from contracts.exchanges import Exchange
from contracts.reader import origin
from contracts.target import wire
from contracts.target.errors import (
    BadAddressError,
    GoneError,
    OverlongError,
    PatienceError,
    UnreachableError,
)
from contracts.target.limits import Limits, pause
from contracts.target.redaction import PLACEHOLDER, Redactor, spoil

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from requests.adapters import BaseAdapter

SCHEMES = ("http", "https")
BACKOFF = 0.1
"""Seconds before the second try; twice as long before each further one."""

SILENT = 2
"""Requests without an answer after which a path is not asked any more."""

AWAY = 4
"""Requests in a row without an answer, whatever they asked, after which the target is taken to be gone."""


class Session(requests.Session):
    """A requests session that sends the credential to the target's own origin only, and follows no redirect.

    Attributes:
        sent: requests that were sent, each try counted.
        waited: seconds spent waiting for the target.
        retried: tries after a request that got no answer.
        held: seconds spent waiting because the target asked for it.
        gone: whether the target was found to be gone.
        recorders: are shown every answer with the seconds that it took.
    """

    def __init__(self, base_url: str, token: str | None, limits: Limits, bounds: wire.Bounds) -> None:
        super().__init__()
        self.home = origin(urlsplit(base_url))
        self.token = token
        self.limits = limits
        self.bounds = bounds
        self.trust_env = False
        self.sent, self.retried = 0, 0
        self.waited, self.held = 0.0, 0.0
        self.gone = False
        self._unanswered = 0
        self._silent: dict[str, int] = {}
        self.recorders: list[Callable[[requests.Response, float], None]] = []
        self.headers.update({"User-Agent": "conversation-contracts", "Accept": "application/json, */*;q=0.1"})
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in SCHEMES:
            self.mount(f"{scheme}://", wire.Wire(pool_maxsize=4))

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # noqa: ANN401
        """Send a prepared request until it is answered; without a word about the credential, with the target's own.

        Raises:
            UnreachableError: no answer came, also when it was tried again.
            OverlongError: the answer went past a bound.
            PatienceError: the target asks to wait for longer than is allowed.
            GoneError: the target did not answer so often that nothing more is asked.
        """
        url = request.url or ""
        own = origin(urlsplit(url)) == self.home
        if self.token and own and "Authorization" not in request.headers:
            request.headers["Authorization"] = f"Bearer {self.token}"
        if request.headers.get("Authorization") == "":
            del request.headers["Authorization"]
        options |= {"allow_redirects": False, "stream": True, "timeout": (self.bounds.connect, self.bounds.pause)}
        patience = self.limits.patience
        while True:
            response = self._answered(request, options)
            wait = pause(response.status_code, {name.lower(): value for name, value in response.headers.items()})
            if wait is None:
                return response
            if wait > patience:
                raise PatienceError(url, f"asks to wait for {wait:,.0f} s: status {response.status_code}")
            patience -= max(wait, BACKOFF)
            self.held += wait
            time.sleep(max(wait, BACKOFF))

    def _answered(self, request: requests.PreparedRequest, options: dict[str, Any]) -> requests.Response:
        """The answer to a request; a GET that gets none is sent again."""
        url, path = request.url or "", urlsplit(request.url or "").path
        if self.gone:
            raise GoneError(url, "the target has not answered for a while")
        if self._silent.get(path, 0) >= SILENT:
            raise UnreachableError(url, f"it did not answer {SILENT} times before, and is not asked again")
        tries = self.limits.tries if request.method == "GET" else 1
        for attempt in range(tries):
            if attempt:
                self.retried += 1
                time.sleep(BACKOFF * 2 ** (attempt - 1))
            try:
                response = self._once(request, options)
            except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader):
                raise
            except requests.RequestException as error:
                failure = error
            else:
                self._unanswered = 0
                return response
        self._unanswered += 1
        self.gone = self._unanswered >= AWAY
        self._silent[path] = self._silent.get(path, 0) + 1
        raise UnreachableError(url, cause(failure)) from None

    def _once(self, request: requests.PreparedRequest, options: dict[str, Any]) -> requests.Response:
        self.sent += 1
        began = time.perf_counter()
        try:
            with wire.WATCHDOG.watching(self.bounds.whole) as guard:
                response = super().send(request, **options)
                response._content = wire.body(response, self.bounds)  # noqa: SLF001 - read here, under bounds
        except wire.TooMuchError as error:
            raise OverlongError(request.url or "", str(error)) from None
        except (OSError, ValueError, wire.HTTPError) as error:
            if guard.bitten:
                raise OverlongError(request.url or "", f"no whole answer within {self.bounds.whole:g} s") from None
            if isinstance(error, requests.RequestException):
                raise
            raise requests.ConnectionError(error) from None
        finally:
            self.waited += time.perf_counter() - began
        if guard.bitten:  # headers that break off look like headers that end
            raise OverlongError(request.url or "", f"no whole answer within {self.bounds.whole:g} s")
        for record in self.recorders:
            record(response, time.perf_counter() - began)
        return response


class Target:
    """What is verified: sends requests to it and gives exchanges back.

    Args:
        base_url: where the API stands, without a slash at its end.
        token: a bearer token, sent to the base URL's origin only.
        adapter: what carries requests instead of a network.
        limits: what the target may be asked.
        bounds: what an answer may take.
    """

    def __init__(
        self,
        base_url: str,
        token: str | None = None,
        adapter: BaseAdapter | None = None,
        *,
        limits: Limits | None = None,
        bounds: wire.Bounds | None = None,
    ) -> None:
        self.base_url = checked(base_url)
        self.token = token
        self.redact = Redactor(token or "")
        self.session = Session(self.base_url, token, limits or Limits(), bounds or wire.Bounds())
        if adapter is not None:
            self.session.mount("{0.scheme}://{0.netloc}".format(urlsplit(self.base_url)), adapter)

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, credential: str | None = None
    ) -> Exchange:
        """Send one request; see `contracts.reader.Send`, and `Session.send` for what it raises."""
        given = dict(headers or {})
        if credential is not None:
            given["Authorization"] = spoil(credential, self.token or "")
        began = time.perf_counter()
        response = self.respond(method=method, url=url, headers=given)
        return self.exchange(response, time.perf_counter() - began)

    def respond(self, *, method: str, url: str, **arguments: Any) -> requests.Response:  # noqa: ANN401
        """Send one request and give the response back; arguments as of `requests.request`."""
        return self.session.request(method, url, **arguments)

    def exchange(self, response: requests.Response, seconds: float) -> Exchange:
        """The exchange that a response ends: as it came, for whatever judges it; what writes it hides the credential."""
        request, body = response.request, response.content
        sent = {name: self._shown(name, value) for name, value in request.headers.items() if name not in _DULL}
        got = {name.lower(): value for name, value in response.headers.items()}
        leaked = self.redact.holds(body.decode("utf-8", "replace")) if self.token else False
        return Exchange(request.method or "", request.url or "", response.status_code, got, body, sent, seconds, leaked)

    def _shown(self, name: str, value: str | bytes) -> str:
        text = value if isinstance(value, str) else value.decode("latin-1")
        if name == "Authorization" and self.token and text == f"Bearer {self.token}":
            return f"Bearer {PLACEHOLDER}"
        return text


_DULL = {"Connection", "Accept-Encoding", "User-Agent", "Content-Length"}


def cause(error: requests.RequestException) -> str:
    """Why a request failed, without the machinery around it."""
    inner: BaseException = error
    while isinstance(inner.args[0] if inner.args else None, BaseException):
        inner = inner.args[0]
    reason = getattr(inner, "reason", None) or inner
    return str(reason).rpartition(": ")[2].strip("'\")(") or type(error).__name__


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
