"""The one session for all traffic: counts, credentials, limits, bounds and redaction."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests

from contracts.paging.exchanges import Exchange
from contracts.paging.urls import Origin, origin
from contracts.transport import wire
from contracts.transport.credentials import Credential, Ready, spelt, spoil, wrong
from contracts.transport.errors import (
    BadAddressError,
    GoneError,
    OverlongError,
    PatienceError,
    UnreachableError,
)
from contracts.transport.leaks import leaks
from contracts.transport.limits import Limits, pause
from contracts.transport.pacing import Pace, Pacer
from contracts.transport.redaction import Redactor, opens

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from requests.adapters import BaseAdapter

    from contracts.paging.units import Seconds

SCHEMES = ("http", "https")
BACKOFF: Seconds = 0.1
"""Before the second try; twice as long before each further one."""

SILENT = 2
"""Requests without an answer after which a path is not asked any more."""

UNTRUSTED = "certificate verify failed"
"""What Python's TLS says of a certificate that no trusted authority signed: trying again changes nothing."""

AWAY = 4
"""Requests in a row without an answer, whatever they asked, after which the target is taken to be gone."""


@dataclass(frozen=True)
class Access:
    """How a target is reached, beside its address.

    Attributes:
        credential: what it is asked with; None for nothing.
        headers: further headers by name, each the name of the environment variable that it came from and its value.
        hosts: origins beside the target's own that links may lead to; credential and headers go there too.
        authorities: a file with the certificates of authorities to trust; None for the well-known ones.
        certificate: files with a client certificate and its key.
        proxies: proxies by scheme; none unless asked for.
        limits: what one request may take.
        bounds: what one answer may take.
        pace: how fast, and how much, it may be asked.
    """

    credential: Credential | None = None
    headers: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    hosts: frozenset[Origin] = frozenset()
    authorities: Path | None = None
    certificate: tuple[Path, ...] = ()
    proxies: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    bounds: wire.Bounds = field(default_factory=wire.Bounds)
    pace: Pace = field(default_factory=Pace)


class Session(requests.Session):
    """A requests session that sends the credential to the target's own origins only, and follows no redirect.

    Attributes:
        sent: requests that were sent, each try counted.
        waited: seconds spent waiting for the target.
        retried: tries after a request that got no answer.
        held: seconds spent waiting because the target asked for it.
        pacer: keeps to the rate and the budget.
        gone: whether the target was found to be gone.
        issued: credentials that were sent, and how each is shown: with the variable that holds the target's own.
        recorders: are shown every answer with the seconds that it took.
    """

    def __init__(self, base_url: str, access: Access) -> None:
        super().__init__()
        self.homes = access.hosts | {origin(urlsplit(base_url))}
        self.access = access
        self.limits, self.bounds = access.limits, access.bounds
        self.pacer = Pacer(access.pace)
        self.redact = Redactor()
        for name, (_, value) in access.headers.items():
            self.redact.add(value, telling=opens(name))
        self.trust_env = False
        self.sent, self.retried = 0, 0
        self.waited, self.held = 0.0, 0.0
        self.gone = False
        self.issued: dict[str, str] = {}
        self._unanswered = 0
        self._silent: dict[str, int] = {}
        self.recorders: list[Callable[[requests.Response, float], None]] = []
        self.headers.update({"User-Agent": "conversation-contracts", "Accept": "application/json, */*;q=0.1"})
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.proxies.update(access.proxies)
        self.verify = str(access.authorities) if access.authorities else True
        files = [str(file) for file in access.certificate]
        self.cert = (files[0], files[1]) if len(files) > 1 else files[0] if files else None
        for scheme in SCHEMES:
            self.mount(f"{scheme}://", wire.Wire(pool_maxsize=4))
        if access.credential is not None:
            for secret in access.credential.secrets:
                self.redact.add(secret)
            self._bearer(access.credential)

    def _bearer(self, credential: Credential) -> str:
        """The header that carries the credential; whatever is written hides it from now on."""
        token = credential.token()
        if f"Bearer {token}" not in self.issued:
            self.issued[f"Bearer {token}"] = f"Bearer ${credential.variable}"
            self.redact.add(token)
        return f"Bearer {token}"

    def _equip(self, request: requests.PreparedRequest) -> None:
        """Add what goes to the target's own origins only; take out what says that nothing is to be sent."""
        if origin(urlsplit(request.url or "")) in self.homes:
            for name, (_, value) in self.access.headers.items():
                request.headers.setdefault(name, value)
            if self.access.credential is not None and "Authorization" not in request.headers:
                request.headers["Authorization"] = self._bearer(self.access.credential)
        if request.headers.get("Authorization") == "":
            del request.headers["Authorization"]

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # noqa: ANN401
        """Send a prepared request until it is answered; without a word about the credential, with the target's own.

        Raises:
            UnreachableError: no answer came, also when it was tried again.
            OverlongError: the answer went past a bound.
            PatienceError: the target asks to wait for longer than is allowed.
            GoneError: the target did not answer so often that nothing more is asked.
            BudgetError: the requests of the run are used up.
            CredentialError: there is no credential to send.
        """
        url = request.url or ""
        self._equip(request)
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
        """The answer to a request; one that gets none is sent again.

        What could write is sent only where that is allowed, and to see it refused.
        """
        url, path = request.url or "", urlsplit(request.url or "").path
        if self.gone:
            raise GoneError(url, "the target has not answered for a while")
        if self._silent.get(path, 0) >= SILENT:
            raise UnreachableError(url, f"it did not answer {SILENT} times before, and is not asked again")
        for attempt in range(self.limits.tries):
            if attempt:
                self.retried += 1
                time.sleep(BACKOFF * 2 ** (attempt - 1))
            try:
                response = self._once(request, options)
            except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader):
                raise
            except requests.RequestException as error:
                failure = error
                if UNTRUSTED in str(error):
                    break
            else:
                self._unanswered = 0
                return response
        self._unanswered += 1
        self.gone = self._unanswered >= AWAY
        self._silent[path] = self._silent.get(path, 0) + 1
        raise UnreachableError(url, cause(failure)) from None

    def _once(self, request: requests.PreparedRequest, options: dict[str, Any]) -> requests.Response:
        self.pacer.take(request.url or "")
        self.sent += 1
        began = time.perf_counter()
        try:
            with wire.WATCHDOG.watching(self.bounds.total) as guard:
                response = super().send(request, **options)
                response._content = wire.body(response, self.bounds)  # noqa: SLF001 - read here, under bounds
        except wire.TooMuchError as error:
            raise OverlongError(request.url or "", str(error)) from None
        except (OSError, ValueError, wire.HTTPError) as error:
            if guard.bitten:
                raise OverlongError(request.url or "", f"no whole answer within {self.bounds.total:g} s") from None
            if isinstance(error, requests.RequestException):
                raise
            raise requests.ConnectionError(error) from None
        finally:
            self.waited += time.perf_counter() - began
        if guard.bitten:  # headers that break off look like headers that end
            raise OverlongError(request.url or "", f"no whole answer within {self.bounds.total:g} s")
        for record in self.recorders:
            record(response, time.perf_counter() - began)
        return response


