"""Asks again for what showed a violation: still there, gone, or now and then.

What decides, in this order: the clause itself, on the same answer, walk or trial gathered anew; where a verdict file
does not say how to gather it, the recorded requests, whose answers show the same at the recorded places or not.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from contracts.crawl.cache import CrawlCache
from contracts.crawl.crawler import Blocked, Crawler, Lacking
from contracts.evidence.negative import WRITING_METHODS
from contracts.findings.clause import PAGES
from contracts.findings.places import STATUS, Place, Request, value_at
from contracts.paging.exchanges import Exchange
from contracts.paging.listings import LISTINGS, Scope
from contracts.paging.pages import Answer, Page
from contracts.paging.queries import Query
from contracts.transport.errors import GoneError, TargetError
from contracts.transport.identities import OTHER
from contracts.transport.redaction import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from contracts.crawl.cache import Choices
    from contracts.findings.clause import EvidenceKind, Part, Trial
    from contracts.findings.families import Clauses
    from contracts.findings.recipes import Recipe
    from contracts.findings.verdicts import Verdict
    from contracts.findings.waivers import Waiver
    from contracts.paging.units import Pages
    from contracts.paging.walks import Walk
    from contracts.transport import Target

TIMES = 5
"""How often each violation is asked for."""

SERVER_ERROR = 500
REFUSALS = range(400, SERVER_ERROR)
"""Statuses that say that there is no such answer."""

ALONG: Pages = 20
"""Pages, forth and back, whose links are followed where the URL behind one is refused."""

VARIABLE = re.compile(r"(?:Bearer )?\$([A-Za-z_][A-Za-z0-9_]*)", re.ASCII)
"""The value of a header that was sent with what an environment variable holds."""


class CannotAskError(Exception):
    """A violation that cannot be asked for again; the text says why."""


@dataclass(frozen=True)
class Replayed:
    """What came of asking again for one violation.

    Attributes:
        verdict: the violation as it was recorded.
        seen: in how many of `TIMES` it was there.
        actual: what is there now; what was recorded, where it is gone.
        reason: why it cannot be asked for again; empty where it can.
    """

    verdict: Verdict
    seen: int
    actual: str = ""
    reason: str = ""

    @property
    def left(self) -> bool:
        """Whether the violation is left: what cannot be asked for may still be there."""
        return bool(self.seen or self.reason)

    @property
    def words(self) -> str:
        """What came of it in a few words."""
        if self.seen == TIMES:
            return "still there"
        if self.seen:
            return f"now and then ({self.seen} of {TIMES})"
        return f"cannot be asked again: {self.reason}" if self.reason else "gone"


def variables(requests: Iterable[Request]) -> dict[str, str]:
    """By name of a header, the environment variable whose value was sent in it."""
    headers = (header for request in requests for header in request.headers)
    return {name: match[1] for name, value in headers if (match := VARIABLE.fullmatch(value))}


def moved(verdict: Verdict, old: str, new: str) -> Verdict:
    """The same violation at another base URL: of each URL below the old one's path, origin and base path are replaced."""

    def rewrite(url: str) -> str:
        path, base = urlsplit(url).path, urlsplit(old).path.rstrip("/")
        below = path.removeprefix(base) if path == base or path.startswith(f"{base}/") else None
        query = urlsplit(url).query
        return url if below is None else f"{new}{below}" + (f"?{query}" if query else "")

    requests = tuple(replace(each, url=rewrite(each.url)) for each in verdict.requests)
    recipe = verdict.recipe and replace(verdict.recipe, start=rewrite(verdict.recipe.start))
    return verdict if old == new else replace(verdict, requests=requests, recipe=recipe)


