# ruff: noqa: S608 - names of this package only
"""Broadcasts: the list, how far each is, and the rows of their recipients, which are outside the log."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec import Struct
from tikethet_events.broadcast import Outcome, Recipients
from tikethet_events.desk import Texts
from tikethet_events.word import BroadcastId, Language, MemberId

from tikethet_tickets.queries.members import member_row
from tikethet_tickets.queries.pages import Cursor, PageRequest, page_of, seal, unseal
from tikethet_tickets.queries.shaped import in_language, member_shape
from tikethet_tickets.queries.sql import MEMBER, as_json, is_uuid, must_be_uuid
from tikethet_tickets.queries.viewer import Reader, Viewer
from tikethet_tickets.shapes import AudienceCount, Broadcast, BroadcastAudience, Page
from tikethet_tickets.views.rows import BroadcastRow, MemberRow

ORDER: Final = "-created_at"
"""The one order of broadcasts: newest first (ids are in time order)."""
_FIRST: Final = "00000000-0000-0000-0000-000000000000"

# Whoever joined, wrote or read something since then is active.
_AUDIENCE: Final = """
    NOT u.erased AND NOT u.blocked
    AND (cardinality($1::text[]) = 0 OR u.role = ANY($1::text[]))
    AND (cardinality($2::text[]) = 0 OR u.language = ANY($2::text[]))
    AND ($3::timestamptz IS NULL OR u.joined_at > $3
        OR EXISTS (SELECT FROM tickets.read_markers k WHERE k.member_id = u.id AND k.read_at > $3)
        OR EXISTS (SELECT FROM tickets.tickets t WHERE t.requester_id = u.id AND t.created_at > $3)
        OR EXISTS (SELECT FROM tickets.messages m WHERE m.author_id = u.id AND m.created_at > $3))
"""
_REACHED: Final = "u.reachable AND u.telegram_id IS NOT NULL"
# Ended ones carry their numbers; what was under way when one was cancelled may still have arrived.
_SELECT: Final = f"""
    SELECT json_build_object(
        'id', b.id, 'author_id', b.author_id, 'texts', b.texts, 'recipients', b.recipients, 'status', b.status,
        'total', b.total, 'delivered', greatest(b.delivered, p.delivered), 'failed', greatest(b.failed, p.failed),
        'skipped', greatest(b.skipped, p.skipped), 'created_at', b.created_at, 'finished_at', b.finished_at)::text,
        {as_json("u")}
    FROM tickets.broadcasts b LEFT JOIN tickets.members u ON u.id = b.author_id
    LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE r.outcome = 'delivered') AS delivered,
            count(*) FILTER (WHERE r.outcome = 'failed') AS failed,
            count(*) FILTER (WHERE r.outcome = 'skipped') AS skipped
        FROM tickets.broadcast_recipients r WHERE r.broadcast_id = b.id) p ON b.status <> 'FINISHED'
"""
_NEXT: Final = f"""
    WITH known AS (
        SELECT r.member_id, u.telegram_id, u.language,
            coalesce(NOT u.erased AND NOT u.blocked AND {_REACHED}, false) AS fit
        FROM (
            SELECT member_id FROM tickets.broadcast_recipients
            WHERE broadcast_id = $1::uuid AND outcome IS NULL AND member_id > $2::uuid ORDER BY member_id LIMIT $3) r
        LEFT JOIN tickets.members u ON u.id = r.member_id
    ), left_out AS (
        UPDATE tickets.broadcast_recipients r SET outcome = 'skipped' FROM known k
        WHERE r.broadcast_id = $1::uuid AND r.member_id = k.member_id AND NOT k.fit AND r.outcome IS NULL)
    SELECT member_id::text, telegram_id, language, fit FROM known ORDER BY member_id
