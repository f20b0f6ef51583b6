"""What stands behind ``t.me/<bot>?start=``."""

from typing import Final

from msgspec import Struct

_ROLES: Final = ("invite_", "admin_")


class OpensTicket(Struct, frozen=True):
    """A link to a ticket."""

    number: int


class GivesRole(Struct, frozen=True):
    """A link that makes whoever opens it staff."""

    secret: str


def link_of(payload: str) -> OpensTicket | GivesRole | None:
    """What a link asks for; ``None`` when it is none we know."""
    number = payload.removeprefix("ticket_")
    if number != payload and number.isascii() and number.isdigit():
        return OpensTicket(int(number))
    for prefix in _ROLES:
        if payload.startswith(prefix):
            return GivesRole(payload.removeprefix(prefix))
    return None
