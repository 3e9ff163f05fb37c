"""Several things at once: outcomes come in order, what was seen is noted where it was needed, and nothing is lost."""

from __future__ import annotations

import gc
import threading
import time
import traceback
import weakref
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.crawl.cache import Choices
from contracts.crawl.crawler import Lacking
from contracts.crawl.knowledge import Memo
from contracts.crawl.profiles import PROFILES
from contracts.crawl.together import Crew, EndedError, Job, Notes, ranked, see, taking
from contracts.mock import Settings
from contracts.selftest.in_process import verification

if TYPE_CHECKING:
    from contracts.findings.verdicts import Verdict


def until(holds: Any) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_what_was_seen_is_read_in_the_order_of_one_after_the_other(workers: int) -> None:
    crew, memo, notes = Crew(workers), Memo[str, str](), Notes()

    def shared() -> str:
        see("shared")
        return "value"

    def work(number: int) -> int:
        see(f"{number} begins")
        memo.once("key", shared)
        see(f"{number} ends")
        return number

    with taking(notes):
        jobs = [crew.take_over(lambda number=number: work(number)) for number in range(3)]  # type: ignore[misc]
        assert [job.outcome() for job in jobs] == [0, 1, 2]
    expected = ["0 begins", "shared", "0 ends", "1 begins", "1 ends", "2 begins", "2 ends"]
    assert (list(notes.read()), list(notes.read())) == (expected, [])
    crew.end()


def test_as_many_jobs_are_under_way_as_there_are_workers() -> None:
    crew, meeting = Crew(4), threading.Barrier(5, timeout=20)
    jobs = [crew.take_over(meeting.wait) for _ in range(4)]
    meeting.wait()
    assert sorted(job.outcome() for job in jobs) != []
    crew.end()


def test_what_is_wanted_first_is_done_first_with_all_that_it_takes() -> None:
    crew, go, done = Crew(2), threading.Event(), list[str]()

    def part(name: str) -> None:
        done.append(name)

    def whole(name: str) -> None:
        for number in range(3):
            crew.take_over(lambda number=number: part(f"{name}{number}"))  # type: ignore[misc]

    both = [crew.take_over(lambda: go.wait(20)) for _ in range(2)]
    for rank, name in ((2, "b"), (1, "a")):
        with ranked(rank):
            crew.take_over(lambda name=name: whole(name))  # type: ignore[misc]
    go.set()
    assert all(job.outcome() for job in both)
    until(lambda: len(done) == 6)
    assert {*done[:3]} == {"a0", "a1", "a2"}
    crew.end()


def test_one_worker_does_nothing_before_it_is_asked_for() -> None:
    done: list[int] = []
    job = Crew(1).take_over(lambda: done.append(1))
    assert done == []
    job.outcome()
    assert done == [1]


