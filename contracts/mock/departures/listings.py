"""Departures of users, members and links."""

# ruff: noqa: D102 - steps keep their parameters; the class says what they do

from collections.abc import Mapping, Sequence

from contracts.mock.api import Api
from contracts.mock.helpers import Rearranged
from contracts.mock.items import Json
from contracts.mock.queries import USERS, Query
from contracts.mock.registry import ALL_LISTINGS, departure

_LOOPBACK = {"127.0.0.1": "localhost", "[::1]": "localhost", "localhost": "localhost"}
_REGION = "api-us-3."
_STATES = ("LEFT", "UNKNOWN")


@departure(breaks="order.mirror", listing="users")
class UsersAlwaysByName(Rearranged):
    """Users come in order of their names from a to z, under `desc` as well."""

    def rows(self, query: Query) -> Sequence[int]:
        rows = super().rows(query)
        if query.listing is not USERS:
            return rows
        return sorted(rows, key=self.user_name, reverse=query.descending)  # `shown` turns it round once more


@departure(breaks="pages.items", listing="members")
class OtherMemberStates(Api):
    """Some members have the state LEFT or UNKNOWN, which the description does not list."""

    def member_item(self, conversation: int, member: int, root: str) -> Json:
        item = super().member_item(conversation, member, root)
        draw = self.member_draw(conversation, member) >> 40
        return item if draw % 4 else item | {"state": _STATES[(draw >> 8) % 2]}


@departure(breaks="links.origin", listing=ALL_LISTINGS)
class LinksOnARegionalHost(Api):
    """Links name another host than the one that was called: that of the region.

    Here `localhost` for `127.0.0.1`, so that they can be followed.
    """

    def root(self, headers: Mapping[str, str]) -> str:
        scheme, _, rest = super().root(headers).partition("://")
        host, slash, path = rest.partition("/")
        name, colon, port = host.rpartition(":") if not host.endswith("]") and ":" in host else (host, "", "")
        return f"{scheme}://{_LOOPBACK.get(name, _REGION + name.removeprefix(_REGION))}{colon}{port}{slash}{path}"
