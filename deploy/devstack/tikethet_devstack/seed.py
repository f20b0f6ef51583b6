"""The demo's three tickets, sent as commands through the gateway, as three people would.

Every command carries its own `Idempotency-Key`, so a second start adds nothing, whatever was done meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import aiohttp

from tikethet_devstack import pictures
from tikethet_devstack.stories import STORIES, Story

Who = Literal["customer", "helper", "admin"]
PEOPLE: Sequence[Who] = ("customer", "helper", "admin")
TIMEOUT_S = 30


class Failed(Exception):
    """The gateway refused a command of the demo; the message says which and how."""


@dataclass(frozen=True)
class Person:
    """Somebody signed in."""

    id: str
    token: str


async def seed(address: str) -> None:
    """Sign the three in and tell the stories. Raises Failed."""
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    async with aiohttp.ClientSession(address, timeout=timeout) as session:
        try:
            desk = _Desk(session, {who: await _sign_in(session, who) for who in PEOPLE})
            await desk.furnish()
            for story in STORIES:
                await desk.tell(story)
        except (aiohttp.ClientError, TimeoutError) as failure:
            raise Failed(f"the gateway does not answer: {str(failure) or type(failure).__name__}") from failure


class _Desk:
    def __init__(self, session: aiohttp.ClientSession, people: Mapping[Who, Person]) -> None:
        self._session = session
        self._people = people

    async def furnish(self) -> None:
        """The default categories, and a helper on duty."""
        await self._send("admin", "POST", "categories/init-defaults", "desk:categories", {})
        helper = self._people["helper"].id
        await self._send("admin", "PUT", f"members/{helper}/role", "desk:helper", {"role": "HELPER"})
        await self._send("helper", "PUT", "duty", "desk:duty", {"on_duty": True})

    async def tell(self, story: Story) -> None:
        """One ticket from its first word to where it stands."""
        opening = {
            "title": story.title,
            "description": story.description,
            "category_id": await self._category(story.icon),
            "priority": story.priority,
        }
        ticket = await self._send("customer", "POST", "tickets", f"{story.name}:open", opening)
        place = f"tickets/{ticket['id']}"
        for number, (who, call, words) in enumerate(story.steps, start=1):
            key = f"{story.name}:{number}"
            match call:
                case "says":
                    await self._send(who, "POST", f"{place}/messages", key, {"content": words})
                case "notes":
                    await self._send(who, "POST", f"{place}/messages", key, {"content": words, "is_internal": True})
                case "shows":
                    await self._show(who, f"{place}/messages", key, words)
                case "takes":
                    await self._send(who, "POST", f"{place}/assign", key, {"assignee_id": self._people[who].id})
                case "resolves":
                    await self._send(who, "POST", f"{place}/resolve", key, {"reason": words})
                case "tags":
                    await self._send(who, "PATCH", place, key, {"tags": words.split()})

    async def _show(self, who: Who, messages: str, key: str, words: str) -> None:
        token = self._people[who].token
        said = await _call(self._session, "GET", f"{messages}?size=100", token)
        if any(message["attachments"] for message in said["items"]):
            return  # another release may draw the picture a little differently: not the same command any more
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("file", pictures.receipt(), filename="скрин-из-банка.png")
        file = await _call(self._session, "POST", "files", token, form=form)
        await self._send(who, "POST", messages, key, {"content": words, "attachments": [file["id"]]})

    async def _category(self, icon: str) -> str:
        for category in (await _call(self._session, "GET", "categories", self._people["customer"].token))["items"]:
            if category["icon"].startswith(icon):  # ⚖ may carry a variation selector
                return str(category["id"])
        raise Failed(f"there is no category {icon}")

    async def _send(self, who: Who, method: str, path: str, key: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return await _call(self._session, method, path, self._people[who].token, key=f"demo:{key}", body=body)


async def _sign_in(session: aiohttp.ClientSession, who: Who) -> Person:
    signed = await _call(session, "GET", f"demo/init-data?as={who}")
    answer = await _call(session, "POST", "auth/telegram", body={"init_data": signed["init_data"]})
    return Person(id=answer["user"]["id"], token=answer["access_token"])


async def _call(
    session: aiohttp.ClientSession,
    method: str,
    path: str,
    token: str | None = None,
    *,
    key: str | None = None,
    body: Mapping[str, Any] | None = None,
    form: aiohttp.FormData | None = None,
) -> dict[str, Any]:
    headers = {"Accept-Language": "ru"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if key:
        headers["Idempotency-Key"] = key
    async with session.request(method, f"/api/v1/{path}", headers=headers, json=body, data=form) as response:
        if not response.ok:
            raise Failed(f"{method} {path.partition('?')[0]} answered {response.status}: {await response.text()}")
        answer = await response.json()
        return {"items": answer} if isinstance(answer, list) else dict(answer)
