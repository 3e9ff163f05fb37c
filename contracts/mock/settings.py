"""The settings of a mock, each declared once: its value, its option, its bounds, and what it does.

The command line, the words that start a process, the control port and the table in the documentation follow from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Annotated, Final, get_args, get_origin

from contracts.mock import forms
from contracts.mock.options import Group, Option

MOST_CONVERSATIONS = 10**9
MOST_USERS = 10**9
MOST_INSIDE = 10**8
MOST_WRITES = 1000  # a second
FASTEST = 10**6  # requests a second
LONGEST_LATENCY = 60_000  # milliseconds
FLAKY_KINDS = ("reset", "busy", "unavailable")
"""The connection is reset before an answer; 503 with Retry-After; 503 without, a failure like any other."""

USUAL_KINDS = FLAKY_KINDS[:2]

_TEXT = forms.optional(forms.text())
_INSIDE = forms.optional(forms.counts(MOST_INSIDE))
_PATH = forms.text(
    "empty or a path such as /v0.2, with a slash at its start and none at its end",
    lambda path: not path or (path.startswith("/") and not path.endswith("/")),
)
_MIXED = "few in some, many in others"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that decides how a mock answers; two mocks with equal settings answer alike.

    Ranges are the least and the most; times are in milliseconds, rates in requests per second, shares from 0 to 1.
    `started` is when writing began, in milliseconds since 1970; None means when the mock is built. It has no option: a
    process starts writing when it starts.

    Raises:
        ValueError: a value is not allowed; the message names the setting, the value and what is allowed.
    """

    seed: Annotated[
        int,
        Option("--seed N", forms.integer(0, 2**63 - 1), Group.DATA, "seed of the data; equal seeds give equal data"),
    ] = 1
    conversations: Annotated[
        int,
        Option(
            "--conversations N",
            forms.integer(0, MOST_CONVERSATIONS),
            Group.DATA,
            "number of conversations; ten million cost no more than sixty",
        ),
    ] = 64
    users: Annotated[int, Option("--users N", forms.integer(0, MOST_USERS), Group.DATA, "number of users")] = 45
    members_per_conversation: Annotated[
        tuple[int, int] | None,
        Option(
            "--members-per-conversation N",
            _INSIDE,
            Group.DATA,
            "members in each conversation: a number such as 7, or a range such as 0-50",
            usual=_MIXED,
        ),
    ] = None
    events_per_conversation: Annotated[
        tuple[int, int] | None,
        Option(
            "--events-per-conversation N",
            _INSIDE,
            Group.DATA,
            "events in each conversation: a number such as 7, or a range such as 0-1000",
            usual=_MIXED,
        ),
    ] = None
    data: Annotated[
        str | None,
        Option("--data FILE", _TEXT, Group.DATA, "serve the data in this YAML or JSON file instead", fixed=True),
    ] = None
    writes_per_second: Annotated[
        float,
        Option(
            "--writes-per-second N", forms.number(MOST_WRITES), Group.DATA, "add data at this rate while the mock runs"
        ),
    ] = 0.0
    faults: Annotated[
        tuple[str, ...],
        Option("--fault NAME", forms.names(), Group.DIFFERENCES, "break the contract in this way; repeatable"),
    ] = ()
    oddities: Annotated[
        tuple[str, ...],
        Option(
            "--oddity NAME", forms.names(), Group.DIFFERENCES, "be unusual in this way, within the contract; repeatable"
        ),
    ] = ()
    departures: Annotated[
        tuple[str, ...],
        Option(
            "--departure NAME",
            forms.names(),
            Group.DIFFERENCES,
            "differ from the description as the real service does; repeatable",
        ),
    ] = ()
    rate_limit: Annotated[
        float,
        Option(
            "--rate-limit RATE",
            forms.rate(FASTEST),
            Group.BAD_DAYS,
            "requests per second, such as 20/s or 90/min; above it, answers 429 with Retry-After",
            usual="no limit",
        ),
    ] = 0.0
    latency: Annotated[
        tuple[float, float],
        Option(
            "--latency TIME",
            forms.span(LONGEST_LATENCY),
            Group.BAD_DAYS,
            "delay of each answer: a time such as 40ms, or a range such as 10ms-80ms",
            usual="no delay",
        ),
    ] = (0.0, 0.0)
    flaky: Annotated[
        float,
        Option(
            "--flaky SHARE",
            forms.share(),
            Group.BAD_DAYS,
            "share of requests that fail, such as 2%; --flaky-kind says how",
        ),
    ] = 0.0
    flaky_kinds: Annotated[
        tuple[str, ...],
        Option(
            "--flaky-kind KIND",
            forms.some_of(FLAKY_KINDS),
            Group.BAD_DAYS,
            "how requests fail: reset (of the connection), busy (503 with Retry-After) or unavailable (503 without); repeatable",
        ),
    ] = USUAL_KINDS
    token: Annotated[
        str | None,
        Option("--token TOKEN", _TEXT, Group.ACCESS, "bearer token to require; without it, answers 401"),
    ] = None
    tenants: Annotated[
        tuple[str, ...],
        Option(
            "--tenants TOKEN",
            forms.names("a token"),
            Group.ACCESS,
            "bearer token, or application_id, of a further tenant, who has data of its own; repeatable",
        ),
    ] = ()
    jwt_public_key: Annotated[
        str | None,
        Option(
            "--jwt-public-key FILE",
            _TEXT,
            Group.ACCESS,
            "PEM file with the public key of the JSON Web Tokens (RS256) to require; without one, answers 401",
            fixed=True,
        ),
    ] = None
    base_path: Annotated[str, Option("--base-path PATH", _PATH, Group.ADDRESS, "path of the API", fixed=True)] = "/v0.2"
    origin: Annotated[
        str | None,
        Option("--origin URL", _TEXT, Group.ADDRESS, "start of every link", usual="the request's Host", fixed=True),
    ] = None
    trust_forwarded: Annotated[
        bool,
        Option(
            "--trust-forwarded",
            forms.flag(),
            Group.ADDRESS,
            "build links from X-Forwarded-Proto, -Host, -Port and -Prefix",
        ),
    ] = False
    access_log: Annotated[
        bool,
        Option(
            "--access-log", forms.flag(), Group.PROCESS, "print a line on standard error for each request", fixed=True
        ),
    ] = False
    started: int | None = None

    def __post_init__(self) -> None:
        """Refuse values that are not allowed."""
        for name, option in SETTINGS.items():
            value = getattr(self, name)
            if not option.form.fits(value):
                raise ValueError(f"{name} {value!r} must be {option.form.value}")


SETTINGS: Final[Mapping[str, Option]] = MappingProxyType(
    {
        each.name: replace(get_args(each.type)[1], default=each.default)
        for each in fields(Settings)
        if get_origin(each.type) is Annotated
    }
)
"""The options of the settings, by the name of the field; `started` has none."""

CHANGEABLE: Final[Mapping[str, Option]] = MappingProxyType(
    {name: option for name, option in SETTINGS.items() if not option.fixed}
)
"""Those that can be changed while the mock runs."""
