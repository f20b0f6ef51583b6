"""What staff do in the chat. The desk checks their rights at each use; its refusals are told as they are."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from tikethet_service.texts import text

from tikethet_bot import screens
from tikethet_bot.desk import Desk
from tikethet_bot.rules.incoming import Incoming
from tikethet_bot.steps import Do, Tell
from tikethet_bot.store import people
from tikethet_bot.store.people import Member, People

_ROLES: Final = ("USER", "HELPER", "MODERATOR", "ADMIN", "DEVELOPER")
_RETURN: Final = ("return", "вернуть")
"""What stands behind ``/off`` when one's open tickets go back into the queue."""
_OFFERED: Final = 3
_LISTED: Final = 8
_GOING: Final = (("status", "OPEN"), ("status", "IN_PROGRESS"), ("status", "WAITING_RESPONSE"))


class StaffDesk:
    """Commands and buttons of staff."""

    def __init__(self, desk: Desk, known: People, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._people = known
        self._now = now

    async def command(self, name: str, argument: str, incoming: Incoming, member: Member, key: str) -> Do | Tell:
        """A staff command, from whoever sends it."""
        if not member.staff:
            return _say(incoming, member, "not_staff")
        match name:
            case "admin" | "stats":
                return await self._queue(incoming, member)
            case "on" | "off":
                kept = "return" if argument.casefold() in _RETURN else "keep"
                return Do(name, "PUT", "duty", {"on_duty": name == "on", "open_tickets": kept}, key)
            case "role":
                return await self._role(argument, incoming, member, key)
            case _:
                return await self._block(argument, incoming, member, key, blocked=name == "block")

    async def where_to(self, content: str, incoming: Incoming, member: Member) -> Tell:
        """Words that are no reply go nowhere until they tap."""
        params = [*_GOING, ("assigned_to", "me"), ("size", str(_OFFERED))]
        found = (await self._desk.ask(member.id, "tickets", params))["items"]
        chat_id, message_id = incoming.chat_id, incoming.message_id
        return Tell(
            (screens.where_to(incoming, member, found),),
            (lambda connection: people.keep_draft(connection, chat_id, message_id, content),),
        )

    async def tapped(self, action: str, target: str, incoming: Incoming, member: Member, key: str) -> Do | Tell:
        """A button of staff."""
        match action:
            case "take":
                body = {"assignee_id": member.id}
                return Do("take", "POST", f"tickets/{target}/assign", body, key, target)
            case "resolve":
                return Do("resolve", "POST", f"tickets/{target}/resolve", {}, key, target)
            case "answer" | "note":
                return await self._draft(action, target, incoming, member, key)
            case _:
                return Tell()

    async def _draft(self, action: str, target: str, incoming: Incoming, member: Member, key: str) -> Do | Tell:
        number, _, ticket_id = target.partition(":")
        draft = await self._people.draft(incoming.chat_id, int(number)) if number.isdigit() else None
        if draft is None:
            return _say(incoming, member, "draft_gone")
        body = {"content": draft, "is_internal": action == "note"}
        return Do("post", "POST", f"tickets/{ticket_id}/messages", body, key, ticket_id, draft=int(number))

    async def _queue(self, incoming: Incoming, member: Member) -> Tell:
        counts = await self._desk.ask(member.id, "tickets/counts")
        params = [*_GOING, ("sort", "waiting"), ("size", str(_LISTED))]
        found = (await self._desk.ask(member.id, "tickets", params))["items"]
        return Tell((screens.queue(incoming, member, found, counts, self._now()),))

    async def _role(self, argument: str, incoming: Incoming, member: Member, key: str) -> Do | Tell:
        who, _, wanted = argument.rpartition(" ")
        role = wanted.upper()
        if role not in _ROLES:
            return _say(incoming, member, "role_usage")
        found = await self._whom(who.strip(), incoming, member)
        if isinstance(found, Tell):
            return found
        return Do("role", "PUT", f"members/{found}/role", {"role": role}, key)

    async def _block(self, argument: str, incoming: Incoming, member: Member, key: str, *, blocked: bool) -> Do | Tell:
        who, _, reason = argument.partition(" ")
        found = await self._whom(who, incoming, member)
        if isinstance(found, Tell):
            return found
        body: dict[str, Any] = {"blocked": blocked}
        if blocked and reason.strip():
            body["reason"] = reason.strip()
        return Do("block" if blocked else "unblock", "PUT", f"members/{found}/blocked", body, key)

    async def _whom(self, who: str, incoming: Incoming, member: Member) -> str | Tell:
        """The member meant: by @name, by Telegram id, or by replying to something of their ticket."""
        if not who and incoming.reply_to is not None:
            where = await self._people.where(incoming.chat_id, incoming.reply_to)
            if where is not None:
                ticket = await self._desk.ask(member.id, f"tickets/{where.ticket_id}")
                return str(ticket["user"]["id"])
        if not who:
            return _say(incoming, member, "whom")
        name = who.removeprefix("@").casefold()
        found = (await self._desk.ask(member.id, "members", {"q": name, "size": "20"}))["items"]
        exact = [each for each in found if name in {(each["username"] or "").casefold(), str(each.get("telegram_id"))}]
        if len(exact) != 1:
            return _say(incoming, member, "nobody", who=who)
        return str(exact[0]["id"])


def _say(incoming: Incoming, member: Member, key: str, **facts: object) -> Tell:
    return Tell((screens.plain(incoming.chat_id, text(member.language, f"bot.{key}", **facts), key),))
