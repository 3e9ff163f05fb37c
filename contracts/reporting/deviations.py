"""The deviations that would excuse what a run found, as TOML for the list of known targets; a person gives the reasons."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from contracts.display import printed, visible
from contracts.findings.verdicts import Outcome
from contracts.reporting.outcome import failing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from contracts.findings.verdicts import Verdict
    from contracts.reporting.run import Run

HEAD = """\
# Deviations found on {day} at {target}.
# Say of each entry why it is accepted (reason) and its last day (until, like 2027-03-31), or delete the entry:
# a run refuses an empty reason or last day. Without the key `until` a deviation has no last day.
# Read with --targets THIS_FILE --target {name}, or copy the entries to where the target is described.
"""

LONGEST = 200
"""Characters of what was seen, in a comment."""

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def deviations(run: Run, verdicts: Sequence[Verdict], day: date, said: Mapping[str, Any] | None = None) -> str:
    """A TOML file with a deviation for each violation that fails a run; empty where there is none.

    Args:
        run: what is said of the run as a whole.
        verdicts: one for each clause and listing, in the order of the entries.
        day: when they were found.
        said: what is said of the target already, its deviations included; without it, its address is all.
    """
    violated = [each for each in failing(run, verdicts) if each.verdict == Outcome.VIOLATED]
    if not violated:
        return ""
    name = _name(run.name)
    place = f"tool.conversation-contracts.targets.{_key(name)}"
    known = {"base-url": run.target, **{key: value for key, value in (said or {}).items() if key != "deviations"}}
    head = HEAD.format(day=day, target=_flat(run.target), name=name)
    lines = [head, f"[{place}]", *(f"{_key(key)} = {_value(value)}" for key, value in known.items())]
    for entry in (said or {}).get("deviations", ()):
        lines += ["", f"[[{place}.deviations]]", *(f"{_key(key)} = {_value(value)}" for key, value in entry.items())]
    for verdict in violated:
        lines += ["", f"[[{place}.deviations]]", *_entry(verdict, day)]
    return "\n".join(lines) + "\n"


def _entry(verdict: Verdict, day: date) -> Iterator[str]:
    times = f" ({verdict.times:,} times)" if verdict.times > 1 else ""
    yield f"# {_flat(verdict.statement)}."
    yield f"# expected: {_flat(verdict.expected)}"
    yield f"# actual:   {_flat(verdict.actual)}{times}"
    yield f"clause = {_value(verdict.clause)}"
    yield f"listing = {_value(verdict.listing)}"
    if verdict.alike and verdict.actual:
        yield f"only = {_value(f'^{re.escape(verdict.actual)}$')}"
    yield f"found = {day.isoformat()}"
    yield 'reason = ""'
    yield 'until = ""'


def _name(name: str) -> str:
    """What the target is called in the file: its name, one word for those that have none or several."""
    return "mock" if name == "the bundled mock" else name or "target"


def _flat(text: str) -> str:
    """Text as it can be a comment: one line, nothing that controls a terminal."""
    flat = printed("".join(each for each in " ".join(text.split()) if visible(each)))
    return flat if len(flat) <= LONGEST else f"{flat[:LONGEST]} …"


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _value(name)


def _value(value: Any) -> str:  # noqa: ANN401 - what TOML holds
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(name)} = {_value(each)}" for name, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    text = str(value)
    if "'" not in text and "##" not in text and visible(text):
        return f"'{text}'" if "\\" in text or '"' in text else f'"{text}"'
    return '"' + "".join(map(_character, text)).replace("##", "#\\u0023") + '"'


def _character(each: str) -> str:
    if each in _ESCAPES:
        return _ESCAPES[each]
    if 0xD800 <= ord(each) <= 0xDFFF:  # noqa: PLR2004 - half a character, which TOML cannot hold
        return "\\uFFFD"
    return each if visible(each) else f"\\U{ord(each):08X}"
