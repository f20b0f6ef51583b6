"""The shapes of the contract, as JSON and as the OpenAPI document will describe them."""

import json
import re

import asyncpg
import msgspec
from tikethet_events.word import Role
from tikethet_tickets import shapes
from tikethet_tickets.queries.counts import counts
from tikethet_tickets.queries.filters import TicketFilter
from tikethet_tickets.queries.messages import list_messages
from tikethet_tickets.queries.pages import PageRequest
from tikethet_tickets.queries.tickets import list_tickets
from tikethet_tickets.queries.viewer import Viewer

from tests.tickets.conftest import Story

MEMBER = {"id", "first_name", "last_name", "username", "role", "language", "blocked", "reachable"}
TICKET = {
    *("id", "number", "title", "description", "status", "priority", "category", "user", "assigned_to", "tags"),
    *(
        "rating",
        "messages_count",
        "unread_count",
        "last_message_at",
        "created_at",
        "updated_at",
        "closed_at",
        "version",
    ),
}
MESSAGE = {"id", "content", "user", "attachments", "is_internal", "created_at", "edited_at", "deleted_at"}
PAGE = {"items", "total", "page", "size", "pages", "next_cursor"}


async def test_nothing_of_the_contract_is_missing(views: asyncpg.Connection, story: Story) -> None:
    customer, helper = Viewer(story.joins()), Viewer(story.joins(role=Role.HELPER), Role.HELPER)
    ticket = story.opens(customer.member_id, story.category())
    story.says(customer.member_id, ticket)
    await story.tell(views)
    for viewer, extra in ((customer, set()), (helper, {"telegram_id"})):
        page = msgspec.to_builtins(await list_tickets(views, viewer, TicketFilter(), PageRequest()))
        assert set(page) >= PAGE
        (shown,) = page["items"]
        assert set(shown) >= TICKET
        assert set(shown["user"]) == MEMBER | extra
        assert set(shown["category"]) == {"id", "name", "names", "icon", "color"}
        (said,) = msgspec.to_builtins(await list_messages(views, viewer, ticket, PageRequest()))["items"]
        assert set(said) >= MESSAGE
        assert set(msgspec.to_builtins(await counts(views, viewer))) == {
            *("total", "by_status", "by_priority", "mine", "unassigned", "snoozed", "next_wake")
        }
    assert re.fullmatch(r"2026-01-05T09:00:\d\dZ", msgspec.to_builtins(shown)["created_at"])


def test_every_reference_of_the_schemas_leads_somewhere() -> None:
    schemas = shapes.json_schemas()
    references = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(schemas)))
    assert references <= set(schemas)
    assert {shapes.name_of(shape) for shape in shapes.TOP_LEVEL} <= set(schemas)
    assert set(schemas["TicketPage"]["required"]) == PAGE
    assert "telegram_id" not in schemas["Member"]["required"]
    assert set(schemas["Change"]["properties"]) == {"from", "to"}
