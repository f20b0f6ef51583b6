"""The shapes as the OpenAPI document shows them."""

from collections.abc import Sequence
from inspect import cleandoc
from typing import Any

import msgspec

from tikethet_tickets.shapes.broadcasts import AudienceCount, Broadcast
from tikethet_tickets.shapes.desk import Category, Desk, Rendered, Template
from tikethet_tickets.shapes.export import MemberExport
from tikethet_tickets.shapes.notifications import NotificationList
from tikethet_tickets.shapes.page import Page
from tikethet_tickets.shapes.people import Duty, Invite, Me, Member
from tikethet_tickets.shapes.programs import Account, Consumer, Delivery, Webhook
from tikethet_tickets.shapes.statistics import Dashboard, TicketStatistics
from tikethet_tickets.shapes.tickets import Counts, HistoryItem, Message, Ticket

TOP_LEVEL: tuple[Any, ...] = (
    Member,
    Me,
    Category,
    Desk,
    Duty,
    Invite,
    Page[Invite],
    Template,
    Page[Template],
    Account,
    Page[Account],
    Consumer,
    Webhook,
    Page[Webhook],
    Delivery,
    Page[Delivery],
    Rendered,
    Ticket,
    Message,
    Page[Ticket],
    Page[Message],
    Page[Member],
    Page[Category],
    Page[HistoryItem],
    Counts,
    HistoryItem,
    MemberExport,
    TicketStatistics,
    Dashboard,
    NotificationList,
    Broadcast,
    Page[Broadcast],
    AudienceCount,
)
"""What a call answers with."""


def name_of(shape: Any) -> str:
    """The name of a shape in the OpenAPI document: ``Ticket``, and ``TicketPage`` for ``Page[Ticket]``."""
    arguments: Sequence[Any] = getattr(shape, "__args__", ())
    return f"{arguments[0].__name__}Page" if arguments else str(shape.__name__)


def json_schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of every shape under its `name_of`, referring to each other under ``#/components/schemas``."""
    _, found = msgspec.json.schema_components(TOP_LEVEL, ref_template="#/components/schemas/{name}")
    renamed = {msgspec_name: name_of(shape) for shape, msgspec_name in _generic_names()}
    text = msgspec.json.encode({renamed.get(name, name): schema for name, schema in found.items()}).decode()
    for old, new in renamed.items():
        text = text.replace(f'"#/components/schemas/{old}"', f'"#/components/schemas/{new}"')
    schemas: dict[str, dict[str, Any]] = msgspec.json.decode(text)
    for schema in schemas.values():
        if "description" in schema:
            schema["description"] = cleandoc(schema["description"])  # Python 3.13 does it by itself, older ones do not
    return schemas


def _generic_names() -> list[tuple[Any, str]]:
    return [(shape, f"Page_{shape.__args__[0].__name__}_") for shape in TOP_LEVEL if getattr(shape, "__args__", ())]
