"""The ASGI application: carries a request past what stands in its way to the API, and the answer back."""

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, NamedTuple

from contracts.mock.api import Api
from contracts.mock.errors import Refused
from contracts.mock.protocol import ABORT, Protocol
from contracts.mock.queries import Answer
from contracts.mock.traffic import RESET, Traffic

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Seen(NamedTuple):
    """One request, and how it was answered; the status of a connection that was reset is 0."""

    at: float
    client: str
    method: str
    target: str
    status: int
    size: int
    seconds: float


class App:
    """Translates between ASGI and `Api.answer`. `state` may be replaced between two requests, from any thread.

    `watchers` are shown every request once it is answered.
    """

    def __init__(self, api: Api, traffic: Traffic) -> None:
        self.state = (api, traffic)
        self.watchers: tuple[Callable[[Seen], None], ...] = ()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        api, traffic = self.state
        began = time.time() if self.watchers else 0.0
        target = scope["raw_path"].decode("latin-1")
        if scope["query_string"]:
            target = f"{target}?{scope['query_string'].decode('latin-1')}"
        obstacle = None if traffic.quiet else await self._way(traffic)
        if obstacle is RESET:
            answer = Answer(0, (), b"")
            await self._break_off(scope, receive)
        elif isinstance(obstacle, Refused):
            answer = api.turn_down(scope["method"], target, obstacle)
            await self._send(send, answer)
        else:
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
            answer = api.answer(scope["method"], target, headers)
            await self._send(send, answer)
        if self.watchers:
            self._show(scope["client"], scope["method"], target, answer, began)

    def at_once(
        self, protocol: Protocol, method: str, target: str, headers: list[tuple[bytes, bytes]]
    ) -> Answer | None:
        """The answer to a request; None where something may stand in its way."""
        api, traffic = self.state
        if not traffic.quiet:
            return None
        began = time.time() if self.watchers else 0.0
        named = {name.decode("latin-1"): value.decode("latin-1") for name, value in headers}
        answer = api.answer(method, target, named)
        if self.watchers:
            self._show(protocol.client, method, target, answer, began)
        return answer

    async def _way(self, traffic: Traffic) -> Refused | str | None:
        obstacle, delay = traffic.obstacle(), traffic.delay()
        if delay:
            await asyncio.sleep(delay)
        return obstacle

    async def _break_off(self, scope: Message, receive: Receive) -> None:
        scope["extensions"][ABORT]["call"]()
        while (await receive())["type"] != "http.disconnect":
            pass  # what is left of the request

    async def _send(self, send: Send, answer: Answer) -> None:
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
        await send({"type": "http.response.start", "status": answer.status, "headers": raw})
        await send({"type": "http.response.body", "body": answer.body})

    def _show(self, client: tuple[str, int] | None, method: str, target: str, answer: Answer, began: float) -> None:
        name = f"{client[0]}:{client[1]}" if client else "-"
        seen = Seen(began, name, method, target, answer.status, len(answer.body), time.time() - began)
        for watcher in self.watchers:
            watcher(seen)
