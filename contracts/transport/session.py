"""The one session for all traffic: counts, credentials, limits, bounds and redaction."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import requests

from contracts.paging.exchanges import Exchange
from contracts.paging.urls import LONGEST, Origin, origin
from contracts.transport import bodies, codings, heads, wire
from contracts.transport.credentials import Credential, Ready, spelt, spoil, wrong
from contracts.transport.errors import (
    BadAddressError,
    GivenUpError,
    GoneError,
    LapsedError,
    OverlongError,
    TargetError,
    TooLargeError,
    UnreachableError,
)
from contracts.transport.identities import OTHER, Other
from contracts.transport.leaks import leaks
from contracts.transport.limits import Limits, pause
from contracts.transport.load import Load
from contracts.transport.pacing import Pace, Pacer
from contracts.transport.patience import Losses, Place
from contracts.transport.redaction import Redactor, opens

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from requests.adapters import BaseAdapter

    from contracts.paging.units import Seconds

SCHEMES = ("http", "https")
OK, UNAUTHORIZED = 200, 401
BACKOFF: Seconds = 0.1
"""Twice this before the third try, and as much more before each further one; the second is sent at once, as a server may
end a connection at any time. Also the least that is waited where an answer asks to wait."""

UNTRUSTED = "certificate verify failed"
"""What Python's TLS says of a certificate that no trusted authority signed: trying again changes nothing."""

AWAY = 4
"""Requests in a row without an answer, whatever they asked, after which the target is gone if nothing else answers."""


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
        other: a second identity, which must not see what belongs to the first; None where there is none.
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
    other: Other | None = None


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
        self.recorders: list[Callable[[requests.Response, float], None]] = []
        self.headers.update({"User-Agent": "conversation-contracts", "Accept": "application/json, */*;q=0.1"})
        self.headers["Accept-Encoding"] = codings.ACCEPTED
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.proxies.update(access.proxies)
        self.verify = str(access.authorities) if access.authorities else True
        files = [str(file) for file in access.certificate]
        self.cert = (files[0], files[1]) if len(files) > 1 else files[0] if files else None
        for scheme in SCHEMES:
            self.mount(f"{scheme}://", wire.Wire(pool_maxsize=4))
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
        options |= {"allow_redirects": False, "stream": True}
        while True:
            self._check(place, request.url or "")
            response = self._answered(request, place, options)
            wait = pause(response.status_code, {name.lower(): value for name, value in response.headers.items()})
            if wait is None:
                self._note(place, response)
                return response
            wait = max(wait, BACKOFF)
            if not self._may_wait(place, asked + wait):
                raise self._given_up(place, request.url or "", asked, f"status {response.status_code}{_wish(response)}")
            asked += wait
            self.held += wait
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
                self.retried += 1
                time.sleep(BACKOFF * 2 * (attempt - 1))
            began = time.perf_counter()
            try:
                response = self._once(request, options, self._bounds(place))
            except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader):
                raise
            except OverlongError as error:
                self.losses.charge(place, time.perf_counter() - began, error.cause)
                raise
            except requests.RequestException as error:
                failure, why = error, cause(error)
            else:
                self._unanswered = 0
                response.history = severed
                if not bodies.of(response).short:
                    return response
                severed, why = [*severed, response], bodies.of(response).flaw
            self.losses.charge(place, time.perf_counter() - began, why)
            if UNTRUSTED in str(failure) or self.losses.refusal(place):
                break
        if severed:
            self.losses.severed(place)
            return severed[-1]
        raise self._missed(place, request.url or "", cause(failure)) from None

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
        request = self.prepare_request(requests.Request("GET", others[-1] if others else self.base_url))
        self._equip(request)
        bounds = self.bounds.within(2 * self.losses.moment)
        for _ in range(self.limits.tries):
            try:
                response = self._once(request, {"allow_redirects": False, "stream": True}, bounds)
            except (requests.RequestException, OverlongError):
                continue
            return (
                pause(response.status_code, {name.lower(): value for name, value in response.headers.items()}) is None
            )
        return False

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
        options = {**options, "timeout": (bounds.connect, bounds.pause)}
        late = f"no whole answer within {bounds.total:.3g} s"
        self.pacer.take(request.url or "")
        self.sent += 1
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
            self.waited += time.perf_counter() - began
        if guard.bitten:  # headers that break off look like headers that end
            raise requests.Timeout(late)
        self.severed += bodies.of(response).short
        for record in self.recorders:
            record(response, time.perf_counter() - began)
        return response

    def _read(self, response: requests.Response) -> None:
        """Read the body, under bounds."""
        body = heads.read(response) or bodies.read(response, self.bounds.body)
        self.load.add(response.request.url or "", len(body.content))
        response._content = body.content  # noqa: SLF001 - no reading of its own has bounds


