"""What the kinds of evidence ask of a mock and what they make of it, as text that can be compared and read.

`python -m tests.suite.gathering` writes it anew: read the difference before it is committed.
"""

from __future__ import annotations

import re
import sys
from dataclasses import fields, is_dataclass, replace
from functools import partial, singledispatch
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.crawl.cache import Choices
from contracts.crawl.profiles import PROFILES
from contracts.findings.counts import Words
from contracts.mock import Settings
from contracts.paging.exchanges import Exchange
from contracts.paging.listings import LISTINGS
from contracts.paging.pages import Answer, Page
from contracts.paging.walks import Walk
from contracts.runner.gathering import Gathering
from contracts.selftest.in_process import BASE_URL, verification

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from contracts.crawl.profiles import Profile
    from contracts.findings.clause import EvidenceKind

SAME = frozenset({"User-Agent", "Accept-Encoding", "Accept", "Connection", "X-Schemathesis-TestCaseId"})
LONGEST = 110
FOLDER = Path(__file__).parent / "gathered"
CONVERSATIONS, USERS = 9, 25
MOCKS = {
    "correct": Settings(conversations=CONVERSATIONS, users=USERS, token="one", tenants=("two",)),  # noqa: S106 - the mock's
    "without-identities": Settings(2, conversations=3, users=40, events_per_conversation=(0, 30)),
    "faulty": Settings(
        3,
        conversations=14,
        users=23,
        faults=(
            "last-one-lost-under-descending",
            "start-id-lost-under-descending",
            "milliseconds-demanded",
            "prev-from-the-last-page",
            "type-shows-twelve",
            "cut-cursor-fails",
        ),
    ),
    "endless": Settings(4, conversations=5, users=12, faults=("constant-page",)),
    "two-of-each": Settings(
        5,
        conversations=2,
        users=2,
        members_per_conversation=(2, 2),
        events_per_conversation=(2, 2),
        token="one",  # noqa: S106 - the mock's
        tenants=("two",),
        oddities=("size-bound-to-the-cursor", "foreign-things-forbidden"),
    ),
    "bounds": Settings(6, conversations=8, users=9, faults=("dates-ignored-under-descending", "leap-day-fails")),
    "losing": Settings(7, conversations=6, users=21, faults=("exact-multiple-cut", "descending-skips-on-every-page")),
    "shared": Settings(
        9,
        conversations=3,
        users=12,
        token="one",  # noqa: S106 - the mock's
        tenants=("two",),
        oddities=(
            "conversations-in-common",
            "empty-page-at-the-end",
            "other-conversation-ids",
            "finer-than-milliseconds-refused",
        ),
    ),
    "long": Settings(8, conversations=230, users=8, members_per_conversation=(0, 6), events_per_conversation=(0, 240)),
}
"""Small mocks, by the name of the file that tells what is asked of them: right, and wrong so that more is looked at."""

QUICK = PROFILES["quick"]
LOOKED_AT = {
    "shared": replace(QUICK, thorough=2, hops=4),
    "long": replace(QUICK, complete_pages=1, tail=1, sample=8),
}
"""How thoroughly, where that is not the quick profile: more conversations and pages, and of long listings the tail."""


def kinds() -> list[EvidenceKind]:
    """The kinds of evidence that are planned, in the order of the clauses; what is drawn follows no plan."""
    clauses = CONVERSATION_CLAUSES.values()
    found = [kind for clause in clauses for kind in (*clause.reads, *(part.kind for part in clause.parts))]
    return [kind for kind in dict.fromkeys(found) if kind.trials is not None and not _drawn(kind.trials)]


def _drawn(plan: Callable[..., object]) -> bool:
    """Whether Hypothesis or Schemathesis chooses what is asked; it also looks at every literal of the project for that."""
    inner = plan.func if isinstance(plan, partial) else plan
    return inner.__module__.rpartition(".")[2] in ("property_based", "schemathesis")


def told(settings: Settings, profile: Profile = QUICK) -> str:
    """Each request and each observation of a whole gathering, by kind and listing; a request with its answer in brief."""
    return "\n".join(map(_short, _lines(settings, profile))) + "\n"


