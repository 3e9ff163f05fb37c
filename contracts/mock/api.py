"""The API: from a request line to an answer, without sockets."""

import sys
import traceback
from collections.abc import Mapping
from hashlib import blake2b
from hmac import compare_digest
from typing import NamedTuple

import orjson

from contracts.mock.errors import Refusal, Refused, no_token, not_found, wrong_method
from contracts.mock.inputs import unquote
from contracts.mock.items import Json
from contracts.mock.negotiation import negotiated
from contracts.mock.origins import called, forwarded
from contracts.mock.pages import Pages
from contracts.mock.queries import CONVERSATIONS, EVENTS, LISTINGS, MEMBERS, USERS, Answer, Listing
from contracts.mock.settings import Settings
from contracts.mock.tenants import Tenants, bearer
from contracts.mock.tokens import Tokens

JSON_TYPE = ("content-type", "application/json")
_ALLOWED = "GET, HEAD"
_INSIDE = {listing.name: listing for listing in (MEMBERS, EVENTS)}
_SINGULAR = {listing: listing.name.removesuffix("s") for listing in LISTINGS}


class Route(NamedTuple):
    """What a path leads to: a listing, or with `name` one item of it."""

    listing: Listing
    conversation: int = -1
    name: str | None = None


_TOP = {listing.name: Route(listing) for listing in (CONVERSATIONS, USERS)}