class Replay:
    """Asks one target again.

    Args:
        target: what is asked.
        clauses: those that decide.
        choices: seed and profile of the run that recorded the violations.
        unsafe: whether methods may be sent that could write.
        waivers: violations that are known of the target, and not looked for.
    """

    def __init__(
        self,
        target: Target,
        clauses: Clauses,
        choices: Choices,
        *,
        unsafe: bool = False,
        waivers: Sequence[Waiver] = (),
    ) -> None:
        self.target, self.clauses, self.choices, self.unsafe, self.waivers = target, clauses, choices, unsafe, waivers
        hosts, wrong = target.access.hosts, target.credentials
        self._crawler = Crawler(target.base_url, target.send, hosts, wrong=wrong, unsafe=unsafe, shared=target.shared)
        self._planned: dict[object, tuple[Trial, CrawlCache] | None] = {}

    def ask(self, verdict: Verdict) -> Replayed:
        """Ask again for one violation; `GoneError` where the target does not answer any more."""
        seen, actual, reasons = 0, verdict.actual, dict[str, None]()
        for _ in range(TIMES):
            try:
                found = self._again(verdict)
            except GoneError:
                raise
            except (CannotAskError, Blocked, Lacking, TargetError) as error:
                reasons[str(error)] = None
            except Exception as error:  # noqa: BLE001 - a bug of the suite, or a file that somebody changed
                reasons[f"a bug of the suite, or a changed file: {error!r}"] = None
            else:
                seen, actual = (seen, actual) if found is None else (seen + 1, found)
        reason = "" if seen else next(iter(reasons), "")
        return Replayed(verdict, seen, self.target.redact(actual), self.target.redact(reason))

    def _again(self, verdict: Verdict) -> str | None:
        """The actual value of the violation now; None where it is not there."""
        clause, recipe = self.clauses.get(verdict.clause), verdict.recipe
        listing = next((each for each in LISTINGS if each.name == verdict.listing), None)
        if clause is None or listing is None or recipe is None or recipe.part not in range(len(clause.parts)):
            return self._compared(verdict)
        part, scope = clause.parts[recipe.part], Scope(listing, recipe.conversation)
        if not recipe.trial:
            return self._judged(verdict, part, self._met(verdict, recipe, scope, part))
        planned = self._plan(part.kind, scope, recipe.trial)
        if planned is None:
            return self._compared(verdict)
        trial, cache = planned
        return self._judged(verdict, part, [trial.observe(cache.afresh())])

    def _judged(self, verdict: Verdict, part: Part, evidence: Iterable[Any]) -> str | None:
        """What the clause itself says: of several violations the one that was recorded, if it is among them."""
        found = [violation for each in evidence if part.concerns(each) for violation in part.judge(each)]
        found = [one for one in found if not any(w.covers(verdict.clause, verdict.listing, one) for w in self.waivers)]
        same = [one for one in found if one.expected == verdict.expected]
        return (same or found)[0].actual if found else None

    def _met(self, verdict: Verdict, recipe: Recipe, scope: Scope, part: Part) -> Sequence[Answer | Page | Walk]:
        """The same answer, page or walk as it is now."""
        asked = Query(**dict(recipe.asked))
        if recipe.rel:
            start = self._first_page(recipe, scope, asked) if recipe.start else None
            return [self._crawler.walk(scope, asked, start=start, rel=recipe.rel)]
        request, old = _first(verdict), next(_recorded(verdict))
        answer = self._answer(self._send(request), scope, asked, recipe)
        if answer.exchange.status in REFUSALS and recipe.via:
            return self._along(scope, asked, recipe.via, part.kind)
        if part.kind is PAGES and answer.flaw is not None:
            raise CannotAskError(answer.flaw)
        if _refused(old, answer.exchange):
            raise CannotAskError(f"status {answer.exchange.status}")
        return [answer.page if part.kind is PAGES else answer]

    def _first_page(self, recipe: Recipe, scope: Scope, asked: Query) -> Page:
        answer = self._answer(self._send(Request("GET", recipe.start), own=True), scope, asked, recipe)
        if answer.flaw is not None:
            raise CannotAskError(answer.flaw)
        return answer.page

    def _along(self, scope: Scope, asked: Query, via: str, kind: EvidenceKind) -> Sequence[Answer | Page]:
        """What is behind links of this relation now: a URL that a wrong link held says nothing of the links."""
        met: list[Any] = []
        crawler = replace(self._crawler, watch=met.append)
        forth = crawler.walk(scope, asked, limit=ALONG).pages
        back = crawler.walk(scope, asked, start=forth[-1], rel="prev", limit=ALONG).pages if forth else ()
        for page in (*forth, *back):
            with suppress(Blocked):
                crawler.follow(page, via)
        wanted = Page if kind is PAGES else Answer
        found = [each for each in met if isinstance(each, wanted) and _answer_of(each).via == via]
        if not found:
            raise CannotAskError(f"no {via} leads there any more")
        return found

    def _answer(self, exchange: Exchange, scope: Scope, asked: Query, recipe: Recipe) -> Answer:
        return Answer(exchange, scope, asked, recipe.via, recipe.negative, self._crawler.origins)

    def _plan(self, kind: EvidenceKind, scope: Scope, name: str) -> tuple[Trial, CrawlCache] | None:
        """The trial of this name, and what it was planned on; None where it is not planned any more."""
        key = (kind, scope, name)
        if key not in self._planned:
            self._planned[key] = next(self._plans(kind, scope, name), None)
        return self._planned[key]

    def _plans(self, kind: EvidenceKind, scope: Scope, name: str) -> Iterator[tuple[Trial, CrawlCache]]:
        """Plan for the one conversation alone, which is quick; then as the run did, whose plan may have needed others."""
        alone = (replace(self.choices, pinned=(scope.conversation,)),) if scope.conversation else ()
        for choices in (*alone, self.choices):
            cache = CrawlCache(self._crawler, choices)
            trials = kind.trials(cache, scope) if kind.trials else ()
            yield from ((trial, cache) for trial in trials if trial.name == name)

    # --- without the clause ------------------------------------------------------------------------------------------

    def _compared(self, verdict: Verdict) -> str | None:
        """What was recorded, where the answers show the same at the recorded places."""
        pairs = []
        for request, old in zip(verdict.requests, _recorded(verdict), strict=True):
            new = Exchange.of_text(self.target.redact(self._send(request).text))
            pairs.append((old, new))
        where = [each for each in verdict.where or STATUS if each.exchange < len(pairs)]
        for index, (old, new) in enumerate(pairs):
            if _refused(old, new) and Place(index) not in where:
                raise CannotAskError(f"status {new.status}")
        same = all(old.status == new.status for old, new in pairs)
        same = same and all(
            value_at(pairs[each.exchange][0], each) == value_at(pairs[each.exchange][1], each) for each in where
        )
        return verdict.actual if same else None

    def _send(self, request: Request, *, own: bool = False) -> Exchange:
        """Send a recorded request, with a credential exactly where one was sent; `own` says that it is the target's."""
        if hidden := [name for name, value in request.headers if HIDDEN in value]:
            raise CannotAskError(f"the file hides what was sent as {hidden[0]}")
        if request.method in WRITING_METHODS and not self.unsafe:
            raise CannotAskError(f"{request.method} could write; --unsafe-methods allows it")
        headers = {name: value for name, value in request.headers if not VARIABLE.fullmatch(value)}
        other = self.target.access.other
        credential = OTHER if other and other.asked(dict(request.headers)) else None
        if not own and "Authorization" not in dict(request.headers):
            headers["Authorization"] = ""
        try:
            if not self._crawler.may_follow(request.url):
                raise CannotAskError(f"{request.url} is on another host")
            return self.target.send(request.method, request.url, headers=headers, credential=credential)
        except ValueError as error:
            raise CannotAskError(str(error)) from None


def _answer_of(evidence: Answer | Page) -> Answer:
    return evidence.answer if isinstance(evidence, Page) else evidence


def _first(verdict: Verdict) -> Request:
    if not verdict.requests:
        raise CannotAskError("the file holds no request of it")
    return verdict.requests[0]


def _recorded(verdict: Verdict) -> Iterator[Exchange]:
    """The exchanges as they were recorded."""
    if not verdict.requests or len(verdict.requests) != len(verdict.exchanges):
        raise CannotAskError("the file does not hold the requests and answers of it")
    try:
        yield from map(Exchange.of_text, verdict.exchanges)
    except ValueError:
        raise CannotAskError("the file does not hold the answers as they came") from None


def _refused(old: Exchange, new: Exchange) -> bool:
    """Whether there was an answer, and is none any more: a cursor or an item that is gone says nothing."""
    return old.status < REFUSALS.start and new.status in REFUSALS
