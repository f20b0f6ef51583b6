"""Files follow what happens: attached with the message, gone with it, gone with the person."""

from collections.abc import Sequence
from uuid import UUID

from tikethet_events.envelope import Recorded
from tikethet_events.member import MemberErased
from tikethet_events.ticket import MessageDeleted, MessageMoved, MessagePosted, NoteAdded, TicketErased, TicketOpened

from tikethet_tickets.views.tables import Connection


async def follow_files(connection: Connection, recorded: Sequence[Recorded]) -> None:
    """Say on their rows what became of files, inside the transaction that appends ``recorded``."""
    for event in recorded:
        match event.data:
            case TicketOpened(attachments=files) if files:
                await _attach(connection, event, [file.id for file in files], None)
            case MessagePosted(attachments=files, message_id=message_id) if files:
                await _attach(connection, event, [file.id for file in files], message_id)
            case NoteAdded(attachments=files, message_id=message_id) if files:
                await _attach(connection, event, [file.id for file in files], message_id)
            case MessageMoved():
                await connection.execute(
                    """
                    UPDATE tickets.files SET ticket_id = $3::uuid, message_id = $4::uuid
                    WHERE ticket_id = $1::uuid AND message_id = $2::uuid
                    """,
                    *(event.data.from_id, event.data.message_id, event.data.to_id, event.data.new_id),
                )
            case MessageDeleted(message_id=message_id):
                await connection.execute(
                    "DELETE FROM tickets.files WHERE ticket_id = $1::uuid AND message_id = $2::uuid",
                    event.stream_id.removeprefix("ticket-"),
                    message_id,
                )
            case TicketErased():
                await connection.execute(
                    "DELETE FROM tickets.files WHERE ticket_id = $1::uuid", event.stream_id.removeprefix("ticket-")
                )
            case MemberErased():
                await _forget(connection, event.stream_id.removeprefix("member-"))
            case _:
                pass


async def _attach(connection: Connection, event: Recorded, files: list[str], message_id: str | None) -> None:
    await connection.execute(
        """
        UPDATE tickets.files SET ticket_id = $2::uuid, message_id = $3::uuid, is_internal = $4
        WHERE id = ANY($1::uuid[]) AND ticket_id IS NULL
        """,
        [file for file in files if _is_id(file)],  # no attachment, wherever it came from, may stop the log
        event.stream_id.removeprefix("ticket-"),
        message_id,
        isinstance(event.data, NoteAdded),
    )


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


async def _forget(connection: Connection, member_id: str) -> None:
    """As with words: everything on the member's tickets goes; what they gave to other people's tickets is those'."""
    await connection.execute(
        """
        DELETE FROM tickets.files f
        WHERE f.uploader_id = $1::uuid AND f.ticket_id IS NULL
            OR f.ticket_id IN (SELECT t.id FROM tickets.tickets t WHERE t.requester_id = $1::uuid)
        """,
        member_id,
    )
