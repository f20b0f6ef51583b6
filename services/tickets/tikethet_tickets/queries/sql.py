# ruff: noqa: S608 - names of this package only
"""Pieces of SQL that several questions share. Only names of this package's own go into the text, values never."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct
from tikethet_events.errors import Refused

from tikethet_tickets.views.rows import CategoryRow, MemberRow, MessageRow, TextRow, TicketRow

ALIASES: Final[Mapping[str, type[Struct]]] = {
    "t": TicketRow,
    "x": TextRow,
    "c": CategoryRow,
    "u": MemberRow,
    "a": MemberRow,
    "m": MessageRow,
}
"""What each alias stands for in every query: ticket, texts, category, user, assignee, message."""

TICKET: Final = msgspec.json.Decoder(TicketRow)
TEXT: Final = msgspec.json.Decoder(TextRow)
CATEGORY: Final = msgspec.json.Decoder(CategoryRow)
MEMBER: Final = msgspec.json.Decoder(MemberRow)
MESSAGE: Final = msgspec.json.Decoder(MessageRow)


class Arguments:
    """The values of a query; each gets its ``$n``."""

    def __init__(self) -> None:
        self.values: list[object] = []

    def add(self, value: object, kind: str) -> str:
        """Where ``value`` stands in the query, as SQL type ``kind``."""
        self.values.append(value)
        return f"${len(self.values)}::{kind}"


def as_json(alias: str) -> str:
    """A row under ``alias`` as JSON text, without its search column; NULL where the outer join found none."""
    fields = ", ".join(f"""'{name}', {alias}."{name}\"""" for name in ALIASES[alias].__struct_fields__)
    key = "ticket_id" if alias == "x" else "id"
    return f"CASE WHEN {alias}.{key} IS NOT NULL THEN json_build_object({fields})::text END"


def unread(staff: bool, viewer: str, marker: str = "k.version") -> str:  # noqa: FBT001 - who asks is a fact
    """How many messages of ticket ``t`` others wrote since ``marker``; counted to 1000 at most."""
    public = "" if staff else "AND NOT m.is_internal"
    return f"""(SELECT count(*) FROM (
        SELECT FROM tickets.messages m
        WHERE m.ticket_id = t.id AND m.version > coalesce({marker}, 0) AND m.author_id <> {viewer}
            AND m.deleted_at IS NULL {public}
        LIMIT 1000) _)"""


def read_to(viewer: str) -> str:
    """How far the other side of ticket ``t`` has read: staff for whoever asked, whoever asked for staff."""
    return f"""coalesce(CASE WHEN t.requester_id = {viewer}
        THEN (SELECT max(r.version) FROM tickets.read_markers r WHERE r.ticket_id = t.id AND r.member_id <> {viewer})
        ELSE (SELECT r.version FROM tickets.read_markers r WHERE r.ticket_id = t.id AND r.member_id = t.requester_id)
        END, 0)"""


def is_uuid(text: str) -> bool:
    """Whether ``text`` is an id at all; whatever is not finds nothing."""
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def must_be_uuid(text: str, field: str) -> str:
    """``text`` again; raises `Refused` when it is no id."""
    if not is_uuid(text):
        raise Refused("invalid", field=field)
    return text


def must_be_text(text: str, field: str) -> str:
    """``text`` again; raises `Refused` for what PostgreSQL holds in no text: NUL and halves of surrogate pairs."""
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in text):
        raise Refused("invalid", field=field)
    return text
