"""`conversation-contracts verify` only: an argument that is no option is the base URL, or one of the checks."""

from __future__ import annotations

from typing import Any, TypeVar

import pytest

from contracts.pytest_plugin import hooks
from contracts.pytest_plugin.places import HERE

T = TypeVar("T")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Take the base URL from the arguments, and run the checks that they name, or all."""
    checks = [word for word in config.option.file_or_dir if _is_check(word)]
    urls = [word for word in config.option.file_or_dir if word not in checks]
    if config.option.base_url is not None:
        urls.append(config.option.base_url)
    if not all(map(str.strip, urls)):  # a variable of a shell that is not set: nobody means the mock
        raise pytest.UsageError("the base URL is empty; give one, or leave it out to verify the bundled mock")
    if len(urls) > 1:
        raise pytest.UsageError(f"more than one base URL: {', '.join(urls)}; give one")
    config.option.base_url = urls[0] if urls else None
    config.args[:] = [str(HERE / word) for word in checks] or [str(HERE)]


def pytest_sessionstart(session: pytest.Session) -> None:
    """Print what is verified, without pytest's folders and versions; -v prints those too.

    Print `test_links.py`, which is the same everywhere, and not a path into site-packages. pytest prints paths relative
    to the folder where it was started, and has no option for another one.
    """
    config: Any = session.config
    config.cwd_relative_nodeid = _same
    if reporter := config.pluginmanager.get_plugin("terminalreporter"):
        reporter.startpath = HERE
        if config.option.verbose == 0:
            config.option.no_header = True
            for line in hooks.pytest_report_header(config):
                reporter.write_line(line)


def _same(nodeid: T) -> T:
    return nodeid


def _is_check(word: str) -> bool:
    """Whether a word is a check as pytest prints it, such as `test_links.py::test_first[users]`."""
    return (HERE / word.partition("::")[0]).is_file()
