"""filters: dates of conversations, ids and types of events."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.pytest_plugin.promises import Promise


def test_dates_window(promise: Promise) -> None:
    promise.holds()


def test_dates_model(promise: Promise) -> None:
    promise.holds()


def test_dates_instant(promise: Promise) -> None:
    promise.holds()


def test_ids_range(promise: Promise) -> None:
    promise.holds()


def test_type_exact(promise: Promise) -> None:
    promise.holds()


def test_type_complete(promise: Promise) -> None:
    promise.holds()


def test_conjunction(promise: Promise) -> None:
    promise.holds()


def test_paged(promise: Promise) -> None:
    promise.holds()
