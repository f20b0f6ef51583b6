"""From an event to what the staff group is shown of it. Commits with the cursor, as everything heard does."""

from datetime import datetime
from typing import Any, Final

import msgspec
from tikethet_events.stream import Message
from tikethet_service.texts import text

from tikethet_bot.rules.hearing import files_of
from tikethet_bot.rules.mirror import CORRECTED, CUSTOMER_SAYS, GONE, NOTED, RATED, STAFF_SAY, TAKEN
from tikethet_bot.rules.outgoing import CUSTOMER, NOTICE, STATUS, Action, Out
from tikethet_bot.store import Connection, outbox
from tikethet_bot.store.groups import StaffGroup, expect_topic, staff_group

_LOOKS: Final = frozenset(
    {
        "TicketOpened", "WorkStarted", "ReplyAwaited", "TicketResolved", "TicketClosed", "TicketReopened",
        "TitleChanged", "TicketMerged", "TicketUnmerged",
    }
)  # fmt: skip
"""What changes how a topic looks."""


class Mirror:
    """`hear` is the effect of one event in the staff group of a bot, if there is one.

    ``since``: what happened before the bot existed is shown to nobody.
    """

    def __init__(self, bot_id: int, since: datetime) -> None:
        self._bot_id = bot_id
        self._since = since

    async def hear(self, message: Message, connection: Connection) -> None:
        """Queue what follows from an event."""
        group = await staff_group(connection, self._bot_id)
        if group is None:
            return
        subject, kind = message.headers["ce-subject"], message.type
        if kind == "MemberErased":
            sql = """SELECT t.ticket_id::text FROM bot.topics t JOIN bot.tickets k ON k.id = t.ticket_id
                WHERE k.requester_id = $1::text::uuid"""
            for row in await connection.fetch(sql, subject):
                await _forget(connection, message.event_id, group, row["ticket_id"])
        elif kind == "TicketErased":
            await _forget(connection, message.event_id, group, subject)
        elif message.subject.split(".")[3] != "-" and datetime.fromisoformat(message.headers["ce-time"]) >= self._since:
            await self._ticket(connection, message, group)

    async def _ticket(self, connection: Connection, message: Message, group: StaffGroup) -> None:
        ticket_id, kind = message.headers["ce-subject"], message.type
        sql = "SELECT requester_id::text FROM bot.tickets WHERE id = $1::text::uuid"
        requester = await connection.fetchval(sql, ticket_id)
        if requester is None:
            return
        out = _said(kind, msgspec.json.decode(message.body), group, ticket_id, requester)
        if out is not None:
            await expect_topic(connection, ticket_id, group.chat_id)
            await outbox.put(connection, message.event_id, [out])
        if kind in _LOOKS:
            await expect_topic(connection, ticket_id, group.chat_id)
            await look(connection, message.event_id, group, ticket_id, CUSTOMER if kind == "TicketOpened" else STATUS)


def lane_of(ticket_id: str) -> str:
    """The lane of what is said about a ticket."""
    return f"said:{ticket_id}"


def _said(kind: str, data: Any, group: StaffGroup, ticket_id: str, requester: str) -> Out | None:
    """What an event adds to the topic."""
    chat_id = group.chat_id
    match kind:
        case "TicketAssigned":
            taken = {"content": text(group.language, "bot.topic_taken"), "message_id": None}
            return _line(TAKEN, taken, chat_id, ticket_id, NOTICE, author_id=data["assignee_id"])
        case "TicketRated":
            words = " ".join(filter(None, ("★" * data["score"], data.get("comment"))))
            return _line(RATED, {"content": words, "message_id": None}, chat_id, ticket_id, NOTICE)
        case "TicketOpened" if files_of(data):  # its words stand in the introduction
            return _line(CUSTOMER_SAYS, {**data, "content": "", "message_id": None}, chat_id, ticket_id, CUSTOMER)
        case "MessagePosted" if data["author_id"] == requester:
            return _line(CUSTOMER_SAYS, data, chat_id, ticket_id, CUSTOMER)
        case "MessagePosted":
            return _line(STAFF_SAY, data, chat_id, ticket_id, NOTICE, author_id=data["author_id"])
        case "NoteAdded":
            return _line(NOTED, data, chat_id, ticket_id, NOTICE, author_id=data["author_id"])
        case "MessageEdited":
            return _line(CORRECTED, data, chat_id, ticket_id, NOTICE)
        case "MessageDeleted":
            return _line(GONE, {"content": "", **data}, chat_id, ticket_id, NOTICE, action="delete")
        case _:
            return None


def _line(
    mark: str, data: Any, chat_id: int, ticket_id: str, priority: int, *, author_id: str | None = None,
    action: Action = "send",
) -> Out | None:  # fmt: skip
    if data["content"] is None:
        return None
    return Out(
        chat_id=chat_id,
        text=f"{mark} {data['content']}".strip(),
        purpose="topic",
        priority=priority,
        action=action,
        ticket_id=ticket_id,
        message_id=data["message_id"],
        lane=lane_of(ticket_id),
        author_id=author_id,
        files=files_of(data),
    )


async def look(connection: Connection, origin: str, group: StaffGroup, ticket_id: str, priority: int) -> None:
    """The topic is to be brought in line with its ticket; once, however much changes before its turn comes."""
    lane = f"look:{ticket_id}"
    if not await outbox.asked_again(connection, group.chat_id, lane, priority):
        out = Out(
            chat_id=group.chat_id, text="", purpose="look", priority=priority, action="topic", ticket_id=ticket_id,
            lane=lane,
        )  # fmt: skip
        await outbox.put(connection, origin, [out])


async def _forget(connection: Connection, origin: str, group: StaffGroup, ticket_id: str) -> None:
    """Delete the topic with all that is in it, and drop what was still to be said."""
    sql = "DELETE FROM bot.outbox WHERE chat_id = $1 AND ticket_id = $2::text::uuid AND delivered_at IS NULL"
    await connection.execute(sql, group.chat_id, ticket_id)
    await connection.execute(
        "DELETE FROM bot.messages WHERE chat_id = $1 AND ticket_id = $2::text::uuid", group.chat_id, ticket_id
    )
    out = Out(
        chat_id=group.chat_id, text="", purpose="forget", priority=NOTICE, action="forget", ticket_id=ticket_id,
        lane=f"look:{ticket_id}",
    )  # fmt: skip
    await outbox.put(connection, origin, [out])
