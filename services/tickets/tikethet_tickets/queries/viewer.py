"""Who asks: everything an answer may depend on."""

from collections.abc import Sequence
from typing import Any, Protocol

from msgspec import Struct
from tikethet_events.word import Language, MemberId, Role


class Reader(Protocol):
    """A pool or a connection: whatever can run a query."""

    async def fetch(self, query: str, *args: object) -> Sequence[Any]:
        """All rows."""

    async def fetchrow(self, query: str, *args: object) -> Any:
        """The first row, or nothing."""

    async def fetchval(self, query: str, *args: object) -> Any:
        """The first column of the first row."""

    async def execute(self, query: str, *args: object) -> str:
        """Run it."""


class Viewer(Struct, frozen=True):
    """The member who asks, what they may do and the language they read."""

    member_id: MemberId
    role: Role = Role.USER
    language: Language = "ru"

    @property
    def staff(self) -> bool:
        """Whether notes, tags and other people's tickets may be shown."""
        return self.role.at_least(Role.HELPER)
