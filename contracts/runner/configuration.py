"""Known targets: what `[tool.conversation-contracts.targets.NAME]` of a TOML file says of them.

No secret stands there, only where one is to be found: the name of an environment variable, a file, a command.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from requests.utils import get_environ_proxies

from contracts.findings.waivers import Waiver
from contracts.paging.urls import Origin, origin
from contracts.runner.schema import RATE, SCHEMA, check_filled
from contracts.runner.tables import TABLE, check, table
from contracts.transport.access import Access
from contracts.transport.credentials import LIFETIME, Credential, Minted, Printed, Ready
from contracts.transport.errors import ConfigurationError
from contracts.transport.identities import Other
from contracts.transport.pacing import Pace
from contracts.transport.target import checked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

SECONDS = {"s": 1, "min": 60, "h": 3600}
NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*", re.ASCII)

_CREDENTIALS = ("token-env", "token-command", "application-id", "application-id-env", "private-key", "private-key-env")
FILES = ("ca-bundle", "client-certificate", "client-key", "private-key")
"""What names a file, from the folder of the TOML file."""


@dataclass(frozen=True)
class ConfiguredTarget:
    """A target as it is described.

    Attributes:
        name: what it is called.
        base_url: where the API stands.
        access: how it is reached.
        unsafe: whether methods may be sent that could write.
        deviations: violations that are known of it.
        said: what the description says, for people; no secret stands in it.
    """

    name: str
    base_url: str
    access: Access
    unsafe: bool = False
    waivers: tuple[Waiver, ...] = ()
    said: Mapping[str, Any] = field(default_factory=dict)


def described(file: Path) -> Mapping[str, Any]:
    """The targets that a TOML file describes, by name; `ConfigurationError` where it cannot be read."""
    targets: Mapping[str, Any] = table(file).get("targets", {})
    return targets


def configured(name: str, file: Path, environment: Mapping[str, str]) -> ConfiguredTarget:
    """The target of this name.

    Args:
        name: what it is called.
        file: the TOML file that describes it; files that it names are looked for beside it.
        environment: environment variables by name.

    Raises:
        BadTargetError: nothing is described under this name, or something that cannot be.
    """
    targets = described(file)
    if name not in targets:
        near = ", ".join(get_close_matches(name, targets, n=3, cutoff=0.4) or sorted(targets)) or "none"
        raise ConfigurationError(f"--target {name}", f"{file} describes no such target; known: {near}")
    said = targets[name]
    place = f"[{'.'.join((*TABLE, 'targets', name))}]"
    check_filled(said, place)
    check(said, SCHEMA, place)
    base_url = checked(said["base-url"])
    access = Access(
        credential=_credential(said, place, file.parent, environment),
        headers=headers(said.get("headers", {}).items(), place, environment),
        hosts=frozenset(_host(each, base_url, place) for each in said.get("link-hosts", [])),
        authorities=_file(said, "ca-bundle", place, file.parent),
        certificate=tuple(
            found
            for key in ("client-certificate", "client-key")
            if (found := _file(said, key, place, file.parent)) is not None
        ),
        proxies=_proxies(said.get("proxy"), base_url),
        pace=Pace(rate(said["rate"]) if "rate" in said else None, said.get("max-requests")),
    )
    if "other" in said:
        access = replace(access, other=_other(said["other"], f"{place} other", file.parent, environment))
        _check_apart(access, f"{place} other")
    waivers = tuple(_waiver(each) for each in said.get("deviations", []))
    return ConfiguredTarget(name, base_url, access, said.get("unsafe", False), waivers, said)


def rate(text: str) -> float:
    """Requests a second, of a rate like "5/s", "100/min" or "2000/h"; ValueError for another text."""
    match = RATE.fullmatch(text)
    if match is None or not float(match[1]):
        raise ValueError(f'{text!r} is no rate; one is written like "5/s", "100/min" or "2000/h"')
    return float(match[1]) / SECONDS[match[2]]


def headers(
    pairs: Iterable[tuple[str, str]],
    place: str,
    environment: Mapping[str, str],
) -> dict[str, tuple[str, str]]:
    """Headers by name, each with the variable that it comes from and its value; `BadTargetError` where one is missing."""
    made = {}
    for name, variable in pairs:
        if not NAME.fullmatch(name):
            raise ConfigurationError(place, f"{name!r} is no name of a header")
        value = _variable(variable, place, environment)
        if not value.isprintable() or not value.isascii():
            raise ConfigurationError(place, f"the value of {variable} cannot stand in a header")
        made[name] = (variable, value)
    return made


def _variable(name: str, place: str, environment: Mapping[str, str]) -> str:
    value = environment.get(name, "")
    if not value:
        raise ConfigurationError(place, f"the environment variable {name} is not set")
    return value


def _credential(said: Mapping[str, Any], place: str, folder: Path, environment: Mapping[str, str]) -> Credential | None:
    given = [name for name in _CREDENTIALS if name in said]
    kinds = {name.partition("-")[0] if not name.startswith("token") else name for name in given}
    if kinds & {"token-env", "token-command"} and len(kinds) > 1:
        raise ConfigurationError(place, f"{' and '.join(given)} are more than one credential; one is enough")
    if "token-env" in said:
        return Ready(_variable(said["token-env"], place, environment), variable=said["token-env"])
    if "token-command" in said:
        return Printed(tuple(shlex.split(said["token-command"])))
    if not given:
        return None
    application = said.get("application-id") or _variable(said.get("application-id-env", "?"), place, environment)
    if "private-key-env" in said:
        pem = _variable(said["private-key-env"], place, environment)
    else:
        file = _file(said, "private-key", place, folder)
        if file is None:
            raise ConfigurationError(place, "an application needs private-key or private-key-env")
        pem = file.read_text(encoding="ascii", errors="replace")
    try:
        return Minted(application, pem, said.get("token-seconds", LIFETIME))
    except ConfigurationError as error:
        raise ConfigurationError(f"{place} private-key", error.why) from None


def _other(said: Mapping[str, Any], place: str, folder: Path, environment: Mapping[str, str]) -> Other:
    """The second identity."""
    credential = _credential(said, place, folder, environment)
    further = headers(said.get("headers", {}).items(), place, environment)
    if credential is None and not further:
        raise ConfigurationError(place, f"it names no credential; allowed: {', '.join(_CREDENTIALS)}, headers")
    return Other(credential, further, frozenset(said.get("shared", ())))


def _check_apart(access: Access, place: str) -> None:
    """Refuse a second identity that is the first one: whatever it saw would be taken for a leak."""
    other = access.other
    same_headers = other is not None and all(access.headers.get(name) == each for name, each in other.headers.items())
    if other is not None and same_headers and _holder(other.credential) == _holder(access.credential):
        raise ConfigurationError(place, "it is the credential of the target itself; give that of another application")


def _holder(credential: Credential | None) -> object:
    """Who asks with a credential, as far as that is known without sending it."""
    match credential:
        case Ready():
            return credential.value
        case Minted():
            return credential.application
        case Printed():
            return credential.command
    return None


def _file(said: Mapping[str, Any], key: str, place: str, folder: Path) -> Path | None:
    if key not in said:
        return None
    file = folder / Path(said[key]).expanduser()
    try:
        file.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{place} {key}", f"{file} cannot be read: {error.strerror}") from None
    return file


def _host(text: str, base_url: str, place: str) -> Origin:
    """The origin that a host names: by the scheme of the base URL, where it says none."""
    scheme = urlsplit(base_url).scheme.lower()
    found = origin(urlsplit(text if "://" in text else f"{scheme}://{text}"))
    if not found[1] or not found[2]:
        raise ConfigurationError(
            f"{place} link-hosts", f"{text!r} is no host; allowed: a host, or an origin like {base_url}"
        )
    if scheme == "https" and found[0] != "https":
        raise ConfigurationError(f"{place} link-hosts", f"{text!r} would send the credential without TLS")
    return found


def _proxies(said: str | None, base_url: str) -> Mapping[str, str]:
    if said is None:
        return {}
    return get_environ_proxies(base_url) if said == "environment" else {"http": said, "https": said}


def _waiver(said: Mapping[str, Any]) -> Waiver:
    days = {key: date.fromisoformat(said[key]) for key in ("until", "found") if key in said}
    return Waiver(**{**said, **days})


def placed(said: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """What is said of a target, its files named so that they are found from any folder."""
    return {key: _placed(key, value, folder) for key, value in said.items()}


def _placed(key: str, value: Any, folder: Path) -> Any:  # noqa: ANN401 - what TOML holds
    if key == "other":
        return placed(value, folder)
    return str((folder / Path(value).expanduser()).absolute()) if key in FILES else value


def describe(target: ConfiguredTarget) -> Iterator[str]:
    """A target in lines for people, with no secret in it."""
    yield f"{target.name}: {target.base_url}"
    for name, value in target.said.items():
        if name not in ("base-url", "deviations", "other"):
            yield f"  {name}: {_value_text(value)}"
    for name, value in target.said.get("other", {}).items():
        yield f"  other {name}: {_value_text(value)}"
    for each in target.waivers:
        only = f", only {each.only!r}" if each.only else ""
        yield f"  deviation: {each.clause} ({each.listing or 'every listing'}{only}): {each.text}"


def _value_text(value: Any) -> str:  # noqa: ANN401 - what TOML holds
    if isinstance(value, dict):
        return ", ".join(f"{name} from ${variable}" for name, variable in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def paced(target: ConfiguredTarget, rate: float | None, budget: int | None, ledger: Path | None) -> ConfiguredTarget:
    """The same with another rate and budget, where those are given, and a file that processes share."""
    pace = target.access.pace
    return replace(target, access=replace(target.access, pace=Pace(rate or pace.rate, budget or pace.budget, ledger)))
