"""walks: a whole listing, page after page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.pytest_plugin.promises import Promise


def test_terminates(promise: Promise) -> None:
    promise.holds()


def test_disjoint(promise: Promise) -> None:
    promise.holds()


def test_complete(promise: Promise) -> None:
    promise.holds()


def test_changing_size(promise: Promise) -> None:
    promise.holds()


def test_sorted(promise: Promise) -> None:
    promise.holds()


def test_backward(promise: Promise) -> None:
    promise.holds()


def test_append(promise: Promise) -> None:
    promise.holds()


def test_any_path(promise: Promise) -> None:
    promise.holds()
