"""Servers whose strings act where they are shown, and servers that give back the credential that they were sent."""

from __future__ import annotations

import html
import json
from base64 import b64encode, urlsafe_b64encode
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import quote

import orjson

from contracts.selftest.chaos.expected import Expected
from contracts.selftest.chaos.scripts import (
    EVERYWHERE,
    PAGES,
    REFUSALS,
    USERS,
    bodies,
    documents,
    headed,
    holding,
    items,
    plain,
    sent,
    status,
)
from contracts.selftest.chaos.servers import OTHERS, Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from contracts.mock.queries import Answer
    from contracts.selftest.chaos.scripts import Asked, Document, Step

    Script = Callable[[Asked, Answer], Iterable[Step]]

BROKEN = Expected(violated=("items", "pages", "events", "links", "inputs"))

STRINGS = {
    "escape": "\x1b[31;1mchaosmark\x1b]0;chaosmark\x07\x1b]8;;http://chaos.invalid\x1b\\",
    "c1": "\x9b31mchaosmark\x90\x9d0;chaosmark\x9c\x85",
    "controls": "".join(map(chr, range(1, 32))) + "\x7fchaosmark",
    "nul": "chaos\0mark",
    "carriage-return": "chaosmark\rThe contract is kept\r\n",
    "github": "\n::error file=a,line=1::chaosmark\n ::set-output name=a::chaosmark\n::stop-commands::x\n",
    "azure": "\n##[error]chaosmark\n  ##[group]chaosmark\n##vso[task.setvariable variable=a]chaosmark\n",
    "teamcity": "\n##teamcity[testFailed name='chaosmark']\n",
    "gitlab": "\nsection_start:1560896352:chaosmark\r\x1b[0Kchaosmark\nsection_end:1560896352:chaosmark\r\x1b[0K",
    "html": "<chaosmark onclick=chaosmark><script>chaosmark()</script><img src=x onerror=chaosmark()></td></table>",
    "attributes": '" onmouseover="chaosmark()" x="\' onfocus=\'chaosmark() chaosmark=\'',
    "ends": "</script></style></textarea></title>--><!-- ]]> <chaosmark>&lt;chaosmark&gt;&#60;chaosmark&#62;",
    "markdown": "[chaosmark](http://chaos.invalid) ![chaosmark](http://chaos.invalid/x.png)",
    "tables": "\n| chaosmark | chaosmark |\n|---|---|\n| chaosmark | x |\n\n# chaosmark\n",
    "fences": "```\n# chaosmark\n~~~\n<chaosmark>\n`` ` <chaosmark> ` ``",
    "surrogates": "chaosmark \ud800 \udfff",
    "bidi": "\u202echaosmark\u202c\u2066chaosmark\u2069\u200f\u200e",
    "separators": "chaosmark\u2028::error::chaosmark\u2029::error::chaosmark\x0b::error::chaosmark\x0c::error::chaosmark",
    "formats": "%s %n {0} {chaosmark} ${chaosmark} $(chaosmark) `chaosmark` \\x1b[31m \\033[31m %1$s",
    "wide": "\u0301" * 500 + "chaosmark" + "\U000e0041" * 200 + "\ufeff\ufffe\uffff",
    "xml": "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><![CDATA[chaosmark]]>&b;",
}
"""Strings that act somewhere: on a terminal, in a log of CI, in HTML, Markdown or XML."""

ALL = " ".join(text for name, text in STRINGS.items() if name != "surrogates")


def _dumped(document: object) -> bytes:
    """A document as JSON; lone surrogates are escaped."""
    return json.dumps(document).encode()


def everywhere(text: str) -> Script:
    """Put a text into every string of every item, into names of members, and into every refusal."""

    def edit(_: Asked, body: bytes) -> bytes:
        document = orjson.loads(body) if body.startswith(b"{") else {}
        if "_embedded" not in document:
            return _dumped({**document, "title": text, "detail": text, "code": text, "type": text, text: text})
        for listed in document["_embedded"]["data"].values():
            for item in listed:
                _spoil(item, text)
        return _dumped({**document, "page_size": text, f"extra {text}": text})

    return bodies(edit)


