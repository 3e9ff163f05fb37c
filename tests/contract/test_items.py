"""items: conversations, users, members and events as they stand in a listing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.pytest_plugin.promises import Promise


def test_ids(promise: Promise) -> None:
    promise.holds()


def test_timestamps(promise: Promise) -> None:
    promise.holds()


def test_unique(promise: Promise) -> None:
    promise.holds()


def test_membership(promise: Promise) -> None:
    promise.holds()


def test_self(promise: Promise) -> None:
    promise.holds()


def test_conversation_name_unique(promise: Promise) -> None:
    promise.holds()


def test_member_user(promise: Promise) -> None:
    promise.holds()


def test_self_resolves(promise: Promise) -> None:
    promise.holds()
