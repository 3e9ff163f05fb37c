"""Words, variables and files that are wrong: each is refused in one line, before anything is sent."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.selftest.chaos.cases import GIVEN, Bound, Case, Found, Place
from contracts.selftest.chaos.traces import TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from contracts.selftest.chaos.watched import Ended

USAGE = 4
SOON = Bound(20.0, 400.0)
_LINES = 2
"""Lines in which a refusal is said at most."""

NOBODY = "http://127.0.0.1:9/v0.2"


@dataclass(frozen=True)
class Refused:
    """A command that must be refused with exit code 4, in a line.

    Attributes:
        kind, name: of the case.
        words: of the command line.
        variables: of its environment.
        files: by name, with what they hold.
        codes: the exit codes that are right.
    """

    kind: str
    name: str
    words: tuple[str, ...]
    variables: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()
    codes: tuple[int, ...] = (USAGE,)
    quick: bool = False

    def case(self) -> Case:
        """It as a case."""
        return Case(self.kind, self.name, self.run, SOON, self.quick)

    def run(self, place: Place) -> Found:
        """Write the files, and carry the command out."""
        for name, data in self.files:
            (place.work / name).write_bytes(data)
        ended = place.command(self.words, **dict(self.variables))
        return Found(ended, tuple(self._problems(ended)))

    def _problems(self, ended: Ended) -> Iterator[str]:
        if ended.code not in self.codes:
            yield f"exit code {ended.code} instead of {' or '.join(map(str, self.codes))}: {ended.printed[-300:]}"
        lines = [line for line in ended.printed.splitlines() if line.strip()]
        if ended.code == USAGE and not 0 < len(lines) <= _LINES:
            yield f"{len(lines)} lines in place of one: {ended.printed[:300]}"


def _options() -> Iterator[Refused]:
    values = {
        "--rate": ("0/s", "-1/s", "1e999/s", "nan/s", "1", "1/fortnight", "٣/s"),
        "--seed": ("x", "1e3", "9" * 5_000),
        "--shard": ("3/2", "0/2", "1/0", "-1/2", "a/b"),
        "--max-requests": ("-1", "x", "1e9"),
        "--profile": ("nope", ""),
        "--clauses": ("nope", "pages.nope", "\x1b[31m"),
        "--conversation": ("", "CON-1\r\nHost: x", "../..", "a b", "CON-1?x=1", "CON-1#", "%2e%2e", "."),
        "--header": ("X", "X=NO_SUCH_VARIABLE", "X\r\nY=HOME", "=HOME"),
        "--ca-bundle": ("/no/such/file", "/dev/null", "/"),
        "--max-pages": ("0", "-5", "x"),
        "--targets": ("/no/such/file", "/"),
    }
    for option, words in values.items():
        for number, value in enumerate(words):
            given = (f"{option}={value}", *(["--seed=1"] if option == "--shard" else []))
            yield Refused(
                "options", f"{option[2:]}-{number}", ("verify", NOBODY, *given), quick=(option, number) == ("--rate", 0)
            )
    urls = (
        "http://",
        "ftp://x",
        "http://[::1",
        "http://a:99999",
        "http://a b/",
        "http://a\r\nX: y/",
        "http://u:p@a/",
        "http://a/?q",
        "",
    )
    for number, url in enumerate(urls):
        yield Refused("options", f"base-url-{number}", ("verify", f"--base-url={url}"))


def _variables() -> Iterator[Refused]:
    for name, token in {
        "cr-lf": f"{TOKEN}\r\n", "lf": f"{TOKEN}\nX-A: b", "latin-1": f"{TOKEN}\xe9", "beyond": f"{TOKEN}\u20ac",
        "nothing-but-blanks": "   ", "bom": f"\ufeff{TOKEN}", "tab": f"a\t{TOKEN}", "escape": f"\x1b[31m{TOKEN}", "nbsp": f"\xa0{TOKEN}",
    }.items():  # fmt: skip
        yield Refused(
            "credentials",
            name,
            ("verify", NOBODY),
            (("CONVERSATION_API_TOKEN", token),),
            codes=(USAGE, 3) if name in ("latin-1", "nothing-but-blanks") else (USAGE,),
            quick=name == "cr-lf",
        )
    yield Refused(
        "credentials", "a-header", ("verify", NOBODY, "--header=X-Api-Key=KEY"), (("KEY", f"{TOKEN}\r\nX: y"),)
    )


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
    "hostile": b'{"format": 2, "run": {"target": "\\u001b[31mchaosmark\\u009b", "seed": "<chaosmark>"}, "verdicts": [{"clause": "\\n::error::chaosmark"}]}',
    "utf-16": '{"format": 2, "run": {}, "verdicts": []}'.encode("utf-16"),
    "a-long-number": b'{"format": 2, "run": {"seed": ' + b"9" * 5_000 + b'}, "verdicts": []}',
}


def _files() -> Iterator[Refused]:
    commands = {
        "diff": ("report", "diff", "bad.json", "bad.json"),
        "merge": ("report", "merge", "bad.json", "--verdicts", "made.json"),
        "matrix": ("report", "matrix", "bad.json", "--html", "made.html"),
        "replay": ("replay", "bad.json"),
    }
    for command, words in commands.items():
        for name, data in BAD.items():
            yield _file("verdict-files", f"{command}-{name}", words, data)
    yaml = {
        "deep": b"[" * 100_000, "deep-maps": b"{a: " * 100_000, "deep-blocks": b"".join(b" " * each + b"a:\n" for each in range(2_000)),
        "dashes": b"- " * 100_000, "aliases": b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(b"%c: &%c [%s]\n" % (c, c, b",".join([b"*%c" % (c - 1)] * 9)) for c in range(ord("b"), ord("k"))),
        "binary": BAD["binary"], "cut": b"conversations:\n  - {id: 'CON", "a-tag": b"!!python/object/apply:os.system ['true']", "itself": b"&a [*a]", "empty": b"", "a-long-number": b"conversations: " + b"9" * 5_000,
        "nul": b"a: \0", "hostile": b"conversations: '\xc2\x9b31m\\n::error::chaosmark'\n",
    }  # fmt: skip
    for name, data in yaml.items():
        yield _file("data-files", f"yaml-{name}", ("mock", "--port=0", "--data", "bad.yaml"), data)
    for name in ("deep", "deep-objects", "cut", "binary", "a-number", "nan", "another-shape"):
        yield _file("data-files", f"json-{name}", ("mock", "--port=0", "--data", "bad.json"), BAD[name])
    toml = {
        "deep": b"a = " + b"[" * 100_000, "deep-tables": b"[" + b"a." * 50_000 + b"a]\n", "inline": b"a = " + b"{a = " * 100_000, "binary": BAD["binary"], "cut": b'[tool.conversation-contracts.targets.a]\nbase-url = "htt',
        "another-shape": b"[tool]\nconversation-contracts = 7\n", "a-long-number": b"[tool.conversation-contracts]\nseed = " + b"9" * 5_000 + b"\n",
    }  # fmt: skip
    for name, data in toml.items():
        yield _file("target-files", name, ("verify", "--target=a", "--targets", "bad.toml"), data)


# --- what surrounds a run ----------------------------------------------------------------------------------------------


def surrounded(check: Callable[[Place], Mapping[str, str]], *words: str, code: int = 0) -> Callable[[Place], Found]:
    """A quick run over the bundled mock that goes on as ever."""

    def run(place: Place) -> Found:
        ended = place.command(["verify", "--profile=quick", *words], **check(place))
        return Found(
            ended, (f"exit code {ended.code} instead of {code}: {ended.printed[-300:]}",) if ended.code != code else ()
        )

    return run


_SHUFFLE = """
import random

