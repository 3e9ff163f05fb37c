"""The mock for the tests of other projects: the fixture `conversation_mock`, there wherever this project is installed.

Nothing is imported or started before a test asks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contracts.mock.handle import Mock


@pytest.fixture(scope="session")
def conversation_mock_options() -> Sequence[str]:
    """The command line of the mock; override it in a conftest.py of your own."""
    return ()


@pytest.fixture(scope="session")
def _conversation_mock_process(conversation_mock_options: Sequence[str]) -> Iterator[Mock]:
    from contracts.mock.handle import controlled  # noqa: PLC0415 - most test runs need no mock

    with controlled(conversation_mock_options) as mock:
        yield mock


@pytest.fixture
def conversation_mock(_conversation_mock_process: Mock) -> Mock:
    """A mock of the Conversation API, one process for a session, as it was started and with nothing remembered."""
    _conversation_mock_process.reset()
    return _conversation_mock_process
