"""The options of a run: declared once, for pytest and for the help of `verify`; settings fill in what is not given."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contracts.arguments import header, positive, whole_number
from contracts.crawl.profiles import PROFILES
from contracts.reporting.sharding import Shard
from contracts.runner.configuration import rate
from contracts.runner.settings import AUTO, settings
from contracts.runner.tables import PYPROJECT
from contracts.transport import ConfigurationError
from contracts.transport.limits import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


LONGEST_ID = 200
NO_ID = frozenset("/\\?#% ")
"""What would lead a path elsewhere than to a conversation."""


@dataclass(frozen=True)
class Option:
    """An option of a run.

    Attributes:
        name: with its dashes.
        help: one line.
        metavar: its value, as the help shows it; none for a switch, which is on or off.
        convert: from text to its value; `ArgumentTypeError` says what is wrong with the text.
        default: its value where neither the command line nor the settings give one.
        repeatable: whether it may be given more than once; its value is a list then.
        dest: its name in pytest's configuration, where that is another.
    """

    name: str
    help: str
    metavar: str = ""
    convert: Callable[[str], Any] = str
    default: Any = None
    repeatable: bool = False
    dest: str = ""

    @property
    def key(self) -> str:
        """Its name in pytest's configuration."""
        return self.dest or self.name.removeprefix("--").replace("-", "_")

    def declare(self, add: Callable[..., object]) -> None:
        """Add it to a parser, by its `addoption` or `add_argument`."""
        if self.metavar:
            action = "append" if self.repeatable else "store"
            add(self.name, dest=self.key, help=self.help, metavar=self.metavar, type=self.value, action=action)
        else:
            add(self.name, dest=self.key, help=self.help, action=argparse.BooleanOptionalAction)

    def value(self, text: str) -> Any:
        """The value of a text; an error is one line, without the usage that pytest would print."""
        if not text.strip():  # often a variable of a shell that is not set
            raise pytest.UsageError(f"{self.name}: {text!r} is empty; give {self.metavar}, or leave the option out")
        try:
            return self.convert(text)
        except argparse.ArgumentTypeError as error:
            raise pytest.UsageError(f"{self.name}: {error}") from None

    def setting(self, said: Mapping[str, Any]) -> Any:
        """Its value in the settings, or its default."""
        found = said.get(self.name.removeprefix("--"))
        if found is None:
            return self.default
        if not self.metavar:
            return found
        return [self.value(each) for each in found] if self.repeatable else self.value(str(found))


def _profile(text: str) -> str:
    if text not in PROFILES:
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(PROFILES)}")
    return text


def _conversation(text: str) -> str:
    if len(text) > LONGEST_ID or text in (".", "..") or not NO_ID.isdisjoint(text) or not text.isprintable():
        raise argparse.ArgumentTypeError(
            f"{text[:LONGEST_ID]!r} is no id of a conversation; one has at most {LONGEST_ID} characters, "
            "no white space and none of / \\ ? # %"
        )
    return text


def _workers(text: str) -> int | str:
    return text if text == AUTO else positive(text)


def _rate(text: str) -> float:
    try:
        return rate(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


_many = partial(Option, repeatable=True, default=())
OPTIONS = (
    Option("--base-url", "URL of the API, such as https://api.example.com/v0.2; default: start the mock", "URL"),
    Option("--target", "verify a target from [tool.conversation-contracts.targets]", "NAME"),
    Option("--targets", f"read targets and settings from this file; default: {PYPROJECT}", "FILE"),
    _many("--header", "send this header with the value of an environment variable; repeatable", "NAME=VARIABLE", header),
    Option("--rate", "send at most N requests a second; also N/min, N/h", "N/s", _rate),
    Option("--max-requests", "send at most N requests in this run", "N", positive),
    Option("--workers", "send up to N requests at once; default: auto, 16 where an answer takes 10 ms", "N", _workers, AUTO),
    Option("--patience", "give up a path that costs N seconds without a usable answer", "N", positive, PATIENCE),
    Option("--ca-bundle", "trust the certificate authorities in this file, and no others", "FILE"),
    _many("--clauses", "check only these clauses or families, separated by commas; repeatable", "NAMES"),
    _many("--conversation", "read this conversation instead of a sample; repeatable", "ID", _conversation),
    Option("--profile", "how much to read", f"{{{','.join(PROFILES)}}}", _profile, "default"),
    Option("--seed", "repeat the random choices of a run; default: a new seed, printed", "N", whole_number, dest="contract_seed"),
    Option("--verdicts", "write the verdicts to this file, as JSON", "FILE"),
    Option("--har", "write all exchanges to this file, as an HTTP archive without credentials; .gz compresses it", "FILE"),
    Option("--write-deviations", "write what fails the run to this file, as deviations; fill in reason and until", "FILE"),
    Option("--shard", "check only part K of N; needs --seed", "K/N", Shard.parse, Shard()),
    Option("--fail-on-should", "a violated SHOULD fails the run too", default=False),
    Option("--require-exercised", "a MUST that was not exercised fails the run too", default=False),
    Option("--unsafe-methods", "also send POST, PUT, PATCH and DELETE", default=False),
    Option("--max-pages", "stop a walk after N pages; one that is no nearer to its end counts as endless", "N", positive, 1000),
)  # fmt: skip
"""All options of a run."""


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare the options.

    Two plugins of others declare the same `--base-url`: it is theirs where one was loaded before this one, and they are
    kept out where none was.
    """
    group = parser.getgroup("contract", "verify an implementation of the Conversation API")
    others = ("base_url", "playwright")
    shared = any(pluginmanager.has_plugin(name) for name in others)
    for name in () if shared else others:
        pluginmanager.set_blocked(name)
    for option in OPTIONS:
        if not (shared and option.name == "--base-url"):
            option.declare(group.addoption)


def resolve(config: pytest.Config) -> None:
    """Fill in options that the command line does not give: from the settings, or by default.

    The command line wins. Where it names a target or a base URL, both settings are ignored.

    Raises:
        pytest.UsageError: the settings cannot be read, or one of them is wrong.
    """
    said = _settings(config.getoption("targets"))
    if config.getoption("target") or config.getoption("base_url"):
        said = {name: value for name, value in said.items() if name not in ("target", "base-url")}
    for option in OPTIONS:
        if config.getoption(option.key) is None:
            setattr(config.option, option.key, option.setting(said))


def _settings(named: str | None) -> Mapping[str, Any]:
    """The settings of the file that is named, or of the current folder, where there may be none."""
    file = Path(named or PYPROJECT)
    if not named and not file.exists():
        return {}
    try:
        return settings(file)
    except ConfigurationError as error:
        raise pytest.UsageError(str(error)) from None
