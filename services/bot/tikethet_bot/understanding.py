"""From an update to the room that knows what to do with it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tikethet_bot.context import Context
from tikethet_bot.customers.asking import categories
from tikethet_bot.customers.commands import Commands
from tikethet_bot.customers.files import Fetch, keep_files
from tikethet_bot.customers.outcomes import outcome as customers_outcome
from tikethet_bot.customers.taps import Taps
from tikethet_bot.customers.words import Said, Words, awaited, post, words
from tikethet_bot.desk import Away, Desk
from tikethet_bot.gathering import became_a_note
from tikethet_bot.rules import intents
from tikethet_bot.rules.intents import intent_of
from tikethet_bot.rules.saying import clean
from tikethet_bot.screens import customers as screens
from tikethet_bot.screens import staff as staff_screens
from tikethet_bot.staff.broadcasts import Broadcasts
from tikethet_bot.staff.commands import Commands as StaffCommands
from tikethet_bot.staff.duty import Duty
from tikethet_bot.staff.outcomes import outcome as staff_outcome
from tikethet_bot.staff.panel import Panel
from tikethet_bot.staff.taps import Taps as StaffTaps
from tikethet_bot.staff.tickets import Tickets
from tikethet_bot.staff.words import where_to
from tikethet_bot.steps import Do, Tell, tell
from tikethet_bot.store.people import People, Where


class House(Struct, frozen=True):
    """Where things are: the Mini App (where Telegram can open it), the gateway, and how the bot is called."""

    app_url: str | None
    public_url: str
    username: Callable[[], str | None]


class Understanding:
    """`decide` is what an update leads to. ``now`` is the clock."""

    def __init__(
        self,
        desk: Desk,
        known: People,
        *,
        fetch: Fetch,
        group_link: Callable[[Context], Awaitable[Tell]],
        house: House,
        now: Callable[[], datetime],
    ) -> None:
        app_url = house.app_url
        self._house = house
        self._group_link = group_link
        self._desk = desk
        self._people = known
        self._fetch = fetch
        self._words = Words(desk, known)
        self._commands = Commands(desk, app_url, now)
        self._taps = Taps(desk, known, now)
        panel, duty = Panel(desk, app_url, now), Duty(desk)
        self._broadcasts = Broadcasts(desk, known)
        self._staff_commands = StaffCommands(desk, known, panel, duty, self._broadcasts, house.public_url)
        self._staff_taps = StaffTaps(Tickets(desk, known), panel, duty, self._broadcasts)

    async def decide(self, context: Context) -> Do | Tell:
        """What to do, with the files that a message carries kept first. Raises `Away`, `Refusal`."""
        incoming = context.incoming
        if incoming.media is None or incoming.kind != "message":
            return await self._understood(context)
        kept = await keep_files(context, self._fetch, self._desk)
        note = incoming.text.startswith(intents.NOTE_MARK)
        caption = incoming.text.removeprefix(intents.NOTE_MARK) if note else incoming.text
        content = "\n".join(filter(None, (caption.strip(), *kept.lost)))
        said = Said(clean(content), kept.attachments, lost_file=bool(kept.lost))
        return await self._said(said, incoming.reply_to, context, note=note)

    async def outcome(self, step: Do, answer: Any, context: Context) -> Tell:
        """What follows when the desk carried a command out."""
        bot = self._house.username() or ""
        found = customers_outcome(step, answer, context) or staff_outcome(step, answer, context, bot)
        if step.kind != "post" or not context.member.staff or step.body["is_internal"]:
            return found
        number = await self._people.nobodys(answer["ticket_id"], context.member.id)
        if number is None:
            return found
        offer = staff_screens.offer(context, answer["ticket_id"], number)  # else nobody would hear what comes back
        return replace(found, outs=(*found.outs, offer))

    async def _understood(self, context: Context) -> Do | Tell:
        intent = intent_of(context.incoming)
        match intent:
            case intents.Command("group", _) if context.member.staff:
                return await self._group_link(context)
            case intents.Command(name, argument):
                found = await self._commands.command(name, argument, context)
                return found if found is not None else await self._staff_commands.command(name, argument, context)
            case intents.Unknown():
                return context.say("unknown_command")
            case intents.Greeting():
                return tell(screens.categories(context, await categories(self._desk, context), "greeting"))
            case intents.Words():
                return await self._said(Said(clean(intent.text)), intent.reply_to, context, note=intent.note)
            case intents.Correction(corrected):
                return await self._words.corrected(corrected, context)
            case intents.TakenBack():
                return await self._words.taken_back(context)
            case intents.Tap(action, target):
                found = await self._taps.tapped(action, target, context)
                return found if found is not None else await self._staff_taps.tapped(action, target, context)
            case _:
                return Tell()

    async def _said(self, said: Said, reply_to: int | None, context: Context, *, note: bool) -> Do | Tell:
        if not said.content and not said.attachments:
            return Tell()
        ticket_id = await self._meant(reply_to, context)
        if ticket_id is not None:
            note = context.member.staff and (
                note or await became_a_note(self._desk, context.member.id, await self._earlier(context))
            )
            return post(context, ticket_id, said, note=note)
        dialogue = context.member.dialogue
        if dialogue is not None and dialogue.kind == "broadcast" and context.member.staff and said.content:
            return await self._broadcasts.preview(said.content, context)
        step = awaited(dialogue, said, context, note=note) if dialogue is not None else None
        if step is not None:
            return step
        if context.member.staff:
            return await where_to(self._desk, said.content, said.attachments, context)
        return words(context, said)

    async def _meant(self, reply_to: int | None, context: Context) -> str | None:
        """The ticket a message names by itself: it replies to it, or the rest of its album went there.

        Raises `Away` while it is not known yet.
        """
        if reply_to is not None:
            where = await self._people.where(context.chat_id, reply_to)
            if where is not None:
                return where.ticket_id
            if await self._people.on_its_way(context.chat_id, reply_to):
                raise Away("what is replied to was sent a moment ago")
        earlier = await self._earlier(context)
        return earlier.ticket_id if earlier is not None else None

    async def _earlier(self, context: Context) -> Where | None:
        """What the rest of its album became."""
        album = context.incoming.album
        return await self._people.album(context.chat_id, album) if album is not None else None
