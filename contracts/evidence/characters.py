"""The characters that UTF-8 encodes, for Hypothesis, which otherwise tries all of them in every new folder: 170 MB, 2 s."""

from __future__ import annotations

import codecs
import sys

from hypothesis.internal import charmap
from hypothesis.internal.intervalsets import IntervalSet

UTF_8 = codecs.lookup("utf-8").name
ENCODED = IntervalSet(((0, 0xD7FF), (0xE000, sys.maxunicode)))
"""All but surrogates (RFC 3629, section 3)."""

_worked_out = charmap.intervals_from_codec


def provide() -> None:
    """Let Hypothesis have this table instead of working it out; other codecs stay as they are."""
    charmap.intervals_from_codec = _intervals  # type: ignore[assignment]


def _intervals(codec_name: str) -> tuple[IntervalSet, IntervalSet]:
    """What a codec encodes, and which of it is decoded as something else: none by UTF-8."""
    return (ENCODED, IntervalSet(())) if codec_name == UTF_8 else _worked_out(codec_name)
