"""Files: who may have one, which wait to become part of a message, which nobody wants any more."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from tikethet_events.ticket import Attachment
from tikethet_events.word import MemberId

from tikethet_tickets.queries.viewer import Reader, Viewer
from tikethet_tickets.rules.policy import Action, Relation, may


class File(Struct, frozen=True, kw_only=True):
    """A kept file; ``hash`` is the SHA-256 of its content in hex, ``size`` in bytes."""

    id: str
    uploader_id: MemberId
    filename: str
    hash: str
    size: int
    content_type: str


async def file_by_id(reader: Reader, file_id: str) -> File | None:
    """A file, whoever asks."""
    row = await reader.fetchrow(
        """
        SELECT f.id::text, f.uploader_id::text, f.filename, encode(f.hash, 'hex'), b.size, b.content_type
        FROM tickets.files f JOIN tickets.blobs b USING (hash) WHERE f.id = $1::uuid
        """,
        file_id,
    )
    return _file(row) if row else None


async def file_for(reader: Reader, viewer: Viewer, file_id: str) -> File | None:
    """A file, if the viewer may have it: its ticket decides; one that waits is its uploader's alone."""
    row = await reader.fetchrow(
        """
        SELECT f.id::text, f.uploader_id::text, f.filename, encode(f.hash, 'hex'), b.size, b.content_type,
            f.ticket_id::text, f.is_internal, t.requester_id::text
        FROM tickets.files f JOIN tickets.blobs b USING (hash) LEFT JOIN tickets.tickets t ON t.id = f.ticket_id
        WHERE f.id = $1::uuid
        """,
        file_id,
    )
    if row is None:
        return None
    file, (ticket_id, is_internal, requester_id) = _file(row), row[6:]
    if ticket_id is None:
        return file if file.uploader_id == viewer.member_id else None
    relation = Relation.OWN if requester_id == viewer.member_id else Relation.OTHER
    sees = may(viewer.role, Action.SEE_TICKET, relation)
    return file if sees and (viewer.staff or not is_internal) else None


async def waiting(reader: Reader, uploader_id: MemberId, since: datetime) -> int:
    """How many files of a member, uploaded after ``since``, are not part of a message yet."""
    return int(
        await reader.fetchval(
            """
            SELECT count(*) FROM tickets.files
            WHERE uploader_id = $1::uuid AND ticket_id IS NULL AND uploaded_at > $2
            """,
            uploader_id,
            since,
        )
    )


async def attachable(
    reader: Reader, uploader_id: MemberId, file_ids: Sequence[str], since: datetime
) -> dict[str, Attachment]:
    """Those of ``file_ids`` that this member uploaded after ``since`` and that are not part of a message yet."""
    rows = await reader.fetch(
        """
        SELECT f.id::text, f.filename, b.size, b.content_type FROM tickets.files f JOIN tickets.blobs b USING (hash)
        WHERE f.id = ANY($1::uuid[]) AND f.uploader_id = $2::uuid AND f.ticket_id IS NULL AND f.uploaded_at > $3
        """,
        list(file_ids),
        uploader_id,
        since,
    )
    return {row[0]: Attachment(id=row[0], filename=row[1], size=row[2], content_type=row[3]) for row in rows}


def _file(row: Sequence[str]) -> File:
    return File(
        id=row[0],
        uploader_id=MemberId(row[1]),
        filename=row[2],
        hash=row[3],
        size=int(row[4]),
        content_type=row[5],
    )