"""
_ROW: Final = msgspec.json.Decoder(BroadcastRow)


class Recipient(Struct, frozen=True, kw_only=True):
    """Somebody a broadcast is still to reach: what to send them, and the language they read."""

    member_id: MemberId
    telegram_id: int
    language: Language
    text: str


class RecipientPage(Struct, frozen=True, kw_only=True):
    """Some of those without an outcome; ``next`` goes on, also behind a page without items."""

    items: list[Recipient]
    next: str | None


class Tally(Struct, frozen=True, kw_only=True):
    """How many recipients have which outcome, and how many have none yet."""

    delivered: int
    failed: int
    skipped: int
    pending: int


async def count_audience(reader: Reader, recipients: Recipients, now: datetime) -> AudienceCount:
    """How many a broadcast is for, and how many of them can be reached in Telegram."""
    row = await reader.fetchrow(
        f"SELECT count(*), count(*) FILTER (WHERE {_REACHED}) FROM tickets.members u WHERE {_AUDIENCE}",
        *_wanted(recipients, now),
    )
    return AudienceCount(count=row[0], reachable=row[1])


async def note_recipients(reader: Reader, broadcast_id: BroadcastId, recipients: Recipients, now: datetime) -> int:
    """Write down who can be reached now; how many that are."""
    await reader.execute(
        f"""
        INSERT INTO tickets.broadcast_recipients (broadcast_id, member_id)
        SELECT $4::uuid, u.id FROM tickets.members u WHERE {_REACHED} AND {_AUDIENCE} ON CONFLICT DO NOTHING
        """,
        *_wanted(recipients, now),
        broadcast_id,
    )
    return int(
        await reader.fetchval(
            "SELECT count(*) FROM tickets.broadcast_recipients WHERE broadcast_id = $1::uuid", broadcast_id
        )
    )


async def drop_recipients(reader: Reader, broadcast_id: BroadcastId) -> None:
    """Nothing came of a broadcast."""
    await reader.execute("DELETE FROM tickets.broadcast_recipients WHERE broadcast_id = $1::uuid", broadcast_id)


async def tally(reader: Reader, broadcast_id: BroadcastId) -> Tally:
    """How far a broadcast is."""
    row = await reader.fetchrow(
        """
        SELECT count(*) FILTER (WHERE outcome = 'delivered'), count(*) FILTER (WHERE outcome = 'failed'),
            count(*) FILTER (WHERE outcome = 'skipped'), count(*) FILTER (WHERE outcome IS NULL)
        FROM tickets.broadcast_recipients WHERE broadcast_id = $1::uuid
        """,
        broadcast_id,
    )
    return Tally(delivered=row[0], failed=row[1], skipped=row[2], pending=row[3])


async def next_recipients(
    reader: Reader, broadcast: BroadcastRow, default: Language, *, after: str | None, limit: int
) -> RecipientPage:
    """At most ``limit`` behind ``after``; who should not, or cannot, be reached any more is skipped. Raises `Refused`.

    A recipient whose language the broadcast does not have gets the ``default``'s text, or else the other.
    """
    behind = must_be_uuid(after, "after") if after is not None else _FIRST
    rows = await reader.fetch(_NEXT, broadcast.id, behind, limit)
    texts: Texts = dict(broadcast.texts)
    return RecipientPage(
        items=[
            Recipient(
                member_id=MemberId(row[0]),
                telegram_id=row[1],
                language=row[2],
                text=in_language(texts, row[2], default),
            )
            for row in rows
            if row[3]
        ],
        next=rows[-1][0] if len(rows) == limit else None,
    )


async def note_outcomes(reader: Reader, broadcast_id: BroadcastId, outcomes: Mapping[MemberId, Outcome]) -> None:
    """What became of it for these; the first that is told of somebody counts."""
    await reader.execute(
        """
        UPDATE tickets.broadcast_recipients r SET outcome = o.outcome
        FROM unnest($2::uuid[], $3::text[]) AS o (member_id, outcome)
        WHERE r.broadcast_id = $1::uuid AND r.member_id = o.member_id AND r.outcome IS NULL
        """,
        broadcast_id,
        list(outcomes),
        [outcome.value for outcome in outcomes.values()],
    )


async def running(reader: Reader) -> list[BroadcastRow]:
    """Those that are under way, oldest first."""
    return [_ROW.decode(row[0]) for row in await reader.fetch(f"{_SELECT} WHERE b.status = 'RUNNING' ORDER BY b.id")]


async def complete(reader: Reader) -> list[BroadcastId]:
    """Those under way whose recipients all have an outcome."""
    rows = await reader.fetch(
        """
        SELECT b.id::text FROM tickets.broadcasts b WHERE b.status = 'RUNNING' AND NOT EXISTS (
            SELECT FROM tickets.broadcast_recipients r WHERE r.broadcast_id = b.id AND r.outcome IS NULL)
        """
    )
    return [BroadcastId(row[0]) for row in rows]


async def broadcast_row(reader: Reader, broadcast_id: str) -> BroadcastRow | None:
    """One of them, as far as it is."""
    found = await _find(reader, broadcast_id)
    return found[0] if found else None


async def get_broadcast(reader: Reader, viewer: Viewer, broadcast_id: str) -> Broadcast | None:
    """One of them, as far as it is."""
    found = await _find(reader, broadcast_id)
    return broadcast_shape(*found, viewer) if found else None


async def list_broadcasts(reader: Reader, viewer: Viewer, request: PageRequest) -> Page[Broadcast]:
    """One page, newest first. Raises `Refused` for a bad cursor or page."""
    last = must_be_uuid(unseal(request.cursor, ORDER).id, "cursor") if request.cursor else None
    rows = await reader.fetch(
        f"""
        {_SELECT} WHERE $1::uuid IS NULL OR b.id < $1::uuid
        ORDER BY b.id DESC OFFSET {request.offset} LIMIT {request.size + 1}
        """,
        last,
    )
    total = int(await reader.fetchval("SELECT count(*) FROM tickets.broadcasts"))
    more, found = len(rows) > request.size, [_decoded(row) for row in rows[: request.size]]
    return page_of(
        [broadcast_shape(row, author, viewer) for row, author in found],
        request,
        total=total,
        next_cursor=seal(Cursor(ORDER, 0, found[-1][0].id)) if more else None,
    )


async def as_it_was(reader: Reader, viewer: Viewer, row: BroadcastRow) -> Broadcast:
    """A broadcast as folded from its stream; its author is called as today."""
    return broadcast_shape(row, await member_row(reader, row.author_id or ""), viewer)


def broadcast_shape(row: BroadcastRow, author: MemberRow | None, viewer: Viewer) -> Broadcast:
    """A broadcast as admins see it."""
    return Broadcast(
        id=row.id,
        texts=row.texts,
        audience=BroadcastAudience(
            roles=list(row.recipients.roles),
            languages=list(row.recipients.languages),
            active_within_days=row.recipients.active_within_days,
        ),
        status=row.status,
        total=row.total,
        delivered=row.delivered,
        failed=row.failed,
        skipped=row.skipped,
        created_at=row.created_at,
        finished_at=row.finished_at,
        author=member_shape(author, viewer) if author else None,
    )


async def _find(reader: Reader, broadcast_id: str) -> tuple[BroadcastRow, MemberRow | None] | None:
    if not is_uuid(broadcast_id):
        return None
    row = await reader.fetchrow(f"{_SELECT} WHERE b.id = $1::uuid", broadcast_id)
    return _decoded(row) if row else None


def _decoded(row: Sequence[Any]) -> tuple[BroadcastRow, MemberRow | None]:
    return _ROW.decode(row[0]), MEMBER.decode(row[1]) if row[1] else None


def _wanted(recipients: Recipients, now: datetime) -> tuple[list[str], list[Language], datetime | None]:
    days = recipients.active_within_days
    since = now - timedelta(days=days) if days is not None else None
    return [role.value for role in recipients.roles], list(recipients.languages), since
