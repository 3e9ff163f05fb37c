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
        api, began = self.state[0], time.time()
        if luck.obstacle is None:
            answer: Answer | None = api.answer(request.method, request.target, request.headers)
        elif isinstance(luck.obstacle, Refused):
            answer = api.turn_down(request.method, request.target, luck.obstacle)
        else:
            answer = None
        if self.watchers:
            self._show(request, answer, client, began - luck.delay)
        return answer

    def _show(self, request: Request, answer: Answer | None, client: str, came: float) -> None:
        status, _, body = answer or Answer(0, (), b"")
        seen = Seen(came, client, request.method, request.target, status, len(body), time.time() - came)
        for watcher in self.watchers:
            watcher(seen)
