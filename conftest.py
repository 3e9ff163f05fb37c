"""Options of the contract tests, and the fixture that they share."""

from __future__ import annotations

import argparse
import secrets
from typing import TYPE_CHECKING, TypeVar

import pytest

from contracts.arguments import positive, whole_number
from contracts.crawl.profiles import PROFILES
from contracts.reporting.sharding import Shard
from contracts.runner.configuration import rate

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

pytest_plugins = ["contracts.pytest_plugin.hooks", "contracts.pytest_plugin.promises"]


def _said(option: str, convert: Callable[[str], T]) -> Callable[[str], T]:
    """The same conversion, of which a failure is told in one line, without pytest's usage."""

    def converted(text: str) -> T:
        try:
            return convert(text)
        except argparse.ArgumentTypeError as error:
            raise pytest.UsageError(f"{option}: {error}") from None

    return converted


def _profile(text: str) -> str:
    if text not in PROFILES:
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(PROFILES)}")
    return text


def _header(text: str) -> tuple[str, str]:
    name, sign, variable = text.partition("=")
    if not (name and sign and variable):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VARIABLE, a header and an environment variable")
    return name, variable


def _rate(text: str) -> float:
    try:
        return rate(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of `pytest tests/contract`."""
    group = parser.getgroup("contract", "verify an implementation of the Conversation API")
    group.addoption("--base-url", help="where the API is, like https://api.example.com/v0.2; default: the mock")
    group.addoption("--target", metavar="NAME", help="a target that pyproject.toml describes")
    group.addoption("--targets", metavar="FILE", help="where targets are described; default: pyproject.toml")
    group.addoption(
        "--header",
        action="append",
        default=[],
        type=_said("--header", _header),
        metavar="NAME=VARIABLE",
        help="send this header, with the value of an environment variable; repeatable",
    )
    group.addoption("--rate", type=_said("--rate", _rate), metavar="N/s", help="requests a second, at most")
    group.addoption(
        "--max-requests", type=_said("--max-requests", positive), metavar="N", help="requests of the run, at most"
    )
    group.addoption("--ca-bundle", metavar="FILE", help="certificates of private authorities to trust")
    group.addoption("--clauses", action="append", default=[], help="only these clauses or families, by commas")
    group.addoption("--conversation", action="append", default=[], metavar="ID", help="read this one; repeatable")
    group.addoption(
        "--profile",
        type=_said("--profile", _profile),
        metavar=f"{{{','.join(PROFILES)}}}",
        default="default",
        help="how thoroughly to look",
    )
    group.addoption(
        "--seed",
        dest="contract_seed",
        type=_said("--seed", whole_number),
        metavar="N",
        default=secrets.randbelow(10**6),
        help="repeat the choices of a run; default: a new one, printed",
    )
    group.addoption("--verdicts", metavar="FILE", help="write the verdicts as JSON")
    group.addoption(
        "--har", metavar="FILE", help="write the exchanges as an HTTP archive, credentials hidden; .gz packs it"
    )
    group.addoption("--write-deviations", metavar="FILE", help="write what fails the run as deviations to be accepted")
    group.addoption(
        "--shard",
        type=_said("--shard", Shard.parse),
        metavar="K/N",
        default=Shard(),
        help="decide only the K-th of N parts; needs --seed",
    )
    group.addoption("--fail-on-should", action="store_true", help="a broken SHOULD fails the run as well")
    group.addoption("--require-exercised", action="store_true", help="so does a MUST that was not exercised")
    group.addoption("--unsafe-methods", action="store_true", help="also send POST, PUT, PATCH and DELETE")
    group.addoption(
        "--max-pages",
        type=_said("--max-pages", positive),
        metavar="N",
        default=1000,
        help="pages after which a walk is cut; one that has not come nearer to its end by then counts as endless",
    )
