"""Files that are wrong: verdict files, data of the mock, targets; each is refused in one line."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from contracts.selftest.chaos.cases import GIVEN
from contracts.selftest.chaos.misuse import USAGE, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from contracts.selftest.chaos.cases import Case


def _file(kind: str, name: str, words: tuple[str, ...], data: bytes, codes: tuple[int, ...] = (USAGE,)) -> Refused:
    file = next(word for word in words if word.startswith(GIVEN))
    return Refused(kind, name, words, files=((file, data),), codes=codes)


BAD: Mapping[str, bytes] = {
    "empty": b"",
    "cut": b'{"format": 2, "run": {"target": "http://a/v0.2", "se',
    "binary": bytes(range(256)) * 40,
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "deep-objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "another-shape": b'{"format": 2, "run": [], "verdicts": {"a": 1}}',
    "nulls": b'{"format": 2, "run": null, "verdicts": [null, null]}',
    "a-number": b"7",
    "nan": b'{"format": 2, "run": {}, "verdicts": [NaN]}',
    "hostile": b'{"format": 2, "run": {"target": "\\u001b[31mchaosmark\\u009b", "seed": "<chaosmark>"}, '
    b'"verdicts": [{"clause": "\\n::error::chaosmark"}]}',
    "utf-16": '{"format": 2, "run": {}, "verdicts": []}'.encode("utf-16"),
    "a-long-number": b'{"format": 2, "run": {"seed": ' + b"9" * 5_000 + b'}, "verdicts": []}',
}


def aliases() -> bytes:
    """Lists of nine times the list before, nine times over: 387,420,489 items in a few lines."""
    names = [bytes([code]) for code in range(ord("a"), ord("k"))]
    lines = [b"a: &a [x]\n"]
    lines += [b"%b: &%b [%b]\n" % (name, name, b",".join([b"*" + last] * 9)) for last, name in pairwise(names)]
    return b"".join(lines)


YAML: Mapping[str, bytes] = {
    "deep": b"[" * 100_000,
    "deep-maps": b"{a: " * 100_000,
    "deep-blocks": b"".join(b" " * each + b"a:\n" for each in range(2_000)),
    "dashes": b"- " * 100_000,
    "aliases": aliases(),
    "binary": BAD["binary"],
    "cut": b"conversations:\n  - {id: 'CON",
    "a-tag": b"!!python/object/apply:os.system ['true']",
    "itself": b"&a [*a]",
    "empty": b"",
    "a-long-number": b"conversations: " + b"9" * 5_000,
    "nul": b"a: \0",
    "hostile": b"conversations: '\xc2\x9b31m\\n::error::chaosmark'\n",
}

TOML: Mapping[str, bytes] = {
    "deep": b"a = " + b"[" * 100_000,
    "deep-tables": b"[" + b"a." * 50_000 + b"a]\n",
    "inline": b"a = " + b"{a = " * 100_000,
    "binary": BAD["binary"],
    "cut": b'[tool.conversation-contracts.targets.a]\nbase-url = "htt',
    "another-shape": b"[tool]\nconversation-contracts = 7\n",
    "a-long-number": b"[tool.conversation-contracts]\nseed = " + b"9" * 5_000 + b"\n",
}

COMMANDS = {
    "diff": ("report", "diff", "bad.json", "bad.json"),
    "merge": ("report", "merge", "bad.json", "--verdicts", "made.json"),
    "matrix": ("report", "matrix", "bad.json", "--html", "made.html"),
    "replay": ("replay", "bad.json"),
}


def _files() -> Iterator[Refused]:
    for command, words in COMMANDS.items():
        for name, data in BAD.items():
            yield _file("verdict-files", f"{command}-{name}", words, data)
    for name, data in YAML.items():
        yield _file("data-files", f"yaml-{name}", ("mock", "--port=0", "--data", "bad.yaml"), data)
    for name in ("deep", "deep-objects", "cut", "binary", "a-number", "nan", "another-shape"):
        yield _file("data-files", f"json-{name}", ("mock", "--port=0", "--data", "bad.json"), BAD[name])
    for name, data in TOML.items():
        yield _file("target-files", name, ("verify", "--target=a", "--targets", "bad.toml"), data)


def cases() -> Iterator[Case]:
    """All of them."""
    return (each.case() for each in _files())