def pytest_collection_modifyitems(items):
    random.Random(7).shuffle(items)
"""


def _plugin(place: Place) -> Mapping[str, str]:
    (place.work / "chaos_shuffle.py").write_text(_SHUFFLE, encoding="utf-8")
    return {"PYTHONPATH": f"{place.environment()['PYTHONPATH']}{os.pathsep}{place.work}"}


def _strange_folder(place: Place) -> Mapping[str, str]:
    (place.work / "conftest.py").write_text("raise SystemExit(7)", encoding="utf-8")
    (place.work / "pytest.ini").write_text("[pytest]\naddopts = --nope", encoding="utf-8")
    (place.work / "json.py").write_text("raise SystemExit(7)", encoding="utf-8")
    return {}


def _surroundings() -> Iterator[Case]:
    variables = {
        "PYTEST_ADDOPTS": {"PYTEST_ADDOPTS": "--nope -k nothing"},
        "PYTEST_PLUGINS": {"PYTEST_PLUGINS": "no_such_plugin"},
        "PYTHONWARNINGS": {"PYTHONWARNINGS": "error"},
        "proxies": dict.fromkeys(("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"), "http://127.0.0.1:9"),
        "certificates": {"REQUESTS_CA_BUNDLE": "/no/such/file", "CURL_CA_BUNDLE": "/no/such/file", "SSL_CERT_FILE": "/no/such/file"},
        "ascii": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "PYTHONCOERCECLOCALE": "0"},
        "a-narrow-terminal": {"COLUMNS": "1", "LINES": "1", "TERM": "dumb"},
        "a-strange-terminal": {"COLUMNS": "many", "TERM": "\x1b[31m", "FORCE_COLOR": "1", "PY_COLORS": "1"},
        "no-home": {"HOME": "/no/such/folder", "TMPDIR": "/no/such/folder", "XDG_CACHE_HOME": "/dev/null"},
        "optimized": {"PYTHONOPTIMIZE": "2"},
        "netrc": {"NETRC": "/dev/zero"},
        "a-time-zone": {"TZ": "Pacific/Apia", "PYTHONHASHSEED": "7"},
    }  # fmt: skip
    bound = Bound(60.0, 400.0)
    for name, given in variables.items():
        yield Case("surroundings", name, surrounded(lambda _, given=given: given), bound)
    yield Case("surroundings", "random-order", surrounded(_plugin, "-p", "chaos_shuffle"), bound)
    yield Case(
        "surroundings", "random-order-n2", surrounded(_plugin, "-p", "chaos_shuffle", "-n", "2"), Bound(60.0, 600.0)
    )
    yield Case("surroundings", "a-strange-folder", surrounded(_strange_folder), bound)
    yield Case(
        "surroundings",
        "one-request-at-one-an-hour",
        surrounded(lambda _: {}, "--rate=1/h", "--max-requests=1", code=1),
        bound,
    )
    yield Case("surroundings", "no-requests", surrounded(lambda _: {}, "--max-requests=0", code=1), bound)


def cases() -> Iterator[Case]:
    """All of them."""
    yield from (each.case() for each in (*_options(), *_variables(), *_files()))
    yield from _surroundings()