def _short(line: str) -> str:
    """A line as long as one reads, with a hash of all of it in place of the rest."""
    return line if len(line) <= LONGEST else f"{line[:LONGEST]} … {sha256(line.encode()).hexdigest()[:8]}"


def _lines(settings: Settings, profile: Profile) -> Iterator[str]:
    run = verification(settings, CONVERSATION_CLAUSES, Choices(1, profile))
    asked: list[str] = []
    send = run.cache.crawler.send

    def sending(method: str, url: str, **more: Any) -> Exchange:
        exchange = send(method, url, **more)
        asked.append(f"  {_exchange(exchange)}{_otherwise(more)}")
        return exchange

    run.cache.crawler.send = sending
    gathering = Gathering()
    for kind in kinds():
        for listing in LISTINGS:
            yield f"{kind.many}, {listing}"
            for trial, outcome in gathering.outcomes(kind, listing, run.cache):
                yield from asked
                asked.clear()
                yield f"  - {_plainly(trial.name) if trial else 'no trial'}: {_described(outcome)}"


def _exchange(exchange: Exchange) -> str:
    return f"{_request(exchange)} {exchange.status} {_items(exchange)}".rstrip()


def _request(exchange: Exchange) -> str:
    """Method and URL, without the words of a cursor; short, for thousands of them are kept."""
    return _plainly(f"{exchange.method} {exchange.url}")


def _plainly(text: str) -> str:
    """A text that holds a URL, in short: an id by its last digits, no cursor, no origin."""
    text = re.sub(r"\b[A-Z]{3}-[0-9a-f-]{26,30}", "", text.replace(BASE_URL, "").removeprefix("GET "))
    text = re.sub(r"\bcursor=[^&#\s]+", "cursor=…", text)
    return text.replace("page_size", "size").replace("order=", "").replace("%3A", ":")


def _otherwise(more: dict[str, Any]) -> str:
    """How a request differs from one that only names a URL; what Schemathesis adds to each is left out."""
    headers = {name: value for name, value in (more.get("headers") or {}).items() if name not in SAME}
    return "".join(f" {word!r}" for word in (headers, more.get("credential")) if word not in ({}, None))


def _items(exchange: Exchange) -> str:
    """What items an answer holds: which first, which last, and how many."""
    body = exchange.json
    for listing in LISTINGS:
        found = body.get("_embedded", {}).get("data", {}).get(listing.name) if isinstance(body, dict) else None
        if found:
            return f"{str(found[0]['id'])[-6:]}..{str(found[-1]['id'])[-6:]} ({len(found)})"
    return ""


@singledispatch
def _described(value: object) -> str:
    """A value in a few words: its fields, pages and walks by what was asked."""
    if not is_dataclass(value):
        return re.sub(r" at 0x[0-9a-f]+", "", _plainly(repr(value)))
    said = {field.name: getattr(value, field.name) for field in fields(value)}
    parts = (f"{name}={_described(each)}" for name, each in said.items() if each or each is False)
    return f"{type(value).__name__}({', '.join(parts)})"


@_described.register
def _(value: Exchange) -> str:
    return f"<{_request(value)}>"


@_described.register
def _(value: Answer | Page) -> str:
    return _described(value.exchange)


@_described.register
def _(value: Walk) -> str:
    return f"<{_plainly(str(value))}: {len(value.pages)} pages, {len(value.ids)} items>"


@_described.register
def _(value: Exception) -> str:
    return f"{type(value).__name__} {value}"


@_described.register
def _(value: Words) -> str:
    return value.many


@_described.register
def _(value: dict) -> str:  # type: ignore[type-arg]  # a class to dispatch on
    return "{" + ", ".join(f"{_described(key)}: {_described(each)}" for key, each in value.items()) + "}"


@_described.register
def _(value: set | frozenset) -> str:  # type: ignore[type-arg]
    return "{" + ", ".join(sorted(map(_described, value))) + "}"


@_described.register
def _(value: tuple | list) -> str:  # type: ignore[type-arg]
    return "[" + ", ".join(map(_described, value)) + "]"


if __name__ == "__main__":
    for name, settings in MOCKS.items():
        text = told(settings, LOOKED_AT.get(name, QUICK))
        (FOLDER / f"{name}.txt").write_text(text)
        sys.stdout.write(f"{name}: {text.count(chr(10)):,} lines\n")
