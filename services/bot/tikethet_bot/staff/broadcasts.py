"""A broadcast is composed, seen as it will be, and only then sent."""

from typing import Any

from tikethet_bot.context import Context
from tikethet_bot.desk import Desk
from tikethet_bot.rules.broadcasts import AUDIENCES, too_long
from tikethet_bot.screens import broadcasts as screens
from tikethet_bot.steps import Do, Tell
from tikethet_bot.store.effects import answered, asked, draft_kept
from tikethet_bot.store.people import Draft, People


class Broadcasts:
    """`compose` → `preview` → a tap. The desk checks whether they may at each step."""

    def __init__(self, desk: Desk, known: People) -> None:
        self._desk = desk
        self._people = known

    async def compose(self, context: Context) -> Tell:
        """Ask for the text, of whoever may. Raises `Away`, `Refusal`."""
        await self._desk.ask(context.member.id, "broadcasts", {"size": "1"})
        return Tell((screens.compose(context),), (asked(context.chat_id, "broadcast", ""),))

    async def preview(self, content: str, context: Context) -> Tell:
        """The text as it will arrive, and whom it would reach. Raises `Away`, `Refusal`."""
        if over := too_long(content):
            return context.say("broadcast_too_long", count=over)
        draft = context.incoming.message_id
        counted = await self._count(content, "all", context)
        effects = (draft_kept(context.chat_id, draft, content, ()), answered(context.chat_id))
        return Tell(screens.preview(context, content, draft, "all", counted), effects)

    async def tapped(self, action: str, target: str, context: Context) -> Do | Tell | None:
        """What a tap leads to; ``None`` when it is about no broadcast. Raises `Away`, `Refusal`."""
        match action:
            case "broadcast":
                return await self.compose(context)
            case "bto" | "bsend":
                number, _, audience = target.partition(":")
                draft = await self._people.draft(context.chat_id, int(number)) if number.isdecimal() else None
                if draft is None or audience not in AUDIENCES:
                    return context.say("draft_gone")
                return await self._chosen(action, int(number), draft, audience, context)
            case "bstop":
                return Do("bstop", "POST", f"broadcasts/{target}/cancel", None, context.key)
            case _:
                return None

    async def _chosen(self, action: str, number: int, draft: Draft, audience: str, context: Context) -> Do | Tell:
        if action == "bto":
            counted = await self._count(draft.content, audience, context)
            return Tell(screens.preview(context, draft.content, number, audience, counted)[1:])
        return Do("broadcast", "POST", "broadcasts", _body(draft.content, audience, context), context.key, draft=number)

    async def _count(self, content: str, audience: str, context: Context) -> Any:
        body = _body(content, audience, context)
        return await self._desk.question(context.member.id, "broadcasts/preview", body)


def _body(content: str, audience: str, context: Context) -> dict[str, Any]:
    return {"texts": {context.language: content}, "audience": AUDIENCES[audience]}
