"""No token, no init data, no name and no message text in any process's log or on the stream's subjects."""

import asyncio

from tikethet_devstack.stack import Stack

from tests.system.conftest import Arrive

SECRET = "шифр-тестовой-переписки-4c1f"


async def test_logs_hold_neither_texts_nor_tokens(desk: Stack, arrive: Arrive) -> None:
    customer = await arrive("customer")
    categories = (await customer.get("categories"))["items"]
    body = {"title": SECRET, "description": SECRET, "category_id": categories[0]["id"]}
    ticket = await customer.post("tickets", body)
    await customer.post(f"tickets/{ticket['id']}/messages", {"content": SECRET})
    await customer.get("tickets", q=SECRET)
    status, _ = await customer.call("POST", f"tickets/{ticket['id']}/messages", {"content": SECRET, "nonsense": SECRET})
    assert status == 422
    await customer.http.get("/api/v1/tickets", headers={"Authorization": f"Bearer {customer.token}x"})
    logs = await asyncio.to_thread(
        lambda: {path.name: path.read_text() for path in (desk.choices.directory / "logs").iterdir()}
    )
    assert {"gateway.log", "tickets.log", "notify.log", "bot.log"} <= set(logs)
    for name, text in logs.items():
        for secret in (SECRET, customer.token, customer.token.split(".")[2], "Морозов", "alexey_m", "query_id="):
            assert secret not in text, f"{name} tells"
