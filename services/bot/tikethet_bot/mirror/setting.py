"""Which group is the staff's: connected by an admin's link, looked after when rights come and go. Others are left."""

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog
from pyrogram import raw
from pyrogram.errors import RPCError
from tikethet_events.lease import DATABASE_TROUBLE
from tikethet_service.settings import Language
from tikethet_service.texts import text

from tikethet_bot.context import Context
from tikethet_bot.desk import Away, Desk, Refusal
from tikethet_bot.mirror.delivery import channel_of
from tikethet_bot.rules.incoming import Incoming
from tikethet_bot.rules.mirror import CONNECTS, LINK, RIGHTS, missing
from tikethet_bot.rules.outgoing import NOTICE, Button, Out
from tikethet_bot.steps import Tell
from tikethet_bot.store import Pool, groups, outbox, together
from tikethet_bot.store.groups import Groups, StaffGroup
from tikethet_bot.store.people import People
from tikethet_bot.telegram.client import Unreachable
from tikethet_bot.telegram.translate import CHANNELS

LOOK_S: Final = 1.0
ANYWAY_S: Final = 60.0
GRACE_S: Final = 5.0
"""So long a group that the bot was put into may take to say that it is the staff's."""

fn = raw.functions
_log = structlog.get_logger("tikethet.bot.mirror")

Call = Callable[[Any], Awaitable[Any]]


