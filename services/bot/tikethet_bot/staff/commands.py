"""Commands of staff."""

from typing import Any

from tikethet_bot.context import Context
from tikethet_bot.desk import Desk
from tikethet_bot.screens import panel as screens
from tikethet_bot.staff.asking import ROLES, whom
from tikethet_bot.staff.broadcasts import Broadcasts
from tikethet_bot.staff.duty import Duty
from tikethet_bot.staff.panel import Panel, invite
from tikethet_bot.steps import Do, Tell, tell
from tikethet_bot.store.people import People


class Commands:
    """What a command of staff leads to. ``public_url`` is where a browser reaches the desk."""

    def __init__(
        self, desk: Desk, known: People, panel: Panel, duty: Duty, broadcasts: Broadcasts, public_url: str
    ) -> None:
        self._desk = desk
        self._people = known
        self._panel = panel
        self._duty = duty
        self._broadcasts = broadcasts
        self._public_url = public_url

    async def command(self, name: str, argument: str, context: Context) -> Do | Tell:
        """A staff command, from whoever sends it. Raises `Away`, `Refusal`."""
        if not context.member.staff:
            return context.say("not_staff")
        match name:
            case "admin":
                return await self._panel.open(context)
            case "stats":
                return await self._panel.statistics(context)
            case "on":
                return self._duty.on(context)
            case "off":
                return await self._duty.off(context)
            case "invite":
                return invite(argument, context)
            case "broadcast":
                return await self._broadcasts.compose(context)
            case "desk":
                return await self._way_in(context)
            case "role":
                return await self._role(argument, context)
            case _:
                return await self._block(argument, context, blocked=name == "block")

    async def _way_in(self, context: Context) -> Tell:
        """A link for a browser at a desk. Its code is worth something for a minute only, so it is asked for anew."""
        if not self._public_url:
            return context.say("desk_nowhere")
        code = await self._desk.desk_code(context.member.id)
        return tell(screens.way_in(context, f"{self._public_url.rstrip('/')}/app/#desk={code}"))

    async def _role(self, argument: str, context: Context) -> Do | Tell:
        who, _, wanted = argument.rpartition(" ")
        role = wanted.upper()
        if role not in ROLES:
            if who:
                return context.say("role_usage")
            who, role = argument, ""
        found = await whom(self._desk, self._people, who.strip(), context)
        if isinstance(found, Tell):
            return context.say("role_usage") if not argument and context.incoming.reply_to is None else found
        if not role:
            return tell(screens.member(context, await self._desk.ask(context.member.id, f"members/{found}")))
        return Do("role", "PUT", f"members/{found}/role", {"role": role}, context.key)

    async def _block(self, argument: str, context: Context, *, blocked: bool) -> Do | Tell:
        who, _, reason = argument.partition(" ")
        found = await whom(self._desk, self._people, who, context)
        if isinstance(found, Tell):
            return found
        body: dict[str, Any] = {"blocked": blocked}
        if blocked and reason.strip():
            body["reason"] = reason.strip()
        return Do("block" if blocked else "unblock", "PUT", f"members/{found}/blocked", body, context.key)
