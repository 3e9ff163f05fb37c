"""Oddities of an API with several tenants."""

# ruff: noqa: D102 - steps keep their parameters; the class says what they do

from collections.abc import Mapping

from contracts.mock.api import Api
from contracts.mock.errors import Refusal, Refused
from contracts.mock.queries import Answer
from contracts.mock.registry import oddity
from contracts.mock.settings import Settings


class _Common(Api):
    """Some of what the first tenant has belongs to all."""

    common = ""

    def home(self, headers: Mapping[str, str], target: str) -> Api:
        shared = target.startswith(f"{self.settings.base_path}/{self.common}")
        return self.tenants[0] if shared else super().home(headers, target)


@oddity(shared=("conversations",))
class ConversationsInCommon(_Common):
    """All tenants take part in the same conversations, on purpose; each has users of its own."""

    common = "conversations"


@oddity(shared=("users",))
class UsersInOneDirectory(_Common):
    """All tenants see the same users, on purpose: they stand in a directory of the company."""

    common = "users"


@oddity()
class OneSecretForAllCursors(Api):
    """A cursor of another tenant opens, and leads to the same place among one's own items."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.seal_key = 1


@oddity()
class ForeignThingsForbidden(Api):
    """What belongs to another tenant is refused with 403, not 404."""

    def serve(self, method: str, target: str, headers: Mapping[str, str]) -> Answer:
        try:
            return super().serve(method, target, headers)
        except Refusal as refusal:
            if refusal.refused.status == 404 and self._is_foreign(target):  # noqa: PLR2004 - not found
                reason = "It belongs to another application."
                raise Refusal(Refused(403, "system:error:permission", "Forbidden", reason)) from None
            raise

    def _is_foreign(self, target: str) -> bool:
        name = target.partition("?")[0].removeprefix(f"{self.settings.base_path}/").split("/")[1:2]
        others = (each for each in self.tenants if each.number != self.number)
        return any(
            each.conversation_of(one) is not None or each.user_of(one) is not None for each in others for one in name
        )
