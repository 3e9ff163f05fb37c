"""JSON Web Tokens at the mock: what opens, and what is told where one does not."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any

import jwt
import orjson
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from contracts.mock import Api, Settings, build

if TYPE_CHECKING:
    from pathlib import Path

KEY, OTHER = (rsa.generate_private_key(65537, 2048) for _ in range(2))
CLAIMS = {"application_id": "a-1", "jti": "j", "sub": "s", "aud": "x", "acl": {"paths": {"/*/users/**": {}}}}


def public(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def token(key: Any = KEY, algorithm: str = "RS256", **changed: object) -> str:
    now = int(time.time())
    claims = {"iat": now, "exp": now + 86_400, **CLAIMS, **changed}  # some are made long before they are used
    return jwt.encode({name: value for name, value in claims.items() if value is not None}, key, algorithm)


def encoded(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def signed(**claims: object) -> str:
    """A token with claims that PyJWT would not write."""
    return jwt.api_jws.encode(json.dumps({**CLAIMS, **claims}).encode(), KEY, "RS256")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("keys") / "public.pem"
    path.write_bytes(public(KEY))
    return str(path)


@pytest.fixture(scope="module")
def api(file: str) -> Api:
    return build(Settings(jwt_public_key=file))


def told(api: Api, given: str) -> tuple[int, str]:
    answer = api.answer("GET", "/v0.2/users", {"authorization": f"Bearer {given}"})
    return answer.status, str(orjson.loads(answer.body).get("code", ""))


def test_a_right_token_opens(api: Api) -> None:
    assert told(api, token()) == (200, "")


def test_an_expired_token_is_told_as_such(api: Api) -> None:
    assert told(api, token(exp=int(time.time()) - 5)) == (401, "system:error:expired-token")


UNSIGNED = f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{encoded({**CLAIMS, 'exp': 9**12})}."
WRONG = {
    "signed-by-another": token(OTHER),
    "expired-and-signed-by-another": token(OTHER, exp=1),
    "without-application": token(application_id=None),
    "application-empty": token(application_id=""),
    "application-a-number": token(application_id=5),
    "without-expiry": token(exp=None),
    "expiry-no-number": signed(exp="soon"),
    "expiry-text-of-digits": signed(exp="99999999999"),
    "expiry-infinite": signed(exp=float("inf")),
    "not-before-text-of-digits": signed(exp=9**12, nbf="1"),
    "not-before-true": signed(exp=9**12, nbf=True),
    "issued-at-text-of-digits": signed(exp=9**12, iat="1"),
    "unsigned": UNSIGNED,
    "signed-with-a-secret": token("secret" * 8, "HS256"),
    "cut": token()[:-4],
    "claims-changed": "{0}.{2}.{1}".format(*token().split(".")[::2], encoded({**CLAIMS, "exp": 9**12})),
    "claims-no-object": jwt.api_jws.encode(b"[]", KEY, "RS256"),
    "no-token": "x",
    "dots": "...",
    "deep": f"{urlsafe_b64encode(b'[' * 90_000).decode()}.e30.x",
    "not-ascii": "é.é.é",
}


@pytest.mark.parametrize("given", WRONG.values(), ids=WRONG.keys())
def test_any_other_token_is_refused(api: Api, given: str) -> None:
    assert told(api, given) == (401, "system:error:invalid-token")


def test_no_token_is_refused(api: Api) -> None:
    assert api.answer("GET", "/v0.2/users").status == 401


def test_beside_a_fixed_token_both_open(file: str) -> None:
    api = build(Settings(jwt_public_key=file, token="fixed"))  # noqa: S106
    assert [told(api, given)[0] for given in ("fixed", token(), "other")] == [200, 200, 401]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"x", "is no public key in PEM form"),
        (public(ec.generate_private_key(ec.SECP256R1())), "is no RSA key of 2048 bits or more"),
        (public(rsa.generate_private_key(65537, 1024)), "is no RSA key of 2048 bits or more"),  # noqa: S505 - too short on purpose
        (None, "No such file or directory"),
    ],
    ids=["no-key", "another-kind", "short", "no-file"],
)
def test_a_file_without_such_a_key_is_refused(tmp_path: Path, content: bytes | None, said: str) -> None:
    file = tmp_path / "key.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ValueError, match=said):
        build(Settings(jwt_public_key=str(file)))
