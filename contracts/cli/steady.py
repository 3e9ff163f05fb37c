"""`conversation-contracts selftest steady`: the default run again and again under load; its verdicts may not change."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from contracts.arguments import Parser, positive
from contracts.selftest import steady

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(words: Sequence[str] | None = None) -> int:
    """Verify the bundled mock many times; returns 1 where a verdict changes or a run is red."""
    parser = Parser(
        prog="conversation-contracts selftest steady",
        description="Verify the bundled mock again and again, with -n 0 and -n 2, while two processes keep the cores "
        "busy: the verdicts must be the same each time.",
    )
    parser.add_argument(
        "--runs", type=positive, default=20, metavar="N", help="runs with -n 0, and with -n 2; default: 20"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="seed of the random choices; default: 1")
    given = parser.parse_args(words)
    first, odd, count = None, 0, 0
    for passage in steady.passages(given.runs, given.seed):
        first, count = first or passage, count + 1
        changes = passage.differences(first)
        odd += bool(changes) or passage.code != 0
        counts = ", ".join(f"{number} {name}" for name, number in Counter(passage.verdicts.values()).most_common())
        print(
            f"-n {passage.workers}: exit code {passage.code}, {passage.seconds:.0f} s, {counts or 'no verdicts'}",
            flush=True,
        )
        print("".join(f"  {line}\n" for line in changes), end="", flush=True)
    print(f"{count - odd} of {count} runs green, with the same verdicts")
    return 1 if odd else 0
