"""pages: what one answer must be."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.pytest_plugin.promises import Promise


def test_envelope(promise: Promise) -> None:
    promise.holds()


def test_decodable(promise: Promise) -> None:
    promise.holds()


def test_delivered(promise: Promise) -> None:
    promise.holds()


def test_items(promise: Promise) -> None:
    promise.holds()


def test_size_bound(promise: Promise) -> None:
    promise.holds()


def test_size_default(promise: Promise) -> None:
    promise.holds()


def test_size_edges(promise: Promise) -> None:
    promise.holds()


def test_size_echo(promise: Promise) -> None:
    promise.holds()


def test_full(promise: Promise) -> None:
    promise.holds()


def test_unique(promise: Promise) -> None:
    promise.holds()


def test_sorted(promise: Promise) -> None:
    promise.holds()


def test_cursor(promise: Promise) -> None:
    promise.holds()


def test_repeatable(promise: Promise) -> None:
    promise.holds()


def test_agree(promise: Promise) -> None:
    promise.holds()
