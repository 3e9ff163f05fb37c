"""False alarms: runs over mocks that keep the contract in unusual ways, of which every one must end green."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from random import Random
from typing import TYPE_CHECKING

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.crawl.cache import Choices
from contracts.crawl.profiles import PROFILES
from contracts.evidence import BACK_STRADDLED, STRADDLED
from contracts.findings.verdicts import Outcome
from contracts.mock import ODDITIES, Settings, build
from contracts.paging.listings import LISTINGS
from contracts.selftest.in_process import now, verification

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from contracts.findings.families import Clauses
    from contracts.findings.verdicts import Verdict

TOKEN = "Alarms-token-5"  # noqa: S105 - the mock's
OTHER_TOKEN = "Another-alarms-token-7"  # noqa: S105 - likewise


@dataclass(frozen=True)
class Case:
    """A legal mock: which oddities it has, which and how many data, whether they move, and the seed of the run.

    `pinned` are the indexes of the conversations that are read; none for a sample.
    """

    oddities: tuple[str, ...] = ()
    data: int = 1
    seed: int = 1
    writes: float = 0.0
    profile: str = "default"
    conversations: int = Settings().conversations
    users: int = Settings().users
    events: tuple[int, int] | None = None
    pinned: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """The case in one word or a few."""
        what = "+".join(self.oddities) or "correct"
        moving = f", {self.writes:g} writes a second" if self.writes else ""
        usual = (self.conversations, self.users) == (Settings().conversations, Settings().users)
        sizes = "" if usual else f", {self.conversations:,} conversations, {self.users:,} users"
        sizes += f", {self.events[0]:,} to {self.events[1]:,} events in each" if self.events else ""
        return f"{what}, data {self.data}, seed {self.seed}{moving}{sizes}"

    @property
    def allowed(self) -> frozenset[str]:
        """The SHOULD clauses that its oddities break."""
        return frozenset(should for name in self.oddities for should in ODDITIES[name].should)


@dataclass(frozen=True)
class Alarm:
    """What a run over a legal mock condemned: nothing, where the suite is right.

    `unwatched` are the listings that were not walked in both orders, by next and by prev, while data were added.
    """

    case: Case
    condemned: tuple[str, ...]
    undecided: tuple[str, ...]
    held: int
    requests: int
    seconds: float
    unwatched: tuple[str, ...] = ()


def sound(case: Case, clauses: Clauses = CONVERSATION_CLAUSES) -> Alarm:
    """Run clauses over a legal mock; whatever it violates, beside the SHOULD that its oddities may, is a false alarm."""
    began = time.monotonic()
    settings = Settings(
        seed=case.data,
        conversations=case.conversations,
        users=case.users,
        events_per_conversation=case.events,
        oddities=case.oddities,
        token=TOKEN,
        tenants=(OTHER_TOKEN,),
        writes_per_second=case.writes,
        started=now(),
    )
    pinned = tuple(map(build(settings).conversation_id, case.pinned))
    run = verification(settings, clauses, Choices(case.seed, PROFILES[case.profile], pinned))
    verdicts = run.run()
    condemned = tuple(
        f"{each.clause} ({each.listing}) {each.verdict}: {each.actual or each.reason}"
        for each in verdicts
        if each.verdict in (Outcome.VIOLATED, Outcome.ERROR)
        and not (each.level == "SHOULD" and each.clause in case.allowed)
    )
    undecided = tuple(
        f"{each.clause} ({each.listing}): {each.reason}" for each in verdicts if each.verdict == Outcome.UNDECIDED
    )
    held = sum(each.verdict == Outcome.HELD for each in verdicts)
    sent = run.target.session.sent
    return Alarm(case, condemned, undecided, held, sent, round(time.monotonic() - began, 1), unwatched(verdicts))


def unwatched(verdicts: Iterable[Verdict]) -> tuple[str, ...]:
    """The listings that were not walked in both orders, by next and by prev, while data were added."""
    walked = Counter(
        {
            (each.listing, count.many): count.count
            for each in verdicts
            for count in each.evidence
            if each.clause in ("walks.complete", "walks.backward")
        }
    )
    ways, orders = (STRADDLED.many, BACK_STRADDLED.many), 2
    return tuple(each.name for each in LISTINGS if any(walked[each.name, way] < orders for way in ways))


def singles() -> Iterator[Case]:
    """Each oddity alone."""
    return (Case((name,)) for name in ODDITIES)


def pairs(count: int, seed: int) -> list[Case]:
    """Random pairs of oddities, on other data."""
    random = Random(seed)  # noqa: S311 - a choice of tests, repeated by the seed
    every = list(combinations(ODDITIES, 2))
    return [Case(pair, data=random.randrange(1000), seed=seed) for pair in random.sample(every, count)]


def seeds(count: int) -> Iterator[Case]:
    """The correct mock, over seeds of data and of choices."""
    return (Case(data=number, seed=1000 + number) for number in range(count))


def sizes() -> Iterator[Case]:
    """The correct mock with nothing, with a little, with just one page or just more, and with thousands."""
    counts = ((0, 0), (1, 1), (2, 10), (10, 11), (11, 100), (101, 2), (100, 101), (3000, 30), (60, 3000))
    return (Case(conversations=many, users=more, seed=many + more) for many, more in counts)


def long(count: int, seed: int) -> Iterator[Case]:
    """Listings that nobody reads whole: ten million conversations, a million events, alone, moving, and with oddities."""
    random = Random(seed)  # noqa: S311 - a choice of tests, repeated by the seed
    many = 10_000_000
    yield Case(conversations=many, users=1000)
    yield Case(conversations=many, writes=20.0)
    yield Case(conversations=3, events=(1_000_000, 1_000_000))
    yield Case(conversations=many, events=(0, 100_000), writes=20.0, profile="quick")
    for names in (random.sample(list(ODDITIES), 2) for _ in range(count)):
        yield Case(tuple(names), conversations=many, events=(0, 20_000), seed=seed, profile="quick")


def moving(count: int, writes: float = 20.0) -> Iterator[Case]:
    """The correct mock while it is written to; two of the conversations that are read are written to."""
    return (Case(data=number, seed=2000 + number, writes=writes, pinned=(2, 0, 1, 7)) for number in range(count))