class Setting:
    """Connects a group and knows what it lacks. ``resume`` is told a chat that may be written to again."""

    def __init__(
        self, pool: Pool, bot_id: int, desk: Desk, known: Groups, call: Call, resume: Callable[[int], None]
    ) -> None:
        self._pool = pool
        self._bot_id = bot_id
        self._desk = desk
        self._people = People(pool)
        self._groups = known
        self._call = call
        self._resume = resume
        self._strangers = asyncio.Event()

    async def link(self, context: Context, username: str | None) -> Tell:
        """The link with which an admin connects a group."""
        if context.member.role not in CONNECTS:
            return context.say("group_not_yours")
        secret = secrets.token_urlsafe(16)
        url = f"https://t.me/{username}?startgroup={LINK}{secret}&admin={'+'.join(RIGHTS)}"
        button = Button(context.text("group_connect"), url=url)
        said = context.out(context.text("group_link"), "group", buttons=((button,),))
        return Tell((said,), (groups.link_made(secret, context.member.id, datetime.now(UTC)),))

    async def connect(self, incoming: Incoming, secret: str) -> Tell:
        """Somebody came with such a link: make their group the staff's, if they may. Raises `Away`."""
        sender = incoming.sender
        member = await self._people.find(sender.telegram_id) if sender is not None else None
        if sender is None or member is None:
            return self._refuse(incoming, "ru")
        maker = await self._groups.link(secret)
        if maker is None or not await self._may_connect(member.id):
            return self._refuse(incoming, member.language)
        lacking = await self._missing(incoming.chat_id)
        group = StaffGroup(
            chat_id=incoming.chat_id,
            access_hash=0,
            member_id=member.id,
            language=member.language,
            missing=lacking,
            filling=incoming.key,
        )
        before = await self._groups.staff_group()
        effects = (groups.link_used(secret, sender.telegram_id), *groups.connected(self._bot_id, group))
        outs = [self._state(group)]
        if before is not None and before.chat_id != incoming.chat_id:
            outs.append(self._goodbye(before.chat_id, before.language, "group_moved"))
            outs.append(_leave(before.chat_id))
        self._resume(incoming.chat_id)
        return Tell(tuple(outs), effects)

    async def placed(self, incoming: Incoming) -> Tell:
        """What the bot is in a group changed. Raises `Away`."""
        group = await self._groups.staff_group()
        if group is None or group.chat_id != incoming.chat_id:
            if incoming.data == "out":
                return Tell(effects=(groups.no_longer_strange(incoming.chat_id),))
            return self.stranger(incoming)
        lacking = ("place",) if incoming.data == "out" else await self._missing(incoming.chat_id)
        if lacking == group.missing:
            return Tell()
        effects = (groups.lacks(self._bot_id, lacking),)
        if not lacking:
            self._resume(group.chat_id)
            return Tell((self._state(group, ()),), effects)
        return Tell(tuple(await self._alerts(lacking)), effects)

    async def barred(self, group: StaffGroup, lacking: tuple[str, ...]) -> None:
        """Telegram refused a write in the staff group: whoever can help is told, once. It took one: all is well."""
        if group.missing and lacking:
            return
        alerts = await self._alerts(lacking) if lacking else []
        said = outbox.filled(f"barred:{secrets.token_hex(8)}", alerts)
        await together(self._pool, [groups.lacks(self._bot_id, lacking), *said])

    def stranger(self, incoming: Incoming) -> Tell:
        """A group that is none of ours; it is left soon, unless it turns out to be the staff's."""
        self._strangers.set()
        return Tell(effects=(groups.strange(incoming.chat_id),))

    async def leave_strangers(self) -> None:
        """Say in foreign groups that one writes to the bot in private, and leave them; until cancelled."""
        while True:
            try:
                for chat_id in await self._groups.strangers(timedelta(seconds=GRACE_S)):
                    await self._part(chat_id)
                if not await self._groups.strangers(timedelta()):
                    with contextlib.suppress(TimeoutError):  # whatever was poked before it was committed
                        async with asyncio.timeout(ANYWAY_S):
                            await self._strangers.wait()
                    self._strangers.clear()
            except DATABASE_TROUBLE as failure:
                _log.warning("foreign groups wait", why=type(failure).__name__)
            await asyncio.sleep(LOOK_S)

    async def _part(self, chat_id: int) -> None:
        outs = [self._goodbye(chat_id, None, "group_foreign"), _leave(chat_id)]
        said = outbox.filled(f"part:{secrets.token_hex(8)}", outs)
        await together(self._pool, [groups.no_longer_strange(chat_id), *said])

    async def _may_connect(self, member_id: str) -> bool:
        try:
            access = await self._desk.access(member_id)
        except Refusal:
            return False
        return access["role"] in CONNECTS and not access["blocked"]

    async def _missing(self, chat_id: int) -> tuple[str, ...]:
        """What the bot lacks in a group, asked from Telegram itself. Raises `Away`."""
        if chat_id > CHANNELS:
            return missing((), forum=False)
        access_hash = await self._groups.access_hash(chat_id)
        channel = channel_of(chat_id, access_hash)
        try:
            [chat] = (await self._call(fn.channels.GetChannels(id=[channel]))).chats
        except Unreachable as failure:
            raise Away("Telegram") from failure
        except RPCError:
            return ("place",)
        given = getattr(chat, "admin_rights", None)
        has = [name for name in RIGHTS if getattr(given, name, None)]
        return missing(has, forum=bool(getattr(chat, "forum", None)))

    async def _alerts(self, lacking: Sequence[str]) -> list[Out]:
        return [
            Out(
                chat_id=chat_id,
                text=text(language, "bot.group_trouble", missing=_listed(lacking, language)),
                purpose="group",
                priority=NOTICE,
            )
            for chat_id, language in await self._groups.admins()
        ]

    def _state(self, group: StaffGroup, lacking: tuple[str, ...] | None = None) -> Out:
        lacking = group.missing if lacking is None else lacking
        key = "bot.group_lacks" if lacking else "bot.group_ready"
        said = text(group.language, key, missing=_listed(lacking, group.language))
        return Out(chat_id=group.chat_id, text=said, purpose="group", priority=NOTICE)

    def _refuse(self, incoming: Incoming, language: Language) -> Tell:
        """The link does not work: the group is a foreign one then."""
        said = Out(chat_id=incoming.chat_id, text=text(language, "bot.group_link_dead"), purpose="group")
        self._strangers.set()
        return Tell((said,), (groups.strange(incoming.chat_id),))

    def _goodbye(self, chat_id: int, language: Language | None, key: str) -> Out:
        said = (
            text(language, f"bot.{key}") if language else "\n\n".join(text(each, f"bot.{key}") for each in ("ru", "en"))
        )
        return Out(chat_id=chat_id, text=said, purpose="goodbye", priority=NOTICE)


def _leave(chat_id: int) -> Out:
    return Out(chat_id=chat_id, text="", purpose="leave", priority=NOTICE, action="leave")


def _listed(lacking: Sequence[str], language: Language) -> str:
    return "\n".join(f"• {text(language, f'bot.group_needs_{each}')}" for each in lacking)
