"""The one session for all traffic: counts, credentials, limits, bounds and redaction."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from http.cookiejar import DefaultCookiePolicy
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import requests

from contracts.paging.urls import origin
from contracts.transport import bodies, codings, heads, wire
from contracts.transport.errors import (
    GivenUpError,
    GoneError,
    OverlongError,
    TargetError,
    UnreachableError,
)
from contracts.transport.limits import TOO_MANY, pause
from contracts.transport.load import Load
from contracts.transport.pacing import Pacer
from contracts.transport.patience import Losses, Place
from contracts.transport.redaction import Redactor, opens

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.paging.units import Seconds
    from contracts.transport.access import Access
    from contracts.transport.credentials import Credential
    from contracts.transport.identities import Other

SCHEMES = ("http", "https")
BACKOFF: Seconds = 0.1
"""Twice this before the third try, and as much more before each further one; the second is sent at once, as a server may
end a connection at any time. Also the least that is waited where an answer asks to wait."""

UNTRUSTED = "certificate verify failed"
"""What Python's TLS says of a certificate that no trusted authority signed: trying again changes nothing."""

TOGETHER = 8
"""Requests that are sent at once to see whether that is of use: one after the other, they take four times as long as allowed."""

CONNECTIONS = 32
"""Connections that are kept open to one host."""

AWAY = 4
"""Requests in a row without an answer, whatever they asked, after which the target is gone if nothing else answers."""


