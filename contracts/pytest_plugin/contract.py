"""One run of the contract tests in a process: its target, by what the options say, and what was found out."""

from __future__ import annotations

import os
import secrets
import time
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.crawl.cache import Choices
from contracts.crawl.profiles import PROFILES
from contracts.findings.verdicts import Verdict
from contracts.findings.waivers import outlived, past
from contracts.pytest_plugin.evaluation import Evaluation, counted, watching
from contracts.pytest_plugin.interruption import Interruption, attend
from contracts.pytest_plugin.parts import Folder
from contracts.pytest_plugin.progress import repeating
from contracts.pytest_plugin.records import Records
from contracts.pytest_plugin.rerun import Rerun, seed_again
from contracts.pytest_plugin.target import target_of
from contracts.reporting import Run, write
from contracts.reporting.coverage import added
from contracts.reporting.deviations import deviations
from contracts.reporting.outcome import ordered
from contracts.reporting.run import failing
from contracts.reporting.shards import combined
from contracts.runner.configuration import paced, placed
from contracts.runner.settings import AUTO
from contracts.runner.verification import Verification
from contracts.transport import Target

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pytest

    from contracts.findings.verdicts import Pair, Verdict
    from contracts.findings.waivers import Waiver
    from contracts.pytest_plugin.parts import Part

EVERY = 1.0
"""Seconds after which what is known so far is kept again."""


