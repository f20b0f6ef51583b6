"""People of the browser tests: somebody at the API beside whoever sits before a page."""

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from playwright.async_api import Page


class Person:
    """Somebody who uses the API rather than the app."""

    def __init__(self, http: aiohttp.ClientSession, token: str, user: dict[str, Any]) -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}"}
        self.id = str(user["id"])

    async def get(self, path: str) -> Any:
        """What the call answers."""
        async with self._http.get(f"/api/v1/{path}", headers=self._headers) as answer:
            return await self._body(answer)

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        """What the command answers."""
        return await self._command("POST", path, body)

    async def put(self, path: str, body: dict[str, Any]) -> Any:
        """What the command answers."""
        return await self._command("PUT", path, body)

    async def patch(self, path: str, body: dict[str, Any]) -> Any:
        """What the command answers."""
        return await self._command("PATCH", path, body)

    async def _command(self, method: str, path: str, body: dict[str, Any]) -> Any:
        async with self._http.request(method, f"/api/v1/{path}", json=body, headers=self._headers) as answer:
            return await self._body(answer)

    async def _body(self, answer: aiohttp.ClientResponse) -> Any:
        body = await answer.json() if answer.content_length else None
        assert answer.ok, body
        return body


async def ask(customer: Person, title: str) -> dict[str, Any]:
    """A new ticket."""
    category = (await customer.get("categories"))["items"][0]["id"]
    wish = {"title": title, "description": "Подробности потом.", "category_id": category}
    return dict(await customer.post("tickets", wish))


People = Callable[[str], Awaitable[Person]]
"""`await person("helper")`: the fixture `person`."""
Keep = Callable[[Page, str], Awaitable[None]]
"""`await keep(page, "list")`: the fixture `keep`."""
