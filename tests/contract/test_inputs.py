"""inputs: generated and hostile requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.pytest_plugin.promises import Promise


def test_documented(promise: Promise) -> None:
    promise.holds()


def test_no_server_error(promise: Promise) -> None:
    promise.holds()


def test_rejected(promise: Promise) -> None:
    promise.holds()


def test_cursor(promise: Promise) -> None:
    promise.holds()


def test_unknown_conversation(promise: Promise) -> None:
    promise.holds()


def test_method(promise: Promise) -> None:
    promise.holds()


def test_error_body(promise: Promise) -> None:
    promise.holds()


def test_no_leak(promise: Promise) -> None:
    promise.holds()
