"""A notification on its way: written by tickets, carried between NATS accounts, pushed by notify, and in the list."""

import asyncio
from typing import Any

from tests.system.conftest import Arrive, Listen
from tests.system.people import PATIENCE_S, Listener
from tests.system.test_a_tickets_life import opened


async def hears(feed: Listener, ticket: dict[str, Any], kind: str) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            for frame in feed.told:
                if (frame["ticket_id"], frame["kind"]) == (ticket["id"], kind):
                    return frame
            await asyncio.sleep(0.05)


async def test_an_answer_is_pushed_to_whom_it_is_for(arrive: Arrive, listen: Listen) -> None:
    customer, helper, admin = await arrive("customer"), await arrive("helper"), await arrive("admin")
    async with listen(customer) as at_customer, listen(helper) as at_helper, listen(admin) as at_admin:
        ticket = await opened(customer)
        await admin.post(f"tickets/{ticket['id']}/assign", {"assignee_id": helper.id})
        given = await hears(at_helper, ticket, "TICKET_ASSIGNED")
        await helper.post(f"tickets/{ticket['id']}/messages", {"content": "Смотрю"})
        answered = await hears(at_customer, ticket, "NEW_MESSAGE")
        assert not [frame for frame in at_admin.told if frame["kind"] == "NEW_MESSAGE"]
    assert (given["actor_id"], given["ticket_number"]) == (admin.id, ticket["number"])
    listed = await customer.get("notifications", unread="true")
    assert {"type": "notification", **listed["items"][0]} == answered | {"ticket_title": ticket["title"]}
    assert listed["unread"] >= 1
