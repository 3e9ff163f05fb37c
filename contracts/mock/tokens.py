"""JSON Web Tokens, as the real service wants them: RS256, not expired, for an application."""

from pathlib import Path

from contracts.mock.errors import Refusal, no_token

_LEAST_BITS = 2048
_DATES = ("exp", "nbf", "iat")


def application(token: str) -> str:
    """The application that a JSON Web Token is for, unverified; empty where it names none."""
    import jwt  # noqa: PLC0415 - slow; rarely needed

    try:
        return str(jwt.decode(token, options={"verify_signature": False}).get("application_id", ""))
    except (jwt.PyJWTError, ValueError, RecursionError):
        return ""


def _is_date(value: object) -> bool:
    """Whether a claim is a NumericDate (RFC 7519, section 2); PyJWT takes text of digits too."""
    return isinstance(value, int | float) and not isinstance(value, bool)


class Tokens:
    """Checks tokens against the public key in a PEM file; ValueError where there is none."""

    def __init__(self, file: str) -> None:
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey  # noqa: PLC0415 - slow; rarely needed
        from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415

        try:
            key = load_pem_public_key(Path(file).read_bytes())
        except OSError as error:
            raise ValueError(f"the JWT public key {file}: {error.strerror}") from None
        except ValueError:
            raise ValueError(f"the JWT public key {file} is no public key in PEM form") from None
        if not isinstance(key, RSAPublicKey) or key.key_size < _LEAST_BITS:
            raise ValueError(f"the JWT public key {file} is no RSA key of {_LEAST_BITS} bits or more")
        self.key = key

    def refusal(self, token: str) -> Refusal | None:
        """Why a token does not open; None where it does."""
        import jwt  # noqa: PLC0415 - slow; rarely needed

        wanted = jwt.types.Options(require=["exp", "application_id"], verify_aud=False)
        try:
            claims = jwt.decode(token, self.key, algorithms=["RS256"], options=wanted)
        except jwt.ExpiredSignatureError:
            return no_token("expired-token", "The token has expired.")
        except (jwt.PyJWTError, ValueError, OverflowError, RecursionError):
            return no_token("invalid-token", "The token is not valid.")
        if not all(_is_date(claims[name]) for name in _DATES if name in claims):
            return no_token("invalid-token", "A date of the token is not a number.")
        application = claims["application_id"]
        if not isinstance(application, str) or not application:
            return no_token("invalid-token", "The token names no application.")
        return None
