"""A running mock as a test of another project holds it: its address, and what can be done to it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import requests

from contracts.mock.server import started

_SECONDS = 10


class Mock:
    """A mock that runs as a process of its own.

    Attributes:
        url: where the API is; `/users` and `/conversations` are appended to it.
        control: where its control port is.
    """

    def __init__(self, url: str, control: str) -> None:
        self.url, self.control = url, control
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy between two programs on one machine

    def change(self, **settings: object) -> dict[str, Any]:
        """Change how it behaves from now on: `faults=["one-too-many"]`, `rate_limit="20/s"`, `flaky="2%"`, `seed=5`.

        Returns:
            All settings.

        Raises:
            ValueError: there is no such setting, or no such value of it.
        """
        return cast("dict[str, Any]", self._ask("PATCH", "/settings", settings)["settings"])

    def requests(self) -> list[dict[str, Any]]:
        """What it was asked, oldest first: `method`, `target`, `status` (0 where the connection was reset) and more."""
        return cast("list[dict[str, Any]]", self._ask("GET", "/requests")["requests"])

    def forget(self) -> None:
        """Forget what it was asked."""
        self._ask("DELETE", "/requests")

    def reset(self) -> None:
        """Let it be as it was when it was started, and forget what it was asked."""
        self._ask("POST", "/reset")

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        answer = self._session.request(method, f"{self.control}{path}", json=body, timeout=_SECONDS)
        found = cast("dict[str, Any]", answer.json())
        if "error" in found:
            raise ValueError(found["error"])
        return found


@contextmanager
def controlled(words: Sequence[str] = ()) -> Iterator[Mock]:
    """A mock with this command line and a control port, on free ports; it ends afterwards."""
    with started(["--control-port=0", *words]) as mock:
        yield Mock(mock.url, mock.control)