class Contract:
    """One run of the contract tests in this process: what it verifies, and what was found out."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.resources = ExitStack()
        config.add_cleanup(self.resources.close)  # however the run ends: nothing that it started may outlive it
        self.parts: list[Part] = []
        self.found: list[Verdict] = []
        self.seconds: dict[Pair, float] = {}
        self.interruption = Interruption()
        config.add_cleanup(self.interruption.install())
        if self.worker_input:
            self.interruption.defer()
        self.interrupted = False
        self.lost: list[str] = []
        self.evaluation: Evaluation | None = None
        self.saved = time.monotonic()
        names = (name for names in config.getoption("clauses") for name in names.split(",") if name)
        self.clauses = CONVERSATION_CLAUSES.select(names)
        target = target_of(config, self.worker_input, self.resources)
        self.budget: int | None = config.getoption("max_requests") or target.access.pace.budget
        self.known = paced(target, config.getoption("rate"), self.share, self.ledger)
        self.past = past(self.known.waivers, datetime.now(UTC).date())
        self.waivers = tuple(each for each in self.known.waivers if each not in self.past)
        self.verification = Verification(
            Target(self.known.base_url, self.known.access),
            self.clauses,
            self.choices(),
            self.known.unsafe or bool(config.getoption("unsafe_methods")),
            config.getoption("max_pages"),
            self.waivers,
        )
        self.verification.target.served = self.worker_input.get("served", "")
        first = self.worker_input.get("first", os.getpid())
        self.records = Records(self.verification.target, self.clauses.description, config.getoption("har"), first)
        if not self.worker_input:
            config.add_cleanup(self.records.drop)

    def choices(self) -> Choices:
        """What the command line decides."""
        option = self.config.getoption
        seed = option("contract_seed")
        if seed is None:  # all processes of a run take the seed that the first one draws
            seed = self.worker_input.get("seed", secrets.randbelow(10**6))
        return Choices(seed, PROFILES[option("profile")], tuple(option("conversation")))

    @cached_property
    def worker_input(self) -> Mapping[str, Any]:
        """What the first process tells a worker of pytest-xdist."""
        return dict(getattr(self.config, "workerinput", {}).get("contract") or {})

    @cached_property
    def pairs(self) -> set[Pair]:
        """The clauses and listings that this run, or this part of one, decides."""
        share: set[Pair] = self.config.getoption("shard").share(self.clauses.pairs)
        return share

    @property
    def share(self) -> int | None:
        """The requests that this process may send: a worker so many for each listing that it is given, one is the probe."""
        if self.budget is None or not self.worker_input:
            return self.budget
        return max(1, (self.budget - 1) // len({listing for _, listing in self.clauses.pairs}))

    @cached_property
    def ledger(self) -> Path | None:
        """The file where the processes of a run keep their rate and budget; none where there is one process."""
        if self.worker_input:
            return Path(self.worker_input["ledger"])
        if self.config.getoption("dist", "no") == "no":
            return None
        return Path(self.resources.enter_context(TemporaryDirectory(prefix="contracts-"))) / "ledger"

    @cached_property
    def folder(self) -> Folder | None:
        """Where the processes of a run put what they found; none where there is one process."""
        return Folder(self.ledger.parent) if self.ledger else None

    @property
    def run(self) -> Run:
        """What is said of the run as a whole."""
        info = self.clauses.description.effective["info"]
        counts = [counted(self.verification.target.session), *(each.counted for each in self.parts if each.process)]
        began = min((each.began for each in self.parts), default=0.0)
        total = {name: sum(each[name] for each in counts) for name in counts[0]}
        met = [each for each in self.found if each.clause == "events.all-variants-seen" and each.evidence]
        return Run(
            self.verification.target.base_url,
            f"{info['title']} {info['version']}",
            self.verification.choices.seed,
            self.verification.choices.profile.name,
            round(total["sent"]),
            round(max((each.ended for each in self.parts if each.ended), default=began) - began, 2),
            round(total["waited"], 2),
            self.interrupted,
            next((each.read for each in self.parts if each.read), ""),
            tuple(dict.fromkeys(tail for each in self.parts for tail in each.tails)),
            {each.one: each.count for each in met[0].evidence} if met else {},
            round(total["retried"]),
            round(total["held"], 1),
            self.budget,
            self.outlived,
            name=self.known.name,
            fail_on_should=self.config.getoption("fail_on_should"),
            require_exercised=self.config.getoption("require_exercised"),
            fill=self.verification.target.fill,
            severed=round(total["severed"]),
            refused=round(total["refused"]),
            given_up=tuple(dict.fromkeys(reason for each in self.parts for reason in each.given_up)),
            plain=added(*(each.plain for each in self.parts)),
            **self.records.said(began, [each.coverage for each in self.parts if each.process]),
        )

    @property
    def deviations(self) -> str:
        """What would excuse what was found, as TOML; empty where nothing is to be excused."""
        file = Path(self.config.getoption("targets") or self.config.rootpath / "pyproject.toml")
        return deviations(
            self.run, ordered(self.found, self.clauses), datetime.now(UTC).date(), placed(self.known.said, file.parent)
        )

    @property
    def outlived(self) -> tuple[str, ...]:
        """Deviations to be removed: those that a run found nothing of, and those whose day is over."""
        over = [f"{each}: its day, {each.until}, is over" for each in self.past]
        if self.interrupted or self.gone:
            return tuple(over)
        asked = [each for each in self.waivers if self._places(each) <= self.seconds.keys()]
        return (*over, *(f"{each}: it was looked for and not met" for each in outlived(asked, self.found)))

    def _places(self, deviation: Waiver) -> set[Pair]:
        """The clauses and listings that a deviation is about; one part of a run may have only some of them."""
        names = [each.name for each in CONVERSATION_CLAUSES[deviation.clause].listings]
        return {(deviation.clause, name) for name in names if deviation.listing in (None, name)}

    @property
    def gone(self) -> bool:
        """Whether the target was found gone."""
        return self.verification.target.session.gone or any(each.gone for each in self.parts)

    def evaluate(self, pairs: Collection[Pair]) -> None:
        """Decide clauses and listings, in turns with the other processes of the run, and learn what came of all.

        What another shard decides is watched too: it takes all shards to know what is violated.
        """
        others = self.clauses.pairs - self.pairs
        witnesses = Rerun.wanted(self.config).of(pairs)
        self.verification = watching(self.verification, {*pairs, *others, *witnesses})
        process = self.config.workerinput["workerid"] if self.worker_input else ""  # type: ignore[attr-defined]
        self.evaluation = Evaluation(
            self.verification,
            pairs,
            witnesses,
            process,
            self.interruption.begin,
            self._after,
            self.records.coverage,
            self.records.progress,
        )
        if progress := self.records.progress:
            progress.total = len(pairs)
        try:
            self.interruption.begin()
            if self.folder:
                attend(self, self.folder)
                self.evaluation.together(self.folder)
            else:
                self.evaluation.alone()
        except KeyboardInterrupt:
            self._cut()
        finally:
            self.verification.end()
        if self.worker_input:
            self.interruption.notice()  # what is left is to report
        self.gather()

    def _cut(self) -> None:
        """Go on with what was found so far, in all processes."""
        self.interruption.notice()
        if self.folder and self.evaluation:
            self.folder.interrupt(self.interruption.reason)
            self.evaluation.cut(self.folder)

    @property
    def cause(self) -> str:
        """Why the run ends early; empty where it does not."""
        if self.interruption.reason:
            return f"{self.interruption.reason}; what was found by then is reported"
        if self.folder and self.folder.interrupted:
            return f"{self.folder.interrupted} of a worker; what was found by then is reported"
        return f"lost the process {', '.join(self.lost)}; what the others found is reported" if self.lost else ""

    def reseed(self) -> None:
        """With `--lf`, choose as the run did that failed, unless a seed is given."""
        if (seed := seed_again(self.config)) is not None:
            self.config.option.contract_seed = seed
            self.verification = replace(self.verification, choices=self.choices())

    def spread(self) -> None:
        """Settle how many requests are sent at once: as many as is said, or what the target's answers tell."""
        said = self.worker_input.get("workers") or self.config.getoption("workers")
        workers = self.verification.at_once() if said == AUTO else said
        self.verification = replace(self.verification, workers=workers)

    def remember(self) -> None:
        """Leave for `--lf` what it takes to see again what is violated."""
        seed = self.verification.choices.seed
        Rerun.read(self.config).after(seed, self.seconds.keys(), self.parts).save(self.config)

    def _after(self, verdict: Verdict) -> bool:
        """Keep what is known so far; say whether to go on."""
        if time.monotonic() - self.saved >= EVERY:
            self.saved = time.monotonic()
            self.save()
        gone, enough = self.verification.target.session.gone, bool(self.failing([verdict])) and self._enough()
        if self.folder and (gone or enough):
            self.folder.stop()
        return not enough and (gone or not (self.folder and self.folder.stopped))

    def failing(self, verdicts: Collection[Verdict]) -> list[Verdict]:
        """The verdicts that fail their tests."""
        return failing(
            verdicts, **{name: self.config.getoption(name) for name in ("fail_on_should", "require_exercised")}
        )

    def _enough(self) -> bool:
        """Whether as many tests will fail as `-x` or `--maxfail` allows: what would come then is not evaluated."""
        most: int = self.config.getoption("maxfail") or 0
        return most > 0 and self.evaluation is not None and len(self.failing(self.evaluation.verdicts)) >= most

    def gather(self) -> None:
        """Learn what all processes found so far, and make one verdict of each clause and listing of it."""
        own = [self.evaluation.part()] if self.evaluation else []
        self.parts = self.folder.parts() if self.folder else own
        self.found = combined((verdict for each in self.parts for verdict in each.verdicts), self.clauses)
        self.seconds = {(clause, listing): taken for each in self.parts for clause, listing, taken in each.decided}

    def save(self) -> None:
        """Keep what is known so far: a worker for the other processes, the first process in the verdict file."""
        if self.worker_input:
            assert self.folder
            assert self.evaluation
            self.folder.write(self.evaluation.part())
        elif file := self.config.getoption("verdicts"):
            self.gather()
            with suppress(OSError):  # it is said at the end
                write(Path(file), replace(self.run, interrupted=True), self.found)

    def follow(self) -> None:
        """In the process that only listens to others: say how far they are, and keep what they found."""
        assert self.folder
        self.interruption.followed(self.folder)
        self.resources.callback(repeating(self._look, EVERY))

    def _look(self) -> None:
        before = self.parts
        self.gather()
        if self.records.progress:
            self.records.progress.follow(self.parts)
        if self.parts != before:
            self.save()
