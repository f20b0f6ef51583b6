"""No token, no init data, no name and no message text in any process's log or on the stream's subjects."""

import asyncio

import aiohttp
from tikethet_devstack.stack import Stack

from tests.system.conftest import Arrive
from tests.system.people import PATIENCE_S, Person
from tests.system.test_sandbox import OURS, chat_of

SECRET = "шифр-тестовой-переписки-4c1f"


async def nobody_tells(desk: Stack, customer: Person) -> None:
    logs = await asyncio.to_thread(
        lambda: {path.name: path.read_text() for path in (desk.choices.directory / "logs").iterdir()}
    )
    assert {"gateway.log", "tickets.log", "notify.log", "bot.log", "postgres.log"} <= set(logs)
    for name, text in logs.items():
        for secret in (SECRET, customer.token, customer.token.split(".")[2], "Морозов", "alexey_m", "query_id="):
            assert secret not in text, f"{name} tells"


async def opened(customer: Person) -> str:
    categories = (await customer.get("categories"))["items"]
    body = {"title": SECRET, "description": SECRET, "category_id": categories[0]["id"]}
    return str((await customer.post("tickets", body))["id"])


async def say(http: aiohttp.ClientSession, text: str) -> int:
    async with http.post("/sandbox/do/say", json={"as": "customer", "text": text}, headers=OURS) as answer:
        assert answer.status == 200
        return int((await answer.json())["id"])


async def heard(http: aiohttp.ClientSession, said: int) -> None:
    """Wait until the bot answered."""
    async with asyncio.timeout(PATIENCE_S):
        while not any(each.get("reply_to") == said for each in await chat_of(http, "customer")):  # noqa: ASYNC110 - asked, not signalled
            await asyncio.sleep(0.1)


async def test_logs_hold_neither_texts_nor_tokens(desk: Stack, arrive: Arrive) -> None:
    customer = await arrive("customer")
    ticket = await opened(customer)
    await customer.post(f"tickets/{ticket}/messages", {"content": SECRET})
    await customer.get("tickets", q=SECRET)
    status, _ = await customer.call("POST", f"tickets/{ticket}/messages", {"content": SECRET, "nonsense": SECRET})
    assert status == 422
    await customer.http.get("/api/v1/tickets", headers={"Authorization": f"Bearer {customer.token}x"})
    await heard(customer.http, await say(customer.http, f"Верните питомца: {SECRET}"))
    await nobody_tells(desk, customer)


async def test_nor_do_they_when_the_database_dies(shaken: Stack, arrive: Arrive) -> None:
    customer = await arrive("customer")
    ticket = await opened(customer)
    await shaken.kill("postgres")
    url, headers = f"/api/v1/tickets/{ticket}/messages", {"Authorization": f"Bearer {customer.token}"}
    async with customer.http.post(url, json={"content": SECRET}, headers=headers) as answer:
        assert answer.status == 503
    said = await say(customer.http, f"Питомца всё нет: {SECRET}")
    await shaken.restart("postgres")
    await customer.post(f"tickets/{ticket}/messages", {"content": SECRET})
    await shaken.restart("bot")
    await heard(customer.http, said)
    await nobody_tells(shaken, customer)