class Api(Pages):
    """The whole API. Faults and oddities are subclasses that change one of its many small steps.

    Attributes:
        tenants: the APIs of all tenants, shared by all of them.
        number: the number of the tenant whose data this one serves.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.prefix = f"{settings.base_path}/"
        self.tokens = None if settings.jwt_public_key is None else Tokens(settings.jwt_public_key)
        self.tenants, self.number = Tenants(self), 0
        self.opening = (*(() if settings.token is None else (settings.token,)), *settings.tenants)

    def answer(self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """The answer to a request; `target` is as on the request line, header names are in lower case."""
        headers = headers or {}
        try:
            answer = self.dispatch(method, target, headers, body)
        except Refusal as refusal:
            answer = self.refusal(refusal.refused, target)
        except Exception as error:  # noqa: BLE001 - whatever happens, a server answers
            answer = self.crash(error, target)
        return negotiated(method, answer, headers)

    def turn_down(self, method: str, target: str, refused: Refused) -> Answer:
        """The answer to a request that is turned down before anybody looks at what it asks."""
        return negotiated(method, self.refusal(refused, target), {})

    def dispatch(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:  # noqa: ARG002
        """The answer to a request, or a refusal."""
        self.authorize(headers)
        return self.home(headers, target).serve(method, target, headers)

    def home(self, headers: Mapping[str, str], target: str) -> "Api":  # noqa: ARG002 - for faults
        """The API that has the data of who asks."""
        return self.tenants[self.tenants.number(headers)] if self.settings.tenants else self

    def serve(self, method: str, target: str, headers: Mapping[str, str]) -> Answer:
        """The answer to a request of the tenant whose data this one serves, or a refusal."""
        self.journal.refresh()
        path, _, query_string = target.partition("?")
        route = self.route(path)
        self.check_method(method)
        root = self.root(headers)
        if route.name is not None:
            return self.one(route, root)
        return self.many(route, root, query_string)

    def many(self, route: Route, root: str, query_string: str) -> Answer:
        """The answer with a page of a listing."""
        return self.json(200, self.body(self.query(route.listing, route.conversation, root, query_string)))

    def one(self, route: Route, root: str) -> Answer:
        """The answer with one item."""
        index = self.find(route)
        if index is None:
            raise not_found(_SINGULAR[route.listing])
        return self.json(200, orjson.Fragment(self.single(route.listing, route.conversation, index, root)))

    def find(self, route: Route) -> int | None:
        """The index of the item that a route names, or None."""
        name = route.name or ""
        if route.listing is CONVERSATIONS:
            return self.conversation_of(name)
        if route.listing is USERS:
            return self.user_of(name)
        if route.listing is MEMBERS:
            return self.member_of(route.conversation, name)
        if not name.isascii() or not name.isdigit() or name[0] == "0" or len(name) > len(str(2**63)):
            return None
        return self.event_of(route.conversation, int(name))

    def route(self, path: str) -> Route:
        """What a path leads to."""
        if not path.startswith(self.prefix):
            raise not_found("resource")
        parts = path.removeprefix(self.prefix).split("/")
        if "%" in path or not path.isascii():
            try:
                parts = [unquote(part) for part in parts]
            except Refusal:
                raise not_found("resource") from None
        return self.route_of(parts)

    def route_of(self, parts: list[str]) -> Route:
        """What the segments of a path behind the base path lead to."""
        match parts:
            case [name] if name in _TOP:
                return _TOP[name]
            case [name, item] if name in _TOP and item:
                return _TOP[name]._replace(name=item)
            case ["conversations", conversation, name] if name in _INSIDE:
                return Route(_INSIDE[name], self.known_conversation(conversation))
            case ["conversations", conversation, name, item] if name in _INSIDE and item:
                return Route(_INSIDE[name], self.known_conversation(conversation), item)
        raise not_found("resource")

    def known_conversation(self, text: str) -> int:
        """The conversation that an id names; 404 where it names none."""
        conversation = self.conversation_of(text)
        if conversation is None:
            raise not_found("conversation")
        return conversation

    def check_method(self, method: str) -> None:
        """Refuse every method but GET and HEAD."""
        if method not in ("GET", "HEAD"):
            raise wrong_method(_ALLOWED)

    def authorize(self, headers: Mapping[str, str]) -> None:
        """Refuse a request without a token that opens, where one is asked for."""
        if not self.opening and self.tokens is None:
            return
        given = bearer(headers)
        if not given:
            raise no_token("invalid-token", "A bearer token is needed.")
        if any(self.right_token(given, token) for token in self.opening):
            return
        refusal = self.tokens.refusal(given) if self.tokens else None
        if refusal or self.tokens is None:
            raise refusal or no_token("invalid-token", "The token is not valid.")

    def right_token(self, given: str, token: str) -> bool:
        """Whether the token that was given is the right one."""
        return compare_digest(given.encode(errors="replace"), token.encode(errors="replace"))

    def root(self, headers: Mapping[str, str]) -> str:
        """What links begin with: the origin that was called, and the base path."""
        origin = self.settings.origin
        if origin is None:
            origin = forwarded(headers) if self.settings.trust_forwarded else called(headers)
        return origin + self.settings.base_path

    def json(self, status: int, body: Json | orjson.Fragment, *more: tuple[str, str]) -> Answer:
        """An answer with a JSON body."""
        return Answer(status, (JSON_TYPE, *more), orjson.dumps(body))

    def refusal(self, refused: Refused, target: str) -> Answer:
        """The answer to a request that was turned down."""
        return self.json(refused.status, self.error(refused, target), *refused.headers)

    def error(self, refused: Refused, target: str) -> Json:
        """The body of a refusal."""
        body: Json = {
            "type": f"https://developer.nexmo.com/api-errors/conversation#{refused.code}",
            "title": refused.title,
            "detail": refused.detail,
            "instance": blake2b(target.encode(errors="replace"), digest_size=16).hexdigest(),
            "code": refused.code,
        }
        if refused.parameter is not None:
            body["invalid_parameters"] = [{"name": refused.parameter, "reason": refused.detail}]
        return body

    def crash(self, error: Exception, target: str) -> Answer:
        """The answer where the mock itself failed; why goes to the log only, unless a fault was meant to fail."""
        if not self.settings.faults:
            traceback.print_exception(error, file=sys.stderr)
        return self.refusal(Refused(500, "system:error:internal", "Error", "Something went wrong."), target)
