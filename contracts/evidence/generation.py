"""Requests that Schemathesis generates from the effective description, positive and negative, links included.

They go through the crawler, and their answers through the same clauses as every other answer. Of Schemathesis' own
checks those on the allow-list run; what they find belongs to inputs.documented. Nothing is raised while it generates,
so that Hypothesis shrinks nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.errors import Flaky
from schemathesis import Response
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup, MalformedJson
from schemathesis.generation.hypothesis.builder import HypothesisTestConfig, HypothesisTestMode, create_test
from schemathesis.generation.stateful.state_machine import release_state_machines
from schemathesis.openapi.checks import (
    ContentDeserializationError,
    JsonSchemaError,
    MalformedMediaType,
    UndefinedContentType,
)
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from contracts.crawl.crawler import FORBIDDEN, Blocked, Forbidden, Lacking, Silent
from contracts.evidence import characters
from contracts.evidence.drawing import ALONE
from contracts.evidence.schemathesis import Generated
from contracts.findings.places import Place
from contracts.paging.clipping import clipped
from contracts.paging.exchanges import SHOWN, Exchange
from contracts.paging.listings import LISTINGS, Listing, Scope
from contracts.paging.pointers import nearest
from contracts.paging.units import ceil_div
from contracts.transport.errors import LapsedError, TargetError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from schemathesis import Case
    from schemathesis.specs.openapi.schemas import OpenApiSchema

    from contracts.crawl.cache import CrawlCache
    from contracts.crawl.crawler import Crawler

characters.provide()

CHECKS = (
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
"""All four belong to inputs.documented, a MUST. `not_a_server_error` is inputs.no-server-error, which sees every answer."""

OFF = {
    "not_a_server_error": f"inputs.no-server-error says the same of every answer ({not_a_server_error.__name__})",
    "ignored_auth": "it bypasses the session; auth.required and auth.checked ask the same",
    "unsupported_method": "it sends writes; inputs.method asks the same where that is allowed",
    "positive_data_acceptance": "a made-up conversation, cursor or window may be refused legally",
    "negative_data_rejection": "much that breaks a schema may be served legally; inputs.rejected knows what may not",
}
"""Checks that are off, and why."""

STEPS = 6
"""Operations in a row that one scenario over the description's links makes."""

UNSENDABLE = (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader, UnicodeError)
"""What the HTTP library says of requests that no client could send."""


PASSING = (Forbidden, LapsedError, Silent)
"""What says nothing of requests that ask for something else, or later."""


@dataclass
class Batch:
    """What came of generated requests, and why that is not all that was planned, if it is not."""

    found: list[Generated] = field(default_factory=list)
    failure: Exception | None = None

    def keep(self, send: Callable[[], Generated]) -> Generated | None:
        """Keep what a request gave; None where nothing may be said of it. Raises where there is no answer any more."""
        try:
            generated = send()
        except PASSING as error:
            self.failure = self.failure or error
            return None
        except TargetError as error:
            self.failure = error
            raise
        self.found.append(generated)
        return generated


def generated(cache: CrawlCache, listing: Listing) -> tuple[list[Generated], Exception | None]:
    """All that is generated about a listing, and why that is not all that was planned; None where it is.

    The scenarios over links begin with any listing, so they are run once for all.
    """
    names, missing = _names(cache, listing)
    own = _answered(cache, _operation(cache, listing, names))
    linked = cache.shared("generated links", lambda: _links(cache))
    shown = [each for each in linked.found if each.answer.scope.listing == listing]
    first = listing == LISTINGS[0] and not isinstance(linked.failure, Forbidden)  # else its own listing says so
    return [*own.found, *shown], own.failure or (linked.failure if first else None) or missing


def _names(cache: CrawlCache, listing: Listing) -> tuple[list[str | None], Exception | None]:
    """Real conversations for a listing that is in one; none, and why, where they cannot be had."""
    try:
        return [scope.conversation for scope in cache.chosen(listing)] if listing.nested else [None], None
    except (Blocked, Lacking) as missing:
        return [None], missing


def _operation(cache: CrawlCache, listing: Listing, names: list[str | None]) -> list[Case[Any]]:
    """Examples, coverage and fuzzing of one operation."""
    schema = _schema(cache)
    real = _mixed(names)
    cases: list[Case[Any]] = []

    def keep(case: Case[Any]) -> None:
        name = next(real)
        if name is not None:
            case.path_parameters = {"conversation_id": name}
        if case.method.upper() == "GET" or cache.crawler.unsafe:  # another one could write
            cases.append(case)

    config = HypothesisTestConfig(
        project=schema.config,
        modes=[HypothesisTestMode.EXAMPLES, HypothesisTestMode.COVERAGE, HypothesisTestMode.FUZZING],
        settings=_settings(cache.choices.profile.generated, Phase.explicit, Phase.generate),
        seed=cache.choices.number("generated", listing.name),
        apply_ci_profile=False,
    )
    with ALONE:
        create_test(operation=schema.find_operation_by_id(listing.operation), test_func=keep, config=config)()
    return cases


