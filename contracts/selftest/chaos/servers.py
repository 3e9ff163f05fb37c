"""A misbehaving server as a case: a run over it, with every report that there is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from contracts.mock import Settings
from contracts.selftest.chaos.cases import Bound, Case, Found, Place
from contracts.selftest.chaos.expected import Expected
from contracts.selftest.chaos.server import serving
from contracts.selftest.chaos.traces import TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from contracts.mock.queries import Answer
    from contracts.selftest.chaos.scripts import Asked, Step, Where

WHOLE = Settings(token=TOKEN)
SMALL = Settings(token=TOKEN, conversations=14, users=23)
HUGE = Bound(seconds=60.0, megabytes=300.0)
"""What an answer that is huge may cost."""

ALL_LISTINGS = ("conversations", "users", "members", "events")
OTHERS = ("conversations", "members", "events")
"""The listings that are judged where only the users are bad."""

UNDECODABLE = Expected(violated=("pages.decodable",), judged=OTHERS)
"""What must come of users whose status and headers came, and whose body does not fit them."""

OUTER = ("conversations", "users")
"""The listings that are judged where only one conversation is bad."""


@dataclass(frozen=True)
class Server:
    """A misbehaving server.

    Attributes:
        kind: what it is one of.
        name: how it misbehaves.
        where: which answers it distorts.
        script: what it does instead.
        expected: what a run over it must come to.
        whole: whether it is verified with every clause at the default profile, over the mock's usual data.
        bound: what the run may take.
        quick: whether the run ends within seconds.
        clauses: what a run that is not whole is limited to; empty for every clause.
    """

    kind: str
    name: str
    where: Where
    script: Callable[[Asked, Answer], Iterable[Step]] = field(repr=False)
    expected: Expected = field(default_factory=Expected)
    whole: bool = False
    bound: Bound = field(default_factory=Bound)
    quick: bool = False
    clauses: str = ""

    def case(self) -> Case:
        """It as a case."""
        return Case(self.kind, f"{self.name}/{self.where.name}", self.run, self.bound, self.quick and not self.whole)

    def run(self, place: Place) -> Found:
        """Verify it, and make the reports that are made of the verdicts."""
        words = ["--verdicts=v.json", "--har=h.har", "--junit-xml=j.xml", f"--seed={place.seed}"]
        words += [] if self.whole else ["--profile=quick", *([f"--clauses={self.clauses}"] if self.clauses else [])]
        with serving(WHOLE if self.whole else SMALL, self.where, self.script) as (url, hostile):
            ended = place.command(["verify", url, *words])
            strays = tuple(f"{name[:20]} was sent to another origin" for name in hostile.strays[:1])
        verdicts = place.work / "v.json"
        problems = [*self.expected.problems(ended, verdicts)]
        if ended.code is not None and verdicts.exists():
            made = place.command(
                ["report", "matrix", "v.json", "--html", "again.html", "--markdown", "again.md"], "matrix", 30.0
            )
            problems += [f"report matrix ends with {made.code}"] if made.code != 0 else []
        return Found(ended, tuple(problems), strays)
