"""What is verified: takes requests, gives exchanges back."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests

from contracts.paging.exchanges import Exchange
from contracts.paging.urls import LONGEST, origin
from contracts.transport import bodies
from contracts.transport.access import Access
from contracts.transport.credentials import Ready, spelt, spoil, wrong
from contracts.transport.errors import BadAddressError, LapsedError, TooLargeError
from contracts.transport.identities import OTHER
from contracts.transport.leaks import leaks
from contracts.transport.session import SCHEMES, Session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests.adapters import BaseAdapter

    from contracts.paging.units import Seconds

OK, UNAUTHORIZED = 200, 401

_DULL = {"Connection", "Accept-Encoding", "User-Agent", "Content-Length"}


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
        request = requests.PreparedRequest()  # a session would merge parameters, cookies and hooks that nobody gave
        request.prepare(method, url, {**self.session.headers, **headers})
        response = self.session.send(request)
        return self.exchange(response, time.perf_counter() - began)

    def _ask_again(self, method: str, url: str, headers: Mapping[str, str]) -> Exchange:
        """What a request gives that was refused, unless the credential is what is refused.

        That is so where what was served before is refused too, or where the same request is not refused any more.
        """
        if self._ask("GET", self.served, {}).status != UNAUTHORIZED:
            exchange = self._ask(method, url, headers)
            self.session.count(refused=exchange.status != UNAUTHORIZED)
            if exchange.status != UNAUTHORIZED or not self.session.refused:
                return exchange
        self.session.count(refused=1)
        raise LapsedError(url, f"status {UNAUTHORIZED}")

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
