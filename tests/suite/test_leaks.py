"""A credential in an answer, in whatever form: it is found, its place is named, and nothing written shows it."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from itertools import starmap
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.paging.exchanges import Exchange, Leak
from contracts.reporting.excerpts import excerpt
from contracts.transport import Target
from contracts.transport.access import Access
from contracts.transport.leaks import leaks
from contracts.transport.redaction import HIDDEN, SHORT, Redactor
from contracts.transport.spelling import encodings, readings

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN = "Zq7-w+K/9x.Lé=4Rt_0mB"  # noqa: S105 - of nothing
FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "percent": lambda text: quote(text, safe=""),
    "percent-in-small-letters": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "json": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "escaped": lambda text: "".join(f"\\u{ord(each):04X}" for each in text),
    "bytes": lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode()),
    "html": lambda text: "".join(f"&#x{ord(each):x};" if each in "/=+" else each for each in text),
    "html-decimal": lambda text: "".join(f"&#{ord(each)};" for each in text),
    "hex": lambda text: text.encode().hex(),
    "hex-in-capitals": lambda text: text.encode().hex().upper(),
    "base64": lambda text: b64encode(text.encode()).decode(),
    "base64-url-safe": lambda text: urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64-behind-one": lambda text: b64encode(f"a{text}:b".encode()).decode(),
    "base64-behind-two": lambda text: b64encode(f"ab{text}".encode()).decode(),
    "base64-url-safe-behind-two": lambda text: urlsafe_b64encode(f"??{text}??".encode()).decode(),
}
ENCODED = [name for name in FORMS if name.startswith(("hex", "base64"))]
ESCAPED = [name for name in FORMS if name not in ENCODED]


@pytest.mark.parametrize("name", FORMS)
def test_a_token_is_found_and_hidden_in_every_form(name: str) -> None:
    redact, text = Redactor(TOKEN), FORMS[name](TOKEN)
    assert (redact.holds(f"<{text}>"), redact(f"<{text}>").count(HIDDEN)) == (True, 1)
    assert len(redact(text).replace(HIDDEN, "")) <= 12  # what base64 makes of its neighbours


@pytest.mark.parametrize("seed", range(30))
def test_a_token_is_found_and_hidden_behind_several_layers(seed: int) -> None:
    random, redact = Random(seed), Redactor(TOKEN)  # noqa: S311 - choices of a test
    layers = [random.choice([*ENCODED, "plain"]), *random.choices(ESCAPED, k=2)]
    text = TOKEN
    for name in layers:
        text = FORMS[name](text)
    assert (redact.holds(text), redact.holds(redact(text))) == (True, False), layers


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("token", ["Zq7-v+K/8xpQ", "1b4e28ba-2fa1-11d2-883f-0016d3cca427"])
def test_another_token_of_the_same_kind_is_neither_found_nor_hidden(name: str, token: str) -> None:
    redact, text = Redactor(TOKEN, "6ba7b810-9dad-11d1-80b4-00c04fd430c8"), FORMS[name](token)
    assert (redact.holds(text), redact(text)) == (False, text)


@pytest.mark.parametrize("token", ["t", "0", "token", "Bearer", "realm", "test", "invalid", "cursor", "message"])
def test_a_short_token_is_no_leak_where_it_may_be_a_word(token: str) -> None:
    texts = [
        'www-authenticate: Bearer realm="test", error="invalid_token", error_description="token is invalid"',
        '{"detail": "A bearer token is needed.", "title": "Bearer token is missing", "message": "test", "cursor": "t0"}',
        f"x-note: {token}; {b64encode(f'{{{token}: 0}}'.encode()).decode()}",
    ]
    assert [text for text in texts if Redactor(token).holds(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "authorization: Bearer s3cr3t", '{"authorization":"Bearer s3cr3t"}', "http://x/?access_token=s3cr3t&a=b",
        '{"log": "{\\"token\\":\\"s3cr3t\\"}"}', "x-api-key: s3cr3t", "Bearer s3cr3t", "token%3D%73%33cr3t",
        b64encode(b"xBearer s3cr3t").decode(), b"Bearer s3cr3t".hex(),
    ],
)  # fmt: skip
def test_a_short_token_is_a_leak_where_it_is_a_credential(text: str) -> None:
    redact = Redactor("s3cr3t")
    assert (redact.holds(text), redact.holds(redact(text))) == (True, False)


def test_what_must_not_be_shown_is_no_leak_unless_it_tells() -> None:
    redact = Redactor()
    redact.add("a-tenant-of-ours", telling=False)
    assert (redact.holds("a-tenant-of-ours"), redact("<a-tenant-of-ours>")) == (False, f"<{HIDDEN}>")


def test_a_text_keeps_what_is_no_secret_as_it_was_written() -> None:
    text = '{"a": "%2B\\u002b\\/&#43; %zz \\\\ & 100 %", "b": ' + quote(TOKEN) + "}"
    assert Redactor(TOKEN)(text) == text.replace(quote(TOKEN), HIDDEN)


PIECE = st.sampled_from("abXY019-._~+/=\\\"%&;:#xu'é ")


def _escaped(character: str, how: int) -> str:
    """A character in a JSON text: as it is where it may be, with a short escape where there is one, or by its number."""
    if how == 0 and character not in '"\\':
        return character
    return f"\\{character}" if how == 1 and character in '"\\/' else f"\\u{ord(character):04x}"


@given(
    st.lists(st.tuples(PIECE, st.integers(0, 2)), min_size=SHORT, max_size=24),
    st.sampled_from(["", " ", "\\n", "\\t", "\\\\", ":", "%", "%2", "é", "&", '\\"']),
    st.sampled_from(["", " ", "\\r", "\\\\", ";", "41", '\\"']),
)
def test_what_a_page_shows_of_json_holds_no_token_however_it_was_escaped(
    pieces: list[tuple[str, int]], before: str, after: str
) -> None:
    token = "".join(each for each, _ in pieces)
    body = f'{{"a": "{before}{"".join(starmap(_escaped, pieces))}{after}"}}'
    written = Redactor(token)(f"GET http://x\n\n200\n\n{body}")
    shown = [line.text for line in excerpt(written, ()).body]
    assert [line for line in shown if json.dumps(token, ensure_ascii=False)[1:-1] in line] == []


@pytest.mark.parametrize("before", ["\\n", "\\t", "\\b", "\\r"])
def test_a_short_token_is_hidden_behind_the_escape_of_a_control_character(before: str) -> None:
    assert Redactor("s3cr3t")(f'"{before}\\u0073\\u0033cr3t {before}s3cr3t"').count(HIDDEN) == 2


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Basic dXNlcjpwYXNzLXdvcmQ=", "user:pass-word"), ("Basic dXNlcjpwYXNzLXdvcmQ=", "the pass-word is"),
        ("Basic dXNlcjpwYXNzLXdvcmQ=", "dXNlcjpwYXNzLXdvcmQ="), ("Bearer a.token.of.ours", "a.token.of.ours"),
        ("id=a; session=0123456789", "0123456789"), ("Basic dXNlcjpwYXNzLXdvcmQ=", b64encode(b"xxuser:pass-word").decode()),
        ("Bearer a.token.of.ours", b64encode(b'{"a":"Bearer a.token.of.ours"}').decode()),
    ],
)  # fmt: skip
def test_what_a_headers_value_holds_is_hidden_too(value: str, shown: str) -> None:
    redact = Target("http://x", Access(headers={"Authorization": ("VARIABLE", value)})).redact
    assert HIDDEN in redact(f"<{shown}>")


@pytest.mark.parametrize(
    "shown", [TOKEN.lower(), TOKEN.upper(), TOKEN.encode("utf-16-le").decode("latin-1"), TOKEN.replace("/", "&sol;")]
)
def test_a_token_is_hidden_in_another_case_in_utf_16_and_by_names_of_characters(shown: str) -> None:
    assert Redactor(TOKEN)(f"<{shown}>").count(HIDDEN) == 1


def test_the_password_of_a_proxy_is_hidden() -> None:
    redact = Target("http://x", Access(proxies={"http": "http://me:p%40ss-word@proxy:3128"})).redact
    assert redact("no answer from p@ss-word@proxy, http://me:p%40ss-word@proxy") == (
        f"no answer from {HIDDEN}@proxy, http://me:{HIDDEN}@proxy"
    )  # fmt: skip


def test_encodings_are_too_long_for_chance() -> None:
    assert [sorted(encodings(token)) for token in ("", "abc", "abcd")] == [[], [], ["61626364"]]


def test_escapes_are_read_layer_by_layer() -> None:
    read = [(each.text, list(each.places)) for each in readings("a%255Cu0041")]
    assert read == [
        ("a%255Cu0041", list(range(12))),
        ("a%5Cu0041", [0, 1, 4, 5, 6, 7, 8, 9, 10, 11]),
        ("a\\u0041", [0, 1, 6, 7, 8, 9, 10, 11]),
        ("aA", [0, 1, 11]),
    ]


def test_escaped_characters_that_no_secret_holds_are_read_as_one() -> None:
    _, read = readings(r"\u0442\ud83d\u0041\u0100")
    assert (read.text, list(read.places)) == ("\ufffdA\ufffd", [0, 12, 18, 24])
    token = "abcdefgh1"  # noqa: S105 - of nothing
    assert Redactor(token)(rf"\u0442{token}\u0442\u043e\u0061bcdefgh1") == rf"\u0442{HIDDEN}\u0442\u043e{HIDDEN}"


@given(
    st.lists(st.sampled_from(["plain", "percent", "escaped", "bytes", "html-decimal"]), min_size=12, max_size=12),
    st.sampled_from(ESCAPED),
    st.booleans(),
)
def test_a_reading_that_is_passed_over_shows_no_secret(ways: list[str], whole: str, spoilt: bool) -> None:  # noqa: FBT001
    """Each character escaped by a way of its own, all of it once more, and sometimes with one too many in between."""
    token = "Zq7vwK8xpQ0m"  # noqa: S105 - of nothing
    text = "".join(FORMS[way](each) for way, each in zip(ways, token, strict=True))
    text = FORMS[whole](f'{{"a\\n": "{text[:30]}{"~" if spoilt else ""}{text[30:]}\\u00e9"}}')
    shown = any(token in reading.text for reading in readings(text))
    assert Redactor(token).holds(text) == shown


PLACES = {
    "nothing": ({"x-a": "b"}, b'{"a": 1}', ()),
    "a-header": ({"x-a": "b", "x-b": f"<{TOKEN}>".encode().hex()}, b"{}", (Leak(header="x-b"),)),
    "a-value": ({}, json.dumps({"a": [1, {"b/c": f"x{TOKEN}"}]}).encode(), (Leak(pointer="/a/1/b~1c"),)),
    "two-values": ({}, json.dumps([TOKEN, "x", quote(TOKEN)]).encode(), (Leak(pointer="/0"), Leak(pointer="/2"))),
    "a-name": ({}, json.dumps({"a": {TOKEN: 1}}).encode(), (Leak(pointer=f"/a/{TOKEN.replace('/', '~1')}"),)),
    "no-json": ({}, f"<b>{TOKEN}</b>".encode(), (Leak(pointer=""),)),
    "both": ({"link": quote(TOKEN)}, json.dumps(TOKEN).encode(), (Leak(header="link"), Leak(pointer=""))),
}


@pytest.mark.parametrize("name", PLACES)
def test_a_leak_has_a_place(name: str) -> None:
    headers, body, found = PLACES[name]
    exchange = Exchange("GET", "http://x", 200, headers, body, {})
    assert tuple(leaks(exchange, Redactor(TOKEN).holds)) == found


@pytest.mark.parametrize(
    ("name", "tells"),
    [("X-Api-Key", True), ("X-Auth-Token", True), ("Cookie", True), ("X-Tenant", False), ("Accept-Version", False)],
)
def test_a_further_header_is_a_leak_where_it_opens_something(name: str, *, tells: bool) -> None:
    redact = Target("http://x", Access(headers={name: ("VARIABLE", "a-value-of-ours")})).redact
    assert (redact.holds("x-tenant: a-value-of-ours"), redact("a-value-of-ours")) == (tells, HIDDEN)
