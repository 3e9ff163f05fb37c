"""Why nothing could be found out: one class for each cause."""

from __future__ import annotations

SHOWN = 500
"""Characters of a URL that a message quotes."""


class TargetError(Exception):
    """No answer could be had; never a verdict on the target's contract."""

    def __init__(self, url: str, cause: str) -> None:
        super().__init__(url, cause)
        self.url = url if len(url) <= SHOWN else f"{url[:SHOWN]}…"
        self.cause = cause

    def __str__(self) -> str:
        return f"no answer from {self.url}: {self.cause}"


class UnreachableError(TargetError):
    """No connection, no answer in time, or one cut off, also when tried again."""


class AbsentError(TargetError):
    """A conversation that the user named is not there; `cause` is its id."""

    def __str__(self) -> str:
        return f"there is no conversation {self.cause}, which was named: it is not listed, and its paths give 404"


class OverlongError(TargetError):
    """An answer went past a bound of size."""

    def __str__(self) -> str:
        return f"{self.url} gave {self.cause}"


class TooLargeError(OverlongError):
    """An answer, or all that a path sent, went past a bound of size."""


class GoneError(TargetError):
    """The target stays away; nothing more is asked."""


class GivenUpError(TargetError):
    """A path is not asked any more: it has cost too much time, or did not answer; `cause` says it all."""

    def __str__(self) -> str:
        return self.cause


class BudgetError(TargetError):
    """The requests that a run may send are used up."""

    def __init__(self, url: str, budget: int) -> None:
        super().__init__(url, f"budget: {budget:,} requests are used up")

    def __str__(self) -> str:
        return self.cause


class LoadError(TargetError):
    """The target sent as much as a run reads: what was read is judged, and nothing more is asked."""

    def __str__(self) -> str:
        return self.cause


class CredentialError(TargetError):
    """There is no credential that could be sent: it cannot be had, or it is not valid any more."""

    def __str__(self) -> str:
        return f"{self.url}: {self.cause}"


class RefusedError(TargetError):
    """The target refuses the credential, or wants one where none was given.

    `skew` are the seconds that the target's clock is ahead of ours, where that may be why.
    """

    def __init__(self, url: str, status: int, *, credential: bool, skew: int = 0) -> None:
        super().__init__(url, f"status {status}")
        self.status = status
        self.credential = credential
        self.skew = skew

    def __str__(self) -> str:
        given = "the credential" if self.credential else "a request without a credential"
        hint = "" if self.credential else "; set CONVERSATION_API_TOKEN to a bearer token"
        if self.credential and self.skew:
            way = "ahead of" if self.skew > 0 else "behind"
            hint = f"; its clock is {abs(self.skew):,} s {way} this machine's, where the token was made: set the clock"
        return f"{self.url} refuses {given}: {self.cause}{hint}"


class OtherRefusedError(TargetError):
    """The target refuses the credential of the second identity, so nothing is known of what that one may see."""

    def __str__(self) -> str:
        return f"{self.url} refuses the credential of the other identity: {self.cause}"


class LapsedError(TargetError):
    """The target refuses the credential, which it accepted before; nothing is known of what was asked for."""

    def __str__(self) -> str:
        return "the target refused the credential when this was asked for, and had accepted it before: status 401"


class ConfigurationError(ValueError):
    """A target that cannot be: the place where it is described, the value, and what is allowed there."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(place, why)
        self.place = place
        self.why = why

    def __str__(self) -> str:
        return f"{self.place}: {self.why}"


class BadAddressError(ValueError):
    """A base URL that is none."""

    def __init__(self, value: str, why: str) -> None:
        super().__init__(value, why)
        self.value = value
        self.why = why

    def __str__(self) -> str:
        return f"{self.value!r} is no base URL: {self.why}; give one like https://api.example.com/v0.2"
