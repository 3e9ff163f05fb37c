"""The application: carries a request past what is in its way to the API, and shows it to who watches."""

import time
from collections.abc import Callable
from typing import NamedTuple

from contracts.mock.api import Api
from contracts.mock.errors import Refused
from contracts.mock.protocol import Request
from contracts.mock.queries import Answer
from contracts.mock.traffic import Luck, Traffic


class Seen(NamedTuple):
    """One request, and how it was answered; the status of a connection that was reset is 0."""

    at: float
    client: str
    method: str
    target: str
    status: int
    size: int
    seconds: float


Watcher = Callable[[Seen], None]


class App:
    """Answers what connections read. `state` may be replaced between two requests, from any thread.

    `watchers` are shown every request once it is answered.
    """

    def __init__(self, api: Api, traffic: Traffic) -> None:
        self.state = (api, traffic)
        self.watchers: tuple[Watcher, ...] = ()

    def luck(self) -> Luck:
        """What the next request meets on its way."""
        return self.state[1].luck()

    def respond(self, request: Request, luck: Luck, client: str) -> Answer | None:
        """The answer to a request; None where its connection is to be reset."""
        if not self.watchers:
            return self._answer(request, luck)
        began = time.time()
        answer = self._answer(request, luck)
        status, _, body = answer or Answer(0, (), b"")
        took = time.time() - began + luck.delay
        seen = Seen(began - luck.delay, client, request.method, request.target, status, len(body), took)
        for watcher in self.watchers:
            watcher(seen)
        return answer

    def _answer(self, request: Request, luck: Luck) -> Answer | None:
        api = self.state[0]
        if luck.obstacle is None:
            return api.answer(request.method, request.target, request.headers)
        if isinstance(luck.obstacle, Refused):
            return api.turn_down(request.method, request.target, luck.obstacle)
        return None
