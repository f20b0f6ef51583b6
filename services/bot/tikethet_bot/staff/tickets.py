"""What staff do with one ticket at a tap: take it, answer with a template, note, hand on, look back."""

from typing import Any, Final
from zoneinfo import ZoneInfo

from tikethet_bot.context import Context
from tikethet_bot.desk import Desk
from tikethet_bot.screens import staff as screens
from tikethet_bot.screens import tickets as ticket_screens
from tikethet_bot.staff.asking import colleagues
from tikethet_bot.steps import Do, Tell, tell
from tikethet_bot.store.effects import asked
from tikethet_bot.store.people import People

_STEPS: Final = 100


class Tickets:
    """What a button under a ticket leads to. A ticket is named by its id or its number."""

    def __init__(self, desk: Desk, known: People) -> None:
        self._desk = desk
        self._people = known

    async def tapped(self, action: str, target: str, context: Context) -> Do | Tell | None:
        """What a tap leads to; ``None`` when it is about no ticket. Raises `Away`, `Refusal`."""
        match action:
            case "take":
                return await self._take(target, context)
            case "over":
                return _do("take", target, "assign", {"assignee_id": context.member.id}, context)
            case "release":
                return _do("release", target, "assign", {"assignee_id": None}, context)
            case "resolve" | "reopen":
                return _do(action, target, action, {}, context)
            case "answer" | "note":
                return await self._draft(action, target, context)
            case "write":
                return await self._write(target, context)
            case "past":
                return await self._history(target, context)
            case _:
                return await self._chosen(action, target, context)

    async def _take(self, target: str, context: Context) -> Do | Tell:
        """What a colleague has nobody takes by mistake; whoever may take it over says so. Raises `Away`, `Refusal`."""
        found = await self._desk.ask(context.member.id, f"tickets/{target}")
        holder = found["assigned_to"]
        if holder is None or holder["id"] == context.member.id or context.member.role == "HELPER":
            return _do("take", target, "assign", {"assignee_id": context.member.id}, context)
        return tell(screens.held(context, found, holder))

    async def _chosen(self, action: str, target: str, context: Context) -> Do | Tell | None:
        chosen, _, ticket = target.partition(":")
        match action:
            case "templates":
                ticket = await self._desk.ask(context.member.id, f"tickets/{target}")
                under = {"category_id": ticket["category"]["id"]} if ticket["category"] else {}
                found = await self._desk.ask(context.member.id, "templates", under)
                return tell(screens.templates(context, found["items"], target))
            case "template":
                said = await self._rendered(chosen, ticket, context)
                return tell(screens.template(context, said, chosen, ticket))
            case "send":
                body = {"content": await self._rendered(chosen, ticket, context), "is_internal": False}
                path = f"tickets/{ticket}/messages"
                # Named by the message under which it is tapped: two taps are one answer.
                key = f"{context.key.rpartition('cb:')[0]}{context.chat_id}:{context.incoming.message_id}:send"
                return Do("post", "POST", path, body, key, number=int(ticket) if ticket.isdecimal() else 0)
            case "assign":
                return tell(screens.colleagues(context, await colleagues(self._desk, context), "give", target))
            case "give":
                return _do("give", ticket, "assign", {"assignee_id": chosen}, context)
            case _:
                return None

    async def _rendered(self, template: str, ticket: str, context: Context) -> str:
        found = await self._desk.question(context.member.id, f"templates/{template}/render", {"ticket": ticket})
        return str(found["content"])

    async def _draft(self, action: str, target: str, context: Context) -> Do | Tell:
        number, _, ticket_id = target.partition(":")
        draft = await self._people.draft(context.chat_id, int(number)) if number.isdecimal() else None
        if draft is None:
            return context.say("draft_gone")
        body = {"content": draft.content, "is_internal": action == "note", "attachments": draft.attachments}
        path = f"tickets/{ticket_id}/messages"
        return Do("post", "POST", path, body, context.key, ticket_id, draft=int(number))

    async def _write(self, target: str, context: Context) -> Tell:
        """The next words are an answer to (or a note on) this ticket."""
        kind, _, number = target.partition(":")
        found = await self._desk.ask(context.member.id, f"tickets/{number}")
        said = ticket_screens.write(context, found, note=kind == "note")
        return Tell((said,), (asked(context.chat_id, kind, found["id"]),))

    async def _history(self, target: str, context: Context) -> Tell:
        path = f"tickets/{target}/history"
        found = await self._desk.ask(context.member.id, path, {"size": str(_STEPS)})
        pages = found.get("pages") or 1
        if pages > 1:
            found = await self._desk.ask(context.member.id, path, {"size": str(_STEPS), "page": str(pages)})
        desk = await self._desk.ask(context.member.id, "desk")
        return tell(ticket_screens.history(context, target, found["items"], ZoneInfo(desk["time_zone"])))


def _do(kind: str, ticket: str, move: str, body: dict[str, Any], context: Context) -> Do:
    return Do(kind, "POST", f"tickets/{ticket}/{move}", body, context.key, ticket if "-" in ticket else "")