class Session(requests.Session):
    """A requests session that sends the credential to the target's own origins only, and follows no redirect.

    Attributes:
        sent: requests that were sent, each try counted.
        waited: seconds spent waiting for the target.
        retried: tries after a request that got no answer, or not all of one.
        severed: answers that broke off.
        load: how much each path has sent.
        refused: requests that were refused with a credential that had been accepted.
        held: seconds spent waiting because the target asked for it.
        pacer: keeps to the rate and the budget.
        losses: what came without a usable answer, and what is given up because of that.
        gone: whether the target was found to be gone.
        throttled: whether the target said that there are too many requests; one after the other is sent from then on.
        issued: credentials that were sent, and how each is shown: with the variable that holds the target's own.
        recorders: are shown every answer with the seconds that it took.
    """

    def __init__(self, base_url: str, access: Access) -> None:
        super().__init__()
        self.base_url = base_url
        self.homes = access.hosts | {origin(urlsplit(base_url))}
        self.access = access
        self.limits, self.bounds = access.limits, access.bounds
        self.pacer = Pacer(access.pace)
        self.losses = Losses(access.limits.patience)
        self.redact = Redactor()
        self.trust_env = False
        self.sent, self.retried, self.severed, self.refused = 0, 0, 0, 0
        self.waited, self.held = 0.0, 0.0
        self.gone = False
        self.issued: dict[str, str] = {}
        self._unanswered = 0
        self._answers: dict[str, str] = {}
        self.load = Load()
        self.throttled = False
        self._turn = RLock()
        self._charged: dict[Place, Seconds] = {}
        self.recorders: list[Callable[[requests.Response, float], None]] = []
        self._lock = Lock()
        self.headers.update({"User-Agent": "conversation-contracts", "Accept": "application/json, */*;q=0.1"})
        self.headers["Accept-Encoding"] = codings.ACCEPTED
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.proxies.update(access.proxies)
        self.verify = str(access.authorities) if access.authorities else True
        files = [str(file) for file in access.certificate]
        self.cert = (files[0], files[1]) if len(files) > 1 else files[0] if files else None
        for scheme in SCHEMES:
            self.mount(f"{scheme}://", wire.Wire(pool_maxsize=CONNECTIONS))
        for identity in (access, access.other):
            self._hide(identity)
        for proxy in access.proxies.values():
            if password := urlsplit(proxy).password:
                self.redact.add(unquote(password))

    def _hide(self, identity: Access | Other | None) -> None:
        """Hide whatever an identity is known by in all that is written."""
        for name, (_, value) in identity.headers.items() if identity else ():
            self.redact.add(value, telling=opens(name))
        if identity and identity.credential:
            for secret in identity.credential.secrets:
                self.redact.add(secret)
            self.bearer(identity.credential)

    def bearer(self, credential: Credential) -> str:
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
                request.headers["Authorization"] = self.bearer(self.access.credential)
        if request.headers.get("Authorization") == "":
            del request.headers["Authorization"]

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere: requests would read the body without a bound, then the Location, and fail on one that is no address."""

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # noqa: ANN401
        """Send a prepared request until it is answered; without a word about the credential, with the target's own.

        Raises:
            UnreachableError: no answer came, also when it was tried again.
            OverlongError: the answer went past a bound of size.
            GivenUpError: the path has cost too much time without a usable answer, or did not answer.
            GoneError: the target did not answer so often that nothing more is asked.
            BudgetError: the requests of the run are used up.
            CredentialError: there is no credential to send.
        """
        place, asked = Place.of(request.method or "", request.url or ""), 0.0
        self._equip(request)
        with ExitStack() as turn:
            if self.throttled:
                turn.enter_context(self._turn)
            while True:
                self._check(place, request.url or "")
                response = self._answered(request, place, options)
                wait = pause(response.status_code, {name.lower(): value for name, value in response.headers.items()})
                if wait is None:
                    self._note(place, response)
                    return response
                wait = max(wait, BACKOFF)
                if not self._may_wait(place, asked + wait):
                    raise self._given_up(
                        place, request.url or "", asked, f"status {response.status_code}{_wish(response)}"
                    )
                asked += wait
                began = time.perf_counter()
                if response.status_code == TOO_MANY:
                    self.throttled = True
                    turn.enter_context(self._turn)
                wait = max(0.0, wait - (time.perf_counter() - began))
                self.count(held=wait)
                time.sleep(wait)

    def _note(self, place: Place, response: requests.Response) -> None:
        """Note an answer that is to be taken as it is; one that broke off is not usable."""
        if not bodies.of(response).short:
            self.losses.answered(place, response.elapsed.total_seconds())
            if place.method == "GET":
                self._answers = {**dict([*self._answers.items()][-1:]), place.path: response.url}

    def _may_wait(self, place: Place, seconds: Seconds) -> bool:
        """Whether to wait as an answer asks: for a path as long as it may cost, for longer if the whole target asks to."""
        return seconds <= self.losses.remaining(place) or (
            seconds <= self.losses.left and not self._answers_elsewhere(place)
        )

    def _given_up(self, place: Place, url: str, asked: Seconds, why: str) -> GivenUpError:
        """Give up a place that asks to wait for ever, or for too long; the error that says so."""
        with self._lock:
            if not self.losses.refusal(place):  # others may have waited for the same
                self.losses.charge(place, asked, why)
            self.losses.give_up(place, why)
        return GivenUpError(url, self.losses.refusal(place))

    def _answered(self, request: requests.PreparedRequest, place: Place, options: dict[str, Any]) -> requests.Response:
        """The answer to a request; one that gets none, or not all of one, is sent again.

        `history` of the answer holds those that broke off before it.
        """
        severed: list[requests.Response] = []
        failure = requests.RequestException()
        for attempt in range(self.losses.tries(place, self.limits.tries)):
            if attempt:
                self.count(retried=1)
                time.sleep(BACKOFF * 2 * (attempt - 1))
            began = time.perf_counter()
            try:
                response = self._once(request, options, self._bounds(place))
            except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader):
                raise
            except OverlongError as error:
                self._charge(place, began, error.cause)
                raise
            except requests.RequestException as error:
                failure, why = error, cause(error)
            else:
                self._unanswered = 0
                response.history = severed
                if not bodies.of(response).short:
                    return response
                severed, why = [*severed, response], bodies.of(response).flaw
            self._charge(place, began, why)
            if UNTRUSTED in str(failure) or self.losses.refusal(place):
                break
        if severed:
            self.losses.severed(place)
            return severed[-1]
        raise self._missed(place, request.url or "", cause(failure)) from None

    def _charge(self, place: Place, began: Seconds, why: str) -> None:
        """Note the time since then as lost at a place: once, however many requests waited for it meanwhile."""
        ended = time.perf_counter()
        with self._lock:
            since = max(began, self._charged.get(place, 0.0))
            self._charged[place] = ended
        self.losses.charge(place, max(0.0, ended - since), why)

    def _missed(self, place: Place, url: str, why: str) -> TargetError:
        """What to raise where no answer came; it says whether any is to be hoped for."""
        self._unanswered += 1
        self.losses.silent(place, why)
        over = self.losses.refusal(place)
        if over or self._unanswered >= AWAY:
            self._unanswered = 0
            self.gone = not self._answers_elsewhere(place)
        return GivenUpError(url, over) if over and not self.gone else UnreachableError(url, why)

    def _answers_elsewhere(self, place: Place) -> bool:
        """Whether another path gives a usable answer now: one that did so before, else the base URL."""
        others = [url for path, url in self._answers.items() if path != place.path]
        request = self._own(others[-1] if others else self.base_url)
        bounds = self.bounds.within(2 * self.losses.moment)
        for _ in range(self.limits.tries):
            try:
                response = self._once(request, {}, bounds)
            except (requests.RequestException, OverlongError):
                continue
            return (
                pause(response.status_code, {name.lower(): value for name, value in response.headers.items()}) is None
            )
        return False

    def _own(self, url: str) -> requests.PreparedRequest:
        """A request for a URL, with the target's own credential."""
        request = self.prepare_request(requests.Request("GET", url))
        self._equip(request)
        return request

    def answers_together(self, url: str, seconds: Seconds) -> bool:
        """Whether several requests for a URL are answered in about the time that one alone takes."""
        request = self._own(url)
        bounds = self.bounds.within(max(1.0, 4 * seconds))
        began = time.perf_counter()
        with ThreadPoolExecutor(TOGETHER) as threads:
            sent = [threads.submit(self._once, request, {}, bounds)
                    for _ in range(TOGETHER)]  # fmt: skip
            answered = all(each.exception() is None for each in sent)
        if not answered:
            for adapter in self.adapters.values():
                if isinstance(adapter, wire.Wire):
                    adapter.hang_up()
        return answered and time.perf_counter() - began < 2 * seconds

    def _check(self, place: Place, url: str) -> None:
        """Raise where nothing is asked any more."""
        if self.losses.spent:
            self.gone = True
        if self.gone:
            raise GoneError(url, "the target has not answered for a while")
        self.load.check(url)
        if over := self.losses.refusal(place):
            raise GivenUpError(url, over)

    def _bounds(self, place: Place) -> wire.Bounds:
        """What one try may take: all that its place may still cost; if nothing comes, there is time for another try.

        Silence ends a little before the whole answer has to be there, so that it is what is said.
        """
        most, silence = self.losses.remaining(place) + self.losses.moment / 4, self.losses.allowance(place)
        bounds = self.bounds.within(most)
        return replace(bounds, connect=min(bounds.connect, silence), pause=min(bounds.pause, silence))

    def _once(
        self, request: requests.PreparedRequest, options: dict[str, Any], bounds: wire.Bounds
    ) -> requests.Response:
        """The answer to one try."""
        options = {**options, "allow_redirects": False, "stream": True, "timeout": (bounds.connect, bounds.pause)}
        late = f"no whole answer within {bounds.total:.3g} s"
        self.pacer.take(request.url or "")
        self.count(sent=1)
        began = time.perf_counter()
        try:
            with wire.WATCHDOG.watching(bounds.total) as guard:
                response = super().send(request, **options)
                self._read(response)
        except codings.TooMuchError as error:
            raise self.load.refused(request.url or "", str(error)) from None
        except (OSError, ValueError, wire.HTTPError) as error:
            if guard.bitten:
                raise requests.Timeout(late) from None
            if isinstance(error, requests.RequestException):
                raise
            raise requests.ConnectionError(error) from None
        finally:
            self.count(waited=time.perf_counter() - began)
        if guard.bitten:  # headers that break off look like headers that end
            raise requests.Timeout(late)
        seconds = time.perf_counter() - began
        self.count(severed=bodies.of(response).short)
        with self._lock:
            for record in self.recorders:
                record(response, seconds)
        return response

    def count(self, **more: float) -> None:
        """Add to what is counted: several threads send."""
        with self._lock:
            for name, by in more.items():
                setattr(self, name, getattr(self, name) + by)

    def _read(self, response: requests.Response) -> None:
        """Read the body, under bounds."""
        body = heads.read(response) or bodies.read(response, self.bounds.body)
        self.load.add(response.request.url or "", len(body.content))
        response._content = body.content  # noqa: SLF001 - no reading of its own has bounds


def cause(error: requests.RequestException) -> str:
    """Why a request failed, without the machinery around it."""
    inner: BaseException = error
    while nested := [each for each in inner.args if isinstance(each, BaseException)]:
        inner = nested[0]
    if UNTRUSTED in str(error):
        why = str(error).partition(f"{UNTRUSTED}: ")[2].partition(" (")[0]
        return f"{UNTRUSTED}: {why}; a private authority's certificates are given with --ca-bundle FILE"
    reason = getattr(inner, "reason", None) or inner
    told = str(reason).rpartition(": ")[2].partition(" (")[0].strip("'\".")
    return told.rstrip(")") if told.count(")") > told.count("(") else told or type(error).__name__


def _wish(response: requests.Response) -> str:
    """How long an answer asks to wait, in words."""
    wish = response.headers.get("retry-after", "")[:40]
    return f", Retry-After: {wish}" if wish else ""
