"""What `--lf` needs to see again what failed: the seed, and for each violated pair the pairs whose evidence showed it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    import pytest

    from contracts.findings.verdicts import Pair
    from contracts.pytest_plugin.parts import Part

KEY = "contract/violated"


@dataclass(frozen=True)
class Rerun:
    """What was violated when it was last looked at.

    Attributes:
        seed: that of the run that saw it last; None where nothing is violated.
        witnesses: each violated pair, and the pairs whose evidence showed it.
    """

    seed: int | None = None
    witnesses: Mapping[Pair, Collection[Pair]] = field(default_factory=dict)

    @classmethod
    def wanted(cls, config: pytest.Config) -> Self:
        """What a run with `--lf` has to see again; nothing for another run."""
        return cls.read(config) if getattr(config.option, "lf", None) else cls()

    @classmethod
    def read(cls, config: pytest.Config) -> Self:
        """What earlier runs left in pytest's cache, or nothing where that is off."""
        cache = getattr(config, "cache", None)
        saved: dict[str, Any] = cache.get(KEY, None) or {} if cache else {}
        pairs = {_pair(name): tuple(map(_pair, names)) for name, names in saved.get("witnesses", {}).items()}
        return cls(saved.get("seed"), pairs)

    def of(self, pairs: Collection[Pair]) -> frozenset[Pair]:
        """The pairs whose evidence showed what is violated of these pairs."""
        return frozenset(witness for pair in pairs for witness in self.witnesses.get(pair, ()))

    def after(self, seed: int, decided: Collection[Pair], parts: Iterable[Part]) -> Self:
        """The same after one more run: what it decided counts as it says, the rest as before."""
        seen: dict[Pair, list[Pair]] = {}
        for pair, witness in (each for part in parts for each in part.witnesses):
            seen.setdefault(pair, []).append(witness)
        left = {pair: names for pair, names in self.witnesses.items() if pair not in decided}
        return type(self)(seed if seen else self.seed if left else None, {**left, **seen})

    def save(self, config: pytest.Config) -> None:
        """Leave it in pytest's cache."""
        if cache := getattr(config, "cache", None):
            names = {" ".join(pair): [" ".join(each) for each in seen] for pair, seen in self.witnesses.items()}
            cache.set(KEY, {"seed": self.seed, "witnesses": names})


def _pair(name: str) -> Pair:
    clause, _, listing = name.partition(" ")
    return clause, listing


def seed_again(config: pytest.Config) -> int | None:
    """The seed to take instead of a new one; a worker has that of the process that started it."""
    given = config.getoption("contract_seed") is not None or hasattr(config, "workerinput")
    return None if given else Rerun.wanted(config).seed
