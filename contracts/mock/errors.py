"""A request that is turned down: one exception for every cause, its data in fields."""

from typing import NamedTuple


class Refused(NamedTuple):
    """What a client is told: status, code for programs, sentence for people, the parameter at fault."""

    status: int
    code: str
    title: str
    detail: str
    parameter: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


class Refusal(Exception):  # noqa: N818 - it is an answer, not an error of the mock
    """Raised where a request is turned down; `refused` says how it is answered."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.detail)
        self.refused = refused


def bad_parameter(name: str, reason: str) -> Refusal:
    """400: a parameter's value breaks its rule."""
    return Refusal(Refused(400, "http:error:validation-fail", "Bad request", f"{name}: {reason}.", parameter=name))


def bad_request(reason: str) -> Refusal:
    """400: the request cannot be read."""
    return Refusal(Refused(400, "http:error:bad-request", "Bad request", f"{reason}."))


def not_found(what: str) -> Refusal:
    """404: there is no such thing."""
    return Refusal(Refused(404, f"{what}:error:not-found", "Not found", f"There is no such {what}."))


def no_token(code: str, reason: str) -> Refusal:
    """401: the credential is missing or wrong."""
    challenge = (("www-authenticate", "Bearer"),)
    return Refusal(Refused(401, f"system:error:{code}", "Unauthorized", reason, headers=challenge))


def wrong_method(allowed: str) -> Refusal:
    """405: the path is served, but not with this method."""
    detail = f"Only {allowed} can be used here."
    return Refusal(
        Refused(405, "http:error:method-not-allowed", "Method not allowed", detail, headers=(("allow", allowed),))
    )
