"""One journal entry from a group: what it means there, what the desk is asked, what is told.

As in private chats the command is fixed in the journal before the desk is asked, and goes out again as it was.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec
from pyrogram import raw
from pyrogram.errors import RPCError
from tikethet_service.texts import text

from tikethet_bot.desk import Away, Desk, Refusal
from tikethet_bot.gathering import Gathering, became_a_note
from tikethet_bot.mirror.delivery import channel_of
from tikethet_bot.mirror.setting import Setting
from tikethet_bot.rules.albums import Part, joined
from tikethet_bot.rules.incoming import Incoming
from tikethet_bot.rules.mirror import STAFF, Explained, Left, Relayed, Replied, meaning, number_of, secret_of
from tikethet_bot.rules.outgoing import REPLY, Out
from tikethet_bot.rules.saying import clean
from tikethet_bot.steps import Do, Tell, tell
from tikethet_bot.store import Pool, groups, journal, outbox, together
from tikethet_bot.store.effects import marked
from tikethet_bot.store.groups import Groups, StaffGroup
from tikethet_bot.store.journal import Entry, Journal
from tikethet_bot.store.people import Member, People
from tikethet_bot.telegram.client import Unreachable

Call = Callable[[Any], Awaitable[Any]]
Fetch = Callable[[int, int], Awaitable[tuple[str, bytes] | None]]
"""The name and content of the file that a message of a group (its chat, its id) carries. Raises `Away`."""


class Inward:
    """Acts on journal entries of groups."""

    def __init__(
        self,
        pool: Pool,
        bot_id: int,
        desk: Desk,
        known: Groups,
        *,
        setting: Setting,
        gathering: Gathering,
        call: Call,
        fetch: Fetch,
    ) -> None:
        self._pool = pool
        self._bot_id = bot_id
        self._desk = desk
        self._groups = known
        self._setting = setting
        self._gathering = gathering
        self._call = call
        self._fetch = fetch
        self._people = People(pool)
        self._journal = Journal(pool, bot_id)

    async def act(self, entry: Entry) -> None:
        """Do what an update of a group asks for. Raises `Away` when the desk or Telegram must be asked again."""
        parts = await self._gathering.parts(entry)
        if parts:
            entry = Entry(entry.id, joined(parts), entry.plan)
        await self._finish(entry, await self._step(entry, parts), parts)

    async def give_up(self, entry: Entry, why: str) -> None:
        """Nothing helps; the group is told where it was said."""
        group = await self._groups.staff_group()
        ticket_id = await self._groups.ticket_of(entry.incoming.chat_id, entry.incoming.topic)
        step = Tell()
        if group is not None and ticket_id is not None:
            step = tell(_reply(entry.incoming, ticket_id, text(group.language, "bot.failed")))
        await self._finish(entry, step, failure=why)

    async def _step(self, entry: Entry, parts: Sequence[Part]) -> Tell:
        incoming = entry.incoming
        if incoming.kind == "place":
            return await self._setting.placed(incoming)
        secret = secret_of(incoming.text) if incoming.kind == "message" else None
        if secret is not None:
            return await self._setting.connect(incoming, secret)
        group = await self._groups.staff_group()
        if group is None or group.chat_id != incoming.chat_id:
            return self._setting.stranger(incoming)
        if incoming.kind == "topic":
            number = number_of(incoming.text)
            made = () if number is None else (groups.topic_made(incoming.chat_id, incoming.message_id, number),)
            return Tell(effects=made)
        sender = incoming.sender
        member = await self._people.find(sender.telegram_id) if sender is not None else None
        match incoming.kind:
            case "message":
                return await self._written(entry, parts, group, member)
            case "edit":
                return await self._corrected(entry, member)
            case "tap":
                return await self._tapped(entry, group, member)
            case _:
                return Tell()

    # ------------------------------------------------------------ words

    async def _written(self, entry: Entry, parts: Sequence[Part], group: StaffGroup, member: Member | None) -> Tell:
        incoming = entry.incoming
        ticket_id = await self._groups.ticket_of(incoming.chat_id, incoming.topic)
        found = meaning(
            clean(incoming.text),
            member.role if member is not None else None,
            await self._replied(incoming),
            anonymous=incoming.sender is None,
            ticket=ticket_id is not None,
            media=incoming.media is not None,
        )
        match found:
            case Left():
                return Tell()
            case Explained(why):
                return await self._explained(incoming, ticket_id or "", group, why)
            case Relayed(said, note) if member is not None and ticket_id is not None:
                return await self._relayed(entry, parts, member, ticket_id, said, note=note)
            case _:
                return Tell()

    async def _replied(self, incoming: Incoming) -> Replied:
        if incoming.reply_to is None:
            return "nothing"
        if incoming.reply_to == incoming.topic:
            return "topic"
        where = await self._people.where(incoming.chat_id, incoming.reply_to)
        if where is not None:
            return "colleague" if where.incoming else "bot"
        return "bot" if await self._ours(incoming.chat_id, incoming.reply_to) else "colleague"

    async def _ours(self, chat_id: int, message_id: int) -> bool:
        """Whether the bot wrote a message whose id it never learnt. Raises `Away`."""
        channel = channel_of(chat_id, await self._groups.access_hash(chat_id))
        wanted: list[Any] = [raw.types.InputMessageID(id=message_id)]
        try:
            found = await self._call(raw.functions.channels.GetMessages(channel=channel, id=wanted))
        except Unreachable as failure:
            raise Away("Telegram") from failure
        except RPCError:
            return False
        return any(getattr(getattr(each, "from_id", None), "user_id", None) == self._bot_id for each in found.messages)

    async def _explained(self, incoming: Incoming, ticket_id: str, group: StaffGroup, why: str) -> Tell:
        who = incoming.sender.telegram_id if incoming.sender is not None else 0
        if await self._groups.was_told(incoming.chat_id, who, why):
            return Tell()
        said = text(group.language, f"bot.topic_{why}")
        return Tell((_reply(incoming, ticket_id, said),), (groups.told(incoming.chat_id, who, why),))

    async def _continues_a_note(self, incoming: Incoming, member: Member) -> bool:
        earlier = await self._people.album(incoming.chat_id, incoming.album) if incoming.album is not None else None
        return await became_a_note(self._desk, member.id, earlier)

    async def _relayed(
        self, entry: Entry, parts: Sequence[Part], member: Member, ticket_id: str, said: str, *, note: bool
    ) -> Tell:
        incoming = entry.incoming
        carried = [part.incoming for part in parts] or [incoming]
        try:
            if entry.plan is not None:
                step = msgspec.json.decode(entry.plan, type=Do)
            else:
                note = note or await self._continues_a_note(incoming, member)
                step = await self._posting(carried, member, ticket_id, said, note=note)
                step = msgspec.structs.replace(step, parts=tuple(parts))
                await self._journal.fix_plan(entry.id, msgspec.json.encode(step))
            answer = await self._desk.command(member.id, step.key, step.method, step.path, step.body)
        except Refusal as refusal:
            return tell(_reply(incoming, ticket_id, refusal.detail or text(member.language, "bot.failed")))
        outs = (_reply(incoming, ticket_id, text(member.language, "bot.file_not_kept")),) if step.lost_file else ()
        ids = tuple(each.message_id for each in carried)
        return Tell(outs, (marked(incoming.chat_id, ids, answer["ticket_id"], answer["id"]),))

    async def _posting(
        self, carried: Sequence[Incoming], member: Member, ticket_id: str, said: str, *, note: bool
    ) -> Do:
        key = carried[0].command_id(self._bot_id)
        files = [each for each in carried if each.media is not None]
        kept = [await self._keep(each, member, key) for each in files]
        attachments = [each for each in kept if each is not None]
        content = said
        if files and not said and not attachments:
            content = text(member.language, f"bot.media_{files[0].media}")
        body = {"content": content, "is_internal": note, "attachments": attachments}
        lost = len(attachments) < len(files)
        return Do("post", "POST", f"tickets/{ticket_id}/messages", body, key, ticket_id, lost_file=lost)

    async def _keep(self, incoming: Incoming, member: Member, key: str) -> str | None:
        carried = await self._fetch(incoming.chat_id, incoming.message_id)
        if carried is None:
            return None
        try:
            return await self._desk.keep_file(member.id, f"{key}:file:{incoming.message_id}", *carried)
        except Refusal:
            return None  # too large, or of a kind the desk does not keep

    async def _corrected(self, entry: Entry, member: Member | None) -> Tell:
        """An edit follows what was relayed; what was not is nobody's business."""
        incoming = entry.incoming
        where = await self._people.where(incoming.chat_id, incoming.message_id)
        content = clean(incoming.text.removeprefix("//"))
        if where is None or not where.incoming or where.message_id is None or member is None or not content:
            return Tell()
        path = f"tickets/{where.ticket_id}/messages/{where.message_id}"
        key = incoming.command_id(self._bot_id)
        try:
            await self._desk.command(member.id, key, "PATCH", path, {"content": content})
        except Refusal as refusal:
            return tell(_reply(incoming, where.ticket_id, refusal.detail or text(member.language, "bot.failed")))
        return Tell()

    # ------------------------------------------------------------ buttons

    async def _tapped(self, entry: Entry, group: StaffGroup, member: Member | None) -> Tell:
        """Take or resolve; who tapped sees at once how it went."""
        incoming = entry.incoming
        action, _, ticket_id = incoming.data.partition(":")
        language = member.language if member is not None else group.language
        if member is None or member.role not in STAFF:
            await self._toast(incoming, text(language, "bot.topic_not_staff"))
            return Tell()
        key = incoming.command_id(self._bot_id)
        body = {"assignee_id": member.id} if action == "take" else {}
        path = f"tickets/{ticket_id}/{'assign' if action == 'take' else 'resolve'}"
        if action not in {"take", "resolve"}:
            return Tell()
        try:
            answer = await self._desk.command(member.id, key, "POST", path, body)
        except Refusal as refusal:
            await self._toast(incoming, refusal.detail)
            return Tell()
        await self._toast(incoming, text(language, f"bot.done_{action}", number=answer["number"], role="", name=""))
        return Tell()

    async def _toast(self, incoming: Incoming, said: str) -> None:
        try:
            await self._call(
                raw.functions.messages.SetBotCallbackAnswer(query_id=incoming.query_id, message=said, cache_time=0)
            )
        except (RPCError, Unreachable):
            return  # a tap from long ago: how the topic looks tells it as well

    async def _finish(self, entry: Entry, step: Tell, parts: Sequence[Part] = (), failure: str | None = None) -> None:
        over = journal.done({entry.id, *(part.entry for part in parts)}, failure)
        await together(self._pool, [*step.effects, *outbox.filled(entry.incoming.key, step.outs), over])


def _reply(incoming: Incoming, ticket_id: str, said: str) -> Out:
    """What the bot itself answers in a topic."""
    return Out(
        chat_id=incoming.chat_id,
        text=said,
        purpose="reply",
        priority=REPLY,
        reply_to=incoming.message_id,
        ticket_id=ticket_id,
        lane=f"replies:{ticket_id}",
    )
