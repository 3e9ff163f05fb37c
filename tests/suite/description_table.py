"""Reads `description_table.yaml`: what each schema of the effective description accepts and rejects."""

import re
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from jsonschema.protocols import Validator

from contracts.description import resolve
from contracts.description.loading import Json, load
from contracts.description.pointers import inlined
from contracts.description.validators import build

_TABLE: Json = load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Row:
    """A value, and what a schema should say of it."""

    id: str
    schema: str
    base: str | None
    accepted: bool
    value: Json
    at: tuple[str, ...]
    branch: str | None
    item: bool


def judge(document: Json, pointer: str) -> Validator:
    """Build the validator of a schema in any document, not only the effective description."""
    return build(inlined(document, resolve(document, pointer)))


def kebab(text: str) -> str:
    """Make a test id of a pointer or a JSONPath."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "root"


def _value(base: Json, change: Json) -> Json:
    if "value" in change:
        return change["value"]
    value = deepcopy(base)
    for pointer, new in change.get("set", {}).items():
        parent, _, last = pointer.rpartition("/")
        resolve(value, parent)[int(last) if last.isdecimal() else last] = deepcopy(new)
    for pointer in change.get("drop", ()):
        parent, _, last = pointer.rpartition("/")
        del resolve(value, parent)[last]
    return value


def _row(block: Json, row_id: str, change: Json, *, accepted: bool) -> Row:
    unknown = set(change) - {"value", "set", "drop", "at", "branch", "item"}
    if unknown or ("at" in change) is accepted:
        raise ValueError(f"{row_id}: {change!r}")
    base = block.get("base")
    return Row(
        id=row_id,
        schema=block["schema"],
        base=base,
        accepted=accepted,
        value=_value(_TABLE["bases"].get(base), change),
        at=tuple(change.get("at", ())),
        branch=change.get("branch", base),
        item=change.get("item", False),
    )


ROWS = tuple(
    _row(block, row_id, change, accepted=accepted == "accepted")
    for block in _TABLE["schemas"]
    for accepted in ("accepted", "rejected")
    for row_id, change in block[accepted].items()
)
EVENTS = tuple(row for row in ROWS if row.schema.endswith("_event"))
