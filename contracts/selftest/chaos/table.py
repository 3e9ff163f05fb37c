"""What the command prints: a line for each kind, what is out beneath it, and the sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contracts.selftest.chaos.cases import Trial

_SHOWN = 600
"""Characters of a problem that are printed; the JSON file has all."""

HEAD = f"{'kind':<20}{'tried':>6}{'in bounds':>11}{'as expected':>13}{'leaks':>7}{'injections':>12}{'slowest':>9}{'largest':>9}"


def row(name: str, trials: Sequence[Trial]) -> str:
    """The line of a kind, or of all."""
    real = [each for each in trials if not each.skipped]
    counts = [
        f"{len(real):>6}",
        f"{sum(not each.excess for each in real):>11}",
        f"{sum(not each.problems for each in real):>13}",
        f"{sum(len(each.leaks) for each in real):>7}",
        f"{sum(len(each.injections) for each in real):>12}",
        f"{max((each.seconds for each in real), default=0):>7.0f} s",
        f"{max((each.megabytes for each in real), default=0):>6,.0f} MB",
    ]
    return f"{name:<20}{''.join(counts)}"


def faults(trial: Trial) -> Iterator[str]:
    """What is to be said against a case, a line each; why it was skipped."""
    if trial.skipped:
        yield f"  skipped {trial.name}: {trial.skipped}"
    said = {
        "out of bounds": trial.excess,
        "unexpected": trial.problems,
        "leak": trial.leaks,
        "injection": trial.injections,
    }
    for kind, texts in said.items():
        yield from (f"  {kind}: {trial.kind}/{trial.name}: {_printable(text)}" for text in texts)


def _printable(text: str) -> str:
    """A text that does nothing to a terminal or a log of CI."""
    cut = text[:_SHOWN].encode("ascii", "backslashreplace").decode().replace("##[", "# #[")
    return cut if cut.isprintable() else repr(cut)[1:-1]
