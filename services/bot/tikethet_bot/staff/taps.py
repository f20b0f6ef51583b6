"""Buttons of staff."""

from tikethet_bot.context import Context
from tikethet_bot.steps import Do, Tell
from tikethet_bot.store.people import People


class Taps:
    """What a button of staff leads to."""

    def __init__(self, known: People) -> None:
        self._people = known

    async def tapped(self, action: str, target: str, context: Context) -> Do | Tell:
        """What a tap leads to."""
        match action:
            case "take":
                body = {"assignee_id": context.member.id}
                return Do("take", "POST", f"tickets/{target}/assign", body, context.key, target)
            case "resolve":
                return Do("resolve", "POST", f"tickets/{target}/resolve", {}, context.key, target)
            case "answer" | "note":
                return await self._draft(action, target, context)
            case _:
                return Tell()

    async def _draft(self, action: str, target: str, context: Context) -> Do | Tell:
        number, _, ticket_id = target.partition(":")
        draft = await self._people.draft(context.chat_id, int(number)) if number.isdigit() else None
        if draft is None:
            return context.say("draft_gone")
        body = {"content": draft.content, "is_internal": action == "note", "attachments": draft.attachments}
        path = f"tickets/{ticket_id}/messages"
        return Do("post", "POST", path, body, context.key, ticket_id, draft=int(number))
