"""Known targets: what may be said of one, how it is understood, and what is said where it cannot be."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contracts.cli.target import main
from contracts.findings.waivers import Waiver
from contracts.runner.configuration import ConfiguredTarget, configured, describe, paced, placed, rate
from contracts.runner.schema import SCHEMA
from contracts.transport.credentials import Minted, Printed, Ready
from contracts.transport.errors import BadAddressError, ConfigurationError
from contracts.transport.identities import Other
from contracts.transport.pacing import Pace
from tests.suite.test_credentials import KEY, pem

if TYPE_CHECKING:
    from collections.abc import Mapping

ENVIRONMENT = {"TOKEN": "s3cret-t0ken", "TOKEN_TWO": "other-t0ken", "TENANT": "acme", "KEY": pem(KEY), "TWO": "a\nb"}
BASE = 'base-url = "https://api.example.com/v0.2/"'


def described(tmp_path: Path, *lines: str) -> Path:
    file = tmp_path / "targets.toml"
    file.write_text("\n".join(["[tool.conversation-contracts.targets.staging]", *lines]))
    return file


def target(tmp_path: Path, *lines: str, environment: Mapping[str, str] = ENVIRONMENT) -> ConfiguredTarget:
    return configured("staging", described(tmp_path, BASE, *lines), environment)


def test_a_target_needs_an_address_only(tmp_path: Path) -> None:
    found = target(tmp_path)
    assert (found.base_url, found.unsafe, found.waivers) == ("https://api.example.com/v0.2", False, ())
    assert (found.access.credential, found.access.pace, found.access.hosts) == (None, Pace(), frozenset())


def test_everything_that_is_said_is_understood(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("x")
    found = target(
        tmp_path,
        'link-hosts = ["eu.example.com", "https://us.example.com:8443"]',
        'rate = "90/min"',
        "max-requests = 500",
        'token-env = "TOKEN"',
        'headers = { X-Tenant = "TENANT" }',
        'ca-bundle = "ca.pem"',
        'proxy = "http://proxy.example.com:3128"',
        "unsafe = true",
        'deviations = [{ clause = "pages.full", listing = "users", reason = "old", until = 2027-01-31 }]',
    )
    access = found.access
    assert isinstance(access.credential, Ready)
    assert access.credential.token() == "s3cret-t0ken"
    assert access.hosts == {("https", "eu.example.com", 443), ("https", "us.example.com", 8443)}
    assert (access.pace, access.headers) == (Pace(1.5, 500), {"X-Tenant": ("TENANT", "acme")})
    assert (access.authorities, access.proxies["https"]) == (tmp_path / "ca.pem", "http://proxy.example.com:3128")
    assert found.waivers == (Waiver("pages.full", "old", "users", until=date(2027, 1, 31)),)
    assert found.unsafe


def test_the_day_when_a_deviation_was_found_is_understood(tmp_path: Path) -> None:
    (known,) = target(tmp_path, 'deviations = [{ clause = "a.b", reason = "r", found = 2026-11-27 }]').waivers
    assert known == Waiver("a.b", "r", found=date(2026, 11, 27))


def test_a_token_is_shown_as_the_variable_that_holds_it(tmp_path: Path) -> None:
    made = [
        target(tmp_path, line).access.credential for line in ('token-env = "TOKEN"', "token-command = 'vault read t'")
    ]
    assert [(each.variable, each.fill) for each in made if each] == [("TOKEN", ""), ("TOKEN", "TOKEN=$(vault read t)")]


def test_files_of_a_target_are_named_so_that_they_are_found_from_anywhere() -> None:
    said = {"base-url": "http://x", "ca-bundle": "ca.pem", "private-key": "/k.pem"}
    assert placed(said, Path("/etc/t")) == {
        "base-url": "http://x",
        "ca-bundle": "/etc/t/ca.pem",
        "private-key": "/k.pem",
    }


def test_an_application_signs_with_its_key(tmp_path: Path) -> None:
    (tmp_path / "app.pem").write_text(pem(KEY))
    for key in ('private-key = "app.pem"', 'private-key-env = "KEY"'):
        made = target(tmp_path, 'application-id = "a-1"', key, "token-seconds = 300").access.credential
        assert isinstance(made, Minted)
        assert (made.application, made.lifetime) == ("a-1", 300)


def test_a_command_may_print_the_token(tmp_path: Path) -> None:
    made = target(tmp_path, "token-command = \"vault read 'a b'\"").access.credential
    assert made == Printed(("vault", "read", "a b"))


def test_the_proxy_of_the_surroundings_is_used_when_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com:1")
    assert dict(target(tmp_path).access.proxies) == {}
    assert target(tmp_path, 'proxy = "environment"').access.proxies["https"] == "http://proxy.example.com:1"


OTHERS = {
    "token-env": ('token-env = "TOKEN_TWO"', Ready("other-t0ken", variable="TOKEN_TWO"), {}),
    "token-command": ('token-command = "vault read two"', Printed(("vault", "read", "two")), {}),
    "headers": ('headers = { X-Key = "TENANT" }', None, {"X-Key": ("TENANT", "acme")}),
}


@pytest.mark.parametrize(("line", "credential", "further"), OTHERS.values(), ids=OTHERS)
def test_another_application_asks_in_any_way(tmp_path: Path, line: str, credential: Any, further: Any) -> None:
    found = target(tmp_path, 'token-env = "TOKEN"', f"other = {{ {line} }}").access.other
    assert found == Other(credential, further)


def test_another_application_may_sign_with_the_same_key(tmp_path: Path) -> None:
    key = 'private-key-env = "KEY"'
    other = f'other = {{ application-id = "a-2", {key}, token-seconds = 60 }}'
    access = target(tmp_path, 'application-id = "a-1"', key, other).access
    assert access.other
    assert [(each.application, each.lifetime) for each in (access.credential, access.other.credential)
            if isinstance(each, Minted)] == [("a-1", 900), ("a-2", 60)]  # fmt: skip


def test_what_another_application_shares_is_said_with_it(tmp_path: Path) -> None:
    line = 'other = { token-env = "TOKEN_TWO", shared = ["users", "conversations"] }'
    found = target(tmp_path, 'token-env = "TOKEN"', line)
    assert found.access.other
    assert found.access.other.shared == {"users", "conversations"}
    assert [*describe(found)][-2:] == ["  other token-env: TOKEN_TWO", "  other shared: users, conversations"]


def test_files_of_another_application_are_found_from_anywhere() -> None:
    assert placed({"other": {"private-key": "two.pem"}}, Path("/etc/t")) == {"other": {"private-key": "/etc/t/two.pem"}}


WRONG = {
    "unknown": (['tokn = "a"'], "'tokn' was unexpected.*allowed: base-url"),
    "rate": (['rate = "fast"'], r'rate: .*allowed: like "5/s"'),
    "budget": (["max-requests = 0"], "max-requests: 0 is less than the minimum of 1"),
    "variable": (['token-env = "NOWHERE"'], "the environment variable NOWHERE is not set"),
    "two": (['token-env = "TOKEN"', 'token-command = "x"'], "token-env and token-command are more than one credential"),
    "key": (['application-id = "a"'], "an application needs private-key or private-key-env"),
    "no-key": (['application-id = "a"', 'private-key-env = "TOKEN"'], "private-key: it cannot be read"),
    "file": (['ca-bundle = "nowhere.pem"'], "ca-bundle: .*nowhere.pem cannot be read: No such file"),
    "header": (['headers = { "a b" = "TENANT" }'], "'a b' is no name of a header"),
    "value": (['headers = { X-A = "TWO" }'], "the value of TWO cannot stand in a header"),
    "host": (['link-hosts = ["http://eu.example.com"]'], "would send the credential without TLS"),
    "no-host": (['link-hosts = ["https://"]'], "'https://' is no host"),
    "listing": (
        ['deviations = [{ clause = "a.b", reason = "r", listing = "user" }]'],
        "deviations.0.listing: 'user' is not one of",
    ),
    "reason": (['deviations = [{ clause = "a.b" }]'], "deviations.0: 'reason' is a required property"),
    "no-reason": (
        ['deviations = [{ clause = "a.b", listing = "users", reason = "", until = "" }]'],
        r"deviations: reason and until are empty for a.b \(users\): say why it is accepted, and its last day",
    ),
    "no-day": (
        ['deviations = [{ clause = "a.b", reason = "r", until = "" }]'],
        r"deviations: until is empty for a.b \(every listing\)",
    ),
    "other-nobody": (['other = { shared = ["users"] }'], "other: it names no credential; allowed: token-env, "),
    "other-empty": (["other = {}"], r"other: \{\} should be non-empty"),
    "other-unknown": (['other = { tokn-env = "A" }'], "'tokn-env' was unexpected.*did you mean token-env"),
    "other-listing": (
        ['other = { token-env = "TOKEN", shared = ["user"] }'],
        "other.shared.0: 'user' is not one of",
    ),
    "other-variable": (['other = { token-env = "NOWHERE" }'], "other: the environment variable NOWHERE is not set"),
    "other-the-same": (
        ['token-env = "TOKEN"', 'other = { token-env = "TOKEN" }'],
        "other: it is the credential of the target itself; give that of another application",
    ),
    "other-the-same-application": (
        [
            'application-id = "a"',
            'private-key-env = "KEY"',
            'other = { application-id = "a", private-key-env = "KEY" }',
        ],
        "other: it is the credential of the target itself",
    ),
    "day": (['deviations = [{ clause = "a.b", reason = "r", until = "soon" }]'], "until: 'soon' is not a 'date'"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_is_said_in_one_line(tmp_path: Path, name: str) -> None:
    lines, why = WRONG[name]
    with pytest.raises(ConfigurationError, match=why) as error:
        target(tmp_path, *lines)
    assert "\n" not in str(error.value)
    assert "s3cret" not in str(error.value)


def test_a_target_that_is_not_described_is_said_with_the_others(tmp_path: Path) -> None:
    file = described(tmp_path, BASE)
    with pytest.raises(ConfigurationError, match=r"--target stagin: .* describes no such target; known: staging"):
        configured("stagin", file, {})
    with pytest.raises(ConfigurationError, match="cannot be read: No such file"):
        configured("staging", tmp_path / "nowhere.toml", {})
    file.write_text("a = ")
    with pytest.raises(ConfigurationError, match="it is no TOML"):
        configured("staging", file, {})


def test_an_address_without_scheme_is_none(tmp_path: Path) -> None:
    with pytest.raises(BadAddressError):
        configured("staging", described(tmp_path, 'base-url = "api.example.com"'), {})


@pytest.mark.parametrize(("text", "a_second"), [("5/s", 5.0), ("90/min", 1.5), ("1800/h", 0.5), ("0.5/s", 0.5)])
def test_a_rate_is_so_many_a_second(text: str, a_second: float) -> None:
    assert rate(text) == a_second


@pytest.mark.parametrize("text", ["", "5", "5/d", "0/s", "-1/s", "5 /s", "\u0665/s"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no rate"):
        rate(text)


def test_the_command_line_has_the_last_word(tmp_path: Path) -> None:
    found = target(tmp_path, 'rate = "5/s"', "max-requests = 9")
    assert paced(found, None, None, Path("l")).access.pace == Pace(5.0, 9, Path("l"))
    assert paced(found, 2.0, 7, None).access.pace == Pace(2.0, 7)


def test_a_target_is_shown_without_a_secret(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = target(tmp_path, 'token-env = "TOKEN"', 'headers = { X-Tenant = "TENANT" }')
    told = "\n".join(describe(found))
    assert told == "staging: https://api.example.com/v0.2\n  token-env: TOKEN\n  headers: X-Tenant from $TENANT"
    assert main(["--targets", str(described(tmp_path, BASE)), "staging", "--no-probe"]) == 0
    assert capsys.readouterr().out == "staging: https://api.example.com/v0.2\n"


def test_what_is_asked_for_and_cannot_be_ends_with_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--targets", str(described(tmp_path, BASE)), "production"])
    assert (ended.value.code, capsys.readouterr().err.count("\n")) == (4, 1)


@pytest.mark.parametrize(
    ("heading", "schema"),
    [
        ("## Keys", SCHEMA),
        ("## Another application", SCHEMA["properties"]["other"]),
        ("## Deviations", SCHEMA["properties"]["deviations"]["items"]),
    ],
    ids=["target", "other", "deviation"],
)
def test_the_page_of_targets_lists_what_may_be_said(heading: str, schema: dict[str, Any]) -> None:
    page = (Path(__file__).parents[2] / "docs" / "targets.md").read_text(encoding="utf-8")
    section = page.partition(f"{heading}\n")[2].partition("\n## ")[0]
    listed = [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")]
    assert sorted(listed) == sorted(schema["properties"])