def _spoil(item: Document, text: str) -> None:
    for name in ("name", "display_name", "state", "type", "from", "user_id"):
        if name in item:
            item[name] = f"{item[name]}{text}"
    item[text] = text
    item["timestamp"] = text


def field(name: str) -> Script:
    """Put all strings at once into one member of every item."""

    def change(_: Asked, item: Document) -> None:
        item[name] = f"{item.get(name, '')}{ALL}"

    return items(change)


def _titled(*_: object) -> bytes:
    return _dumped(
        {"type": ALL, "title": ALL, "detail": ALL, "code": ALL, "invalid_parameters": [{"name": ALL, "reason": ALL}]}
    )


def _strings() -> Iterator[Server]:
    for name, text in STRINGS.items():
        yield Server("hostile-strings", name, EVERYWHERE, everywhere(text), BROKEN, quick=name in ("github", "html"))
    either = Expected(frozenset({0, 1}))
    for name in ("id", "state", "type", "timestamp", "name", "_links", "body"):
        yield Server("hostile-fields", name, EVERYWHERE, field(name), either, quick=name == "id")
    yield Server("hostile-fields", "cursor", PAGES, documents(lambda _, page: page.update(cursor=ALL)), BROKEN)
    yield Server("hostile-fields", "href", USERS, documents(_hrefs), Expected(violated=("links",), judged=OTHERS))
    yield Server(
        "hostile-fields",
        "names-of-listings",
        USERS,
        documents(lambda _, page: page["_embedded"].update(data={ALL: []})),
        Expected(judged=OTHERS),
    )
    yield Server("hostile-fields", "refusals", REFUSALS, bodies(_titled), either)
    # One line each: a header has no line ends, so what matters there is what comes before and behind.
    line = "".join(each for each in ALL if each.isprintable() or each in "\x1b\x9b\x07") + " ::error::chaosmark"
    latin = line.encode("latin-1", "ignore").decode("latin-1")
    yield Server("hostile-fields", "media-type", USERS, headed(("content-type", latin)), Expected(judged=OTHERS))
    yield Server("hostile-fields", "coding", USERS, headed(("content-encoding", latin)), Expected(judged=OTHERS))
    yield Server("hostile-fields", "length", USERS, headed(("content-length", latin)), Expected(judged=OTHERS))
    yield Server("hostile-fields", "reason", USERS, status(500, reason=latin, body=b"{}"), Expected(judged=OTHERS))
    yield Server("hostile-fields", "location", USERS, status(302, ("location", latin)), Expected(judged=OTHERS))
    yield Server("hostile-fields", "retry-after", USERS, status(503, ("retry-after", latin)), Expected(judged=OTHERS))
    yield Server(
        "hostile-fields",
        "a-page-of-html",
        USERS,
        status(200, ("content-type", "text/html"), body=ALL.encode("utf-8", "replace")),
        Expected(judged=OTHERS),
    )
    yield Server(
        "hostile-fields",
        "status-line",
        USERS,
        lambda *_: (f"HTTP/1.1 {latin}\r\n\r\n".encode("latin-1"),),
        Expected(judged=OTHERS),
    )


def _hrefs(_: Asked, page: Document) -> None:
    for link in page["_links"].values():
        link["href"] += ALL


# --- the credential comes back ----------------------------------------------------------------------------------------

