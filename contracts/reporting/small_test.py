"""One violation as a pytest file of its own, which needs pytest and requests and nothing of this suite.

Whatever came from a target is written as a string literal or as plain text, so that no answer can write code. What is
laid out over several lines ends with a comma, so that formatters leave it as it is.
"""

from __future__ import annotations

import json
import re
import textwrap
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from contracts.display import visible
from contracts.findings.places import STATUS, Place, value_at
from contracts.paging.exchanges import Exchange
from contracts.paging.pointers import pointer_to, tokens
from contracts.paging.urls import parameters_of
from contracts.runner.replay import REFUSALS, SERVER_ERROR, VARIABLE
from contracts.transport.redaction import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from contracts.findings.families import Clauses
    from contracts.findings.places import Request
    from contracts.findings.verdicts import Verdict

WIDTH = 80
"""Characters of a line; formatters allow 88 or more."""

MOST_WORDS = 1000
"""Characters of what was expected, and of what was there, in the docstring."""

LOST = "walks.complete"
"""The clause whose violations are ids that a walk does not show: its test walks."""

MOST_JSON = 300
"""Characters of a recorded JSON text; a longer one is cut, and ends with its checksum."""

ASK = '''
def ask(method, url, headers):
    """Send one request; no credential is added, no redirect followed."""
    with requests.Session() as session:
        session.trust_env = False
        return session.request(
            method,
            url,
            headers=headers,
            allow_redirects=False,
            timeout=60,
        )
'''

AT = f'''
def at(answer, *path):
    """The JSON text at a path of the body; of items only their ids."""
    try:
        value = answer.json()
        for step in path:
            value = value[step]
    except (ValueError, LookupError, TypeError):
        return "nothing"
    if isinstance(value, list):
        value = [each.get("id") if isinstance(each, dict) else each for each in value]
    text = json.dumps(value, sort_keys=True)
    cut = f"{{text[:{MOST_JSON}]}}... {{zlib.crc32(text.encode())}}"
    return text if len(text) <= {MOST_JSON} else cut
'''
"""The same as `recorded` below: it looks at what is there now."""

WALK = """
def walk(url, headers, listing):
    \"""The ids on a page and on all that follow it.\"""
    found = []
    for _ in range(1000):
        page = ask("GET", url, headers).json()
        items = page["_embedded"]["data"][listing]
        found += [item["id"] for item in items]
        url = page.get("_links", {}).get("next", {}).get("href")
        if not items or not url:
            break
    return found
"""


class CannotWriteError(ValueError):
    """A violation that cannot be written as a test; the text says why."""


def small_test(verdict: Verdict, clauses: Clauses) -> str:
    """The text of the test; `CannotWriteError` where the verdict does not hold what it takes."""
    answers = _answers(verdict)
    wrong = [each for each in verdict.where or STATUS if each.exchange < len(answers)] or list(STATUS)
    walked = verdict.clause == LOST and len(verdict.requests) > 1
    if why := None if walked else _untestable(verdict, answers, wrong):
        raise CannotWriteError(f"{why}; replay without --pytest asks for it")
    bodies = not walked and any(each.pointer is not None for each in wrong)
    variables = any(VARIABLE.fullmatch(value) for each in verdict.requests for _, value in each.headers)
    modules = [*["json"] * bodies, *["os"] * variables, *["zlib"] * bodies]
    head = [
        "\n".join(_docstring(verdict, clauses)),
        "\n".join(f"import {each}" for each in modules),
        "import requests",
        "\n".join(_requests([_beginning(verdict.requests[1])] if walked else verdict.requests)),
    ]
    lines = _walk_test(verdict, answers) if walked else _test(verdict, answers, wrong)
    code = [ASK.strip(), *[AT.strip()] * bodies, *[WALK.strip()] * walked, "\n".join(lines)]
    return "\n\n\n".join(["\n\n".join(filter(None, head)), *code]) + "\n"


