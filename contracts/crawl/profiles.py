"""How thoroughly a run looks: a handful of numbers, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.paging.units import Pages


@dataclass(frozen=True, slots=True)
class Profile:
    """How thoroughly a run looks.

    Attributes:
        name: as on the command line.
        complete_pages: pages of 100 up to which a listing is read whole; of a longer one its beginning and its tail are.
        tail: pages of 100 that the tail of such a listing has.
        sizes: page sizes of the walks that are compared.
        hops: pages of a walk whose links are followed and followed back.
        thorough: conversations whose listings get every trial, not only a reading.
        sample: conversations that are read at all.
        longest: requests that one walk of a small page size may take; larger ones take a larger size.
        deepest: the same for the one walk of each listing that goes by 1 as far as it can.
        values: values of each kind that are tried of each filter.
        examples: queries that Hypothesis draws for each listing.
        generated: requests that Schemathesis draws for each operation.
        steps: steps of a random path over links.
    """

    name: str
    sizes: tuple[int, ...] = (3, 7, 10)
    hops: Pages = 5
    thorough: int = 3
    sample: int = 100
    complete_pages: Pages = 100
    tail: Pages = 10
    longest: Pages = 40
    deepest: Pages = 130
    values: int = 4
    examples: int = 12
    generated: int = 20
    steps: int = 16


PROFILES = {
    profile.name: profile
    for profile in (
        Profile(
            "quick",
            sizes=(7,),
            hops=3,
            thorough=1,
            sample=16,
            complete_pages=30,
            tail=5,
            longest=15,
            deepest=45,
            values=2,
            examples=4,
            generated=4,
            steps=8,
        ),
        Profile("default"),
        Profile(
            "deep",
            sizes=(1, 2, 3, 7, 10, 11, 50, 99),
            hops=40,
            thorough=12,
            sample=1000,
            complete_pages=1000,
            tail=50,
            longest=400,
            deepest=5000,
            values=20,
            examples=300,
            generated=300,
            steps=100,
        ),
    )
}