SPELLINGS: dict[str, Callable[[str], str]] = {
    "clear": str,
    "base64": lambda text: b64encode(text.encode()).decode(),
    "base64-within": lambda text: urlsafe_b64encode(f"a:{text}:b".encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "hex-in-capitals": lambda text: text.encode().hex().upper(),
    "percent": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "percent-twice": lambda text: quote("".join(f"%{byte:02X}" for byte in text.encode())),
    "html": lambda text: "".join(f"&#{ord(each)};" for each in text),
    "html-hexadecimal": lambda text: "".join(f"&#x{ord(each):x};" for each in text),
    "escapes": lambda text: "".join(f"\\u{ord(each):04x}" for each in text),
    "escapes-of-every-second": lambda text: "".join(
        f"\\u{ord(each):04X}" if place % 2 else each for place, each in enumerate(text)
    ),
    "escapes-of-base64": lambda text: SPELLINGS["escapes"](b64encode(f"ab{text}".encode()).decode()),
    "escapes-of-hex": lambda text: SPELLINGS["escapes"](text.encode().hex()),
    "escapes-of-percent": lambda text: SPELLINGS["escapes"](SPELLINGS["percent"](text)),
    "json-in-json": lambda text: json.dumps(json.dumps({"token": text})),
    "percent-of-base64": lambda text: quote(b64encode(f"x{text}".encode()).decode(), safe=""),
    "html-quoted": lambda text: html.escape(f'<a href="?t={text}">'),
}
LEAKING = Expected(violated=("inputs.no-leak",))


def telling(spell: Callable[[str], str]) -> Script:
    """Repeat the credential in the body of each answer, in JSON's own escapes too: as the value of a member, and a name."""

    def edit(asked: Asked, body: bytes) -> bytes:
        text = spell(asked.token).encode()
        quoted = text if b"\\u" in text else json.dumps(text.decode())[1:-1].encode()
        more = b'{"x-debug":"got ' + quoted + b'","' + quoted + b'":1,' if asked.token else b"{"
        return more + body[1:] if body.startswith(b'{"') else body

    return bodies(edit)


def heading(name: str, spell: Callable[[str], str]) -> Script:
    """Repeat the credential in a header."""

    def script(asked: Asked, answer: Answer) -> Iterator[Step]:
        more = ((name, f"got {spell(asked.token)}"),) if asked.token else ()
        yield sent(holding(answer, plain(answer), *more))

    return script


def _echoes() -> Iterator[Server]:
    for name, spell in SPELLINGS.items():
        yield Server("echoes", f"{name}-in-a-body", EVERYWHERE, telling(spell), LEAKING, quick=name == "escapes")
    for header in ("x-debug", "www-authenticate", "set-cookie", "location"):
        yield Server("echoes", f"in-{header}", EVERYWHERE, heading(header, str), LEAKING)
    yield Server("echoes", "base64-in-a-header", EVERYWHERE, heading("x-debug", SPELLINGS["base64"]), LEAKING)
    yield Server(
        "echoes",
        "in-ids",
        USERS,
        items(lambda asked, item: item.update(id=f"{item['id']}{asked.token}")),
        Expected(judged=OTHERS),
    )
    yield Server("echoes", "escaped-in-types", EVERYWHERE, bodies(_typed), LEAKING)
    yield Server("echoes", "in-hrefs", EVERYWHERE, documents(_linked), LEAKING)


def _broken_echoes() -> Iterator[Server]:
    """The credential where no answer can be read."""
    yield Server(
        "echoes",
        "in-the-reason",
        USERS,
        lambda asked, answer: status(500, reason=f"no {asked.token}")(asked, answer),
        Expected(judged=OTHERS),
    )
    yield Server(
        "echoes",
        "in-the-status-line",
        USERS,
        lambda asked, _: (f"HTTP/1.1 {asked.token}\r\n\r\n".encode(),),
        Expected(judged=OTHERS),
    )
    yield Server("echoes", "in-the-coding", USERS, heading("content-encoding", str), Expected(judged=OTHERS))
    yield Server(
        "echoes",
        "in-the-length",
        USERS,
        lambda asked, answer: headed(("content-length", asked.token))(asked, answer),
        Expected(judged=OTHERS),
    )
    yield Server(
        "echoes",
        "in-a-chunk-size",
        USERS,
        lambda asked, _: (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + asked.token.encode() + b"\r\n",),
        Expected(judged=OTHERS),
    )
    yield Server(
        "echoes",
        "in-no-json",
        USERS,
        bodies(lambda asked, _: f"<h1>{SPELLINGS['html'](asked.token)}</h1>".encode()),
        Expected(judged=OTHERS),
    )


def _typed(asked: Asked, body: bytes) -> bytes:
    """Escaped in the value that a violation quotes."""
    escaped = SPELLINGS["escapes"](asked.token).encode()
    return body.replace(b'"type":"', b'"type":"' + escaped).replace(b'"state":"', b'"state":"' + escaped)


def _linked(asked: Asked, page: Document) -> None:
    for link in page["_links"].values():
        link["href"] += f"&t={SPELLINGS['percent'](asked.token)}"


def servers() -> Iterator[Server]:
    """All of them; the first of each kind is the one that is verified as a whole."""
    return chain(_strings(), _echoes(), _broken_echoes())
