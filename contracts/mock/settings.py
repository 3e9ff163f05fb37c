"""What a mock is made with."""

from dataclasses import dataclass

MOST_CONVERSATIONS = 10**9
MOST_USERS = 10**9
MOST_INSIDE = 10**8
LONGEST_LATENCY = 60_000
FLAKY_KINDS = ("reset", "busy", "unavailable")
"""The connection is reset before an answer; 503 with Retry-After; 503 without, a failure like any other."""

USUAL_KINDS = FLAKY_KINDS[:2]


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that decides how a mock answers; two mocks of equal settings answer alike.

    `data` is a file that is served instead of data that are worked out.

    How many members and events a conversation has is drawn between the two numbers; None is a mixture of few and
    many. `origin` is what the links start with; where it is None they follow the request's Host header, and with
    `trust_forwarded` X-Forwarded-*. `started` is when writing began, in milliseconds since 1970; None means when
    the mock is built.

    `rate_limit` is in requests a second, `latency` the least and most milliseconds that are added to each
    answer, `flaky` the share of requests that go wrong, each in one of the `flaky_kinds`. They are matters of the
    server, not of the data, as is `access_log`, which writes a line for each request.
    `jwt_public_key` is a PEM file; tokens signed by its other half open, and `token` opens as well.
    """

    seed: int = 1
    conversations: int = 64
    users: int = 45
    members_per_conversation: tuple[int, int] | None = None
    events_per_conversation: tuple[int, int] | None = None
    data: str | None = None
    faults: tuple[str, ...] = ()
    oddities: tuple[str, ...] = ()
    departures: tuple[str, ...] = ()
    token: str | None = None
    jwt_public_key: str | None = None
    base_path: str = "/v0.2"
    origin: str | None = None
    writes_per_second: float = 0.0
    started: int | None = None
    rate_limit: float = 0.0
    latency: tuple[float, float] = (0.0, 0.0)
    flaky: float = 0.0
    flaky_kinds: tuple[str, ...] = USUAL_KINDS
    trust_forwarded: bool = False
    access_log: bool = False

    def __post_init__(self) -> None:
        """Refuse what no mock can be made with."""
        _within("seed", self.seed, 2**63 - 1)
        _within("conversations", self.conversations, MOST_CONVERSATIONS)
        _within("users", self.users, MOST_USERS)
        _within("writes_per_second", self.writes_per_second, 1000)
        for number in (*(self.members_per_conversation or ()), *(self.events_per_conversation or ())):
            _within("members or events per conversation", number, MOST_INSIDE)
        _within("rate_limit", self.rate_limit, 10**6)
        _within("flaky", self.flaky, 1)
        if not self.flaky_kinds or not set(self.flaky_kinds) <= set(FLAKY_KINDS):
            raise ValueError(f"flaky_kinds {', '.join(self.flaky_kinds)!r} must be some of {', '.join(FLAKY_KINDS)}")
        for milliseconds in self.latency:
            _within("latency", milliseconds, LONGEST_LATENCY)
        if self.base_path and (not self.base_path.startswith("/") or self.base_path.endswith("/")):
            raise ValueError(f"base_path {self.base_path!r} must be empty or start, and not end, with '/'")


def _within(name: str, value: float, most: int) -> None:
    if not 0 <= value <= most:
        raise ValueError(f"{name} {value!r} must be from 0 to {most}")
