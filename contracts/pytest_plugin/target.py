"""What a run verifies, by its options: a configured target, an address, or the bundled mock."""

from __future__ import annotations

import os
import secrets
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.findings.families import UnknownClauseError
from contracts.pytest_plugin.writing import check_files
from contracts.runner.configuration import ConfiguredTarget, configured, headers
from contracts.runner.tables import PYPROJECT
from contracts.transport import Access, ConfigurationError, Other
from contracts.transport.credentials import OTHER_VARIABLE, VARIABLE, Ready

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import ExitStack


def target_of(config: pytest.Config, worker_input: Mapping[str, Any], resources: ExitStack) -> ConfiguredTarget:
    """The target that the options name, or a mock that the first process starts; `resources` end it.

    `worker_input` is what the first process tells a worker. Without pace: its processes share that.
    """
    option, token = config.getoption, os.environ.get(VARIABLE)
    if option("target"):
        found = configured(option("target"), Path(option("targets") or PYPROJECT), os.environ)
    elif option("base_url"):
        found = ConfiguredTarget("", option("base_url"), Access(Ready(token) if token else None))
    else:
        token = token or worker_input.get("token") or secrets.token_urlsafe(24)
        other = worker_input.get("other") or secrets.token_urlsafe(24)
        base_url = worker_input.get("mock") or _mock(token, other, resources)
        access = Access(Ready(token), other=Other(Ready(other, variable=OTHER_VARIABLE)))
        found = ConfiguredTarget("the bundled mock", base_url, access, unsafe=True)
    more = headers(option("header"), "--header", os.environ)
    bundle: dict[str, Any] = {"authorities": Path(option("ca_bundle"))} if option("ca_bundle") else {}
    limits = replace(found.access.limits, patience=float(option("patience")))
    access = replace(found.access, headers={**found.access.headers, **more}, limits=limits, **bundle)
    return replace(found, access=access)


def _mock(token: str, other: str, resources: ExitStack) -> str:
    """The base URL of a new mock with two tenants, who bring these tokens."""
    from contracts.mock import Settings  # noqa: PLC0415 - a run over a target that is named needs no mock
    from contracts.mock.server import running  # noqa: PLC0415 - likewise

    return resources.enter_context(running(Settings(token=token, tenants=(other,))))


def names_a_target(config: pytest.Config) -> bool:
    """Whether the options say what is verified; the mock is, where they do not."""
    return bool(config.getoption("target") or config.getoption("base_url"))


def check_waivers(target: ConfiguredTarget) -> None:
    """Refuse deviations from what is no clause, or none of that listing."""
    for each in target.waivers:
        clause = CONVERSATION_CLAUSES.get(each.clause)
        if clause is None:
            raise UnknownClauseError(each.clause, CONVERSATION_CLAUSES)
        if each.listing and each.listing not in [listing.name for listing in clause.listings]:
            raise ConfigurationError(f"a deviation of {target.name}", f"{clause} is not about {each.listing}")


def check_options(config: pytest.Config) -> None:
    """Refuse options that cannot be."""
    if config.getoption("target") and config.getoption("base_url"):
        raise pytest.UsageError("--target and --base-url both say where the API is; give one of them")
    bundle = config.getoption("ca_bundle")
    if bundle and not Path(bundle).is_file():
        raise pytest.UsageError(f"--ca-bundle {bundle}: there is no such file")
    if not hasattr(config, "workerinput"):
        check_files(config)
    if config.getoption("shard").of > 1 and config.getoption("contract_seed") is None:
        raise pytest.UsageError("--shard needs --seed N, the same for all parts")
