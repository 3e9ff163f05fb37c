"""Coverage of the description, a tile for each thing that is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.reporting.markup import Html, tag
from contracts.reporting.outline import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Mapping


def coverage_of(coverage: Mapping[str, Mapping[str, int]]) -> Html | None:
    """The section of the page; nothing where nothing was counted."""
    if not coverage:
        return None
    about = "What the description names, and whether this run met it in what was sent and what came back."
    tiles = (_dimension(name, coverage[name]) for name in DIMENSIONS if name in coverage)
    return tag(
        "section",
        tag("h2", "Coverage of the description"),
        tag("p", about, class_="soft"),
        tag("div", *tiles, class_="coverage"),
        id="coverage",
    )


def _dimension(name: str, counts: Mapping[str, int]) -> Html:
    seen = {each: count for each, count in counts.items() if count}
    never = [each for each, count in counts.items() if not count]
    part = 100 * len(seen) / max(1, len(counts))
    bar = tag(
        "svg",
        tag("rect", class_="all", width=100, height=8),
        tag("rect", class_="part", width=f"{part:.1f}", height=8),
        class_="bar", viewBox="0 0 100 8", preserveAspectRatio="none", aria_hidden="true",
    )  # fmt: skip
    listed = (tag("li", each, tag("span", f" {count:,}")) for each, count in seen.items())
    missed = tag(
        "details", tag("summary", f"never seen: {len(never)}"), tag("ul", *(tag("li", each) for each in never))
    )
    return tag(
        "section",
        tag("h3", name.capitalize(), tag("span", f"{len(seen)} of {len(counts)}")),
        bar,
        missed if never else None,
        tag("details", tag("summary", f"seen: {len(seen)}"), tag("ul", *listed)) if seen else None,
    )
