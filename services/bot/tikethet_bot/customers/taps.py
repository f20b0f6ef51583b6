"""Buttons that everybody has."""

from collections.abc import Callable
from datetime import datetime

from tikethet_bot.context import Context
from tikethet_bot.customers.asking import categories
from tikethet_bot.customers.words import Said, Words
from tikethet_bot.desk import Desk
from tikethet_bot.screens import customers as screens
from tikethet_bot.screens.tickets import ticket as ticket_screen
from tikethet_bot.steps import Do, Tell, tell
from tikethet_bot.store.effects import category_chosen
from tikethet_bot.store.people import People


class Taps:
    """What a button of the customers leads to."""

    def __init__(self, desk: Desk, known: People, words: Words, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._people = known
        self._words = words
        self._now = now

    async def tapped(self, action: str, target: str, context: Context) -> Do | Tell | None:
        """What a tap leads to; ``None`` when the button is none of everybody's. Raises `Away`, `Refusal`."""
        match action:
            case "cat":
                asked = screens.describe(context, await categories(self._desk, context), target)
                return Tell((asked,), (category_chosen(context.chat_id, target),))
            case "cancel":
                effects = (category_chosen(context.chat_id, None),)
                return Tell((context.out(context.text("cancelled"), "cancelled"),), effects)
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
            case "own":
                return await self._own(target, context)
            case _:
                return None

    async def _own(self, target: str, context: Context) -> Do | Tell:
        draft = await self._people.draft(context.chat_id, int(target)) if target.isdigit() else None
        if draft is None:
            return context.say("draft_gone")
        return await self._words.new(Said(draft.content, draft.attachments), context)

    async def _show(self, number: str, context: Context) -> Tell:
        found = await self._desk.ask(context.member.id, f"tickets/{number}")
        params = {"latest": "true", "size": "5"}
        messages = await self._desk.ask(context.member.id, f"tickets/{number}/messages", params)
        return tell(ticket_screen(context, found, messages["items"], self._now()))


def _rate(target: str, context: Context) -> Do | Tell:
    score, _, ticket_id = target.partition(":")
    if not score.isdigit():
        return context.say("failed")
    return Do("rate", "POST", f"tickets/{ticket_id}/rate", {"score": int(score)}, context.key, ticket_id)
