"""The target `vonage`, whose real service cannot be run here: a mock that departs as that does stands for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from contracts.clauses import CONVERSATION_CLAUSES
from contracts.crawl.cache import Choices
from contracts.crawl.profiles import PROFILES
from contracts.findings.verdicts import Outcome, Verdict
from contracts.findings.waivers import outlived
from contracts.mock import DEPARTURES, FAULTS, Settings, build
from contracts.reporting import exit_code
from contracts.runner.configuration import ConfiguredTarget, configured, paced
from contracts.runner.verification import Verification
from contracts.selftest.in_process import BASE_URL, InProcess, now
from contracts.transport import Target

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()
LINKS = ("http", "api-us-3.mock.test", 8080)


@pytest.fixture(scope="module")
def vonage() -> ConfiguredTarget:
    """What pyproject.toml says of it, but slower than nobody has to wait for."""
    environment = {"VONAGE_APPLICATION_ID": "4f2c", "VONAGE_PRIVATE_KEY": PEM}
    found = paced(configured("vonage", ROOT / "pyproject.toml", environment), 1e6, None, None)
    return replace(found, access=replace(found.access, hosts=frozenset({LINKS})))


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The key that the mock checks tokens with."""
    file = tmp_path_factory.mktemp("keys") / "public.pem"
    pem = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    file.write_bytes(pem)
    return str(file)


def verified(target: ConfiguredTarget, settings: Settings, *names: str) -> list[Verdict]:
    api = build(replace(settings, started=now()))
    made = Target(BASE_URL, target.access, InProcess(api))
    made.session.mount(f"http://{LINKS[1]}", InProcess(api))
    choices = Choices(1, PROFILES["quick"])
    return Verification(made, CONVERSATION_CLAUSES.select(names), choices, unsafe=True, waivers=target.waivers).run()


def outcome(target: ConfiguredTarget, verdicts: list[Verdict]) -> tuple[int, list[str]]:
    """The exit code, and what is said to be wrong."""
    over = [str(each) for each in outlived(target.waivers, verdicts)]
    wrong = [each.clause for each in verdicts if each.verdict in (Outcome.VIOLATED, Outcome.ERROR)]
    return exit_code(verdicts, outlived=over), [*wrong, *over]


def test_it_is_the_real_service(vonage: ConfiguredTarget) -> None:
    assert vonage.base_url == "https://api.nexmo.com/v0.2"
    assert not vonage.unsafe


def test_a_service_that_departs_as_it_does_is_green(vonage: ConfiguredTarget, public: str) -> None:
    verdicts = verified(vonage, Settings(departures=tuple(DEPARTURES), jwt_public_key=public))
    assert outcome(vonage, verdicts) == (0, [])
    waived = {each.clause for each in verdicts if each.verdict == Outcome.DEVIATION}
    assert waived == {each.clause for each in vonage.waivers}
    decided = {each.clause: each.verdict for each in verdicts if each.clause.startswith("auth")}
    assert decided == {
        "auth.required": Outcome.HELD, "auth.checked": Outcome.HELD, "auth.isolated": Outcome.NOT_EXERCISED
    }  # fmt: skip


@pytest.mark.parametrize("mended", [name for name in DEPARTURES if name != "links-on-a-regional-host"])
def test_a_deviation_that_was_mended_has_to_be_removed(vonage: ConfiguredTarget, public: str, mended: str) -> None:
    kept = tuple(name for name in DEPARTURES if name != mended)
    names = {each.clause for each in vonage.waivers}
    code, said = outcome(vonage, verified(vonage, Settings(departures=kept, jwt_public_key=public), *names))
    assert (code, len(said)) == (1, 1)
    assert said[0].startswith(DEPARTURES[mended].breaks)


@pytest.mark.parametrize(
    "fault", ["no-next-for-one", "invitation-holds-a-user", "first-is-here", "days-only", "states-in-lower-case"]
)
def test_any_other_fault_is_still_caught(vonage: ConfiguredTarget, public: str, fault: str) -> None:
    settings = Settings(departures=tuple(DEPARTURES), faults=(fault,), jwt_public_key=public)
    breaks = FAULTS[fault].breaks
    code, said = outcome(vonage, verified(vonage, settings, breaks, *CONVERSATION_CLAUSES[breaks].requires))
    assert (code, breaks in said) == (1, True)