def test_an_error_is_raised_where_the_outcome_is_asked_for_each_time() -> None:
    job = Crew(2).take_over(lambda: 1 // 0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            job.outcome()


def test_a_job_that_waits_for_another_does_it_itself() -> None:
    """Otherwise two workers would wait for jobs that stand behind them in the queue."""
    crew = Crew(2)

    def outer(number: int) -> int:
        return crew.take_over(lambda: number).outcome()

    assert [job.outcome() for job in [crew.take_over(lambda n=n: outer(n)) for n in range(50)]] == list(range(50))  # type: ignore[misc]
    crew.end()


def test_nothing_begins_while_a_crew_stands_still() -> None:
    crew, begun, go = Crew(2), [], threading.Event()
    first = crew.take_over(lambda: (begun.append(1), go.wait(20)))
    until(lambda: begun == [1])
    threading.Timer(0.05, go.set).start()
    with crew.standing_still():
        assert first.ended  # it came to its end before
        crew.take_over(lambda: begun.append(2))
        time.sleep(0.05)
        assert begun == [1]
    until(lambda: begun == [1, 2])
    crew.end()


def test_what_is_under_way_comes_no_further_once_a_crew_has_ended() -> None:
    crew = Crew(2)
    send = crew.while_working(lambda: "answer")
    assert send() == "answer"
    crew.end()
    with pytest.raises(EndedError):
        send()


def test_a_memo_works_a_key_out_once_for_all_threads() -> None:
    memo, made = Memo[int, int](), Counter[int]()

    def make() -> int:
        made[1] += 1
        time.sleep(0.02)
        return 5

    crew = Crew(8)
    jobs = [crew.take_over(lambda: memo.once(1, make)) for _ in range(8)]
    assert ([job.outcome() for job in jobs], made) == ([5] * 8, Counter({1: 1}))
    crew.end()


def test_a_memo_keeps_why_there_is_no_value_and_no_other_error() -> None:
    memo, tried = Memo[int, int](), []

    def lacking() -> int:
        tried.append("lacking")
        raise Lacking("data")

    def failing() -> int:
        tried.append("failing")
        raise OSError("away")

    for make, error in ((lacking, Lacking), (lacking, Lacking)):
        with pytest.raises(error):
            memo.once(1, make)
    for _ in range(2):
        with pytest.raises(OSError, match="away"):
            memo.once(2, failing)
    assert tried == ["lacking", "failing", "failing"]


def test_what_was_worked_out_before_another_was_begun_is_before_it() -> None:
    memo = Memo[str, int]()
    memo.once("one", lambda: 1)
    memo.once("two", lambda: memo.once("inner", lambda: 2))
    assert [memo.before(*pair) for pair in (("one", "two"), ("two", "one"), ("inner", "two"))] == [True, False, False]


# --- whole runs -------------------------------------------------------------------------------------------------------


def asked(workers: int, fault: str) -> tuple[set[str], list[Verdict]]:
    """What a run asks, each request once, and its verdicts."""
    settings = Settings(conversations=6, users=15, token="one", tenants=("two",), faults=(fault,) if fault else ())  # noqa: S106
    run = replace(verification(settings, CONVERSATION_CLAUSES, Choices(7, PROFILES["quick"])), workers=workers)
    sent: set[str] = set()
    send = run.cache.crawler.send

    def sending(method: str, url: str, **more: Any) -> Any:
        headers = {name: value for name, value in (more.get("headers") or {}).items() if "TestCase" not in name}
        sent.add(f"{method} {url} {more.get('credential')} {headers}")
        return send(method, url, **more)

    run.cache.crawler.send = sending
    return sent, run.run()


FAULTS = ("prev-from-the-last-page", "last-one-lost-under-descending", "milliseconds-demanded")


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "workers"), [("", (2, 8, 32)), *((fault, (8,)) for fault in FAULTS)])
def test_requests_and_verdicts_do_not_depend_on_the_number_of_workers(fault: str, workers: tuple[int, ...]) -> None:
    """Of what a fault does as a function of the request."""
    requests, verdicts = asked(1, fault)
    for number in workers:
        others, said = asked(number, fault)
        assert (requests - others, others - requests) == (set(), set())
        assert [(each.pair, each.verdict, each.actual) for each in said] == [
            (each.pair, each.verdict, each.actual) for each in verdicts
        ]


def test_a_job_that_is_done_lets_go_of_what_it_needed() -> None:
    job = Job(lambda: 1)
    job.do()
    with pytest.raises(AssertionError):
        job._work()  # noqa: SLF001 - what is tested


class Large:
    """What is at hand where an error comes up."""


def test_an_error_keeps_where_it_came_up_and_not_what_was_at_hand() -> None:
    """A thousand answers past a bound of size kept four megabytes each."""
    held: list[weakref.ref[Large]] = []

    def reading() -> None:
        large = Large()
        held.append(weakref.ref(large))
        try:
            1 // 0  # noqa: B018 - raises
        except ZeroDivisionError as error:
            raise Lacking("a body that fits") from error

    def asking() -> str:
        large = Large()
        held.append(weakref.ref(large))
        with pytest.raises(Lacking) as raised:
            job.outcome()
        return "".join(traceback.format_tb(raised.tb))

    job = Job(reading)
    job.do()
    gc.collect()
    assert held[0]() is None
    told = [asking() for _ in range(3)]
    gc.collect()
    assert [each() is None for each in held[:-1]] == [True, True, True]  # the last one who asked is still on its way
    assert all("in reading" in each for each in told)
    assert len({len(each.splitlines()) for each in told}) == 1
