"""auth: only where the target is asked with a credential."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.pytest_plugin.promises import Promise


def test_required(promise: Promise) -> None:
    promise.holds()


def test_checked(promise: Promise) -> None:
    promise.holds()


def test_isolated(promise: Promise) -> None:
    promise.holds()
