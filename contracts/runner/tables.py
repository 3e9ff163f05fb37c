"""The table `[tool.conversation-contracts]` of a TOML file: how it is read, and how its values are checked."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from contracts.arguments import closest
from contracts.description import check_depth
from contracts.transport.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from jsonschema.exceptions import ValidationError

PYPROJECT = "pyproject.toml"
"""The file with settings and targets, in the current folder, where `--targets` names no other."""
TABLE = ("tool", "conversation-contracts")
LONG_KEY = re.compile(r"(?:[\w-]+\.){100}")
LONGEST = 200
"""Characters of a message of jsonschema that are shown: a line or two."""


def table(file: Path) -> Mapping[str, Any]:
    """The table of a file, dates as text; empty where the file has none.

    Raises:
        ConfigurationError: the file cannot be read, or is not TOML, or the table is something else.
    """
    try:
        found = _parsed(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(str(file), f"it cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(str(file), f"it is no TOML: {error}") from None
    except (ValueError, RecursionError) as error:
        deep = isinstance(error, RecursionError)
        raise ConfigurationError(
            str(file), "it is nested too deep" if deep else f"it cannot be read: {error}"
        ) from None
    for name in TABLE:
        found = found.get(name, {})
        if not isinstance(found, dict):
            raise ConfigurationError(str(file), f"{name} must be a table, not {found!r}")
    plain: Mapping[str, Any] = _plain(found)
    return plain


def _parsed(text: str) -> Any:  # noqa: ANN401 - what TOML holds
    """The values of a text; `RecursionError` or `ValueError` where it is nested too deep."""
    if LONG_KEY.search(text):
        raise RecursionError  # tomllib takes a time for such a key that grows with its square
    found = tomllib.loads(text)
    check_depth(found)
    return found


def check(said: object, schema: Mapping[str, Any], place: str) -> None:
    """Check a value by a JSON Schema, whose descriptions say what is allowed.

    Raises:
        ConfigurationError: in one line, the first thing that is wrong.
    """
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - slow; needed where the table says something
    from jsonschema.exceptions import best_match  # noqa: PLC0415 - likewise

    checker = Draft202012Validator.FORMAT_CHECKER
    error = best_match(Draft202012Validator(schema, format_checker=checker).iter_errors(said))
    if error is None:
        return
    where = ".".join(str(step) for step in error.absolute_path)
    words = error.message if len(error.message) <= LONGEST else f"{error.message[:LONGEST]}…"
    raise ConfigurationError(f"{place} {where}".strip(), words + _advice(error))


def _advice(error: ValidationError) -> str:
    """What to write instead, where the schema says so."""
    schema: Mapping[str, Any] = error.schema if isinstance(error.schema, dict) else {}
    allowed = schema.get("description", "")
    if error.validator == "additionalProperties":
        names, given = schema.get("properties", {}), cast("Mapping[str, Any]", error.instance)
        unknown = next(name for name in given if name not in names)
        if near := closest(unknown, names):
            return f"; did you mean {near}?"
        allowed = ", ".join(names)
    return f"; allowed: {allowed}" if allowed else ""


def _plain(value: Any) -> Any:  # noqa: ANN401 - what TOML holds
    """The same with dates as text, as JSON Schema knows them."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
