"""Events in: what the bot keeps of them, and what it tells people; both commit with the cursor."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from itertools import groupby
from typing import Any, Final

import msgspec
import structlog
from tikethet_events.stream import Message
from tikethet_service import tracing

from tikethet_bot.rules import broadcasts, cards
from tikethet_bot.rules.editing import Written, changes
from tikethet_bot.rules.hearing import Hearer, Ticket, outs_of, over, words
from tikethet_bot.rules.outgoing import ANSWER, NOTICE, Out, Rows
from tikethet_bot.store import Connection, outbox

NAME: Final = "telegram"
"""Of the consumer, in its tables and on the server."""

_log = structlog.get_logger("tikethet.bot.consumers")
NameOf = Callable[[str], Awaitable[str]]
"""What a member is called; empty when that cannot be known now."""
Anew = Callable[[str], Awaitable[list[Out]]]
"""What staff were told of a message, as it reads after a change."""


class Hearing:
    """`handle` is the effect of one event. ``since``: what happened before the bot existed is told to nobody."""

    def __init__(self, since: datetime, name_of: NameOf, anew: Anew) -> None:
        self._since = since
        self._name_of = name_of
        self._anew = anew

    async def handle(self, message: Message, connection: Connection) -> None:
        """Keep what is needed of an event, then put into the outbox whatever follows from it."""
        with tracing.within(message.headers.get("ce-traceparent")):
            await self._handle(message, connection)
            _log.info("an event was heard", type=message.type, position=message.position)

    async def _handle(self, message: Message, connection: Connection) -> None:
        data = msgspec.json.decode(message.body)
        subject, kind = message.headers["ce-subject"], message.type
        await _remember_member(connection, kind, subject, data)
        if message.subject.split(".")[3] == "-":
            if datetime.fromisoformat(message.headers["ce-time"]) >= self._since:
                outs = await _ended(connection, kind, subject, data) if kind in broadcasts.ENDS else []
                await outbox.put(connection, message.event_id, outs)
            return
        at = datetime.fromisoformat(message.headers["ce-time"])
        ticket = await _remember_ticket(connection, kind, subject, data, at)
        if ticket is None or at < self._since:
            return
        if kind in {"MessageEdited", "MessageDeleted"}:
            outs = await _changed(connection, kind, data, ticket) + await self._anew(data["message_id"])
        else:
            hearer = await _requester(connection, ticket)
            outs = outs_of(kind, data, message.headers["ce-actor"], ticket, hearer) if hearer is not None else []
            if kind in cards.SHOWS and data.get("into_id") != ticket.id:  # what takes another one in stands as before
                outs += await self._marks(connection, ticket, over=over(kind, data))
        await outbox.put(connection, message.event_id, outs)

    async def _marks(self, connection: Connection, ticket: Ticket, *, over: bool) -> list[Out]:
        """Every card of the ticket, wherever it is shown, says how things stand."""
        slot = cards.slot_of(ticket.id)
        rows = await connection.fetch(
            """SELECT telegram_id, member_id, language FROM bot.people WHERE writable AND telegram_id IN (
                SELECT chat_id FROM bot.shown WHERE slot = $1
                UNION SELECT chat_id FROM bot.outbox WHERE slot = $1 AND given_up IS NULL) ORDER BY telegram_id""",
            slot,
        )
        holder = await self._name_of(ticket.assignee_id) if rows and ticket.assignee_id else ""
        return [
            Out(
                chat_id=row["telegram_id"],
                text="",
                purpose="card",
                priority=NOTICE,
                action="mark",
                buttons=_standing(ticket, row, holder, over=over),
                slot=slot,
            )
            for row in rows
        ]


def _standing(ticket: Ticket, row: Any, holder: str, *, over: bool) -> Rows:
    language = row["language"]
    if over:
        return cards.done(language, ticket.number)
    if ticket.assignee_id is None:
        return cards.fresh(language, ticket.id, ticket.number)
    mine = str(row["member_id"]) == ticket.assignee_id
    return cards.held(language, ticket.id, ticket.number, holder, mine=mine)


async def _ended(connection: Connection, kind: str, broadcast_id: str, data: Any) -> list[Out]:
    """Whoever watches a broadcast in the chat sees how it ended."""
    slot = broadcasts.slot_of(broadcast_id)
    await connection.execute(
        "DELETE FROM bot.outbox WHERE slot = $1 AND action = 'edit' AND delivered_at IS NULL AND given_up IS NULL", slot
    )
    rows = await connection.fetch(
        """SELECT telegram_id, language FROM bot.people WHERE telegram_id IN (
            SELECT chat_id FROM bot.shown WHERE slot = $1
            UNION SELECT chat_id FROM bot.outbox WHERE slot = $1 AND given_up IS NULL)""",
        slot,
    )
    return [broadcasts.ended(row["telegram_id"], row["language"], broadcast_id, kind, data) for row in rows]


async def _remember_member(connection: Connection, kind: str, subject: str, data: Any) -> None:
    match kind:
        case "MemberJoined" if data["telegram_id"] is not None:
            await connection.execute(
                """INSERT INTO bot.people (telegram_id, member_id, role, language)
                VALUES ($1, $2::text::uuid, $3, $4) ON CONFLICT (telegram_id)
                DO UPDATE SET member_id = excluded.member_id, role = excluded.role""",
                data["telegram_id"],
                subject,
                data["role"],
                data["language"],
            )
        case "RoleChanged":
            await _set(connection, subject, "role", data["role"])
        case "LanguageChosen":
            await _set(connection, subject, "language", data["language"])
        case "MemberBlocked" | "MemberUnblocked":
            await _set(connection, subject, "blocked", kind == "MemberBlocked")
        case "PreferencesChanged":
            preferences = msgspec.json.encode(data["preferences"]).decode()
            sql = "UPDATE bot.people SET preferences = $2::text::jsonb WHERE member_id = $1::text::uuid"
            await connection.execute(sql, subject, preferences)
        case "MemberErased":
            await _forget(connection, subject)
        case _:
            pass


async def _set(connection: Connection, member_id: str, column: str, value: object) -> None:
    sql = f"UPDATE bot.people SET {column} = $2 WHERE member_id = $1::text::uuid"  # noqa: S608 a name of ours
    await connection.execute(sql, member_id, value)


async def _forget(connection: Connection, member_id: str) -> None:
    """Drop what tells of a person; what is still to be said to them is only the goodbye."""
    chat_id = await connection.fetchval(
        "SELECT telegram_id FROM bot.people WHERE member_id = $1::text::uuid", member_id
    )
    for sql in (
        "DELETE FROM bot.messages WHERE chat_id = $1",
        "DELETE FROM bot.drafts WHERE chat_id = $1",
        "DELETE FROM bot.dialogues WHERE chat_id = $1",
        "DELETE FROM bot.told_once WHERE telegram_id = $1",
        "DELETE FROM bot.journal WHERE chat_id = $1 AND done_at IS NOT NULL",
        "DELETE FROM bot.outbox WHERE chat_id = $1 AND ticket_id IS NOT NULL",
        "DELETE FROM bot.shown WHERE chat_id = $1",
        "DELETE FROM bot.notices WHERE chat_id = $1",
        "DELETE FROM bot.people WHERE telegram_id = $1",
    ):
        await connection.execute(sql, chat_id)
    # What others were shown of their words is gone from here too; in their chats Telegram keeps it.
    sql = """UPDATE bot.outbox SET content = '', files = NULL, given_up = 'ERASED'
        WHERE delivered_at IS NULL AND given_up IS NULL
        AND ticket_id IN (SELECT id FROM bot.tickets WHERE requester_id = $1::text::uuid)"""
    await connection.execute(sql, member_id)


async def _remember_ticket(connection: Connection, kind: str, ticket_id: str, data: Any, at: datetime) -> Ticket | None:
    if kind == "TicketOpened":
        await connection.execute(
            "INSERT INTO bot.tickets VALUES ($1::text::uuid, $2, $3::text::uuid) ON CONFLICT DO NOTHING",
            ticket_id,
            data["number"],
            data["requester_id"],
        )
    elif kind in {"TicketAssigned", "TicketUnassigned"}:
        await connection.execute(
            "UPDATE bot.tickets SET assignee_id = $2::text::uuid WHERE id = $1::text::uuid",
            ticket_id,
            data.get("assignee_id"),
        )
    elif kind == "MessageMoved":
        await connection.execute(
            """UPDATE bot.messages SET ticket_id = $2::text::uuid, message_id = $3::text::uuid
            WHERE message_id = $1::text::uuid AND incoming""",
            data["message_id"],
            data["to_id"],
            data["new_id"],
        )
    sql = "UPDATE bot.tickets SET heard_at = $2 WHERE id = $1::text::uuid RETURNING *"
    row = await connection.fetchrow(sql, ticket_id, at)
    if row is None:
        return None
    assignee = str(row["assignee_id"]) if row["assignee_id"] else None
    requester = str(row["requester_id"])
    return Ticket(id=ticket_id, number=row["number"], requester_id=requester, assignee_id=assignee)


async def _requester(connection: Connection, ticket: Ticket) -> Hearer | None:
    row = await connection.fetchrow(
        """SELECT p.telegram_id, p.member_id, p.language, p.preferences,
            (SELECT max(m.telegram_id) FROM bot.messages m
             WHERE m.ticket_id = $2::text::uuid AND m.chat_id = p.telegram_id AND m.incoming) AS reply_to
        FROM bot.people p WHERE p.writable AND NOT p.blocked AND p.member_id = $1::text::uuid""",
        ticket.requester_id,
        ticket.id,
    )
    if row is None:
        return None
    return Hearer(
        chat_id=row["telegram_id"],
        member_id=str(row["member_id"]),
        language=row["language"],
        muted=frozenset(name for name, on in msgspec.json.decode(row["preferences"]).items() if not on),
        reply_to=row["reply_to"],
    )


async def _changed(connection: Connection, kind: str, data: Any, ticket: Ticket) -> list[Out]:
    """Edit or delete what the requester was shown, in every message that shows it."""
    rows = await connection.fetch(
        """SELECT o.chat_id, p.language, o.action, o.part, o.room, o.telegram_id
        FROM bot.outbox o JOIN bot.people p ON p.telegram_id = o.chat_id
        WHERE o.message_id = $1::text::uuid AND o.action IN ('send', 'cut') AND o.given_up IS NULL
        ORDER BY o.chat_id, o.id""",
        data["message_id"],
    )
    outs: list[Out] = []
    for (chat_id, language), shown in groupby(rows, key=lambda row: (row["chat_id"], row["language"])):
        out = Out(
            chat_id=chat_id,
            text="",
            purpose="changed",
            priority=ANSWER,
            action="delete",
            ticket_id=ticket.id,
            message_id=data["message_id"],
        )
        if kind == "MessageDeleted":
            outs.append(out)
        else:
            said = msgspec.structs.replace(out, text=words(ticket.number, data["content"] or "…", language))
            history = [Written(row["action"], row["part"], row["room"], row["telegram_id"]) for row in shown]
            outs += changes(said, history)
    return outs
