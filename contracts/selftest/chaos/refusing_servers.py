"""Servers that refuse, lead elsewhere or name another type: statuses, redirects, links, cookies, media types."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from contracts.selftest.chaos.expected import Expected
from contracts.selftest.chaos.scripts import (
    DEEP,
    EVERYWHERE,
    ITEMS,
    LATER,
    ONE,
    PAGES,
    SEVENTH,
    USERS,
    bodies,
    documents,
    headed,
    status,
)
from contracts.selftest.chaos.servers import ALL_LISTINGS, OTHERS, OUTER, Server
from contracts.selftest.chaos.slow_servers import stuck

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from contracts.mock.queries import Answer
    from contracts.selftest.chaos.scripts import Asked, Document, Header, Step

    Script = Callable[[Asked, Answer], Iterable[Step]]

RED = Expected(judged=OTHERS)
FINE = Expected(frozenset({0}), judged=ALL_LISTINGS, sound=True)
PROBLEM = b'{"type":"about:blank","title":"busy","detail":"later"}'


def _busy(kind: str, number: int, *later: tuple[str, str]) -> Iterator[Server]:
    for name, value in later:
        more: tuple[Header, ...] = (("retry-after", value),) if value else ()
        yield Server(kind, name, USERS, status(number, *more, body=PROBLEM), RED)


def _busy_servers() -> Iterator[Server]:
    waits = {"soon": "1", "at-once": "0", "unsaid": "", "in-a-century": "3153600000", "in-5000-digits": "9" * 5_000}
    dates = {"negative": "-5", "a-word": "soon", "at-a-far-date": "Fri, 31 Dec 9999 23:59:59 GMT", "fraction": "0.5"}
    yield from _busy("503", 503, *waits.items(), *dates.items())
    yield from _busy("429", 429, *waits.items(), ("at-an-impossible-date", "Fri, 99 Foo 99999 99:99:99 XXX"))
    for number in (503, 429):
        answer = status(number, ("retry-after", "1"), body=PROBLEM)
        yield Server(str(number), "soon", ONE, answer, Expected(judged=OUTER))
        yield Server(str(number), "soon", DEEP, answer, RED)
        yield Server(str(number), "soon", EVERYWHERE, answer, stuck(EVERYWHERE))
        yield Server(str(number), "soon", LATER, answer, stuck(LATER))
    yield Server("503", "at-once", SEVENTH, status(503, ("retry-after", "0"), body=PROBLEM), FINE, quick=True)


def _statuses() -> Iterator[Server]:
    for number in (500, 502, 403, 404, 401, 418, 599, 999, 201, 206, 408, 421, 425, 451):
        yield Server("statuses", str(number), USERS, status(number, body=PROBLEM), RED, quick=number in (500, 418))
    yield Server("statuses", "500", DEEP, status(500, body=b"<h1>oops</h1>"), RED)
    yield Server("statuses", "500", EVERYWHERE, status(500, body=b""), Expected(frozenset({1, 3})))
    yield Server("statuses", "401", LATER, status(401, ("www-authenticate", "Bearer"), body=PROBLEM), Expected())
    yield Server("statuses", "500", ITEMS, status(500, body=PROBLEM), Expected(frozenset({0, 1}), judged=ALL_LISTINGS))


def leading(number: int, to: Callable[[Asked], str]) -> Script:
    """Redirect every request."""

    def script(asked: Asked, answer: Answer) -> Iterable[Step]:
        return status(number, ("location", to(asked)))(asked, answer)

    return script


def _redirects() -> Iterator[Server]:
    places: dict[str, Callable[[Asked], str]] = {
        "to-itself": lambda asked: asked.origin + asked.target,
        "in-a-circle": lambda asked: (
            f"{asked.origin}{asked.target}{'&' if '?' in asked.target else '?'}a={asked.number}"
        ),
        "elsewhere": lambda asked: f"{asked.elsewhere}{asked.target}",
        "elsewhere-with-the-credential": lambda asked: f"{asked.elsewhere}/?token={asked.token}",
        "to-a-user-elsewhere": lambda asked: (
            asked.elsewhere.replace("//", f"//{asked.headers.get('host')}@") + asked.target
        ),
        "to-a-file": lambda _: "file:///etc/passwd",
        "to-a-script": lambda _: "javascript:alert(1)",
        "nowhere": lambda _: "",
        "far": lambda asked: asked.origin + "/" + "x" * 60_000,
        "without-a-scheme": lambda asked: asked.elsewhere.removeprefix("http:"),
    }
    for name, to in places.items():
        yield Server("redirects", name, USERS, leading(302, to), RED, quick=name == "elsewhere")
    yield Server(
        "redirects", "permanently-elsewhere", EVERYWHERE, leading(308, places["elsewhere"]), Expected(frozenset({1, 3}))
    )
    yield Server("redirects", "refresh", USERS, headed(("refresh", "0; url=http://chaos.invalid/")), FINE)


def linking(to: Callable[[Asked, str], object]) -> Script:
    """Change where `next` and `prev` of each page lead."""

    def change(asked: Asked, document: Document) -> None:
        for name in ("next", "prev"):
            if name in document["_links"]:
                document["_links"][name]["href"] = to(asked, document["_links"][name]["href"])

    return documents(change)


def _links() -> Iterator[Server]:
    places: dict[str, Callable[[Asked, str], object]] = {
        "elsewhere": lambda asked, href: href.replace(asked.origin, asked.elsewhere),
        "to-a-user-elsewhere": lambda asked, href: href.replace(
            asked.origin, asked.elsewhere.replace("//", "//127.0.0.1@")
        ),
        "by-another-name": lambda _, href: href.replace("127.0.0.1", "localhost"),
        "to-https": lambda _, href: href.replace("http:", "https:"),
        "with-the-credential": lambda asked, href: f"{href}&access_token={asked.token}",
        "to-itself": lambda asked, _: asked.origin + asked.target,
        "to-a-script": lambda *_: "javascript:alert('chaosmark')",
        "with-line-ends": lambda _, href: f"{href}\r\nHost: chaos.invalid\r\n\r\n",
        "with-nul": lambda _, href: f"{href}\0",
        "to-a-port-that-is-none": lambda *_: "http://127.0.0.1:99999/v0.2/users",
        "to-half-an-address": lambda *_: "http://[::1/v0.2/users",
        "a-number": lambda *_: 7,
        "a-list": lambda *_: [[]],
        "null": lambda *_: None,
        "relative": lambda asked, href: href.removeprefix(asked.origin),
        "without-end": lambda _, href: f"{href}&cursor=",
        "beyond-the-bound": lambda _, href: f"{href}&x={'y' * 70_000}",
        "to-the-metadata-service": lambda *_: "http://169.254.169.254/latest/meta-data/",
    }
    for name, to in places.items():
        yield Server(
            "links",
            name,
            USERS,
            linking(to),
            Expected(violated=("links", "walks", "inputs", "pages"), judged=OTHERS),
            quick=name == "elsewhere",
        )
    yield Server("links", "elsewhere", PAGES, linking(places["elsewhere"]), Expected(violated=("links.origin",)))
    yield Server("links", "never-ending", USERS, documents(_more), Expected(violated=("links", "walks"), judged=OTHERS))


def _more(asked: Asked, document: Document) -> None:
    """There is always a next page, with a new cursor."""
    document["_links"]["next"] = {"href": f"{asked.origin}/v0.2/users?page_size=10&order=asc&cursor=n{asked.number}"}


def _cookies() -> Iterator[Server]:
    many = [("set-cookie", f"c{each}={'x' * 50}; Path=/") for each in range(80)]
    yield Server("cookies", "a-session", EVERYWHERE, headed(("set-cookie", "session=chaos; Path=/; HttpOnly")), FINE)
    yield Server("cookies", "many", EVERYWHERE, headed(*many), FINE, quick=True)
    yield Server(
        "cookies", "malformed", EVERYWHERE, headed(("set-cookie", "=;;; \x01\xff= ;Expires=never; Max-Age=-1e9")), FINE
    )
    yield Server("cookies", "long", EVERYWHERE, headed(("set-cookie", "a=" + "x" * 30_000)), FINE)


def _types() -> Iterator[Server]:
    wrong = {
        "html": "text/html",
        "problem": "application/problem+json",
        "no-type": "json",
        "empty": "",
        "binary": "\x80\xff",
        "multipart": "multipart/mixed; boundary=a",
        "long": "application/" + "x" * 60_000,
        "two": "application/json, text/html",
    }
    for name, value in wrong.items():
        yield Server(
            "media-types",
            name,
            USERS,
            headed(("content-type", value)),
            Expected(frozenset({0, 1}) if name == "two" else frozenset({1}), judged=OTHERS),
            quick=name == "html",
        )
    yield Server("media-types", "none", USERS, headed(drop=("content-type",)), RED)


def _charsets() -> Iterator[Server]:
    either = Expected(frozenset({0, 1}), judged=OTHERS)
    said = {
        "utf-16": "utf-16",
        "latin-1": "iso-8859-1",
        "unknown": "klingon",
        "a-codec-of-python": "rot13",
        "zip": "zlib_codec",
        "idna": "idna",
        "nul": "\0",
    }
    for name, charset in said.items():
        yield Server(
            "charsets", f"said-{name}", USERS, headed(("content-type", f"application/json; charset={charset}")), either
        )
    for name in ("utf-16", "utf-32", "utf-8-sig", "utf-7"):
        yield Server("charsets", f"sent-{name}", USERS, bodies(_in(name)), RED if name != "utf-7" else either)
    yield Server(
        "charsets", "sent-latin-1", USERS, bodies(lambda _, body: body.replace(b'"_links"', b'"\xe9":1,"_links"')), RED
    )


def _in(charset: str) -> Callable[[Asked, bytes], bytes]:
    return lambda _, body: body.decode().encode(charset)


def servers() -> Iterator[Server]:
    """All of them; the first of each kind is the one that is verified as a whole."""
    return chain(_busy_servers(), _statuses(), _redirects(), _links(), _cookies(), _types(), _charsets())
