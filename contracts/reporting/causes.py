"""Causes: what a person would mend, first things first, and what only follows from each.

A listing without any page breaks dozens of clauses, and a clause is mostly broken alike in several listings: each of these
is one cause. It is decided on what verdicts and the run say in fields of their own, never on their words.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING

from contracts.findings.verdicts import Outcome, Pair, Verdict
from contracts.paging.listings import CONVERSATIONS, LISTINGS
from contracts.reporting.outcome import grouped, ordered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from contracts.findings.families import Clauses
    from contracts.reporting.run import Run

PAGE = "page"
MISSING = ("404", "405", "501")
HINTS = {"401": "is the credential right?", "403": "may the credential read that?"}
REFUSED = tuple(HINTS)
FORBIDDEN = "403"
PATHS = {listing.name: listing.path.replace("{conversation_id}", "{id}") for listing in LISTINGS}

PAGELESS = ("pages.envelope", "inputs.no-server-error", "inputs.documented")
"""Clauses that say themselves that there is no page."""

APART = ("inputs.no-leak", "auth")
"""Clauses and families that are no consequence of a page that is not there."""

BASE_URL = "is the base URL right?"


@dataclass(frozen=True)
class Cause:
    """Something to mend.

    Attributes:
        title: what is wrong, in one line.
        state: the name of its `State`: must, error or should.
        lines: what was seen, a line for each listing.
        verdicts: those that show it, at most one for each clause and listing.
        follows: verdicts that say nothing more, as long as this is not mended.
        listings: those that give no page, or fail; empty where a clause is the cause.
    """

    title: str
    state: str
    lines: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    follows: tuple[Verdict, ...] = ()
    listings: tuple[str, ...] = ()

    @property
    def consequence(self) -> str:
        """What follows, in one line; empty where nothing does."""
        names = list(dict.fromkeys(each.clause for each in self.follows))
        if not names:
            return ""
        clauses = f"{len(names)} clause{'s' if len(names) > 1 else ''}"
        needs = "need" if len(names) > 1 else "needs"
        if self.listings:
            return f"… and {clauses} that {needs} a page there"
        return f"… and {clauses} that {needs} this: {', '.join(names)}"


def causes(run: Run, verdicts: Sequence[Verdict], clauses: Clauses) -> list[Cause]:
    """What to mend of a target, in the order in which a person would; no verdict belongs to two causes."""
    verdicts = ordered(verdicts, clauses)
    found = [*_of_listings(run.plain, verdicts)]
    taken = {id(each) for cause in found for each in (*cause.verdicts, *cause.follows)}
    rest = [each for each in verdicts if id(each) not in taken]
    found += [
        *_of_clauses(rest, "MUST"),
        *_of_run(run),
        *_of_errors(rest),
        *_of_clauses(rest, "SHOULD"),
        *_of_clauses(rest, "REPORT"),
    ]
    return _with_consequences(found, verdicts, taken)


# --- listings without pages -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Trouble:
    """What a listing gives instead of plain pages."""

    listing: str
    status: str
    media: str
    times: int
    asked: int
    dead: bool = field(compare=False)

    @property
    def kind(self) -> tuple[str, str]:
        """What troubles of several listings have in common."""
        return self.status, self.media if self.status == "200" else ""

    @property
    def hint(self) -> str:
        """What a person looks at first; empty where the status says it all."""
        if self.status in REFUSED:
            return HINTS[self.status]
        return BASE_URL if self.status in MISSING or self.status[0] in "23" else ""


def _of_listings(plain: Mapping[str, Mapping[str, int]], verdicts: Sequence[Verdict]) -> Iterator[Cause]:
    listings = [each.name for each in LISTINGS if any(each.name == verdict.listing for verdict in verdicts)]
    troubles = [found for name in listings if (found := _trouble(name, plain.get(name, {})))]
    for _, group in groupby(sorted(troubles, key=_urgency), key=lambda each: each.kind):
        alike = list(group)
        everything = len(alike) == len([name for name in listings if plain.get(name)])
        title = _title(alike, len(listings), everything=everything)
        lines = tuple(
            f"{each.listing}: {_answers(each)} on {each.times:,} of {each.asked:,} plain pages" for each in alike
        )
        shown, follow = _belonging(alike, verdicts)
        state = "error" if alike[0].status == FORBIDDEN and not shown else "must"
        yield Cause(title, state, lines, shown, follow, tuple(each.listing for each in alike))


def _urgency(trouble: _Trouble) -> tuple[bool, bool, tuple[str, str]]:
    """Where nothing may be asked nothing can be seen; then what is not there, then what fails."""
    return trouble.status not in REFUSED, not trouble.hint, trouble.kind


def _trouble(listing: str, counts: Mapping[str, int]) -> _Trouble | None:
    """What is wrong with a listing as a whole: not one page came, or the server failed for the simplest question."""
    others = Counter({sort: count for sort, count in counts.items() if sort != PAGE})
    dead = bool(others) and not counts.get(PAGE)
    failed = Counter({sort: count for sort, count in others.items() if sort.startswith("5")})
    worst = (failed or (others if dead else Counter())).most_common(1)
    if not worst or (worst[0][0].startswith("200 application/json")):
        return None  # JSON that is no page is for pages.envelope to explain
    status, _, media = worst[0][0].partition(" ")
    times = sum(count for sort, count in others.items() if sort.partition(" ")[0] == status)
    return _Trouble(listing, status, media, times, sum(counts.values()), dead)


def _answers(trouble: _Trouble) -> str:
    return f"{trouble.media or 'no content type'} instead of JSON" if trouble.status == "200" else trouble.status


def _title(alike: Sequence[_Trouble], total: int, *, everything: bool) -> str:
    first, one = alike[0], len(alike) == 1
    who = f"{len(alike)} of {total} listing{'s' if total > 1 else ''}"
    if everything and not one:
        who = f"All {total} listings" if len(alike) == total else "All listings that could be asked"
    what = f"with {_answers(first)}" if first.status == "200" else f"a plain page with {first.status}"
    if first.status != "200" and first.hint:
        what = f"{first.status}, which is not followed" if first.status.startswith("3") else first.status
    paths = ", ".join(PATHS[each.listing] for each in alike)
    hint = f"; {first.hint}" if first.hint else ""
    return f"{who} {'answers' if one else 'answer'} {what}: {paths}{hint}"


def _belonging(
    alike: Sequence[_Trouble], verdicts: Sequence[Verdict]
) -> tuple[tuple[Verdict, ...], tuple[Verdict, ...]]:
    """The verdicts that show a trouble, and those that only follow: all, where a listing gives no page."""
    dead = {each.listing for each in alike if each.dead}
    if CONVERSATIONS.name in dead:  # nothing inside a conversation can be asked for
        dead |= {each.name for each in LISTINGS if each.nested}
    names = {each.listing for each in alike} | dead
    forbidden = {each.listing for each in alike if each.status == FORBIDDEN}
    errors = [each for each in verdicts if each.listing in forbidden and each.verdict == Outcome.ERROR]
    mine = [each for each in verdicts if each.listing in names and each.verdict not in _SETTLED]
    shown = [each for each in mine if each.clause in PAGELESS and each.verdict == Outcome.VIOLATED]
    shown = [each for each in shown if each.listing in {trouble.listing for trouble in alike}]
    follow = [each for each in mine if each.listing in dead and each not in shown and not _apart(each)]
    return tuple(shown), (*errors, *follow)


_SETTLED = (Outcome.HELD, Outcome.DEVIATION, Outcome.ERROR)


def _apart(verdict: Verdict) -> bool:
    return verdict.clause in APART or verdict.family in APART


# --- clauses ----------------------------------------------------------------------------------------------------------


def _of_clauses(verdicts: Sequence[Verdict], level: str) -> Iterator[Cause]:
    violated = [each for each in verdicts if each.verdict == Outcome.VIOLATED and each.level == level]
    for name, group in groupby(violated, key=lambda each: each.clause):
        alike = tuple(group)
        title = f"{level} violated: {name} ({', '.join(each.listing for each in alike)})"
        yield Cause(title, "must" if level == "MUST" else "should", tuple(map(_seen, alike)), alike)


def _seen(verdict: Verdict) -> str:
    times = f", {verdict.times:,} times" if verdict.times > 1 else ""
    return f"{verdict.listing}{times}: {verdict.actual}"


def _of_run(run: Run) -> Iterator[Cause]:
    """What could not be found out because of the run as a whole."""
    if run.refused:
        times = "once" if run.refused == 1 else f"{run.refused:,} times"
        title = f"The target refused the credential {times} (status 401) after it had accepted it"
        yield Cause(title, "error", ("what could not be read at that time is undecided",))
    if run.given_up:
        paths = f"{len(run.given_up)} path{'s' if len(run.given_up) > 1 else ''}"
        title = f"Given up: {paths} without usable answers; --patience N waits longer"
        yield Cause(title, "error", run.given_up)


def _of_errors(verdicts: Sequence[Verdict]) -> Iterator[Cause]:
    """What could not be found out, each reason once: mostly a target that went away, with another URL in each."""
    errors = [each for each in verdicts if each.verdict == Outcome.ERROR]
    if errors:
        title = f"Could not find out: {len(errors)} verdict{'s' if len(errors) > 1 else ''}"
        lines = tuple(f"{named(group)}: {reason}" for reason, group in grouped(errors, "reason").items())
        yield Cause(title, "error", lines, tuple(errors))


def named(verdicts: Sequence[Verdict]) -> str:
    """Clauses with their listings: "links.self (users, events), pages.full (users)"."""
    by_clause = grouped(verdicts, "clause").items()
    return ", ".join(f"{clause} ({', '.join(each.listing for each in group)})" for clause, group in by_clause)


# --- what follows -----------------------------------------------------------------------------------------------------


def _with_consequences(found: Sequence[Cause], verdicts: Sequence[Verdict], taken: set[int]) -> list[Cause]:
    """The same causes with every undecided verdict that one of them explains, and that has no place yet."""
    shown = {each.pair: index for index, cause in enumerate(found) for each in cause.verdicts}
    places = shown | {each.pair: index for index, cause in enumerate(found) for each in cause.follows}
    known = {each.pair: each for each in verdicts}
    more: dict[int, list[Verdict]] = {}
    for each in verdicts:
        index = places.get(_root(each, known))
        if id(each) not in taken and each.verdict == Outcome.UNDECIDED and index is not None:
            more.setdefault(index, []).append(each)
    return [replace(cause, follows=(*cause.follows, *more.get(index, []))) for index, cause in enumerate(found)]


def _root(verdict: Verdict, known: Mapping[Pair, Verdict]) -> Pair:
    """The clause and listing at the end of the reasons of an undecided verdict."""
    passed = set[Pair]()
    while verdict.verdict == Outcome.UNDECIDED and verdict.because:
        place = _place(verdict, known)
        if place is None or place in passed:
            return place or ("", "")
        passed.add(place)
        verdict = known[place]
    return verdict.pair


def _place(verdict: Verdict, known: Mapping[Pair, Verdict]) -> Pair | None:
    """Where the reason of an undecided verdict is; of several clauses that it may be, the first that is not held."""
    names, listing = verdict.because
    places = [(name, listing) for name in names.split(" or ") if (name, listing) in known]
    return next((place for place in places if known[place].verdict != Outcome.HELD), None)
