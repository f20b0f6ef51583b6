"""From an update to the room that knows what to do with it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import msgspec

from tikethet_bot.context import Context
from tikethet_bot.customers.asking import categories
from tikethet_bot.customers.commands import Commands
from tikethet_bot.customers.outcomes import outcome as customers_outcome
from tikethet_bot.customers.taps import Taps
from tikethet_bot.customers.words import Words, opening, post
from tikethet_bot.desk import Desk, Refusal
from tikethet_bot.rules import intents
from tikethet_bot.rules.intents import intent_of
from tikethet_bot.rules.saying import clean
from tikethet_bot.screens import customers as screens
from tikethet_bot.staff.commands import Commands as StaffCommands
from tikethet_bot.staff.outcomes import outcome as staff_outcome
from tikethet_bot.staff.taps import Taps as StaffTaps
from tikethet_bot.staff.words import where_to
from tikethet_bot.steps import Do, Tell, tell
from tikethet_bot.store.people import People

Fetch = Callable[[int], Awaitable[tuple[str, bytes] | None]]
"""The name and content of the file that a message carries, if it can be kept. Raises `Away`."""


class Understanding:
    """`decide` is what an update leads to. ``now`` is the clock."""

    def __init__(
        self, desk: Desk, known: People, *, fetch: Fetch, app_url: str | None, now: Callable[[], datetime]
    ) -> None:
        self._desk = desk
        self._people = known
        self._fetch = fetch
        self._words = Words(desk, known, now)
        self._commands = Commands(desk, app_url, now)
        self._taps = Taps(desk, known, self._words, now)
        self._staff_commands = StaffCommands(desk, known, now)
        self._staff_taps = StaffTaps(known)

    async def decide(self, context: Context) -> Do | Tell:
        """What to do, with the file that a message carries kept first. Raises `Away`, `Refusal`."""
        incoming = context.incoming
        if incoming.media is None or incoming.kind != "message":
            return await self._understood(context)
        attachment = await self._keep_file(context)
        if attachment is None:
            step = await self._understood(context)
            return msgspec.structs.replace(step, lost_file=True) if isinstance(step, Do) else step
        note = incoming.text.startswith(intents.NOTE_MARK)
        caption = incoming.text.removeprefix(intents.NOTE_MARK) if note else incoming.text
        step = await self._said(intents.Words(caption, incoming.reply_to, note), context, with_file=True)
        if isinstance(step, Do):
            step = msgspec.structs.replace(step, body={**step.body, "attachments": [attachment]})
        return step

    @staticmethod
    def outcome(step: Do, answer: Any, context: Context) -> Tell:
        """What follows when the desk carried a command out."""
        return customers_outcome(step, answer, context) or staff_outcome(step, answer, context)

    async def _keep_file(self, context: Context) -> str | None:
        carried = await self._fetch(context.incoming.message_id)
        if carried is None:
            return None
        try:
            return await self._desk.keep_file(context.member.id, f"{context.key}:file", *carried)
        except Refusal:
            return None  # too large, or of a kind the desk does not keep

    async def _understood(self, context: Context) -> Do | Tell:
        intent = intent_of(context.incoming, screens.said(context.incoming, context.language))
        match intent:
            case intents.Command(name, argument):
                found = await self._commands.command(name, context)
                return found if found is not None else await self._staff_commands.command(name, argument, context)
            case intents.Unknown():
                return context.say("unknown_command")
            case intents.Greeting():
                return tell(screens.categories(context, await categories(self._desk, context), "greeting"))
            case intents.Words():
                return await self._said(intent, context)
            case intents.Correction(words):
                return await self._words.corrected(words, context)
            case intents.TakenBack():
                return await self._words.taken_back(context)
            case intents.Tap(action, target):
                found = await self._taps.tapped(action, target, context)
                return found if found is not None else await self._staff_taps.tapped(action, target, context)
            case _:
                return Tell()

    async def _said(self, words: intents.Words, context: Context, *, with_file: bool = False) -> Do | Tell:
        content = clean(words.text)
        if not content and not with_file:
            return Tell()
        if words.reply_to is not None:
            where = await self._people.where(context.chat_id, words.reply_to)
            if where is not None:
                return post(context, where.ticket_id, content, note=words.note and context.member.staff)
        category = await self._people.chosen_category(context.chat_id)
        if category is not None:
            return opening(context, content, category)
        if context.member.staff and not with_file:
            return await where_to(self._desk, content, context)
        return await self._words.routed(content, context)