def _answered(cache: CrawlCache, cases: Iterable[Case[Any]]) -> Batch:
    """What cases give that do not depend on one another, until there is no answer any more."""
    batch = Batch()
    for job in [cache.crew.take_over(partial(_asked, cache.crawler, case)) for case in cases]:
        try:
            batch.keep(job.outcome)
        except UNSENDABLE:
            continue
        except TargetError:
            break
    return batch


def _mixed(names: list[str | None]) -> Iterator[str | None]:
    """Real conversations for most requests, made-up ones for the others."""
    while True:
        yield from (*names, *names, None)


def _links(cache: CrawlCache) -> Batch:
    """Scenarios over the links of the description: conversations, then members and events of what came."""
    machine, batch = _schema(cache).as_state_machine(), Batch()

    class Scenario(machine):  # type: ignore[misc, valid-type]
        def call(self, case: Case[Any], **_: Any) -> Response:  # noqa: ANN401
            prepared, arguments = _prepared(cache.crawler, case)
            generated = batch.keep(lambda: _sent(cache.crawler, case, prepared, arguments))
            if generated is None:
                return _response(Exchange(case.method, str(prepared.url), FORBIDDEN, {}, b"", {}), prepared)
            return _response(generated.answer.exchange, prepared)

        def validate_response(self, *_: Any, **__: Any) -> None:  # noqa: ANN401
            """Raise nothing: what the checks say was noted when the answer came."""

    seed(cache.choices.number("generated", "links"))(Scenario)
    limits = _settings(ceil_div(cache.choices.profile.generated, 3), Phase.generate)
    with ALONE:
        try:
            Scenario.run(settings=settings(limits, stateful_step_count=STEPS))
        except (TargetError, Flaky):
            if batch.failure is None:  # Hypothesis is surprised that the same request fails now
                raise
    release_state_machines(Scenario, machine)
    return batch


def _prepared(crawler: Crawler, case: Case[Any]) -> tuple[requests.PreparedRequest, Mapping[str, Any]]:
    """The request of a case, and what Schemathesis makes it of."""
    arguments = case.as_transport_kwargs(base_url=crawler.base_url)
    arguments.pop("cookies", None)
    return requests.Request(**arguments).prepare(), arguments


def _asked(crawler: Crawler, case: Case[Any]) -> Generated:
    """What a case gives."""
    return _sent(crawler, case, *_prepared(crawler, case))


def _sent(
    crawler: Crawler, case: Case[Any], prepared: requests.PreparedRequest, arguments: Mapping[str, Any]
) -> Generated:
    """Send a generated request as any other; show what came to whatever watches, and to Schemathesis' own checks."""
    listing = next(each for each in LISTINGS if each.operation == case.operation.definition.raw["operationId"])
    url = str(prepared.url)
    scope = Scope(listing, _conversation(url, crawler.base_url) if listing.nested else None)
    answer = crawler.probe(scope, url, method=arguments["method"], headers=arguments["headers"])
    if answer.flaw is None and "cursor=" not in answer.exchange.url:
        crawler.watch(answer.page)
    response = _response(answer.exchange, prepared)
    return Generated(answer, tuple(_failures(case, response, answer.exchange)))


def _response(exchange: Exchange, prepared: requests.PreparedRequest) -> Response:
    """An exchange as Schemathesis has it."""
    return Response(
        exchange.status,
        {name: [value] for name, value in exchange.headers.items()},
        exchange.body,
        prepared,
        exchange.seconds,
        verify=True,
        encoding="utf-8",  # as JSON is; pages.decodable says where the header says otherwise
    )


def _failures(case: Case[Any], response: Response, exchange: Exchange) -> Iterator[tuple[str, Place]]:
    try:
        case.validate_response(response, checks=list(CHECKS))
    except FailureGroup as group:
        yield from ((_text(each), _place(each, exchange)) for each in group.exceptions)


def _place(failure: Any, exchange: Exchange) -> Place:  # noqa: ANN401 - a group's members have no narrower type
    """Where a failure shows: in the body, in a header, else in the status line, which also shows for a missing header."""
    if isinstance(failure, JsonSchemaError):
        return Place(pointer=nearest(exchange.json, *failure.instance_path))
    if isinstance(failure, MalformedJson | ContentDeserializationError):
        return Place(pointer="")
    if isinstance(failure, UndefinedContentType | MalformedMediaType) and "content-type" in exchange.headers:
        return Place(header="content-type")
    return Place()


def _text(failure: Any) -> str:  # noqa: ANN401 - a group's members have no narrower type
    lines = [line.strip() for line in failure.message.splitlines() if line.strip()]
    return f"{failure.title}: {clipped(' '.join(lines), SHOWN)}"


def _conversation(url: str, base_url: str) -> str:
    """The conversation that a URL names."""
    path = urlsplit(url).path[len(urlsplit(base_url).path) :]
    return unquote("/".join(path.split("/")[2:-1]))


def _schema(cache: CrawlCache) -> OpenApiSchema:
    config = SchemathesisConfig.from_dict({"seed": cache.choices.seed})
    description = cache.description
    assert description is not None, "requests are generated from a description"
    schema = schemathesis.openapi.from_dict(description.effective_copy(security=False), config=config)
    schema.config.update(base_url=cache.crawler.base_url)
    return schema


def _settings(examples: int, *phases: Phase) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