class Target:
    """What is verified: sends requests to it and gives exchanges back.

    Args:
        base_url: where the API stands, without a slash at its end.
        access: how it is reached; a token alone stands for access with that bearer token.
        adapter: what carries requests instead of a network.
    """

    def __init__(self, base_url: str, access: Access | str | None = None, adapter: BaseAdapter | None = None) -> None:
        self.base_url = checked(base_url)
        token = Ready(access) if isinstance(access, str) and access else None
        self.access = access if isinstance(access, Access) else Access(token)
        self.session = Session(self.base_url, self.access)
        self.redact = self.session.redact
        if adapter is not None:
            self.session.mount("{0.scheme}://{0.netloc}".format(urlsplit(self.base_url)), adapter)

    @property
    def credentials(self) -> tuple[str, ...] | None:
        """The names of wrong credentials that can be made of the target's own; None where it has none."""
        return wrong(self.access.credential) if self.access.credential else None

    @property
    def fill(self) -> str:
        """How to fill the variable that stands for the token in curl lines; empty where that is done."""
        return self.redact(self.access.credential.fill) if self.access.credential else ""

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, credential: str | None = None
    ) -> Exchange:
        """Send one request; see `contracts.crawl.crawler.Send`, and `Session.send` for what it raises."""
        given = dict(headers or {})
        if credential is not None:
            own = self.access.credential or Ready("")
            given["Authorization"] = spoil(credential, own)
            self.session.issued.setdefault(given["Authorization"], spelt(credential, own, given["Authorization"]))
        began = time.perf_counter()
        response = self.respond(method=method, url=url, headers=given)
        return self.exchange(response, time.perf_counter() - began)

    def respond(self, *, method: str, url: str, **arguments: Any) -> requests.Response:  # noqa: ANN401
        """Send one request and give the response back; arguments as of `requests.request`."""
        return self.session.request(method, url, **arguments)

    def exchange(self, response: requests.Response, seconds: Seconds) -> Exchange:
        """The exchange that a response ends: as it came, for whatever judges it; what writes it hides the credential."""
        request, body = response.request, response.content
        sent = {
            name: self._displayed_header(name, value) for name, value in request.headers.items() if name not in _DULL
        }
        got = {name.lower(): value for name, value in response.headers.items()}
        came = Exchange(request.method or "", request.url or "", response.status_code, got, body, sent, seconds)
        leaked = tuple(leaks(came, self.redact.holds))
        return replace(came, leaked=leaked) if leaked else came

    def _displayed_header(self, name: str, value: str | bytes) -> str:
        text = value if isinstance(value, str) else value.decode("latin-1")
        if name == "Authorization" and text in self.session.issued:
            return self.session.issued[text]
        variable, given = self.access.headers.get(name, ("", ""))
        return f"${variable}" if variable and text == given else text


_DULL = {"Connection", "Accept-Encoding", "User-Agent", "Content-Length"}


def cause(error: requests.RequestException) -> str:
    """Why a request failed, without the machinery around it."""
    inner: BaseException = error
    while isinstance(inner.args[0] if inner.args else None, BaseException):
        inner = inner.args[0]
    if UNTRUSTED in str(error):
        why = str(error).partition(f"{UNTRUSTED}: ")[2].partition(" (")[0]
        return f"{UNTRUSTED}: {why}; a private authority's certificates are given with --ca-bundle FILE"
    reason = getattr(inner, "reason", None) or inner
    told = str(reason).rpartition(": ")[2].strip("'\"")
    return told.rstrip(")") if told.count(")") > told.count("(") else told or type(error).__name__


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
