"""Buttons that everybody has."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from tikethet_bot.context import Context
from tikethet_bot.customers.asking import categories
from tikethet_bot.customers.words import Said, words
from tikethet_bot.desk import Desk
from tikethet_bot.rules.outgoing import Button
from tikethet_bot.rules.packing import File
from tikethet_bot.screens import customers as screens
from tikethet_bot.screens.tickets import ticket as ticket_screen
from tikethet_bot.steps import Do, Tell, tell
from tikethet_bot.store.effects import answered, asked
from tikethet_bot.store.people import People

REOPENS: Final = timedelta(days=7)
"""So long after it was closed words reopen a ticket; the desk's rule."""


class Taps:
    """What a button of the customers leads to."""

    def __init__(self, desk: Desk, known: People, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._people = known
        self._now = now

    async def tapped(self, action: str, target: str, context: Context) -> Do | Tell | None:
        """What a tap leads to; ``None`` when the button is none of everybody's. Raises `Away`, `Refusal`."""
        match action:
            case "cat":
                said = screens.describe(context, await categories(self._desk, context), target)
                return Tell((said,), (asked(context.chat_id, "describe", target),))
            case "cancel":
                return Tell((context.out(context.text("cancelled"), "cancelled"),), (answered(context.chat_id),))
            case "lang":
                return Do("language", "PATCH", "auth/me", {"language": target}, context.key)
            case "show":
                return await self._show(target, context)
            case "erase":
                return tell(screens.really_erase(context))
            case "erase!":
                return Do("erase", "DELETE", "members/me", None, context.key)
            case "rate":
                return _rate(target, context)
            case "move":
                return _move(target, context)
            case "about":
                return await self._about(target, context)
            case "comment":
                cancel = ((Button(context.text("cancel"), "cancel"),),)
                said = context.out(context.text("comment_ask"), "comment", buttons=cancel)
                return Tell((said,), (asked(context.chat_id, "comment", target),))
            case "export":
                return await self._export(context)
            case "own":
                return await self._own(target, context)
            case _:
                return None

    async def _about(self, target: str, context: Context) -> Do | Tell:
        """A ticket opened a moment ago belongs to an old one: its words go there, and it is closed.

        What was added meanwhile goes along, unless somebody answered already: then the two stay apart.
        """
        number, _, old = target.partition(":")
        found = await self._desk.ask(context.member.id, f"tickets/{number}")
        if not old.isdecimal() or found["status"] == "CLOSED":
            return context.say("draft_gone")
        about = await self._desk.ask(context.member.id, f"tickets/{old}")
        said = (await self._desk.ask(context.member.id, f"tickets/{number}/messages", {"size": "100"}))["items"]
        if _long_closed(about, self._now()) or any(
            (each["user"] or {}).get("id") != context.member.id for each in said
        ):
            return context.say("about_late", number=number, old=old)
        step = Do("about", "POST", f"tickets/{number}/close", {}, f"{context.key}:close", number=int(old))
        for each in reversed([each for each in said if each["deleted_at"] is None]):
            path, key = f"tickets/{number}/messages/{each['id']}/move", f"{context.key}:{each['id']}"
            step = Do("about", "POST", path, {"to": old}, key, number=int(old), then=step)
        body = {"content": found["description"]}
        return Do("about", "POST", f"tickets/{old}/messages", body, context.key, number=int(old), then=step)

    async def _own(self, target: str, context: Context) -> Do | Tell:
        draft = await self._people.draft(context.chat_id, int(target)) if target.isdecimal() else None
        if draft is None:
            return context.say("draft_gone")
        return replace(words(context, Said(draft.content, draft.attachments), anew=True), draft=int(target))

    async def _export(self, context: Context) -> Tell:
        """Everything the desk knows of them, as a file of theirs alone."""
        found = await self._desk.ask(context.member.id, "members/me/export")
        content = msgspec.json.format(msgspec.json.encode(found), indent=2)
        name = "tikethet.json"
        file_id = await self._desk.keep_file(context.member.id, f"{context.key}:export", name, content)
        file = File(id=file_id, filename=name, size=len(content), content_type="application/json")
        return tell(context.out(context.text("exported"), "export", files=(file,)))

    async def _show(self, number: str, context: Context) -> Tell:
        return await show(self._desk, number, self._now(), context)


async def show(desk: Desk, number: str, now: datetime, context: Context) -> Tell:
    """One ticket with its last words. Raises `Away`, `Refusal`."""
    found = await desk.ask(context.member.id, f"tickets/{number}")
    messages = await desk.ask(context.member.id, f"tickets/{number}/messages", {"latest": "true", "size": "5"})
    return tell(ticket_screen(context, found, messages["items"], now))


def _long_closed(found: Any, now: datetime) -> bool:
    """Whether what is said there now would begin one more ticket."""
    closed_at = found["closed_at"] if found["status"] == "CLOSED" else None
    return closed_at is not None and now - datetime.fromisoformat(closed_at) >= REOPENS


def _move(target: str, context: Context) -> Do | Tell:
    message_id, _, rest = target.partition(":")
    number, _, other = rest.partition(":")
    if not other.isdecimal():
        return context.say("failed")
    path = f"tickets/{number}/messages/{message_id}/move"
    return Do("move", "POST", path, {"to": other}, context.key, number=int(other))


def _rate(target: str, context: Context) -> Do | Tell:
    score, _, ticket_id = target.partition(":")
    if not score.isdecimal():
        return context.say("failed")
    return Do("rate", "POST", f"tickets/{ticket_id}/rate", {"score": int(score)}, context.key, ticket_id)
