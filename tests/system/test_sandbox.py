"""The demo's chat page: what is typed there goes through the real bot, and comes back as its words."""

import asyncio
from typing import Any

import aiohttp

from tests.system.conftest import Arrive
from tests.system.people import PATIENCE_S

OURS = {"X-Sandbox": "1"}


async def chat_of(http: aiohttp.ClientSession, who: str) -> list[dict[str, Any]]:
    async with http.get("/sandbox/state") as answer:
        messages: list[dict[str, Any]] = (await answer.json())["changed"][f"chat:{who}"]["messages"]
        return messages


async def test_a_word_in_the_sandbox_becomes_a_ticket_and_is_answered(arrive: Arrive) -> None:
    customer = await arrive("customer")
    http = customer.http
    word = {"as": "customer", "text": "Пропал питомец после перехода на другой сервер, верните"}
    async with http.post("/sandbox/do/say", json=word, headers=OURS) as answer:
        assert answer.status == 200
        said = (await answer.json())["id"]
    async with asyncio.timeout(PATIENCE_S):
        while not any(each.get("reply_to") == said for each in await chat_of(http, "customer")):  # noqa: ASYNC110 - asked, not signalled
            await asyncio.sleep(0.1)
    found = await customer.get("tickets", q="питомец")
    path = f"tickets/{found['items'][0]['id']}/messages"
    history = str(await customer.get(path, latest="true", size=100)) + str(found)
    assert "верните" in history


async def test_other_sites_and_hosts_are_refused(arrive: Arrive) -> None:
    http = (await arrive("customer")).http
    async with http.post("/sandbox/do/say", json={"as": "customer", "text": "чужой"}) as answer:
        assert answer.status == 403
    async with http.get("/sandbox/state", headers={"Host": "evil.example"}) as answer:
        assert answer.status == 403
    async with http.post("/sandbox/do/say", json={"as": "nobody", "text": "кто?"}, headers=OURS) as answer:
        assert answer.status == 400