class Target:
    """What is verified: sends requests to it and gives exchanges back.

    Args:
        base_url: where the API stands, without a slash at its end.
        access: how it is reached; a token alone stands for access with that bearer token.
        adapter: what carries requests instead of a network.

    Attributes:
        served: a URL that was served to the target's own credential; empty as long as none was.
    """

    def __init__(self, base_url: str, access: Access | str | None = None, adapter: BaseAdapter | None = None) -> None:
        self.base_url = checked(base_url)
        token = Ready(access) if isinstance(access, str) and access else None
        self.access = access if isinstance(access, Access) else Access(token)
        self.session = Session(self.base_url, self.access)
        self.redact = self.session.redact
        self.served = ""
        if adapter is not None:
            self.session.mount("{0.scheme}://{0.netloc}".format(urlsplit(self.base_url)), adapter)

    @property
    def credentials(self) -> tuple[str, ...] | None:
        """The names of wrong credentials that can be made of the target's own; None where it has none."""
        return wrong(self.access.credential) if self.access.credential else None

    @property
    def shared(self) -> frozenset[str] | None:
        """The names of the listings that a second identity sees too, on purpose; None where there is no second one."""
        return self.access.other.shared if self.access.other else None

    @property
    def fill(self) -> str:
        """How to fill the variable that stands for the token in curl lines; empty where that is done."""
        return self.redact(self.access.credential.fill) if self.access.credential else ""

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, credential: str | None = None
    ) -> Exchange:
        """Send one request; see `contracts.crawl.crawler.Send`, and `Session.send` for what it raises.

        Raises:
            LapsedError: the target refuses its own credential, also for what it has served before.
            TooLargeError: the URL is longer than this suite sends; an id of the target makes it so.
        """
        if len(url) > LONGEST:
            raise TooLargeError(url, f"an id: its URL has {len(url):,} characters, and {LONGEST:,} are sent at most")
        given = dict(headers or {})
        if credential == OTHER:
            given |= self._of_the_other(url)
        elif credential is not None:
            own = self.access.credential or Ready("")
            given["Authorization"] = spoil(credential, own)
            self.session.issued.setdefault(given["Authorization"], spelt(credential, own, given["Authorization"]))
        exchange = self._ask(method, url, given)
        if self.access.credential is None or "Authorization" in given:
            return exchange
        if exchange.status == OK and method == "GET":
            self.served = self.served or url
        return self._ask_again(method, url, given) if exchange.status == UNAUTHORIZED and self.served else exchange

    def _ask(self, method: str, url: str, headers: Mapping[str, str]) -> Exchange:
        began = time.perf_counter()
        response = self.respond(method=method, url=url, headers=headers)
        return self.exchange(response, time.perf_counter() - began)

    def _ask_again(self, method: str, url: str, headers: Mapping[str, str]) -> Exchange:
        """What a request gives that was refused, unless the credential is what is refused.

        That is so where what was served before is refused too, or where the same request is not refused any more.
        """
        if self._ask("GET", self.served, {}).status != UNAUTHORIZED:
            exchange = self._ask(method, url, headers)
            self.session.refused += exchange.status != UNAUTHORIZED
            if exchange.status != UNAUTHORIZED or not self.session.refused:
                return exchange
        self.session.refused += 1
        raise LapsedError(url, f"status {UNAUTHORIZED}")

    def respond(self, *, method: str, url: str, **arguments: Any) -> requests.Response:  # noqa: ANN401
        """Send one request and give the response back; arguments as of `requests.request`."""
        return self.session.request(method, url, **arguments)

    def exchange(self, response: requests.Response, seconds: Seconds) -> Exchange:
        """The exchange that a response ends: as it came, for whatever judges it; what writes it hides the credential."""
        request, body, came = response.request, response.content, bodies.of(response)
        sent = {
            name: self._displayed_header(name, value) for name, value in request.headers.items() if name not in _DULL
        }
        got = {name.lower(): value for name, value in response.headers.items()}
        exchange = Exchange(
            request.method or "",
            request.url or "",
            response.status_code,
            got,
            body,
            sent,
            seconds,
            undecodable=came.flaw,
            contradicted=came.header,
            severed=len(response.history) + came.short,
        )
        leaked = tuple(leaks(exchange, self.redact.holds))
        return replace(exchange, leaked=leaked) if leaked else exchange

    def _of_the_other(self, url: str) -> dict[str, str]:
        """The headers by which the second identity asks; elsewhere than at the target, those of nobody."""
        other = self.access.other
        if other is None or origin(urlsplit(url)) not in self.session.homes:
            return {"Authorization": ""}
        return other.asking(self.session.bearer)

    def _displayed_header(self, name: str, value: str | bytes) -> str:
        text = value if isinstance(value, str) else value.decode("latin-1")
        if name == "Authorization" and text in self.session.issued:
            return self.session.issued[text]
        further = [self.access.headers, self.access.other.headers if self.access.other else {}]
        variables = (headers[name] for headers in further if name in headers)
        return next((f"${variable}" for variable, given in variables if text == given), text)


_DULL = {"Connection", "Accept-Encoding", "User-Agent", "Content-Length"}


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
