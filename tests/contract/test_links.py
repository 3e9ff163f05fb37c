"""links: from one answer to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.pytest_plugin.promises import Promise


def test_present(promise: Promise) -> None:
    promise.holds()


def test_url(promise: Promise) -> None:
    promise.holds()


def test_origin(promise: Promise) -> None:
    promise.holds()


def test_same_listing(promise: Promise) -> None:
    promise.holds()


def test_parameters(promise: Promise) -> None:
    promise.holds()


def test_self(promise: Promise) -> None:
    promise.holds()


def test_first(promise: Promise) -> None:
    promise.holds()


def test_next_prev(promise: Promise) -> None:
    promise.holds()


def test_ends(promise: Promise) -> None:
    promise.holds()


def test_cursor_fresh(promise: Promise) -> None:
    promise.holds()


def test_cursor_replay(promise: Promise) -> None:
    promise.holds()
