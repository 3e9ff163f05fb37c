"""All cases by name, and a sample of those that end within seconds."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import chain
from random import Random
from typing import TYPE_CHECKING

from contracts.selftest.chaos import (
    bad_files,
    broken_servers,
    coded_servers,
    disks,
    hostile_servers,
    huge_servers,
    interruptions,
    legal_servers,
    misuse,
    mock_abuse,
    refusing_servers,
    shaped_servers,
    slow_servers,
    surroundings,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.selftest.chaos.cases import Case
    from contracts.selftest.chaos.servers import Server

NARROW = ("status-lines", "headers", "chunks", "lengths", "codings", "charsets", "media-types", "no-json", "shapes")
"""Kinds whose further members are judged by the families that read pages alone."""

SERVERS = (
    slow_servers,
    broken_servers,
    coded_servers,
    refusing_servers,
    huge_servers,
    shaped_servers,
    hostile_servers,
    legal_servers,
)
OTHERS = (interruptions, misuse, bad_files, surroundings, disks, mock_abuse)


@cache
def servers() -> tuple[Server, ...]:
    """All misbehaving servers; the first of each kind is verified as a whole."""
    seen = set[str]()
    found = []
    for each in chain.from_iterable(module.servers() for module in SERVERS):
        narrow = "pages,links,walks,items" if each.kind in NARROW else ""
        found.append(replace(each, whole=each.kind not in seen, clauses=narrow))
        seen.add(each.kind)
    return tuple(found)


@cache
def cases() -> Mapping[str, Case]:
    """All cases by their full names, kind by kind."""
    others = chain.from_iterable(module.cases() for module in OTHERS)
    known = {each.full: each for each in chain((server.case() for server in servers()), others)}
    kinds = list(dict.fromkeys(each.kind for each in known.values()))
    return {name: each for kind in kinds for name, each in known.items() if each.kind == kind}


def chosen(words: list[str]) -> list[Case]:
    """The cases whose names hold one of these words; all without words."""
    return [each for each in cases().values() if not words or any(word in each.full for word in words)]


def sample(seed: int, count: int) -> list[Case]:
    """So many cases that end within seconds, drawn by the seed."""
    quick = [each for each in cases().values() if each.quick]
    return Random(seed).sample(quick, min(count, len(quick)))  # noqa: S311 - a choice of cases
