"""Declares the clauses of a family, and puts families together to the clauses of one API: a value, handed to its users."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from contracts.arguments import closest
from contracts.findings.clause import Clause, EvidenceKind, Holds, Judge, Level, Part, always
from contracts.paging.listings import LISTINGS, Listing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from contracts.description import Description
    from contracts.findings.counts import Words
    from contracts.findings.verdicts import Pair


class Family:
    """Collects the clauses that one module declares; nothing else adds to it.

    Args:
        module: the module's name; its last part is the family's.
        doc: the module's docstring, "NAME: SUBJECT."; the reports show the subject.
    """

    def __init__(self, module: str, doc: str | None) -> None:
        self.name = module.rpartition(".")[2]
        self.subject = (doc or "").partition("\n")[0].partition(": ")[2].removesuffix(".")
        self._clauses: dict[str, Clause] = {}

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses declared so far, in the order of the module."""
        return tuple(self._clauses.values())

    def clause(  # noqa: PLR0913 - a clause has that many properties, all named
        self,
        level: Level,
        holds: Holds,
        source: str | None,
        kind: EvidenceKind,
        *,
        listings: tuple[Listing, ...] = LISTINGS,
        when: Callable[[Any], bool] = always,
        needs: str = "an answer",
        requires: tuple[str, ...] = (),
        counts: Callable[[Any], Mapping[Words, int]] | None = None,
        reads: tuple[EvidenceKind, ...] = (),
        described: bool = False,
    ) -> Callable[[Judge], Clause]:
        """Declare the decorated function as a clause: its name is the id, its docstring the statement.

        The arguments are the fields of `Clause` and of its first `Part`. A function that is `described` takes the API's
        description as its second argument, `description`.
        """

        def declare(judge: Judge) -> Clause:
            name = judge.__name__.strip("_").replace("_", "-")
            statement = " ".join((judge.__doc__ or "").split()).removesuffix(".")
            assert statement, f"{self.name}.{name} has no statement"
            part = Part(kind, judge, when, holds, counts, described)
            made = Clause(
                f"{self.name}.{name}", statement, level, holds, source, listings, needs, requires, (part,), reads
            )
            assert made.id not in self._clauses, made.id
            self._clauses[made.id] = made
            return made

        return declare

    def also(
        self,
        of: Clause,
        kind: EvidenceKind,
        *,
        when: Callable[[Any], bool] = always,
        holds: Holds | None = None,
        counts: Callable[[Any], Mapping[Words, int]] | None = None,
    ) -> Callable[[Judge], Clause]:
        """Declare the decorated function as one more way to decide a clause of this family, on another kind of evidence."""

        def declare(judge: Judge) -> Clause:
            known = self._clauses[of.id]
            part = Part(kind, judge, when, holds or known.holds, counts)
            self._clauses[of.id] = replace(known, parts=(*known.parts, part))
            return self._clauses[of.id]

        return declare


class UnknownClauseError(ValueError):
    """A selector names neither a clause nor a family of `clauses`; the message suggests those that are close."""

    def __init__(self, name: str, clauses: Clauses) -> None:
        super().__init__(name)
        self.name = name
        self.clauses = clauses

    def __str__(self) -> str:
        families = {*self.clauses.families}
        inside = [each for each in self.clauses if each.startswith(self.name.partition(".")[0] + ".")]
        if near := closest(self.name, {*families, *self.clauses} - {self.name}):
            hint = f"did you mean {near}?"
        elif inside:
            hint = f"of that family: {', '.join(inside)}"
        else:
            hint = f"families: {', '.join(sorted(families))}"
        return f"no clause or family is named {self.name!r}; {hint}"


@dataclass(frozen=True, eq=False)
class Clauses(Mapping[str, Clause]):
    """The clauses of one API by id, or a selection of them. Iterating gives ids, family by family.

    Attributes:
        description: what the API is judged by, and what the sources of clauses point into.
        members: the clauses, in the order in which everything lists them.
        subjects: what each family is about, by its name.
        naming: ids in the order in which a person would name what broke.
    """

    description: Description
    members: tuple[Clause, ...]
    subjects: tuple[tuple[str, str], ...] = ()
    naming: tuple[str, ...] = ()

    @classmethod
    def of(cls, description: Description, families: Iterable[Family], naming: Iterable[str] = ()) -> Clauses:
        """Put families together, in this order, for the API that a description is of."""
        found = tuple(families)
        members = tuple(clause.bound(description) for family in found for clause in family.clauses)
        return cls(description, members, tuple((family.name, family.subject) for family in found), tuple(naming))

    @cached_property
    def _by_id(self) -> Mapping[str, Clause]:
        return {clause.id: clause for clause in self.members}

    def __getitem__(self, name: str) -> Clause:
        return self._by_id[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self.members)

    @property
    def families(self) -> tuple[str, ...]:
        """The names of the families, in order."""
        return tuple(dict.fromkeys(clause.family for clause in self.members))

    @property
    def pairs(self) -> set[Pair]:
        """Each clause with each listing that it is decided for."""
        return {(clause.id, listing.name) for clause in self.members for listing in clause.listings}

    def subject(self, family: str) -> str:
        """What a family is about; empty for an unknown one, as a verdict file of another version may hold."""
        return dict(self.subjects).get(family, "")

    def select(self, names: Iterable[str]) -> Clauses:
        """The clauses that ids and families name, in the same order; all where nothing is named.

        Raises:
            UnknownClauseError: a name is neither an id nor a family.
        """
        wanted = set[str]()
        for name in names:
            found = [each.id for each in self.members if name in (each.id, each.family)]
            if not found:
                raise UnknownClauseError(name, self)
            wanted.update(found)
        return replace(self, members=tuple(each for each in self.members if not wanted or each.id in wanted))

    def restricted(self, pairs: Collection[Pair]) -> Clauses:
        """The clauses that are in these pairs of a clause's id and a listing's name, each for those listings only."""
        members = (
            replace(each, listings=tuple(listing for listing in each.listings if (each.id, listing.name) in pairs))
            for each in self.members
        )
        return replace(self, members=tuple(each for each in members if each.listings))

    def position(self, name: str) -> int:
        """The place of a clause in the listing order, from 0; unknown ones come last."""
        return self._positions.get(name, len(self))

    def precedence(self, name: str) -> int:
        """The place of a clause in the order of naming, from 0; unknown ones come last."""
        return self.naming.index(name) if name in self.naming else len(self.naming)

    @cached_property
    def _positions(self) -> Mapping[str, int]:
        return {name: position for position, name in enumerate(self)}