def _answers(verdict: Verdict) -> list[Exchange]:
    if not verdict.requests or len(verdict.requests) != len(verdict.exchanges):
        raise CannotWriteError("the file does not hold the requests and answers of this violation")
    hidden = [name for each in verdict.requests for name, value in each.headers if HIDDEN in value]
    if hidden:
        raise CannotWriteError(f"the file hides what was sent as {hidden[0]}, so no test can send it")
    try:
        return [Exchange.of_text(each) for each in verdict.exchanges]
    except ValueError:
        raise CannotWriteError("the file does not hold the answers as they came") from None


def _untestable(verdict: Verdict, answers: Sequence[Exchange], wrong: Sequence[Place]) -> str | None:
    """Why the recorded requests cannot tell when the violation is gone; None where they can."""
    if any(HIDDEN in str(value_at(answers[each.exchange], each)) for each in wrong):
        return "the file hides a credential at the place of the violation"
    recipe, last = verdict.recipe, wrong[-1]
    if (recipe and recipe.via and answers[0].status in REFUSALS) or _by_another_link(answers, wrong):
        return "what was wrong is the link that held this URL, on an answer that the file does not hold"
    listed = last.pointer == pointer_to("_embedded", "data", verdict.listing)
    if recipe and recipe.trial and listed and verdict.family in ("walks", "order", "filters"):
        return "it shows on a walk of several pages, of which the file holds some"
    return None


def _by_another_link(answers: Sequence[Exchange], wrong: Sequence[Place]) -> bool:
    """Whether the link that was followed first does not lead to the last answer: a link of another page does."""
    link = value_at(answers[0], wrong[0])
    followed = len(answers) > 1 and wrong[0].exchange == 0 and tokens(wrong[0].pointer or "")[:1] == ("_links",)
    return followed and isinstance(link, str) and parameters_of(link) != parameters_of(answers[-1].url)


def _beginning(request: Request) -> Request:
    """The request of the walk's first page."""
    url = urlsplit(request.url)
    pairs = [each for each in url.query.split("&") if not each.startswith("cursor=")]
    return replace(request, url=url._replace(query="&".join(pairs)).geturl())


def _walk_test(verdict: Verdict, answers: Sequence[Exchange]) -> Iterator[str]:
    """What is missing is the ids at the places in the first answer; they have to be on the other walk."""
    missing = [str(value_at(answers[0], each)) for each in verdict.places(0) if each.pointer]
    yield f"def {_name(verdict)}():"
    yield "    wanted = ["
    yield from (f"        {literal(each)}," for each in missing)
    yield "    ]"
    yield f"    found = walk(*REQUESTS[0][1:], {literal(verdict.listing)})"
    yield "    missing = [each for each in wanted if each not in map(str, found)]"
    yield "    assert missing == [], __doc__"


def _name(verdict: Verdict) -> str:
    """The name of the test."""
    return "test_" + re.sub("[^a-z0-9]+", "_", f"{verdict.clause} of {verdict.listing}".lower()).strip("_")


def _docstring(verdict: Verdict, clauses: Clauses) -> Iterator[str]:
    clause = clauses.get(verdict.clause)
    source = clause.source if clause and clause.source else "the description is silent"
    first, *rest = _wrapped(f"{verdict.clause} ({verdict.listing}): {verdict.statement}.")
    yield f'"""{first}'
    yield from (*rest, "")
    for line in (f"Source: {source}", f"Expected: {verdict.expected}", f"Actual: {verdict.actual}"):
        yield from _wrapped(line)
    yield '"""'


def _wrapped(text: str) -> list[str]:
    """A text as lines of a docstring: printable, without quotes or backslashes that mean something."""
    shown = "".join(each if visible(each) else each.encode("unicode_escape").decode() for each in text)
    cut = shown if len(shown) <= MOST_WORDS else f"{shown[:MOST_WORDS]}..."
    return [
        line.replace("\\", "\\\\").replace('"', "'") for line in textwrap.wrap(cut, WIDTH, break_on_hyphens=False)
    ] or ["-"]


