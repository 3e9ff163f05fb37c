"""events: the variants of the anyOf, ids and senders."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.pytest_plugin.promises import Promise


def test_variant(promise: Promise) -> None:
    promise.holds()


def test_text(promise: Promise) -> None:
    promise.holds()


def test_custom(promise: Promise) -> None:
    promise.holds()


def test_member_invited(promise: Promise) -> None:
    promise.holds()


def test_member_left(promise: Promise) -> None:
    promise.holds()


def test_type_syntax(promise: Promise) -> None:
    promise.holds()


def test_unknown_type(promise: Promise) -> None:
    promise.holds()


def test_ids(promise: Promise) -> None:
    promise.holds()


def test_sender(promise: Promise) -> None:
    promise.holds()


def test_all_variants_seen(promise: Promise) -> None:
    promise.holds()
