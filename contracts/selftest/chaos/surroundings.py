"""What surrounds a run and means nothing to it: variables, folders, other plugins, a rate that is hardly one."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from contracts.selftest.chaos.cases import Bound, Case, Found, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


def surrounded(check: Callable[[Place], Mapping[str, str]], *words: str, code: int = 0) -> Callable[[Place], Found]:
    """A quick run over the bundled mock that goes on as ever."""

    def run(place: Place) -> Found:
        ended = place.command(["verify", "--profile=quick", *words], variables=check(place))
        return Found(
            ended, (f"exit code {ended.code} instead of {code}: {ended.printed[-300:]}",) if ended.code != code else ()
        )

    return run


_SHUFFLE = """
import random

def pytest_collection_modifyitems(items):
    random.Random(7).shuffle(items)
"""


def _given(variables: Mapping[str, str], _: Place) -> Mapping[str, str]:
    return variables


def _nothing(_: Place) -> Mapping[str, str]:
    return {}


def _plugin(place: Place) -> Mapping[str, str]:
    (place.work / "chaos_shuffle.py").write_text(_SHUFFLE, encoding="utf-8")
    return {"PYTHONPATH": f"{place.environment()['PYTHONPATH']}{os.pathsep}{place.work}"}


def _strange_folder(place: Place) -> Mapping[str, str]:
    (place.work / "conftest.py").write_text("raise SystemExit(7)", encoding="utf-8")
    (place.work / "pytest.ini").write_text("[pytest]\naddopts = --nope", encoding="utf-8")
    return {}


def cases() -> Iterator[Case]:
    """All of them."""
    variables = {
        "PYTEST_ADDOPTS": {"PYTEST_ADDOPTS": "--nope -k nothing"},
        "PYTEST_PLUGINS": {"PYTEST_PLUGINS": "no_such_plugin"},
        "PYTHONWARNINGS": {"PYTHONWARNINGS": "error"},
        "proxies": dict.fromkeys(
            ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"), "http://127.0.0.1:9"
        ),
        "certificates": {
            "REQUESTS_CA_BUNDLE": "/no/such/file",
            "CURL_CA_BUNDLE": "/no/such/file",
            "SSL_CERT_FILE": "/no/such/file",
        },
        "ascii": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "PYTHONCOERCECLOCALE": "0"},
        "a-narrow-terminal": {"COLUMNS": "1", "LINES": "1", "TERM": "dumb"},
        "a-strange-terminal": {"COLUMNS": "many", "TERM": "\x1b[31m"},
        "no-home": {"HOME": "/no/such/folder", "TMPDIR": "/no/such/folder", "XDG_CACHE_HOME": "/dev/null"},
        "optimized": {"PYTHONOPTIMIZE": "2"},
        "netrc": {"NETRC": "/dev/zero"},
        "a-time-zone": {"TZ": "Pacific/Apia", "PYTHONHASHSEED": "7"},
    }
    bound = Bound(60.0, 600.0)
    for name, given in variables.items():
        yield Case("surroundings", name, surrounded(partial(_given, given)), bound)
    yield Case("surroundings", "random-order", surrounded(_plugin, "-p", "chaos_shuffle"), bound)
    yield Case(
        "surroundings", "random-order-n2", surrounded(_plugin, "-p", "chaos_shuffle", "-n", "2"), Bound(60.0, 800.0)
    )
    yield Case("surroundings", "a-strange-folder", surrounded(_strange_folder), bound)
    yield Case(
        "surroundings",
        "one-request-at-one-an-hour",
        surrounded(_nothing, "--rate=1/h", "--max-requests=1", code=1),
        bound,
    )
    yield Case("surroundings", "no-requests", surrounded(_nothing, "--max-requests=0", code=4), bound)
