"""Requests that Schemathesis generates from the effective description, positive and negative, links included.

They go through the target's one session, and their answers through the same clauses as every other answer. Of
Schemathesis' own checks those on the allow-list run; what they find belongs to inputs.documented. Nothing is raised
while it generates, so that nothing is shrunk: of the answers that break a promise the one with the shortest URL is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure, FailureGroup, MalformedJson
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

from contracts.crawl.crawler import Blocked, Lacking
from contracts.findings.clause import Violation
from contracts.findings.places import Place
from contracts.paging.listings import LISTINGS, Listing, Scope
from contracts.paging.pages import Answer
from contracts.paging.pointers import nearest
from contracts.paging.queries import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from schemathesis import Case
    from schemathesis.specs.openapi.schemas import OpenApiSchema

    from contracts.crawl.cache import CrawlCache
    from contracts.description import Description
    from contracts.paging.exchanges import Exchange
    from contracts.transport import Target

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


@dataclass(frozen=True)
class Generator:
    """Generates requests for one target and shows every answer to a watcher.

    Args:
        target: where requests go.
        description: what they are generated from.
        reading: says how much is wanted, and knows real conversations.
        watch: is shown every answer, and every page.
        report: is told what a check found, with the listing.
    """

    target: Target
    description: Description
    cache: CrawlCache
    watch: Callable[[object], None]
    report: Callable[[Listing, list[Violation]], None]

    def run(self, listing: Listing) -> None:
        """Examples, coverage and fuzzing of one operation."""
        schema = self._schema()
        operation = schema.find_operation_by_id(listing.operation)
        modes = [HypothesisTestMode.EXAMPLES, HypothesisTestMode.COVERAGE, HypothesisTestMode.FUZZING]
        number = self.cache.choices.random("generated", listing.name).getrandbits(32)
        real = self._real(listing)

        def judge(case: Case[Any]) -> None:
            name = next(real, None)
            if name is not None and case.path_parameters and "conversation_id" in case.path_parameters:
                case.path_parameters["conversation_id"] = name
            self.judge(case)

        config = HypothesisTestConfig(
            project=schema.config, modes=modes, settings=self._settings(), seed=number, apply_ci_profile=False
        )
        create_test(operation=operation, test_func=judge, config=config)()

    def _real(self, listing: Listing) -> Iterator[str | None]:
        """Real conversations for most requests, made-up ones for the others."""
        try:
            names = [scope.conversation for scope in self.cache.chosen(listing)] if listing.nested else [None]
        except (Blocked, Lacking):
            names = [None]
        while True:
            yield from (*names, *names, None)

    def run_links(self) -> None:
        """Scenarios over the links of the description: conversations, then members and events of what came."""
        generator = self
        machine = self._schema().as_state_machine()

        class Scenario(machine):  # type: ignore[misc, valid-type]
            def call(self, case: Case[Any], **_: Any) -> requests.Response:  # noqa: ANN401
                return generator.send(case)

            def validate_response(self, response: requests.Response, case: Case[Any], **_: Any) -> None:  # noqa: ANN401
                generator.check(case, response)

        count = max(2, self.cache.choices.profile.generated // 3)
        phases = (Phase.generate,)
        health = list(HealthCheck)
        seed(self.cache.choices.random("generated", "links").getrandbits(32))(Scenario)
        Scenario.run(
            settings=settings(
                max_examples=count,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                phases=phases,
                suppress_health_check=health,
                derandomize=False,
            )
        )
        release_state_machines(Scenario, machine)

    def judge(self, case: Case[Any]) -> None:
        """Send one generated request and judge its answer; one that could write only where that is allowed."""
        if case.method.upper() != "GET" and not self.cache.crawler.unsafe:
            return
        try:
            response = self.send(case)
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader, UnicodeError):
            return  # no client could send it
        self.check(case, response)

    def send(self, case: Case[Any]) -> requests.Response:
        """Send one generated request through the target's session."""
        arguments = case.as_transport_kwargs(base_url=self.target.base_url)
        arguments.pop("cookies", None)
        return self.target.respond(**arguments)

    def check(self, case: Case[Any], response: requests.Response) -> None:
        """Judge an answer by every clause on answers and pages, and by Schemathesis' own checks."""
        listing = next(each for each in LISTINGS if each.operation == case.operation.definition.raw["operationId"])
        exchange = self.target.exchange(response, response.elapsed.total_seconds())
        scope = Scope(listing, _conversation(exchange.url, self.target.base_url) if listing.nested else None)
        answer = Answer(
            exchange,
            scope,
            Query.of_url(exchange.url, listing),
            negative=True,
            origins=self.cache.crawler.origins,
        )
        self.watch(answer)
        if answer.flaw is None and "cursor=" not in exchange.url:
            self.watch(answer.page)
        self.report(listing, list(_findings(case, response, exchange)))

    def _schema(self) -> OpenApiSchema:
        config = SchemathesisConfig.from_dict({"seed": self.cache.choices.seed})
        schema = schemathesis.openapi.from_dict(self.description.effective_copy(security=False), config=config)
        schema.config.update(base_url=self.target.base_url)
        return schema

    def _settings(self) -> settings:
        return settings(
            max_examples=self.cache.choices.profile.generated,
            deadline=None,
            database=None,
            derandomize=False,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        )


def _conversation(url: str, base_url: str) -> str:
    """The conversation that a URL names."""
    path = urlsplit(url).path[len(urlsplit(base_url).path) :]
    return unquote("/".join(path.split("/")[2:-1]))


def _findings(case: Case[Any], response: requests.Response, exchange: Exchange) -> Iterator[Violation]:
    try:
        case.validate_response(response, checks=list(CHECKS))
    except FailureGroup as group:
        for failure in group.exceptions:
            yield _violation(failure, exchange)
    except Failure as failure:
        yield _violation(failure, exchange)


def _violation(failure: Failure, exchange: Exchange) -> Violation:
    wanted = f"an answer as the description documents it, for {exchange.method} {exchange.url[:300]}"
    lines = [line.strip() for line in failure.message.splitlines() if line.strip()]
    actual = f"{failure.title}: {' '.join(lines)[:600]}"
    return Violation(wanted, actual, (exchange,), where=(_place(failure, exchange),))


def _place(failure: Failure, exchange: Exchange) -> Place:
    """Where a failure shows: in the body, in a header, else in the status line, which also shows for a missing header."""
    if isinstance(failure, JsonSchemaError):
        return Place(pointer=nearest(exchange.json, *failure.instance_path))
    if isinstance(failure, MalformedJson | ContentDeserializationError):
        return Place(pointer="")
    if isinstance(failure, UndefinedContentType | MalformedMediaType) and "content-type" in exchange.headers:
        return Place(header="content-type")
    return Place()
