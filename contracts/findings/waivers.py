"""Deviations: violations that are known of a target, each with its reason, until it is mended."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.findings.verdicts import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from contracts.findings.clause import Violation
    from contracts.findings.verdicts import Verdict


@dataclass(frozen=True)
class Waiver:
    """A clause that a target is known to violate.

    Attributes:
        clause: the clause's id.
        reason: why it is accepted.
        listing: the listing where it is; None for every one.
        only: a regular expression; of the violations, those whose actual or expected it matches. None for all.
        link: where more is said about it.
        until: the last day on which it is accepted.
        found: the day when it was found.
    """

    clause: str
    reason: str
    listing: str | None = None
    only: str | None = None
    link: str = ""
    until: date | None = None
    found: date | None = None

    def covers(self, clause: str, listing: str, violation: Violation) -> bool:
        """Whether a violation is the one that is known."""
        if self.clause != clause or self.listing not in (None, listing):
            return False
        return self.only is None or any(re.search(self.only, text) for text in (violation.actual, violation.expected))

    @property
    def text(self) -> str:
        """The reason, the link and the day, in words."""
        link = f" ({self.link})" if self.link else ""
        return f"{self.reason}{link}" + (f", until {self.until}" if self.until else "")

    def __str__(self) -> str:
        return f"{self.clause} ({self.listing or 'every listing'}): {self.reason}"


def past(waivers: Iterable[Waiver], today: date) -> tuple[Waiver, ...]:
    """Those whose day is over: what they knew of is a violation again."""
    return tuple(each for each in waivers if each.until is not None and each.until < today)


def outlived(waivers: Iterable[Waiver], verdicts: Iterable[Verdict]) -> Iterator[Waiver]:
    """Those that a run found nothing of any more, although it looked: they have to be removed.

    What was not exercised or not decided anywhere says nothing.
    """
    known = list(verdicts)
    for each in waivers:
        found = [one for one in known if one.clause == each.clause and each.listing in (None, one.listing)]
        met = any(each.text in one.deviations for one in found)
        looked = [one for one in found if one.verdict not in (Outcome.NOT_EXERCISED, Outcome.UNDECIDED, Outcome.ERROR)]
        if looked and not met and len(looked) == len([one for one in found if one.verdict != Outcome.NOT_EXERCISED]):
            yield each
