"""Options of the contract tests, and the fixture that they share."""

from __future__ import annotations

import secrets

import pytest

from contracts.reading import PROFILES

pytest_plugins = ["tests.contract.plugin", "tests.contract.promises"]


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise pytest.UsageError(f"{text!r} is no number from 1")
    return int(text)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of `pytest tests/contract`."""
    group = parser.getgroup("contract", "verify an implementation of the Conversation API")
    group.addoption("--base-url", help="where the API is, like https://api.example.com/v0.2; default: the mock")
    group.addoption("--clauses", action="append", default=[], help="only these clauses or families, by commas")
    group.addoption("--conversation", action="append", default=[], metavar="ID", help="read this one; repeatable")
    group.addoption("--profile", choices=tuple(PROFILES), default="default", help="how thoroughly to look")
    group.addoption(
        "--seed",
        dest="contract_seed",
        type=int,
        default=secrets.randbelow(10**6),
        help="repeat the choices of a run; default: a new one, printed",
    )
    group.addoption("--verdicts", metavar="FILE", help="write the verdicts as JSON")
    group.addoption("--fail-on-should", action="store_true", help="a broken SHOULD fails the run as well")
    group.addoption("--require-exercised", action="store_true", help="so does a MUST that was not exercised")
    group.addoption("--unsafe-methods", action="store_true", help="also send POST, PUT, PATCH and DELETE")
    group.addoption("--max-pages", type=_positive, default=1000, help="pages after which a walk is cut")