def literal(text: str) -> str:
    """A string literal of a text, on one line, with the quotes that formatters choose."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    inside = repr(f"{text}'\"")[1:-1].removesuffix("\\'\"").replace("\\'", "'")
    return quote + inside.replace(quote, f"\\{quote}") + quote


def _requests(requests: Sequence[Request]) -> Iterator[str]:
    yield "REQUESTS = ["
    for each in requests:
        yield "    ("
        yield f"        {literal(each.method)},"
        yield f"        {literal(each.url)},"
        yield from _headers(dict(each.headers))
        yield "    ),"
    yield "]"


def _headers(headers: Mapping[str, str]) -> Iterator[str]:
    if not headers:
        yield "        {},"
        return
    yield "        {"
    for name, value in headers.items():
        yield f"            {literal(name)}: {_header(value)},"
    yield "        },"


def _header(value: str) -> str:
    found = VARIABLE.fullmatch(value)
    if found is None:
        return literal(value)
    variable = f'os.environ["{found[1]}"]'
    return f'"Bearer " + {variable}' if value.startswith("Bearer ") else variable


def _test(verdict: Verdict, answers: Sequence[Exchange], wrong: Sequence[Place]) -> Iterator[str]:
    yield f"def {_name(verdict)}():"
    yield "    answers = [ask(*each) for each in REQUESTS]"
    if len(wrong) == 1 and wrong[0] == Place(wrong[0].exchange):
        index = wrong[0].exchange
        yield f"    assert answers[{index}].status_code {_right(verdict, answers[index].status)}, __doc__"
        return
    yield "    seen = ["
    yield from (f"        {each}," for place in wrong for each in _look(answers[place.exchange], place))
    yield "    ]"
    yield "    wrong = ["
    yield from (f"        {_seen(answers[place.exchange], place)}," for place in wrong)
    yield "    ]"
    yield "    assert seen != wrong, __doc__"


def _right(verdict: Verdict, status: int) -> str:
    """The condition that a right status meets, as code."""
    if verdict.clause.startswith("auth."):
        return "== 401"
    return f"< {SERVER_ERROR}" if status >= SERVER_ERROR else f"!= {status}"


def _look(answer: Exchange, place: Place) -> Iterator[str]:
    """The code that gives what is at a place now, without its last comma."""
    name = f"answers[{place.exchange}]"
    if place.header is not None:
        yield f"{name}.headers.get({literal(place.header)})"
    elif place.pointer is None:
        yield f"{name}.status_code"
    else:
        steps = [each if isinstance(each, int) else literal(each) for each in _path(answer, place.pointer)]
        line = f"at({', '.join([name, *map(str, steps)])})"
        inside = ",\n".join(f"            {each}" for each in (name, *steps))
        yield line if len(line) < WIDTH - 8 else f"at(\n{inside},\n        )"


def _seen(answer: Exchange, place: Place) -> str:
    """What was recorded at a place, as code."""
    if place.header is not None:
        return repr(None) if place.header not in answer.headers else literal(answer.headers[place.header])
    if place.pointer is None:
        return str(answer.status)
    return literal(recorded(answer.body, _path(answer, place.pointer)))


def _path(answer: Exchange, pointer: str) -> list[str | int]:
    """The steps of a pointer: indexes into lists, names into objects."""
    value, steps = answer.json, list[str | int]()
    for token in tokens(pointer):
        step = int(token) if isinstance(value, list) and token.isdecimal() else token
        steps.append(step)
        try:
            value = value[step]
        except (LookupError, TypeError):
            value = None
    return steps


def recorded(body: bytes, path: Sequence[str | int]) -> str:
    """What `at` in the test makes of a body."""
    try:
        value = json.loads(body)
        for step in path:
            value = value[step]
    except (ValueError, LookupError, TypeError):
        return "nothing"
    if isinstance(value, list):
        value = [each.get("id") if isinstance(each, dict) else each for each in value]
    text = json.dumps(value, sort_keys=True)
    return text if len(text) <= MOST_JSON else f"{text[:MOST_JSON]}... {zlib.crc32(text.encode())}"
