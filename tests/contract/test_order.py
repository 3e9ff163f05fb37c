"""order: ascending, descending, and which where none is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.pytest_plugin.promises import Promise


def test_ascending(promise: Promise) -> None:
    promise.holds()


def test_descending(promise: Promise) -> None:
    promise.holds()


def test_default(promise: Promise) -> None:
    promise.holds()


def test_mirror(promise: Promise) -> None:
    promise.holds()
